"""Pairs and error: the stored estimates reach the browser in their order."""

import numpy as np

from course_utils.explore import PairsAndError
from course_utils.explore.figure import read
from course_utils.metrics import relative_error

SETTINGS = {"k": range(4), "scene": [1, 2, 3]}


def expected(figure):
    """The estimates that were sent for one number of pairs, and their errors."""
    n = figure.size
    i = figure.scene - 1
    f = figure.numbers("scenes").view(-1, n)[i]
    found = [read(x).view(4, -1, n)[figure.k, i] for x in figure.estimates.values()]
    return {
        "f": f,
        "found": found,
        "own": [relative_error(f_hat, f) for f_hat in found],
        "all": [read(x)[figure.k] for x in figure.errors.values()],
    }


def test_the_estimates_that_are_stored_reach_the_browser_in_their_order(randn):
    f = randn(2, 6)
    estimates = {"one": randn(3, 2, 6), "two": randn(3, 2, 6)}
    errors = {name: randn(3) for name in ("one", "two", "three")}
    figure = PairsAndError(f, estimates, errors, k=1)
    found = read(figure.estimates["two"]).view(3, 2, 6)
    np.testing.assert_allclose(found, estimates["two"], atol=1e-4)
    assert figure.methods == ["one", "two", "three"]
    drawn = figure.twin().axes[0].lines[1].get_ydata()
    np.testing.assert_allclose(drawn, estimates["one"][1, 0])
