"""Run a chapter from top to bottom in a kernel of its own, and keep what it shows."""

import json
import re
import time

import nbformat
from book_files import repository_address, write_if_changed
from nbclient import NotebookClient
from nbclient.exceptions import CellControlSignal, DeadKernelError
from normal_form import code_hash, dumps, is_run, normalise, read
from traitlets.config import Config

from course_utils import __version__

TIMEOUT = 600  # seconds for one cell


def tested_with(notebook):
    """What outputs depend on: the hash of a chapter's code, the version of the package."""
    return {"code": code_hash(notebook), "course_utils": __version__}


def execute(notebook, folder):
    """Run all cells in a new kernel, in place; an error names the cell it happened in."""
    place = []
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = []
            cell.execution_count = None
    notebook.metadata.pop("widgets", None)
    client = NotebookClient(
        notebook,
        config=Config({"KernelManager": {"transport_encryption": "auto"}}),
        timeout=TIMEOUT,
        kernel_name="python3",
        record_timing=False,
        resources={"metadata": {"path": str(folder)}},
        on_cell_execute=lambda cell, cell_index: place.append(cell_index),
    )
    try:
        client.execute()
    except (CellControlSignal, DeadKernelError) as error:
        number = place[-1] if place else 0
        source = notebook.cells[number].source.strip().splitlines()[0]
        reason = re.sub(r"\x1b\[[\d;]*m", "", str(error))
        raise RuntimeError(f"cell {number} ({source!r}) failed:\n{reason}") from error


def stderr_of(notebook):
    """What the cells wrote to stderr, apart from progress bars."""
    for number, cell in enumerate(notebook.cells):
        for output in cell.get("outputs", []):
            if output.get("name") == "stderr" and "\r" not in output.text:
                yield f"cell {number} wrote to stderr: {output.text.strip()}"


def run(path):
    """Run one chapter and rewrite it; the time of new code goes to `runtimes.json`."""
    notebook = normalise(read(path), repository_address())
    start = time.perf_counter()
    before = notebook.metadata.get("tested")
    execute(notebook, path.parent)
    seconds = round(time.perf_counter() - start, 1)
    for line in stderr_of(notebook):
        print(f"  {line}")
    notebook.metadata["tested"] = nbformat.from_dict(tested_with(notebook))
    changed = write_if_changed(path, dumps(normalise(notebook, repository_address())))
    if before != notebook.metadata["tested"]:
        note_runtime(path, seconds)
    cells = sum(bool(is_run(cell)) for cell in notebook.cells)
    done = "rewritten" if changed else "unchanged"
    print(f"{path.stem}: {cells} cells, {seconds} s, {done}")


def note_runtime(path, seconds):
    """Write a chapter's measured seconds into the table beside it."""
    table = path.with_name("runtimes.json")
    times = json.loads(table.read_text(encoding="utf-8")) if table.exists() else {}
    times[path.stem] = seconds
    write_if_changed(table, json.dumps(times, indent=1, sort_keys=True) + "\n")
