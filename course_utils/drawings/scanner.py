"""A scanner's geometry with its sinogram, and the two steps of filtered back-projection."""

import math

import torch
from torch import Tensor

from .canvas import Drawing, Point, in_two_layouts

HALF = (350, 318)  # the size of each panel of the geometry
SCALE = 74  # pixels of a unit
CENTRE = (150, 176)  # of the section on its panel
THETA = math.radians(30)  # the angle of the view that is drawn
R = 0.4  # the place on the detector of the ray that is drawn
DETECTOR = -1.62  # how far below the centre the rays end
BODY = ((0.0, 0.0, 1.0, 0.35), (0.45, 0.2, 0.22, 0.65), (-0.35, -0.25, 0.3, 0.4))
ROWS = 14  # angles of the sinogram, and places on its detector

PLOT = (132, 84)  # the size of a curve
SIDE = 9  # of an image that is back-projected, in pixels
CELL = 13
DISC = 0.5  # the radius of the disc that the chain begins with
MANY = 60  # views

GEOMETRY = (
    "Left, parallel rays cross a section at the angle ϑ and end on a detector, where the "
    "view stands as a curve; the ray at the place r gives one datum. Right, the sinogram: "
    "the view is one of its rows, and the datum one dot in it."
)
CHAIN = (
    "A view of a disc is a round hill. Above, back-projected views of four and of sixty "
    "angles add up to a blurred disc. Below, the filter gives the hill a flat "
    "top and negative sides, and back-projected filtered views add up to a sharp disc."
)


def parallel_beam() -> Drawing:
    """Parallel rays through a section, one view of it, and its place in the sinogram."""
    return in_two_layouts(_geometry)


def filtered_back_projection() -> Drawing:
    """What becomes of the views of a disc with the filter, and without it."""
    return in_two_layouts(_chain)


def sinogram(theta: Tensor, r: Tensor) -> Tensor:
    """The line integrals of the section's discs: sums of chords 2 sqrt(rho^2 - d^2).

    Shapes: theta and r are broadcast.
    """
    total = torch.zeros_like(theta + r)
    for x, y, radius, value in BODY:
        d = r - x * theta.cos() - y * theta.sin()
        total = total + value * chord(d, radius)
    return total


def chord(d: Tensor, radius: float) -> Tensor:
    """The length in a disc of lines at the distance d from its centre."""
    return 2 * (radius**2 - d**2).clamp(min=0).sqrt()


def filtered_chord(d: Tensor, radius: float) -> Tensor:
    """A chord after the ramp filter: level inside the disc, negative outside, mean 0.

    .. math:: (h * g)(d) = 1 / \\pi  (d \\le \\rho),
        \\quad (1 - d / \\sqrt{d^2 - \\rho^2}) / \\pi  (d > \\rho)
    """
    outside = 1 - d.abs() / (d**2 - radius**2).clamp(min=1e-9).sqrt()
    return torch.where(d.abs() <= radius, 1.0, outside) / math.pi


def back_projected(view, views: int) -> Tensor:
    """The sum of a view of a centred disc over so many angles, times pi / views.

    Shape: (SIDE, SIDE).
    """
    x = (torch.arange(SIDE, dtype=torch.float64) - (SIDE - 1) / 2) / (SIDE / 2)
    theta = torch.arange(views, dtype=torch.float64)[:, None, None] * math.pi / views
    d = x * theta.cos() - x[:, None] * theta.sin()
    return view(d, DISC).sum(0) * math.pi / views


def _geometry(narrow: bool) -> Drawing:
    width, height = HALF
    size = (width, 2 * height) if narrow else (722, height)
    drawing = Drawing(*size, GEOMETRY)
    drawing.paste(_section(), (0, 0))
    drawing.paste(_data(), (0, height) if narrow else (722 - width, 0))
    return drawing


def _section() -> Drawing:
    """The section, the axes, the rays of one view, and the view on its detector."""
    drawing = Drawing(*HALF, "")
    for x, y, radius, _ in BODY:
        drawing.circle(_place(x, y), radius * SCALE, "data")
    drawing.line(_place(-1.25, 0), _place(1.35, 0), "quiet")
    drawing.line(_place(0, -1.25), _place(0, 1.25), "quiet")
    drawing.text(_place(1.47, 0), "$x$", "quiet")
    drawing.text(_place(0.13, 1.25), "$y$", "quiet")
    for r in (-0.8, -0.4, 0.0, 0.8):
        drawing.arrow(_turned(r, 1.35), _turned(r, DETECTOR), role="quiet")
    drawing.arrow(_turned(R, 1.35), _turned(R, DETECTOR), role="classical")
    drawing.line(_turned(-1.2, DETECTOR), _turned(1.2, DETECTOR))
    _angle(drawing)
    _view(drawing)
    drawing.text((HALF[0] / 2, 14), "one view: parallel rays at the angle $ϑ$")
    return drawing


def _angle(drawing: Drawing) -> None:
    """The r axis at the angle theta, with the place of the ray on it."""
    drawing.arrow(_place(0, 0), _turned(1.45, 0))
    drawing.dot(_turned(R, 0), "classical")
    drawing.text(_shifted(_turned(1.45, 0), 12, -6), "$r$")
    turns = [THETA * k / 12 for k in range(13)]
    drawing.polyline([_place(1.15 * math.cos(t), 1.15 * math.sin(t)) for t in turns])
    drawing.text(_place(1.3 * math.cos(THETA / 2), 1.3 * math.sin(THETA / 2)), "$ϑ$")


