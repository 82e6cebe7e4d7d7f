"""A rubric: what is measured of an answer, how many points that earns, what is asked.

Each row has points of its own, which fall in proportion from ``full`` to ``none``. An
answer that ends in an error, or has the wrong type or shape, earns nothing; it says why.
"""

import math
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from ..checks import one_line
from ..plots import tabular


@dataclass(frozen=True)
class Row:
    """All ``points`` for a number up to ``full``, none from ``none`` on, linear between.

    The number may also have to be large: then ``none`` is the smaller of the two.
    """

    name: str
    points: int
    full: float
    none: float

    def earned(self, found: float) -> int:
        """The points for a number that was measured, rounded; none for NaN."""
        if math.isnan(found):
            return 0
        share = (found - self.none) / (self.full - self.none)
        return round(self.points * min(max(share, 0.0), 1.0))

    @property
    def asked(self) -> str:
        """The number that earns all points, in words."""
        return f"{'at most' if self.full < self.none else 'at least'} {self.full:g}"


@contextmanager
def precision(dtype: torch.dtype) -> Iterator[None]:
    """Tensors without a type have this one, inside; also a mark on a function."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(dtype)
    try:
        yield
    finally:
        torch.set_default_dtype(before)


class Refused(Exception):
    """An answer that cannot be measured; the message says what was expected and came."""


def tensor(name: str, x, shape: tuple[int, ...]) -> Tensor:
    """A part of an answer, as real numbers in double precision and of the shape asked for.

    Raises: Refused for what is no tensor, has another shape or a number that is not finite.
    """
    if not isinstance(x, Tensor):
        raise Refused(f"{name} is a tensor of shape {shape}, not {type(x).__name__}")
    if tuple(x.shape) != shape:
        raise Refused(f"{name} has the shape {shape}, not {tuple(x.shape)}")
    if x.is_complex() or not torch.isfinite(x).all():
        raise Refused(f"{name} needs real and finite numbers in every place")
    return x.detach().cpu().double()


def parts(answer, names: str) -> tuple:
    """The parts of an answer, as many as ``names`` lists.

    Raises: Refused for an answer that has others.
    """
    wanted = names.split(", ")
    if answer is None or answer is ...:
        raise Refused(f"nothing has been returned yet; expected are {names}")
    if not isinstance(answer, tuple | list) or len(answer) != len(wanted):
        given = f"{len(answer)} things" if isinstance(answer, tuple | list) else None
        found = given or type(answer).__name__
        raise Refused(f"expected are {len(wanted)} things, {names}, and not {found}")
    return tuple(answer)


def number(name: str, x) -> float:
    """A part of an answer that is one finite number.

    Raises: Refused for anything else.
    """
    try:
        value = float(x)
    except (TypeError, ValueError):
        raise Refused(f"{name} is a number, not {type(x).__name__}") from None
    if not math.isfinite(value):
        raise Refused(f"{name} is a finite number, not {value}")
    return value


class Line(NamedTuple):
    """A row of a rubric with the number that was found."""

    row: Row
    found: float


@dataclass(frozen=True)
class Score:
    """What an answer has earned, line by line; it shows itself as a table.

    ``refused`` is the sentence for an answer that could not be measured.
    """

    lines: list[Line]
    refused: str = ""
    seed: int | None = None

    @property
    def most(self) -> int:
        """The points of an answer without fault."""
        return sum(line.row.points for line in self.lines)

    @property
    def points(self) -> int:
        """All points together."""
        return sum(line.row.earned(line.found) for line in self.lines)

    @property
    def table(self) -> tabular.Table:
        """A line for each row of the rubric."""
        rows = [line.row for line in self.lines]
        earned = [line.row.earned(line.found) for line in self.lines]
        caption = f"{self.points} of {self.most} points. Seed of the test: {self.seed}."
        columns = {
            "measured": [row.name for row in rows],
            "found": [line.found for line in self.lines],
            "all points": [row.asked for row in rows],
            "earned": earned,
            "of": [row.points for row in rows],
        }
        return tabular.table(columns, digits={"found": 3}, caption=self.refused or caption)

    def __repr__(self) -> str:
        return repr(self.table)

    def _repr_html_(self) -> str:
        return self.table._repr_html_()


def table(rows: list[Row]) -> tabular.Table:
    """A rubric before anything is measured: what is asked, and for how many points."""
    columns = {
        "measured": [row.name for row in rows],
        "all points": [row.asked for row in rows],
        "no points": [f"{row.none:g}" for row in rows],
        "points": [row.points for row in rows],
    }
    return tabular.table(columns)


def measured(rows: list[Row], measure: Callable[[int], list[float]], seed=None) -> Score:
    """The score of an answer: ``measure(seed)`` gives one number for each row.

    Without a seed one is drawn, so that nobody can fit an answer to the test; the score
    names it, and with it the same test can be repeated.
    """
    seed = secrets.randbelow(2**31) if seed is None else seed
    try:
        found = measure(seed)
    except Exception as error:  # an answer of somebody else may raise anything
        kind = "" if isinstance(error, Refused) else f"{type(error).__name__}: "
        sentence = f"0 points: {kind}{one_line(error)}"
        return Score([Line(row, math.nan) for row in rows], sentence, seed)
    return Score([Line(*pair) for pair in zip(rows, found, strict=True)], "", seed)
