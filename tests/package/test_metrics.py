"""Each number against its definition, and against an independent implementation."""

import math

import numpy as np
import pytest
import skimage.metrics
import torch

from course_utils import metrics


@pytest.fixture
def pair(randn):
    f = randn(16, 16).sigmoid()
    return f + 0.1 * randn(16, 16), f


def test_relative_error_is_a_ratio_of_norms():
    assert metrics.relative_error(
        torch.tensor([3.0, 5.0]), torch.tensor([3.0, 4.0])
    ) == pytest.approx(0.2)


def test_nmse_is_the_squared_relative_error_in_decibels(pair):
    assert metrics.nmse_db(*pair) == pytest.approx(
        20 * math.log10(metrics.relative_error(*pair))
    )
    assert metrics.nmse_db(pair[1], pair[1]) == -math.inf


@pytest.mark.parametrize("peak", [1.0, 255.0])
def test_psnr_and_ssim_agree_with_scikit_image(pair, peak):
    f_hat, f = (peak * x for x in pair)
    expected = skimage.metrics.peak_signal_noise_ratio(
        f.numpy(), f_hat.numpy(), data_range=peak
    )
    assert metrics.psnr(f_hat, f, peak) == pytest.approx(expected)
    assert metrics.ssim(f, f, peak) == pytest.approx(1)
    assert metrics.ssim(f_hat, f, peak) < 0.99


def ssim_by_hand(a, b, peak):
    """The sums of Wang et al. over 11 x 11 windows, weighted by a Gaussian of width 1.5."""
    u = np.exp(-0.5 * (np.arange(-5, 6) / 1.5) ** 2)
    weights = np.outer(u, u) / u.sum() ** 2

    def mean(x):
        windows = np.lib.stride_tricks.sliding_window_view(x, (11, 11))
        return (windows * weights).sum((-2, -1))

    variances = mean(a * a) - mean(a) ** 2, mean(b * b) - mean(b) ** 2
    c1, c2 = (0.01 * peak) ** 2, (0.03 * peak) ** 2
    above = (2 * mean(a) * mean(b) + c1) * (2 * (mean(a * b) - mean(a) * mean(b)) + c2)
    return (above / ((mean(a) ** 2 + mean(b) ** 2 + c1) * (sum(variances) + c2))).mean()


@pytest.mark.parametrize("peak", [1.0, 0.2, 255.0])
def test_ssim_is_the_formula_of_its_source_in_a_gaussian_window(pair, peak):
    f_hat, f = (x[:, :14] for x in pair)
    expected = ssim_by_hand(f_hat.numpy(), f.numpy(), peak)
    assert metrics.ssim(f_hat, f, peak) == pytest.approx(expected, rel=1e-9)


def test_ssim_of_a_batch_is_the_mean_over_its_pictures(pair):
    f_hat, f = pair
    two = metrics.ssim(torch.stack([f_hat, f]), torch.stack([f, f]))
    assert two == pytest.approx((metrics.ssim(f_hat, f) + 1) / 2)


def test_iou_is_the_mean_over_classes_so_all_background_does_not_pass():
    labels = torch.zeros(10, 10, dtype=torch.int64)
    labels[:2, :3] = 1
    assert metrics.iou(labels, labels) == 1
    assert metrics.iou(torch.zeros_like(labels), labels) == pytest.approx((0.94 + 0) / 2)


def test_coverage_counts_the_pixels_inside_the_band():
    f = torch.tensor([0.0, 1.0, 2.0, 3.0])
    assert metrics.coverage(f - 0.5, torch.full((4,), 1.5), f) == 0.5


def test_bytes_do_not_wrap_around():
    five, three = (
        torch.tensor([5, 5], dtype=torch.uint8),
        torch.tensor([3, 4], dtype=torch.uint8),
    )
    assert metrics.psnr(three, five, 255) == metrics.psnr(five, three, 255)


PAIR_METRICS = [
    metrics.relative_error,
    metrics.nmse_db,
    metrics.psnr,
    metrics.ssim,
    metrics.iou,
]


@pytest.mark.parametrize("metric", PAIR_METRICS)
def test_what_would_broadcast_is_refused(metric):
    with pytest.raises(ValueError, match=r"one shape, not \(8, 1, 8, 8\) and \(8, 8, 8\)"):
        metric(torch.zeros(8, 1, 8, 8), torch.zeros(8, 8, 8))


@pytest.mark.parametrize("metric", PAIR_METRICS)
def test_what_cannot_be_compared_is_refused(metric):
    f = torch.ones(8, 8)
    bad = f.clone()
    bad[2, 3] = float("nan")
    with pytest.raises(ValueError, match=r"the estimate .* has nan at index \(2, 3\)"):
        metric(bad, f)
    with pytest.raises(ValueError, match=r"the truth .* has nan at index \(2, 3\)"):
        metric(f, bad)
    with pytest.raises(ValueError, match="an empty batch"):
        metric(torch.zeros(0), torch.zeros(0))
    with pytest.raises(ValueError, match="meta"):
        metric(f.to("meta"), f)


def test_an_estimate_under_training_can_be_measured(pair):
    f_hat, f = pair
    assert metrics.psnr(f_hat.requires_grad_(), f) == metrics.psnr(f_hat.detach(), f)
    assert f_hat.requires_grad


@pytest.mark.parametrize("metric", PAIR_METRICS)
def test_complex_numbers_are_refused_rather_than_halved(metric):
    f = torch.ones(8, 8)
    for name, pair in (("estimate", (f + 1j, f)), ("truth", (f, f + 1j))):
        with pytest.raises(TypeError, match=rf"the {name} has real and imag.*view_as_real"):
            metric(*pair)


def test_arrays_are_refused_with_the_way_out():
    with pytest.raises(TypeError, match=r"the estimate needs a tensor, got ndarray: use"):
        metrics.psnr(np.ones(3), torch.ones(3))


def test_no_error_is_relative_to_nothing():
    for metric in (metrics.relative_error, metrics.nmse_db):
        with pytest.raises(ValueError, match="relative to a truth that is 0"):
            metric(torch.zeros(3), torch.zeros(3))


@pytest.mark.parametrize("metric", PAIR_METRICS)
def test_a_gradient_that_is_recorded_changes_no_metric(metric, randn):
    f_hat, f = randn(16, 16).round(), randn(16, 16).round()
    expected = metric(f_hat, f)
    assert metric(f_hat.requires_grad_(), f.requires_grad_()) == expected


def test_the_errors_of_each_picture_carry_no_gradient(pair):
    f_hat, f = (x.requires_grad_() for x in pair)
    assert not metrics.nmse_db(f_hat, f, each=True).requires_grad
