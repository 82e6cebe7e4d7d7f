"""The iteration player gets the numbers of ISTA."""

from itertools import islice

import numpy as np
import torch

from course_utils.explore import IterationPlayer
from course_utils.linear import Matrix
from course_utils.metrics import relative_error
from course_utils.priors import L1
from course_utils.solvers import ista, run
from tests.package.explore.reading import numbers

SETTINGS = {"log10_lam": (-4.0, -0.5), "tau_L": (0.1, 2.1), "k": range(1, 200)}


class Normal:
    """What a gradient step asks of H, if H^T H and H^T g are given."""

    def __init__(self, A):
        self.A = A

    def __call__(self, f):
        """H^T H f"""
        return self.A @ f

    @property
    def T(self):
        """I"""
        return lambda g: g


def expected(figure):
    """The iterates of ISTA, and the objective at each."""
    f, gram, b = map(figure.numbers, ("scene", "gram", "b"))
    gram = gram.view(len(f), len(f))
    lam = 10**figure.log10_lam
    start = torch.zeros_like(f)
    steps = ista(Normal(gram), b, L1(), lam, figure.tau_L / figure.L, f=start)
    iterates = [start, *islice(steps, 200)]
    J = [x @ gram @ x - 2 * b @ x + 2 * lam * x.abs().sum() for x in iterates]
    f_k = iterates[figure.k]
    return {
        "f_k": f_k,
        "J": [1 + value / figure.energy for value in J],
        "kept": (f_k != 0).sum(),
        "error": relative_error(f_k, f),
    }


def test_the_browser_gets_the_numbers_of_ista(randn):
    H = Matrix(randn(10, 6))
    f = randn(6)
    g = H(f)
    figure = IterationPlayer(H, f, g, log10_lam=-1.0, tau_L=0.9, k=7)
    G = numbers(figure, "gram").reshape(6, 6)
    b = numbers(figure, "b")
    f_k = np.zeros(6)
    step = 0.9 / figure.L
    for _ in range(7):
        v = f_k - step * (G @ f_k - b)
        f_k = np.sign(v) * np.maximum(np.abs(v) - step * 0.1, 0)
    J = 0.5 * (figure.energy + f_k @ G @ f_k - 2 * b @ f_k)
    shown = run(ista(H, g, L1(), 0.1, step), 7)
    np.testing.assert_allclose(f_k, shown, atol=1e-5)
    np.testing.assert_allclose(J, 0.5 * (g - H(shown)).square().sum(), rtol=1e-4)
