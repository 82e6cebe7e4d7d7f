"""The five rules stand where ``choose`` puts them, and the errors are those of Tikhonov."""

import numpy as np
import pytest
import torch

from course_utils import choose
from course_utils.explore import FiveRules
from course_utils.explore.five_rules import correlated, frequencies
from course_utils.metrics import relative_error
from course_utils.operators import Blur
from course_utils.signals import boxcar, gaussian_psf
from tests.package.explore.in_node import ask
from tests.package.explore.reading import numbers
from tests.package.explore.ruling import errors, ruled
from tests.package.explore.spectral import Spectral

SETTINGS = {
    "log10_lam": (-12.0, 1.0),
    "log10_sigma": (-4.0, -1.0),
    "log2_told": (-1.0, 1.0),
    "width": (0.0, 2.0),
}


def expected(figure):
    """The rules of ``choose`` and Tikhonov's estimates, for an H of the numbers sent."""
    s, V, a, nu, eps = map(figure.numbers, ("s", "V", "exact", "nu", "noise"))
    H = Spectral(s, V)
    sigma = 10**figure.log10_sigma
    c = s * a + sigma * correlated(eps, nu, figure.width)
    own = torch.tensor([figure.log10_lam]).double()
    return {
        "f_lam": H.spectral_inverse(lambda s: s / (s**2 + 10**own), c),
        "own": errors(s, c, a, own)[0, 0],
        **ruled(H, s, c, a, sigma * 2**figure.log2_told),
    }


@pytest.fixture
def rules(randn):
    H = Blur(gaussian_psf(1.5).double(), (24,))
    return H, FiveRules(H, boxcar(24).double(), randn(24), log10_lam=-3.0, log10_sigma=-2.0)


def test_the_browser_gets_the_basis_of_the_operator(rules):
    H, figure = rules
    np.testing.assert_allclose(numbers(figure, "s"), H.singular_values(), atol=1e-6)
    V = numbers(figure, "V").reshape(24, 24)
    np.testing.assert_allclose(V @ numbers(figure, "exact"), boxcar(24), atol=1e-5)
    np.testing.assert_allclose(V.T @ V, np.eye(24), atol=1e-5)


def test_the_marks_are_those_of_choose(rules):
    H, figure = rules
    g = H(figure._f) + 0.01 * figure._unit_noise
    marks = figure.choices()
    assert list(marks) == ["discrepancy", "GCV", "SURE", "L-curve", "evidence"]
    assert marks["GCV"] == pytest.approx(choose.gcv(H, g), rel=1e-5)
    assert marks["SURE"] == pytest.approx(choose.sure(H, g, 0.01), rel=1e-5)
    figure.log2_told = 1.0
    told = choose.discrepancy(H, g, 0.02)
    assert figure.choices()["discrepancy"] == pytest.approx(told, rel=1e-5)


def test_the_valleys_are_the_errors_of_tikhonov(rules):
    H, figure = rules
    f = figure._f
    g = H(f) + 0.01 * figure._unit_noise
    lam = torch.tensor([1e-6, 1e-2], dtype=torch.float64)
    for scene, data, one in zip(*figure.errors(lam), lam, strict=True):
        f_lam = H.spectral_inverse(lambda s, one=one: s / (s**2 + one), g)
        assert scene.item() == pytest.approx(relative_error(f_lam, f))
        assert data.item() == pytest.approx(relative_error(H(f_lam), H(f)))


def test_the_still_twin_has_each_rule_in_a_line_of_its_own(rules):
    _, figure = rules
    axes = figure.twin().axes[0]
    choices = figure.choices()
    assert [text.get_text() for text in axes.texts] == list(choices)
    places = [text.xy[0] for text in axes.texts]
    np.testing.assert_allclose(places, np.log10(list(choices.values())))
    heights = np.array([text.xy[1] for text in axes.texts])
    assert (np.diff(heights) < -0.08).all() and heights.min() > 0.5


def test_correlated_noise_is_white_noise_blurred_at_the_same_energy(randn):
    H = Blur(gaussian_psf(1.0).double(), (64,))
    eps = randn(64)
    blurred = H.synthesis.T(H(eps))  # by a psf that is sampled, and not by the formula
    found = correlated(H.synthesis.T(eps), frequencies(64), 1.0)
    assert found.norm() == pytest.approx(eps.norm().item())
    wanted = blurred * eps.norm() / blurred.norm()
    assert (found - wanted).norm() < 0.01 * eps.norm()
    assert torch.equal(correlated(eps, frequencies(64), 0.0), eps)


def test_a_rule_fails_with_more_than_ten_times_the_least_error():
    drawn = {"own": 0.3, "ofChosen": [None, 2.1, 1.9, 0.2, 50.0], "ofOracles": [0.2, 0.3]}
    said = ask("five_rules lambda_rules lambda_plot", "comparison(drawn)", drawn=drawn)
    assert "least error: GCV, evidence." in said and "1.50 times" in said
    assert said.endswith("principle: no λ.")
