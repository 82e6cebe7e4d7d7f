"""A network under a budget: the pairs, and what good, large and idle networks earn."""

from functools import partial

import pytest
import torch

from course_utils.networks import ConvNet, Dense
from course_utils.projects import under_a_budget
from course_utils.projects.under_a_budget import PAIRS, SIGMA, gain, pairs, wiener
from tests.package.projects.under_a_budget_answer import train


@pytest.fixture
def one_training(monkeypatch):
    monkeypatch.setattr(under_a_budget, "SEEDS", 1)
    monkeypatch.setattr(under_a_budget, "TEST", 200)


def earned(answer):
    score = under_a_budget.score(answer, seed=1)
    return [line.row.earned(line.found) for line in score.lines]


def test_pairs_are_blurred_and_noisy_and_of_a_seed():
    g, f = pairs(8, 3)
    assert g.shape == f.shape == (8, 128) and g.dtype == torch.float32
    assert g.equal(pairs(8, 3)[0]) and not g.equal(pairs(8, 4)[0])
    loud, same = pairs(8, 3, 2 * SIGMA)
    assert same.equal(f)
    assert (loud - g).std().item() == pytest.approx(SIGMA, rel=0.1)


def test_wieners_filter_is_the_best_of_filters_on_its_pairs():
    g, f = pairs(PAIRS, 0)
    best = (wiener(g, f)(g) - f).square().sum()
    for k in (0, 1, 5):
        shape = torch.cos(2 * torch.pi * k * torch.arange(128) / 128)
        for step in (-0.01, 0.01):
            other = wiener(g, f)(g) + step * torch.fft.irfft(
                torch.fft.rfft(shape) * torch.fft.rfft(g), 128
            )
            assert (other - f).square().sum() > best


def test_a_filter_gains_nothing_on_itself():
    g, f = pairs(PAIRS, 0)
    network = torch.nn.Module()
    network.forward = wiener(g, f)
    assert gain(network, wiener(g, f), pairs(20, 1)) == pytest.approx(0, abs=1e-9)


@pytest.mark.slow
def test_a_good_answer_earns_most(one_training):
    points = earned(partial(train, steps=500))
    assert sum(points[:3]) >= 50 and points[3:] == [15, 15]


def test_what_an_idle_network_costs_earns_nothing(one_training):
    assert earned(lambda task: ConvNet(dims=1, width=8, depth=3)) == [0] * 5


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda task: None, "nothing has been returned yet; expected is a network"),
        (lambda task: task.g, "a torch.nn.Module, not Tensor"),
        (lambda task: torch.nn.Identity(), "no number that is learned"),
        (lambda task: Dense((128,), (64,)), "the output of the network has the shape"),
    ],
)
def test_what_cannot_be_measured_earns_nothing_and_is_told_why(one_training, answer, said):
    score = under_a_budget.score(answer, seed=0)
    assert score.points == 0 and said in score.refused
