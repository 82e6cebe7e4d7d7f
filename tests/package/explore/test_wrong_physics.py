"""Wrong physics: the networks of the figure are the best of their kind."""

import numpy as np
import pytest
import torch

from course_utils.explore import WrongPhysics
from course_utils.metrics import relative_error
from course_utils.networks import FourierFilter, SpectralNet
from course_utils.operators import Blur

SETTINGS = {"displacement": (-4.0, 4.0), "width": (1.0, 4.0), "k": range(1, 4)}


def expected(figure):
    """The estimates of the class from the signals that were sent, and their errors."""

    def errors(displacement):
        return [figure.error_db(f_hat) for f_hat in figure.estimates(displacement).values()]

    return {
        "estimates": [f_hat[0] for f_hat in figure.estimates().values()][:2],
        "errors": errors(figure.displacement),
        "curves": [errors(place / 2) for place in range(-8, 9)],
    }


N = 24
TOLD = 1.5
SIGMA = 0.05
LAM = 0.02


@pytest.fixture
def wrong(randn):
    pairs = (randn(8, N), randn(8, N))
    test = (randn(3, N), randn(3, N))
    return WrongPhysics(pairs, test, told=TOLD, sigma=SIGMA, lam=LAM, k=3)


def gaussian():
    """A psf of the told width, in double precision; its middle entry is its centre."""
    line = torch.exp(-0.5 * (torch.arange(-8, 9, dtype=torch.float64) / TOLD) ** 2)
    return line / line.sum()


def blurred(f, unit_noise, shift=0):
    """Data whose blur is displaced by so many pixels."""
    return Blur(gaussian(), (N,))(f).roll(shift, -1) + SIGMA * unit_noise


def test_where_the_blur_is_as_told_the_untrained_network_is_spectralnet(wrong):
    f, unit_noise = wrong._test
    net = SpectralNet(Blur(gaussian(), (N,)), lam=LAM)
    estimate = wrong.estimates()["untrained"]
    torch.testing.assert_close(estimate, net(blurred(f, unit_noise)), rtol=0, atol=1e-5)


def test_the_four_layers_have_the_least_loss_of_all_real_diagonals(wrong):
    f, unit_noise = wrong._pairs
    net = SpectralNet(Blur(gaussian(), (N,)))
    wrong._test = wrong._pairs
    wrong.displacement = 1.0
    g = blurred(f, unit_noise, shift=1)
    best = (wrong.estimates()["four layers"] - f).square().sum()
    c = net[1](net[0](g))
    a = net[3].T(f)
    group = net[2].group

    def summed(x):
        """The sum over the pairs and over the coefficients that share a factor."""
        zeros = torch.zeros(int(group.max()) + 1).double()
        return zeros.index_add(0, group, x.sum(0))

    diagonal = (summed(a * c) / summed(c * c))[group]
    learned = net[3](diagonal * c)
    torch.testing.assert_close(best, (learned - f).square().sum(), rtol=1e-4, atol=0)


def test_the_filter_has_the_least_loss_of_all_filters(wrong):
    f, unit_noise = wrong._pairs
    wrong._test = wrong._pairs
    wrong.displacement = 2.0
    g = blurred(f, unit_noise, shift=2)
    best = wrong.estimates()["filter without H"]
    filter_ = FourierFilter((N,)).double()
    w = torch.fft.rfft(best) / torch.fft.rfft(g)
    filter_.pairs.data = torch.view_as_real(w[0].contiguous())
    one_filter_serves_all_pairs = filter_(g)
    torch.testing.assert_close(one_filter_serves_all_pairs, best, rtol=0, atol=1e-4)
    loss = (filter_(g) - f).square().sum()
    loss.backward()
    assert filter_.pairs.grad.abs().max() < 1e-3 * loss


def test_the_errors_and_the_twin_follow_the_sliders(wrong):
    at = {name: wrong.error_db(f_hat) for name, f_hat in wrong.estimates().items()}
    wrong.displacement = 3.0
    moved = {name: wrong.error_db(f_hat) for name, f_hat in wrong.estimates().items()}
    assert moved["untrained"] > at["untrained"]
    f = wrong._test[0]
    expected = 10 * np.log10(relative_error(wrong.estimates()["untrained"], f) ** 2)
    assert moved["untrained"] == pytest.approx(expected)
    line = wrong.twin().axes[0].lines[0]
    place = line.get_xdata().tolist().index(3.0)
    assert line.get_ydata()[place] == pytest.approx(moved["four layers"])
