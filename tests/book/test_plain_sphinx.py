"""The book of plain Sphinx is that of Jupyter Book, page by page: `make sphinx` first."""

import pytest

from tests.book import browser, in_page
from tests.book.pages import HTML, PAGES, ROOT, views_in

pytestmark = [pytest.mark.built, pytest.mark.rare]
PLAIN = ROOT / "_build" / "sphinx" / "html"
# The words of a page, without what scripts write into it after loading.
WORDS = """() => {
  const copy = document.querySelector("article").cloneNode(true);
  const drawn = "mjx-container, .cu-widget, script, style, button, .headerlink";
  copy.querySelectorAll(drawn).forEach((e) => e.remove());
  return copy.textContent.split(/\\s+/).filter(Boolean);
}"""
FORMULAS = "() => document.querySelectorAll('article mjx-container').length"
PICTURES = "() => [...document.querySelectorAll('article img')].map((i) => i.alt)"
NOT_LOADED = """() => [...document.images].filter(
  (i) => !i.naturalWidth).map((i) => i.src)"""
MOVE = """(slider) => {
  const far = +slider.value > (+slider.min + +slider.max) / 2 ? slider.min : slider.max;
  slider.value = far;
  slider.dispatchEvent(new Event("input", { bubbles: true }));
}"""


@pytest.fixture(scope="module")
def builds(chromium):
    """A tab in each of the two books."""
    if not (PLAIN / "index.html").exists():
        pytest.fail("the book of plain Sphinx is not built: run `make sphinx` first")
    context = chromium.new_context()
    return [browser.Visit(context, folder.as_uri()) for folder in (HTML, PLAIN)]


def moved(visit):
    """What each responding figure draws before and after its first slider is moved."""
    found = []
    for widget in visit.page.locator(".cu-widget[data-drawn=true]:has(.cu-figure)").all():
        before = widget.evaluate(in_page.PICTURE)
        slider = widget.locator("input[type=range]").first
        if not widget.locator("input[type=range]").count():  # it filters words
            found.append((before, widget.inner_text()))
            continue
        slider.evaluate(MOVE)
        after = widget.evaluate(in_page.PICTURE)
        assert after != before or slider.evaluate(in_page.TRAINS)
        found.append((before, slider.evaluate(in_page.NAME), after))
    return found


@pytest.mark.parametrize("page", PAGES)
def test_both_books_say_and_draw_the_same(builds, page):
    for visit in builds:
        visit.leave()
        visit.open(f"{page}.html").ask(in_page.FETCH_ALL)
    for script in (WORDS, FORMULAS, PICTURES):
        one, other = (visit.ask(script) for visit in builds)
        assert one == other
    one, other = (moved(visit) for visit in builds)
    assert len(one) == views_in(page)
    assert one == other
    for visit in builds:
        assert visit.ask(NOT_LOADED) == []
        assert (visit.errors, visit.foreign) == ([], [])


def test_styles_and_scripts_of_both_books_are_the_same():
    ours = sorted(path.name for path in (ROOT / "book/_static").glob("course*"))
    assert ours
    for folder in (HTML, PLAIN):
        assert [name for name in ours if not (folder / "_static" / name).is_file()] == []
        assert (folder / "mathjax").is_dir()
