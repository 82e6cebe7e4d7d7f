"""Solutions for teachers: solved notebooks, and a hand-out that prints well.

A solved notebook is a chapter without outputs in which each solution stands where students
write their answer, with what the book says of it below: it runs from top to bottom, and
every check accepts. The hand-out is one page of all exercises and solutions, taken from the
built book. It needs no network: MathJax is in it.
"""

import copy
import html
import json
import re

import pieces
from anatomy.exercises import exercises
from book_files import chapters
from mathjax_bundle import TEX, installed
from normal_form import normalise, read, tags
from pygments.formatters import HtmlFormatter
from student import NEEDED, copy_to, write_notebook

ON_DEMAND = ("require", "autoload")  # what would be fetched from files beside the page
HAND_OUT = "hand-out.html"
EXERCISE = re.compile(r'<div class="exercise admonition" id="(ex-[\w-]+)"')
SOLUTION = re.compile(r'<div class="solution dropdown admonition"')
NUMBER = re.compile(
    r'<span class="caption-number">(.*?)\s*</span>\s*\((.*?)\)</p>', re.DOTALL
)
TITLE = re.compile(r"<title>(.*?)(?: &#8212;.*)?</title>", re.DOTALL)
CLASS = re.compile(r' class="(?:admonition-title|(?:solution|exercise)-content)"')
STYLE = """
@page { margin: 18mm 20mm }
:root { color-scheme: light dark }
body { max-width: 42rem; margin: 2rem auto; padding: 0 1rem; color: CanvasText;
  font: 11pt/1.45 Georgia, "Times New Roman", serif }
h1, h2, h3 { line-height: 1.2; break-after: avoid }
h2 { margin-top: 3rem; padding-top: 0.5rem; border-top: 1px solid }
h3 { margin: 2rem 0 0.3rem; font-size: 1.1rem }
section.solution { margin-left: 0.6rem; padding-left: 0.9rem; border-left: 1px solid #888 }
p { margin: 0.4rem 0 }
p, li { orphans: 3; widows: 3 }
pre { margin: 0.6rem 0; font: 9pt/1.4 "DejaVu Sans Mono", Consolas, monospace;
  white-space: pre-wrap; break-inside: avoid }
div.math { margin: 0.6rem 0; overflow-x: auto; overflow-y: hidden }
.nav a { color: inherit }
table { border-collapse: collapse }
th, td { padding: 0.1rem 0.7rem; border-bottom: 1px solid #888 }
div.highlight { background: none }
@media (max-width: 40rem) { p { overflow: auto hidden } }
@media print { :root { color-scheme: light }
  body { max-width: none; margin: 0; padding: 0; font-size: 10pt }
  section:not(.solution) { break-after: avoid }
  h2 { break-before: page; border: 0; margin-top: 0 } .nav a { text-decoration: none } }
"""
PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Solutions: {title}</title>
<style>{style}</style>
<script>window.MathJax = {{ tex: {{ packages: {packages} }},
  options: {{ enableMenu: false, ignoreHtmlClass: "body", processHtmlClass: "math" }} }};
</script>
<script>{mathjax}</script>
</head>
<body class="body">
<h1>{title}</h1>
<p>Exercises with solutions, for teachers. Please do not put this on the web.</p>
{nav}
{body}
</body>
</html>
"""


def solved(notebook, address=""):
    """The chapter whose starters hold the solutions, without outputs."""
    new = copy.deepcopy(notebook)
    gone = set()
    for exercise in exercises(new):
        cells = dict(zip(exercise.parts, exercise.positions, strict=True))
        if {"starter", "solution"} <= set(cells):
            new.cells[cells["starter"]].source = new.cells[cells["solution"]].source
            gone.add(cells["solution"])
    new.cells = [cell for place, cell in enumerate(new.cells) if place not in gone]
    new.metadata = {k: v for k, v in new.metadata.items() if k not in ("tested", "widgets")}
    for cell in new.cells:
        cell.metadata["tags"] = sorted(tags(cell) - {"skip-execution", "raises-exception"})
        cell.metadata.pop("wrong", None)
        if cell.cell_type == "code":
            cell.outputs = []
    new = normalise(new, address)
    for cell in new.cells:
        if cell.cell_type == "code":
            cell.execution_count = None
    return new


def entries(page):
    """The exercises of a built page: label, number, title, statement and solution."""
    starts = list(EXERCISE.finditer(page))
    ends = [found.start() for found in starts[1:]] + [len(page)]
    for found, end in zip(starts, ends, strict=True):
        statement = pieces.element_at(page, found.start())
        solution = SOLUTION.search(page, found.end(), end)
        if solution and (head := NUMBER.search(statement)):
            answer = pieces.element_at(page, solution.start())
            yield found[1], head[1], head[2], content(statement), content(answer)


def content(admonition):
    """What an exercise or a solution says, without its title and its links."""
    body = pieces.inner(admonition)
    return CLASS.sub("", pieces.loose(body[body.index("</p>") + len("</p>") :]))


def chapter(number, page):
    """The exercises of a chapter for the hand-out, and its line in the list of chapters."""
    title = TITLE.search(page)[1].strip()  # with its number
    parts = [f'<h2 id="chapter-{number}">{title}</h2>']
    for label, name, heading, statement, answer in entries(page):
        parts += [
            f'<h3 id="{label}">{name}. {heading}</h3>\n<section>{statement}</section>',
            f'<section class="solution">{answer}</section>',
        ]
    return "\n".join(parts), f'<li><a href="#chapter-{number}">{title}</a></li>'


def hand_out(root):
    """The text of the hand-out, from the pages of the built book.

    Raises: ValueError where the book is not built.
    """
    built = [
        (int(path.stem[:2]), root / "_build/html/book" / f"{path.stem}.html")
        for path in chapters(root)
    ]
    for _, file in built:
        if not file.is_file():
            raise ValueError(f"{file} is missing: run `make book` first")
    found = [chapter(n, file.read_text(encoding="utf-8")) for n, file in built]
    settings = (root / "_config.yml").read_text(encoding="utf-8")
    return PAGE.format(
        title=html.escape(re.search(r"(?m)^title: *(.+)$", settings)[1].strip()),
        style=STYLE + HtmlFormatter(style="bw").get_style_defs(".highlight"),
        packages=json.dumps(["base", *(name for name in TEX if name not in ON_DEMAND)]),
        mathjax=script(installed()["tex-svg-full.js"].read_text(encoding="utf-8")),
        nav='<ul class="nav">\n' + "\n".join(line for _, line in found) + "\n</ul>",
        body="\n".join(text for text, _ in found),
    )


def script(text):
    """JavaScript that can stand in a page: nothing in it begins a comment of the page."""
    return text.replace("<!--", "<\\!--")


def write_solutions(paths, folder, root, address=""):
    """Write the solved notebooks and the hand-out to a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    text = hand_out(root)
    (folder / HAND_OUT).write_text(text, encoding="utf-8", newline="\n")
    for path in paths:
        write_notebook(solved(read(path), address), path, folder)
    for name in NEEDED:
        copy_to(root / name, folder / name)
    print(f"{len(paths)} solved notebooks and {HAND_OUT} in {folder}")
