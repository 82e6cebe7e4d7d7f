"""The saturated sensor: its best affine map against draws, what is tuned and sampled."""

import math

import pytest
import torch

from course_utils.nonlinear.distortion import distortion
from studies import saturated_sensor as study
from studies.saturated_sensor import learned, problem

close = torch.testing.assert_close
L = problem.prior()[1]


@pytest.mark.parametrize("setting", [("tanh", 0.7), ("gamma", 0.4), ("modulus", 1.0)])
def test_the_best_affine_map_is_that_of_many_pairs(setting):
    W = problem.BestAffine(*setting, 0.1)
    g, x = problem.draws(*setting, 0.1, 40_000, 9)
    error = ((W(g) - x) @ L.mT).square().sum(1)
    power = problem.prior()[0].trace().item()
    spread = 4 * error.std().item() / math.sqrt(len(x)) / power
    assert error.mean().item() / power == pytest.approx(W.risk, abs=spread)
    fitted = torch.linalg.lstsq(g - g.mean(0), x).solution
    least = (((g - g.mean(0)) @ fitted - x) @ L.mT).square().sum(1).mean().item() / power
    assert least < W.risk + spread  # it has seen these pairs
    assert problem.risk(W(g), x) < problem.risk((g - g.mean(0)) @ fitted, x) * 1.005


def test_the_distortion_from_moments_is_that_of_many_draws():
    W = problem.BestAffine("tanh", 0.7, 0.1)
    _, x = problem.draws("tanh", 0.7, 0.1, 20_000, 9)
    found = distortion(problem.model("tanh", 0.7), x).mean().item() / 0.01
    assert found == pytest.approx(W.distortion, rel=0.03)


def test_without_saturation_all_linear_methods_are_the_posterior_mean():
    g, _ = problem.draws("tanh", 1000.0, 0.05, 20, 9)
    A = problem.blur() @ L
    eye = torch.eye(problem.N, dtype=torch.float64)
    exact = g @ torch.linalg.solve(A @ A.mT + 0.0025 * eye, A)
    close(study.told("tanh", 1000.0, 0.05)[0](g), exact, rtol=1e-4, atol=1e-4)
    close(study.affine("tanh", 1000.0, 0.05)[0](g), exact, rtol=1e-4, atol=1e-4)
    close(study.steps(1)("tanh", 1000.0, 0.05)[0](g), exact, rtol=1e-4, atol=1e-4)


def test_a_curve_is_undone_inside_its_range_and_cut_off_beyond():
    phi = study.CURVES["tanh"](0.7)
    x = torch.linspace(-1, 1, 21, dtype=torch.float64)
    close(study.undo(phi, phi(x), 0.9999), x, rtol=0, atol=1e-3)
    cut = study.undo(phi, torch.tensor([5.0]).double(), 0.9)
    close(phi(cut), 0.9 * torch.tensor([0.7]).double(), rtol=0, atol=1e-3)
    bent = study.CURVES["modulus"](1.0)
    close(study.undo(bent, bent(x), 0.9999)[5:], x[5:], rtol=0, atol=2e-3)


def test_a_noise_for_each_datum_is_that_of_its_own_matrix(randn):
    v = randn(2, 3)
    A = randn(3, 4)
    noise = randn(2, 3).exp()
    for k in range(2):
        G = A @ A.mT + noise[k].diag()
        close(study.wiener(v, A, noise)[k], A.mT @ torch.linalg.solve(G, v[k]))
    close(study.wiener(v, A, 0.3), study.wiener(v, A, torch.full((2, 3), 0.3).double()))


def test_what_is_tuned_lies_inside_what_was_tried():
    tried = study.NOISES.tolist()
    for row in study.table().rows:
        if row["method"] in ("tuned", "undone") and row["level"] < 100:
            assert tried[0] < row["noise"] < tried[-1]


def test_untrained_networks_are_what_they_begin_as():
    affine = problem.BestAffine("tanh", 0.7, 0.05)
    g, _ = problem.draws("tanh", 0.7, 0.05, 5, 9)
    net = learned.Residual(affine, 0.5, seed=0)
    close(net(g.float()), (affine(g) @ L.mT).float(), rtol=1e-4, atol=1e-4)


def test_batches_go_through_all_pairs_in_an_order_for_each_seed():
    g = torch.arange(2.0 * learned.BATCH)[:, None]
    drawn = learned.batches(g, g)
    seen = torch.cat([next(drawn)[0] for _ in range(2)], 1)
    assert torch.equal(seen.sort(1)[0], g.expand(learned.SEEDS, -1, -1))
    assert not torch.equal(seen[0], seen[1])


def test_the_sampler_passes_the_row_without_saturation():
    """There the posterior mean is the best affine map, whose risk is known."""
    row = study.table().row("tanh", 1000.0, 0.05, "posterior")
    exact = study.table().row("tanh", 1000.0, 0.05, "affine")
    assert row["risk"] == pytest.approx(exact["risk"], rel=0.01)
    _, x = study.test_sets("tanh", 1000.0, 0.05)
    power = (x @ L.mT).square().mean().item()  # its mean is 1
    assert row["expected"] == pytest.approx(exact["expected"] / power, rel=0.01)
    assert row["rhat"] < 1.02 and row["ess"][0] > 400


def test_the_samples_know_how_wrong_their_mean_is():
    """The mean variance of the samples is the risk, as far as 120 signals can tell."""
    for row in study.table().rows:
        if row["method"] == "posterior":
            mean = sum(row["risk"]) / len(row["risk"])
            assert row["expected"] == pytest.approx(mean, rel=0.12)


def test_no_method_beats_the_posterior_mean():
    table = study.table()
    for row in table.rows:
        keys = (row["sensor"], row["level"], row["sigma"])
        if table.has(*keys, "posterior"):
            best = sum(table.row(*keys, "posterior")["risk"])
            assert sum(row["risk"]) > 0.98 * best, row


def test_behind_a_hard_clip_the_line_keeps_up_with_gauss_newton():
    """And beats it where much is clipped: a value that overshot is not called back."""
    for level, most in ((2.0, 1.1), (1.5, 1.1), (1.0, 1.0)):
        line, newton = (
            study.table().row("clip", level, 0.05, method)["risk"]
            for method in ("affine", "map")
        )
        assert all(a < most * b for a, b in zip(line, newton, strict=True))


def test_a_trained_network_beats_gauss_newton_only_where_half_of_the_data_are_full():
    """And four trained steps are within two percent of it."""
    for level in study.TRAINED:
        line, newton, network, unrolled = (
            study.table().row("tanh", level, 0.05, method)["risk"]
            for method in ("affine", "map", "network", "unrolled")
        )
        ahead = level == 0.4
        assert all((a < b) == ahead for a, b in zip(network, newton, strict=True))
        assert all(a < b for a, b in zip(network, line, strict=True))
        assert all(abs(a / b - 1) < 0.02 for a, b in zip(unrolled, newton, strict=True))
