"""The responding figures of chapter 9: the browser gets the numbers of the formula."""

import numpy as np
import pytest
import torch

from course_utils.explore import PairsAndError, WrongPhysics
from course_utils.metrics import relative_error
from course_utils.networks import FourierFilter, SpectralNet
from course_utils.operators import Blur

N, TOLD, SIGMA, LAM = 24, 1.5, 0.05, 0.02


@pytest.fixture
def wrong(randn):
    return WrongPhysics(
        (randn(8, N), randn(8, N)),
        (randn(3, N), randn(3, N)),
        told=TOLD,
        sigma=SIGMA,
        lam=LAM,
        k=3,
    )


def gaussian():
    """A psf of the told width, in double precision; its middle entry is its centre."""
    line = torch.exp(-0.5 * (torch.arange(-8, 9, dtype=torch.float64) / TOLD) ** 2)
    return line / line.sum()


def blurred(f, unit_noise, shift=0):
    """Data whose blur is displaced by so many pixels."""
    return Blur(gaussian(), (N,))(f).roll(shift, -1) + SIGMA * unit_noise


def test_the_estimates_that_are_stored_reach_the_browser_in_their_order(randn):
    f, estimates = randn(2, 6), {"one": randn(3, 2, 6), "two": randn(3, 2, 6)}
    errors = {name: randn(3) for name in ("one", "two", "three")}
    figure = PairsAndError(f, estimates, errors, k=1)
    read = np.frombuffer(figure.estimates["two"], "<f4").reshape(3, 2, 6)
    np.testing.assert_allclose(read, estimates["two"], rtol=1e-6)
    assert figure.methods == ["one", "two", "three"]
    drawn = figure.twin().axes[0].lines[1].get_ydata()
    np.testing.assert_allclose(drawn, estimates["one"][1, 0])


def test_where_the_blur_is_as_told_the_untrained_network_is_spectralnet(wrong):
    f, unit_noise = wrong._test
    net = SpectralNet(Blur(gaussian(), (N,)), lam=LAM)
    estimate = wrong.estimates()["untrained"]
    torch.testing.assert_close(estimate, net(blurred(f, unit_noise)), rtol=0, atol=1e-5)


def test_the_spectral_network_has_the_least_loss_of_all_real_diagonals(wrong):
    (f, unit_noise), net = wrong._pairs, SpectralNet(Blur(gaussian(), (N,)))
    wrong._test, wrong.displacement = wrong._pairs, 1.0
    g = blurred(f, unit_noise, shift=1)
    best = (wrong.estimates()["spectral network"] - f).square().sum()
    c, a = net[1](net[0](g)), net[3].T(f)
    group = net[2].group
    top, bottom = (torch.zeros(int(group.max()) + 1).double().index_add(0, group, x.sum(0))
                   for x in (a * c, c * c))  # fmt: skip
    learned = net[3]((top / bottom)[group] * c)
    torch.testing.assert_close(best, (learned - f).square().sum(), rtol=1e-4, atol=0)


def test_the_filter_has_the_least_loss_of_all_filters(wrong):
    f, unit_noise = wrong._pairs
    wrong._test, wrong.displacement = wrong._pairs, 2.0
    g = blurred(f, unit_noise, shift=2)
    best = wrong.estimates()["filter without H"]
    filter_ = FourierFilter((N,)).double()
    w = torch.fft.rfft(best) / torch.fft.rfft(g)
    filter_.pairs.data = torch.view_as_real(w[0].contiguous())
    torch.testing.assert_close(
        filter_(g), best, rtol=0, atol=1e-4
    )  # one filter serves all pairs
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
    places = wrong.twin().axes[0].lines[0].get_xdata().tolist()
    line = wrong.twin().axes[0].lines[0].get_ydata()
    assert line[places.index(3.0)] == pytest.approx(moved["spectral network"])
