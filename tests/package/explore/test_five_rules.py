"""The five rules stand where ``choose`` puts them, and the errors are those of Tikhonov."""

from math import nan

import numpy as np
import pytest
import torch

from course_utils import choose
from course_utils.explore import FiveRules
from course_utils.metrics import relative_error
from course_utils.operators import Blur
from course_utils.signals import boxcar, gaussian_psf
from tests.package.explore.reading import numbers
from tests.package.explore.spectral import Spectral

SETTINGS = {
    "log10_lam": (-12.0, 1.0),
    "log10_sigma": (-4.0, -1.0),
    "log2_told": (-1.0, 1.0),
}


def chosen_by(H, c, told):
    """log10 of the lam of each rule; NaN where the discrepancy has none."""
    try:
        first = choose.discrepancy(H, c, told)
    except ValueError:
        first = nan
    lam = [first, choose.gcv(H, c), choose.sure(H, c, told)]
    lam += [choose.l_curve(H, c), choose.evidence(H, c)]
    return torch.tensor(lam, dtype=c.dtype).log10()


def expected(figure):
    """The rules of ``choose`` and Tikhonov's estimates, for an H of the numbers sent."""
    s, V, a, unit_noise = map(figure.numbers, ("s", "V", "exact", "noise"))
    H = Spectral(s, V)
    sigma = 10**figure.log10_sigma
    c = s * a + sigma * unit_noise
    chosen = chosen_by(H, c, sigma * 2**figure.log2_told)

    def errors(log10_lam):
        gap = s / (s**2 + 10 ** log10_lam[:, None]) * c - a
        seen = (s * gap).norm(dim=1) / (s * a).norm()
        return torch.stack([gap.norm(dim=1) / a.norm(), seen], 1)

    own = torch.tensor([figure.log10_lam]).double()
    return {
        "f_lam": H.spectral_inverse(lambda s: s / (s**2 + 10**own), c),
        "curves": errors(torch.linspace(-12, 1, 131).double()),
        "chosen": chosen,
        "ofChosen": errors(chosen)[:, 0],
        "own": errors(own)[0, 0],
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
    assert [name[0] for name in marks] == list("DGSLE")
    assert marks["GCV"] == choose.gcv(H, g) and marks["SURE"] == choose.sure(H, g, 0.01)
    figure.log2_told = 1.0
    assert figure.choices()["Discrepancy"] == choose.discrepancy(H, g, 0.02)


def test_the_valleys_are_the_errors_of_tikhonov(rules):
    H, figure = rules
    f = figure._f
    g = H(f) + 0.01 * figure._unit_noise
    lam = torch.tensor([1e-6, 1e-2], dtype=torch.float64)
    for scene, data, one in zip(*figure.errors(lam), lam, strict=True):
        f_lam = H.spectral_inverse(lambda s, one=one: s / (s**2 + one), g)
        assert scene.item() == pytest.approx(relative_error(f_lam, f))
        assert data.item() == pytest.approx(relative_error(H(f_lam), H(f)))


def test_the_still_twin_has_a_letter_for_each_rule_on_the_curve(rules):
    _, figure = rules
    axes = figure.twin().axes[0]
    assert [letter.get_text() for letter in axes.texts] == list("DGSLE")
    places = [letter.xy[0] for letter in axes.texts]
    np.testing.assert_allclose(places, np.log10(list(figure.choices().values())))
