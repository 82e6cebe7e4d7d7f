"""A page of the book on its way to the PDF: nothing is cut, and its places are found."""

import pytest

pytest.importorskip("pypdf", reason="`make pdf` installs what binds pages")
import binding
import printing

from tests.book.pages import CHAPTERS, HTML

pytestmark = [pytest.mark.built, pytest.mark.rare]
CUT = """() => [...document.querySelectorAll("article :is(.cu-table, div.math, pre)")]
  .filter((e) => e.checkVisibility() && e.scrollWidth > e.clientWidth + 2)
  .map((e) => e.textContent.slice(0, 80))"""


@pytest.fixture(scope="module")
def page(chromium):
    """A tab that prints, of the browser that all tests of pages share."""
    return printing.tab_in(chromium)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_nothing_is_cut_off(page, chapter):
    printing.opened(page, (HTML / f"{chapter}.html").as_uri())
    assert page.evaluate(CUT) == []


def test_every_heading_and_every_name_asked_for_has_its_place_on_a_sheet(page):
    address = (HTML / "book" / "glossary.html").as_uri()
    found = printing.printed(page, address, {"term-null-space"})
    piece = binding.piece(address, found.pdf, 10)
    named = [name for _, name, _ in found.headings]
    assert len(named) > 3 and {*named, "term-null-space"} <= set(piece.places)
    sheets = [piece.at(name)[0] for name in named]
    assert sheets == sorted(sheets) and sheets[0] == 10 < sheets[-1]
