"""The blurred photograph: its exact inverse, and the noise up to which that is better."""

import numpy as np
import torch

from course_utils.explore import BlurAndNoise
from course_utils.metrics import relative_error
from course_utils.operators import Blur
from course_utils.signals import gaussian_psf
from tests.package.explore.examples import blur_and_noise
from tests.package.explore.in_node import drawn
from tests.package.explore.reading import numbers

SETTINGS = {"width": (0.5, 1.5), "log10_sigma": (-8.0, -1.0)}


def expected(figure):
    """The operator's data of the picture that was sent, their inverse, and the sums."""
    torch.set_default_dtype(torch.float64)
    f, g, naive = figure.found()
    eps = figure.numbers("noise").view(f.shape)
    H = Blur(gaussian_psf(figure.width, ndim=2), f.shape)
    torch.set_default_dtype(torch.float32)
    grown = H.spectral_inverse(lambda s: 1 / s, eps).square().sum()
    blur, whole = (H(f) - f).square().sum(), f.square().sum()
    both, noise = ((H(f) - f) * eps).sum(), eps.square().sum()
    roots = np.roots([(grown - noise).item(), -2 * both.item(), -blur.item()])
    return {
        "g": g,
        "naive": naive,
        "ofData": relative_error(g, f),
        "ofInverse": relative_error(naive, f),
        "blur": blur / whole,
        "both": both / whole,
        "noise": noise / whole,
        "grown": grown / whole,
        "limit": max(roots),
    }


def test_the_browser_gets_the_picture_and_the_noise(randn):
    f = randn(8, 8).sigmoid().double()
    unit_noise = randn(8, 8).double()
    figure = BlurAndNoise(f, unit_noise, width=0.5, log10_sigma=-1.0)
    np.testing.assert_allclose(numbers(figure, "scene").reshape(8, 8), f, atol=0.002)
    sent = numbers(figure, "noise").reshape(8, 8)
    np.testing.assert_allclose(sent, unit_noise, atol=0.02)
    assert (figure.size, figure.width, figure.log10_sigma) == (8, 0.5, -1.0)
    data, inverse, _ = (axes.images[0].get_array() for axes in figure.twin().axes)
    blur = Blur(gaussian_psf(0.5, ndim=2).double(), (8, 8))
    np.testing.assert_allclose(blur(torch.from_numpy(inverse.data)), data, atol=1e-9)
    clean = blur(figure.numbers("scene").view(8, 8))
    np.testing.assert_allclose((data - clean.numpy()) / 0.1, sent, atol=1e-9)


def test_up_to_the_limit_the_inverse_is_better_than_the_data_and_beyond_it_worse(randn):
    figure = blur_and_noise(randn)
    for width in (0.6, 1.0, 1.5):
        (there,) = drawn(figure, [{"width": width, "log10_sigma": -3.0}])
        for part, better in ((0.99, True), (1.01, False)):
            figure.width = width
            figure.log10_sigma = float(np.log10(part * there["limit"]))
            of = expected(figure)
            assert (of["ofInverse"] < of["ofData"]) is better
