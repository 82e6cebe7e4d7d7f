"""Drives a real browser over the built book: finds one, opens pages, records what they do.

The browser is Debian's chromium, a Chrome of the machine's own, or the one that Playwright
has installed. Each run gets a new empty profile, and may speak to this machine alone.
"""

import contextlib
import functools
import http.server
import json
import os
import shutil
import socket
import threading
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.book import in_page
from tests.book.loopback import loopback_up

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # no other host is found
]
PATIENCE = 300_000  # milliseconds: what is not there by then is missing, not late
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
LOCAL_SCHEMES = {"file", "data", "blob", "about"}
READY = """() => {
  if (document.fonts.status !== "loaded") return false;
  const { widgets, formulas } = document.documentElement.dataset;
  const has = (script) => document.querySelector(`script${script}`);
  return (!has('[type$="widget-view+json"]') || widgets === "ready")
    && (!has('[src*="course-formulas"]') || formulas === "drawn");
}"""
ALL_DRAWN = "() => document.dispatchEvent(new Event('cu-draw-all'))"
HUSH = "*, *::before, *::after { transition: none !important; animation: none !important }"


def find_browser(playwright):
    """The path of a browser that can be driven, or None."""
    named = os.environ.get("BROWSER_PATH")
    candidates = [named] if named else [shutil.which(name) for name in NAMES]
    candidates.append(playwright.chromium.executable_path)
    return next((path for path in candidates if path and Path(path).exists()), None)