def _view(drawing: Drawing) -> None:
    """The view as a curve below the detector, with its datum."""
    r = torch.linspace(-1.2, 1.2, 61, dtype=torch.float64)
    g = sinogram(torch.tensor(THETA, dtype=torch.float64), r)
    depth = [DETECTOR - 0.3 * value for value in g.tolist()]
    points = [_turned(*at) for at in zip(r.tolist(), depth, strict=True)]
    drawing.polyline(points, "data")
    drawing.dot(points[round((R + 1.2) / 0.04)], "classical")


def _data() -> Drawing:
    """The sinogram, the row of the view that is drawn, and its datum."""
    drawing = Drawing(*HALF, "")
    cell = 18
    corner = (68, 36)
    theta = torch.arange(ROWS, dtype=torch.float64)[:, None] * math.pi / ROWS
    r = (torch.arange(ROWS, dtype=torch.float64) - (ROWS - 1) / 2) * 2.4 / ROWS
    drawing.matrix(corner, sinogram(theta, r), cell, "data", joined=True)
    right = corner[0] + ROWS * cell
    bottom = corner[1] + ROWS * cell
    y = corner[1] + (THETA / math.pi * ROWS + 0.5) * cell
    drawing.line((corner[0], y), (right, y), "classical")
    drawing.dot((corner[0] + (R + 1.2) / 2.4 * ROWS * cell, y), "classical")
    drawing.text((corner[0] - 10, corner[1] + 6), "$ϑ$ = 0", anchor="end")
    drawing.text((corner[0] - 10, y), "$ϑ$", "classical", "end")
    drawing.text((corner[0] - 10, bottom - 6), "$π$", anchor="end")
    drawing.text(((corner[0] + right) / 2, bottom + 16), "place $r$ on the detector")
    drawing.text((HALF[0] / 2 + 20, 14), "all views: the sinogram $g$")
    return drawing


def _chain(narrow: bool) -> Drawing:
    drawing = Drawing(344 if narrow else 722, 710 if narrow else 344, CHAIN)
    first = (106, 30) if narrow else (10, 120)
    _curve(drawing, first, chord, "a view $g_ϑ$ of a disc")
    below = (106, 376) if narrow else (226, 216)
    _curve(drawing, below, filtered_chord, "filtered: $h$ * $g_ϑ$")
    images = [(40, 196), (186, 196)] if narrow else [(440, 22), (590, 22)]
    _sums(drawing, images, chord, "back-projected alone: blurred")
    images = [(40, 556), (186, 556)] if narrow else [(440, 196), (590, 196)]
    _sums(drawing, images, filtered_chord, "filtered, then back-projected")
    for points in _arrows(narrow):
        drawing.arrow(*points)
    words = (60, 402) if narrow else (150, 248)
    drawing.text(words, "ramp filter", "classical")
    return drawing


def _arrows(narrow: bool) -> list[list[Point]]:
    """From the view to both of its ends."""
    if narrow:
        return [
            [(172, 118), (172, 164)],
            [(96, 76), (16, 76), (16, 420), (96, 420)],
            [(172, 508), (172, 530)],
        ]
    return [
        [(76, 112), (76, 80), (428, 80)],
        [(76, 208), (76, 266), (216, 266)],
        [(368, 256), (428, 256)],
    ]


def _curve(drawing: Drawing, corner: Point, view, words: str) -> None:
    """A view of the disc as a curve on the line of zero."""
    x, y = corner
    width, height = PLOT
    d = torch.linspace(-1, 1, 49, dtype=torch.float64)
    values = view(d, DISC).clamp(min=-0.32)
    scale = 0.56 * height / values.max().item()
    zero = y + 0.6 * height
    drawing.line((x, zero), (x + width, zero), "quiet")
    places = zip(d.tolist(), values.tolist(), strict=True)
    points = [(x + (p + 1) / 2 * width, zero - scale * v) for p, v in places if v > -0.32]
    drawing.polyline(points, "classical" if view is filtered_chord else "data")
    below = 18 - scale * min(values.min().item(), 0)
    drawing.text((x + width / 2, zero + below), words)


def _sums(drawing: Drawing, corners: list[Point], view, words: str) -> None:
    """What is back-projected from four views and from many, with words below."""
    for corner, views in zip(corners, (4, MANY), strict=True):
        image = back_projected(view, views).clamp(min=0)
        drawing.matrix(corner, image, CELL, "data", joined=True)
        drawing.text((corner[0] + SIDE * CELL / 2, corner[1] - 12), f"{views} views")
    middle = (corners[0][0] + corners[1][0] + SIDE * CELL) / 2
    drawing.text((middle, corners[0][1] + SIDE * CELL + 16), words)


def _place(x: float, y: float) -> Point:
    """Where a point of the plane is on the panel: y points up there."""
    return CENTRE[0] + SCALE * x, CENTRE[1] - SCALE * y


def _turned(r: float, t: float) -> Point:
    """The point at the place r of the detector, and so far up along its ray."""
    x = r * math.cos(THETA) - t * math.sin(THETA)
    return _place(x, r * math.sin(THETA) + t * math.cos(THETA))


def _shifted(place: Point, x: float, y: float) -> Point:
    return place[0] + x, place[1] + y
