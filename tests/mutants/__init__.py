"""Small wrong changes of the code, each of which some test must see.

A mutant is what a slip of the hand would make. The list says for each one the file, a text
that stands there once, what stands there instead, and the tests that fail then. The command
`python -m tests.mutants` tries them.
"""

from typing import NamedTuple


class Mutant(NamedTuple):
    """One wrong change; ``tests`` select, as words after `pytest`, what kills it."""

    name: str
    file: str
    old: str
    new: str
    tests: str
