"""Which cell of a chapter becomes a slide, and what is said with it.

A slide shows one thing: the claim, the goals, a figure with its caption, a displayed
formula between the two sentences around it (and the open code that follows it), a table
with the sentence that reads it, a quick check, the lines of code, the summary. All other
prose is what the lecturer says, and becomes the notes of the slide that it stands by: in
front of the first slide of a section, and behind each one after that.

The metadata of a cell can say otherwise, as in JupyterLab: its `slideshow` has a
`slide_type` of `skip` (left out), `notes` (words only) or `slide` (never dropped).
"""

import ast
import re
from collections import Counter
from dataclasses import dataclass, field

from anatomy.cells import is_quick_check, without_boxes
from anatomy.figures import forms, is_drawing
from folding import fold_of
from normal_form import WIDGET_VIEW, tags

from .sources import around_formulas, first_sentence, last_sentence, points

MOST = 30  # slides
LINES = 6  # of code below a formula
POINTS = 5  # on a slide of the summary
# How readily a kind of slide becomes words where a chapter has more than MOST.
RANKS = {"quick": 1, "figure": 1, "formula": 1, "table": 2, "aside": 3, "more": 4}
QUESTIONS = 2  # of the quick checks are as good as a figure
EXERCISES = re.compile(r"^## Exercises$", re.MULTILINE)
SUMMARY = re.compile(r"^## Summary$", re.MULTILINE)
HEADING = re.compile(r"^#{2,3} (.*)$", re.MULTILINE)
TABLE = re.compile(r"(?:^\|.*\|\n?)+", re.MULTILINE)


@dataclass
class Slide:
    """One slide: what it shows, the sentences around that, and what is said with it."""

    kind: str
    head: str = ""
    lead: str = ""
    show: object = None
    said: str = ""
    code: str = ""
    notes: list = field(default_factory=list)
    rank: int = 0


def wish(cell):
    """What the metadata of a cell asks for."""
    return cell.metadata.get("slideshow", {}).get("slide_type", "")


def kind_of(cell):
    """What the output of a code cell is; empty for words."""
    found = forms(cell)
    if any(WIDGET_VIEW in data for data in found):
        return "quick" if is_quick_check(cell) else "widget"
    if is_drawing(cell):
        return "drawing"
    if any("image/png" in data for data in found):
        return "figure"
    return "table" if any("<table" in data.get("text/html", "") for data in found) else ""


class Walk:
    """The slides so far, and the words that wait for the next one."""

    def __init__(self, slides):
        self.slides = slides
        self.head = slides[0].head
        self.waiting = None

    def enter(self, head):
        """Begin a section: words wait for its first slide."""
        self.head = head
        self.waiting = self.waiting or []

    def say(self, text):
        """Words of the lecturer."""
        if text.strip():
            notes = self.slides[-1].notes if self.waiting is None else self.waiting
            notes.append(text.strip())

    def add(self, slide):
        """The next slide."""
        slide.head = self.head
        slide.notes = (self.waiting or []) + slide.notes
        self.waiting = None
        self.slides.append(slide)

    def text(self, cell):
        """A cell of Markdown: headings, formulas, words."""
        parts = around_formulas(without_boxes(cell.source))
        for place, part in enumerate(parts):
            if isinstance(part, str):
                self.words(part)
            elif wish(cell) == "notes":
                self.say(f"$${part[0]}$$")
            else:
                self.formula(part, *parts[place - 1 : place + 2 : 2], cell)

    def words(self, text):
        """Prose with its headings."""
        before, *rest = HEADING.split(text)
        self.say(before)
        for head, below in zip(rest[::2], rest[1::2], strict=True):
            self.enter(head)
            self.say(below)

    def formula(self, shown, before, after, cell):
        """A displayed formula between the sentences that lead to it and read it."""
        lead = last_sentence(HEADING.split(before)[-1])
        kind = "formula" if shown[1] else "aside"
        rank = 0 if wish(cell) == "slide" else RANKS[kind]
        said = first_sentence(HEADING.split(after)[0])
        self.add(Slide("formula", lead=lead, show=shown, said=said, rank=rank))

    def code(self, cell, before, after):
        """A cell of code: what it shows, or the line that is the formula before it."""
        kind = kind_of(cell)
        if kind and wish(cell) != "notes":
            reads = first_sentence(after.source) if is_prose(after) else ""
            said = caption(cell) or reads
            rank = 0 if wish(cell) == "slide" else self.rank(kind)
            live = kind in ("widget", "quick")  # which need the room, and ask by themselves
            self.add(Slide(kind, show=cell, said="" if live else said, rank=rank))
            self.say(caption(cell) if live else "")
        elif not kind and not fold_of(cell):
            self.line(cell, before)

    def rank(self, kind):
        """How readily a slide of this kind, if it comes now, becomes words."""
        asked = sum(slide.kind == "quick" for slide in self.slides)
        return RANKS.get("more" if kind == "quick" and asked >= QUESTIONS else kind, 0)

    def line(self, cell, before):
        """Open code: below the formula that it follows, or among the words."""
        last = self.slides[-1]
        short = len(cell.source.splitlines()) <= LINES
        follows = is_prose(before) and before.source.rstrip().count("$$") >= 2
        if last.kind == "formula" and not last.code and short and follows:
            last.code = without_printing(cell.source)
        else:
            self.say(f"```python\n{cell.source}\n```")


