r"""Project *Half the dose*: a scan with half of the views, and whether lesions are in it.

    counts ~ Poisson( photons D exp(-mu F f) )        D takes the mean of two rays

F has rays on a grid twice as fine as the image, so that no answer can invert the operator
that made the data. Half of the views of the full scan are measured, each with as many
photons: half of the dose. Asked for are an image, and for each of six places how much
speaks for a small round lesion there.
"""

from collections.abc import Callable
from functools import cache
from itertools import islice
from math import pi
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d

from .. import images, noise, signals, solvers
from ..metrics import relative_error
from ..operators import Downsample, Gradient, Radon
from ..priors import L1
from .rubric import Row, Score, measured, parts, precision, tensor

ASKED = "reconstruct"  # the name of the function that a file hands in
SIDE = 64  # pixels of an image
FINE = 2  # rays of a detector, and pixels of the body in one of the image, on each axis
BODY = FINE * SIDE
VIEWS = 32  # over half a turn; the full dose has twice as many
PHOTONS = 500.0  # that a detector counts in a view, where nothing is in the way
MU = 0.2  # the attenuation of one pixel of value 1
RADIUS = 2.5  # of a lesion, in pixels of the image
CONTRAST = 0.12  # between a lesion and what is around it
PLACES = 6
SCANS = 16
SHOWN = "abdomen"
OTHER = "head"
PENALTIES = (5.5, 8.0)
ROWS = [
    Row("image: error / best total variation in hindsight", 30, 1.05, 1.5),
    Row("image: error / FBP at the full dose", 15, 0.3, 0.6),
    Row("lesions: area under the ROC curve", 25, 0.94, 0.85),
    Row("contrast of lesions: lost or invented, the larger", 15, 0.45, 0.62),
    Row("counts: weighted residual per datum, distance from 1", 15, 0.15, 0.22),
]


class Scan(NamedTuple):
    """What is measured: ``counts`` (32, 64) at the ``angles`` (32,), in photons.

    A detector counts ``photons`` where nothing is in the way; ``mu`` is the attenuation of
    a pixel of value 1. ``places`` (6, 2) are rows and columns of pixels.
    """

    counts: Tensor
    angles: Tensor
    photons: float
    mu: float
    places: Tensor


class Answer(NamedTuple):
    """What is handed in: an image (64, 64), and the evidence for a lesion at each place,
    (6,), any numbers that are larger the more speaks for it."""

    f_hat: Tensor
    evidence: Tensor


class Truth(NamedTuple):
    """What a scan hides: ``f`` (64, 64), ``present`` (6,), and ``full`` (64, 64), which is
    filtered back-projection of a scan at the full dose."""

    f: Tensor
    present: Tensor
    full: Tensor


def turn(views: int) -> Tensor:
    """The angles of that many views, even over half a turn. Units: radians."""
    return torch.arange(views, dtype=torch.float64) / views * pi


@cache
def rays(views: int, size: int) -> Radon:
    """The line integrals of that many views on a grid of that size."""
    return Radon(size, turn(views))


def away(row: float, column: float, size: int = SIDE) -> Tensor:
    """The distance of each pixel from a place. Shape: (size, size).

    Units: pixels of the image, also on a finer grid.
    """
    x = (torch.arange(size, dtype=torch.float64) + 0.5) * SIDE / size - 0.5
    return torch.hypot(x[:, None] - row, x - column)


def section(name: str, draw: torch.Generator) -> Tensor:
    """A CT section, turned and mirrored at random; water is 1/2. Shape: (128, 128)."""
    edge = BODY // 8  # of air, which is cut off
    f = images.ct_slices(BODY + 2 * edge)[name][edge:-edge, edge:-edge]
    f = f.double().clamp(0, 2) / 2 * (away(31.5, 31.5, BODY) < SIDE / 2)
    turned, mirrored = torch.randint(4, (2,), generator=draw).tolist()
    f = f.rot90(turned)
    return f.flip(0) if mirrored % 2 else f


