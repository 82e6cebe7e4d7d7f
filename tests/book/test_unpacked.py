"""The archive of the pages works by a double click, wherever it is unpacked."""

from zipfile import ZipFile

import archives
import pytest

from tests.book import browser, in_page
from tests.book.pages import HTML, PAGES, views_in

pytestmark = [pytest.mark.built, pytest.mark.rare]
PROJECTS = [page for page in PAGES if "project-" in page]
OPENED = [PAGES[0], "book/02-why-inversion-fails", *PROJECTS]


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory, chromium):
    """A tab on the archive, unpacked below a name with a space, an umlaut and a sign."""
    folder = tmp_path_factory.mktemp("unpacked")
    archives.zipped(HTML, folder / "book.zip", archives.BOOK)
    place = folder / "Übungen & more #1"
    with ZipFile(folder / "book.zip") as archive:
        archive.extractall(place)
    return browser.Visit(chromium.new_context(), (place / archives.BOOK).as_uri())


@pytest.mark.parametrize("page", OPENED)
def test_a_page_of_the_archive_is_whole(unpacked, page):
    unpacked.leave()
    unpacked.open(f"{page}.html").ask(in_page.FETCH_ALL)
    assert unpacked.page.locator(".cu-widget[data-drawn=true]:has(.cu-figure)").count() == (
        views_in(page)
    )
    broken = "() => [...document.images].filter((i) => !i.naturalWidth).map((i) => i.src)"
    assert unpacked.ask(broken) == []
    assert (unpacked.errors, unpacked.foreign) == ([], [])


def test_its_front_leads_to_every_page_of_the_contents(unpacked):
    unpacked.load("index.html")
    unpacked.page.wait_for_url("**/book/intro.html")
    links = unpacked.page.locator("nav.bd-links a").evaluate_all(
        "all => all.map(a => a.href)"
    )
    found = {link.split("#")[0] for link in links}
    assert PROJECTS
    for page in PAGES[1:]:
        assert any(link.endswith(f"/{page}.html") for link in found), page
