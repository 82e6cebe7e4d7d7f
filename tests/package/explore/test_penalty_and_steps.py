"""Tikhonov beside two iterations: the browser can rebuild them, and the twin has them."""

import numpy as np
import pytest
import torch

from course_utils import solvers
from course_utils.explore import PenaltyAndSteps
from course_utils.linear import Matrix
from course_utils.metrics import relative_error
from tests.package.explore.in_node import drawn
from tests.package.explore.reading import numbers
from tests.package.explore.spectral import Spectral

SETTINGS = {"log10_lam": (-5.0, 1.0), "log10_k": (0.0, 5.0), "cg_steps": range(1, 13)}


def expected(figure):
    """Tikhonov's estimate, and the two iterations of the package, or its formula.

    The package knows no factors of conjugate gradients: they are what its estimate has of
    each coefficient.
    """
    f, s, V, c = map(figure.numbers, ("scene", "s", "V", "c"))
    H = Spectral(s, V)
    lam = 10**figure.log10_lam
    k = round(10**figure.log10_k)
    lost = k * torch.log1p(-((s / s[0]) ** 2))
    cg = solvers.run(solvers.conjugate_gradient(lambda a: s**2 * a, s * c), figure.cg_steps)
    parts = [s**2 / (s**2 + lam), -torch.expm1(lost), cg * s / c]
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
    return H, g, PenaltyAndSteps(H, f, g, log10_lam=-1.0, log10_k=1.0, cg_steps=3)


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


def krylov(H, g):
    """The best fit in the span of b, A b, A^2 b, for A = H^T H and b = H^T g."""
    A = H.A.mT @ H.A
    b = H.A.mT @ g
    K, _ = torch.linalg.qr(torch.stack([b, A @ b, A @ A @ b], dim=1))
    return K @ torch.linalg.lstsq(H.A @ K, g[:, None]).solution[:, 0]


def test_the_browser_can_rebuild_the_estimates(given):
    H, g, figure = given
    s = numbers(figure, "s")
    V = numbers(figure, "V").reshape(6, 6)
    c = numbers(figure, "c")
    by_penalty = V @ (s / (s**2 + 0.1) * c)
    np.testing.assert_allclose(by_penalty, tikhonov(H, g), rtol=1e-4)
    by_steps = V @ ((1 - (1 - (s / s[0]) ** 2) ** 10) / s * c)
    np.testing.assert_allclose(by_steps, landweber(H, g), rtol=1e-4)


def test_conjugate_gradients_in_the_page_are_the_best_fit_in_their_space(given):
    H, g, figure = given
    (answer,) = drawn(figure, [{}])
    np.testing.assert_allclose(answer["estimates"][2], krylov(H, g), atol=1e-4)
    assert max(answer["parts"][0]) < 1 and max(answer["parts"][1]) <= 1


def test_the_still_twin_has_the_estimates(given):
    H, g, figure = given
    lines = [line.get_ydata() for line in figure.twin().axes[0].lines]
    for found, estimate in zip(lines[1:], (tikhonov, landweber, krylov), strict=True):
        np.testing.assert_allclose(found, estimate(H, g), rtol=1e-7, atol=1e-9)
