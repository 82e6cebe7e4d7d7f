"""The front page in a real browser: its first screen, the divider, the goal, the cards."""

import io
import re

import pytest
from PIL import Image

from tests.book import browser, in_page
from tests.book.pages import CHAPTERS, HTML, PAGES

pytestmark = [pytest.mark.built, pytest.mark.slow]
DESK = {"width": 1280, "height": 900}
PHONE = {"width": 375, "height": 740}
PATIENCE = 20_000  # milliseconds
SAID = "() => /dB|equally/.test(document.querySelector('.cu-output').textContent)"
SCROLL = "twin => twin.parentElement.parentElement.scrollIntoView()"
LIVE = "count => document.querySelectorAll('.cu-quick').length >= count"
READ = """chapter => localStorage.setItem("cu-reading",
  JSON.stringify({ read: { [chapter]: "2026-01-01" } }))"""
CANVAS = "canvas => canvas.toDataURL()"


@pytest.fixture
def opened(tabs):
    """Opens the front page in a window of a size, and waits for the network's answer."""
    windows = set()

    def open_page(window=DESK):
        name = "desk" if window is DESK else "phone"
        windows.add(name)
        tabs.forget(name)
        visit = tabs.show(PAGES[0], name)
        visit.look(**window)
        visit.page.set_default_timeout(PATIENCE)
        visit.page.wait_for_function(SAID)
        return visit.page

    yield open_page
    for name in windows:
        tabs.forget(name)
        tabs.tab(name).page.set_default_timeout(browser.PATIENCE)


def put(page, **values):
    """Move sliders, by their names, and wait for what the network makes of it."""
    for name, value in values.items():
        page.locator(f".cu-slider input[aria-label={name}]").evaluate(in_page.SET, value)
    page.wait_for_function(SAID)
    return page.locator(".cu-output").inner_text()


def place(page):
    """Where the divider stands, in percent."""
    return int(page.locator(".cu-wipe").get_attribute("aria-valuenow"))


@pytest.mark.parametrize("window", [DESK, PHONE], ids=["desk", "phone"])
def test_the_first_screen_has_the_figure_an_answer_and_both_sliders(opened, window):
    page = opened(window)
    parts = [".cu-wipe", ".cu-slider >> nth=0", ".cu-slider >> nth=1"]
    if window == DESK:
        parts += [".cu-tile >> nth=2", ".cu-tile >> nth=4", ".cu-output"]
    for part in parts:
        box = page.locator(part).bounding_box()
        assert box["y"] >= 0 and box["y"] + box["height"] <= window["height"], part
        assert box["x"] >= 0 and box["x"] + box["width"] <= window["width"], part
    assert page.locator("article h1").bounding_box()["y"] < 150
    code = page.locator("article pre:visible, article details:visible").first
    figure = page.locator(".cu-figure").bounding_box()
    assert code.bounding_box()["y"] > figure["y"] + figure["height"]


def test_the_two_pictures_of_the_stage_are_those_that_were_touched_last(opened):
    page = opened()
    names = page.locator(".cu-side")
    assert names.all_inner_texts() == ["data", "network"]
    before = page.locator(".cu-wipe canvas").evaluate(CANVAS)
    page.locator(".cu-tile", has_text="filter").click()
    assert names.all_inner_texts() == ["network", "filter"]
    assert page.locator(".cu-wipe canvas").evaluate(CANVAS) != before
    pressed = page.locator(".cu-tile[aria-pressed=true]").all_inner_texts()
    assert [text.split()[0] for text in pressed] == ["filter", "network"]


def test_the_divider_obeys_a_mouse(opened):
    page = opened()
    box = page.locator(".cu-wipe").bounding_box()
    y = box["y"] + box["height"] / 2
    before = page.locator(".cu-wipe canvas").evaluate(CANVAS)
    page.mouse.move(box["x"] + box["width"] / 2, y)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.8 * box["width"], y, steps=4)
    page.mouse.up()
    assert place(page) == 80
    page.mouse.move(box["x"] + 0.1 * box["width"], y)  # let go of
    assert place(page) == 80
    assert page.locator(".cu-wipe canvas").evaluate(CANVAS) != before


