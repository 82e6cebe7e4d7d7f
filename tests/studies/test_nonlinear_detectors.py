"""Curves, their moments, exact risks and the boundary: against draws and closed forms."""

import math

import pytest
import torch

from course_utils.noise import seeded
from course_utils.nonlinear import gauss_newton
from course_utils.solvers import run
from studies import curves
from studies import nonlinear_boundary as boundary
from studies import nonlinear_detectors as study

close = torch.testing.assert_close
IDENTITY = lambda x: x  # noqa: E731


def draws(v, count=200_000):
    return v**0.5 * torch.randn(count, generator=seeded(0), dtype=torch.float64)


@pytest.mark.parametrize("name", curves.CURVES)
def test_a_line_is_the_best_one_through_many_draws(name):
    level = study.LEVELS[name][2]
    phi = curves.CURVES[name](level)
    x = draws(0.7)
    found = curves.line(phi, torch.tensor([0.7]).double())
    mean, gain, rest = (value.item() for value in found)
    residual = phi(x) - mean - gain * x
    for product in (residual, residual * x, residual**2 - rest):
        error = product.std().item() / math.sqrt(len(x))
        assert abs(product.mean().item()) < 3.5 * error


@pytest.mark.parametrize("name", ["tanh", "clip", "gamma", "modulus"])
def test_covariances_of_bent_gaussians_are_those_of_many_draws(name):
    phi = curves.CURVES[name](study.LEVELS[name][1])
    L = torch.tensor([[1.0, 0, 0], [0.9, 0.2, 0], [-0.3, 0.1, 0.4]]).double()
    x = torch.randn(200_000, 3, generator=seeded(1), dtype=torch.float64) @ L.mT
    centred = phi(x) - phi(x).mean(0)
    found = curves.covariance(phi, L @ L.mT)
    for i in range(3):
        for j in range(i + 1):
            product = centred[:, i] * centred[:, j]
            error = 3.5 * product.std().item() / math.sqrt(len(x))
            assert found[i, j].item() == pytest.approx(product.mean().item(), abs=error)
    close(found, found.mT)


def test_a_straight_curve_has_the_risk_of_wiener_for_every_method():
    risk = 0.7 * 0.09 / (0.7 + 0.09)
    scalar = study.Scalar(IDENTITY, 0.7, 0.3)
    linear = 0.7 / (0.7 + 0.09) * scalar.g
    for x_hat in (scalar.mean, scalar.most_probable(), scalar.affine(scalar.g), linear):
        assert scalar.risk(x_hat) == pytest.approx(risk, rel=1e-3)
    near = scalar.g.abs() < 3
    close(scalar.mean[near], linear[near], rtol=1e-3, atol=1e-3)
    gain = torch.ones(1).double()
    found = study.gaussian_risk(0.7 * gain, gain, 0.09 * gain)
    assert found.item() == pytest.approx(risk)


@pytest.mark.parametrize("name", ["tanh", "clip", "modulus"])
def test_exact_risks_are_those_of_many_draws(name):
    phi = curves.CURVES[name](1.0)
    scalar = study.Scalar(phi, 1.0, 0.2)
    x = draws(1.0)
    g = phi(x) + 0.2 * torch.randn(len(x), generator=seeded(2), dtype=torch.float64)
    half = (scalar.g[1] - scalar.g[0]) / 2
    place = torch.searchsorted(scalar.g, g - half).clamp(max=len(scalar.g) - 1)
    for x_hat in (scalar.mean, scalar.most_probable(), scalar.affine(scalar.undone(0.9))):
        error = (x_hat[place] - x).square()
        spread = 4 * error.std().item() / math.sqrt(len(x))
        assert scalar.risk(x_hat) == pytest.approx(error.mean().item(), abs=spread)
    found = study.one(phi, 1.0, 0.2)
    gain = (g - g.mean()) @ x / ((g - g.mean()) @ (g - g.mean()))
    linear = (gain * (g - g.mean()) - x).square().mean().item()
    assert found["linear"] == pytest.approx(linear, rel=0.02)
    assert found["posterior"] <= min(found["map"], found["linear"], found["undone"])


@pytest.mark.parametrize("name", ["tanh", "clip"])
def test_gauss_newton_finds_the_most_probable_unknown(name):
    sigma = 0.2
    scalar = study.Scalar(curves.CURVES[name](0.7), 1.0, sigma)
    h = curves.Curved(curves.ONE, name, 0.7)
    g = scalar.g[::100, None]
    found = run(gauss_newton(h, g, sigma**2), 30)
    step = (scalar.x[1] - scalar.x[0]).item()
    close(found[:, 0], scalar.most_probable()[::100], rtol=0, atol=3 * step)


