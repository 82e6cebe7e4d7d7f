"""Guards of the mathematics: numbers, types, training and its files."""

from . import Guard

GUARDS: list[Guard] = []
