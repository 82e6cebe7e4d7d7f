"""The first screen of each chapter, on a desk and on a phone."""

import re

import notebooks
import pytest

from tests.book import browser
from tests.book.tabs import on

pytestmark = pytest.mark.built
PAGES = [f"book/{path.stem}" for path in notebooks.chapters()]
DESK = {"width": 1280, "height": 900}
PHONE = {"width": 375, "height": 740}
ONE_SCREEN = 600  # pixels, from the first panel to the slider

BOX = """selector => {
  const shown = [...document.querySelectorAll(selector)].filter(e => e.checkVisibility());
  const boxes = shown.map(e => e.getBoundingClientRect());
  return boxes.map(({ top, bottom }) => [top + scrollY, bottom + scrollY]);
}"""
STICKS = """() => {
  const sticky = (e) => e && (getComputedStyle(e).position === "sticky" ||
    sticky(e.parentElement.closest(".cu-opening *")));
  return sticky(document.querySelector(".cu-opening input[type=range]"));
}"""


@pytest.fixture
def window(visit):
    """The size of the window that a chapter is looked at in, which was not scrolled."""
    size = {"desk": DESK, "phone": PHONE}[visit.window]
    visit.look(**size)
    visit.page.evaluate("() => scrollTo(0, 0)")
    visit.page.wait_for_function("() => scrollY === 0")
    return size


def boxes(visit, selector):
    """The tops and bottoms of what a selector finds."""
    return visit.ask(BOX, selector)


@on("desk", "phone", pages=PAGES)
def test_a_figure_begins_on_the_first_screen_and_above_any_open_code(visit, window):
    [(top, bottom)] = boxes(visit, ".cu-opening figure[id]")
    claim = boxes(visit, "article h1 + p")[0]
    assert claim[1] <= top < window["height"] - 150
    panels = boxes(visit, ".cu-opening .cu-figure :is(canvas, svg, img)")
    assert panels[0][0] < window["height"] - 50
    code = boxes(visit, "article pre")
    assert all(bottom < first for first, _ in code)


@on("phone", pages=PAGES)
def test_on_a_phone_picture_reference_and_slider_are_on_one_screen(visit, window):
    pictures = boxes(visit, ".cu-opening .cu-figure .cu-panels :is(canvas, svg)")
    sliders = boxes(visit, ".cu-opening input[type=range]")
    together = [*pictures[:2], sliders[0]]
    height = max(b for _, b in together) - min(t for t, _ in together)
    assert height <= ONE_SCREEN or visit.ask(STICKS)


@on("desk", "phone", pages=PAGES)
def test_between_the_claim_and_the_three_lines_there_is_the_figure_alone(visit, window):
    after = visit.page.locator("article h1 ~ *")
    classes = [set((e.get_attribute("class") or "").split()) for e in after.all()[:4]]
    assert "cu-opening" in classes[1] and "cu-folds" in classes[2]
    assert after.nth(3).inner_text().startswith("You will")
    said = " ".join(visit.page.locator("article h1 ~ p").all_inner_texts())
    assert re.search(r"You need .*Reads in \d+ minutes, runs in (\d+|about)", said)


@on("desk", pages=PAGES)
def test_every_figure_has_a_number_and_a_caption(visit):
    bare = visit.ask("""() => [...document.querySelectorAll(
      "article .cu-responding:has(img.cu-twin), article .cu-drawing")].filter(e =>
        !e.closest("figure[id]")?.querySelector(".caption-number")).length""")
    assert bare == 0


@on("desk", pages=PAGES)
def test_every_term_has_its_preview_in_the_page(visit):
    missing = visit.ask("""() => {
      const stored = document.getElementById("cu-previews").content.children;
      const known = new Set([...stored].map(e => e.dataset.for));
      return [...document.querySelectorAll("article a[href*='glossary.html#']")]
        .map(a => a.getAttribute("href")).filter(href => !known.has(href));
    }""")
    assert missing == []


@on("phone", pages=PAGES, rare=["desk"])
def test_the_first_screen_has_no_serious_finding_folds_open_or_closed(visit, window):
    visit.look(**window, theme="dark" if window is PHONE else "light")
    folds = visit.page.locator(".cu-folds summary")
    for fold in folds.all():
        fold.tap() if window is PHONE else fold.press("Enter")
    assert len(boxes(visit, ".cu-folds pre")) == folds.count()
    for part in (".cu-opening", ".cu-folds"):  # the whole page is asked for elsewhere
        assert browser.axe_findings(visit.page, formulas=False, within=part) == []
    for fold in folds.all():
        fold.click()
    assert boxes(visit, ".cu-folds pre") == []
