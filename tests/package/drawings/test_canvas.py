"""A drawing is one small piece of HTML that any page can take in."""

import re
from xml.etree import ElementTree

import pytest
import torch

from course_utils.drawings import Drawing, in_two_layouts
from course_utils.plots import LOOK


def drawn(draw):
    """What is in a drawing of 100 by 50 pixels, as a tree of elements."""
    drawing = Drawing(100, 50, "A < B & C")
    draw(drawing)
    return ElementTree.fromstring(drawing.svg())


def points(path):
    """The places that a path names."""
    pairs = re.findall(r"(-?[\d.]+),(-?[\d.]+)", path.get("d"))
    return [(float(x), float(y)) for x, y in pairs]


def test_a_drawing_is_an_image_with_a_description():
    tree = drawn(lambda d: None)
    assert tree.get("role") == "img" and tree.get("aria-label") == "A < B & C"
    assert tree.get("viewBox") == "0 0 100 50"


@pytest.mark.parametrize("role", ["ink", "quiet", *LOOK])
def test_colour_is_a_role(role):
    line = drawn(lambda d: d.line((0, 0), (3, 4), role))[0]
    assert line.get("class") == f"line {role}" and points(line) == [(0, 0), (3, 4)]


@pytest.mark.parametrize("draw", ["line", "dot", "text"])
def test_an_unknown_role_is_refused(draw):
    given = {"line": [(0, 0), (1, 1)], "dot": [(0, 0)], "text": [(0, 0), "a"]}[draw]
    with pytest.raises(ValueError, match="'red' is not one of ink"):
        getattr(Drawing(9, 9, "x"), draw)(*given, role="red")


def test_an_arrow_ends_at_its_tip_in_its_direction():
    line, head = drawn(lambda d: d.arrow((0, 0), (10, 0), (10, 40)))
    tip, *wings = points(head)
    assert tip == (10, 40)
    assert sorted(x - 10 for x, _ in wings) == pytest.approx([-3.78, 3.78])
    assert {y for _, y in wings} == {31}  # behind the tip, as seen from where it comes
    assert points(line)[:2] == [(0, 0), (10, 0)] and points(line)[2][1] < 40


def test_a_matrix_is_darker_where_it_is_larger():
    values = torch.tensor([[0.0, 1.0, 2.0], [2.0, 0.0, 0.0]])
    pale, dark, frame = drawn(lambda d: d.matrix((5, 5), values, 10))
    assert (pale.get("fill-opacity"), dark.get("fill-opacity")) == ("0.5", "1")
    assert re.findall(r"M(\d+),(\d+)h10v10", pale.get("d")) == [("15", "5")]
    assert re.findall(r"M(\d+),(\d+)h10v10", dark.get("d")) == [("25", "5"), ("5", "15")]
    assert points(frame) == [(5, 5), (35, 5), (35, 25), (5, 25)]


def test_lines_of_words_stand_around_their_place():
    first, second = drawn(lambda d: d.text((50, 20), "one\ntwo", anchor="end"))
    assert (first.text, second.text) == ("one", "two")
    assert (float(first.get("y")) + float(second.get("y"))) / 2 == 25
    assert first.get("text-anchor") == "end"


def test_a_group_moves_and_turns_what_is_inside():
    def draw(d):
        with d.moved((3, 4), turned=30):
            d.dot((0, 0))
        d.dot((1, 1))

    group, dot = drawn(draw)
    assert group.get("transform") == "translate(3,4) rotate(30)" and len(group) == 1
    assert dot.tag == "circle"


def test_what_is_pasted_moves_as_a_whole():
    inner = Drawing(10, 10, "inner")
    inner.box((0, 0), 8, 6, "$f$")
    group = drawn(lambda d: d.paste(inner, (20, 30)))[0]
    assert group.get("transform") == "translate(20,30)"
    assert [part.tag for part in group] == ["rect", "text"]


@pytest.mark.parametrize(
    "draw",
    [
        lambda d: d.circle((5, 5), 3, "noise"),
        lambda d: d.ellipse((5, 5), (3, 2), 30, "noise"),
        lambda d: d.polygon([(0, 0), (1, 0), (0, 1)], "noise"),
        lambda d: d.box((0, 0), 5, 5, role="noise"),
    ],
)
def test_a_line_that_closes_has_a_paler_area(draw):
    assert [part.get("class") for part in drawn(draw)] == ["line area noise"]


def test_an_ellipse_turns_about_its_middle():
    (ellipse,) = drawn(lambda d: d.ellipse((5, 6), (3, 2), 30))
    assert (ellipse.get("rx"), ellipse.get("ry")) == ("3", "2")
    assert ellipse.get("transform") == "translate(5 6) rotate(30)"


def test_there_is_a_layout_for_wide_and_one_for_narrow_places():
    drawing = in_two_layouts(lambda narrow: Drawing(200 if narrow else 700, 90, "Both"))
    svgs = re.findall(r'<svg class="([\w-]+)" viewBox="0 0 (\d+)', drawing.html())
    assert svgs == [("cu-wide", "700"), ("cu-narrow", "200")]


def test_where_styles_and_drawings_are_taken_out_the_label_is_left():
    drawing = Drawing(10, 10, "A circle becomes an ellipse.")
    drawing.text((0, 0), "not without its drawing")
    html = re.sub(r"(?s)<style>.*?</style>|</?svg.*?>|</?text.*?>", "", drawing.html())
    shown = re.sub(r"(?s)<div[^>]* hidden>.*?</div>", "", html)
    assert re.sub(r"<.*?>", "", shown).strip() == drawing.label


def test_a_drawing_shows_itself_as_html_and_as_text():
    drawing = Drawing(10, 10, "A dot")
    forms = drawing._repr_mimebundle_()
    assert set(forms) == {"text/html", "text/plain"} and forms["text/plain"] == "A dot"
    assert forms["text/html"].count('class="cu-drawing"') == 1


def test_nothing_in_a_drawing_is_fetched_or_named_twice():
    drawing = Drawing(10, 10, "A dot")
    drawing.arrow((0, 0), (5, 5))
    assert not re.search(r"https?:|url\(|@import|\bid=|src=|href=", drawing.html())
