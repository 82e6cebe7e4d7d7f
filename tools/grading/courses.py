"""A course: a folder in nbgrader's layout, and `course.toml`, which says what it holds.

course.toml                                      assignments, points, students, a secret
release/ASSIGNMENT/NN-name.ipynb                 what students get
release/ASSIGNMENT/STUDENT/NN-name.ipynb         the same, where each has a variant
source/ASSIGNMENT/NN-name.ipynb                  with solutions and hidden tests
submitted/STUDENT/ASSIGNMENT/NN-name.ipynb       what they hand in
marks.csv                                        what it is worth, exercise by exercise
totals.csv                                       and what each student has in an assignment
"""

import re
import secrets
import tomllib
from dataclasses import dataclass

from anatomy.exercises import exercises
from book_files import chapters
from normal_form import read
from teaching_facts import tasks_of

from .variants import has_variants

SETTINGS = "course.toml"
NAME = re.compile(r"[\w.@+-]{1,80}")
LABEL = re.compile(r"^:label: (ex-[\w-]+)", re.MULTILINE)
TEMPLATE = """\
# Keep this file for yourself: from the secret the hidden tests and the variants are drawn.
secret = "{secret}"

# As in the folders of submitted/: submitted/ada/homework-1/01-seeing-indirectly.ipynb
students = []

# Each assignment lists exercises by their labels, which stand in the notebooks of the book,
# with the points of each. With `variants = true` each student gets numbers of their own in
# the exercises that have variants. `seconds`, of the processor, limit one exercise.
[homework-1]
variants = false
seconds = 60
{exercises}

# For another assignment begin a section of its own, [homework-2], and list its exercises.
# Here are those of the other chapters; a star marks those with variants.
{others}
"""


@dataclass(frozen=True)
class Task:
    """An exercise of the book: its chapter's file, its label, its cells by their parts."""

    path: object
    label: str
    cells: dict


@dataclass(frozen=True)
class Assignment:
    """Exercises with their points, by label."""

    name: str
    points: dict
    variants: bool = False
    seconds: int = 60


@dataclass(frozen=True)
class Course:
    """A folder, and what its `course.toml` says."""

    folder: object
    secret: str
    students: list
    assignments: list


def tasks(root):
    """The exercises of the book by their labels, in its order."""
    found = {}
    for path in chapters(root):
        notebook = read(path)
        for exercise in exercises(notebook):
            cells = [notebook.cells[place] for place in exercise.positions]
            label = LABEL.search(cells[0].source)
            if label and {"starter", "check", "solution"} <= set(exercise.parts):
                parts = dict(zip(exercise.parts, cells, strict=True))
                found[label[1]] = Task(path, label[1], parts)
    return found


def begin(folder, root):
    """Write a `course.toml` to begin with: the exercises of the first chapter."""
    folder.mkdir(parents=True, exist_ok=True)
    first, *rest = chapters(root)
    others = "\n".join(map(commented, rest))
    lines = "\n".join(map(line_of, tasks_of(read(first))))
    text = TEMPLATE.format(secret=secrets.token_hex(16), exercises=lines, others=others)
    (folder / SETTINGS).write_text(text, encoding="utf-8", newline="\n")


def commented(path):
    """The lines of the exercises of a chapter, each a comment, below the chapter's name."""
    lines = [f"# {line_of(task)}" for task in tasks_of(read(path))]
    return "\n".join([f"\n# {path.stem}", *lines])


def line_of(task):
    """The line of an exercise in `course.toml`."""
    star = " *" if has_variants(task.label) else ""
    return f"{task.label} = {task.points}  # {task.kind}, {task.title}{star}"


def course(folder, known):
    """The course in a folder, whose exercises are among the ``known`` ones.

    Raises: ValueError, with a sentence, for settings that say something else.
    """
    try:
        found = tomllib.loads((folder / SETTINGS).read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise ValueError(f"{folder / SETTINGS} cannot be read: {error}") from error
    secret = found.pop("secret", "")
    students = found.pop("students", [])
    if len(str(secret)) < 16:
        raise ValueError(f"the secret in {folder / SETTINGS} has fewer than 16 letters")
    for name in (*students, *found):
        if not NAME.fullmatch(str(name)) or str(name).startswith("."):
            raise ValueError(
                f"{name!r} is no name for a folder: letters, digits, . _ - @ +"
            )
    assignments = [assignment(name, about, known) for name, about in found.items()]
    return Course(folder, secret, students, assignments)


def assignment(name, about, known):
    """What a section of `course.toml` says."""
    if not isinstance(about, dict):
        raise ValueError(f"what is {name}? An assignment begins with a line [{name}]")
    points = {k: v for k, v in about.items() if k not in ("variants", "seconds")}
    for label, value in points.items():
        if label not in known:
            raise ValueError(f"{name}: no chapter has an exercise {label}")
        if not isinstance(value, int | float) or value < 0:
            raise ValueError(f"{name}: {value!r} is no number of points for {label}")
    rest = {k: v for k, v in about.items() if k not in points}
    return Assignment(name, points, **rest)
