"""The study of Wiener's filter before a zero boundary, and its sign elsewhere."""

import pytest
import torch

from course_utils.linear import Matrix
from course_utils.noise import gaussian, seeded
from course_utils.operators import Blur
from course_utils.signals import gaussian_psf, piecewise_constant
from studies import zero_boundary
from studies.zero_boundary import Ends, centred, judged, sizes


def lines(n, width, sigma, is_centred=False):
    """The columns of a setting that is in no row, over 100 lines, as their means."""
    f = piecewise_constant(200, n, seeded(3)).double()
    ends = Ends((n,), width)
    pair = (f, ends.H(f) + gaussian(f, sigma, seeded(4)))
    pair = centred(ends, *pair) if is_centred else pair
    halves = [(list(range(100)), list(range(100, 200)))]
    found = judged(ends, pair, sigma, halves)
    norms = sizes(f[100:])
    means = {name: (found[name] / norms).mean() for name in found if name != "mismatch"}
    return means | {"mismatch": found["mismatch"].square().mean().sqrt()}


@pytest.mark.parametrize("is_centred", [False, True])
def test_a_row_comes_out_again(is_centred):
    again = zero_boundary.row("lines", 64, 2.0, 0.01, is_centred)
    stored = zero_boundary.table().row("lines", 64, 2.0, 0.01, is_centred)
    assert again == pytest.approx({name: stored[name] for name in again}, rel=2e-3)


def test_the_operators_are_those_of_the_package_and_the_convolution_is_the_nearest(randn):
    psf = gaussian_psf(1.0).double()
    f = randn(3, 16, 16)
    ends = Ends((16, 16), 1.0)
    expected = Blur(psf[:, None] * psf, (16, 16), "zero").double()(f)
    torch.testing.assert_close(ends.H(f), expected)
    A = Matrix.of(Blur(psf, (16,), "zero")).A
    F = torch.fft.fft(torch.eye(16).double(), norm="ortho")
    diagonal = (F @ A.to(F.dtype) @ F.mH).diagonal()
    torch.testing.assert_close(Ends((16,), 1.0).t, diagonal.real)


@pytest.mark.parametrize("n, width, sigma", [(48, 1.5, 0.003), (96, 3.0, 0.005)])
def test_the_filter_does_harm_where_the_model_errs_by_much_more_than_the_noise(
    n, width, sigma
):
    found = lines(n, width, sigma)
    assert found["mismatch"] > 5 and found["wiener"] > 1.2 * found["data"]
    assert found["told"] < found["data"]


@pytest.mark.parametrize("n, width, sigma", [(48, 1.5, 0.08), (192, 3.0, 0.05)])
def test_the_filter_helps_where_the_model_errs_by_less_than_the_noise(n, width, sigma):
    found = lines(n, width, sigma)
    assert found["mismatch"] < 1 and found["wiener"] < 0.95 * found["data"]


@pytest.mark.parametrize("n, width", [(48, 1.0), (96, 1.5)])
def test_a_scene_without_its_mean_has_a_smaller_step_at_the_ends(n, width):
    plain = lines(n, width, 0.01)
    without = lines(n, width, 0.01, is_centred=True)
    assert without["mismatch"] < 0.6 * plain["mismatch"]
    assert plain["wiener"] > plain["data"] and without["wiener"] < without["data"]


def test_weak_noise_a_wide_blur_few_pixels_and_a_mean_raise_the_ratio_in_every_row():
    table = zero_boundary.table()
    found = {table.task(row): row["mismatch"] for row in table.rows}
    for (scenes, n, width, sigma, is_centred), ratio in found.items():
        assert found.get((scenes, 2 * n, width, sigma, is_centred), 0) < ratio
        assert found.get((scenes, n, width / 2, sigma, is_centred), 0) < ratio
        assert found[scenes, n, width, 0.1, is_centred] <= ratio
        assert found[scenes, n, width, sigma, True] <= ratio


def test_a_lambda_at_the_end_of_the_grid_is_refused():
    errors = torch.arange(45.0)[:, None]
    with pytest.raises(ValueError, match="end of the grid"):
        zero_boundary.chosen(errors, torch.ones(1))
