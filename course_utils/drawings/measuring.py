"""What a column of a forward operator is, and what a row is: a streak, and a ray."""

import math

import torch
from torch import Tensor

from .canvas import Drawing, Point, in_two_layouts

LABEL = (
    "Two panels. In a row of pixels one point becomes a fading streak in the data: a "
    "column of the matrix H. A ray crosses a grid of pixels and ends as one datum: its "
    "weights, pixel after pixel, are a row of H."
)
PIXELS = 12  # of the line that a camera sees
POINT = 3  # the pixel that shines
STREAK = torch.exp(-torch.arange(5, dtype=torch.float64) / 1.5)
SIDE = 8  # of the section that a ray crosses, in pixels
THETA = math.radians(27)  # the angle of the ray x cos + y sin = R
R = -0.5  # its distance from the centre, in pixels

HALF = (344, 340)  # the size of each panel
CELL = 24
PIXEL = 21
FINE = 5


def point_and_ray() -> Drawing:
    """A point and its streak, a column of H; a ray and its weights, a row of H."""
    return in_two_layouts(_layout)


def streaks() -> Tensor:
    """The matrix of the moving camera, without the streaks' ends that leave the line.

    Shape: (PIXELS, PIXELS).
    """
    offset = torch.arange(PIXELS)[:, None] - torch.arange(PIXELS)
    inside = (offset >= 0) & (offset < len(STREAK))
    return torch.where(inside, STREAK[offset.clamp(0, len(STREAK) - 1)], 0)


def ray() -> Tensor:
    """The weights of the ray: in each line its length, shared by the two pixels nearest.

    Shape: (SIDE, SIDE).
    """
    t = torch.arange(SIDE, dtype=torch.float64) - (SIDE - 1) / 2  # y = -t
    x = (R + t * math.sin(THETA)) / math.cos(THETA)
    near = 1 - (x[:, None] - t).abs()
    return near.clamp(min=0) / math.cos(THETA)


def _layout(narrow: bool) -> Drawing:
    width, height = HALF
    size = (width, 2 * height) if narrow else (720, height)
    drawing = Drawing(*size, LABEL)
    drawing.paste(_camera(), (0, 0))
    drawing.paste(_scanner(), (0, height) if narrow else (720 - width, 0))
    return drawing


def _camera() -> Drawing:
    """A point becomes a streak: a column of H."""
    drawing = Drawing(*HALF, "")
    H = streaks()
    left = 40
    drawing.text((172, 14), "a camera that moves")
    f = torch.zeros(1, PIXELS, dtype=torch.float64)
    f[0, POINT] = 1
    for name, y, values in (("$f$", 34, f), ("$g$", 104, H[:, POINT][None])):
        drawing.text((left - 16, y + CELL / 2), name)
        drawing.matrix((left, y), values, CELL, "classical")
    start = (left + (POINT + 0.5) * CELL, 34 + CELL + 2)
    for k in range(len(STREAK)):
        end = (left + (POINT + k + 0.5) * CELL, 100)
        drawing.arrow(start, end, role="quiet")
    corner = (left, 158)
    drawing.matrix(corner, H, 13, "data")
    drawing.matrix((left + 13 * POINT, 158), H[:, POINT : POINT + 1], 13, "classical")
    words = "$H$: each column\nis the streak of\none pixel, where\nits light goes"
    drawing.text((left + 13 * PIXELS + 14, 236), words, anchor="start")
    return drawing


def _scanner() -> Drawing:
    """A ray crosses pixels: a row of H."""
    drawing = Drawing(*HALF, "")
    weights = ray()
    corner = (88, 62)
    drawing.text((172, 14), "a CT scanner")
    drawing.matrix(corner, weights, PIXEL, "classical")
    source, end = (_on_ray(corner, t) for t in (-SIDE / 2 - 1.0, SIDE / 2 + 0.7))
    drawing.dot(source)
    drawing.text((source[0] - 10, source[1]), "source", anchor="end")
    drawing.arrow(source, end)
    drawing.box((end[0] - 12, end[1] + 2), 24, 12)
    drawing.text((end[0] + 20, end[1] + 8), "one datum $g_i$", anchor="start")
    strip = (HALF[0] - FINE * SIDE**2) / 2
    drawing.matrix((strip, 286), weights.reshape(1, -1).expand(3, -1), FINE, "classical")
    words = "one row of $H$: where a datum comes from"
    drawing.text((172, 318), words)
    return drawing


def _on_ray(corner: Point, t: float) -> Point:
    """Where the ray is on the sheet, so many pixels below the centre of the section."""
    x = (R + t * math.sin(THETA)) / math.cos(THETA)
    return corner[0] + PIXEL * (SIDE / 2 + x), corner[1] + PIXEL * (SIDE / 2 + t)
