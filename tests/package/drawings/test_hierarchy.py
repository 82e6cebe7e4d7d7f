"""The graphs of the hierarchical model say what depends on what."""

from xml.etree import ElementTree

import pytest

from course_utils.drawings import hierarchy
from course_utils.drawings.hierarchy import RADIUS, STEP


def parts(narrow, tag):
    """The elements of one kind in a layout."""
    drawing = hierarchy.hierarchical_model()
    drawing = drawing.narrow if narrow else drawing
    return list(ElementTree.fromstring(drawing.svg()).iter(tag))


@pytest.mark.parametrize("narrow", [False, True])
def test_only_the_data_are_blue_and_the_labels_alone_have_lines_without_heads(narrow):
    circles = parts(narrow, "circle")
    blue = [c for c in circles if "classical" in c.get("class")]
    assert len(blue) == 2 and len(circles) == 5 + 9
    heads = [p for p in parts(narrow, "path") if "full" in p.get("class")]
    undirected = [p for p in parts(narrow, "path") if "learned" in p.get("class")]
    assert len(heads) == 4 + 8 and len(undirected) == 2


@pytest.mark.parametrize("narrow", [False, True])
def test_the_plate_holds_variance_and_unknown_and_nothing_else(narrow):
    plate = parts(narrow, "rect")[0]
    x, y, w, h = (float(plate.get(key)) for key in ("x", "y", "width", "height"))
    inside = [
        c
        for c in parts(narrow, "circle")
        if x < float(c.get("cx")) < x + w and y < float(c.get("cy")) < y + h
    ]
    assert len(inside) == 2 and h > STEP + 2 * RADIUS


@pytest.mark.parametrize("narrow", [False, True])
def test_no_two_nodes_touch(narrow):
    centres = [(float(c.get("cx")), float(c.get("cy"))) for c in parts(narrow, "circle")]
    for i, (x, y) in enumerate(centres):
        for other, down in centres[:i]:
            assert (x - other) ** 2 + (y - down) ** 2 > (2.2 * RADIUS) ** 2
