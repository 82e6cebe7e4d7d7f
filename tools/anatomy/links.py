"""Mentions of chapters: each is a link, and the number in its text is that of its file."""

import re

from normal_form import tags

from .prose import where

LINK = re.compile(r"\[([^\]]*)\]\((?:[\w./-]*/)?((\d\d)-[\w-]+)\.ipynb(?:#[^)\s]*)?\)")
NUMBER = re.compile(r"(?<=\bchapter\s)\d+|^\d+$", re.IGNORECASE)
PLAIN = re.compile(r"\bchapters?\b(?:\s|,|–|-|\band\b|\bor\b|\bto\b|@)*\d+", re.IGNORECASE)
NEIGHBOUR = re.compile(
    r"\b(?:next|last|previous|preceding|following)\s+chapters?\b"
    r"|\bchapters?\s+(?:before|after)\s+(?:this|it)\b",
    re.IGNORECASE,
)
TEXTS_IN_CODE = re.compile(r"#.*|\"[^\"\n]*\"|'[^'\n]*'")


def faults_of_mentions(text):
    """The mentions of chapters in a text that would become wrong when a chapter moves."""
    for words, stem, number in LINK.findall(text):
        told = {int(n) for n in NUMBER.findall(words)}
        if told - {int(number)} or re.search(r"\bchapters\b", words, re.IGNORECASE):
            yield f"the link {words!r} leads to {stem}"
    without_links = LINK.sub("@", text)
    for mention in PLAIN.finditer(without_links):
        yield f"{mention[0]!r} is no link to the chapter"
    for mention in NEIGHBOUR.finditer(without_links):
        yield f"{mention[0]!r} does not say which, by a link"


def chapter_mentions_are_links(notebook):
    """A chapter is mentioned by a link with the number of its file; code mentions none."""
    for cell in notebook.cells:
        look = cell.metadata.get("mystnb", {})
        texts = [look.get("figure", {}).get("caption", "")]
        texts += [look.get("image", {}).get("alt", "")]
        if cell.cell_type == "markdown":
            texts.append(cell.source)
        elif "colab" not in tags(cell):
            texts += TEXTS_IN_CODE.findall(cell.source)
        for text in texts:
            for fault in faults_of_mentions(text):
                yield f"{where(notebook, cell)}: {fault}"


def chapters_linked(text):
    """The stems of the chapters that a text links to, in the order of the text."""
    return [stem for _, stem, _ in LINK.findall(text)]


def needs_are_linked(notebook):
    """The line *You need* links the prerequisites, and no other chapter."""
    words = "\n".join(c.source for c in notebook.cells if c.cell_type == "markdown")
    line = re.search(r"^\*\*You need\*\*.*", words, re.MULTILINE)
    linked = chapters_linked(line[0] if line else "")
    needed = notebook.metadata.get("chapter", {}).get("prerequisites", [])
    if sorted(set(linked)) != sorted(needed):
        yield f"*You need* links {linked}, and the prerequisites are {needed}"
