"""A page on paper: whole, without what only a screen can use, solutions at the end."""

import pytest

from tests.book import browser
from tests.book.pages import CHAPTERS, HTML

pytestmark = [pytest.mark.built, pytest.mark.slow]
PAPER = {"width": 760, "height": 1000}
GONE = (
    ".bd-sidebar, .bd-header-article, .copybtn, .headerlink, .cu-widget, .cu-top,"
    " #searchbox, .prev-next-footer, .toggle-button, #jb-print-docs-body"
)
# The blocks of code that are wider than their place.
CUT = """() => [...document.querySelectorAll("article pre")]
  .filter((pre) => pre.checkVisibility() && pre.scrollWidth > pre.clientWidth + 1)
  .map((pre) => pre.textContent.slice(0, 80))"""
# For each solution: whether it stands behind the last section, and under which title.
SOLUTIONS = """() => [...document.querySelectorAll("article div.solution")].map((s) => [
  !!s.closest(".cu-solutions"), s.previousElementSibling?.textContent ?? ""])"""


@pytest.fixture(scope="module", params=CHAPTERS[1:3])
def paper(request, chromium):
    """A chapter as it goes to a printer."""
    context = chromium.new_context(viewport=PAPER, color_scheme="dark")
    visit = browser.Visit(context, HTML.as_uri())
    visit.page.goto(f"{visit.address}/{request.param}.html")
    visit.page.wait_for_function(browser.READY)
    visit.page.emulate_media(media="print", color_scheme="dark")
    visit.page.wait_for_selector(".cu-solutions", state="attached")
    visit.page.wait_for_function(browser.READY)
    return visit


def test_no_code_is_cut_off(paper):
    assert paper.ask(CUT) == []


def test_there_is_no_navigation_and_nothing_to_press(paper):
    assert not any(part.is_visible() for part in paper.page.locator(GONE).all())
    assert paper.page.locator("article h1").first.is_visible()


def test_every_formula_is_drawn_for_paper(paper):
    bare = ":is(span, div).math:not(:has(> mjx-container))"
    assert paper.page.locator("article .math").count() > 0
    assert paper.page.locator(bare).count() == 0


def test_ink_is_dark_and_paper_white_in_the_dark_theme_too(paper):
    colours = paper.ask("""() => [document.body, document.querySelector("article h2")].map(
      (e, i) => getComputedStyle(e)[i ? "color" : "backgroundColor"])""")
    assert colours == ["rgb(255, 255, 255)", "rgb(0, 0, 0)"]


def test_solutions_stand_behind_the_chapter_under_their_exercises_and_come_back(paper):
    paper.page.emulate_media(media="screen", color_scheme="dark")
    paper.page.emulate_media(media="print", color_scheme="dark")  # a printer has put back
    paper.page.wait_for_selector(".cu-solutions", state="attached")
    exercises = paper.page.locator("div.exercise > p.admonition-title").all_inner_texts()
    found = paper.ask(SOLUTIONS)
    assert found and all(behind for behind, _ in found)
    assert [title for _, title in found] == [" ".join(title.split()) for title in exercises]
    assert "Solutions" in paper.page.locator("article > section").last.inner_text()
    paper.page.emulate_media(media="screen", color_scheme="dark")
    paper.page.wait_for_selector(".cu-solutions", state="detached")
    assert not any(behind for behind, _ in paper.ask(SOLUTIONS))
    paper.page.emulate_media(media="print", color_scheme="dark")


def test_a_printer_gets_the_page(paper):
    pages = paper.page.pdf(format="A4").count(b"/Type /Page\n")
    assert pages >= 8
