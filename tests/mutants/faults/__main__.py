"""Takes out each guard in a copy of the checkout, and says whether its test sees that.

usage: python -m tests.mutants.faults [ROW or word of a guard's name ...]

A line of the table for each guard: row, fault, guard, and its verdict, in a word of
``tests.mutants.trying``. The exit status is 1 unless all are killed.
"""

import sys

from ..trying import verdicts
from .listed import FAULTS, GUARDS

HEAD = "| row | fault | guard | verdict |\n|---|---|---|---|"


def is_meant(guard, words):
    """Whether a guard is of a row, or has in its name a word, that is among these."""
    return any(w == str(guard.row) or (w in guard.name and not w.isdigit()) for w in words)


def line(guard, found):
    """The row of the table for one guard."""
    why = f" ({found.why})" if found.why else ""
    return f"| {guard.row} | {FAULTS[guard.row]} | {guard.name} | {found.word}{why} |"


def main(words, guards=GUARDS):
    """Try the guards that the words name, or all."""
    chosen = [guard for guard in guards if not words or is_meant(guard, words)]
    print(HEAD, flush=True)
    killed = 0
    for guard, found in verdicts(chosen):
        print(line(guard, found), flush=True)
        killed += found.word == "killed"
    print(f"\n{killed} of {len(chosen)} killed")
    return int(not chosen or killed < len(chosen))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
