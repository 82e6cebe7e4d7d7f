"""The study of learned numbers: its inequalities, in the table and outside it."""

import pytest
import torch

from studies import learned_numbers as study

ROWS = study.table().rows
FIRST = [row for row in ROWS if row["question"] == "hyper-parameter"]
SPIKES = [row for row in ROWS if row["question"] in study.SPIKES]


pytestmark = pytest.mark.usefixtures("doubles")


def name(row):
    """Question, size and noise."""
    return "{question}-{n}-{sigma}".format(**row)


def gain(row):
    """The median of the best Gaussian error over that of ARD."""
    best, ard = (torch.tensor(row[key]) for key in ("gaussian", "ard"))
    return (best / ard).median().item()


def lost(row, of="ard"):
    """The share of the signals on which the heavy tail is worse."""
    pairs = zip(row["gaussian"], row[of], strict=True)
    return sum(b < e for b, e in pairs) / len(row[of])


@pytest.mark.parametrize("row", FIRST, ids=name)
def test_learning_is_nearly_free_in_weak_noise_and_costly_in_strong(row):
    assert (row["ratio"] < 1.01) == (row["sigma"] <= 0.05)
    assert (row["ratio"] > 1.2) == (row["inside"] < 0.5) == (row["sigma"] == 0.5)


@pytest.mark.parametrize("row", FIRST, ids=name)
def test_the_joint_maximum_collapses_for_none_or_for_all_as_the_noise_says(row):
    expected = {0.01: 0, 0.2: 1, 0.5: 1}
    assert row["collapsed"] == expected.get(row["sigma"], row["collapsed"])
    assert row["largest"] < 0.5  # the truth is 1


@pytest.mark.parametrize("row", SPIKES, ids=name)
def test_relevance_gains_much_with_few_spikes_and_little_noise_alone(row):
    few = row["question"] == "few spikes" and row["sigma"] < 0.05
    assert (gain(row) > 5 and lost(row) <= 0.05) or not few
    crowded = row["question"] == "many spikes" and row["sigma"] == 0.05
    assert gain(row) < 1.1 or not crowded
    assert lost(row) <= lost(row, "student")


@pytest.mark.parametrize("n, sigma", [(96, 0.03), (64, 0.4)])
def test_in_other_settings_the_noise_decides_too(n, sigma, monkeypatch):
    monkeypatch.setattr(study, "STEPS", 300)
    row = study.row("hyper-parameter", n, sigma)
    assert (row["ratio"] < 1.02) == (sigma < 0.1)
    assert (row["collapsed"] == 1) == (sigma > 0.1)


@pytest.mark.slow
def test_few_spikes_gain_more_than_many_in_another_size(monkeypatch):
    monkeypatch.setattr(study, "SIGNALS", 6)
    few, many = (study.row(question, 40, 0.015) for question in study.SPIKES)
    assert gain(few) > 2 * gain(many)


def test_signals_have_the_spikes_that_are_named():
    _, f, _ = study.spikes(64, 0.0, study.SPIKES["many spikes"])
    assert f.sum(-1)[:6].tolist() == [8, 9, 10, 11, 12, 8]
