"""The study of photon counts: cheap rows come again, its verdicts hold elsewhere."""

import pytest
import torch

from studies import photon_counts as study


def test_a_cheap_row_comes_out_again():
    task = (100, 32, 3, "one sigma for all")
    again = study.row(*task)
    stored = study.table().row(*task)
    assert stored.keys() == {*study.table().keys, *again}
    assert {key: stored[key] for key in again} == pytest.approx(again, abs=0.002)


def test_poisson_is_the_minimum_of_its_criterion():
    H, _, g, mu, C_inv = study.problem(50, 24, 3)
    f, _ = study.estimated("Poisson", H, g, mu=mu, C_inv=C_inv)
    mu = mu.requires_grad_()
    f = f[:5].requires_grad_()
    J = (f @ H.T - g[:5] * (f @ H.T).log()).sum()
    J = J + ((f - mu) @ C_inv * (f - mu)).sum() / 2
    (gradient,) = torch.autograd.grad(J, f)
    (at_mu,) = torch.autograd.grad((mu @ H.T - g[:5] * (mu @ H.T).log()).sum(), mu)
    assert gradient.norm() < 1e-3 * at_mu.norm()


@pytest.mark.slow
@pytest.mark.parametrize("photons, size, contrast", [(30, 48, 5), (300, 24, 10)])
def test_one_sigma_costs_in_the_band_and_the_mean_serves_as_variance(
    photons, size, contrast
):
    one, mean, fit = (
        study.row(photons, size, contrast, way)
        for way in ("one sigma for all", "mean as variance", "Poisson")
    )
    assert one["over_poisson"] < 1.02 and one["bright"] < fit["bright"] - 0.01
    assert abs(mean["over_poisson"] - 1) < 0.01
    assert abs(mean["bright"] - fit["bright"]) < 0.01
