"""The soft threshold as what a projection leaves, and one step of ISTA in the plane."""

import math

import torch
from torch import Tensor

from .canvas import Drawing, Point, in_two_layouts

LABEL = (
    "Left, a square around zero and a point v outside: the arrow from the nearest point of "
    "the square to v, moved to zero, ends on an axis. Right, contours of the data "
    "fidelity: one arrow leaves a contour at a right angle, a second ends on the axis."
)
T = 1.0  # left: the threshold, half a side of the square
V = torch.tensor([2.1, 0.55], dtype=torch.float64)

Q = torch.tensor([[1.0, -0.4], [-0.4, 0.6]], dtype=torch.float64)  # right: H^T H
BEST_FIT = torch.tensor([2.1, 0.3], dtype=torch.float64)  # where the data fidelity is least
F_K = torch.tensor([0.5, 1.5], dtype=torch.float64)
LAM = 0.8
LEVELS = (0.1, 1.0)  # of the ellipses that are drawn whole
REACH = ((-0.45, 3.3), (-1.25, 2.15))  # of the right plane

UNIT = 68  # pixels of a unit
WIDE = {"size": (720, 316), "left": (104, 196), "right": (442, 206)}
NARROW = {"size": (344, 616), "left": (84, 186), "right": (66, 486)}


def projection_and_step() -> Drawing:
    """The soft threshold is v less its projection onto a box; ISTA puts it after a step.

    Both panels are drawn to scale.
    """
    return in_two_layouts(_layout)


def projected() -> Tensor:
    """The nearest point to v of the box of all u with |u_i| <= t. Shape: (2,)."""
    return V.clamp(-T, T)


def one_step() -> tuple[Tensor, Tensor]:
    """v = f_k - tau Q (f_k - best fit), with tau = 1 / ||Q||, and its soft threshold.

    Shapes: (2,) both.
    """
    tau = 1 / torch.linalg.eigvalsh(Q)[-1]
    v = F_K - tau * Q @ (F_K - BEST_FIT)
    return v, v - v.clamp(-tau * LAM, tau * LAM)


def minimiser() -> Tensor:
    """Where data fidelity and lam |f|_1 are least together: on the first axis. Shape: (2,).

    There Q_11 (f_1 - b_1) - Q_12 b_2 + lam = 0 for the best fit b.
    """
    first = BEST_FIT[0] + (Q[0, 1] * BEST_FIT[1] - LAM) / Q[0, 0]
    return torch.stack([first, torch.zeros_like(first)])


def _layout(narrow: bool) -> Drawing:
    place = NARROW if narrow else WIDE
    drawing = Drawing(*place["size"], LABEL)
    _projection(drawing, place["left"])
    _step(drawing, place["right"])
    return drawing


def _at(origin: Point, f: Tensor, by: Point = (0, 0)) -> Point:
    """Where a point of the plane stands on the sheet, moved by so many pixels."""
    x, y = f.tolist()
    return origin[0] + UNIT * x + by[0], origin[1] - UNIT * y + by[1]


def _axes(drawing: Drawing, origin: Point, x: Point, y: Point) -> None:
    """Two axes through the origin, from and to so many units."""
    ends = [(origin[0] + UNIT * a, origin[1]) for a in x]
    drawing.arrow(*ends, role="quiet")
    drawing.text((ends[1][0] - 6, origin[1] + 16), "$f_1$")
    ends = [(origin[0], origin[1] - UNIT * a) for a in y]
    drawing.arrow(*ends, role="quiet")
    drawing.text((origin[0] - 17, ends[1][1] + 4), "$f_2$")


def _projection(drawing: Drawing, origin: Point) -> None:
    """A box, a point outside, and what of it stands out of the box."""
    drawing.text((origin[0] + 66, 20), "soft threshold: $v − P(v)$")
    _axes(drawing, origin, (-1.35, 2.75), (-1.35, 2.05))
    corners = [(-T, -T), (T, -T), (T, T), (-T, T)]
    box = [_at(origin, torch.tensor(corner)) for corner in corners]
    drawing.polygon(box, "noise")
    drawing.text(_at(origin, torch.tensor([-0.5, -0.72])), "$|u_i| ≤ t$")
    P = projected()
    drawing.arrow(_at(origin, P), _at(origin, V, (-6, 0)), role="classical")
    drawing.arrow(_at(origin, 0 * P), _at(origin, V - P), role="classical")
    drawing.dot(_at(origin, V))
    drawing.dot(_at(origin, P), "noise")
    drawing.text(_at(origin, V, (0, -17)), "$v$")
    drawing.text(_at(origin, P, (-26, -6)), "$P(v)$")
    drawing.text(_at(origin, V - P, (16, 20)), "prox", "classical")


def _step(drawing: Drawing, origin: Point) -> None:
    """Down the data fidelity at a right angle to its contour, then towards the axes."""
    drawing.text((origin[0] + 104, origin[1] - UNIT * 2.15 - 40), "one step of ISTA")
    _axes(drawing, origin, REACH[0], (REACH[1][0], 2.0))
    for level in LEVELS:
        _ellipse(drawing, origin, level)
    d = F_K - BEST_FIT
    _contour(drawing, origin, (d @ Q @ d).item())
    v, after = one_step()
    drawing.arrow(_at(origin, F_K), _at(origin, v), role="noise")
    drawing.arrow(_at(origin, v), _at(origin, after), role="classical")
    names = {
        "$f_k$": (F_K, (-15, -4)),
        "$v$": (v, (13, -8)),
        "$f_{k+1}$": (after, (10, 21)),
    }
    for name, (f, by) in names.items():
        drawing.dot(_at(origin, f))
        drawing.text(_at(origin, f, by), name)
    drawing.dot(_at(origin, minimiser()), "classical")
    drawing.text(_at(origin, minimiser(), (-8, 21)), "$f^*$")
    drawing.text(_at(origin, (F_K + v) / 2, (-14, 12)), "gradient", "noise", "end")
    drawing.text(_at(origin, (v + after) / 2, (-10, -6)), "prox", "classical", "end")


def _ellipse(drawing: Drawing, origin: Point, level: float) -> None:
    """All f with (f - b)^T Q (f - b) equal to a level, for the best fit b."""
    values, vectors = torch.linalg.eigh(Q)
    x, y = vectors[:, 0].tolist()
    radii = (UNIT * (level / values).sqrt()).tolist()
    tilt = math.degrees(math.atan2(-y, x))
    drawing.ellipse(_at(origin, BEST_FIT), (radii[0], radii[1]), tilt, "quiet")


def _contour(drawing: Drawing, origin: Point, level: float) -> None:
    """The part of a contour that is near f_k."""
    values, vectors = torch.linalg.eigh(Q)
    angle = torch.linspace(0, 2 * math.pi, 721).double()
    circle = torch.stack([angle.cos(), angle.sin()], -1)
    points = BEST_FIT + circle * (level / values).sqrt() @ vectors.T
    near = points[(points - F_K).norm(dim=1) < 0.75]
    drawing.polyline([_at(origin, point) for point in near], "quiet")
