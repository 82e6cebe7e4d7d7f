"""Words and short formulas as the inside of an SVG ``<text>``."""

from html import escape
from re import findall

RAISED = 6  # pixels that an exponent stands above its line
LOWERED = 4  # and an index below it
TOKEN = r"[_^](?:\{[^}]*\}|.)|[^_^]+"
RUN = r"[^\W\d_]+|[\W\d]+"  # letters, or anything else


def set_line(line: str) -> str:
    """A line in which formulas stand between dollars.

    In a formula letters are italic; ``_`` and ``^`` put one sign, or those in braces, below
    or above the line.
    """
    parts = []
    level = 0
    for number, piece in enumerate(line.split("$")):
        for words, kind, wanted in _formula(piece) if number % 2 else [(piece, "", 0)]:
            if words:
                parts.append(_span(words, kind, wanted - level))
                level = wanted
    return "".join(parts)


def _formula(piece: str) -> list[tuple[str, str, int]]:
    """Runs of signs, each with its classes and how far it stands below the line."""
    runs = []
    for token in findall(TOKEN, piece):
        below = {"_": LOWERED, "^": -RAISED}.get(token[0], 0)
        words = token[1:].strip("{}") if below else token
        kind = "math index" if below else "math"
        for run in findall(RUN, words):
            runs.append((run, kind + " it" * run[0].isalpha(), below))
    return runs


def _span(words: str, kind: str, down: int) -> str:
    attributes = f' class="{kind}"' * bool(kind) + f' dy="{down}"' * bool(down)
    return f"<tspan{attributes}>{escape(words)}</tspan>" if attributes else escape(words)
