"""A page as it loads: how much it weighs, that nothing jumps, and that all buttons show.

Weights are those of files as they are stored, unpacked; a page is opened from the disk.
"""

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.book import browser
from tests.book.pages import CHAPTERS, HTML, PAGES

pytestmark = [pytest.mark.built, pytest.mark.slow]
SCRIPTS, PAGE, ALL = 2_000_000, 500_000, 3_300_000  # bytes
SHIFT = 0.02
SHIFTS = """
window.shifts = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    const what = entry.sources.map(({ node }) => node?.outerHTML?.slice(0, 80) ?? "a text");
    window.shifts.push([entry.value, what]);
  }
}).observe({ type: "layout-shift", buffered: true });
"""
# The icons on the screen that show nothing, and the buttons without a name.
BARE = """() => {
  const seen = (e) => e.checkVisibility() && e.getClientRects().length;
  const icons = [...document.querySelectorAll("[class*='fa-']")].filter(seen);
  const empty = icons.filter((icon) => {
    const box = getComputedStyle(icon, "::before");
    return !box.maskImage.includes("svg") || !parseFloat(box.width);
  });
  const named = (b) => b.ariaLabel || b.title || b.dataset.bsTitle
    || b.dataset.bsOriginalTitle || b.textContent.trim();
  const buttons = [...document.querySelectorAll("button")].filter(seen);
  return [icons.length, empty, buttons.filter((b) => !named(b))].map(
    (found) => found.map?.((e) => e.outerHTML) ?? found);
}"""


@pytest.fixture(scope="module")
def chromium():
    """A running browser."""
    with browser.running() as chromium:
        yield chromium


@pytest.fixture(scope="module", params=[1280, 375])
def window(request, chromium):
    """A window of a desk or of a phone."""
    context = chromium.new_context(
        viewport={"width": request.param, "height": 900}, color_scheme="dark"
    )
    context.add_init_script(SHIFTS)
    yield context
    context.close()


@pytest.fixture(scope="module", params=PAGES)
def load(request, window):
    """A page that has loaded and come to rest, with the files that it asked for."""
    page = window.new_page()
    page.set_default_timeout(browser.PATIENCE)
    page.files = {}
    page.on("request", lambda asked: page.files.update({asked.url: asked.resource_type}))
    page.goto(f"{HTML.as_uri()}/{request.param}.html")
    page.wait_for_function(browser.READY)
    page.wait_for_timeout(200)
    page.name = request.param
    yield page
    page.close()


def weight(load, *kinds):
    """Bytes of the files of these kinds that a page has asked for."""
    files = [url for url, kind in load.files.items() if kind in kinds]
    paths = [Path(unquote(urlsplit(u).path)) for u in files if u.startswith("file:")]
    return sum(path.stat().st_size for path in paths)


def test_a_page_is_light(load):
    kinds = set(load.files.values()) - {"image"}
    assert weight(load, "script") <= SCRIPTS
    assert weight(load, "document") <= PAGE
    assert weight(load, *kinds) <= ALL


def test_nothing_jumps_while_a_page_loads(load):
    shifts = load.evaluate("() => window.shifts")
    assert sum(value for value, _ in shifts) < SHIFT, shifts


def test_the_text_is_set_in_the_face_that_ships_and_no_library_of_icons_is_loaded(load):
    families = load.evaluate(
        "() => [...document.fonts].filter(f => f.status === 'loaded').map(f => f.family)"
    )
    assert any("Course Serif" in family for family in families)
    assert not [
        name for name in [*families, *load.files] if re.search("awesome", name, re.I)
    ]


def test_every_icon_shows_and_every_button_has_a_name(load):
    for theme in ("light", "dark"):
        load.emulate_media(color_scheme=theme)
        icons, empty, nameless = load.evaluate(BARE)
        assert icons >= 4
        assert (empty, nameless) == ([], [])


def test_formulas_far_below_wait_until_they_come_near(load):
    if load.name not in CHAPTERS:
        return
    bare = "() => document.querySelectorAll('.cu-room').length"
    waiting = load.evaluate(bare)
    assert waiting > 0
    load.evaluate("() => scrollTo(0, document.body.scrollHeight)")
    load.wait_for_function(f"before => ({bare})() < before", arg=waiting)
    load.wait_for_function(browser.READY)
    in_sight = """() => [...document.querySelectorAll(".cu-room")].filter((m) => {
      const { top, bottom } = m.getBoundingClientRect();
      return m.checkVisibility() && bottom > 0 && top < innerHeight;
    }).length"""
    assert load.evaluate(in_sight) == 0