def without_printing(source):
    """Code without the statements that print or check, or all if nothing else is left."""
    statements = ast.parse(source).body
    lines = source.splitlines()
    for node in reversed(statements):
        call = getattr(getattr(node, "value", None), "func", None)
        if isinstance(node, ast.Assert) or getattr(call, "id", "") == "print":
            del lines[node.lineno - 1 : node.end_lineno]
    return "\n".join(lines).strip() or source


def is_prose(cell):
    """Whether there is a cell, of Markdown."""
    return cell is not None and cell.cell_type == "markdown"


def caption(cell):
    """The caption of what a cell shows; empty where there is none."""
    return cell.metadata.get("mystnb", {}).get("figure", {}).get("caption", "")


def body(notebook):
    """The cells between the first screen and the exercises, and the one that sums up."""
    texts = [cell.source if cell.cell_type == "markdown" else "" for cell in notebook.cells]
    end = next(k for k, text in enumerate(texts) if EXERCISES.search(text))
    summary = next(cell for cell in notebook.cells[end:] if SUMMARY.search(cell.source))
    return notebook.cells[:end], summary


def beginning(notebook):
    """The claim and the goals."""
    about = notebook.metadata["chapter"]
    title = notebook.cells[0].source.split("\n")[0].removeprefix("# ")
    goals = Slide("goals", head="You will", show=about["goals"])
    return [Slide("title", head=title, said=about["claim"]), goals]


def ending(cell):
    """The equations with their lines of code, and the summary in points."""
    text = SUMMARY.sub("", cell.source)
    found = TABLE.search(text)
    lines = points(TABLE.sub("", text))
    parts = -(-len(lines) // POINTS)
    size = -(-len(lines) // parts)
    slides = [Slide("lines", head="The same in code", show=found[0])] if found else []
    shown = [lines[k : k + size] for k in range(0, len(lines), size)]
    return slides + [Slide("summary", head="Summary", show=part) for part in shown]


def within(slides, most):
    """At most so many slides: of the longest section the last of least rank are words."""
    slides = list(slides)
    while len(slides) > most and any(slide.rank for slide in slides):
        worst = max(slide.rank for slide in slides)
        lengths = Counter(slide.head for slide in slides)
        found = [k for k, slide in enumerate(slides) if slide.rank == worst]
        chosen = max(found, key=lambda k: (lengths[slides[k].head], k))
        slides[chosen - 1].notes += as_words(slides.pop(chosen))
    return slides


def as_words(slide):
    """What is said of a slide that is not shown."""
    formula = [f"$${slide.show[0]}$$"] if slide.kind == "formula" else []
    said = [] if slide.kind == "formula" else [slide.said]
    return [text for text in (*formula, *said, *slide.notes) if text]


def slides_of(notebook, most=MOST):
    """The slides of a chapter."""
    cells, summary = body(notebook)
    walk = Walk(beginning(notebook))
    for place, cell in enumerate(cells[1:], 1):
        before = cells[place - 1]
        after = next(iter(cells[place + 1 : place + 2]), None)
        if wish(cell) == "skip" or "colab" in tags(cell):
            continue
        if cell.cell_type == "code":
            walk.code(cell, before, after)
        elif "**You will**" not in cell.source:
            walk.text(cell)
    last = ending(summary)
    return [*within(walk.slides, most - len(last)), *last]
