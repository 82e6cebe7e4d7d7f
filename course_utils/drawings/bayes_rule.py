"""Prior times likelihood is the posterior: for one unknown, and for two with one datum."""

import math

import torch
from torch import Tensor

from .canvas import Drawing, Point, in_two_layouts

LABEL = (
    "Above, three bell curves: a wide prior, times a likelihood beside it, is a posterior "
    "that lies between the two and is narrower than both. Below, for two unknowns: a round "
    "prior, times a diagonal strip where their sum fits the datum, is a flat ellipse."
)
HEADS = ("prior $p(f)$", "likelihood $p(g|f)$", "posterior $p(f|g)$")
ROLES = ("ink", "noise", "classical")
BETWEEN = ("×", "∝")
AXES = ("$f_1$", "$f_2$")

P = 1.0  # the variance of each unknown, before
S = 0.5  # one unknown: g = s f + noise
SIGMA = 0.3
G = 0.6
H = torch.tensor([1.0, 1.0], dtype=torch.float64)  # two unknowns: g = f_1 + f_2 + noise
SIGMA_2 = 0.5
G_2 = 1.6
PRIOR = (torch.zeros(2).double(), P * torch.eye(2).double())  # its mean and covariance

UNIT = 30  # pixels of an unknown of size one
HEIGHT = 62  # of the highest curve
REACH = 2.9  # how far an axis goes to either side
WIDE = {"size": (720, 306), "first": (118, 112), "step": (242, 0), "down": (0, 128)}
NARROW = {"size": (344, 476), "first": (84, 108), "step": (0, 164), "down": (176, -30)}


def prior_times_likelihood() -> Drawing:
    """Bayes' rule for Gaussians: as three curves, and as ellipses of one deviation.

    Each panel is drawn to scale: the ellipse of the posterior is that of its covariance.
    """
    return in_two_layouts(_layout)


def posterior_of_one() -> tuple[float, float]:
    """Mean and variance: 1 / v = s^2 / sigma^2 + 1 / p, mean = v s g / sigma^2."""
    v = 1 / (S**2 / SIGMA**2 + 1 / P)
    return v * S * G / SIGMA**2, v


def posterior_of_two() -> tuple[Tensor, Tensor]:
    """Mean Sigma h g / sigma^2 and covariance Sigma = (h h^T / sigma^2 + I / p)^-1.

    Shapes: (2,) and (2, 2).
    """
    Sigma = torch.linalg.inv(H.outer(H) / SIGMA_2**2 + torch.eye(2).double() / P)
    return Sigma @ H * G_2 / SIGMA_2**2, Sigma


def _layout(narrow: bool) -> Drawing:
    place = NARROW if narrow else WIDE
    drawing = Drawing(*place["size"], LABEL)
    for k in range(3):
        one = _moved(place["first"], place["step"], k)
        two = _moved(one, place["down"])
        _curve(drawing, one, k)
        _ellipses(drawing, two, k)
        _words(drawing, one, two, k, narrow)
    return drawing


def _moved(point: Point, step: Point, times: int = 1) -> Point:
    return point[0] + times * step[0], point[1] + times * step[1]


def _words(drawing: Drawing, one: Point, two: Point, k: int, narrow: bool) -> None:
    """The head of a panel, and the sign between it and the next."""
    head = 70 if narrow else one[0]
    drawing.text((head, one[1] - HEIGHT - 26), HEADS[k])
    if k == 2:
        return
    if narrow:
        drawing.text(((one[0] + two[0]) / 2, one[1] + 42), BETWEEN[k])
        return
    for centre in (_moved(one, (0, -HEIGHT / 2)), two):
        drawing.text(_moved(centre, (121, 0)), BETWEEN[k])


def _curve(drawing: Drawing, foot: Point, k: int) -> None:
    """A bell over its axis; the posterior stands before the two that it is made of."""
    ends = _moved(foot, (-UNIT * REACH, 0)), _moved(foot, (UNIT * REACH, 0))
    drawing.arrow(*ends, role="quiet")
    drawing.text(_moved(ends[1], (2, 13)), "$f$")
    for other in range(k if k == 2 else 0):
        _bell(drawing, foot, other, "quiet")
    _bell(drawing, foot, k, ROLES[k])


def _bell(drawing: Drawing, foot: Point, k: int, role: str) -> None:
    """A Gaussian curve; the areas of all three are the same."""
    mean, v = posterior_of_one()
    middle, variance = ((0, P), (G / S, SIGMA**2 / S**2), (mean, v))[k]
    peak = HEIGHT * math.sqrt(v / variance)
    x = torch.linspace(-REACH, REACH - 0.3, 57).tolist()
    bell = [peak * math.exp(-((a - middle) ** 2) / (2 * variance)) for a in x]
    seen = [(a, y) for a, y in zip(x, bell, strict=True) if y > 0.4]
    drawing.polyline([_moved(foot, (UNIT * a, -y)) for a, y in seen], role)


def _ellipses(drawing: Drawing, centre: Point, k: int) -> None:
    """The plane of two unknowns, with what one factor, or both, leave of it."""
    reach = 0.7 * UNIT * REACH
    ends = (reach, 0), (0, -reach)
    for end, name, aside in zip(ends, AXES, ((2, 14), (-16, 4)), strict=True):
        drawing.arrow(_moved(centre, end, -1), _moved(centre, end), role="quiet")
        if k == 0:
            drawing.text(_moved(_moved(centre, end), aside), name)
    if k != 1:
        _deviation(drawing, centre, *PRIOR, "ink" if k == 0 else "quiet")
    if k:
        _strip(drawing, centre, ROLES[1] if k == 1 else "quiet")
    if k == 2:
        _deviation(drawing, centre, *posterior_of_two(), ROLES[2])


def _deviation(
    drawing: Drawing, centre: Point, mean: Tensor, Sigma: Tensor, role: str
) -> None:
    """The ellipse of one standard deviation, and the mean in it."""
    variances, axes = torch.linalg.eigh(Sigma)
    x, y = axes[:, 1].tolist()
    radii = (UNIT * variances.sqrt()).tolist()
    tilt = math.degrees(math.atan2(-y, x))
    drawing.ellipse(_place(centre, *mean.tolist()), tuple(reversed(radii)), tilt, role)
    if role != "quiet":
        drawing.dot(_place(centre, *mean.tolist()), role)


def _strip(drawing: Drawing, centre: Point, role: str) -> None:
    """Where f_1 + f_2 is within one deviation of the datum."""
    half = 1.35
    for g in (G_2 - SIGMA_2, G_2 + SIGMA_2):
        ends = [(g / 2 + t, g / 2 - t) for t in (-half, half)]
        drawing.line(*(_place(centre, *end) for end in ends), role)


def _place(centre: Point, f_1: float, f_2: float) -> Point:
    """Where a point of the plane stands on the sheet."""
    return centre[0] + UNIT * f_1, centre[1] - UNIT * f_2
