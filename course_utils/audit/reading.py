"""The rows of the audit, from the file in which they are written."""

import tomllib
from functools import partial
from importlib.resources import files

from . import computed, measured
from .verdict import Inequality, Row

SIGNS = {"below": "<", "above": ">"}
FUNCTIONS = {
    name: function
    for module in (measured, computed)
    for name, function in vars(module).items()
    if getattr(function, "__module__", None) == module.__name__
}


def read(text: str | None = None) -> tuple[Row, ...]:
    """The rows of a text in TOML, or of ``summary.toml``.

    Raises: ValueError for an inequality that names no function of ``measured`` or
        ``computed``, or no bound; and as ``Row`` does.
    """
    if text is None:
        text = (files(__package__) / "summary.toml").read_text("utf-8")
    return tuple(row(entry) for entry in tomllib.loads(text)["row"])


def row(entry: dict) -> Row:
    """A row as the file has it."""
    sides = {
        side: tuple(inequality(one) for one in entry.get(side, ()))
        for side in ("inside", "outside")
    }
    where = tuple(entry.get("where", ()))
    return Row(**entry | sides | {"where": where})


def inequality(entry: dict) -> Inequality:
    """An inequality as the file has it: a function with its arguments, and a bound."""
    functions = [name for name in entry if name in FUNCTIONS]
    signs = [sign for sign in SIGNS if sign in entry]
    if len(functions) != 1 or len(signs) != 1:
        raise ValueError(
            f"{entry.get('is')!r} needs one of {', '.join(SIGNS)} and one of the functions "
            f"{', '.join(sorted(FUNCTIONS))}; it has {', '.join(entry)}"
        )
    name = functions[0]
    sign = signs[0]
    numbers = partial(FUNCTIONS[name], *entry[name])
    unit = f" {entry['unit']}" if "unit" in entry else ""
    return Inequality(entry["is"], numbers, SIGNS[sign], entry[sign], unit)
