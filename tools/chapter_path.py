"""The picture of the path: chapters from top to bottom, arcs to those that each needs."""

from html import escape
from pathlib import Path

from normal_form import read

MARK = "<!-- the path through the chapters is drawn here -->"
ROW = 56  # pixels, as all lengths here
LEFT = 60
WIDTH = 420


def stations(folder: Path) -> list[dict]:
    """Each chapter's address, title, minutes and the chapters that it needs, in order."""
    return [
        {
            "stem": path.stem,
            "title": notebook.cells[0].source.split("\n")[0].removeprefix("# "),
            "needs": notebook.metadata["chapter"]["prerequisites"],
            "minutes": notebook.metadata["chapter"]["minutes_to_read"],
        }
        for path in sorted(folder.glob("[0-9][0-9]-*.ipynb"))
        for notebook in [read(path)]
    ]


def picture(chapters: list[dict]) -> str:
    """An SVG with one row for each chapter; every title is a link."""
    rows = {chapter["stem"]: ROW * (i + 0.5) for i, chapter in enumerate(chapters)}
    arcs = "".join(
        _arc(rows[need], rows[chapter["stem"]])
        for chapter in chapters
        for need in chapter["needs"]
    )
    labels = "".join(_label(chapter, rows[chapter["stem"]]) for chapter in chapters)
    size = f"0 0 {WIDTH} {ROW * len(chapters)}"
    return (
        f'<figure class="cu-path"><svg viewBox="{size}" role="group" '
        f'aria-label="The chapters in order, with arcs to the chapters that each needs">'
        f"{arcs}{labels}</svg></figure>"
    )


def _arc(start: float, end: float) -> str:
    reach = min(LEFT - 18, 14 + (end - start) / 5)
    at = LEFT - 12
    bend = at - reach
    return f'<path d="M{at},{start} C{bend},{start} {bend},{end} {at},{end}"/>'


def _label(chapter: dict, y: float) -> str:
    number = int(chapter["stem"][:2])
    return (
        f'<circle cx="{LEFT}" cy="{y}" r="12"/>'
        f'<text class="cu-number" x="{LEFT}" y="{y + 5}">{number}</text>'
        f'<a href="{escape(chapter["stem"])}.html"><text x="{LEFT + 24}" y="{y + 1}">'
        f"{escape(chapter['title'])}</text></a>"
        f'<text class="cu-minutes" x="{LEFT + 24}" y="{y + 18}">'
        f"{chapter['minutes']} minutes to read</text>"
    )


def draw(app, docname: str, source: list[str]) -> None:
    """Put the picture where the introduction asks for it."""
    if MARK in source[0]:
        source[0] = source[0].replace(MARK, picture(stations(Path(app.srcdir, "book"))))


def setup(app) -> dict:
    """Called by Sphinx."""
    app.connect("source-read", draw)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
