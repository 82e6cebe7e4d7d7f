"""What the drawing of the adjoint says is what the package computes."""

import pytest
import torch

from course_utils import drawings
from course_utils.nonlinear import Diffusion
from tests.package.drawings.sheet import layouts, words


def test_the_step_is_minus_the_gradient_of_half_the_squared_residual(randn):
    h = Diffusion(12, every=3)
    f = 0.3 * randn(12)
    g = h(0.2 * randn(12))
    step = h.at(f).T(g - h(f))
    J = (g - h(f.requires_grad_())).square().sum() / 2
    (gradient,) = torch.autograd.grad(J, f)
    assert step.tolist() == pytest.approx((-gradient).tolist(), rel=1e-8)


def test_both_layouts_name_two_solutions_and_three_terms():
    for tree in layouts(drawings.two_solves_or_one_loss()):
        lines = words(tree)
        assert lines.count("solve") == 2
        assert sum(line.startswith("+ ") for line in lines) == 2
