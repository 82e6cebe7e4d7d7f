"""The cells of a chapter, and which of them a page shows open."""

import ast
import re

from folding import QUICK_CHECK, fold_of
from normal_form import tags

from .exercises import of_exercises
from .prose import where

BOXES = r"(?ms)^(:{3,}|`{3,})\{[\w-]+\}[^\n]*\n:class:[^\n]*\bdropdown\b.*?^\1\s*$"


def is_code(cell):
    return cell.cell_type == "code"


def chapter_cells(notebook):
    """The cells outside the exercises, without the generated Colab cell."""
    inside = of_exercises(notebook)
    return [
        cell
        for position, cell in enumerate(notebook.cells)
        if position not in inside and "colab" not in tags(cell)
    ]


def lines(cell):
    """The code lines of a cell."""
    return [line for line in cell.source.splitlines() if line.strip()]


def is_opening(cell):
    """Whether a cell is tagged as the figure of the first screen."""
    return "opening" in tags(cell)


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


def cells_are_python(notebook):
    """Code cells hold Python, without commands of the notebook program."""
    for cell in filter(is_code, notebook.cells):
        if "colab" not in tags(cell):
            try:
                ast.parse(cell.source)
            except SyntaxError as error:
                yield f"{where(notebook, cell)} is not Python: {error.msg}"
