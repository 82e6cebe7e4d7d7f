"""Drawings get the author's description, and their style once a page."""

import copy
import json
from types import SimpleNamespace

import drawing_page
import pytest

from course_utils.drawings import Drawing

ALT = 'A circle "beside" a < b.'


def cell(html, alt=None):
    """A cell with one output of HTML."""
    look = {"mystnb": {"image": {"alt": alt}}} if alt else {}
    return {"metadata": look, "outputs": [{"data": {"text/html": html}}]}


def shown(cells):
    """What a page shows of some cells."""
    notebook = {"cells": copy.deepcopy(cells)}
    drawing_page.describe_drawings(notebook)
    return [c["outputs"][0]["data"]["text/html"] for c in notebook["cells"]]


@pytest.fixture
def html():
    drawing = Drawing(10, 10, "What is drawn.")
    drawing.narrow = Drawing(5, 5, "What is drawn.")
    return drawing.html()


def test_both_layouts_have_the_description_of_their_cell(html):
    (page,) = shown([cell(html, ALT)])
    assert page.count('aria-label="A circle &quot;beside&quot; a &lt; b."') == 2
    assert "What is drawn." not in page


def test_without_a_description_the_drawing_keeps_its_own(html):
    (page,) = shown([cell(html)])
    assert page.count('aria-label="What is drawn."') == 2
    assert (
        '<p class="cu-drawing-words">' not in page
    )  # what is read out is not written beside it, too


def test_the_style_stands_in_a_page_once(html):
    pages = shown([cell(html, ALT), cell(html, ALT)])
    assert [page.count("<style>") for page in pages] == [1, 0]
    assert all(drawing_page.MARK in page for page in pages)


def test_html_in_lines_is_a_drawing_too(html):
    (page,) = shown([cell(html.splitlines(keepends=True), ALT)])
    assert page == shown([cell(html, ALT)])[0]


def test_other_tables_stay_as_they_are():
    assert shown([cell("<style>a{}</style><table>", ALT)]) == ["<style>a{}</style><table>"]


@pytest.mark.parametrize(("file", "changes"), [("a.ipynb", True), ("a.md", False)])
def test_notebooks_are_read_and_pages_are_not(html, file, changes):
    app = SimpleNamespace(env=SimpleNamespace(doc2path=lambda name: file))
    source = [json.dumps({"cells": [cell(html, ALT)]})]
    before = source[0]
    drawing_page.read_source(app, "a", source)
    assert (source[0] != before) is changes
