"""Guards of notebooks, pages, tools, forks and machines."""

from . import Guard

GUARDS: list[Guard] = []
