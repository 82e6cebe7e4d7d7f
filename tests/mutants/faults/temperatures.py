"""Guards of what reads temperatures."""

from . import Guard

GUARDS: list[Guard] = []
