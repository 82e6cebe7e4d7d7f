"""Pages of the book, each opened once in each window for all the tests that look at it.

A page is loaded as a reader loads it, in the dark; then all of it is drawn. What only the
loading can tell is asked on the way, and kept as `visit.loaded`.
"""

import pytest

from tests.book import browser
from tests.book.pages import CHAPTERS, HTML, PAGES

# A desk reads from the disk; a phone from a server, where this machine can have one.
WINDOWS = {"desk": (1280, 900), "phone": (375, 900)}
SHIFT = 0.02  # of the window: what may jump while a page loads
NEAR = 20_000  # milliseconds until formulas are drawn that come near
# Before a page: forget what was read, and note what jumps.
BEFORE = """
if (globalThis.name !== "same") { globalThis.name = "same"; localStorage.clear(); }
window.shifts = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    const what = entry.sources.map(({ node }) => node?.outerHTML?.slice(0, 80) ?? "a text");
    window.shifts.push([entry.value, what]);
  }
}).observe({ type: "layout-shift", buffered: true });
"""
FAMILIES = """() => [...document.fonts].filter(f => f.status === "loaded").map(
  f => f.family)"""
WAITING = "() => document.querySelectorAll('.cu-room').length"
BARE_IN_SIGHT = """() => [...document.querySelectorAll(".cu-room")].filter((m) => {
  const { top, bottom } = m.getBoundingClientRect();
  return m.checkVisibility() && bottom > 0 && top < innerHeight;
}).length"""


def on(*windows, pages=PAGES, rare=()):
    """Have a test look at each of the pages in each of the windows, as `visit`."""
    cases = [
        pytest.param(
            (page, window),
            id=f"{page}-{window}",
            marks=[pytest.mark.rare] * (window in rare),
        )
        for page in pages
        for window in (*windows, *rare)
    ]
    return pytest.mark.parametrize("visit", cases, indirect=True)


class Tabs:
    """One tab for each window, with the page that was asked for last."""

    def __init__(self, chromium, server):
        self.chromium = chromium
        self.addresses = {"desk": HTML.as_uri(), "phone": server or HTML.as_uri()}
        self.visits = {}

    def tab(self, window):
        """The tab of a window."""
        if window not in self.visits:
            context = self.chromium.new_context(has_touch=True)
            context.add_init_script(BEFORE)
            visit = browser.Visit(context, self.addresses[window])
            visit.name = None
            visit.window = window
            self.visits[window] = visit
        return self.visits[window]

    def forget(self, window):
        """Load the page of a window anew when it is asked for again."""
        self.tab(window).name = None

    def show(self, page, window):
        """A page in a window, as it was loaded: it is there, or is loaded now."""
        visit = self.tab(window)
        if visit.name != page:
            self.forget(window)
            load(visit, page, WINDOWS[window])
            visit.name = page
        visit.look(*WINDOWS[window][:1], theme="light")
        return visit


def load(visit, page, size):
    """Load a page, keep what only its loading can tell, and draw all of it."""
    for _ in range(2):  # what jumps at one load alone is the doing of a busy machine
        visit.leave(size, color_scheme="dark")
        visit.load(f"{page}.html")
        visit.page.wait_for_timeout(200)
        shifts = visit.ask("() => window.shifts")
        if sum(value for value, _ in shifts) < SHIFT:
            break
    visit.loaded = {
        "shifts": shifts,
        "families": visit.ask(FAMILIES),
        "files": dict(visit.files),
        "below": below(visit) if page in CHAPTERS else None,
    }
    visit.draw_all()


def below(visit):
    """How many formulas wait, how many still do at the end of the page, and in sight."""
    from playwright.sync_api import TimeoutError as TooLate  # known where there is a page

    waiting = visit.ask(WAITING)
    visit.ask("() => scrollTo(0, document.body.scrollHeight)")
    try:
        came = f"before => ({WAITING})() < before"
        visit.page.wait_for_function(came, arg=waiting, timeout=NEAR if waiting else 1)
        visit.page.wait_for_function(browser.READY)
    except TooLate:
        pass  # the numbers say so
    found = waiting, visit.ask(WAITING), visit.ask(BARE_IN_SIGHT)
    visit.ask("() => scrollTo(0, 0)")
    return found
