"""The drawings of the training loop and of the three kinds of data."""

import pytest

from course_utils.drawings import split, training_loop
from tests.package.drawings.sheet import assert_words_are_on_the_sheet, layouts, words


@pytest.mark.parametrize("draw", [training_loop, split])
def test_words_are_on_the_sheet(draw):
    assert_words_are_on_the_sheet(draw())


def test_both_layouts_of_the_loop_have_the_same_five_boxes_in_one_order():
    orders = []
    for tree in layouts(training_loop()):
        text = " ".join(words(tree))
        parts = ("a batch of", "network", "loss: ", "gradient by", "step: ")
        orders.append([text.index(part) for part in parts])
        assert len([r for r in tree.iter("rect") if "line" in r.get("class")]) == 5
    assert all(order == sorted(order) for order in orders)


def test_each_kind_of_data_has_its_row():
    for tree in layouts(split()):
        text = " ".join(words(tree))
        places = [text.index(name) for name in ("training", "validation", "test")]
        decided = [text.index(name) for name in ("gradient", "choices", "nothing")]
        assert [*zip(places, decided, strict=True)] == sorted(
            zip(places, decided, strict=True)
        )
