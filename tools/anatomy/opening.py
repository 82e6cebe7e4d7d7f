"""How a chapter begins: a claim, a figure that one can touch, three lines.

The cells are: title and claim; the Colab cell; the set-up, folded; the opening, folded; and
*You will*, *You need*, *Reads in*.
"""

import re
from itertools import pairwise

from folding import fold_of
from normal_form import WIDGET_VIEW, tags

from .cells import is_code, is_opening
from .prose import where

LONGEST_CLAIM = 30  # words
ITALICS = re.compile(r"([*_])(?!\1)(.+?[.!?])\1")
SENTENCE_END = re.compile(r"[.!?][\"')]*\s+(?=[A-Z])")
READS_IN = re.compile(
    r"\*\*Reads in\*\* (\d+) minutes, \*\*runs in\*\* <span class=\"runs-in\">"
)


def claim_is_one_short_sentence(notebook):
    """The first cell is the title and the claim, which the metadata repeats."""
    paragraphs = notebook.cells[0].source.strip().split("\n\n")
    if not re.match(r"# \S", paragraphs[0]) or len(paragraphs) != 2:
        yield "the first cell is not a title and a claim"
        return
    claim = ITALICS.fullmatch(paragraphs[1].strip())
    if not claim:
        yield "the claim is not one sentence in italics"
        return
    words = len(re.sub(r"\$[^$]+\$", "formula", claim[2]).split())
    if words > LONGEST_CLAIM:
        yield f"the claim has {words} words, at most {LONGEST_CLAIM}"
    if SENTENCE_END.search(claim[2]):
        yield "the claim is more than one sentence"
    if claim[2] != notebook.metadata.get("chapter", {}).get("claim"):
        yield "the claim on the page is not the claim in the metadata"


def opening_comes_first(notebook):
    """Between the claim and the opening there is folded set-up, and nothing else."""
    found = [n for n, cell in enumerate(notebook.cells) if is_opening(cell)]
    if len(found) != 1:
        yield f"{len(found)} cells are tagged `opening`, expected one"
        return
    opening = notebook.cells[found[0]]
    before = [c for c in notebook.cells[1 : found[0]] if "colab" not in tags(c)]
    for cell in before:
        if fold_of(cell) != "Set-up":
            yield f"{where(notebook, cell)} stands before the opening and is no set-up"
        elif cell.outputs:
            yield f"{where(notebook, cell)} shows something before the opening"
    if not before:
        yield "no set-up stands before the opening"
    if not fold_of(opening):
        yield "the opening is not folded"
    if not any(WIDGET_VIEW in o.get("data", {}) for o in opening.get("outputs", [])):
        yield "the opening does not respond"


def three_lines_follow_the_opening(notebook):
    """What the reader will do and needs, and how long it takes, in one cell of its own."""
    after = [c for before, c in pairwise(notebook.cells) if is_opening(before)]
    words = after[0].source if after and not is_code(after[0]) else ""
    if not words.startswith("**You will** ") or "\n**You need** " not in words:
        yield "the cell after the opening does not say **You will** and **You need**"
    minutes = READS_IN.search(words)
    expected = notebook.metadata.get("chapter", {}).get("minutes_to_read")
    if not minutes:
        yield "no **Reads in** and **runs in** follow the opening"
    elif int(minutes[1]) != expected:
        yield f"it reads in {minutes[1]} minutes, and the metadata says {expected}"
