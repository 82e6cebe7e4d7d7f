"""Pairs and error: what is stored reaches the browser in its order."""

import numpy as np

from course_utils.explore import PairsAndError
from course_utils.explore.figure import read

SETTINGS = {"k": range(4), "signal": [1, 2, 3]}


def expected(figure):
    """The matrices and estimates that were sent for one number of pairs, and the errors."""
    n = figure.size
    i = figure.signal - 1
    return {
        "f": figure.numbers("signals").view(-1, n)[i],
        "found": [read(x).view(4, -1, n)[figure.k, i] for x in figure.estimates.values()],
        "learned": [read(x).view(4, -1)[figure.k] for x in figure.matrices.values()],
        "all": [read(x)[figure.k] for x in figure.errors.values()],
    }


def test_what_is_stored_reaches_the_browser_in_its_order(randn):
    f = randn(2, 6)
    estimates = {"one": randn(3, 2, 6), "two": randn(3, 2, 6)}
    matrices = {"one": randn(3, 4, 4), "two": randn(3, 4, 4)}
    errors = {name: randn(3) for name in ("one", "two", "three")}
    figure = PairsAndError(f, estimates, matrices, errors, k=1)
    found = read(figure.estimates["two"]).view(3, 2, 6)
    np.testing.assert_allclose(found, estimates["two"], atol=1e-4)
    found = read(figure.matrices["two"]).view(3, 4, 4)
    np.testing.assert_allclose(found, matrices["two"], atol=2e-2)
    assert figure.methods == ["one", "two", "three"]
    drawn = figure.twin().axes[0].lines[1].get_ydata()
    np.testing.assert_allclose(drawn, estimates["one"][1, 0])
