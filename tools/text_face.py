"""The text face inside a style sheet: it is there when the first word is drawn.

A face in a file of its own comes after the text has been laid out in another one, and the
page jumps; a preload would help, but a page from a disk may not preload fonts. So the files
of `book/_static/fonts`, which `typeface.py` makes, are written into `course-face.css`.
"""

import base64
from pathlib import Path

FONTS = Path("book/_static/fonts")
SHEET = "course-face.css"
FACES = {"regular": "400 normal", "italic": "400 italic", "semibold": "600 normal"}


def rule(path, weight, style):
    """The rule for one face, with the face in it."""
    data = base64.b64encode(path.read_bytes()).decode()
    return (
        f'@font-face {{ font-family: "Course Serif"; font-weight: {weight}; '
        f"font-style: {style}; font-display: swap; "
        f'src: url("data:font/woff2;base64,{data}") format("woff2"); }}\n'
    )


def sheet(root):
    """The style sheet with the faces of the book that lies in a folder."""
    rules = [
        rule(Path(root) / FONTS / f"course-serif-{name}.woff2", *kind.split())
        for name, kind in FACES.items()
    ]
    return "".join(rules)


def write(app):
    """Write the sheet, before the pages that name it."""
    if app.builder.format != "html":
        return
    path = Path(app.outdir) / "_static" / SHEET
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(sheet(app.srcdir), encoding="utf-8")


def setup(app):
    """Called by Sphinx."""
    app.add_css_file(SHEET, priority=400)
    app.connect("builder-inited", write)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
