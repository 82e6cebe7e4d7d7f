"""The graph from claims to chapters: a line for each piece of evidence, none twice."""

import pytest

from course_utils import audit
from course_utils.drawings import claims_and_chapters
from course_utils.drawings.claims import links
from tests.package.drawings.sheet import assert_words_are_on_the_sheet, layouts, words

CLAIM = {"place": "Key result 1", "verdict": "holds", "where": ["10-fixed#a", "10-fixed#b"]}
OTHER = {"place": "Trade-off 2 · cost", "verdict": "holds if", "where": ["9-training#c"]}


def test_a_claim_has_one_line_to_each_chapter():
    assert links([CLAIM, CLAIM, OTHER]) == [
        ("Key result", "10-fixed", "holds"),
        ("Trade-off", "9-training", "holds if"),
    ]


def test_the_words_of_the_book_are_on_the_sheet():
    drawing = claims_and_chapters([audit.told(row) for row in audit.read()])
    assert_words_are_on_the_sheet(drawing)
    for tree in layouts(drawing):
        text = " ".join(words(tree))
        assert "Mechanism" in text and "not testable here" in text


@pytest.mark.parametrize("claims", [[], [CLAIM | {"verdict": "perhaps"}]])
def test_nothing_and_a_strange_verdict_are_refused(claims):
    with pytest.raises(ValueError, match="one claim at least, with a verdict of holds"):
        claims_and_chapters(claims)