def test_what_is_lost_for_ever():
    """A clip at 1 leaves the variance of the tails; tanh hides nothing that 500 levels
    do not; |x| leaves the sign, and with it all of x."""
    z, w = curves.standard()
    tail = z > 1
    mean = (w * z)[tail].sum() / w[tail].sum()
    left = 2 * (w * (z - mean) ** 2)[tail].sum().item()
    assert study.lost(curves.CURVES["clip"](1.0), 1.0) == pytest.approx(left, abs=2e-3)
    assert study.lost(curves.CURVES["tanh"](2.0), 1.0) < 1e-3
    assert study.lost(curves.CURVES["modulus"](0.0), 1.0) == pytest.approx(1, abs=0.01)


def test_a_part_that_is_lost_is_the_risk_without_noise():
    v = torch.tensor([0.7]).double()
    phi = curves.CURVES["clip"](0.8)
    _, gain, _ = curves.line(phi, v)
    noise = study.lost_for_ever(phi, v, gain)
    found = study.gaussian_risk(v, gain, noise).item()
    assert found == pytest.approx(study.lost(phi, 0.7))


def test_a_spectrum_is_weighed_by_the_power_of_its_unknowns():
    """Straight: f_j ~ N(0, c_j), g_j = h_j f_j + eps, relative to the sum of the c_j."""
    row = study.row("falling", "tanh", 1e4, 0.1)
    h = torch.tensor(study.SPECTRA["falling"]).double()
    risk = h * 0.01 / (h**3 + 0.01)
    for name in ("posterior", "linear", "told", "free"):
        assert row[name] == pytest.approx((risk.sum() / h.sum()).item(), rel=2e-3)


ROWS = [
    {"free": free, "distortion": d, "linear": 1.0 + loss, "posterior": 1.0}
    for d, loss, free in [(0.1, 0.0, 0.01), (0.3, 0.5, 0.01), (9, 0.05, 0.2), (2, 1, 0.02)]
]


def test_a_rule_is_fitted_between_the_settings_that_it_parts(monkeypatch):
    monkeypatch.setattr(boundary, "settings", lambda *_: ROWS)
    a, b = boundary.fitted("distortion and free")
    assert (a, b) == pytest.approx((0.03**0.5, 0.004**0.5))
    assert boundary.row("distortion and free", "equal", "tanh") == {
        **{"a": 0.1732, "b": 0.06325, "settings": 4, "lose": 2, "hits": 4},
        **{"false_alarms": 0, "misses": 0},
    }


def test_misses_and_false_alarms_are_told_apart(monkeypatch):
    monkeypatch.setattr(boundary, "settings", lambda *_: ROWS)
    monkeypatch.setattr(boundary, "fitted", lambda _: (0.5, 1.0))
    found = boundary.row("distortion", "equal", "tanh")
    assert (found["hits"], found["false_alarms"], found["misses"]) == (2, 1, 1)


def test_the_boundary_in_its_table_is_that_of_the_settings_in_theirs():
    for row in boundary.table().rows[::5]:
        keys = (row["rule"], row["spectrum"], row["sensor"])
        assert boundary.row(*keys) == {k: row[k] for k in row if k not in boundary.KEYS}


def test_a_small_mean_distortion_can_hide_a_datum_that_costs_much():
    """One unknown with a bright datum, and 99 whose data and powers are next to nothing."""
    bright = study.one(curves.CURVES["tanh"](3.0), 1.0, 0.03)
    dark = study.one(curves.CURVES["tanh"](3.0), 1e-15, 0.03)
    mean = (bright["distortion"] + 99 * dark["distortion"]) / 100
    risk = {
        name: bright[name] + 99 * 1e10 * dark[name]  # h = c = 1e-5
        for name in ("linear", "posterior")
    }
    assert mean < 0.1 < bright["distortion"]
    assert risk["linear"] > 1.5 * risk["posterior"]


def test_on_a_gamma_curve_a_linear_map_loses_much_at_any_noise():
    rows = study.table().rows
    for sigma in study.SIGMAS:
        found = [
            row["linear"] / row["posterior"]
            for row in rows
            if (row["sensor"], row["spectrum"], row["sigma"]) == ("gamma", "equal", sigma)
        ]
        assert max(found) > 3
