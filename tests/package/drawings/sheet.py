"""What the tests read on a drawing: its words, and whether they are on the sheet."""

import re
from xml.etree import ElementTree

CHARACTER = 7.6  # pixels of a character of 15 px type, on average


def layouts(drawing):
    """The wide and the narrow layout, each as a tree of elements."""
    return [ElementTree.fromstring(d.svg()) for d in (drawing, drawing.narrow)]


def words(tree):
    """The lines of words, in their order."""
    return ["".join(line.itertext()) for line in tree.iter("text")]


def assert_words_are_on_the_sheet(drawing):
    """No line of words leaves its layout."""
    for tree in layouts(drawing):
        width, height = map(float, tree.get("viewBox").split()[2:])
        moved(tree, (0, 0), (width, height))


def moved(node, by, sheet):
    """The lines of a group, which may be moved."""
    transform = node.get("transform", "")
    if place := re.match(r"translate\(([-.\d]+)[ ,]*([-.\d]*)", transform):
        x, y = place.groups(default="0")
        by = (by[0] + float(x), by[1] + float(y or 0))
    for child in node:
        if child.tag == "text":
            assert_line_fits(child, by, sheet)
        else:
            moved(child, by, sheet)


def assert_line_fits(line, by, sheet):
    """A line of words lies on the sheet."""
    text = "".join(line.itertext())
    size = CHARACTER * len(text)
    left = {"start": 0, "middle": -size / 2, "end": -size}[line.get("text-anchor")]
    x = by[0] + float(line.get("x")) + left
    y = by[1] + float(line.get("y"))
    assert x >= -6 and x + size <= sheet[0] + 6, f"{text!r} from {x:.0f} to {x + size:.0f}"
    assert 10 <= y <= sheet[1], f"{text!r} at {y:.0f}"
