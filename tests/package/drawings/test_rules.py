"""The small plots have their dots where ``choose`` reads lambda."""

import pytest
import torch

from course_utils import choose
from course_utils.drawings import rules
from course_utils.linear import Matrix
from tests.package.drawings.sheet import layouts


def chosen():
    """The lam of each rule of ``choose``, for data with the coefficients of the drawing."""
    s, c2 = rules.squares()
    H, g = Matrix(s.diag()), c2.sqrt()
    return {
        "discrepancy": choose.discrepancy(H, g, rules.SIGMA),
        "GCV": choose.gcv(H, g),
        "SURE": choose.sure(H, g, rules.SIGMA),
        "L-curve": choose.l_curve(H, g),
        "evidence": choose.evidence(H, g),
    }


def test_each_dot_stands_where_the_rule_chooses():
    step = (rules.LAM[1] / rules.LAM[0]).log10().item()
    for reading in rules.readings():
        at = rules.LAM[reading.at].log10().item()
        wanted = torch.tensor(chosen()[reading.name]).log10().item()
        assert at == pytest.approx(wanted, abs=0.6 * step), reading.name


def test_the_residual_crosses_the_level_of_the_noise_at_its_dot():
    first = rules.readings()[0]
    assert first.y[first.at].item() == pytest.approx(first.level, abs=0.03)
    assert (first.y.diff() > 0).all()


def test_the_other_dots_are_inside_their_curves():
    for reading in rules.readings():
        assert 0 < reading.at < len(rules.LAM) - 1
        low = reading.y.min().item()
        if reading.name not in ("discrepancy", "L-curve"):
            assert reading.y[reading.at].item() == low


def test_both_layouts_have_a_curve_and_a_dot_for_each_rule():
    for tree in layouts(rules.reading_lambda()):
        paths = [node.get("class") for node in tree.iter("path")]
        assert paths.count("line classical") == 5
        assert len([n for n in tree.iter("circle") if n.get("class") == "full ink"]) == 5
