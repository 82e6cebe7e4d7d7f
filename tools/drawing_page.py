"""Drawings in a page: the author's description, and the style of all of them once.

A drawing (course_utils/drawings) is an output of HTML that brings its own style, for
JupyterLab. In the page it stays in the text, so that the colours of the page reach it.
"""

import json
import re
from html import escape

MARK = 'class="cu-drawing"'
STYLE = re.compile(r"<style>.*?</style>\s*", re.DOTALL)
WORDS = re.compile(r'\s*<p class="cu-drawing-words">.*?</p>', re.DOTALL)
LABEL = re.compile(r'(<svg [^>]*aria-label=")[^"]*(")')
VERSION = 1


def described(html, alt):
    """A drawing with the description that its cell gives; without one, with its own."""
    if alt:
        html = LABEL.sub(lambda found: found[1] + escape(alt) + found[2], html)
    return WORDS.sub("", html)


def drawings(notebook):
    """The outputs that are drawings, each with the cell that it comes from."""
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            html = "".join(output.get("data", {}).get("text/html", ""))
            if MARK in html:
                yield cell, output["data"], html


def describe_drawings(notebook):
    """Describe the drawings of a notebook in place; whether there are any."""
    style = ""
    for cell, data, html in drawings(notebook):
        look = cell.get("metadata", {}).get("mystnb", {})
        found = "".join(STYLE.findall(html))
        html = STYLE.sub("", html) if found == style else html
        style = found
        data["text/html"] = described(html, look.get("image", {}).get("alt", ""))
    return bool(style)


def read_source(app, docname, source):
    """Describe the drawings of a chapter before it is parsed."""
    if str(app.env.doc2path(docname)).endswith(".ipynb") and "cu-drawing" in source[0]:
        notebook = json.loads(source[0])
        if describe_drawings(notebook):
            source[0] = json.dumps(notebook)


def setup(app):
    """Connect to Sphinx; a new version here makes every page anew."""
    app.add_config_value("drawing_page_version", VERSION, "env")
    app.connect("source-read", read_source)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
