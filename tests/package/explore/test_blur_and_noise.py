"""The blurred photograph gets the picture and one draw of noise, and shows the data."""

import numpy as np

from course_utils.explore import BlurAndNoise
from tests.package.explore.reading import numbers


def test_the_browser_gets_the_picture_and_the_noise(randn):
    f = randn(8, 8).sigmoid()
    g = randn(8, 8).sigmoid()
    unit_noise = randn(8, 8)
    figure = BlurAndNoise(f, g, unit_noise, width=1.5, sigma=0.1)
    np.testing.assert_allclose(numbers(figure, "scene").reshape(8, 8), f, rtol=1e-6)
    np.testing.assert_allclose(
        numbers(figure, "noise").reshape(8, 8), unit_noise, rtol=1e-6
    )
    assert (figure.size, figure.width, figure.sigma) == (8, 1.5, 0.1)
    shown = figure.twin().axes[1].images[0].get_array()
    np.testing.assert_allclose(shown, g)
