"""The built book in a real browser: drawn, responding, readable, asking no other host.

Run `make book` first. Without a browser these tests are skipped, unless REQUIRE_BROWSER=1.
"""

import re
from pathlib import Path

import pytest

from tests.book import browser, in_page
from tests.book.pages import CHAPTERS, HTML, PAGES, views_in

pytestmark = pytest.mark.built
PHONE, DESK = 375, 1280
# What does not depend on where a page comes from is looked at once, from the disk.
FROM_DISK = pytest.mark.parametrize("visitor", ["file"], indirect=True, scope="module")


@pytest.fixture(scope="module")
def book():
    """The folder of the built book."""
    missing = [page for page in PAGES if not (HTML / f"{page}.html").exists()]
    if missing:
        pytest.fail(f"the book is not built, run `make book` first; missing: {missing}")
    return HTML


@pytest.fixture(scope="module")
def chromium(book):
    """A running browser with an empty profile."""
    with browser.running() as chromium:
        yield chromium


@pytest.fixture(scope="module")
def address(book):
    """Where the book is: a dictionary from the scheme to the address."""
    with browser.served(book) as server:
        yield {"file": book.as_uri(), "http": server}


@pytest.fixture(scope="module", params=["file", "http"])
def visitor(request, chromium, address):
    """A browser window with a touch screen, over one scheme."""
    if address[request.param] is None:
        pytest.skip("no loopback interface in this name space: only file:// is tested")
    context = chromium.new_context(has_touch=True, viewport={"width": DESK, "height": 900})
    yield lambda: browser.Visit(context, address[request.param])
    context.close()


@pytest.fixture(scope="module", params=PAGES)
def visit(request, visitor):
    """One page, loaded once for all tests below."""
    opened = visitor()
    opened.name = request.param
    yield opened.open(f"{request.param}.html")
    opened.page.close()


@pytest.fixture
def sliders(visit):
    """The sliders of a page, in the light theme of a desk; afterwards where they were."""
    visit.look()
    found = visit.page.locator(".cu-widget input[type=range]").all()
    before = [slider.input_value() for slider in found]
    yield found
    for slider, value in zip(found, before, strict=True):
        slider.evaluate(in_page.SET, value)


def test_the_page_asks_no_other_host_and_complains_of_nothing(visit):
    assert visit.foreign == []
    assert visit.errors == []


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


def test_no_raw_formula_is_left_in_the_text(visit):
    text = visit.ask("""() => {
      const copy = document.querySelector("article").cloneNode(true);
      copy.querySelectorAll("pre, code, script, mjx-container").forEach(e => e.remove());
      return copy.textContent;
    }""")
    assert re.findall(r"\$\$|\\[(\[]|\$[^$\n]*\\[^$\n]*\$|\\begin\{", text) == []


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


@FROM_DISK
@pytest.mark.parametrize("width", [DESK, PHONE])
def test_no_picture_is_stretched_and_no_number_lies_over_its_formula(visit, width):
    visit.look(width=width)
    assert visit.ask(in_page.STRETCHED) == []
    assert visit.ask(in_page.OVERLAID) == []
    visit.look()


def test_every_responding_figure_is_drawn_and_its_twin_hidden(visit):
    visit.look()
    widgets = visit.page.locator(".cu-widget:has(.cu-figure)").all()
    assert len(widgets) == views_in(visit.name)
    assert all(widget.get_attribute("data-drawn") == "true" for widget in widgets)
    assert all(widget.locator("svg, canvas").count() for widget in widgets)
    assert all(widget.locator("input[type=range]").count() for widget in widgets)
    twins = visit.page.locator("img.cu-twin").all()
    assert len(twins) == len(widgets)
    assert not any(twin.is_visible() for twin in twins)


def test_a_chapter_has_a_figure_that_responds(visit):
    if visit.name in CHAPTERS:
        assert (
            visit.page.locator(".cu-widget[data-drawn=true] input[type=range]").count() >= 1
        )


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


@FROM_DISK
def test_jupyterlab_leaves_the_arrow_keys_to_every_slider(sliders):
    for slider in sliders:
        assert slider.get_attribute("data-lm-suppress-shortcuts") == "true"


