"""The gallery of the built book misses no figure, and its pictures are small."""

import json
import re

import pytest

from tests.book.pages import CHAPTERS, HTML, ROOT, VIEW

pytestmark = pytest.mark.built
SMALL = 40_000  # bytes
LINK = re.compile(r'<a href="([\w-]+)\.html#([\w-]+)">')


@pytest.fixture(scope="module")
def gallery():
    """The page as it was built."""
    return (HTML / "book" / "gallery.html").read_text(encoding="utf-8")


def figures_of(chapter):
    """The names of the figures that a notebook shows outside its solutions, by cell.

    A figure that responds may have none; then None stands for it.
    """
    cells = json.loads((ROOT / f"{chapter}.ipynb").read_text(encoding="utf-8"))["cells"]
    for cell in cells:
        data = [output.get("data", {}) for output in cell.get("outputs", [])]
        html = "".join("".join(d.get("text/html", "")) for d in data if VIEW not in d)
        shows = any("image/png" in d or "image/svg+xml" in d for d in data)
        if (shows or "<svg" in html) and "solution" not in cell["metadata"].get("tags", []):
            yield cell["metadata"].get("mystnb", {}).get("figure", {}).get("name")


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_no_figure_of_a_chapter_is_missing(gallery, chapter):
    expected = list(figures_of(chapter))
    page = chapter.rpartition("/")[2]
    found = [name for stem, name in LINK.findall(gallery) if stem == page]
    assert len(found) == len(expected)
    assert {name for name in expected if name} <= set(found)


def test_every_link_of_the_gallery_finds_its_figure(gallery):
    links = LINK.findall(gallery)
    assert len(links) > 50
    pages = {stem: (HTML / "book" / f"{stem}.html").read_text("utf-8") for stem, _ in links}
    assert all(f'id="{name}"' in pages[stem] for stem, name in links)


def test_the_pictures_are_small_files(gallery):
    sources = re.findall(r'<img alt="[^"]+" src="\.\./([^"]+)"', gallery)
    assert len(sources) > 50
    assert max((HTML / source).stat().st_size for source in sources) < SMALL
    assert "loading" in gallery
