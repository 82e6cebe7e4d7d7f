"""The cells of a chapter, and how a complaint names one."""

from normal_form import tags

from .exercises import of_exercises


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
