"""Formulas in a drawing."""

from xml.etree import ElementTree

import pytest

from course_utils.drawings.words import LOWERED, RAISED, set_line


def spans(line):
    """The text of each span, and how far it stands below the line."""
    down = 0
    found = []
    for span in ElementTree.fromstring(f"<text>{set_line(line)}</text>"):
        down += int(span.get("dy", 0))
        found.append((span.text, down))
    return found


def test_words_are_escaped():
    assert set_line("a < b & c") == "a &lt; b &amp; c"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("$f$", [("f", 0)]),
        ("$s_1u_1$", [("s", 0), ("1", LOWERED), ("u", 0), ("1", LOWERED)]),
        ("$V^T$", [("V", 0), ("T", -RAISED)]),
        ("$a_{12}b$", [("a", 0), ("12", LOWERED), ("b", 0)]),
    ],
)
def test_an_index_stands_below_and_an_exponent_above(line, expected):
    assert spans(line) == expected


def test_what_follows_a_formula_is_on_the_line_again():
    assert spans("$V^T$ turns") == [("V", 0), ("T", -RAISED), (" turns", 0)]


def test_letters_are_italic_and_digits_are_not():
    tree = ElementTree.fromstring(f"<text>{set_line('$2σ_i$')}</text>")
    kinds = [(span.text, span.get("class")) for span in tree]
    assert kinds == [("2", "math"), ("σ", "math it"), ("i", "math index it")]