def phantom(draw: torch.Generator) -> Tensor:
    """An elliptic body with random ellipses in it. Shape: (128, 128)."""
    a, b, tilt = torch.rand(3, generator=draw, dtype=torch.float64).tolist()
    table = torch.tensor([[1.0, 0.7 + 0.2 * a, 0.6 + 0.2 * b, 0, 0, 180 * tilt]])
    inside = signals.ellipses(table.double(), BODY)
    return inside * (0.35 + 0.5 * signals.random_ellipses(1, BODY, draw)[0].double())


def flat_places(f: Tensor, draw: torch.Generator) -> Tensor:
    """Places of flat tissue, apart from each other: rows and columns. Shape: (6, 2)."""
    mean, square = (avg_pool2d(x[None], 11, 1, 5)[0] for x in (f, f.square()))
    spread = (square - mean.square()).clamp(min=0).sqrt()
    spread[(away(31.5, 31.5) > 25) | (mean < 0.2)] = torch.inf
    found = []
    for _ in range(PLACES):
        flattest = spread.flatten().argsort(stable=True)[:60]
        place = flattest[torch.randint(60, (1,), generator=draw)].item()
        found.append(divmod(place, SIDE))
        spread[away(*found[-1]) < 4 * RADIUS] = torch.inf
    return torch.tensor(found)


def counted(body: Tensor, views: int, draw: torch.Generator) -> Tensor:
    """The photons that the detectors count. Shapes: (128, 128) gives (views, 64)."""
    through = torch.exp(-MU / FINE * rays(views, BODY)(body))
    return noise.poisson(PHOTONS * Downsample((views, BODY), (1, FINE))(through), draw)


def line_integrals(counts: Tensor) -> Tensor:
    """The data g of g = H f; a detector that counted nothing is taken for half a photon."""
    return -torch.log(counts.clamp(min=0.5) / PHOTONS) / MU


@precision(torch.float64)
def scan(seed: int, name: str = OTHER) -> tuple[Scan, Truth]:
    """One scan and what it hides: an even seed gives a phantom, an odd one the section.

    The test takes another section than the default one.
    """
    draw = noise.seeded(seed)
    body = section(name, draw) if seed % 2 else phantom(draw)
    coarse = Downsample((BODY, BODY), FINE)
    places = flat_places(coarse(body), draw)
    present = torch.rand(PLACES, generator=draw) < 0.5
    for place in places[present].tolist():
        body = body + CONTRAST * (away(*place, BODY) <= RADIUS)
    counts = counted(body, VIEWS, draw)
    g_full = line_integrals(counted(body, 2 * VIEWS, draw))
    truth = Truth(coarse(body), present, rays(2 * VIEWS, SIDE).fbp(g_full))
    return Scan(counts, turn(VIEWS), PHOTONS, MU, places), truth


class Weighted:
    """The rows of H, each times a weight. Shapes: weights (count, views, detectors)."""

    def __init__(self, weights: Tensor, H: Radon):
        self.weights = weights
        self.H = H

    def __call__(self, f: Tensor) -> Tensor:
        return self.weights * self.H(f)

    def T(self, u: Tensor) -> Tensor:
        """The adjoint."""
        return self.H.T(self.weights * u)


def total_variation(counts: Tensor, lam: float, steps: int = 80) -> Tensor:
    """The minimisers of 1/2 sum_i mu^2 n_i (g_i - (H f)_i)^2 + lam TV(f), nearly.

    All weights are scaled so that the norm of the operator is at most 4.

    Shapes: counts n (count, 32, 64) and the result is (count, 64, 64).
    """
    H = rays(VIEWS, SIDE)
    g = line_integrals(counts)
    weights = MU * counts.clamp(min=0.5).sqrt()
    scale = 4 / (39 * weights.amax((1, 2), keepdim=True))
    way = solvers.primal_dual(
        Weighted(scale * weights, H),
        scale * weights * g,
        L1(axis=-3),
        lam * scale.square()[..., None],
        tau=0.6,
        sigma=0.065,
        D=Gradient((SIDE, SIDE)),
        f=avg_pool2d(H.fbp(g), 5, 1, 2),
    )
    return next(islice(way, steps - 1, None))


