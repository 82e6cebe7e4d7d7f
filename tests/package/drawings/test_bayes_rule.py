"""The drawing of Bayes' rule is drawn to scale."""

from xml.etree import ElementTree

import pytest
import torch

from course_utils.drawings import bayes_rule
from course_utils.drawings.bayes_rule import G_2, SIGMA_2, UNIT, H, P

LAYOUTS = ("wide", "narrow")


def ellipses(layout):
    """Radii and tilt of the ellipses: the prior, it again, and the posterior."""
    drawing = bayes_rule.prior_times_likelihood()
    drawing = drawing.narrow if layout == "narrow" else drawing
    for part in ElementTree.fromstring(drawing.svg()).iter("ellipse"):
        tilt = float(part.get("transform").split("rotate(")[1].rstrip(")"))
        yield float(part.get("rx")) / UNIT, float(part.get("ry")) / UNIT, -tilt % 180


def test_the_posterior_of_two_unknowns_is_the_product_summed_up_on_a_grid():
    x = torch.linspace(-5, 5, 401, dtype=torch.float64)
    f = torch.cartesian_prod(x, x)
    weight = (-((G_2 - f @ H) ** 2) / (2 * SIGMA_2**2) - f.square().sum(1) / (2 * P)).exp()
    weight = weight / weight.sum()
    mean, Sigma = bayes_rule.posterior_of_two()
    assert torch.allclose(weight @ f, mean, atol=1e-6)
    centred = f - mean
    assert torch.allclose(centred.T @ (weight[:, None] * centred), Sigma, atol=1e-4)


def test_the_posterior_of_one_unknown_is_between_prior_and_likelihood_and_narrower():
    mean, v = bayes_rule.posterior_of_one()
    naive = bayes_rule.G / bayes_rule.S
    assert 0 < mean < naive
    assert v < min(P, (bayes_rule.SIGMA / bayes_rule.S) ** 2)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_posterior_is_thin_across_the_strip_and_the_prior_along_it(layout):
    prior, again, posterior = ellipses(layout)
    assert prior[:2] == again[:2] == pytest.approx((1, 1))
    across = (2 / SIGMA_2**2 + 1 / P) ** -0.5
    assert posterior == pytest.approx((P**0.5, across, 135), abs=0.01)


def test_a_drawing_weighs_little():
    assert len(bayes_rule.prior_times_likelihood().html()) < 18_000
