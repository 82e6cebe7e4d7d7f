"""The pages for teachers: what stands in double braces is taken from the chapters.

``{{ read 02-why-inversion-fails }}`` names a chapter and its minutes, ``{{ hand-in ex-echo
ex-fft }}`` exercises with theirs; `VERBS` has all words that may stand there. What a page
asks for and does not exist stops the build with a sentence.
"""

import re
from itertools import pairwise
from pathlib import Path

import teaching_exam
import teaching_facts as facts
import teaching_machines as machines
from sphinx.errors import ExtensionError

PAGES = "teaching"  # begins the names of these pages
STYLE = "course-teaching.css"
ASKED = re.compile(r"\{\{ ([a-z][\w-]*)((?: [^{}]*?)?) \}\}")
WEEK = re.compile(r"^### (.+)$", re.MULTILINE)
SHEET = re.compile(r"\{\{ chapter (\S+) \}\}.*?(?=\{\{ chapter |\Z)", re.DOTALL)
PART = re.compile(r"^## .+$", re.MULTILINE)
TASKS = ("in-class", "hand-in")
GROUPS = ("in class", "hand in", "further")


def table(heads: list[str], rows: list[list], left: int = 1) -> str:
    """A table in Markdown; the first columns are words, and the others numbers."""
    marks = [":---" if place < left else "---:" for place in range(len(heads))]
    lines = [heads, marks, *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def figure(name: str) -> str:
    """A link to a figure, by its number."""
    return f"{{numref}}`{name}`"


def linked(task: facts.Task) -> str:
    """A link to an exercise, by its title."""
    return f"{{ref}}`{task.title} <{task.label}>`"


def one(stem: str) -> facts.Chapter:
    """The chapter with a stem.

    Raises: KeyError, in words, if there is none.
    """
    if stem not in facts.book():
        raise KeyError(f"there is no chapter {stem}")
    return facts.book()[stem]


def head(stem: str) -> str:
    """The heading of a chapter, and what it says of itself."""
    chapter = one(stem)
    about = chapter.about
    needs = ", ".join(one(other).link for other in about["prerequisites"])
    goals = "; ".join(f"{goal[0].lower()}{goal[1:]}" for goal in about["goals"])
    live = ", ".join(map(figure, chapter.live))
    return (
        f"(sheet-{stem})=\n\n## {chapter.number}. {chapter.title}\n\n"
        f"{chapter.link.replace('c', 'C', 1)}, {about['level']}. "
        f"After it students can {goals}.\n\n"
        f"**Needs** {needs or 'no other chapter'}. "
        f"**Reading** {about['minutes_to_read']} minutes, "
        f"**exercises** {chapter.work} minutes. **Figures that respond** {live}."
    )


def homework(words: str) -> str:
    """A table of the exercises of a chapter: in class, handed in, and further ones."""
    groups = [list(map(facts.task_named, part.split())) for part in words.split("|")]
    rows = [
        [task.number, linked(task), when, task.kind, task.minutes, shared(task)]
        for when, tasks in zip(GROUPS, groups, strict=True)
        for task in tasks
    ]
    heads = ["", "exercise", "when", "kind", "minutes", "points"]
    return table(heads, rows, left=4)


def shared(task: facts.Task) -> str:
    """The points of an exercise, and how many of them are given by hand."""
    return f"{task.points}, {task.by_hand} by hand" if task.by_hand else f"{task.points}"


def reading(words: str) -> str:
    """Chapters to read, each with its minutes."""
    found = map(one, words.split())
    return ", ".join(f"{c.link} ({c.about['minutes_to_read']} minutes)" for c in found)


def listed(words: str) -> str:
    """Exercises with their minutes, and the sum of these."""
    tasks = list(map(facts.task_named, words.split()))
    whole = sum(task.minutes for task in tasks)
    each = ", ".join(f"{linked(task)} ({task.minutes})" for task in tasks)
    return f"{each}: {whole} minutes"


def worth(words: str) -> str:
    """Exercises to hand in, with their minutes and what they are worth together."""
    tasks = list(map(facts.task_named, words.split()))
    return f"{listed(words)}, {sum(task.points for task in tasks)} points"


def overview(words: str) -> str:
    """All chapters in a table: minutes to read, exercises, and what they need."""
    rows = []
    for chapter in facts.book().values():
        needs = ", ".join(str(int(stem[:2])) for stem in chapter.about["prerequisites"])
        minutes = chapter.about["minutes_to_read"]
        link = f"{{ref}}`{chapter.title} <sheet-{chapter.stem}>`"
        row = [chapter.number, link, chapter.about["level"], needs or "none"]
        rows.append([*row, minutes, len(chapter.tasks), chapter.work])
    heads = ["", "chapter", "level", "needs", "reading", "exercises", "their minutes"]
    return table(heads, rows, left=4)


def project(name: str) -> str:
    """A project: what it is, the rubric of the script and that of the report."""
    from course_utils import projects  # a page without projects does without torch

    if name not in facts.all_projects():
        raise KeyError(f"there is no project {name}")
    page = facts.all_projects()[name]
    module = getattr(projects, name)
    rows = [[r.name, r.asked, f"{r.none:g}", r.points] for r in module.ROWS]
    script = table(["by the script", "all points", "none", "points"], rows, left=3)
    return (
        f"(sheet-{name})=\n\n## {page.title}\n\n"
        f"[The page for students]({page.stem}.ipynb). {page.claim}\n\n"
        f"They hand in a file that defines `{module.ASKED}`. It is scored by\n\n"
        f"    python -m course_utils.projects {name} answers/*.py --seed 20\n\n"
        f"{script}\n\n| points | in the report |\n|---:|:---|\n{page.report}"
    )


def load(section: str) -> str:
    """What a syllabus asks for, week by week, from the words of its own section."""
    rows = []
    names = WEEK.findall(section)
    for name, text in zip(names, WEEK.split(section)[2::2], strict=True):
        asked = {verb: words.split() for verb, words in ASKED.findall(text)}
        if not asked.keys() & {"read", *TASKS}:
            continue  # the heading above the table
        read = sum(one(stem).about["minutes_to_read"] for stem in asked.get("read", ()))
        sums = [minutes_of(asked.get(verb, ())) for verb in TASKS]
        points = sum(facts.task_named(label).points for label in asked.get("hand-in", ()))
        rows.append([name.partition(". ")[0], read, *sums, points])
    whole = [sum(column) for column in list(zip(*rows, strict=True))[1:]]
    rows.append(["**together**", *whole])
    return table(["", "reading", "in class", "handed in", "points"], rows)


def minutes_of(labels) -> int:
    """The minutes of some exercises together."""
    return sum(facts.task_named(label).minutes for label in labels)


VERBS = {
    "chapter": head,
    "class-of": machines.class_of,
    "hand-in": worth,
    "homework": homework,
    "in-class": listed,
    "machines": machines.text,
    "overview": overview,
    "project": project,
    "read": reading,
}


def with_loads(text: str) -> str:
    """A page in which each part that asks for its load has the table of it."""
    starts = [0, *(found.start() for found in PART.finditer(text)), len(text)]
    parts = [text[a:b] for a, b in pairwise(starts)]
    asked = "{{ load }}"
    return "".join(p.replace(asked, load(p)) if asked in p else p for p in parts)


def of_the_book(text: str) -> str:
    """A page without the sheets of chapters that the table of contents does not name."""
    return SHEET.sub(lambda sheet: sheet[0] if sheet[1] in facts.book() else "", text)


def filled(text: str, seed: int) -> str:
    """A page in which all that it asks for stands in its place.

    Raises: KeyError, in words, for what is not there.
    """
    numbers = teaching_exam.words(seed) if teaching_exam.MARK in text else {}

    def answer(found: re.Match) -> str:
        verb, words = found.groups()
        if verb in numbers:
            return numbers[verb]
        if verb not in VERBS:
            raise KeyError(f"{verb} is none of the words that may stand in braces")
        return VERBS[verb](words.strip())

    return ASKED.sub(answer, with_loads(of_the_book(text)))


def fill(app, docname: str, source: list[str]) -> None:
    """Fill a page for teachers before it is parsed."""
    if not docname.rpartition("/")[2].startswith(PAGES):
        return
    for path in sources(Path(app.srcdir)):
        app.env.note_dependency(str(path))
    try:
        source[0] = filled(source[0], app.config.exam_seed)
    except KeyError as error:
        raise ExtensionError(f"{docname}: {error.args[0]}") from error


def sources(root: Path) -> list[Path]:
    """The files that these pages are made of, beside their own."""
    own = [Path(module.__file__) for module in (facts, machines, teaching_exam)]
    found = [*(root / "book" / f"{stem}.ipynb" for stem in facts.book(root))]
    found += [root / "_toc.yml", *facts.projects(root), root / machines.REPORT]
    return [path for path in [*own, Path(__file__), *found] if path.exists()]


def dress(app, pagename: str, templatename, context: dict, doctree) -> None:
    """Give these pages their style, and no others."""
    if pagename.rpartition("/")[2].startswith(PAGES):
        app.add_css_file(STYLE)


def setup(app) -> dict:
    """Called by Sphinx; with another `exam_seed` the exam has other numbers."""
    app.add_config_value("exam_seed", 1, "env", types=[int])
    app.connect("source-read", fill)
    app.connect("html-page-context", dress)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
