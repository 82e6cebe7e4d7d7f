"""The five rules stand where ``choose`` puts them, and the errors are those of Tikhonov."""

import numpy as np
import pytest
import torch

from course_utils import choose
from course_utils.explore import FiveRules
from course_utils.metrics import relative_error
from course_utils.operators import Blur
from course_utils.signals import boxcar, gaussian_psf
from tests.package.explore import in_node
from tests.package.explore.reading import numbers


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


CHOSEN = "Object.values(choices(lambdaTable(s, a, c), s, told)).map((r) => LOW + r / 10)"


def test_the_page_marks_what_choose_chooses_to_the_step_of_its_table(rules):
    H, figure = rules
    s = H.singular_values()
    a = H.synthesis.T(figure._f)
    c = s * a + 0.01 * H.analysis(figure._unit_noise)
    for log2_told in (0.0, 0.5):
        figure.log2_told = log2_told
        told = 0.01 * 2**log2_told
        chosen = in_node.ask("five_rules", CHOSEN, s=s, a=a, c=c, told=told)
        expected = np.log10(list(figure.choices().values()))
        np.testing.assert_allclose(chosen, expected, atol=0.06)


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
