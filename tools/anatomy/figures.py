"""What cells show: pictures are described, one responds, and every output is read."""

import re

from normal_form import WIDGET_VIEW, widget_models

from .cells import is_code, is_quick_check
from .exercises import of_exercises
from .prose import where


def is_drawing(cell):
    """Whether a cell shows a drawing, which is an SVG."""
    return any(
        "image/svg+xml" in data or "<svg" in data.get("text/html", "")
        for data in forms(cell)
        if WIDGET_VIEW not in data
    )


def forms(cell):
    """The data of each output of a cell, by media type."""
    return [output.get("data", {}) for output in cell.get("outputs", [])]


def pictures(notebook):
    """The cells with an image in their output, which may be the twin of a widget."""
    for cell in filter(is_code, notebook.cells):
        if is_drawing(cell) or any("image/png" in data for data in forms(cell)):
            yield cell


def pictures_are_described(notebook):
    """Alternative text of 15 to 50 words, a caption, and a name of its own."""
    names = []
    for cell in pictures(notebook):
        look = cell.metadata.get("mystnb", {})
        words = len(look.get("image", {}).get("alt", "").split())
        if not 15 <= words <= 50:
            yield f"{where(notebook, cell)} has an alt text of {words} words, not 15 to 50"
        if not {"caption", "name"} <= set(look.get("figure", {})):
            yield f"{where(notebook, cell)} has no caption or no name"
        names.append(look.get("figure", {}).get("name"))
    for name in sorted({name for name in names if name and names.count(name) > 1}):
        yield f"two figures have the name {name!r}"


def one_figure_responds(notebook):
    """A widget with its still twin and its model."""
    models = widget_models(notebook)
    cells = [cell for cell in notebook.cells if not is_quick_check(cell)]
    views = [data for cell in cells for data in forms(cell) if WIDGET_VIEW in data]
    if not views:
        yield "no figure responds"
    for view in views:
        if "image/png" not in view:
            yield "a responding figure has no still twin"
        if view[WIDGET_VIEW]["model_id"] not in models:
            yield "the model of a responding figure is not in the notebook"


def outputs_are_read(notebook):
    """Each figure or number is followed by a sentence; no output depends on the run."""
    inside = of_exercises(notebook)
    for position, cell in enumerate(notebook.cells):
        following = notebook.cells[position + 1 : position + 2]
        if not is_code(cell) or not cell.outputs or is_quick_check(cell):
            continue
        read = any(c.cell_type == "markdown" for c in following)
        if position not in inside and not read:
            yield f"{where(notebook, cell)} shows something that no sentence after it reads"
        plain = [o.get("data", {}).get("text/plain", "") for o in cell.outputs]
        texts = [o.get("text", words) for o, words in zip(cell.outputs, plain, strict=True)]
        if re.search(r"\b0x[0-9a-f]{6,}", "".join(texts)):
            yield f"{where(notebook, cell)} shows an address in memory"
