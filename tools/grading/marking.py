"""Marks for what was handed in: one line and one sentence for each exercise."""

import csv
import json
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import keep_answers
from normal_form import read, tags
from teaching_facts import SHARED, tasks_of

from . import variants, walls

MARKS = "marks.csv"
SUMS = ("points", "by hand", "of")
TOTALS = "totals.csv"
LARGEST = 20 * 2**20  # bytes of a notebook
LONGEST = 100_000  # letters of an answer
MEGABYTES = 1024
MISSING = "No notebook with this exercise was handed in, under the name that it was given."
UNTOUCHED = "Nothing was written into the starter."
CHANGED = "The check in this notebook was changed; it was not used."
COSTLY = "It used more than {} seconds of the processor."
BROKEN = "The hidden test could not be run."
ONLY_SEEN = "Passes the check of the notebook, but not other data of the same kind. {}"


@dataclass
class Answer:
    """What a student wrote for an exercise; None where there is no such exercise."""

    source: str | None = None
    check: str | None = None


def handed_in(path):
    """The answers in a notebook by their labels, whatever else the file holds.

    Cells of one's own between the starter and the check belong to the answer.
    """
    try:
        if not is_own(path) or path.stat().st_size > LARGEST:
            return {}
        cells = json.loads(path.read_text(encoding="utf-8-sig"))["cells"]
        return answers_in(
            [c for c in cells if isinstance(c, dict) and isinstance(c["metadata"], dict)]
        )
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return {}


def is_own(path):
    """Whether submitted/STUDENT/ASSIGNMENT/FILE is a file there, and leads nowhere else."""
    return path.is_file() and not any(
        place.is_symlink() for place in (path, path.parent, path.parent.parent)
    )


def answers_in(cells):
    """The answers in cells by the labels of their exercises."""
    found = {}
    for label, cell in keep_answers.labelled(cells):
        if not label:
            continue
        answer = found.setdefault(label, Answer())
        if "check" in cell["metadata"].get("tags", ()):
            answer.check = answer.check or keep_answers.text_of(cell)
        elif cell.get("cell_type") == "code" and answer.check is None:
            before = f"{answer.source}\n" if answer.source else ""
            answer.source = before + keep_answers.text_of(cell)
    return found


class Stage:
    """A process that has run a chapter up to some cell, and in which answers are tried."""

    def __init__(self, root, hidden, seconds):
        self._seconds = seconds
        environment = {
            "PATH": os.environ.get("PATH", ""),
            "PYTHONPATH": str(Path(__file__).parents[1]),
            "HOME": tempfile.gettempdir(),
            **dict.fromkeys(("OMP_NUM_THREADS", "TQDM_DISABLE"), "1"),
            "CUDA_VISIBLE_DEVICES": "",
        }
        self._hidden = [str(Path(folder).resolve()) for folder in hidden]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "grading.stage"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=root / "book",
            env=environment,
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def _tell(self, **message):
        self._process.stdin.write(json.dumps(message).encode() + b"\n")
        self._process.stdin.flush()

    def _hear(self):
        line = self._process.stdout.readline()
        if not line:
            raise ValueError("the chapter itself does not run: see `make notebooks`")
        return json.loads(line)

    def run(self, cells):
        """Run cells of the chapter."""
        self._tell(do="run", cells=cells)
        self._hear()

    def verdict(self, answer, starter, check, secret, *, way=""):
        """Whether a test accepts an answer, and what it says.

        By which ``way`` it is judged, `variants.way_of` tells.

        Raises: Forbidden where this machine cannot raise the walls.
        """
        limits = {"seconds": self._seconds, "megabytes": MEGABYTES}
        self._tell(do="try", hidden=self._hidden, **limits)
        ways = {"inside": way == "inside", "objects": way == "objects"}
        test = {"starter": starter, "check": check, "secret": secret, **ways}
        inside = test if ways["inside"] else None
        self._tell(answer=answer, starter=starter, test=inside)
        self._tell(**test, **limits)
        found = self._hear()
        if "done" in found:
            return False, BROKEN
        costly = self._hear()["costly"]
        if "forbidden" in found:
            raise walls.Forbidden(found["forbidden"])
        if costly:
            return False, COSTLY.format(self._seconds)
        return found["passed"], found["said"]


