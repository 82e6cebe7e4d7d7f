"""The small Sphinx extension for the gallery: every figure of the book on one page.

It is made of the pages themselves after the build, so that no list is kept: each figure
with its chapter, its caption as a link to its place, and its picture made small. Figures
of solutions are left out, since they would tell.
"""

import re
from html import escape, unescape
from pathlib import Path

import pieces
from PIL import Image

PAGE = "gallery"
PLACE = re.compile(r'(<div id="cu-gallery">).*?(<!-- end of the gallery -->)', re.DOTALL)
FOLDER = "gallery"  # of the small pictures, in the folder of the others
PIXELS = (360, 300)
FIGURE = re.compile(r'<figure\b[^>]*\sid="([^"]+)"|<div class="cu-responding\b')
SOLUTION = re.compile(r'<div class="solution\b')
SECTION = re.compile(r'<section\b[^>]*\sid="([^"]+)"')
IMAGE = re.compile(r'<img\b[^>]*\salt="([^"]*)"[^>]*\ssrc="([^"]*)"')
TITLE = re.compile(r"<h1>(.*?)</h1>", re.DOTALL)
OWN = re.compile(r'(\sid="|url\(#|href="#)(?=[\w-])')


def article_of(page):
    """The text of a page, without the solutions of its exercises."""
    start = page.find("<article")
    article = page[start : page.find("</article>", start)]
    while found := SOLUTION.search(article):
        article = article.replace(pieces.element_at(article, found.start()), "")
    return article


def figures(page):
    """The figures of a page: the name of each or of its section, and its element.

    A figure that responds and has no caption is a box without a name.
    """
    article = article_of(page)
    end = 0
    for found in FIGURE.finditer(article):
        if found.start() < end:
            continue  # the box of a figure that has a name
        element = pieces.element_at(article, found.start())
        if pieces.picture(element):
            end = found.start() + len(element)
            above = SECTION.findall(article[: found.start()])
            yield found[1] or above[-1], element


def kind_of(figure):
    """What a figure is, in a word for the reader; nothing for a still one."""
    if "cu-responding" in figure:
        return "responds"
    return "" if pieces.picture(figure).startswith("<img") else "drawing"


def small(source, folder):
    """The address and the size of a picture made small, which is a file of its own."""
    target = folder / FOLDER / f"{source.stem}.webp"
    if not target.exists():
        target.parent.mkdir(exist_ok=True)
        with Image.open(source) as large:
            large.thumbnail(PIXELS)
            large.convert("RGB").save(target, "webp", quality=80, method=6)
    with Image.open(target) as picture:
        return target, picture.size


def thumbnail(figure, page, place, number):
    """A picture of a figure as it stands in the gallery, and the words for it."""
    picture = pieces.picture(figure, "cu-wide")
    if not picture.startswith("<img"):
        drawn = OWN.sub(lambda found: f"{found[1]}g{number}-", picture)
        return drawn, re.search(r'aria-label="([^"]*)"', picture)
    image = IMAGE.search(picture)
    source = (page.parent / unescape(image[2])).resolve()
    target, (width, height) = small(source, source.parent)
    address = pieces.moved(f' src="{target}"', str(page), str(place))
    size = f'width="{width}" height="{height}" loading="lazy"'
    tag = f'<img alt="{image[1]}"{address} {size}>'
    return tag, image


def item(figure, name, page, place, number):
    """One figure in the gallery."""
    picture, words = thumbnail(figure, page, place, number)
    caption = pieces.loose(pieces.caption(figure)) or (words[1] if words else "")
    kind = f'<span class="cu-kind">{kind_of(figure)}</span> ' if kind_of(figure) else ""
    link = f"{page.name}#{escape(name)}"
    return (
        f'<li class="cu-item"><div class="cu-thumbnail">{picture}</div>'
        f'<p>{kind}<a href="{link}">{caption}</a></p></li>'
    )


def gallery(paths, place):
    """The figures of all pages, page by page."""
    parts = []
    styles = []
    number = 0
    for path in paths:
        page = path.read_text(encoding="utf-8")
        found = list(figures(page))
        styles.append(pieces.style_of_drawings(page))
        items = []
        for name, figure in found:
            number += 1
            items.append(item(figure, name, path, place, number))
        if items:
            title = pieces.loose(TITLE.search(article_of(page))[1])
            heading = f'<h2><a href="{path.name}">{title}</a></h2>'
            parts.append(f'{heading}<ul class="cu-items">{"".join(items)}</ul>')
    return "".join([*dict.fromkeys(styles), *parts])


def fill(app, exception):
    """After the build, fill the gallery, if the book has one."""
    if exception or app.builder.format != "html":
        return
    pages = {name.rpartition("/")[2]: name for name in app.env.found_docs}
    if PAGE not in pages:
        return
    folder = Path(app.outdir).resolve()
    place = folder / f"{pages[PAGE]}.html"
    order = sorted(pages, key=lambda name: (not name[:1].isdigit(), name))
    others = [folder / f"{pages[name]}.html" for name in order if name != PAGE]
    text = place.read_text(encoding="utf-8")
    made = gallery([path for path in others if path.parent == place.parent], place)
    new = PLACE.sub(lambda found: found[1] + made + found[2], text)
    if new != text:
        place.write_text(new, encoding="utf-8")


def setup(app):
    """Connect the gallery to the end of a build."""
    app.connect("build-finished", fill)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