@contextlib.contextmanager
def running():
    """A running browser with an empty profile; without one, skip, or fail if asked to."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        give_up("Playwright is missing: run `python -m pip install -r requirements.txt`")
    with sync_playwright() as playwright:
        path = find_browser(playwright)
        if path is None:
            give_up("no browser found: install Debian's chromium, or set BROWSER_PATH")
        options = {"executable_path": path, "args": FLAGS, "timeout": PATIENCE}
        chromium = playwright.chromium.launch(**options)
        yield chromium
        chromium.close()


def give_up(reason):
    """Skip the tests of the page, or fail them where a browser is required."""
    (pytest.fail if os.environ.get("REQUIRE_BROWSER") == "1" else pytest.skip)(reason)


class Quiet(http.server.SimpleHTTPRequestHandler):
    """A file server that keeps its log to itself."""

    def log_message(self, *_):
        """Say nothing."""


@contextlib.contextmanager
def served(folder):
    """The address of a local server over `folder`, or None where there is no loopback."""
    loopback_up()
    handler = functools.partial(Quiet, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        with socket.create_connection(server.server_address, timeout=60):
            reachable = True
    except OSError:
        reachable = False
    try:
        yield f"http://127.0.0.1:{server.server_port}" if reachable else None
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Visit:
    """One tab, with everything its page asked for and everything it complained about."""

    def __init__(self, context, address):
        """Open a tab; `address` is where the book is, as a file or as a server."""
        self.address = address
        self.files, self.foreign, self.errors = {}, [], []
        self.page = context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.page.on("request", self._asked)
        self.page.on(
            "console", lambda said: said.type == "error" and self.errors.append(said.text)
        )
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on(
            "requestfailed", lambda request: self.errors.append(f"no {request.url}")
        )
        self.seen = None

    def is_foreign(self, url):
        """Whether an address leads away from the book."""
        here = urlsplit(self.address)
        parts = urlsplit(url)
        return parts.scheme not in LOCAL_SCHEMES and parts.netloc != here.netloc

    def _asked(self, request):
        self.files[request.url] = request.resource_type
        if self.is_foreign(request.url):
            self.foreign.append(request.url)

    def leave(self, size=(1280, 720), **media):
        """Leave the page, with all that it said: the tab is as a new one."""
        self.page.goto("about:blank")
        self.page.mouse.move(0, 0)
        self.page.set_viewport_size(dict(zip(("width", "height"), size, strict=True)))
        media = {"media": "null", "color_scheme": "null", "reduced_motion": "null"} | media
        self.page.emulate_media(**media)
        self.seen = None
        for heard in (self.files, self.foreign, self.errors):
            heard.clear()

    def open(self, path):
        """Load a page of the book, and draw what else would be drawn only when seen."""
        self.load(path)
        self.draw_all()
        return self

    def load(self, path):
        """Load a page of the book as a reader does."""
        self.page.goto(f"{self.address}/{path}")
        self.page.wait_for_function(READY)
        self.seen = None

    def draw_all(self):
        """Draw what would be drawn when it comes near, and move nothing any more."""
        self.page.evaluate(ALL_DRAWN)
        self.page.wait_for_function(READY)
        self.page.add_style_tag(content=HUSH)

    def look(self, width=1280, theme="light", media="screen", height=900):
        """Set the size of the window, the theme of the system, and paper or screen."""
        wanted = (width, height, theme, media)
        if self.seen == wanted:
            return
        self.page.set_viewport_size({"width": width, "height": height})
        self.page.emulate_media(color_scheme=theme, media=media)
        self.page.wait_for_function(
            "t => document.documentElement.dataset.theme === t", arg=theme
        )
        self.page.evaluate(
            "() => new Promise(r => requestAnimationFrame(() => setTimeout(r, 50)))"
        )
        self.seen = wanted

    def ask(self, script, *arguments):
        """What a piece of JavaScript answers in the page."""
        return self.page.evaluate(script, *arguments)


# Asks for what would be reported alone; a rule of less weight than that takes time as well.
AXE = """parts => {
  axe.configure({ rules: [{ id: "color-contrast", selector: ":not([data-again])" }] });
  const mild = axe._audit.rules.filter(({ impact }) => /minor|moderate/.test(impact));
  const rules = Object.fromEntries(mild.map(({ id }) => [id, { enabled: false }]));
  return axe.run(parts, { resultTypes: ["violations"], preload: false, rules });
}"""
FORMULAS = [["mjx-container"]]  # thousands of nodes: most of the time


@functools.cache
def axe_source():
    """The accessibility checker that the package axe-playwright-python carries."""
    import axe_playwright_python

    folder = Path(axe_playwright_python.__file__).parent
    return (folder / "axe.min.js").read_text(encoding="utf-8")


def axe_findings(page, formulas=True, within="html"):
    """Serious and critical findings, one line each: rule, impact, where, why.

    The contrast of a word of code is not asked where five before it look as it does.
    """
    page.evaluate(f"() => {{ if (!window.axe) {{ {axe_source()} }} }}")
    page.evaluate(in_page.MARK_AGAIN)
    parts = {"include": [[within]], "exclude": [] if formulas else FORMULAS}
    result = page.evaluate(AXE, parts)
    lines = []
    for rule in result["violations"]:
        if rule["impact"] in ("serious", "critical"):
            for node in rule["nodes"]:
                where = json.dumps(node["target"])
                lines.append(
                    f"{rule['id']} ({rule['impact']}): {where}: {node['failureSummary']}"
                )
    return lines


def thumb(slider):
    """Where the thumb of a slider is on the screen, and where to drag it to."""
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    at = slider.evaluate("e => (e.value - e.min) / (e.max - e.min)")
    y = box["y"] + box["height"] / 2
    x = [
        box["x"] + 8 + part * (box["width"] - 16)
        for part in (at, 0.85 if at < 0.5 else 0.15)
    ]
    return (x[0], y), (x[1], y)


def drag(page, slider):
    """Move a slider as a hand does: press on the thumb, pull, let go."""
    start, end = thumb(slider)
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=6)
    page.mouse.up()


def frame_milliseconds(page, slider, count=60):
    """Milliseconds of the main thread's own time from an input event to a drawn figure.

    Returned is the mean over so many places of the slider. Time in which another program
    had the processor does not count.
    """
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    before = busy_seconds(session)
    slider.evaluate(f"(slider, count) => ({in_page.FRAMES})([slider, count])", count)
    spent = busy_seconds(session) - before
    session.detach()
    return 1000 * spent / count


def busy_seconds(session):
    """How long the main thread of a page has been at work."""
    found = session.send("Performance.getMetrics")["metrics"]
    return next(one["value"] for one in found if one["name"] == "TaskDuration")
