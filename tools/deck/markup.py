"""The parts of a slide as HTML: prose with formulas, code, tables, pictures."""

import base64
import hashlib
from html import escape

from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from .sources import plain


def formula(tex, settings):
    """A formula that MathJax finds by its marks."""
    marks = ("\\[", "\\]") if settings["display_mode"] else ("\\(", "\\)")
    return marks[0] + escape(tex) + marks[1]


PARSER = MarkdownIt("commonmark", {"html": False}).enable("table")
PARSER.use(dollarmath_plugin, allow_labels=False, renderer=formula)


def prose(text, numbers):
    """Paragraphs, lists and tables of Markdown."""
    return PARSER.render(plain(text, numbers))


def line(text, numbers):
    """Markdown within a line."""
    return PARSER.renderInline(plain(text, numbers))


def display(tex, label, numbers):
    """A displayed formula with its number."""
    number = f'<span class="cu-number">({numbers[label]})</span>' if label else ""
    return f'{number}<div class="math">\\[{escape(tex)}\\]</div>'


def code(source):
    """Lines of Python."""
    marked = highlight(source, PythonLexer(), HtmlFormatter(nowrap=True))
    return f'<pre class="cu-code">{marked}</pre>'


def notes(texts, numbers):
    """What the lecturer says."""
    return prose("\n\n".join(texts), numbers) if texts else ""


def picture(data, alt, folder, kind=""):
    """A PNG, written into a folder under a name that is made from it."""
    png = base64.b64decode(data)
    name = f"{hashlib.sha256(png).hexdigest()[:16]}.png"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(png)
    return f'<img class="{kind}" src="{folder.name}/{name}" alt="{escape(alt)}">'
