"""The four estimates of the page are the package's, and the best linear map is the best."""

from itertools import islice, pairwise

import pytest
import torch

from course_utils.explore.saturation_and_estimates import METHODS
from course_utils.linear import Matrix
from course_utils.nonlinear import Saturation, gauss_newton
from tests.package.explore.examples import N, saturation_and_estimates
from tests.package.explore.in_node import drawn

SETTINGS = {
    "log10_s": (-0.6, 0.6),
    "log10_sigma": (-2.0, -0.5),
    "signal": [1, 2, 3],
}


def circulant(column):
    """The matrix with this first column, each column one place below the one before."""
    return torch.stack([column.roll(k) for k in range(len(column))], 1)


def parts(figure):
    """Signals, noise, and the matrices H and C."""
    rows = [figure.numbers(name).view(-1, N) for name in ("signals", "noise")]
    return (*rows, *(circulant(figure.numbers(name)) for name in ("psf", "prior")))


def mean_product(S, s):
    """E phi(x) phi(y) for Gaussian x and y of covariance S, by sums over a fine grid."""
    z = torch.linspace(-8, 8, 321, dtype=torch.float64)
    w = 0.05 * torch.exp(-(z**2) / 2) / (2 * torch.pi) ** 0.5
    scale = S[0, 0].sqrt()
    rho = (S[0] / S[0, 0]).clamp(max=1)[:, None, None]
    y = rho * z[:, None] + (1 - rho**2).clamp(min=0).sqrt() * z
    products = torch.tanh(scale * z / s)[:, None] * torch.tanh(scale * y / s)
    gain = w @ (1 - torch.tanh(scale * z / s) ** 2)
    return gain, circulant(s**2 * (w[:, None] * w * products).sum((1, 2)))


def by_gauss_newton(H, C, g, s, v):
    """The MAP estimate for f = L z with L L^T = C and z ~ N(0, I), by the package."""
    L = torch.linalg.cholesky(C)
    iterates = islice(gauss_newton(Saturation(Matrix(H @ L), s), g, v, inner=30), 40)
    for before, z in pairwise(iterates):
        if (z - before).norm() < 1e-6 * z.norm():
            break
    return z @ L.T


def expected(figure):
    f, eps, H, C = parts(figure)
    s = 10**figure.log10_s
    v = 10 ** (2 * figure.log10_sigma)
    S = H @ C @ H.T
    noise = v * torch.eye(N, dtype=torch.float64)
    exact = s * torch.tanh(f @ H.T / s)
    g = exact + v**0.5 * eps
    gain, Q = mean_product(S, s)
    undone = s * torch.atanh((g / s).clamp(-0.99, 0.99))
    found = [
        g @ torch.linalg.solve(S + noise, H @ C),
        undone @ torch.linalg.solve(S + noise, H @ C),
        gain * g @ torch.linalg.solve(Q + noise, H @ C),
        by_gauss_newton(H, C, g, s, v),
    ]
    i = figure.signal - 1
    return {
        "Hf": f[i] @ H.T,
        "g": g[i],
        "estimates": [estimate[i] for estimate in found],
        "errors": [(f_hat - f).square().sum() / f.square().sum() for f_hat in found],
        "share": (exact.abs() > 0.9 * s).double().mean(),
    }


@pytest.mark.slow
def test_no_linear_map_fitted_to_many_pairs_is_better(randn):
    figure = saturation_and_estimates(randn)
    _, _, H, C = parts(figure)
    f = randn(40000, N) @ torch.linalg.cholesky(C).T
    g = 0.5 * torch.tanh(f @ H.T / 0.5) + 0.1 * randn(40000, N)
    gain, Q = mean_product(H @ C @ H.T, 0.5)
    W = gain * torch.linalg.solve(Q + 0.01 * torch.eye(N).double(), H @ C)
    fitted = torch.linalg.lstsq(g, f).solution
    assert (W - fitted).norm() < 0.1 * fitted.norm()
    error = (g @ W - f).square().mean() / (g @ fitted - f).square().mean()
    assert error == pytest.approx(1, abs=5e-3)
    assert error > 1 - 1e-12  # on its own pairs least squares is the best


def test_a_sensor_that_never_fills_up_gives_four_times_the_same_estimate(randn):
    figure = saturation_and_estimates(randn)
    (answer,) = drawn(figure, [{"log10_s": 3.0, "log10_sigma": -1.0}])
    assert answer["share"] == 0
    assert max(answer["errors"]) - min(answer["errors"]) < 1e-4
    assert len(answer["errors"]) == len(METHODS)
