"""The cells of a chapter, and how a complaint names one."""

import ast

from normal_form import tags

from .exercises import of_exercises
from .prose import where


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


def code_lines(notebook):
    """The code lines of each code cell outside the exercises."""
    return [lines(cell) for cell in chapter_cells(notebook) if is_code(cell)]


def cells_are_python(notebook):
    """Code cells hold Python, without commands of the notebook program."""
    for cell in filter(is_code, notebook.cells):
        if "colab" not in tags(cell):
            try:
                ast.parse(cell.source)
            except SyntaxError as error:
                yield f"{where(notebook, cell)} is not Python: {error.msg}"
