"""The terms of the glossary in a chapter: each is linked in bold where it first occurs."""

import re
from functools import cache

from book_files import ROOT
from glossary import LINK, first_uses, terms_in

from .cells import chapter_cells, is_code, is_opening, without_boxes
from .prose import NOT_PROSE
from .prose import where as where_is

TARGET = r"\]\([^)]*\)"
HEADING = r"^#.*$"


@cache
def of_the_book():
    """The terms of the book's glossary."""
    return terms_in((ROOT / "book" / "glossary.md").read_text(encoding="utf-8"))


def blanked(pattern, text):
    """The text with blanks in place of what a pattern finds."""
    return re.sub(pattern, lambda found: " " * len(found[0]), text, flags=re.MULTILINE)


def running_text(notebook):
    """The prose between the first section and the exercises, links as they are written."""
    cells = chapter_cells(notebook)
    openings = [n for n, cell in enumerate(cells) if is_opening(cell)]
    rest = cells[openings[0] + 2 :] if openings else cells[1:]
    text = "\n\n".join(without_boxes(c.source) for c in rest if not is_code(c))
    for pattern in (HEADING, *NOT_PROSE):
        if pattern != TARGET:
            text = blanked(pattern, text)
    return text


def faults_of_terms(text, terms):
    """Terms that a text uses before it links them in bold."""
    linked = {}
    for link in LINK.finditer(text):
        around = text[max(link.start() - 2, 0) : link.start()]
        if around == "**" == text[link.end() : link.end() + 2]:
            linked.setdefault(link[2], link.start())
    for term, place in first_uses(terms, blanked(TARGET, text)).items():
        if linked.get(term.anchor, len(text)) > place:
            around = " ".join(text[max(place - 20, 0) : place + 40].split())
            yield f"{term.name!r} is not linked as {term.link} at first, in {around!r}"


def glossary_terms_are_linked(notebook):
    """A term of the glossary is a link, in bold, where the chapter first uses it."""
    yield from faults_of_terms(running_text(notebook), of_the_book())


def glossary_links_lead_to_a_term(notebook):
    """What a link to the glossary names is there."""
    anchors = {term.anchor for term in of_the_book()}
    for cell in notebook.cells:
        for words, anchor in LINK.findall(cell.source):
            if anchor not in anchors:
                yield f"{where_is(notebook, cell)} links {words!r} to {anchor}, no term"
