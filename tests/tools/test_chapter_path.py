"""The picture of the path: every chapter is a link, every need an arc."""

import re

import chapter_path
import pytest
from book_files import ROOT

CHAPTERS = [
    {"stem": "01-a", "title": "First & last", "needs": [], "minutes": 10},
    {"stem": "02-b", "title": "Second", "needs": ["01-a"], "minutes": 20},
    {"stem": "03-c", "title": "Third", "needs": ["01-a", "02-b"], "minutes": 30},
]


def test_every_chapter_is_a_link_and_every_need_an_arc():
    svg = chapter_path.picture(CHAPTERS)
    assert [svg.count(f'href="{c["stem"]}.html"') for c in CHAPTERS] == [1, 1, 1]
    assert svg.count("<path") == 3 and svg.count("<circle") == 3
    assert "First &amp; last" in svg and "30 minutes" in svg


def test_an_arc_leads_from_the_circle_of_a_need_to_that_of_its_chapter():
    svg = chapter_path.picture(CHAPTERS)
    heights = [float(y) for y in re.findall(r'<circle cx="\d+" cy="([\d.]+)"', svg)]
    assert heights == sorted(set(heights))
    ends = re.findall(
        r'<path d="M[\d.]+,([\d.]+) C.* [\d.]+,([\d.]+)"/>', svg.replace("/>", "/>\n")
    )
    first, second, third = heights
    expected = [(first, second), (first, third), (second, third)]
    assert [(float(start), float(end)) for start, end in ends] == expected


def test_a_need_that_is_no_chapter_is_an_error():
    with pytest.raises(KeyError):
        chapter_path.picture(CHAPTERS[1:])


def test_the_introduction_has_a_place_for_it():
    assert chapter_path.MARK in (ROOT / "book" / "intro.md").read_text(encoding="utf-8")


def test_the_titles_are_those_of_the_readme_in_its_order():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    titles = re.findall(r"^\| \d+ \| \[([^\]]*)\]", readme, re.MULTILINE)
    stations = chapter_path.stations(ROOT / "book")
    assert [chapter["title"] for chapter in stations] == titles != []
