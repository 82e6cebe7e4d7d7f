"""Tikhonov beside Landweber: the browser can rebuild both, and the still twin has both."""

import numpy as np
import pytest
import torch

from course_utils.explore import PenaltyAndSteps
from course_utils.linear import Matrix
from course_utils.metrics import relative_error
from tests.package.explore.reading import numbers
from tests.package.explore.spectral import Spectral

SETTINGS = {"log10_lam": (-8.0, 1.0), "log10_k": (0.0, 6.0)}


def expected(figure):
    """Tikhonov's estimate, and k steps of gradient descent written out as a filter."""
    f, s, V, c = map(figure.numbers, ("scene", "s", "V", "c"))
    H = Spectral(s, V)
    lam = 10**figure.log10_lam
    k = round(10**figure.log10_k)
    lost = k * torch.log1p(-((s / s[0]) ** 2))
    parts = [s**2 / (s**2 + lam), -torch.expm1(lost)]
    estimates = [H.synthesis(part / s * c) for part in parts]
    return {
        "parts": parts,
        "estimates": estimates,
        "errors": [relative_error(f_hat, f) for f_hat in estimates],
    }


@pytest.fixture
def given(randn):
    H = Matrix(randn(6, 6))
    f = randn(6)
    g = H(f) + 0.1 * randn(6)
    return H, g, PenaltyAndSteps(H, f, g, log10_lam=-1.0, log10_k=1.0)


def tikhonov(H, g):
    """argmin ||g - H f||^2 + lam ||f||^2, from its normal equations."""
    A = H.A
    return torch.linalg.solve(A.mT @ A + 0.1 * torch.eye(6).to(A), A.mT @ g)


def landweber(H, g):
    """Ten steps from zero, of the length 1 / s_1^2."""
    step = 1 / torch.linalg.matrix_norm(H.A, 2) ** 2
    f = torch.zeros_like(g)
    for _ in range(10):
        f = f + step * H.T(g - H(f))
    return f


def test_the_browser_can_rebuild_both_estimates(given):
    H, g, figure = given
    s = numbers(figure, "s")
    V = numbers(figure, "V").reshape(6, 6)
    c = numbers(figure, "c")
    by_penalty = V @ (s / (s**2 + 0.1) * c)
    np.testing.assert_allclose(by_penalty, tikhonov(H, g), rtol=1e-4)
    by_steps = V @ ((1 - (1 - (s / s[0]) ** 2) ** 10) / s * c)
    np.testing.assert_allclose(by_steps, landweber(H, g), rtol=1e-4)


def test_the_still_twin_has_both_estimates(given):
    H, g, figure = given
    _, by_penalty, by_steps = (line.get_ydata() for line in figure.twin().axes[0].lines)
    np.testing.assert_allclose(by_penalty, tikhonov(H, g))
    np.testing.assert_allclose(by_steps, landweber(H, g))
