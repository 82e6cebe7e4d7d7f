"""Placed steps make a polynomial; Chebyshev's are the best there are."""

import math

import pytest
import torch

from course_utils.explore import PlacedSteps
from course_utils.linear import Matrix
from course_utils.solvers import gradient_descent
from tests.package.explore import in_node

SETTINGS = {f"root{k}": (0.1, 1.0) for k in (1, 2, 3)}


def expected(figure):
    """The polynomial, the largest part that is left after each step, the longest step."""
    x = torch.linspace(0, 1, figure.points).double()
    own = torch.linspace(figure.low, 1, figure.points).double()
    return {
        "p": figure.remaining(x)[-1],
        "sizes": figure.remaining(own).abs().amax(-1),
        "longest": 1 / figure.roots().min(),
    }


def test_what_is_left_is_the_error_of_gradient_descent_with_these_steps():
    figure = PlacedSteps(low=0.1)
    figure.root2 = 0.9
    x = torch.linspace(0.1, 1, 7).double()
    H, unit = Matrix(x.sqrt().diag()), torch.eye(7).double()
    f = torch.zeros(7, 7).double()
    for root, left in zip(figure.roots(), figure.remaining(x), strict=True):
        f = next(gradient_descent(H, H(unit), 1 / root, f=f))
        torch.testing.assert_close((unit - f).diagonal(), left)


def test_the_roots_of_chebyshev_reach_the_least_and_others_near_them_do_not():
    figure = PlacedSteps(low=0.1)
    best = [0.55 + 0.45 * math.cos((2 * k - 1) * math.pi / 6) for k in (1, 2, 3)]
    settings = [
        {f"root{k + 1}": root + by * (k == moved) for k, root in enumerate(best)}
        for moved, by in ((0, 0.0), (0, 0.02), (1, -0.02), (2, 0.02), (2, -0.02))
    ]
    sizes = [answer["sizes"][-1] for answer in in_node.drawn(figure, settings)]
    assert sizes[0] == pytest.approx(figure.least, rel=1e-6)
    assert min(sizes[1:]) > 1.01 * figure.least


def test_the_twin_follows_the_roots():
    figure = PlacedSteps(low=0.05)
    figure.root1 = 0.25
    equal, placed = (line.get_ydata() for line in figure.twin().axes[0].lines)
    assert abs(placed[30]) < 1e-12 < equal[30]  # the eigenvalue 0.25
