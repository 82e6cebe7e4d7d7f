"""The study of coverage: cheap rows come again, its verdicts hold elsewhere."""

import pytest
import torch

from course_utils import noise, signals
from course_utils.bayes import posterior
from course_utils.noise import seeded
from studies import coverage as study
from studies.rules_for_lambda import blur, smooth_power


def test_a_cheap_row_comes_out_again():
    for task in (
        ("prior", 64, 0.02, "right", "finer"),
        ("edges", 64, 0.08, "smooth p", "model"),
    ):
        again = study.row(*task)
        stored = study.table().row(*task)
        assert {key: stored[key] for key in again} == pytest.approx(again, abs=0.002)


def test_the_smooth_prior_is_that_of_the_unknowns():
    f = torch.cat([study.unknowns("prior", 32, seed)[0] for seed in range(10)])
    power = torch.fft.fft(f, norm="ortho").abs().square().mean(0)
    assert (power / study.smooth(32) - 1).abs().max() < 0.15


@pytest.mark.parametrize("size, sigma, data", [(48, 0.01, "finer"), (96, 0.04, "model")])
def test_right_models_keep_their_promise_and_wrong_ones_break_it(size, sigma, data):
    inside = {
        model: study.row("prior", size, sigma, model, data)["inside"]
        for model in study.TOLD
    }
    assert abs(inside["right"] - 0.9) < 0.015
    assert max(inside["sigma / 2"], inside["p / 4"]) < 0.82
    assert min(inside["2 sigma"], inside["4 p"]) > 0.93


@pytest.mark.parametrize("size, sigma, data", [(48, 0.01, "finer"), (96, 0.04, "model")])
def test_beside_an_edge_no_model_keeps_it_and_counting_does_as_well(size, sigma, data):
    rows = {
        model: study.row("edges", size, sigma, model, data)
        for model in study.MODELS["edges"]
    }
    assert all(row["beside"] < 0.8 for row in rows.values())
    assert rows["learned p"]["inside"] > 0.89 and rows["counted"]["inside"] > 0.88
    assert rows["learned p"]["elsewhere"] > 0.97 and rows["smooth p"]["inside"] < 0.89
    assert rows["counted"]["beside"] < rows["learned p"]["beside"]


def test_of_signals_with_edges_a_smooth_prior_holds_few_at_the_true_sigma():
    f = signals.piecewise_constant(400, 128, seeded(555)).double() - 0.5
    H, p = blur((128,), 2.0), smooth_power(128)
    g = H(f) + noise.gaussian(f, 0.02, seeded(556))

    def held(factor):  # which signals have nine in ten of their pixels inside
        q = posterior(H, g, factor * 0.02, p)
        inside = (f - q.mean).abs() <= study.Z90 * q.variance().sqrt()
        return (inside.double().mean(1) >= 0.9).double().mean()

    assert 0.01 < held(1) < 0.1 and held(16) < 0.9


@pytest.mark.slow
def test_beside_the_steepest_slopes_of_photographs_it_fails_too():
    for model, data in (("learned p", "finer"), ("counted", "model")):
        row = study.row("photographs", 48, 0.02, model, data)
        assert abs(row["inside"] - 0.9) < 0.015 and row["beside"] < 0.7
