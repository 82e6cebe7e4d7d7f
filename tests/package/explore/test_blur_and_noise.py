"""The blurred photograph gets the picture and one draw of noise, and shows the data."""

import numpy as np
import torch

from course_utils.explore import BlurAndNoise
from course_utils.metrics import relative_error
from course_utils.operators import Blur
from course_utils.signals import gaussian_psf
from tests.package.explore.reading import numbers

SETTINGS = {"width": (0.1, 1.1), "sigma": (0.01, 0.3)}


def expected(figure):
    """The operator's data of the picture that was sent, and their inverse."""
    f, unit_noise = (figure.numbers(name).view(16, 16) for name in ("scene", "noise"))
    torch.set_default_dtype(torch.float64)
    g = Blur(gaussian_psf(figure.width, ndim=2), f.shape)(f) + figure.sigma * unit_noise
    naive = figure.inverse(g)
    torch.set_default_dtype(torch.float32)
    return {
        "g": g,
        "naive": naive,
        "ofData": relative_error(g, f),
        "ofInverse": relative_error(naive, f),
    }


def test_the_browser_gets_the_picture_and_the_noise(randn):
    f = randn(8, 8).sigmoid()
    g = randn(8, 8).sigmoid()
    unit_noise = randn(8, 8)
    figure = BlurAndNoise(f, g, unit_noise, width=0.5, sigma=0.1)
    np.testing.assert_allclose(numbers(figure, "scene").reshape(8, 8), f, atol=0.002)
    sent = numbers(figure, "noise").reshape(8, 8)
    np.testing.assert_allclose(sent, unit_noise, atol=0.02)
    assert (figure.size, figure.width, figure.sigma) == (8, 0.5, 0.1)
    _, data, inverse = (axes.images[0].get_array() for axes in figure.twin().axes)
    np.testing.assert_allclose(data, g)
    blur = Blur(gaussian_psf(0.5, ndim=2).double(), (8, 8))
    np.testing.assert_allclose(blur(torch.from_numpy(inverse.data)), g, atol=1e-6)
