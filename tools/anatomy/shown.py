"""What a chapter shows: figures, drawings, questions, and little print."""

from folding import fold_of, is_known
from normal_form import WIDGET_VIEW

from .cells import chapter_cells, code_cells, is_code, is_quick_check
from .figures import forms, is_drawing
from .prose import where

LONGEST_PRINT = 12  # lines
RICH = ("text/html", "image/png", "image/svg+xml", WIDGET_VIEW)


def has(cell, form):
    """Whether a cell shows something in a form."""
    return any(form in data for data in forms(cell))


def figures_respond_and_one_is_drawn(notebook):
    """At least two figures that respond, and one drawing."""
    body = code_cells(notebook)
    responding = sum(has(cell, WIDGET_VIEW) for cell in body)
    if responding < 2:
        yield f"{responding} figures respond, expected two"
    if not any(map(is_drawing, body)):
        yield "nothing is drawn: no output is an SVG"


def quick_checks_ask(notebook):
    """At least two quick checks outside the exercises, each with a twin in words."""
    found = [cell for cell in chapter_cells(notebook) if is_quick_check(cell)]
    if len(found) < 2:
        yield f"{len(found)} quick checks, expected two"
    for cell in found:
        if not has(cell, WIDGET_VIEW):
            yield f"{where(notebook, cell)} is called a quick check and asks nothing"
        elif not has(cell, "text/html"):
            yield f"{where(notebook, cell)} asks nothing where no script runs"


def prints_are_short(notebook):
    """No printed block of more than twelve lines: a table is a table, a curve a curve."""
    for cell in filter(is_code, chapter_cells(notebook)):
        texts = [o.text for o in cell.outputs if o.output_type == "stream"]
        texts += [
            data.get("text/plain", "")
            for data in forms(cell)
            if not any(form in data for form in RICH)
        ]
        longest = max((len(text.strip().splitlines()) for text in texts), default=0)
        if longest > LONGEST_PRINT:
            yield f"{where(notebook, cell)} prints {longest} lines, at most {LONGEST_PRINT}"


def folds_have_a_known_label(notebook):
    """A fold says what is in it, in the words of the book."""
    for cell in notebook.cells:
        label = fold_of(cell)
        if label and not is_known(label):
            yield f"{where(notebook, cell)} is folded under {label!r}, no label of the book"
        if label and not is_code(cell):
            yield f"{where(notebook, cell)} is folded, and no code"
