"""The normal form of a chapter notebook: a re-run changes only what changed.

Left out: times of execution, stderr, progress bars, the frames of a traceback, metadata
that an editor adds, text chunks of PNG files. Made canonical: execution counts (those of
one Run All), streams (merged), widget models (only what a view can reach, named after its
cell).
"""

import base64
import copy
import hashlib
import json
import re

import nbformat
from folding import with_fold

WIDGET_STATE = "application/vnd.jupyter.widget-state+json"
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
NOTEBOOK_METADATA = {"chapter", "plain_words", "tested", "widgets"}
CELL_METADATA = {"tags", "mystnb", "typed", "band", "fold", "wrong", "slideshow"}
BARS = {"FloatProgressModel", "IntProgressModel"}
PNG_TEXT = {b"tEXt", b"zTXt", b"iTXt", b"tIME"}
KERNEL = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"file_extension": ".py", "name": "python"},
}


def read(path):
    """The notebook in a file, with the lines of every cell joined.

    Raises: ValueError for a file that is no notebook, or one of another language.
    """
    text = path.read_text(encoding="utf-8-sig")  # some programs put a mark before the text
    if re.search(r"^(<<<<<<<|>>>>>>>) ", text, re.MULTILINE):
        raise ValueError(f"{path.name} holds both sides of a merge: keep one of them")
    try:
        notebook = nbformat.reads(text, as_version=4)
        language = notebook.metadata.get("kernelspec", {}).get("language", "python")
        require_parts(notebook)
    except (ValueError, AttributeError, KeyError, TypeError) as error:
        raise ValueError(
            f"{path.name} is no notebook: save it anew in JupyterLab"
        ) from error
    if language != "python":
        raise ValueError(f"{path.name} is written in {language}, and the book in Python")
    return notebook


def require_parts(notebook):
    """Refuse cells without what a cell has."""
    for cell in notebook.cells:
        needed = {"cell_type", "source", "metadata"}
        needed |= {"outputs"} if cell.get("cell_type") == "code" else set()
        if not needed <= set(cell):
            raise ValueError(f"a cell has no {', '.join(sorted(needed - set(cell)))}")


def dumps(notebook):
    """The text of a notebook: sorted keys, one space of indentation, a final line end."""
    nbformat.validate(notebook)
    return nbformat.writes(notebook) + "\n"


def tags(cell):
    """The tags of a cell, as a set."""
    return set(cell.metadata.get("tags", ()))


def is_run(cell):
    """Whether a Run All executes this cell."""
    return (
        cell.cell_type == "code"
        and "skip-execution" not in tags(cell)
        and cell.source.strip()
    )


def code_hash(notebook):
    """The sha256 of the code that a run executes, without the generated Colab cell."""
    sources = [c.source for c in notebook.cells if is_run(c) and "colab" not in tags(c)]
    return hashlib.sha256(json.dumps(sources).encode()).hexdigest()


def colab_source(address):
    """The cell that installs the package on Google Colab, for an address or none."""
    if not address:
        return (
            "# Google Colab installs the book's package here, once the address\n"
            "# `repository: url:` in `_config.yml` is set."
        )
    return (
        "# On Google Colab this cell installs the book's package; elsewhere nothing.\n"
        "import sys\n\n"
        'if "google.colab" in sys.modules:\n'
        f'    %pip install --quiet "course_utils @ git+{address}"'
    )


def normalise(notebook, address=""):
    """A copy of the notebook in normal form. Doing it twice is doing it once."""
    new = copy.deepcopy(notebook)
    kept = {k: v for k, v in new.metadata.items() if k in NOTEBOOK_METADATA}
    new.metadata = nbformat.from_dict({**KERNEL, **kept})
    new.nbformat = 4
    new.nbformat_minor = 5
    count = 0
    for position, cell in enumerate(new.cells):
        cell.setdefault("id", f"cell-{position:02d}")
        cell.metadata = nbformat.from_dict(tidy_metadata(cell))
        if "colab" in tags(cell):
            cell.source = colab_source(address)
            cell.outputs = []
        count += bool(is_run(cell))
        if cell.cell_type == "code":
            tidy_code(cell, count if is_run(cell) else None, widget_models(new))
    return rename_widgets(new)


