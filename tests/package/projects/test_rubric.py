"""Points fall in proportion, a score shows itself, and a seed repeats a test."""

import math

import pytest
import torch

from course_utils.projects import rubric
from course_utils.projects.rubric import Refused, Row

SMALL = Row("an error", 20, full=0.1, none=0.5)
LARGE = Row("a gain (dB)", 30, full=3.0, none=0.0)


@pytest.mark.parametrize(
    ("row", "found", "points"),
    [
        (SMALL, 0.0, 20), (SMALL, 0.1, 20), (SMALL, 0.3, 10), (SMALL, 0.5, 0),
        (SMALL, 9.0, 0), (LARGE, 5.0, 30), (LARGE, 1.0, 10), (LARGE, -1.0, 0),
        (LARGE, math.nan, 0), (SMALL, math.inf, 0),
    ],
)  # fmt: skip
def test_points_fall_in_proportion(row, found, points):
    assert row.earned(found) == points


def test_a_row_says_which_way_is_better():
    assert (SMALL.asked, LARGE.asked) == ("at most 0.1", "at least 3")


def test_a_score_shows_points_rows_and_its_seed():
    score = rubric.measured([SMALL, LARGE], lambda seed: [0.3, 1.0], seed=7)
    assert (score.points, score.most) == (20, 50)
    assert "20 of 50 points. Seed of the test: 7." in repr(score)
    assert "a gain (dB)" in score._repr_html_() and "at least 3" in repr(score)


def test_a_seed_is_drawn_where_none_is_given_and_named():
    seeds = []
    scores = [rubric.measured([SMALL], lambda s: seeds.append(s) or [0.0]) for _ in "ab"]
    assert seeds[0] != seeds[1] and [score.seed for score in scores] == seeds


def test_a_rubric_is_a_table_before_anything_is_measured():
    text = repr(rubric.table([SMALL, LARGE]))
    assert "at most 0.1" in text and "no points" in text and "30" in text


@pytest.mark.parametrize(
    ("x", "said"),
    [
        ([1.0], "is a tensor of shape (2,), not list"),
        (torch.ones(3), "has the shape (2,), not (3,)"),
        (torch.ones(2) * 1j, "real and finite"),
        (torch.tensor([1.0, math.inf]), "real and finite"),
    ],
)
def test_a_part_of_the_wrong_kind_is_refused_in_words(x, said):
    with pytest.raises(Refused, match="f"):
        rubric.tensor("f", x, (2,))
    try:
        rubric.tensor("f", x, (2,))
    except Refused as error:
        assert said in str(error)


def test_a_part_that_fits_is_taken_in_double_precision():
    x = rubric.tensor("f", torch.ones(2, requires_grad=True, dtype=torch.float32), (2,))
    assert x.dtype == torch.float64 and not x.requires_grad
    assert rubric.number("sigma", torch.tensor(0.5)) == 0.5
    with pytest.raises(Refused, match="not inf"):
        rubric.number("sigma", math.inf)
