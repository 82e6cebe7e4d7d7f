"""How long a chapter is, and how much of it is code."""

import re
from statistics import median

from normal_form import tags

from .cells import chapter_cells, code_lines, is_code, lines
from .prose import where, word_count

PLOTTING = r"\b(?:plots|plt|axs?|axes|fig)(?:\[\w+\])?\."


def length_is_within_budget(notebook):
    """1,800 to 2,800 words, and at least ten of them for each line of code."""
    markdown = [c for c in chapter_cells(notebook) if c.cell_type == "markdown"]
    words = sum(word_count(cell.source) for cell in markdown)
    code = sum(map(len, code_lines(notebook)))
    if not 1800 <= words <= 2800:
        yield f"{words} words of prose, expected 1800 to 2800"
    if words < 10 * code:
        yield f"{words} words for {code} lines of code, expected ten words for a line"


def code_is_within_budget(notebook):
    """15 to 25 cells, at most 5 lines in the median and 15 at all; a tenth of them plot."""
    cells = code_lines(notebook)
    if not 15 <= len(cells) <= 25:
        yield f"{len(cells)} code cells outside the exercises, expected 15 to 25"
    if cells and median(map(len, cells)) > 5:
        yield f"the median cell has {median(map(len, cells))} lines, at most 5"
    for cell in notebook.cells:
        if is_code(cell) and "colab" not in tags(cell) and len(lines(cell)) > 15:
            yield f"{where(notebook, cell)} has {len(lines(cell))} lines, at most 15"
    flat = [line for cell in cells for line in cell]
    plotting = [line for line in flat if re.search(PLOTTING, line)]
    if len(plotting) > 0.1 * len(flat):
        yield f"{len(plotting)} of {len(flat)} code lines are plotting, at most a tenth"
