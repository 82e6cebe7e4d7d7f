"""The student version of the chapters: the same notebooks without solutions and outputs."""

import copy
import re
import shutil
from pathlib import Path

import keep_answers
from normal_form import dumps, normalise, read, tags

README = """# Deep Learning and Inverse Problems: notebooks for students

With Python 3.11 or newer, in this folder:

    python -m venv .venv
    .venv/bin/python -m pip install ".[lab]"
    .venv/bin/python -m jupyterlab

On Windows write `.venv\\Scripts\\python` instead of `.venv/bin/python`.

Every exercise has a starter, in which `...` stands for what you write, and a check. The
check says what is missing until the answer is right, and Run All goes on to the end of the
notebook all the same.

When a new release comes, unpack it beside this folder. In the new one,

    python keep_answers.py THIS_FOLDER

carries over your answers and your own cells, and says what it did. It changes nothing here.

A check runs whatever code its notebook holds. So run a notebook that somebody else wrote
only in a container, or as another user of the machine, with no network and with nothing in
reach that must not be read or changed. To read it, that is not needed: in the folder of the
book,

    .venv/bin/python tools/notebooks.py html PAGES NOTEBOOKS

makes pages of a folder of notebooks, in which nothing runs.
"""


NEEDED = ("course_utils", "pyproject.toml", "LICENSE")


def without_solutions(notebook, address=""):
    """The chapter without solutions and outputs; starters and checks run like any cell."""
    new = copy.deepcopy(notebook)
    new.cells = [cell for cell in new.cells if "solution" not in tags(cell)]
    new.metadata = {k: v for k, v in new.metadata.items() if k not in ("tested", "widgets")}
    for cell in new.cells:
        cell.metadata["tags"] = sorted(tags(cell) - {"skip-execution"})
        cell.metadata.pop("wrong", None)
        if cell.cell_type == "code":
            cell.outputs = []
    new = normalise(new, address)
    for cell in new.cells:
        if cell.cell_type == "code":
            cell.execution_count = None
    new.metadata["released"] = keep_answers.stamped(new)
    return new


def linked_files(notebook, folder):
    """The files beside a chapter, other than chapters, that its text links to."""
    text = "\n".join(c.source for c in notebook.cells if c.cell_type == "markdown")
    names = set(re.findall(r"\]\(([^)#:\s]+)", text))
    return [
        folder / n
        for n in sorted(names)
        if (folder / n).is_file() and not n.endswith(".ipynb")
    ]


def write_student(paths, folder, root, address="", keep=None):
    """Write the student version of the chapters, and what they need, to a folder.

    The answers in a folder ``keep``, of an earlier release, are carried over.

    Raises: ValueError if the notebooks of the two folders would be the same files.
    """
    if keep and keep.resolve() == folder.resolve():
        raise ValueError(f"{folder} holds the answers: write the new release elsewhere")
    folder.mkdir(parents=True, exist_ok=True)
    for path in paths:
        write_notebook(without_solutions(read(path), address), path, folder)
    for name in NEEDED:
        copy_to(root / name, folder / name)
    (folder / "README.md").write_text(README, encoding="utf-8")
    copy_to(Path(keep_answers.__file__), folder / "keep_answers.py")
    print(f"{len(paths)} student notebooks in {folder}")
    print("What comes back runs code in its checks: the README there says where to run it.")
    if keep:
        keep_answers.main(keep, folder)


def write_notebook(notebook, path, folder):
    """Write a notebook made of the chapter at ``path``, and the files that it links to."""
    (folder / path.name).write_text(dumps(notebook), encoding="utf-8", newline="\n")
    for linked in linked_files(notebook, path.parent):
        copy_to(linked, folder / linked.relative_to(path.parent))


def copy_to(source, target):
    """Copy a file or a folder, without what programs leave in folders."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        ignored = shutil.ignore_patterns("__pycache__", ".*")
        shutil.copytree(source, target, dirs_exist_ok=True, ignore=ignored)
    else:
        shutil.copyfile(source, target)
