"""Tries the mutants: all, or those in whose name a word of the command line stands.

Each is put into a copy of the checkout, where its tests run. A line says what became of it,
in a word of ``trying``. The exit status is 1 if one survived or is broken.
"""

import sys

from .listed import MUTANTS
from .trying import verdicts


def main(words):
    """Try the mutants that the words name, or all."""
    chosen = [m for m in MUTANTS if not words or any(word in m.name for word in words)]
    words = []
    for mutant, found in verdicts(chosen):
        words.append(found.word)
        why = f" ({found.why})" if found.why else ""
        print(f"{len(words)}/{len(chosen)} {found.word:8}  {mutant.name}{why}", flush=True)
    print(f"{words.count('killed')} of {len(words)} killed")
    return int(not words or set(words) != {"killed"})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