def judged(stand, task, answer, identifier, course):
    """Whether an answer is right, and a sentence."""
    cells = [task.cells[part].source for part in ("starter", "check")]
    starter, check = (variants.varied(cell, identifier, task.label) for cell in cells)
    if answer is None or answer.source is None:
        return False, MISSING
    source = answer.source[:LONGEST]
    if keep_answers.mark(source) == keep_answers.mark(starter) or not source.strip():
        return False, UNTOUCHED
    test = variants.hidden(check, course.secret, task.label)
    seed = variants.seed_of(course.secret, task.label)
    way = variants.way_of(task.label)
    passed, said = stand.verdict(source, starter, test, seed, way=way)
    if not passed and (test != check or seed) and "Not yet" in said:
        seen, _ = stand.verdict(source, starter, check, "", way=way)
        said = ONLY_SEEN.format(said) if seen else said
    changed = keep_answers.mark(answer.check or "") != keep_answers.mark(check)
    return passed, f"{said} {CHANGED}" if changed else said


def in_a_line(text):
    """A text that a spreadsheet shows as it stands: one line, and no formula."""
    line = re.sub(r"\s+", " ", "".join(c if c.isprintable() else " " for c in text)).strip()
    return f"'{line}" if line[:1] in "=+-@" else line


def tried_on(stand, path, known):
    """The exercises of a chapter, each when the stage has run what comes before it."""
    for label, cell in keep_answers.labelled(read(path).cells):
        if cell.source.startswith(":::{exercise}") and label in known:
            yield known[label]
        elif cell.cell_type == "code" and not tags(cell) & {"colab", "check", "solution"}:
            stand.run([cell.source])


def marks(course, known, root):
    """The lines of `marks.csv`, assignment by assignment and chapter by chapter.

    Of the points of exercises in which reasons count, half are left to be given by hand.
    """
    for assignment in course.assignments:
        for path in dict.fromkeys(known[label].path for label in assignment.points):
            tasks = tasks_of(read(path))
            reasoned = {task.label for task in tasks if task.kind in SHARED}
            answers = dict(handed_in_to(course, assignment, path))
            with Stage(root, [root, course.folder], assignment.seconds) as stand:
                for task in tried_on(stand, path, known):
                    of = assignment.points.get(task.label)
                    for student in answers if of is not None else ():
                        identifier = student if assignment.variants else ""
                        answer = answers[student].get(task.label)
                        passed, said = judged(stand, task, answer, identifier, course)
                        by_hand = of // 2 if task.label in reasoned else 0
                        yield {
                            "student": in_a_line(student),
                            "assignment": assignment.name,
                            "exercise": task.label,
                            "points": of - by_hand if passed else 0,
                            "by hand": by_hand,
                            "of": of,
                            "sentence": in_a_line(said),
                        }


def handed_in_to(course, assignment, path):
    """The answers of each student to an assignment, by name, from one chapter's file."""
    folder = course.folder / "submitted"
    there = [place.name for place in folder.glob("[!.]*") if place.is_dir()]
    for student in sorted({*course.students, *there}):
        place = folder / student / assignment.name
        yield student, handed_in(named_like(place / path.name))


def named_like(path):
    """The file of this name; or the only one that a browser or a server named after it."""
    found = [path] if path.exists() else [*path.parent.glob(f"{path.stem}*.ipynb")]
    return found[0] if len(found) == 1 else path


def totals(lines):
    """What each student has in each assignment: the sums of its lines."""
    found = {}
    for line in lines:
        key = line["student"], line["assignment"]
        so_far = found.setdefault(key, dict.fromkeys(SUMS, 0))
        found[key] = {name: so_far[name] + line[name] for name in SUMS}
    for (student, assignment), sums in sorted(found.items()):
        yield {"student": student, "assignment": assignment, **sums}


def write_table(lines, path):
    """Write some lines to a file of comma-separated values, whole or not at all."""
    draft = path.with_name(path.name + ".draft")
    with draft.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, [*lines[0]])
        table.writeheader()
        table.writerows(lines)
    draft.replace(path)
