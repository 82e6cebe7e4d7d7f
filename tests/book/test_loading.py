"""A page as it loads: how much it weighs, that nothing jumps, and that all buttons show.

Weights are those of files as they are stored, unpacked; a page is opened from the disk.
"""

import re
from urllib.parse import unquote, urlsplit

import pytest

from tests.book.pages import CHAPTERS, HTML
from tests.book.tabs import SHIFT, on

pytestmark = [pytest.mark.built, pytest.mark.slow]
SCRIPTS, PAGE, ALL = 2_000_000, 500_000, 3_300_000  # bytes
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


def weight(visit, *kinds):
    """Bytes of the files of these kinds that a page has asked for."""
    files = [url for url, kind in visit.loaded["files"].items() if kind in kinds]
    ours = [
        url.removeprefix(visit.address) for url in files if url.startswith(visit.address)
    ]
    paths = [HTML / unquote(urlsplit(url).path).lstrip("/") for url in ours]
    return sum(path.stat().st_size for path in paths)


@on("desk", "phone")
def test_a_page_is_light(visit):
    kinds = set(visit.loaded["files"].values()) - {"image"}
    assert 0 < weight(visit, "script") <= SCRIPTS
    assert 0 < weight(visit, "document") <= PAGE
    assert weight(visit, *kinds) <= ALL


@on("desk", "phone")
def test_nothing_jumps_while_a_page_loads(visit):
    shifts = visit.loaded["shifts"]
    assert sum(value for value, _ in shifts) < SHIFT, shifts


@on("desk", "phone")
def test_the_text_is_set_in_the_face_that_ships_and_no_library_of_icons_is_loaded(visit):
    families, files = visit.loaded["families"], visit.loaded["files"]
    assert any("Course Serif" in family for family in families)
    assert not [name for name in [*families, *files] if re.search("awesome", name, re.I)]


@on("desk", "phone")
def test_every_icon_shows_and_every_button_has_a_name(visit):
    width = visit.ask("() => innerWidth")
    for theme in ("light", "dark"):
        visit.look(width, theme)
        icons, empty, nameless = visit.ask(BARE)
        assert icons >= 4
        assert (empty, nameless) == ([], [])


@on("desk", "phone", pages=CHAPTERS)
def test_formulas_far_below_wait_until_they_come_near(visit):
    waiting, left, bare_in_sight = visit.loaded["below"]
    assert 0 <= left < waiting
    assert bare_in_sight == 0
