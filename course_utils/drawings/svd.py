"""Rotation, stretch, rotation: a matrix of two rows and two columns, there and back."""

import math

import torch
from torch import Tensor

from .canvas import Drawing, Point, in_two_layouts

UNIT = 46  # pixels
RIM = 68  # how far an arrow between two panels keeps from their centres
LABEL = (
    "A unit circle is turned, stretched into an ellipse and turned again; on the way back "
    "the short axis is stretched, and a small disc of noise becomes a long ellipse."
)
FACTORS = ("$V^T$", "$S$", "$U$")
INVERSES = ("$V$", "$S^{−1}$", "$U^T$")
WORDS = ("turn", "stretch", "turn")


def _turn(degrees: float) -> Tensor:
    """The rotation of the plane, anticlockwise."""
    angle = torch.tensor(degrees, dtype=torch.float64).deg2rad()
    c = angle.cos()
    s = angle.sin()
    return torch.stack([torch.stack([c, -s]), torch.stack([s, c])])


U = _turn(60)
S = torch.tensor([1.25, 0.3], dtype=torch.float64).diag()
V = _turn(35)
F = V @ torch.tensor([0.58, -0.55], dtype=torch.float64)  # an unknown in the unit circle
SIGMA = 0.24  # of the noise, of the same size in all directions
THERE = (torch.eye(2).double(), V.T, S @ V.T, U @ S @ V.T)
NOISE = (V @ S.inverse() @ U.T, S.inverse() @ U.T, U.T, torch.eye(2).double())

AXES = (  # the names of the axes, and where they stand
    (("$v_1$", 1.05, 0.78), ("$v_2$", -0.78, 1.05)),
    (),
    (("$s_1$", 1.1, 0.42), ("$s_2$", 0.0, 0.6)),
    (("$s_1u_1$", 1.02, 1.18), ("$s_2u_2$", -0.72, 0.3)),
)
SIZES = ((), (("$σ/s_2$", 1.14, -1.2),), (), (("noise $σ$", 1.0, 0.06),))  # of the noise

WIDE = {"size": (720, 350), "first": (66, 100), "step": (194, 0), "back": (0, 184)}
NARROW = {"size": (344, 656), "first": (88, 100), "step": (0, 160), "back": (172, 0)}


def there_and_back() -> Drawing:
    """What H = U S V^T does to the unit circle, and what its inverse does to noise.

    One way leads from the unknowns to the data, the other one back from data with noise of
    the same size in all directions to an estimate.
    """
    return in_two_layouts(_layout)


def _layout(narrow: bool) -> Drawing:
    place = NARROW if narrow else WIDE
    drawing = Drawing(*place["size"], LABEL)
    places = [_moved(place["first"], place["step"], k) for k in range(4)]
    returns = [_moved(centre, place["back"]) for centre in places]
    for k in range(4):
        _forward(drawing, places[k], k)
        _backward(drawing, returns[k], k)
    for k in range(3):
        _between(drawing, places[k], places[k + 1], (FACTORS[k], WORDS[k]))
        _between(drawing, returns[k + 1], returns[k], (INVERSES[k], WORDS[k]))
    _headings(drawing, narrow)
    return drawing


def _moved(point: Point, step: Point, times: int = 1) -> Point:
    return point[0] + times * step[0], point[1] + times * step[1]


def _headings(drawing: Drawing, narrow: bool) -> None:
    if narrow:
        drawing.text((88, 18), "there: $g = Hf$")
        drawing.text((260, 18), "back, with noise")
        return
    drawing.text((4, 18), "there: unknowns $f$ become data $g = Hf$", anchor="start")
    words = "back: every $s_i$ is divided out, and the noise with it"
    drawing.text((718, 200), words, anchor="end")


def _forward(drawing: Drawing, centre: Point, k: int) -> None:
    """The unit circle and its two axes after the first k factors, and an unknown in it."""
    _ball(drawing, centre, THERE[k], "classical")
    for axis in (THERE[k] @ V).T:
        drawing.arrow(centre, _place(centre, axis))
    _dot(drawing, centre, k, ("f", "", "", "g")[k])
    for words, x, y in AXES[k]:
        drawing.text(_place(centre, torch.tensor([x, y])), words)


def _backward(drawing: Drawing, centre: Point, k: int) -> None:
    """The same circle, and the noise around the image of the unknown."""
    _ball(drawing, centre, THERE[k], "quiet")
    middle = _place(centre, THERE[k] @ F)
    _ball(drawing, middle, SIGMA * NOISE[k], "noise")
    _dot(drawing, centre, k)
    for words, x, y in SIZES[k]:
        drawing.text(_place(centre, torch.tensor([x, y])), words, "noise")


def _dot(drawing: Drawing, centre: Point, k: int, name: str = "") -> None:
    """The unknown, or what has become of it."""
    x, y = _place(centre, THERE[k] @ F)
    drawing.dot((x, y), "classical")
    if name:
        drawing.text((x - 11, y + 7) if name == "f" else (x + 11, y + 7), f"${name}$")


def _ball(drawing: Drawing, centre: Point, matrix: Tensor, role: str) -> None:
    """The image of the unit circle under a matrix: an ellipse, by the SVD of the matrix."""
    axes, radii, _ = torch.linalg.svd(matrix)
    x, y = axes[:, 0].tolist()
    is_round = torch.allclose(*radii)  # then every axis is one
    tilt = 0 if is_round else math.degrees(math.atan2(-y, x))
    drawing.ellipse(centre, tuple((UNIT * radii).tolist()), tilt, role)


def _place(centre: Point, point: Tensor) -> Point:
    """Where a point of the plane stands on the sheet."""
    x, y = (UNIT * point).tolist()
    return centre[0] + x, centre[1] - y


def _between(drawing: Drawing, start: Point, end: Point, words: tuple[str, str]) -> None:
    """An arrow from one panel to the next, its factor before it and its words after."""
    upright = start[0] == end[0]
    way = 1 if sum(end) > sum(start) else -1
    reach = RIM * way
    ends = ((start[0], start[1] + reach), (end[0], end[1] - reach))
    if not upright:
        ends = ((start[0] + reach, start[1]), (end[0] - reach, end[1]))
    drawing.arrow(*ends, role="quiet")
    x = (ends[0][0] + ends[1][0]) / 2
    y = (ends[0][1] + ends[1][1]) / 2
    for side, word, anchor in zip((-1, 1), words, ("end", "start"), strict=True):
        if upright:
            drawing.text((x + 10 * side, y), word, anchor=anchor)
        else:
            drawing.text((x, y + 15 * side), word, "quiet" if side > 0 else "ink")
