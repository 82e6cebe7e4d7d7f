"""What no affine map gives, against moments that are known."""

import math

import pytest
import torch

from course_utils.linear import Matrix
from course_utils.nonlinear import Linear, Modulus, Saturation
from course_utils.nonlinear.distortion import distortion

ONE = Matrix(torch.ones(1, 1).double())


def test_an_affine_model_has_none(randn):
    h = Linear(Matrix(randn(3, 4)))
    assert distortion(h, randn(50, 4)).max() < 1e-20


def test_the_modulus_of_a_gaussian_keeps_nothing_of_it(randn):
    """|f| is uncorrelated with f: its distortion is its variance, 1 - 2 / pi."""
    f = randn(20_000, 1)
    error = 3 * f.square().std().item() / math.sqrt(len(f))
    assert distortion(Modulus(ONE), f).item() == pytest.approx(1 - 2 / math.pi, abs=error)


def test_what_the_fit_takes_away_is_given_back(randn):
    """The mean over few draws is about that of many, and not a quarter of it."""
    H = Matrix(torch.eye(8).double())
    h = Saturation(H, 0.5)
    few = torch.stack([distortion(h, randn(12, 8)).mean() for _ in range(200)]).mean()
    many = distortion(h, randn(20_000, 8)).mean()
    assert few.item() == pytest.approx(many.item(), rel=0.2)


def test_it_is_the_least_over_affine_maps(randn):
    H = Matrix(randn(3, 4))
    h = Saturation(H, 0.7)
    f = randn(300, 4)
    found = distortion(h, f) * (300 - 5)
    for A in (H.A, 0.5 * H.A, torch.zeros(3, 4).double()):
        for b in (0.0, 0.1):
            assert (found < (h(f) - f @ A.mT - b).square().sum(0)).all()


def test_its_shape_is_that_of_a_datum(randn):
    H = Matrix(randn(6, 4), in_shape=(2, 2), out_shape=(3, 2))
    assert distortion(Saturation(H, 1.0), randn(20, 2, 2)).shape == (3, 2)


def test_too_few_draws_are_refused(randn):
    h = Saturation(ONE, 1.0)
    with pytest.raises(ValueError, match=r"at least 3 draws of f in front, got \(2, 1\)"):
        distortion(h, randn(2, 1))
    with pytest.raises(ValueError, match="not finite"):
        distortion(h, torch.full((9, 1), torch.nan).double())
