"""The parts of a slide as HTML: prose with formulas, code, tables, pictures."""

import base64
import hashlib
import re
from html import escape

from formula_room import room
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from .sources import plain

TIGHT = re.compile(r'<span class="math inline">[^<]*</span>[.,;:!?)]+')  # not to be torn
WIDEST = 22  # em of a row of formulas


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
    words = PARSER.renderInline(plain(text, numbers))
    return TIGHT.sub(r'<span class="cu-tight">\g<0></span>', words)


def display(tex, label, numbers):
    """A displayed formula with its number."""
    number = f'<span class="cu-number">({numbers[label]})</span>' if label else ""
    lines = [f'<div class="math">\\[{escape(part)}\\]</div>' for part in rows(tex)]
    return number + "".join(lines)


def rows(tex):
    """Formulas that stand side by side, below each other where they would get small."""
    parts = [part.strip() for part in tex.split(r"\qquad")]
    whole = all(part.count("{") == part.count("}") for part in parts)
    apart = whole and r"\begin" not in tex and room(f"\\({tex}\\)") > WIDEST
    return parts if apart else [tex]


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
