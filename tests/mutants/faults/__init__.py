"""What guards against each fault that a stranger brings, and the test that needs it.

A fault has a number and a sentence in ``listed``. A guard is the code that answers it:
taken out, its test fails. `python -m tests.mutants.faults` takes out one after the other.
"""

from typing import NamedTuple


class Guard(NamedTuple):
    """A guard against fault ``row``: ``new`` stands in its file where ``old`` guarded."""

    row: int
    name: str
    file: str
    old: str
    new: str
    tests: str
