"""The chapters on the front page: cards by part, each with a picture, a goal and minutes.

Where the page asks for them by ``MARK``, the build writes what the chapters say of
themselves, and draws a thumbnail of the first figure that each of them shows.
"""

import base64
import io
import json
from html import escape
from operator import itemgetter
from pathlib import Path

import contents
from book_files import FRONT, chapters
from normal_form import read, tags
from PIL import Image, ImageChops

MARK = "<!-- the cards of the chapters stand here -->"
FOLDER = "_images"
STYLE = "course-front.css"
PIXELS = (360, 180)
COLOURS = 48
VIEW = "application/vnd.jupyter.widget-view+json"


def stations(root: Path) -> list[dict]:
    """What the card of each chapter says, in the order of reading, with its part."""
    text = (root / "_toc.yml").read_text(encoding="utf-8")
    _, parts = contents.parts_of(text)
    part_of = {stem: part.caption for part in parts for stem in part.chapters}
    return [
        station(path.stem, read(path)) | {"part": part_of[path.stem]}
        for path in chapters(root)
    ]


def station(stem: str, notebook) -> dict:
    """What a chapter says of itself, and the figure that stands for it."""
    about = notebook.metadata["chapter"]
    alt, png = first_figure(notebook)
    return {
        "stem": stem,
        "title": notebook.cells[0].source.split("\n")[0].removeprefix("# "),
        "goal": about["goals"][0],
        "level": about["level"],
        "minutes": about["minutes_to_read"],
        "needs": about["prerequisites"],
        "alt": alt,
        "png": base64.b64decode(png),
    }


def first_figure(notebook):
    """The words and the PNG of the opening figure, the first that responds, or the first.

    A chapter that is only begun may have none: two empty texts.
    """
    shown = [
        (cell, output.data)
        for cell in notebook.cells
        for output in cell.get("outputs", ())
        if "image/png" in output.get("data", {})
    ]
    if not shown:
        return "", ""
    cell, data = min(shown, key=lambda figure: _rank(*figure))
    return cell.metadata["mystnb"]["image"]["alt"], data["image/png"]


def _rank(cell, data) -> int:
    if "opening" in tags(cell):
        return 0
    return 1 if VIEW in data else 2


def thumbnail(png: bytes) -> bytes:
    """A small PNG of a figure, on white."""
    drawn = without_margins(png)
    drawn.thumbnail((PIXELS[0] - 16, PIXELS[1] - 16), Image.Resampling.LANCZOS)
    sheet = Image.new("RGB", PIXELS, "white")
    place = ((PIXELS[0] - drawn.width) // 2, (PIXELS[1] - drawn.height) // 2)
    sheet.paste(drawn, place)
    return in_few_colours(sheet)


def without_margins(png: bytes) -> Image.Image:
    """What a figure shows, on white, without the white around it."""
    with Image.open(io.BytesIO(png)) as large:
        page = Image.new("RGB", large.size, "white")
        page.paste(large, mask=large.getchannel("A") if "A" in large.mode else None)
    white = Image.new("RGB", page.size, "white")
    return page.crop(ImageChops.difference(page, white).getbbox())


def in_few_colours(picture: Image.Image) -> bytes:
    """A PNG file of few bytes."""
    small = io.BytesIO()
    few = picture.quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(small, "PNG", optimize=True)
    return small.getvalue()


def cards(all_of_them: list[dict]) -> str:
    """The cards as HTML: a heading and a list for each part."""
    lists = []
    for part in dict.fromkeys(about["part"] for about in all_of_them):
        own = "\n".join(card(about) for about in all_of_them if about["part"] == part)
        name = escape(part)
        lists.append(f'<p class="cu-part">{name}</p>\n<ul class="cu-cards">\n{own}\n</ul>')
    return "\n".join(lists)


def card(about: dict) -> str:
    """The card of one chapter."""
    address = f"{escape(about['stem'])}.html"
    width, height = PIXELS
    needs = ", ".join(
        f'<a href="{escape(stem)}.html">{int(stem[:2])}</a>' for stem in about["needs"]
    )
    place = f'src="../{FOLDER}/{file_of(about)}" width="{width}" height="{height}"'
    picture = f'<img {place} alt="{escape(about["alt"])}"/>' if about["png"] else ""
    number = f'<span class="cu-number">{int(about["stem"][:2])}</span>'
    words = f"{about['minutes']} minutes, {about['level']}"
    after = f", after {needs}" if needs else ""
    return (
        f'<li><a class="cu-card" href="{address}">{picture}'
        f'<span class="cu-title">{number} {escape(about["title"])}</span></a>'
        f"<p>{escape(about['goal'])}.</p>"
        f'<p class="cu-about">{escape(words)}{after}</p></li>'
    )


def file_of(about: dict) -> str:
    """The name of the file of a thumbnail."""
    return f"card-{about['stem']}.png"


def put_cards(app, docname: str, source: list[str]) -> None:
    """Put the cards where the page asks for them, which is made anew when one changes."""
    if MARK not in source[0]:
        return
    root = Path(app.srcdir)
    for path in chapters(root):
        app.env.note_dependency(str(path))
    notebook = json.loads(source[0])
    for cell in notebook["cells"]:
        text = "".join(cell["source"])
        if MARK in text:
            cell["source"] = text.replace(MARK, cards(stations(root)))
    source[0] = json.dumps(notebook)


def write_thumbnails(app, error) -> None:
    """After a build of pages: the picture of each card, where a page shows cards."""
    front = Path(app.srcdir, "book", FRONT)
    if error or app.builder.format != "html" or not front.exists():
        return
    folder = Path(app.outdir) / FOLDER
    folder.mkdir(exist_ok=True)
    for about in filter(itemgetter("png"), stations(Path(app.srcdir))):
        (folder / file_of(about)).write_bytes(thumbnail(about["png"]))


def dress(app, pagename: str, templatename, context: dict, doctree) -> None:
    """Give the page with the cards their style, and no other page."""
    if 'class="cu-cards"' in context.get("body", ""):
        app.add_css_file(STYLE)


def setup(app) -> dict:
    """Called by Sphinx."""
    app.connect("html-page-context", dress)
    app.connect("source-read", put_cards)
    app.connect("build-finished", write_thumbnails)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
