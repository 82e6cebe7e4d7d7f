"""The reliability diagram counts what the posterior of the package holds."""

import numpy as np
import torch

from course_utils.bayes import posterior
from course_utils.explore.figure import read
from course_utils.explore.reliability_diagram import LEVELS, beside_an_edge
from tests.package.explore.examples import reliability_diagram
from tests.package.explore.in_node import ask
from tests.package.explore.spectral import Spectral

SETTINGS = {
    "kind": ["smooth", "with edges"],
    "log2_sigma": (-4.0, 4.0),
    "log2_p": (-4.0, 4.0),
}


def expected(figure):
    """Shares of the pixels inside, for an H of the numbers sent."""
    s, V = map(figure.numbers, ("s", "V"))
    f, c, p, beside = (read(figure.sent[figure.kind][k]) for k in ("f", "c", "p", "beside"))
    f, c, beside = (rows.view(-1, len(s)) for rows in (f, c, beside))
    q = posterior(
        Spectral(s, V), c, figure.sigma * 2**figure.log2_sigma, p * 2**figure.log2_p
    )
    sd = q.p.mean().sqrt()
    inside = (f - q.mean).abs() <= figure.numbers("z")[:, None, None] * sd
    return {
        "sd": sd,
        "all": inside.double().mean((1, 2)),
        "beside": inside[:, beside > 0.5].double().mean(-1),
    }


def test_half_of_the_errors_of_a_calibrated_model_are_in_half_of_the_intervals(randn):
    figure = reliability_diagram(randn)
    z = figure.numbers("z")
    draws = randn(20000)
    shares = (draws.abs() <= z[:, None]).double().mean(-1)
    np.testing.assert_allclose(shares, LEVELS, atol=0.015)


def test_the_goal_looks_at_the_level_that_is_farthest_from_the_diagonal():
    given = {"shares": LEVELS + 0.01, "levels": LEVELS}
    given["shares"][3] -= 0.2
    farthest = ask("reliability_diagram", "farthest(shares, levels)", **given)
    np.testing.assert_allclose(farthest, 0.19, atol=1e-6)


def test_two_pixels_to_either_side_of_a_jump_are_beside_it():
    f = torch.zeros(2, 16)
    f[0, 5:12] = 1.0
    beside = beside_an_edge(f)
    assert beside[0].nonzero()[:, 0].tolist() == [3, 4, 5, 6, 10, 11, 12, 13]
    assert not beside[1].any()


def test_the_still_twin_has_the_shares_of_the_present_setting(randn):
    figure = reliability_diagram(randn)
    figure.kind, figure.log2_p = "with edges", 1.0
    diagonal, shares = (line.get_ydata() for line in figure.twin().axes[0].lines)
    np.testing.assert_allclose(diagonal, LEVELS)
    np.testing.assert_allclose(shares, expected(figure)["all"], atol=0.005)
