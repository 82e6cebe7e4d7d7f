"""The head of a page: what a browser, a search engine and a reader with a link are told.

The theme loads a library of icons (1.5 MB, of which a dozen are in use) and, on every page,
the index of the search. The first is replaced by `icons.py`, the second is left to the
page that searches.
"""

import re
from pathlib import Path

TEMPLATES = Path(__file__).parent / "templates"
LEFT_OUT = re.compile(  # scripts of the theme, with their comment if they have one
    r"(?:<!--[^>]*icons -->\s*)?"
    r'<script[^>]*src="[^"]*(?:fontawesome|searchtools|language_data|searchindex)\.js[^>]*>'
    r"\s*</script>\s*"
)
VIEWPORT = re.compile(r'<meta name="viewport"[^>]*>\s*')


def lightened(head):
    """A part of the theme's head without the scripts and the tags that are too much."""
    return VIEWPORT.sub("", LEFT_OUT.sub("", head))


def prepare(app, config):
    """Before the build: our template stands before the theme's."""
    config.templates_path.append(str(TEMPLATES))


def fill(app, pagename, templatename, context, doctree):
    """Give the template what it asks for."""
    context["lightened"] = lightened


def setup(app):
    """Called by Sphinx."""
    app.connect("config-inited", prepare)
    app.connect("html-page-context", fill)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
