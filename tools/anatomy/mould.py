"""Which chapters are in the new mould, and which of their cells a page shows open.

A chapter in the new mould shows first: it begins with a figure that responds, its opening,
and folds the code that only prepares, draws or asserts.
"""

import functools
import re

from folding import QUICK_CHECK, fold_of
from normal_form import tags

from .cells import chapter_cells, is_code

BOXES = r"(?ms)^(:{3,}|`{3,})\{[\w-]+\}[^\n]*\n:class:[^\n]*\bdropdown\b.*?^\1\s*$"


def is_opening(cell):
    """Whether a cell is tagged as the figure of the first screen."""
    return "opening" in tags(cell)


def is_new(notebook):
    """Whether a chapter is in the new mould: it has an opening."""
    return any(map(is_opening, notebook.cells))


def of_the_old_mould(rule):
    """A rule that holds for chapters without an opening alone."""
    return where_new_is(False, rule)


def of_the_new_mould(rule):
    """A rule that holds for chapters with an opening alone."""
    return where_new_is(True, rule)


def where_new_is(expected, rule):
    """A rule that has nothing to say of the chapters of the other mould."""

    @functools.wraps(rule)
    def in_its_mould(notebook):
        return rule(notebook) if is_new(notebook) is expected else iter(())

    return in_its_mould


def is_quick_check(cell):
    """Whether a cell is a question that is answered in the page."""
    return fold_of(cell) == QUICK_CHECK


def code_cells(notebook):
    """The code cells outside the exercises, without the quick checks, which are prose."""
    return [c for c in chapter_cells(notebook) if is_code(c) and not is_quick_check(c)]


def open_cells(notebook):
    """The code cells outside the exercises that a page shows open."""
    return [cell for cell in code_cells(notebook) if not fold_of(cell)]


def without_boxes(source):
    """A Markdown cell without what a reader has to open."""
    return re.sub(BOXES, "", source)