@FROM_DISK
def test_every_slider_has_a_name(sliders):
    for slider in sliders:
        assert re.search(r"[^\W\d_]{2}", slider.evaluate(in_page.NAME)), slider.evaluate(
            "e => e.outerHTML"
        )


@FROM_DISK
@pytest.mark.rare
def test_a_frame_takes_less_than_16_ms_of_the_processor(visit, sliders, record_property):
    for slider in sliders:
        best = min(browser.frame_milliseconds(visit.page, slider) for _ in range(2))
        name = slider.evaluate(in_page.NAME)
        record_property("frame", f"{visit.name}: {name}: {best:.2f} ms")
        print(f"{visit.name}: {name}: {best:.2f} ms")
        assert best < 16, f"{name}: {best:.1f} ms"


@FROM_DISK
def test_a_phone_needs_no_sideways_scrolling(visit):
    visit.look(width=PHONE)
    assert visit.ask("() => document.documentElement.scrollWidth") <= PHONE
    wide = visit.ask(in_page.TOO_WIDE)
    assert wide == []


@FROM_DISK
def test_sliders_obey_a_finger(visit, sliders):
    visit.look(width=PHONE)
    for slider in sliders:
        assert slider.bounding_box()["height"] >= 40
        _, goal = browser.thumb(slider)
        before = slider.input_value()
        visit.page.touchscreen.tap(*goal)
        assert slider.input_value() != before, slider.evaluate("e => e.outerHTML")
    visit.look()


@FROM_DISK
def test_paper_shows_the_twin_and_hides_the_widget(visit):
    visit.look(media="print")
    twins = visit.page.locator("img.cu-twin").all()
    widgets = visit.page.locator(".cu-widget").all()
    assert all(twin.is_visible() for twin in twins)
    assert not any(widget.is_visible() for widget in widgets)
    visit.look()


@FROM_DISK
@pytest.mark.parametrize(
    ("theme", "width", "formulas"),
    [
        pytest.param("dark", PHONE, False, id="dark-375-text"),
        pytest.param("dark", PHONE, True, id="dark-375", marks=pytest.mark.rare),
        pytest.param("dark", DESK, True, id="dark-1280", marks=pytest.mark.rare),
        pytest.param("light", PHONE, True, id="light-375", marks=pytest.mark.rare),
        pytest.param("light", DESK, True, id="light-1280", marks=pytest.mark.rare),
    ],
)
def test_axe_finds_nothing_serious(visit, theme, width, formulas):
    visit.look(width=width, theme=theme)
    visit.ask("""() => {
      for (const d of document.querySelectorAll("details")) d.open = true;
      for (const h of document.querySelectorAll(".toggle-hidden"))
        h.classList.remove("toggle-hidden"); }""")
    assert browser.axe_findings(visit.page, formulas) == []
    visit.look()


def test_the_search_finds_a_word_of_the_last_chapter(visitor):
    page = (CHAPTERS or PAGES)[-1]
    visit = visitor().open(f"{PAGES[0]}.html")
    word = max(Path(page).name.split("-"), key=len)
    visit.page.keyboard.press("Control+k")
    visit.page.keyboard.type(word)
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_selector("#search-results li a")
    found = visit.page.locator("#search-results li a").evaluate_all(
        "all => all.map(a => a.href)"
    )
    assert any(f"{page}.html" in link for link in found)
    assert visit.foreign == [] and visit.errors == []
    visit.page.close()


@pytest.mark.parametrize("page", CHAPTERS)
def test_without_scripts_the_twin_stands_in(chromium, book, page):
    context = chromium.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.set_default_timeout(browser.PATIENCE)
    tab.goto(f"{book.as_uri()}/{page}.html")
    twins = tab.locator("img.cu-twin").all()
    assert len(twins) == views_in(page)
    assert all(twin.is_visible() for twin in twins)
    context.close()


@FROM_DISK
def test_the_search_box_and_the_menus_of_a_phone_have_no_serious_finding(visitor):
    visit = visitor().open(f"{PAGES[0]}.html")
    visit.look(width=PHONE)
    for opener in (".primary-toggle", ".search-button"):
        visit.page.locator(f".bd-header-article {opener}:visible").first.click()
        visit.page.wait_for_selector("dialog[open]")
        assert browser.axe_findings(visit.page) == [], opener
        visit.page.keyboard.press("Escape")
    visit.page.close()
