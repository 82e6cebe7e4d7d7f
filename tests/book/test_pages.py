"""The built book in a real browser: drawn, responding, readable, asking no other host.

Run `make book` first. Without a browser these tests are skipped, unless REQUIRE_BROWSER=1.
"""

import re
from pathlib import Path

import pytest

from tests.book import browser, in_page
from tests.book.pages import CHAPTERS, HTML, PAGES, views_in
from tests.book.tabs import WINDOWS, on

pytestmark = pytest.mark.built
PHONE = WINDOWS["phone"][0]


@pytest.fixture
def sliders(visit):
    """The sliders of a page; afterwards they are where they were."""
    found = visit.page.locator(".cu-widget input[type=range]").all()
    before = [slider.input_value() for slider in found]
    yield found
    for slider, value in zip(found, before, strict=True):
        slider.evaluate(in_page.SET, value)


@on("desk", "phone")
def test_the_page_asks_no_other_host_and_complains_of_nothing(visit):
    assert visit.foreign == []
    assert visit.errors == []


@on("desk", "phone")
def test_every_formula_is_drawn(visit):
    bare, outside, broken, flat = visit.ask("""() => [
      [...document.querySelectorAll(":is(span, div).math")].filter(
        m => !m.querySelector("mjx-container")),
      [...document.querySelectorAll("mjx-container")].filter(m => !m.closest(".math")),
      [...document.querySelectorAll("mjx-merror, mjx-mtext[style*='red']")],
      [...document.querySelectorAll(".math mjx-container")].filter(
        m => m.checkVisibility() && !m.offsetWidth),
    ].map(found => found.map(m => m.textContent))""")
    assert (bare, outside, broken, flat) == ([], [], [], [])
    broken = visit.ask("""() => [...document.fonts].filter(
        f => f.status === "error" && !f.family.includes("Like ")).map(f => f.family)""")
    assert broken == []  # but for faces of the system, which few have all of


@on("desk", "phone")
def test_no_raw_formula_is_left_in_the_text(visit):
    text = visit.ask("""() => {
      const copy = document.querySelector("article").cloneNode(true);
      copy.querySelectorAll("pre, code, script, mjx-container").forEach(e => e.remove());
      return copy.textContent;
    }""")
    assert re.findall(r"\$\$|\\[(\[]|\$[^$\n]*\\[^$\n]*\$|\\begin\{", text) == []


@on("desk", "phone")
def test_every_picture_says_what_it_shows(visit):
    visit.ask(in_page.FETCH_ALL)
    pictures = visit.ask("""() => [...document.images].map(i => ({
      alt: i.alt.trim(), loaded: i.naturalWidth > 0, figure: !!i.closest("article") }))""")
    for picture in pictures:
        alt = picture["alt"]
        assert picture["loaded"], f"not loaded: {alt}"
        assert alt and not re.search(
            r"\.(png|svg|jpe?g|gif|webp)$|^[0-9a-f]{16,}$|/", alt
        ), alt
        if picture["figure"]:
            assert 15 <= len(alt.split()) <= 50, f"{len(alt.split())} words: {alt}"


@on("desk", "phone")
def test_no_picture_is_stretched_and_no_number_lies_over_its_formula(visit):
    assert visit.ask(in_page.STRETCHED) == []
    assert visit.ask(in_page.OVERLAID) == []


@on("desk", "phone")
def test_every_responding_figure_is_drawn_and_its_twin_hidden(visit):
    widgets = visit.page.locator(".cu-widget:has(.cu-figure)").all()
    assert len(widgets) == views_in(visit.name)
    assert all(widget.get_attribute("data-drawn") == "true" for widget in widgets)
    assert all(widget.locator("svg, canvas").count() for widget in widgets)
    assert all(widget.locator("input[type=range]").count() for widget in widgets)
    twins = visit.page.locator("img.cu-twin").all()
    assert len(twins) == len(widgets)
    assert not any(twin.is_visible() for twin in twins)


@on("desk", "phone", pages=CHAPTERS)
def test_a_chapter_has_a_figure_that_responds(visit):
    assert visit.page.locator(".cu-widget[data-drawn=true] input[type=range]").count() >= 1


@on("desk", rare=["phone"])  # what a drawn figure does is the same, whoever served it
def test_dragging_a_slider_changes_the_picture_and_the_readout(visit, sliders):
    for slider in sliders:
        widget = slider.locator("xpath=ancestor::div[contains(@class, 'cu-widget')]")
        before, said = (
            widget.evaluate(in_page.PICTURE),
            widget.locator("output").all_inner_texts(),
        )
        browser.drag(visit.page, slider)
        drawn = widget.evaluate(in_page.PICTURE) != before
        assert drawn or slider.evaluate(in_page.TRAINS), slider.evaluate("e => e.outerHTML")
        assert widget.locator("output").all_inner_texts() != said


