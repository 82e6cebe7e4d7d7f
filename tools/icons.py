"""The icons of the theme, drawn for this book, in the style sheet `course-icons.css`.

The theme names an icon by a class and has a library of fonts and scripts (1.5 MB) put it
there. Here each is the mask of a box in the colour of the text: a path of SVG in a square
of 24, drawn with a pen, and after a bar what is filled. A class with no path here shows
nothing, and a test finds it.
"""

import re
import shutil
from pathlib import Path

SHEET = "course-icons.css"
FACE = r"@font-face\s*\{[^}]*Font Awesome[^}]*\}"
ESCAPED = {'"': "%22", "#": "%23", "<": "%3C", ">": "%3E"}  # in an address
SHEETS_OF_PAPER = "M6.5 3.5h7l4.5 4.5v12.5h-11.5z"
PATHS = {
    "angle-left": "M14.5 6l-6 6 6 6",
    "angle-right": "M9.5 6l6 6-6 6",
    "arrow-up": "M12 20V5M6 10.5l6-6 6 6",
    "bars": "M4 6.5h16M4 12h16M4 17.5h16",
    "chevron-down": "M6 9.5l6 6 6-6",
    "circle-half-stroke": "M12 3.5a8.5 8.5 0 0 0 0 17|M12 3.5a8.5 8.5 0 0 1 0 17z",
    "code": "M8.5 7.5L4 12l4.5 4.5M15.5 7.5L20 12l-4.5 4.5",
    "download": "M12 4v11M7 10.5l5 5 5-5M4.5 20h15",
    "expand": "M4.5 9V4.5H9M15 4.5h4.5V9M19.5 15v4.5H15M9 19.5H4.5V15",
    "file": f"{SHEETS_OF_PAPER}M13 3.5v5h5",
    "file-code": f"{SHEETS_OF_PAPER}M10.5 11.5l-2 2.5 2 2.5M13.5 11.5l2 2.5-2 2.5",
    "file-lines": f"{SHEETS_OF_PAPER}M9.5 12h5M9.5 16h5",
    "file-pdf": "M7 9V3.5h10V9M7 16.5H4.5V9h15v7.5H17M7.5 14h9v6.5h-9z",
    "home": "M4 11.5l8-7 8 7M6.5 10v9.5h11V10",
    "lightbulb": "M9 17.5c0-2.5-3-4-3-7.5a6 6 0 0 1 12 0c0 3.5-3 5-3 7.5zM9.5 20.5h5",
    "list": "M9 6.5h11M9 12h11M9 17.5h11M4.2 6.5h.6M4.2 12h.6M4.2 17.5h.6",
    "magnifying-glass": "M16.5 10.5a6 6 0 1 1-12 0 6 6 0 0 1 12 0zM15 15l5 5",
    "moon": "M20 14.2A8.3 8.3 0 1 1 9.8 4a6.6 6.6 0 0 0 10.2 10.2z",
    "outdent": "M4 5h16M11 10h9M11 14h9M4 19h16M7.5 9.5l-3 2.5 3 2.5",
    "pencil": "M4.5 19.5l1-4.5L16 4.5l3.5 3.5L9 18.5z",
    "play": "M7 4.5v15l12-7.5z",
    "repository": "M6.5 8v8M17.5 10a6 6 0 0 1-6 6.5H9M8.5 18.5a2 2 0 1 1-4 0 2 2 0 0 1 4 0z"
    "M8.5 5.5a2 2 0 1 1-4 0 2 2 0 0 1 4 0zM19.5 7.5a2 2 0 1 1-4 0 2 2 0 0 1 4 0z",
    "rocket": "M9 15c0-6 3.5-10 10.5-10.5C19 11.5 15 15 9 15zM9.5 10.5H6L4 14h5"
    "M13.5 14.5V18L10 20v-5M4.5 19.5l2.5-2.5",
    "sun": "M16 12a4 4 0 1 1-8 0 4 4 0 0 1 8 0zM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2"
    "M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4",
    "xmark": "M6 6l12 12M18 6L6 18",
}
SAME = {  # other names that the theme has for one
    "pencil-alt": "pencil",
    "times": "xmark",
    "github": "repository",
    "gitlab": "repository",
    "bitbucket": "repository",
    "square-github": "repository",
    "square-gitlab": "repository",
}
FRAME = """\
:is(.fa-solid, .fas, .fab, .fa-brands) {
  font-family: inherit !important;
}
:is(.fa-solid, .fas, .fab, .fa-brands)::before {
  content: "" !important;
  display: inline-block;
  width: 1.25em;
  height: 1.25em;
  vertical-align: -0.28em;
  background: currentcolor;
  mask: var(--cu-icon, none) center / contain no-repeat;
}
:is(.fa-solid, .fas, .fab, .fa-brands).fa-lg::before {
  width: 1.05em;
  height: 1.05em;
}
@media (forced-colors: active) {
  :is(.fa-solid, .fas, .fab, .fa-brands)::before {
    background: ButtonText;
    forced-color-adjust: none;
  }
}
"""


def drawing(path):
    """An icon as an address that a style sheet can hold."""
    drawn, _, filled = path.partition("|")
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" '
        'stroke="#000" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round">'
        f'<path d="{drawn}"/><path d="{filled}" fill="#000"/></svg>'
    )
    for sign, code in ESCAPED.items():
        svg = svg.replace(sign, code)
    return f"data:image/svg+xml,{svg}"


def sheet():
    """The style sheet of all icons."""
    named = PATHS | {name: PATHS[same] for name, same in SAME.items()}
    rules = [f'.fa-{n} {{ --cu-icon: url("{drawing(d)}"); }}\n' for n, d in named.items()]
    return FRAME + "".join(rules)


def write(app):
    """Write the sheet, before the pages that name it."""
    if app.builder.format == "html":
        path = Path(app.outdir) / "_static" / SHEET
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(sheet(), encoding="utf-8")


def leave_out_the_fonts(app, error):
    """Take the fonts of the library out of the book, and out of the theme's sheets.

    A script that measures the page before our sheet is there would have them fetched.
    """
    static = Path(app.outdir) / "_static"
    if error or app.builder.format != "html":
        return
    for path in static.glob("styles/*.css"):
        text = path.read_text(encoding="utf-8")
        path.write_text(re.sub(FACE, "", text), encoding="utf-8")
    shutil.rmtree(static / "vendor" / "fontawesome", ignore_errors=True)


def setup(app):
    """Called by Sphinx."""
    app.add_css_file(SHEET)
    app.connect("builder-inited", write)
    app.connect("build-finished", leave_out_the_fonts)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
