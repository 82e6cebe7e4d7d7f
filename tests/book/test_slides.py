"""Every deck in a browser without a network: a slide fits, is drawn, its figure moves."""

import re

import pytest
import slides
from book_files import ROOT, chapters
from deck.rule import slides_of
from normal_form import read

from tests.book import browser, in_page

pytestmark = [pytest.mark.rare]
READY = """() => {
  const { deck, formulas, widgets } = document.documentElement.dataset;
  return deck === "ready" && formulas === "drawn" && [undefined, "ready"].includes(widgets);
}"""
COUNT = "() => Reveal.getTotalSlides()"
SHOW = "(number) => Reveal.slide(number)"
# What of the slide in sight reaches over its edges, or into what stands below it.
OVER = """() => {
  const slide = Reveal.getCurrentSlide();
  const parts = [...slide.children].filter((e) => !e.matches("aside"));
  const boxes = parts.map((e) => e.getBoundingClientRect());
  const fit = slide.querySelector(".cu-fit").getBoundingClientRect();
  const stage = slide.querySelector(".cu-stage").getBoundingClientRect();
  const found = [];
  const order = boxes.toSorted((a, b) => a.top - b.top);
  for (const [k, box] of order.entries()) {
    const outside = box.bottom > innerHeight - 40 || box.right > innerWidth;
    if (outside) found.push("over the edge");
    if (k && box.top < order[k - 1].bottom - 1) found.push("over each other");
  }
  if (fit.bottom > stage.bottom + 1 || fit.top < stage.top - 1) found.push("too high");
  if (fit.right > stage.right + 1 || fit.left < stage.left - 1) found.push("too wide");
  const panels = [...slide.querySelectorAll(".cu-panel")];
  const places = panels.map((e) => e.getBoundingClientRect()).filter((b) => b.width);
  for (const [k, a] of places.entries()) {
    const apart = (b) => Math.min(a.right, b.right) < Math.max(a.left, b.left) + 1 ||
      Math.min(a.bottom, b.bottom) < Math.max(a.top, b.top) + 1;
    if (!places.slice(k + 1).every(apart)) found.push("one panel on another");
  }
  for (const e of slide.querySelectorAll("p mjx-math, .cu-fit :is(mjx-math, pre, td)")) {
    if (!e.checkVisibility()) continue;
    const { left, right } = e.getBoundingClientRect();
    if (left < 20 || right > innerWidth - 20) found.push(`cut: ${e.textContent}`);
  }
  return found;
}"""
# The smallest letters of the slide in sight, in pixels of a window of 1280 by 720.
SMALLEST = """() => {
  const slide = Reveal.getCurrentSlide();
  const words = document.createTreeWalker(slide, NodeFilter.SHOW_TEXT);
  let least = Infinity;
  while (words.nextNode()) {
    const holder = words.currentNode.parentElement;
    const skipped = "aside, script, style, svg, mjx-container, .cu-number, .cu-twin";
    if (!words.currentNode.data.trim() || holder.closest(skipped)) continue;
    if (!holder.checkVisibility()) continue;
    const zoom = holder.currentCSSZoom ?? 1;
    least = Math.min(least, parseFloat(getComputedStyle(holder).fontSize) * zoom);
  }
  return least;
}"""
BARE = """() => [...document.querySelectorAll("section .math:not(svg *)")]
  .filter((m) => !m.querySelector(m.closest("aside") ? "math" : "mjx-container"))
  .map((m) => m.outerHTML)"""
BROKEN = """() => [...document.querySelectorAll("mjx-merror, merror")].map(
  (e) => e.textContent)"""
LOADED = "() => [...document.images].filter((i) => !i.naturalWidth).map((i) => i.src)"
RAW = r"\$\$|\\[(\[]|\{eq\}|\{cite\}|:::|\*\*"


@pytest.fixture(scope="module")
def decks(tmp_path_factory):
    """A folder with all decks."""
    pytest.importorskip("sphinx_revealjs", reason="`make slides` installs what decks need")
    folder = tmp_path_factory.mktemp("slides")
    slides.main(folder, set())
    return folder


@pytest.fixture(scope="module")
def window(chromium, decks):
    """A tab of the size of a slide."""
    context = chromium.new_context(viewport={"width": 1280, "height": 720})
    return browser.Visit(context, decks.as_uri())


@pytest.fixture(params=chapters(), ids=lambda path: path.stem[:2])
def deck(request, window):
    """A deck, opened."""
    window.leave()
    window.page.goto(f"{window.address}/{request.param.stem}.html")
    window.page.wait_for_function(READY)
    window.slides = slides_of(read(request.param))
    return window


def shown(deck):
    """Each slide in turn, when it stands."""
    for number, slide in enumerate(deck.slides):
        deck.ask(SHOW, number)
        deck.page.wait_for_timeout(60)
        deck.page.wait_for_function(READY)
        yield number + 1, slide


def test_every_slide_fits_is_drawn_and_can_be_read_from_the_last_row(deck):
    assert deck.ask(COUNT) == len(deck.slides)
    for number, slide in shown(deck):
        where = f"slide {number}, {slide.kind}: {slide.head}"
        assert deck.ask(OVER) == [], where
        assert deck.ask(SMALLEST) >= 12, where
        widgets = deck.page.locator("section.present .cu-widget[data-drawn=true]")
        assert widgets.count() == (slide.kind in ("widget", "quick")), where
    assert (deck.ask(BARE), deck.ask(BROKEN), deck.ask(LOADED)) == ([], [], [])
    assert (deck.errors, deck.foreign) == ([], [])


def test_figures_obey_a_hand_and_a_remote_control_turns_the_page(deck):
    moved = 0
    for number, slide in shown(deck):
        if slide.kind != "widget":
            continue
        widget = deck.page.locator("section.present .cu-widget")
        slider = widget.locator("input[type=range]").first
        before = widget.evaluate(in_page.PICTURE)
        browser.drag(deck.page, slider)
        after = widget.evaluate(in_page.PICTURE)
        assert after != before or slider.evaluate(in_page.TRAINS)
        slider.focus()
        slider.press("ArrowLeft")
        assert deck.ask("() => Reveal.getIndices().h") == number - 1
        slider.press("PageDown")
        assert deck.ask("() => Reveal.getIndices().h") == number
        moved += 1
    assert moved >= 2
    assert deck.errors == []


def test_no_markup_of_the_notebook_is_left_in_words_or_notes(deck):
    text = deck.ask("""() => {
      const copy = document.querySelector(".slides").cloneNode(true);
      const left_out = "pre, code, script, style, mjx-container, math, .cu-widget";
      copy.querySelectorAll(left_out).forEach((e) => e.remove());
      return copy.textContent;
    }""")
    assert re.findall(RAW, text) == []


def test_the_notes_can_be_shown_and_the_slide_darkened(deck):
    deck.page.keyboard.press("n")
    deck.page.wait_for_selector(".reveal.show-notes")
    deck.page.keyboard.press("n")
    deck.page.keyboard.press("d")
    assert deck.ask("() => document.documentElement.dataset.theme") == "dark"


def test_the_list_leads_to_every_deck(window):
    window.page.goto(f"{window.address}/index.html")
    links = window.page.locator("a").evaluate_all("all => all.map((a) => a.href)")
    stems = [path.stem for path in chapters(ROOT)]
    assert [link.rsplit("/", 1)[1] for link in links] == [f"{stem}.html" for stem in stems]
