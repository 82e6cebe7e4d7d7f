"""What iterates and learns one number: total variation, with the lambda of the pairs."""

from math import sqrt

import torch
from torch import Tensor

from course_utils.operators import Gradient
from course_utils.priors import L1
from course_utils.solvers import primal_dual, run

from .closed_forms import Estimator

STEPS = 400
LAMS = torch.logspace(-3, -0.5, 11, dtype=torch.float64).tolist()


def total_variation(H, g: Tensor, f: Tensor) -> Estimator:
    """The minimiser of 1/2 ||g - H f||^2 + lam TV(f), by primal-dual steps.

    Raises: ValueError if the lam that is best for the pairs is at an end of the grid.
    """
    D = Gradient(H.in_shape)
    step = 0.99 / sqrt(H.norm() ** 2 + 4 * len(H.in_shape))
    steps = {"tau": step, "sigma": step}
    R = L1(axis=-1 - len(H.in_shape))

    def estimate(g: Tensor, lam: float) -> Tensor:
        return run(primal_dual(H, g, R, lam, **steps, D=D), STEPS)

    errors = [(estimate(g, lam) - f).square().sum().item() for lam in LAMS]
    at = errors.index(min(errors))
    if at in (0, len(LAMS) - 1):
        raise ValueError(f"the best lam is at the end of the grid: {LAMS[at]:.0e}")
    return lambda g: estimate(g, LAMS[at])
