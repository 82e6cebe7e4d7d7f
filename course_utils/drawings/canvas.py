"""A drawing made of a few primitives: one line weight, one type size, one arrow head.

A drawing is SVG. Its colours are variables of the page around it, so that it is at home on
light and on dark paper; it has one layout for wide and may have one for narrow places.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from html import escape
from pathlib import Path

from torch import Tensor

from ..plots import LOOK
from .words import set_line

Point = tuple[float, float]

ROLES = ("ink", "quiet", *LOOK)
STYLE = (Path(__file__).parent / "drawing.css").read_text("utf-8")
LINE_HEIGHT = 19
HEAD = 9.0  # the length of an arrow head
SHADES = 16  # of the cells of a matrix


class Drawing:
    """Lines, boxes and words on a sheet of so many pixels, with y pointing down.

    ``label`` says in a sentence what is to be seen. ``narrow`` is the same drawing for a
    telephone; without one the drawing shrinks.

    Raises: ValueError for a role that is neither "ink", "quiet" nor one of ``plots.LOOK``.
    """

    def __init__(self, width: float, height: float, label: str):
        self.width = width
        self.height = height
        self.label = label
        self.narrow: Drawing | None = None
        self.parts: list[str] = []

    def line(self, start: Point, end: Point, role: str = "ink") -> None:
        """A straight line."""
        self.polyline([start, end], role)

    def polyline(self, points: Sequence[Point], role: str = "ink") -> None:
        """Straight lines from point to point."""
        self._path(_through(points), "line", role)

    def polygon(self, points: Sequence[Point], role: str = "ink") -> None:
        """A closed line around an area of its colour, paler."""
        self._path(_through(points) + "z", "line area", role)

    def arrow(self, *points: Point, role: str = "ink") -> None:
        """Straight lines from point to point, with a head at the last."""
        tip = points[-1]
        before = points[-2]
        self.polyline([*points[:-1], _beyond(tip, before, -0.7 * HEAD, 0)], role)
        wings = [_beyond(tip, before, -HEAD, side * HEAD * 0.42) for side in (1, -1)]
        self._path(_through([tip, *wings]) + "z", "full", role)

    def circle(self, centre: Point, radius: float, role: str = "ink") -> None:
        """A circle around an area of its colour, paler."""
        self._mark(_circle(centre, radius), "line area", role)

    def ellipse(
        self, centre: Point, radii: Point, turned: float = 0, role: str = "ink"
    ) -> None:
        """An ellipse, turned clockwise by so many degrees, around a paler area."""
        middle = f"{_n(centre[0])} {_n(centre[1])}"
        turn = f'transform="translate({middle}) rotate({_n(turned)})"'
        radius = f'rx="{_n(radii[0])}" ry="{_n(radii[1])}"'
        self._mark(f"ellipse {radius} {turn}", "line area", role)

    def dot(self, centre: Point, role: str = "ink") -> None:
        """A point that has a place of its own."""
        self._mark(_circle(centre, 3.6), "full", role)

    def box(
        self, corner: Point, width: float, height: float, words: str = "", role: str = "ink"
    ) -> None:
        """A box with round corners around words; ``corner`` is at its top left."""
        x, y = corner
        place = f'rect x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}"'
        self._mark(f'{place} rx="5"', "line area", role)
        if words:
            self.text((x + width / 2, y + height / 2), words)

    def text(
        self, place: Point, words: str, role: str = "ink", anchor: str = "middle"
    ) -> None:
        """Lines of words around a place; a formula stands between dollars.

        ``anchor`` says which end of a line is at the place: "start", "middle" or "end".
        """
        lines = words.split("\n")
        first = place[1] + 5 - LINE_HEIGHT * (len(lines) - 1) / 2
        for number, line in enumerate(lines):
            where = f'x="{_n(place[0])}" y="{_n(first + LINE_HEIGHT * number)}"'
            start = f'<text class="{_known(role)}" {where} text-anchor="{anchor}">'
            self.parts.append(f"{start}{set_line(line)}</text>")

    def matrix(
        self,
        corner: Point,
        values: Tensor,
        size: float,
        role: str = "ink",
        joined: bool = False,
    ) -> None:
        """A grid of cells: the larger the entry, the darker; 0 is empty paper.

        If ``joined``, neighbours of one shade in a row are one box, which weighs less.

        Shape: values is (rows, columns), not negative.
        Unit: ``size``, the side of a cell, is in pixels.
        """
        shades = (values / values.max() * SHADES).round().int()
        for shade in range(1, SHADES + 1):
            places = (shades == shade).nonzero().tolist()
            boxes = _runs(places) if joined else [(i, j, 1) for i, j in places]
            cells = "".join(_cell(corner, size, *box) for box in boxes)
            if cells:
                opacity = f'path fill-opacity="{_n(shade / SHADES)}"'
                self._mark(f'{opacity} d="{cells}"', "full", role)
        rows, columns = values.shape
        self._path(_frame(corner, columns * size, rows * size), "line", role)

    @contextmanager
    def moved(self, by: Point, turned: float = 0) -> Iterator[None]:
        """What is drawn inside is moved, and turned clockwise by so many degrees."""
        turn = f" rotate({_n(turned)})" if turned else ""
        self.parts.append(f'<g transform="translate({_n(by[0])},{_n(by[1])}){turn}">')
        yield
        self.parts.append("</g>")

    def paste(self, other: "Drawing", corner: Point) -> None:
        """Another drawing, its top left corner at ``corner``."""
        with self.moved(corner):
            self.parts += other.parts

    def svg(self, kind: str = "") -> str:
        """The drawing as an ``<svg>`` element of a page."""
        box = f'viewBox="0 0 {_n(self.width)} {_n(self.height)}"'
        style = f'style="max-width:{_n(self.width)}px"'
        words = f'role="img" aria-label="{escape(self.label)}"'
        return f'<svg class="{kind}" {box} {style} {words}>{"".join(self.parts)}</svg>'

    def html(self) -> str:
        """Both layouts and their style.

        Where styles and drawings are taken out, as JupyterLab does until a notebook is
        trusted, the label alone is left.
        """
        wide = self.svg("cu-wide" if self.narrow else "")
        narrow = self.narrow.svg("cu-narrow") if self.narrow else ""
        drawn = f'<div class="cu-drawing" hidden>{wide}{narrow}</div>'
        words = f'<p class="cu-drawing-words">{escape(self.label)}</p>'
        return f"<style>\n{STYLE}</style>\n{drawn}\n{words}"

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/html": self.html(), "text/plain": self.label}

    def _path(self, path: str, kind: str, role: str) -> None:
        self._mark(f'path d="{path}"', kind, role)

    def _mark(self, element: str, kind: str, role: str) -> None:
        self.parts.append(f'<{element} class="{kind} {_known(role)}"/>')


def in_two_layouts(draw: Callable[[bool], Drawing]) -> Drawing:
    """``draw(False)`` for wide places, and ``draw(True)`` for narrow ones."""
    drawing = draw(False)
    drawing.narrow = draw(True)
    return drawing


def _known(role: str) -> str:
    if role not in ROLES:
        raise ValueError(f"the role {role!r} is not one of {', '.join(ROLES)}")
    return role


def _n(number: float) -> str:
    """A number in pixels, to a hundredth, as short as it can be."""
    return f"{round(number, 2) + 0:g}" if abs(number) < 1e4 else f"{number:.0f}"


def _through(points: Sequence[Point]) -> str:
    return "M" + "L".join(f"{_n(x)},{_n(y)}" for x, y in points)


def _circle(centre: Point, radius: float) -> str:
    return f'circle cx="{_n(centre[0])}" cy="{_n(centre[1])}" r="{_n(radius)}"'


def _runs(places: list[list[int]]) -> list[tuple[int, int, int]]:
    """Where cells of one row follow each other: the first of them, and how many."""
    runs: list[tuple[int, int, int]] = []
    for i, j in places:
        row, first, count = runs[-1] if runs else (-1, -1, 0)
        if (i, j) == (row, first + count):
            runs[-1] = (row, first, count + 1)
        else:
            runs.append((i, j, 1))
    return runs


def _cell(corner: Point, size: float, row: int, column: int, count: int) -> str:
    place = f"M{_n(corner[0] + size * column)},{_n(corner[1] + size * row)}"
    return f"{place}h{_n(count * size)}v{_n(size)}h{_n(-count * size)}z"


def _frame(corner: Point, width: float, height: float) -> str:
    x, y = corner
    return (
        _through([corner, (x + width, y), (x + width, y + height), (x, y + height)]) + "z"
    )


def _beyond(tip: Point, before: Point, along: float, aside: float) -> Point:
    """The place so far beyond the tip of a line, and so far to its side."""
    dx = tip[0] - before[0]
    dy = tip[1] - before[1]
    length = math.hypot(dx, dy)
    x = tip[0] + (along * dx - aside * dy) / length
    return x, tip[1] + (along * dy + aside * dx) / length