@on("desk", rare=["phone"])  # what a drawn figure does is the same, whoever served it
def test_arrow_keys_change_the_picture(visit, sliders):
    for slider in sliders:
        widget = slider.locator("xpath=ancestor::div[contains(@class, 'cu-widget')]")
        shown = in_page.SAID if slider.evaluate(in_page.TRAINS) else in_page.PICTURE
        before = widget.evaluate(shown)
        slider.focus()
        key = slider.evaluate(
            "e => +e.value > (+e.min + +e.max) / 2 ? 'ArrowLeft' : 'ArrowRight'"
        )
        for _ in range(3):
            slider.press(key)
        assert widget.evaluate(shown) != before, slider.evaluate("e => e.outerHTML")


@on("desk")
def test_jupyterlab_leaves_the_arrow_keys_to_every_slider(sliders):
    for slider in sliders:
        assert slider.get_attribute("data-lm-suppress-shortcuts") == "true"


@on("desk")
def test_every_slider_has_a_name(sliders):
    for slider in sliders:
        assert re.search(r"[^\W\d_]{2}", slider.evaluate(in_page.NAME)), slider.evaluate(
            "e => e.outerHTML"
        )


@on("desk")
@pytest.mark.rare
def test_a_frame_takes_less_than_16_ms_of_the_processor(visit, sliders, record_property):
    for slider in sliders:
        best = min(browser.frame_milliseconds(visit.page, slider) for _ in range(2))
        name = slider.evaluate(in_page.NAME)
        record_property("frame", f"{visit.name}: {name}: {best:.2f} ms")
        print(f"{visit.name}: {name}: {best:.2f} ms")
        assert best < 16, f"{name}: {best:.1f} ms"


@on("phone")
def test_a_phone_needs_no_sideways_scrolling(visit):
    assert visit.ask("() => document.documentElement.scrollWidth") <= PHONE
    wide = visit.ask(in_page.TOO_WIDE)
    assert wide == []


@on("phone")
def test_sliders_obey_a_finger(visit, sliders):
    for slider in sliders:
        assert slider.bounding_box()["height"] >= 40
        _, goal = browser.thumb(slider)
        before = slider.input_value()
        visit.page.touchscreen.tap(*goal)
        assert slider.input_value() != before, slider.evaluate("e => e.outerHTML")


@on("desk")
def test_paper_shows_the_twin_and_hides_the_widget(visit):
    visit.look(media="print")
    twins = visit.page.locator("img.cu-twin").all()
    widgets = visit.page.locator(".cu-widget").all()
    assert all(twin.is_visible() for twin in twins)
    assert not any(widget.is_visible() for widget in widgets)


def assert_nothing_serious(visit, theme, formulas):
    """Whether the whole page, with all that is folded, can be read by all."""
    visit.look(*WINDOWS[visit.window][:1], theme=theme)
    visit.ask("""() => {
      for (const d of document.querySelectorAll("details")) d.open = true;
      for (const h of document.querySelectorAll(".toggle-hidden"))
        h.classList.remove("toggle-hidden"); }""")
    assert browser.axe_findings(visit.page, formulas) == []


@on("phone")
@pytest.mark.last
def test_axe_finds_nothing_serious(visit):
    assert_nothing_serious(visit, "dark", formulas=False)


@on("phone", "desk")
@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.rare
@pytest.mark.last
def test_axe_finds_nothing_serious_in_any_theme_or_formula(visit, theme):
    assert_nothing_serious(visit, theme, formulas=True)


@on("desk", "phone", pages=PAGES[:1])
@pytest.mark.last
def test_the_search_finds_a_word_of_the_last_chapter(visit):
    page = (CHAPTERS or PAGES)[-1]
    word = max(Path(page).name.split("-"), key=len)
    visit.page.keyboard.press("Control+k")
    visit.page.wait_for_function("() => document.activeElement.matches('input')")
    visit.page.keyboard.type(word)
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_selector("#search-results li a")
    found = visit.page.locator("#search-results li a").evaluate_all(
        "all => all.map(a => a.href)"
    )
    assert any(f"{page}.html" in link for link in found)
    assert visit.foreign == [] and visit.errors == []


@pytest.mark.parametrize("page", CHAPTERS)
def test_without_scripts_the_twin_stands_in(no_scripts, page):
    no_scripts.page.goto(f"{HTML.as_uri()}/{page}.html")
    twins = no_scripts.page.locator("img.cu-twin").all()
    assert len(twins) == views_in(page)
    assert all(twin.is_visible() for twin in twins)


@on("phone", pages=PAGES[:1])
@pytest.mark.last
def test_the_search_box_and_the_menus_of_a_phone_have_no_serious_finding(visit):
    for opener in (".primary-toggle", ".search-button"):
        visit.page.locator(f".bd-header-article {opener}:visible").first.click()
        visit.page.wait_for_selector("dialog[open]")
        assert browser.axe_findings(visit.page) == [], opener
        visit.page.keyboard.press("Escape")
        visit.page.wait_for_selector("dialog[open]", state="detached")
