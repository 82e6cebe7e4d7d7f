"""How much room each formula keeps free until it is drawn, estimated from its TeX.

Formulas are drawn as they come into view. What stands in their place must be about as wide,
or lines would break elsewhere afterwards and the text would jump. The widths are those of
TeX's letters and signs with the space around them; for the formulas of this book the
estimate is off by a twentieth in the mean, which seldom moves a word to another line.
"""

import html
import re

INLINE = re.compile(r'<span class="(math [^"]*)">(\\\(.*?\\\))</span>', re.DOTALL)
DISPLAY = re.compile(r'<div class="(math [^"]*)"([^>]*)>(.*?)</div>', re.DOTALL)
TALL_SIGN = re.compile(r"\\d?frac|\\sum|\\int|\\prod|\\underbrace")
TOKEN = re.compile(r"\\[a-zA-Z]+\*?|\\.|[{}^_&]|\s+|.", re.DOTALL)
WAITING = "cu-room"  # until it is drawn: course-formulas.js takes it away
NUMBERED = "cu-numbered"
SCALE = 1.09  # of MathJax's letters to the text: `chtml.scale` of mathjax_bundle.py
SMALL = 0.72  # superscripts and subscripts, and what stands in a small fraction
LETTER = 0.56  # em, as all that follows
CAPITAL = 0.77
COMMAND = 0.6  # Greek letters, mostly
NAMED = 0.5  # a letter of a name such as log
BAR = 0.24  # what a fraction's bar is longer than its parts
LINE = 1.5  # the height of a line of a display
TALL = 1.5  # what a fraction adds
EDGE = 1.5  # the space above and below a display
SIGNS = {
    1.56: "\\to \\leftarrow",
    1.34: "= < > \\le \\ge \\ll \\gg \\approx \\sim \\propto \\in \\ne",
    1.25: "\\sum \\prod \\dots",
    1.2: "+ - \\pm \\times",
    0.93: "m w M W",
    0.85: "\\sqrt \\mid",
    0.78: "\\Lambda \\Sigma \\Phi \\Pi \\Delta \\nabla \\infty",
    0.72: "\\cdot",
    0.5: "/ \\lVert \\rVert \\Vert * 0 1 2 3 4 5 6 7 8 9",
    0.44: ", ;",
    0.4: "( ) [ ] \\lvert \\rvert \\langle \\rangle \\{ \\} i j l t r s",
    0.28: ". : | ! \\;",
    0.17: "\\, \\:",
    -0.17: "\\!",
    1: "\\quad",
    2: "\\qquad",
    0: "\\left \\right \\big \\Big \\bigl \\bigr \\Bigl \\Bigr \\hat \\bar \\tilde"
    " \\widehat \\mathbb \\mathcal \\mathbf \\boldsymbol \\displaystyle \\textstyle"
    " \\underbrace &",
}
WIDTHS = {sign: width for width, signs in SIGNS.items() for sign in signs.split()}
NAMES = {"\\log", "\\ln", "\\exp", "\\min", "\\max", "\\arg", "\\sin", "\\cos", "\\det"}
FRACTIONS = {"\\frac": False, "\\dfrac": False, "\\tfrac": True}  # whether always small
WORDS = {"\\operatorname", "\\text", "\\mathrm"}
AFTER = {"", "(", "[", "{", "=", ",", "\\to", "\\le", "\\ge", "\\bigl(", "\\,"}


def argument(tokens):
    """The next argument of a command, taken out of the list of tokens."""
    while tokens and tokens[0].isspace():
        tokens.pop(0)
    if not tokens:
        return []
    if (first := tokens.pop(0)) != "{":
        return [first]
    inner = []
    depth = 1
    while tokens and depth:
        token = tokens.pop(0)
        depth += (token == "{") - (token == "}")
        inner.append(token)
    return inner[:-1]


def width(tokens, display=False):
    """The width of TeX, as a list of tokens."""
    tokens = list(tokens)
    total = 0.0
    before = ""
    while tokens:
        token = tokens.pop(0)
        if token == "\\\\":  # the widest line would be longer work, and counts for little
            break
        total += taken(token, before, tokens, display)
        before = before if token.isspace() else token
    return total


def taken(token, before, tokens, display):
    """The width of one token with its arguments, which are taken out of the list."""
    if token in ("^", "_"):
        return SMALL * scripts(tokens)
    if token == "{":
        tokens.insert(0, token)
        return width(argument(tokens), display)
    if token in FRACTIONS:
        small = FRACTIONS[token] or not (display or token == "\\dfrac")
        parts = [width(argument(tokens)) for _ in range(2)]
        return (SMALL if small else 1) * max(parts) + BAR
    if token in WORDS:
        return NAMED * len("".join(argument(tokens)).replace("\\", ""))
    if token in ("+", "-") and before in AFTER:
        return 0.78  # a sign, with no space around it
    return single(token)


def scripts(tokens):
    """The width of a superscript or subscript, or of both above each other."""
    widest = width(argument(tokens))
    if tokens and tokens[0] in ("^", "_"):
        tokens.pop(0)
        widest = max(widest, width(argument(tokens)))
    return widest


def single(token):
    """The width of a token that takes no argument."""
    if token.isspace():
        return 0
    if token in WIDTHS:
        return WIDTHS[token]
    if token in NAMES:
        return NAMED * (len(token) - 1)
    if token.startswith("\\"):
        return COMMAND
    return CAPITAL if token.isupper() else LETTER


def room(tex):
    """The width of a formula in the text: `\\(x = 1\\)` -> em."""
    inner = html.unescape(tex).strip()[2:-2]
    return SCALE * width(TOKEN.findall(inner))


def height(tex):
    """The height of a displayed formula, in em."""
    lines = html.unescape(tex).split("\\\\")
    tall = sum(bool(TALL_SIGN.search(line)) for line in lines)
    return EDGE + LINE * len(lines) + TALL * tall


def reserved(body):
    """A page in which every formula says how much room it will take."""

    def inline(found):
        style = f"--room: {room(found[2]):.2f}em"
        return f'<span class="{found[1]} {WAITING}" style="{style}">{found[2]}</span>'

    def display(found):
        classes = f"{found[1]} {WAITING}"
        if 'class="eqno"' in found[3]:
            classes += f" {NUMBERED}"
        style = f"--room: {height(found[3]):.1f}em"
        return f'<div class="{classes}"{found[2]} style="{style}">{found[3]}</div>'

    return DISPLAY.sub(display, INLINE.sub(inline, body))


def fill(app, pagename, templatename, context, doctree):
    """Reserve the room for the formulas of a page."""
    if "body" in context:
        context["body"] = reserved(context["body"])


def setup(app):
    """Called by Sphinx."""
    app.connect("html-page-context", fill, priority=960)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
