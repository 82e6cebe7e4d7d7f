"""Pages of the built book as Chromium prints them, with the places that links lead to."""

import contextlib
import os
import re
import shutil
from dataclasses import dataclass
from html import unescape
from pathlib import Path

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND",  # a print needs no network
]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
WIDTH = {"width": 642, "height": 970}  # of a sheet within its margins
PATIENCE = 300_000  # milliseconds
SHEET = {
    "format": "A4",
    "print_background": True,
    "margin": {"top": "20mm", "bottom": "22mm", "left": "20mm", "right": "20mm"},
}
DRAWN = """() => {
  const { formulas } = document.documentElement.dataset;
  const needed = document.querySelector("script[src*='course-formulas']");
  return document.fonts.status === "loaded" && (!needed || formulas === "drawn");
}"""
DRAW_ALL = "() => document.dispatchEvent(new Event('cu-draw-all'))"
PICTURES = """() => Promise.all([...document.images].map((image) => {
  image.loading = "eager";
  return image.decode().catch(() => {});
}))"""
# Tables and formulas that are wider than the sheet, in its width.
SHRINK = """() => {
  const wide = ".cu-table, .pst-scrollable-table-container, div.math";
  for (const box of document.querySelectorAll(`article :is(${wide})`)) {
    if (box.clientWidth && box.scrollWidth > box.clientWidth + 1) {
      box.style.zoom = 0.99 * box.clientWidth / box.scrollWidth;
    }
  }
}"""
HEADINGS = """() => [...document.querySelectorAll("article :is(h1, h2)")]
  .filter((h) => h.checkVisibility() && !h.closest(".cell_output"))
  .map((h) => {
    const copy = h.cloneNode(true);
    copy.querySelectorAll(".headerlink").forEach((e) => e.remove());
    const holder = h.closest("section[id]") ?? h;
    holder.id ||= "cu-solutions";
    return [h.tagName, holder.id, copy.textContent.trim()];
  })"""
LINK = re.compile(r'href="([^"#:]*)#([^"]+)"')
# Chromium keeps the place of a name only if a link in the same page leads there.
POINT = """(names) => {
  const box = document.createElement("div");
  box.style.cssText = "height: 1px; overflow: hidden; font-size: 1px; color: transparent";
  for (const name of names.filter((name) => document.getElementById(name))) {
    const link = document.createElement("a");
    link.href = `#${name}`;
    link.textContent = ".";
    link.style = "border: 0; color: transparent; text-decoration: none";
    box.append(link);
  }
  document.querySelector("article").append(box);
}"""


@dataclass
class Printed:
    """One page of the book on paper: where it lies, its headings, and the PDF."""

    address: str
    headings: list  # (tag, name, text)
    pdf: bytes

    @property
    def title(self):
        """The first heading."""
        return self.headings[0][2]


def find_browser(playwright):
    """The path of a browser; a sentence and the end where there is none."""
    named = os.environ.get("BROWSER_PATH")
    found = [named] if named else [shutil.which(name) for name in NAMES]
    found.append(playwright.chromium.executable_path)
    path = next((path for path in found if path and Path(path).exists()), None)
    if path is None:
        raise SystemExit("no browser found: install Debian's chromium, or set BROWSER_PATH")
    return path


@contextlib.contextmanager
def tab():
    """A tab for prints, of a browser of its own."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = find_browser(playwright)
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield tab_in(chromium)
        chromium.close()


def tab_in(chromium):
    """A tab of a browser that runs, as wide as a sheet."""
    page = chromium.new_page(viewport=WIDTH)
    page.set_default_timeout(PATIENCE)
    return page


def opened(page, address):
    """A page of the book as it goes to a printer: all of it drawn, solutions behind."""
    page.emulate_media(media="screen", color_scheme="light")
    page.goto(address)
    page.wait_for_function(DRAWN)
    page.evaluate(DRAW_ALL)
    page.wait_for_function(DRAWN)
    page.emulate_media(media="print", color_scheme="light")
    page.evaluate(PICTURES)
    page.evaluate(SHRINK)


def names_in(paths):
    """The names that each page is called by from others: {path: {name, ...}}."""
    wanted = {path: set() for path in paths}
    for path in paths:
        for href, name in LINK.findall(path.read_text(encoding="utf-8")):
            target = (path.parent / href).resolve()
            if target in wanted and target != path:
                wanted[target].add(unescape(name))
    return wanted


def printed(page, address, names):
    """One page of the book on paper."""
    opened(page, address)
    headings = page.evaluate(HEADINGS)
    page.evaluate(POINT, sorted(names | {name for _, name, _ in headings}))
    return Printed(address, headings, page.pdf(**SHEET))


def sheet(page, html):
    """A page of our own on paper, up to its edges."""
    page.set_content(html)
    page.wait_for_function("() => document.fonts.status === 'loaded'")
    return page.pdf(format="A4", print_background=True, prefer_css_page_size=True)
