"""The cards of the front page: one for each chapter, made from what the chapter says."""

import base64
import io
import json
import re
from types import SimpleNamespace

import chapter_path
import front_picture
import pytest
from book_files import FRONT, ROOT, chapters
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from normal_form import read
from PIL import Image

CHAPTERS = chapters()
VIEW = {chapter_path.VIEW: {"model_id": "x"}}


def png(colour="white", size=(800, 600)):
    """A picture with a red box in it."""
    picture = Image.new("RGB", size, colour)
    picture.paste((200, 0, 0), (200, 100, 600, 300))
    written = io.BytesIO()
    picture.save(written, "PNG")
    return written.getvalue()


def shown(name, *tags, view=False):
    """A cell with a figure, which its words tell from others."""
    data = {"image/png": base64.b64encode(name.encode()).decode()} | (VIEW if view else {})
    metadata = {"tags": list(tags), "mystnb": {"image": {"alt": f"the words of {name}"}}}
    return new_code_cell(outputs=[new_output("display_data", data)], metadata=metadata)


def chapter(*cells):
    """A chapter with these cells after its title."""
    about = {
        "goals": ["Write <b>", "Read", "See"],
        "level": "first course",
        "minutes_to_read": 40,
        "prerequisites": ["01-a", "02-b"],
    }
    title = new_markdown_cell("# First & last\n\n*Claim.*")
    return new_notebook(cells=[title, *cells], metadata={"chapter": about})


def test_the_picture_of_a_card_is_the_opening_figure_else_a_responding_one_else_the_first():
    still, live, opening = shown("still"), shown("live", view=True), shown("op", "opening")
    for cells, name in (
        ([still], "still"),
        ([still, live], "live"),
        ([still, live, opening], "op"),
    ):
        about = chapter_path.station("03-c", chapter(*cells))
        assert (about["png"], about["alt"]) == (name.encode(), f"the words of {name}")


def test_a_chapter_that_is_only_begun_has_a_card_without_a_picture():
    about = chapter_path.station("03-c", chapter())
    assert about["png"] == b"" and "<img" not in chapter_path.card(about)


def test_a_card_says_what_the_chapter_says_and_escapes_it():
    about = chapter_path.station("03-c", chapter(shown("x"))) | {"part": "Part I"}
    card = chapter_path.card(about)
    assert "First &amp; last" in card and "Write &lt;b&gt;." in card
    assert "40 minutes, first course, after" in card
    links = ["03-c.html", "01-a.html", "02-b.html"]
    assert re.findall(r'href="([^"]*)"', card) == links


def test_cards_stand_under_their_part_in_the_order_of_reading():
    about = chapter_path.station("03-c", chapter(shown("x")))
    parts = [about | {"stem": f"0{i}-c", "part": p} for i, p in enumerate("AAB")]
    html = chapter_path.cards(parts)
    assert re.findall(r'class="cu-part">(\w)<', html) == ["A", "B"]
    places = [html.index(mark) for mark in (">A<", "00-c", "01-c", ">B<", "02-c")]
    assert places == sorted(places)


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_thumbnail_is_the_drawn_part_of_a_figure_on_white(mode):
    with Image.open(io.BytesIO(png())) as picture:
        other = picture.convert(mode)
    if mode == "RGBA":  # white that is transparent, as in a figure
        clear = [(r, g, b, 0 if g else 255) for r, g, b, _ in other.get_flattened_data()]
        other.putdata(clear)
    written = io.BytesIO()
    other.save(written, "PNG")
    small = chapter_path.thumbnail(written.getvalue())
    with Image.open(io.BytesIO(small)) as picture:
        drawn = picture.convert("RGB")
    width, height = chapter_path.PIXELS
    assert drawn.size == (width, height)
    assert drawn.getpixel((2, 2)) == (255, 255, 255)
    red, green, _ = drawn.getpixel((width // 2, height // 2))
    assert red > 150 and green < 50
    assert drawn.getpixel((30, height // 2))[1] < 60  # as wide as it may be


@pytest.mark.slow
def test_every_chapter_has_a_card_with_a_small_picture():
    stations = chapter_path.stations(ROOT)
    assert [about["stem"] for about in stations] == [path.stem for path in CHAPTERS]
    assert all(15 <= len(about["alt"].split()) <= 50 for about in stations)
    assert all("Part" in about["part"] for about in stations)
    sizes = [len(chapter_path.thumbnail(about["png"])) for about in stations]
    assert max(sizes) < 30_000


def test_the_front_page_has_one_place_for_the_cards():
    cells = [cell.source for cell in read(ROOT / "book" / FRONT).cells]
    assert sum(cell.count(chapter_path.MARK) for cell in cells) == 1


def test_the_cards_are_put_in_their_place_and_the_page_follows_the_chapters():
    followed = []
    app = SimpleNamespace(srcdir=ROOT, env=SimpleNamespace(note_dependency=followed.append))
    source = [json.dumps({"cells": [{"source": ["Before\n", chapter_path.MARK]}]})]
    chapter_path.put_cards(app, "book/intro", source)
    text = json.loads(source[0])["cells"][0]["source"]
    assert text.startswith("Before\n") and text.count("<li>") == len(CHAPTERS)
    assert followed == [str(path) for path in CHAPTERS]
    other = ["no mark here"]
    chapter_path.put_cards(app, "book/notation", other)
    assert other == ["no mark here"]


def test_the_titles_are_those_of_the_readme_in_its_order():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    titles = re.findall(r"^\| \d+ \| \[([^\]]*)\]", readme, re.MULTILINE)
    assert [about["title"] for about in chapter_path.stations(ROOT)] == titles != []


def test_the_picture_of_the_readme_is_that_of_the_front_page():
    assert front_picture.PICTURE.read_bytes() == front_picture.picture()
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "](book/three-answers.png)" in readme[:1500]
    assert readme.index("make book") < 2000
