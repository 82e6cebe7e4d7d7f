"""Pieces of pages that Sphinx has built: found by their names, and fit to stand elsewhere.

What Sphinx writes is well formed, with `<` and `>` escaped in its attributes, so that tags
can be counted.
"""

import os
import re
from html import escape

HEADER_LINK = re.compile(r'<a class="headerlink".*?</a>', re.DOTALL)
SCRIPT = re.compile(r"<script\b.*?</script>", re.DOTALL)
ANCHOR = re.compile(r"<(/?)a\b[^>]*>")
NAME = re.compile(r'\sid="[^"]*"')
SOURCE = re.compile(r'\ssrc="(?!data:)([^"]*)"')
STYLE = re.compile(r'\sstyle="[^"]*"')
DRAWING = '<div class="cu-drawing"'
DRAWN = re.compile(r"<style>(?:(?!</style>).)*\.cu-drawing.*?</style>", re.DOTALL)


def element_at(page, start):
    """The element whose opening tag begins at a place, from `<` to `>`."""
    tag = re.match(r"<([\w-]+)", page[start:])[1]
    depth = 0
    for found in re.finditer(rf"<(/?){tag}\b[^>]*>", page[start:]):
        depth += -1 if found[1] else 1
        if not depth:
            return page[start : start + found.end()]
    raise ValueError(f"<{tag}> is not closed")


def named(page, name):
    """The element with a name; None where there is none."""
    found = re.search(rf'<[\w-]+\b[^>]*\sid="{re.escape(escape(name))}"', page)
    return element_at(page, found.start()) if found else None


def first(page, tag, after=0):
    """The first element of a kind; None where there is none."""
    found = re.compile(rf"<{tag}\b").search(page, after)
    return element_at(page, found.start()) if found else None


def inner(element):
    """What stands between the tags of an element."""
    return element[element.index(">") + 1 : element.rindex("<")].strip()


def loose(piece):
    """A piece without what belongs to its place: links, names, scripts."""
    piece = SCRIPT.sub("", HEADER_LINK.sub("", piece))
    piece = ANCHOR.sub(lambda tag: f"<{tag[1]}span>", piece)
    return piece if "<svg" in piece else NAME.sub("", piece)


def moved(piece, here, there):
    """A piece of the page `here` whose pictures are found from the page `there`."""

    def seen_from_there(source):
        path = os.path.join(os.path.dirname(here), source[1])
        return f' src="{os.path.relpath(path, os.path.dirname(there) or ".")}"'

    return SOURCE.sub(seen_from_there, piece)


def picture(figure, width="cu-narrow"):
    """The picture of a figure: its still twin, its image or its drawing.

    Of a drawing in two widths, `cu-wide` and `cu-narrow`, it is one.
    """
    figure = SCRIPT.sub("", figure)
    if DRAWING in figure:
        drawing = element_at(figure, figure.index(DRAWING))
        place = max(drawing.find(f'<svg class="{width}"'), drawing.find("<svg"))
        drawn = element_at(drawing, place)
        return f"{DRAWING}>{drawn}</div>"
    found = re.search(r"<(?:img|svg)\b", figure)
    if not found:
        return None
    if found[0] == "<svg":
        return element_at(figure, found.start())
    tag = figure[found.start() : figure.index(">", found.start()) + 1]
    return STYLE.sub("", tag)


def style_of_drawings(page):
    """The style that the drawings of a page share; empty where there are none."""
    found = DRAWN.search(page)
    return found[0] if found else ""


def caption(figure):
    """The caption of a figure with its number; empty where there is none."""
    found = first(figure, "figcaption")
    return inner(first(found, "p") or found) if found else ""