def tidy_metadata(cell):
    """What an author writes about a cell, its tags sorted, and what follows from a fold."""
    kept = {k: v for k, v in cell.metadata.items() if k in CELL_METADATA and v}
    solves = cell.cell_type == "code" and "solution" in tags(cell)
    return with_fold(kept, closed=solves)


def tidy_code(cell, count, models):
    """Bring the outputs of a code cell and its count into normal form, in place."""
    outputs = [o for o in cell.outputs if not is_progress(o, models)]
    cell.outputs = [
        o for o in map(tidy_output, merge_streams(outputs)) if o.get("text", True)
    ]
    cell.execution_count = count if cell.source.strip() else None
    for output in cell.outputs:
        if output.output_type == "execute_result":
            output.execution_count = cell.execution_count


def is_progress(output, models):
    """Whether an output is stderr or the widget form of a progress bar."""
    view = output.get("data", {}).get(WIDGET_VIEW, {})
    names = {models[m]["model_name"] for m in reachable(view.get("model_id"), models)}
    return output.get("name") == "stderr" or bool(names & BARS)


def merge_streams(outputs):
    """Outputs in which neighbouring pieces of one stream, cut by chance, are one piece."""
    merged = []
    for output in outputs:
        previous = merged[-1] if merged else {}
        if output.output_type == "stream" == previous.get("output_type"):
            previous["text"] += output.text
        else:
            merged.append(output)
    return merged


def tidy_output(output):
    """One output without what differs from run to run or from machine to machine."""
    if output.output_type == "stream":
        output.text = "".join(map(overwrite, re.findall(r"[^\n]*\n|[^\n]+", output.text)))
    elif output.output_type == "error":
        output.traceback = [f"{output.ename}: {output.evalue}"]
    elif "image/png" in output.data:
        png = strip_png(base64.b64decode(output.data["image/png"]))
        output.data["image/png"] = base64.b64encode(png).decode() + "\n"
    return output


def overwrite(line):
    """The line as a terminal shows it after its carriage returns; nothing if blank."""
    if "\r" not in line.rstrip("\r\n"):
        return line
    shown = ""
    for piece in line.rstrip("\n").split("\r"):
        shown = piece + shown[len(piece) :]
    return shown.rstrip() + "\n" * line.endswith("\n") if shown.strip() else ""


def strip_png(png):
    """The PNG file without its text and time chunks.

    A chunk is its length, its type, its data and a check sum.
    """
    kept = png[:8]
    start = 8
    while start < len(png):
        end = start + 12 + int.from_bytes(png[start : start + 4])
        if png[start + 4 : start + 8] not in PNG_TEXT:
            kept += png[start:end]
        start = end
    return kept


def widget_models(notebook):
    """The widget models that the notebook holds, by id."""
    return notebook.metadata.get("widgets", {}).get(WIDGET_STATE, {}).get("state", {})


def reachable(model, models):
    """The ids of a model and of all models that it refers to, in a fixed order."""
    found = []
    waiting = [model]
    while waiting:
        model = waiting.pop(0)
        if model in models and model not in found:
            found.append(model)
            state = json.dumps(models[model]["state"], sort_keys=True)
            waiting += re.findall(r"IPY_MODEL_(\w+)", state)
    return found


def rename_widgets(notebook):
    """The notebook with the widget models that a view reaches, named after their cell."""
    models = widget_models(notebook)
    names = {}
    for cell in notebook.cells:
        views = [o.get("data", {}).get(WIDGET_VIEW, {}) for o in cell.get("outputs", [])]
        shown = [m for view in views for m in reachable(view.get("model_id"), models)]
        for k, model in enumerate(dict.fromkeys(shown)):
            place = hashlib.sha256(f"{cell.id}/{k}".encode()).hexdigest()
            names.setdefault(model, place[:32])
    for model in models.values():
        model.get("buffers", []).sort(key=lambda buffer: json.dumps(buffer["path"]))
    state = {"state": {m: models[m] for m in names}, "version_major": 2, "version_minor": 0}
    notebook.metadata.pop("widgets", None)
    if names:
        notebook.metadata["widgets"] = {WIDGET_STATE: state}
    text = re.sub(r"[0-9a-f]{32}", lambda m: names.get(m[0], m[0]), json.dumps(notebook))
    return nbformat.from_dict(json.loads(text))
