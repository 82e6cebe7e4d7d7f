"""What no affine map gives, against moments that are known."""

import math

import pytest
import torch

from course_utils.linear import Matrix
from course_utils.nonlinear import Linear, Modulus, Saturation, Sensor
from course_utils.nonlinear.distortion import distortion

ONE = Matrix(torch.ones(1, 1).double())
CURVES = {  # phi and its slope, where it has one
    "tanh": (lambda u: 0.7 * torch.tanh(u / 0.7), lambda u: torch.cosh(u / 0.7) ** -2),
    "clip": (lambda u: u.clamp(-1, 1), lambda u: (u.abs() < 1).double()),
    "floor": (lambda u: u.clamp(min=-0.5), lambda u: (u > -0.5).double()),
}


class Bent(Sensor):
    """h(f) = phi(H f)."""

    def __init__(self, H, phi):
        super().__init__(H)
        self.phi = phi

    def response(self, x):
        return self.phi(x)


def test_an_affine_model_has_none(randn):
    h = Linear(Matrix(randn(3, 4)))
    assert distortion(h, randn(50, 4)).max() < 1e-20


def test_the_modulus_of_a_gaussian_keeps_nothing_of_it(randn):
    """|f| is uncorrelated with f: its distortion is its variance, 1 - 2 / pi."""
    f = randn(20_000, 1)
    error = 3 * f.square().std().item() / math.sqrt(len(f))
    assert distortion(Modulus(ONE), f).item() == pytest.approx(1 - 2 / math.pi, abs=error)


def in_standard_errors(z):
    """How far the mean of the draws in z is from 0, in its own standard errors."""
    return z.mean(0) / z.std(0) * math.sqrt(len(z))


def of_draws(phi, slope, x):
    """f_j phi(u_i) - Cov(f_j, u_i) phi'(u_i), draw by draw, for f = L x and u = A f."""
    L = torch.tensor([[1.0, 0.0, 0.0], [0.6, 0.8, 0.0], [-0.3, 0.5, 0.9]]).double()
    A = torch.tensor([[0.9, 0.4, 0.0], [-0.2, 0.7, 0.5]]).double()
    f = x @ L.mT
    u = f @ A.mT
    shared = L @ L.mT @ A.mT
    return (f[:, :, None] * phi(u)[:, None] - shared * slope(u)[:, None]).flatten(1)


@pytest.mark.parametrize("name", CURVES)
def test_the_rest_of_the_best_line_is_uncorrelated_with_all_of_a_gaussian_f(name, randn):
    """E f_j phi(u_i) = Cov(f_j, u_i) E phi'(u_i): the gain of u_i is its mean slope.

    Both sides come from the same draws, so that their difference has a standard error of
    its own. The same check finds that a uniform f is not Gaussian.
    """
    x = randn(200_000, 3)
    assert in_standard_errors(of_draws(*CURVES[name], x)).abs().max() < 3
    uniform = torch.special.ndtr(x).sub(0.5) * math.sqrt(12)
    assert in_standard_errors(of_draws(*CURVES[name], uniform)).abs().max() > 10


@pytest.mark.parametrize("name", CURVES)
def test_the_distortion_is_what_the_line_with_the_mean_slope_leaves(name, randn):
    """And not what the tangent at 0 leaves, whose slope is 1."""
    phi, slope = CURVES[name]
    u = randn(100_000, 1)
    found = distortion(Bent(ONE, phi), u)
    for gain, least, most in ((slope(u).mean(), 0, 0.1), (1.0, 10, math.inf)):
        rest = phi(u) - gain * u
        above = in_standard_errors((rest - rest.mean()).square() - found).abs()
        assert least <= above < most


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
