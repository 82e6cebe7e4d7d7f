"""A sensor that fills up: steps of Gauss-Newton along tangents, and what noise costs."""

import math
from itertools import pairwise

from .canvas import Drawing, Point, in_two_layouts

LABEL = (
    "Two plots of a curve that flattens. Left, a tangent at 0 meets the level of the "
    "datum; the tangent at the place below it meets the level again, closer to the curve. "
    "Right, a band of noise around a datum becomes a wide, lopsided range of the unknown."
)
LEVEL = 1.0  # s, at which the sensor is full
DATUM = 0.92
STEPS = 3
NEAR = 0.9  # right: a datum close to the level
SIGMA = 0.06
REACH = (2.3, 1.22)  # of the axes, in units of s

UNIT = (128, 150)  # pixels of a unit, across and upwards
WIDE = {"size": (720, 262), "left": (40, 216), "right": (402, 216)}
NARROW = {"size": (344, 524), "left": (32, 216), "right": (32, 478)}


def tangent_steps() -> Drawing:
    """h(f) = s tanh(f / s) and the datum g: left the tangents, right f for g +- sigma.

    Both panels are drawn to scale.
    """
    return in_two_layouts(_layout)


def response(f: float) -> float:
    """h(f) = s tanh(f / s)"""
    return LEVEL * math.tanh(f / LEVEL)


def slope(f: float) -> float:
    """h'(f) = 1 - (h(f) / s)^2"""
    return 1 - (response(f) / LEVEL) ** 2


def iterates() -> list[float]:
    """f_0 = 0, and where each tangent meets the datum: f + (g - h(f)) / h'(f)."""
    f = [0.0]
    for _ in range(STEPS):
        f.append(f[-1] + (DATUM - response(f[-1])) / slope(f[-1]))
    return f


def undone(g: float) -> float:
    """The f with h(f) = g."""
    return LEVEL * math.atanh(g / LEVEL)


def _layout(narrow: bool) -> Drawing:
    place = NARROW if narrow else WIDE
    drawing = Drawing(*place["size"], LABEL)
    _tangents(drawing, place["left"])
    _noise(drawing, place["right"])
    return drawing


def _at(origin: Point, f: float, g: float, by: Point = (0, 0)) -> Point:
    """Where a point (f, g) stands on the sheet, moved by so many pixels."""
    return origin[0] + UNIT[0] * f + by[0], origin[1] - UNIT[1] * g + by[1]


def _axes(drawing: Drawing, origin: Point, title: str) -> None:
    """Two axes, the level s, and the curve."""
    drawing.text(_at(origin, REACH[0] / 2, REACH[1], (0, -12)), title)
    drawing.arrow(_at(origin, 0, 0), _at(origin, REACH[0], 0), role="quiet")
    drawing.arrow(_at(origin, 0, 0), _at(origin, 0, REACH[1]), role="quiet")
    drawing.text(_at(origin, REACH[0], 0, (-8, 17)), "$f$")
    drawing.line(_at(origin, 0, LEVEL), _at(origin, REACH[0], LEVEL), "quiet")
    drawing.text(_at(origin, 0, LEVEL, (-13, -4)), "$s$", "quiet")
    places = [REACH[0] * i / 60 for i in range(61)]
    drawing.polyline([_at(origin, f, response(f)) for f in places])
    drawing.text(_at(origin, REACH[0], response(REACH[0]), (-14, 18)), "$h(f)$")


def _tangents(drawing: Drawing, origin: Point) -> None:
    """From each place on the curve along the tangent to the level of the datum."""
    _axes(drawing, origin, "follow the tangent, and again")
    drawing.line(_at(origin, 0, DATUM), _at(origin, 1.8, DATUM), "noise")
    drawing.text(_at(origin, 0, DATUM, (-13, 8)), "$g$", "noise")
    found = iterates()
    for number, (f, after) in enumerate(pairwise(found)):
        start = _at(origin, f, response(f))
        drawing.arrow(start, _at(origin, after, DATUM), role="classical")
        drawing.line(_at(origin, after, DATUM), _at(origin, after, 0), "quiet")
        drawing.dot(_at(origin, after, response(after)), "classical")
        drawing.text(_at(origin, after, 0, (0, 17)), f"$f_{number + 1}$")
    drawing.dot(_at(origin, 0, 0), "classical")
    drawing.text(_at(origin, 0, 0, (0, 17)), "$f_0$")


def _noise(drawing: Drawing, origin: Point) -> None:
    """A band of noise around a datum close to the level, and its range of f."""
    _axes(drawing, origin, "what the noise becomes")
    low = NEAR - SIGMA
    high = NEAR + SIGMA
    ends = [(0, low), (undone(low), low), (undone(low), 0)]
    far = [(undone(high), 0), (undone(high), high), (0, high)]
    drawing.polygon([_at(origin, *point) for point in [*ends, *far]], "noise")
    middle = [(0, NEAR), (undone(NEAR), NEAR), (undone(NEAR), 0)]
    drawing.polyline([_at(origin, *point) for point in middle], "data")
    drawing.dot(_at(origin, undone(NEAR), NEAR))
    drawing.text(_at(origin, 0.42, NEAR, (0, 22)), "$g ± σ$", "noise")
    words = (undone(low) + undone(high)) / 2
    drawing.text(_at(origin, words, 0, (0, 17)), "all these $f$", "noise")
