"""Run the chapters in place, check them, and make the student version.

usage: notebooks.py run|tidy|check [CHAPTER ...]      (all of book/NN-*.ipynb if none is named)
       notebooks.py student FOLDER [CHAPTER ...]

run      execute each chapter from top to bottom, write it in normal form, and only if it changed
tidy     write each chapter in normal form without running it (after editing prose in JupyterLab)
check    say which chapters are not in normal form or have outputs of other code; write nothing
student  write the chapters without solutions and outputs to a folder of their own
"""

import argparse
import json
import os
import re
import sys
import time
from pathlib import Path

import nbformat
import yaml
from nbclient import NotebookClient
from nbclient.exceptions import CellControlSignal, DeadKernelError
from normal_form import code_hash, dumps, is_run, normalise, read
from student import write_student
from traitlets.config import Config

from course_utils import __version__

ROOT = Path(__file__).resolve().parent.parent
TIMEOUT = 600  # seconds for one cell


def chapters(root=ROOT):
    """The chapter files, in the order of reading."""
    return sorted((root / "book").glob("[0-9][0-9]-*.ipynb"))


def repository_address(root=ROOT):
    """The address that readers reach the repository at, from `_config.yml`; empty as shipped."""
    config = root / "_config.yml"
    settings = yaml.safe_load(config.read_text(encoding="utf-8")) if config.exists() else {}
    return ((settings.get("repository") or {}).get("url") or "").rstrip("/")


def tested_with(notebook):
    """What the outputs of a chapter depend on: the hash of its code, the version of the package."""
    return {"code": code_hash(notebook), "course_utils": __version__}


def write_if_changed(path, text):
    """Write a text file whole or not at all, and say whether it changed."""
    if path.exists() and path.read_bytes() == text.encode("utf-8"):
        return False
    draft = path.with_name(path.name + ".draft")
    draft.write_bytes(text.encode("utf-8"))
    draft.replace(path)
    return True


def execute(notebook, folder):
    """Run all cells in a new kernel, in place; an error names the cell it happened in."""
    place = []
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
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
    """What the cells wrote to stderr apart from progress bars: the normal form leaves it out."""
    for number, cell in enumerate(notebook.cells):
        for output in cell.get("outputs", []):
            if output.get("name") == "stderr" and "\r" not in output.text:
                yield f"cell {number} wrote to stderr: {output.text.strip()}"


def run(path):
    """Run one chapter and rewrite it; its time goes to `runtimes.json` if its code is new."""
    notebook, start = normalise(read(path), repository_address()), time.perf_counter()
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
    print(
        f"{path.stem}: {cells} cells, {seconds} s, {'rewritten' if changed else 'unchanged'}"
    )


def note_runtime(path, seconds):
    """Write a chapter's measured seconds into the table beside it."""
    table = path.with_name("runtimes.json")
    times = json.loads(table.read_text(encoding="utf-8")) if table.exists() else {}
    write_if_changed(
        table, json.dumps({**times, path.stem: seconds}, indent=1, sort_keys=True) + "\n"
    )


def tidy(path):
    """Write one chapter in normal form without running it."""
    changed = write_if_changed(path, dumps(normalise(read(path), repository_address())))
    print(f"{path.stem}: {'rewritten' if changed else 'unchanged'}")


def complaints(path):
    """What is wrong with a chapter file as it lies there, in sentences."""
    notebook = read(path)
    if path.read_bytes() != dumps(normalise(notebook, repository_address())).encode(
        "utf-8"
    ):
        yield "not in normal form: run `python tools/notebooks.py tidy`"
    if notebook.metadata.get("tested") != tested_with(notebook):
        yield "its outputs are not those of its code: run `make notebooks`"


def check(path):
    """Fail with what is wrong with a chapter file."""
    found = list(complaints(path))
    if found:
        raise RuntimeError("; ".join(found))


def for_each(action, paths):
    """Do something with every chapter; the number of chapters it failed for."""
    failures = 0
    for path in paths:
        try:
            action(path)
        except RuntimeError as error:
            failures += 1
            print(f"{path.stem}: {error}", file=sys.stderr)
    return failures


def main(arguments):
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("run", "tidy", "check", "student"):
        command = commands.add_parser(name)
        if name == "student":
            command.add_argument("folder", type=Path)
        command.add_argument("chapters", nargs="*", type=Path)
    options = parser.parse_args(arguments)
    paths = options.chapters or chapters()
    if options.command == "student":
        write_student(paths, options.folder, ROOT, repository_address())
        return 0
    return int(
        for_each({"run": run, "tidy": tidy, "check": check}[options.command], paths) > 0
    )


if __name__ == "__main__":
    os.environ["JUPYTER_PREFER_ENV_PATH"] = (
        "1"  # the kernel of the environment that runs this
    )
    os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")  # else a note on stderr
    sys.exit(main(sys.argv[1:]))