@cache
def scans_of(seed: int) -> list[tuple[Scan, Truth]]:
    """The scans of a test, each with what it hides."""
    return [scan(SCANS * seed + k, SHOWN) for k in range(SCANS)]


@cache
def in_hindsight(seed: int) -> list[float]:
    """For each scan of a test the error of total variation with its best lam."""
    counts = torch.stack([data.counts for data, _ in scans_of(seed)])
    found = [total_variation(counts, lam) for lam in PENALTIES]
    truths = [truth.f for _, truth in scans_of(seed)]
    each = zip(truths, *found, strict=True)
    return [min(relative_error(f_hat, f) for f_hat in tried) for f, *tried in each]


def contrasts(f: Tensor, places: Tensor) -> Tensor:
    """The mean within a lesion less that of a ring around it, at each place. Shape: (6,)"""
    found = []
    for place in places.tolist():
        r = away(*place)
        ring = (r > RADIUS + 0.8) & (r <= RADIUS + 2.8)
        found.append(f[r <= RADIUS - 0.5].mean() - f[ring].mean())
    return torch.stack(found)


def area_under_roc(evidence: Tensor, present: Tensor) -> float:
    """The chance that a lesion has more evidence than a place without one; a tie is 1/2."""
    gap = evidence[present][:, None] - evidence[~present]
    return ((gap > 0).double() + 0.5 * (gap == 0).double()).mean().item()


def residual(f_hat: Tensor, data: Scan) -> float:
    """The mean of (n - E n)^2 / E n over the data: one on average for the truth, but for
    the error of the model."""
    expected = data.photons * torch.exp(-data.mu * rays(VIEWS, SIDE)(f_hat))
    return ((data.counts - expected).square() / expected).mean().item()


def checked(answer) -> Answer:
    """An answer of an image and a number for each place.

    Raises: Refused for any other.
    """
    f_hat, evidence = parts(answer, "f_hat, evidence")
    image = tensor("f_hat", f_hat, (SIDE, SIDE))
    return Answer(image, tensor("evidence", evidence, (PLACES,)))


def numbers_of(answers: list[Answer], seed: int) -> list[float]:
    """What the rubric measures on all scans of a test."""
    drawn = scans_of(seed)
    best = in_hindsight(seed)
    errors = []
    at_full = []
    misfits = []
    wrong = []
    for (f_hat, _), (data, truth), least in zip(answers, drawn, best, strict=True):
        error = relative_error(f_hat, truth.f)
        errors.append(error / least)
        at_full.append(error / relative_error(truth.full, truth.f))
        misfits.append(abs(residual(f_hat, data) - 1))
        wrong.append(contrasts(f_hat - truth.f, data.places) / CONTRAST)
    present = torch.cat([truth.present for _, truth in drawn])
    area = area_under_roc(torch.cat([x.evidence for x in answers]), present)
    wrong = torch.cat(wrong).square()
    lost_or_invented = max(wrong[present].mean(), wrong[~present].mean()).sqrt().item()
    means = [sum(x) / SCANS for x in (errors, at_full, misfits)]
    return [*means[:2], area, lost_or_invented, means[2]]


@precision(torch.float64)
def score(reconstruct: Callable[[Scan], Answer], seed: int | None = None) -> Score:
    """The points of a function that takes a `Scan` and returns an `Answer`.

    Each number is taken over sixteen scans that are drawn from the seed.
    """

    def measure(seed: int) -> list[float]:
        answers = [checked(reconstruct(data)) for data, _ in scans_of(seed)]
        return numbers_of(answers, seed)

    return measured(ROWS, measure, seed)
