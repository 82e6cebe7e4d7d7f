"""What the page counts of a study's table is what one counts by hand."""

import pytest
import torch

from course_utils.explore import StructuresAndRegret
from course_utils.explore.structures_and_regret import thirds
from tests.package.explore.examples import structures_and_regret

SETTINGS = {
    "family": ["all", "signals", "tomography"],
    "noise_third": [0, 1, 2, 3],
    "mismatch_third": [0, 0, 3],
    "pairs_third": [0, 0, 1],
    "chosen": [1, 2, 9],
}


def expected(figure):
    kept = figure.kept()
    regrets = figure.regrets()
    rule = regrets[range(len(regrets)), figure.choices]
    some = regrets[kept]
    right = [i for i in kept if rule[i] == 0]
    empty = [None] * len(figure.structures)
    i = figure.chosen - 1
    return {
        "kept": kept,
        "best": (some == 0).sum(0),
        "means": some.mean(0) if kept else empty,
        "rule": rule[kept].mean() if kept else None,
        "right": len(right),
        "risks": figure.numbers("risks").view(len(regrets), -1)[i],
        "regret": rule[i],
        "worst": rule.argmax().item() + 1,
    }


def test_a_third_of_the_numbers_lies_in_each_third(randn):
    values = randn(30)
    assert torch.bincount(thirds(values)).tolist() == [0, 10, 10, 10]
    assert thirds(torch.tensor([5.0, 1.0, 3.0])).tolist() == [3, 1, 2]


def test_regret_is_zero_where_the_choice_is_the_best(randn):
    figure = structures_and_regret(randn)
    regrets = figure.regrets()
    assert (regrets.amin(1) == 0).all() and (regrets >= 0).all()
    figure.family = "signals"
    assert [figure.families[figure.family_of[i]] for i in figure.kept()] == ["signals"] * 6


def test_a_row_without_a_risk_for_each_structure_is_refused():
    row = {"family": "a", "noise": 1, "mismatch": 1, "pairs": 8, "risk": [1.0], "choice": 0}
    with pytest.raises(ValueError, match="a risk for each"):
        StructuresAndRegret([row], ["fixed", "dense"])
    with pytest.raises(ValueError, match="at least one row"):
        StructuresAndRegret([], ["fixed", "dense"])
