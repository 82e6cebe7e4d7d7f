"""What chapters and projects say of themselves, for the pages that help to teach from them.

Goals, minutes and exercises stand in the notebooks and nowhere else: the pages for teachers
ask here, so that nothing has to be typed twice.
"""

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import contents
from anatomy.exercise_rules import HEAD
from book_files import ROOT, projects
from normal_form import WIDGET_VIEW, read, tags

MINUTES_OF_A_POINT = 2.5  # two points for five minutes
SHARED = ("Derive", "Think", "Train")  # half of their points are given by hand
TITLE = re.compile(r"# (.+)")
NAME = re.compile(r":::\{exercise\} (.+)")
ASKED = re.compile(r"## The report\n.*?\n\|---\|---\|\n((?:\|.*\|\n?)+)", re.DOTALL)


@dataclass(frozen=True)
class Task:
    """An exercise: label, title, kind, the minutes that it is meant for, and its number."""

    label: str
    title: str
    kind: str
    minutes: int
    number: str = ""

    @property
    def points(self) -> int:
        """Two points for every five minutes."""
        return points(self.minutes)

    @property
    def by_hand(self) -> int:
        """The points that a person gives: half of them where reasons count."""
        return self.points // 2 if self.kind in SHARED else 0


@dataclass(frozen=True)
class Chapter:
    """A chapter, by the stem of its file."""

    stem: str
    title: str
    about: dict
    tasks: tuple[Task, ...] = ()
    figures: tuple[str, ...] = ()
    live: tuple[str, ...] = field(default=())

    @property
    def number(self) -> int:
        """Its number, which is that of its file."""
        return int(self.stem[:2])

    @property
    def work(self) -> int:
        """The minutes of all its exercises."""
        return sum(task.minutes for task in self.tasks)

    @property
    def link(self) -> str:
        """A link to it, in Markdown."""
        return f"[chapter {self.number}]({self.stem}.ipynb)"


def points(minutes: int) -> int:
    """What an exercise is worth: two points for every five minutes, and one at least."""
    return max(1, round(minutes / MINUTES_OF_A_POINT))


def tasks_of(notebook, chapter: int = 0) -> tuple[Task, ...]:
    """The exercises of a chapter, in its order, numbered as its page numbers them."""
    found = []
    for cell in notebook.cells:
        if head := HEAD.match(cell.source):
            name = NAME.match(cell.source)[1]
            place = f"{chapter}.{len(found) + 1}"
            minutes = int(head["minutes"])
            found.append(Task(head["label"], name, head["kind"], minutes, place))
    return tuple(found)


def figures_of(notebook) -> dict[str, bool]:
    """The named figures of a chapter outside its solutions, and whether each responds."""
    found = {}
    for cell in notebook.cells:
        name = cell.metadata.get("mystnb", {}).get("figure", {}).get("name")
        if name and "solution" not in tags(cell):
            outputs = cell.get("outputs", ())
            found[name] = any(WIDGET_VIEW in o.get("data", {}) for o in outputs)
    return found


def chapter_in(path: Path) -> Chapter:
    """What the chapter in a file says of itself."""
    notebook = read(path)
    figures = figures_of(notebook)
    return Chapter(
        path.stem,
        TITLE.match(notebook.cells[0].source)[1],
        dict(notebook.metadata["chapter"]),
        tasks=tasks_of(notebook, int(path.stem[:2])),
        figures=tuple(figures),
        live=tuple(name for name, responds in figures.items() if responds),
    )


@cache
def _known(path: Path, changed: int) -> Chapter:
    return chapter_in(path)


def book(root: Path = ROOT) -> dict[str, Chapter]:
    """The chapters that the table of contents names, by their stems, in its order."""
    _, parts = contents.parts_of((Path(root) / "_toc.yml").read_text(encoding="utf-8"))
    paths = [Path(root) / "book" / f"{stem}.ipynb" for stem in contents.order(parts)]
    return {path.stem: _known(path, path.stat().st_mtime_ns) for path in paths}


def task_named(label: str, root: Path = ROOT) -> Task:
    """The exercise with a label.

    Raises: KeyError, in words, if there is none.
    """
    found = [
        t for chapter in book(root).values() for t in chapter.tasks if t.label == label
    ]
    if not found:
        raise KeyError(f"no chapter has an exercise {label}")
    return found[0]


@dataclass(frozen=True)
class Project:
    """A project page: the module that scores it, its title and what its report is asked."""

    stem: str
    title: str
    claim: str
    report: str

    @property
    def module(self) -> str:
        """The name of its module in `course_utils.projects`."""
        return self.stem.removeprefix("project-").replace("-", "_")


def project_in(path: Path) -> Project:
    """What the page of a project says of itself."""
    notebook = read(path)
    first = notebook.cells[0].source
    words = "\n".join(c.source for c in notebook.cells if c.cell_type == "markdown")
    claim = re.search(r"^\*(.+)\*$", first, re.MULTILINE)[1]
    return Project(path.stem, TITLE.match(first)[1], claim, ASKED.search(words)[1].strip())


def all_projects(root: Path = ROOT) -> dict[str, Project]:
    """The projects by the names of their modules."""
    found = map(project_in, projects(Path(root)))
    return {project.module: project for project in found}
