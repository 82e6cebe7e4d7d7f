"""Every claim of the summary with its verdict, which numbers decide where they can.

    for row in audit.read():
        row.verdict()          "holds", "holds if", "fails" or "not testable here"

A row has inequalities *inside* of a condition and *outside* of it. If all inside hold, and
all outside, the claim holds; if only those inside do, it holds under the condition; else it
fails. The numbers come from the tables of the studies, or are computed on the spot.
"""

from .reading import read
from .subjects import about, told
from .verdict import FAILS, HOLDS, HOLDS_IF, NOT_TESTABLE, VERDICTS, Inequality, Row

__all__ = [
    "FAILS",
    "HOLDS",
    "HOLDS_IF",
    "NOT_TESTABLE",
    "VERDICTS",
    "Inequality",
    "Row",
    "about",
    "read",
    "told",
]
