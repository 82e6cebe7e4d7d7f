"""Pairs and error: the stored estimates reach the browser in their order."""

import numpy as np

from course_utils.explore import PairsAndError


def test_the_estimates_that_are_stored_reach_the_browser_in_their_order(randn):
    f = randn(2, 6)
    estimates = {"one": randn(3, 2, 6), "two": randn(3, 2, 6)}
    errors = {name: randn(3) for name in ("one", "two", "three")}
    figure = PairsAndError(f, estimates, errors, k=1)
    read = np.frombuffer(figure.estimates["two"], "<f4").reshape(3, 2, 6)
    np.testing.assert_allclose(read, estimates["two"], rtol=1e-6)
    assert figure.methods == ["one", "two", "three"]
    drawn = figure.twin().axes[0].lines[1].get_ydata()
    np.testing.assert_allclose(drawn, estimates["one"][1, 0])
