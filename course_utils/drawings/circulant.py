"""A circulant matrix, taken apart into Fourier modes, and what it does to three of them."""

import math

import torch
from torch import Tensor

from .canvas import Drawing, Point, in_two_layouts

N = 12  # pixels
CELL = 12  # of a matrix, in pixels of the sheet
SIDE = N * CELL
PSF = torch.tensor([0.5, 0.3, 0.2], dtype=torch.float64)  # at 0, 1 and 2
SHOWN = (1, 2, 4)  # the modes that go through the matrix
DRAWN = (0, 1, 2, 3)  # the modes in the boxes of F and its inverse
HEIGHT = 26  # of a mode that goes in
LENGTH = 80  # and how long it is drawn
LABEL = (
    "A matrix whose rows are shifted copies of one row is a product of three: split into "
    "modes, multiply each by a number, put together. Below, three modes come out as "
    "the same modes, lower and shifted."
)
NAMES = ("$C$", "$F^*$", "diag $t$", "$F$")
WORDS = (
    "each row is moved\none place on",
    "put the modes\ntogether again",
    "multiply each one\nby its $t(ν)$",
    "split the signal\ninto modes",
)

WIDE = {
    "size": (720, 356),
    "matrices": [(10 + k * (SIDE + 41), 34) for k in range(4)],
    "modes": [(18 + k * 240, 306) for k in range(3)],
}
NARROW = {
    "size": (344, 796),
    "matrices": [(8 + k % 2 * (SIDE + 40), 34 + k // 2 * 234) for k in range(4)],
    "modes": [(70, 536 + k * 104) for k in range(3)],
}


def transfer(nu: int) -> complex:
    """t(nu), the number by which the mode of this frequency is multiplied."""
    phases = -2j * math.pi * nu / N * torch.arange(len(PSF)).double()
    return complex((PSF * phases.exp()).sum())


def circulant() -> Tensor:
    """The matrix of the periodic convolution with PSF. Shape: (N, N)."""
    h = torch.zeros(N, dtype=torch.float64)
    h[: len(PSF)] = PSF
    return torch.stack([h.roll(y) for y in range(N)], 1)


def circulant_and_modes() -> Drawing:
    """C = F* diag(t) F as matrices, and three Fourier modes before and after C."""
    return in_two_layouts(_layout)


def _layout(narrow: bool) -> Drawing:
    place = NARROW if narrow else WIDE
    drawing = Drawing(*place["size"], LABEL)
    corners = place["matrices"]
    matrix, columns = corners[:2]
    middle, rows = corners[2:]
    _circulant(drawing, matrix)
    _columns(drawing, columns)
    order = sorted(range(N), key=lambda nu: min(nu, N - nu))
    drawing.matrix(middle, torch.tensor([abs(transfer(nu)) for nu in order]).diag(), CELL)
    _rows(drawing, rows)
    for corner, name, words in zip(corners, NAMES, WORDS, strict=True):
        x, y = corner
        drawing.text((x + SIDE / 2, y - 17), name)
        drawing.text((x + SIDE / 2, y + SIDE + 24), words, "quiet")
    drawing.text((matrix[0] + SIDE + 20, matrix[1] + SIDE / 2), "=")
    for corner, nu in zip(place["modes"], SHOWN, strict=True):
        _through(drawing, corner, nu)
    return drawing


def _circulant(drawing: Drawing, corner: Point) -> None:
    """The matrix, with an edge around what leaves at the end and enters in front."""
    x, y = corner
    right = x + SIDE
    reach = CELL * (len(PSF) - 1)
    drawing.matrix(corner, circulant(), CELL)
    inner = [(right - CELL, y + reach), (right - CELL, y + CELL), (right - reach, y + CELL)]
    edge = [(right - reach, y), (right, y), (right, y + reach), *inner]
    drawing.polygon(edge, "classical")


def _wave(nu: int, length: float, height: float, t: complex = 1) -> list:
    """Places along a mode of so many periods in N pixels, after it was multiplied by t."""
    points = max(12 * nu, 16) + 1 if nu else 2
    x = torch.linspace(0, 1, points, dtype=torch.float64)
    angle = math.atan2(complex(t).imag, complex(t).real)
    y = height * abs(t) * torch.cos(2 * math.pi * nu * x + angle)
    places = torch.stack([length * x, y], 1)
    return (places * 10).round().div(10).tolist()


def _columns(drawing: Drawing, corner: Point) -> None:
    """Modes that stand upright, side by side."""
    drawing.box(corner, SIDE, SIDE, role="quiet")
    for k, nu in enumerate(DRAWN):
        x = corner[0] + (k + 0.5) * SIDE / len(DRAWN)
        wave = _wave(nu, SIDE - 12, 11)
        drawing.polyline([(x + v, corner[1] + 6 + u) for u, v in wave])


def _rows(drawing: Drawing, corner: Point) -> None:
    """Modes that lie one above the other."""
    drawing.box(corner, SIDE, SIDE, role="quiet")
    for k, nu in enumerate(DRAWN):
        y = corner[1] + (k + 0.5) * SIDE / len(DRAWN)
        wave = _wave(nu, SIDE - 12, 11)
        drawing.polyline([(corner[0] + 6 + u, y - v) for u, v in wave])


def _through(drawing: Drawing, start: Point, nu: int) -> None:
    """A mode, an arrow, and what comes out of C."""
    x, y = start
    t = transfer(nu)
    length = LENGTH
    there = _wave(nu, length, HEIGHT)
    back = _wave(nu, length, HEIGHT, t)
    drawing.polyline([(x + u, y - v) for u, v in there])
    drawing.arrow((x + length + 10, y), (x + length + 40, y), role="quiet")
    drawing.polyline([(x + length + 50 + u, y - v) for u, v in back], "classical")
    words = f"$ν = {nu}$: times {abs(t):.2f}"
    drawing.text((x + length + 25, y - HEIGHT - 16), words)