def test_the_divider_obeys_a_finger_and_the_keys(opened):
    page = opened(PHONE)
    stage = page.locator(".cu-wipe")
    box = stage.bounding_box()
    page.touchscreen.tap(box["x"] + 0.25 * box["width"], box["y"] + 0.5 * box["height"])
    assert place(page) == 25
    stage.focus()
    for key in ("ArrowRight", "ArrowUp", "ArrowLeft"):
        page.keyboard.press(key)
    assert place(page) == 27
    assert "data on the left of 27 %" in stage.get_attribute("aria-valuetext")


def test_the_goal_is_reached_where_the_network_loses_and_nowhere_else(opened):
    page = opened()
    goal = page.locator(".cu-reached")
    said = put(page, noise=-1.5, blur=1)
    assert "is better than the filter" in said and goal.inner_text() == ""
    said = put(page, noise=-3, blur=1)
    assert "It was trained on noise" in said and goal.inner_text() == ""
    said = put(page, blur=0.5)
    assert "loses to the filter" in said and "more harm than good" in goal.inner_text()
    errors = page.locator(".cu-tile .cu-error").all_inner_texts()
    ofFilter, ofNetwork = (float(e.split()[0].replace("−", "-")) for e in errors[1:3])
    size = float(re.search(r"by ([\d.]+) dB", said)[1])
    assert ofNetwork - ofFilter == pytest.approx(size, abs=0.11)
    page.get_by_role("button", name="Reset").click()
    page.wait_for_function(SAID)
    assert goal.inner_text() == ""


def test_another_photograph_and_ones_own_get_answers_of_their_own(opened):
    page = opened()
    first = page.locator(".cu-output").inner_text()
    page.locator(".cu-album button").nth(1).click()
    page.wait_for_function(SAID)
    second = page.locator(".cu-output").inner_text()
    assert second != first
    assert page.locator(".cu-album [aria-pressed=true]").count() == 1
    flat = io.BytesIO()
    Image.linear_gradient("L").save(flat, "PNG")
    file = {"name": "own.png", "mimeType": "image/png", "buffer": flat.getvalue()}
    page.locator(".cu-figure input[type=file]").set_input_files(file)
    page.wait_for_function("() => !document.querySelector('.cu-album [aria-pressed=true]')")
    page.wait_for_function(SAID)
    assert page.locator(".cu-output").inner_text() not in (first, second)


def test_a_slider_waits_for_no_network(opened):
    page = opened()
    slider = page.locator(".cu-slider input").first
    assert browser.frame_milliseconds(page, slider, 20) < 100


def test_every_chapter_has_a_card_that_leads_to_it_with_a_picture(opened):
    page = opened()
    cards = page.locator("a.cu-card")
    links = cards.evaluate_all("all => all.map(a => a.getAttribute('href'))")
    assert [f"book/{link.removesuffix('.html')}" for link in links] == CHAPTERS
    assert all((HTML / "book" / link).exists() for link in links)
    widths = cards.locator("img").evaluate_all("all => all.map(i => i.naturalWidth)")
    assert len(widths) == len(CHAPTERS) and min(widths) > 0
    start = page.locator("a.cu-start").get_attribute("href")
    assert f"book/{start.removesuffix('.html')}" == CHAPTERS[0]


def test_the_card_of_a_chapter_that_was_read_has_a_tick(opened):
    page = opened()
    assert page.locator("a.cu-card .cu-tick").count() == 0
    chapter = CHAPTERS[1].removeprefix("book/")
    page.evaluate(READ, chapter[len("01-") :])
    page.reload()
    page.wait_for_selector("a.cu-card .cu-tick")
    ticked = page.locator("a.cu-card", has=page.locator(".cu-tick"))
    assert ticked.count() == 1
    assert ticked.get_attribute("href") == f"{chapter}.html"


def test_the_quick_checks_of_the_front_page_can_all_be_answered(opened):
    page = opened()
    checks = page.locator(".cu-quick-twin").all()
    assert 5 <= len(checks) <= 7
    for i in range(len(checks)):
        page.locator("article .cu-quick-twin").nth(i).evaluate(SCROLL)
        page.wait_for_function(LIVE, arg=i + 1)
    boxes = page.locator("article .admonition", has_text="Refresher").all()
    assert len(boxes) == 3
    assert all(box.locator("a[href*=html]").count() for box in boxes)
