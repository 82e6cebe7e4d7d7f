"""How long a chapter is, and how much of it is code."""

import re
from statistics import median

from normal_form import tags

from .cells import (
    chapter_cells,
    code_cells,
    is_code,
    is_quick_check,
    lines,
    open_cells,
    without_boxes,
)
from .prose import where, word_count

PLOTTING = r"\b(?:plots|plt|axs?|axes|fig)(?:\[\w+\])?\."


def prose_cells(notebook):
    """The sources of the Markdown cells outside the exercises."""
    return [c.source for c in chapter_cells(notebook) if c.cell_type == "markdown"]


def faults_of_length(words, code):
    """1,800 to 2,800 words, and at least ten of them for each line of code."""
    if not 1800 <= words <= 2800:
        yield f"{words} words of prose, expected 1800 to 2800"
    if words < 10 * code:
        yield f"{words} words for {code} lines of code, expected ten words for a line"


def faults_of_cells(notebook, cells):
    """At most 5 lines in the median, and a tenth of all lines plot; none is too long."""
    if cells and median(map(len, cells)) > 5:
        yield f"the median cell has {median(map(len, cells))} lines, at most 5"
    for cell in notebook.cells:
        counts = is_code(cell) and "colab" not in tags(cell) and not is_quick_check(cell)
        if counts and len(lines(cell)) > 15:
            yield f"{where(notebook, cell)} has {len(lines(cell))} lines, at most 15"
    flat = [line for cell in cells for line in cell]
    plotting = [line for line in flat if re.search(PLOTTING, line)]
    if len(plotting) > 0.1 * len(flat):
        yield f"{len(plotting)} of {len(flat)} code lines are plotting, at most a tenth"


def length_is_within_budget(notebook):
    """1,800 to 2,800 words of running prose, and ten or more for each open line of code."""
    words = sum(word_count(without_boxes(source)) for source in prose_cells(notebook))
    code = sum(len(lines(cell)) for cell in open_cells(notebook))
    yield from faults_of_length(words, code)


def code_is_within_budget(notebook):
    """8 to 25 open cells and 45 in all; those that are folded may plot as they like."""
    found = [lines(cell) for cell in open_cells(notebook)]
    if not 8 <= len(found) <= 25:
        yield f"{len(found)} open code cells outside the exercises, expected 8 to 25"
    if len(code_cells(notebook)) > 45:
        yield f"{len(code_cells(notebook))} code cells outside the exercises, at most 45"
    yield from faults_of_cells(notebook, found)
