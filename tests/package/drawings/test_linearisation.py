"""The drawing of the tangents is drawn to scale: its steps are those of Gauss-Newton."""

import pytest
import torch

from course_utils.drawings import linearisation
from course_utils.linear import Matrix
from course_utils.nonlinear import Saturation, gauss_newton


def test_the_steps_are_those_of_gauss_newton_without_a_prior():
    H = Matrix(torch.ones(1, 1, dtype=torch.float64))
    h = Saturation(H, linearisation.LEVEL)
    g = torch.tensor([linearisation.DATUM], dtype=torch.float64)
    way = gauss_newton(h, g, 0.0)
    for f in linearisation.iterates()[1:]:
        assert next(way).item() == pytest.approx(f, rel=1e-9)


def test_the_last_step_has_nearly_arrived_and_the_range_is_lopsided():
    exact = linearisation.undone(linearisation.DATUM)
    assert linearisation.iterates()[-1] == pytest.approx(exact, rel=5e-2)
    near = [linearisation.NEAR + d * linearisation.SIGMA for d in (-1, 0, 1)]
    low, middle, high = map(linearisation.undone, near)
    assert high - middle > 1.3 * (middle - low)
    assert high < linearisation.REACH[0]
