"""Layers and iterations carry pictures, and their errors as a part of that of the data."""

import numpy as np
import pytest

from course_utils.explore import LayersAndIterations
from course_utils.metrics import relative_error
from tests.package.explore.reading import numbers

SETTINGS = {"k": range(4)}


def expected(figure):
    """The two pictures that were sent for one k, and their errors."""
    pictures = figure.numbers("pictures").view(2, -1, figure.size**2)
    return {
        "found": pictures[:, figure.k],
        "errors": figure.numbers("errors").view(2, -1)[:, figure.k],
    }


@pytest.fixture
def pair(randn):
    f = randn(6, 6)
    ways = {"network": randn(4, 6, 6), "iteration": randn(4, 6, 6)}
    return f, ways, LayersAndIterations(f, f + 1, ways, trained=2, k=3)


def test_the_browser_gets_the_pictures_and_their_errors(pair):
    f, ways, figure = pair
    pictures = numbers(figure, "pictures").reshape(2, 4, 6, 6)
    np.testing.assert_allclose(pictures[1, 2], ways["iteration"][2], atol=0.02)
    data = relative_error(f + 1, f)
    expected = [relative_error(x, f) / data for way in ways.values() for x in way]
    np.testing.assert_allclose(numbers(figure, "errors"), expected, rtol=1e-5)
    assert figure.last == 3 and figure.size == 6


def test_the_twin_follows_the_setting(pair):
    _, ways, figure = pair
    figure.k = 1
    shown = figure.twin().axes[1].images[0].get_array()
    np.testing.assert_allclose(shown, ways["network"][1])
