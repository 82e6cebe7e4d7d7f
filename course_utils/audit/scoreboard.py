"""Methods beside problems: errors with their spread, and what each of them costs."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from statistics import mean

from .measured import rows


@dataclass(frozen=True)
class Problem:
    """A column of the scoreboard: where its numbers are, and which of them are best."""

    name: str
    table: str
    rows: dict
    error: list
    unit: str
    methods: dict
    where: str
    largest: bool = False
    learned: str = ""
    train_s: str = ""
    picture_ms: str = ""


@dataclass(frozen=True)
class Curve:
    """A problem whose table has errors over the number of pairs, and who is classical."""

    name: str
    table: str
    rows: dict
    error: list
    near: float
    classical: list
    methods: dict
    pairs: str = "pairs"
    largest: bool = False


@dataclass(frozen=True)
class Score:
    """What was measured of a method on a problem; None stands for what no table has.

    ``errors`` has one number for each training or seed, in the unit of the problem.
    """

    errors: list[float]
    learned: int | None
    train_s: float | None
    picture_s: float | None


@cache
def written() -> dict:
    """The file ``scoreboard.toml``."""
    return tomllib.loads((files(__package__) / "scoreboard.toml").read_text("utf-8"))


def problems() -> list[Problem]:
    """The problems, in the order of the book."""
    return [Problem(**entry) for entry in written()["problem"]]


def curves() -> list[Curve]:
    """The problems on which methods were taught by few pairs and by many."""
    return [Curve(**entry) for entry in written()["curve"]]


def methods() -> list[str]:
    """The methods, from what does nothing to what learns most."""
    return list(written()["gaps"])


def why_not(method: str) -> str:
    """Why a method has no number on some problems."""
    return written()["gaps"][method]


def score(problem: Problem, method: str) -> Score | None:
    """What the table of a problem has on a method; None where it was not tried.

    Raises: ValueError for a table that is not there, or a row of it.
    """
    if method not in problem.methods:
        return None
    wanted = problem.rows | problem.methods[method]
    found = [row for row in rows(problem.table, wanted) if problem.error[0] in row]
    errors = [error for row in found for error in at(row, problem.error)]
    picture_ms = middle(row.get(problem.picture_ms) for row in found)
    return Score(
        errors=errors,
        learned=found[0].get(problem.learned),
        train_s=middle(row.get(problem.train_s) for row in found),
        picture_s=None if picture_ms is None else picture_ms / 1000,
    )


def at(row: dict, path: list) -> list[float]:
    """The errors that a row has at a place: one number, or a list of them."""
    value = row
    for step in path:
        value = value[step]
    return value if isinstance(value, list) else [value]


def middle(values: Iterable) -> float | None:
    """The mean of what is there, if anything is."""
    there = [value for value in values if value is not None]
    return mean(there) if there else None


def pairs_needed(curve: Curve, method: str) -> float | None:
    """With how many pairs a method comes near the best classical error, in the mean.

    Infinity if it never does; None where it was tried with one number of pairs, or none.
    """
    if method not in curve.methods:
        return None
    best = min(min(grouped(curve, keys).values()) for keys in curve.classical)
    found = grouped(curve, curve.methods[method])
    reached = [N for N, error in found.items() if error <= best + curve.near]
    return (min(reached) if reached else float("inf")) if len(found) > 1 else None


def grouped(curve: Curve, keys: dict) -> dict[int, float]:
    """The mean error for each number of pairs; a quality has a minus before it."""
    errors = {}
    for row in rows(curve.table, curve.rows | keys):
        if curve.error[0] in row:
            errors.setdefault(row[curve.pairs], []).extend(at(row, curve.error))
    sign = -1 if curve.largest else 1
    return {N: sign * mean(found) for N, found in errors.items()}
