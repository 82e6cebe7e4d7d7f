"""Guards of what reads pictures and CT slices."""

from . import Guard

GUARDS: list[Guard] = []
