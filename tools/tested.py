"""The chapters as `make test` runs them: one run, which nbval compares, tries everything.

usage: tested.py FOLDER

The cells of the text stay as they are, so that nbval compares their outputs with those on
the page. Starters run as in a student's Run All, and every check has to reject its starter
and the wrong answers that it lists. A solution runs beside, on a copy of the state that the
reader is in; it prints what is on the page, and its check has to accept it. What follows an
exercise runs without solution. Nothing may have been shown in red by the end.
"""

import copy
import shutil
import sys
from pathlib import Path

from anatomy.exercises import SKIPPED, part_of, wrong_answers
from book_files import notebooks
from nbformat.v4 import new_code_cell
from normal_form import dumps, read, tags

WATCH = ("watch", "nothing_red")
TOOLS = Path(__file__).resolve().parent


def as_tested(notebook):
    """A copy of a chapter whose starters, checks and solutions are tried on the way."""
    new = copy.deepcopy(notebook)
    check = ""
    starter = None
    for cell in new.cells:
        part = part_of(cell)
        if part in ("starter", "check"):
            cell.metadata["tags"] = sorted(tags(cell) - SKIPPED)
            cell.outputs = []
        if part == "starter":
            starter = cell
        elif part == "check":
            check = cell.source
            wrong = wrong_answers(starter, cell) if starter else []
            cell.source = trial("rejects", check, *wrong)
        elif part == "solution":
            cell.source = trial("accepts", check, cell.source)
            cell.outputs = [o for o in cell.outputs if o.output_type == "stream"]
    return new


def trial(name, *sources):
    """The line that calls a function of ``trial`` on the texts of cells, in the kernel."""
    texts = "".join(f"{source!r}, " for source in sources)
    return f"__import__('trial').{name}({texts}globals())"


def watched(notebook):
    """The chapter between two cells, which see that it shows nothing in red."""
    first, last = (new_code_cell(f"__import__('trial').{name}()") for name in WATCH)
    first.id, last.id = WATCH
    notebook.cells = [first, *notebook.cells, last]
    return notebook


def main(folder):
    """Write every chapter as it is tested into a folder."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    shutil.copyfile(TOOLS / "trial.py", folder / "trial.py")
    for path in notebooks():
        text = dumps(watched(as_tested(read(path))))
        (folder / path.name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
