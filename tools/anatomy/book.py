"""What holds for all chapters together: their numbers, their links and what each needs."""

import re

import contents
from book_files import chapters
from book_files import notebooks as every_notebook
from house import rules_hold
from normal_form import read

from .exercise_rules import networks_are_trained
from .links import faults_of_mentions

CODE = re.compile(r"```.*?```|`[^`]*`", re.DOTALL)
FILLED = re.compile(r"\{\{.*?\}\}")  # what the build writes there
PAGE = re.compile(r"\]\(([\w./-]+\.(?:ipynb|md))(?:#[^)\s]*)?\)")


def needs_of(notebooks):
    """The prerequisites of each chapter, as sets."""
    about = {
        stem: notebook.metadata.get("chapter", {}) for stem, notebook in notebooks.items()
    }
    return {stem: set(chapter.get("prerequisites", ())) for stem, chapter in about.items()}


def circles(needs):
    """Prerequisites that are no chapters, and chapters that need each other in a circle."""
    for stem, prerequisites in needs.items():
        for missing in sorted(prerequisites - set(needs)):
            yield f"{stem} needs {missing}, which is no chapter"
    waiting = {stem: prerequisites & set(needs) for stem, prerequisites in needs.items()}
    while ready := {stem for stem, rest in waiting.items() if not rest & set(waiting)}:
        for stem in ready:
            del waiting[stem]
    if waiting:
        yield f"these chapters need each other in a circle: {sorted(waiting)}"


def needs_point_backwards(needs):
    """A chapter needs earlier ones only."""
    for stem, prerequisites in needs.items():
        for later in sorted(p for p in prerequisites if p[:2] >= stem[:2]):
            yield f"{stem} needs {later}, which does not come before it"


def numbers_are_places(root):
    """The number of a chapter's file is its place in `_toc.yml` and in the README."""
    stems = [path.stem for path in chapters(root)]
    _, parts = contents.parts_of((root / "_toc.yml").read_text(encoding="utf-8"))
    if contents.order(parts) != stems:
        yield f"_toc.yml has the chapters {contents.order(parts)}, the folder {stems}"
    for place, stem in enumerate(contents.order(parts), start=1):
        if int(stem[:2]) != place:
            yield f"{stem} is chapter {place} in _toc.yml"
    readme = (root / "README.md").read_text(encoding="utf-8")
    rows = [(int(row[1]), row[2]) for row in contents.ROW.finditer(readme)]
    if rows != [(int(stem[:2]), stem) for stem in stems]:
        yield f"the table in README.md has the chapters {rows}"


def text_of(notebook):
    """The Markdown of a notebook."""
    cells = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    return "\n\n".join(cells)


def texts(root, notebooks):
    """The Markdown of each page, by its path: chapters, and the pages beside them."""
    for stem, notebook in notebooks.items():
        yield root / "book" / stem, text_of(notebook)
    for path in sorted([*root.glob("*.md"), *(root / "book").glob("*.md")]):
        yield path, path.read_text(encoding="utf-8")
    for path in sorted(set(every_notebook(root)) - set(chapters(root))):
        yield path, text_of(read(path))


def links_lead_somewhere(pages):
    """Every link to a chapter or a page beside it finds its file."""
    for path, text in pages:
        for target in sorted(set(PAGE.findall(CODE.sub("", text)))):
            if not (path.parent / target).is_file():
                yield f"{path.stem} links to {target}, which is not there"


def complaints(root):
    """What is wrong with the book as a whole, in sentences."""
    notebooks = {path.stem: read(path) for path in chapters(root)}
    for stem, notebook in notebooks.items() if rules_hold(root) else ():
        yield from networks_are_trained(stem, notebook)
    yield from numbers_are_places(root)
    yield from circles(needs_of(notebooks))
    yield from needs_point_backwards(needs_of(notebooks))
    yield from links_lead_somewhere(texts(root, notebooks))
    for path, text in texts(root, {}) if rules_hold(root) else ():
        if path.parent.name == "book" or path.stem == "README":
            for fault in faults_of_mentions(FILLED.sub("", text)):
                yield f"{path.stem}: {fault}"
