"""The iteration player gets the numbers of ISTA."""

import numpy as np

from course_utils.explore import IterationPlayer
from course_utils.linear import Matrix
from course_utils.priors import L1
from course_utils.solvers import ista, run
from tests.package.explore.reading import numbers


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
