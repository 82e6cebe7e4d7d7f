"""What definitions of the glossary add, where one easily says too much."""

import pytest
import torch

from course_utils import metrics, solvers
from course_utils.linear import Matrix
from course_utils.operators import Blur

pytestmark = pytest.mark.usefixtures("doubles")


def test_coupled_weights_leave_a_signal_in_its_place_only_before_the_threshold(randn):
    H, W0 = randn(10, 20), randn(20, 10)
    f = torch.cat([torch.ones(3), torch.zeros(17)])
    linear = W0 @ (H @ f) + (torch.eye(20) - W0 @ H) @ f
    torch.testing.assert_close(linear, f)
    thresholded = linear.sign() * (linear.abs() - 0.1).clamp(min=0)
    assert (thresholded - f).norm() > 0.1


def left_out(H, g, lam):
    """The mean squared error of each datum as predicted from all others, and GCV's."""
    penalty = lam * torch.eye(H.shape[1])
    A = H @ torch.linalg.solve(H.T @ H + penalty, H.T)
    r, own = g - A @ g, A.diagonal()
    return (r / (1 - own)).square().mean(), (r / (1 - own.mean())).square().mean()


def test_gcv_predicts_each_datum_from_the_others_exactly_only_if_all_weigh_the_same(randn):
    even = Matrix.of(Blur(randn(5), (16,))).A.double()
    uneven = randn(16, 12) * torch.logspace(-1, 1, 16)[:, None]
    g = randn(16)
    each, all_alike = left_out(even, g, 0.1)
    torch.testing.assert_close(each, all_alike)
    each, all_alike = left_out(uneven, g, 0.1)
    assert abs(each / all_alike - 1) > 0.05


def test_an_iterate_of_conjugate_gradients_is_the_best_in_energy_and_not_in_length(randn):
    B = randn(8, 8)
    A, f = B.T @ B + 0.01 * torch.eye(8), randn(8)
    b = A @ f
    found = solvers.run(solvers.conjugate_gradient(lambda x: A @ x, b), 3)
    K = torch.stack([b, A @ b, A @ A @ b], 1)
    best = K @ torch.linalg.solve(K.T @ A @ K, K.T @ b)
    torch.testing.assert_close(found, best, rtol=1e-6, atol=1e-8)
    nearest = K @ torch.linalg.lstsq(K, f[:, None]).solution[:, 0]
    assert (nearest - f).norm() < 0.99 * (found - f).norm()


def test_half_of_the_root_adds_six_decibels_and_half_of_the_mse_three(randn):
    f, error = torch.full((32, 32), 0.5), 0.1 * randn(32, 32)
    whole, half, root = (metrics.psnr(f + part * error, f) for part in (1, 0.5, 0.5**0.5))
    assert half - whole == pytest.approx(6.02, abs=0.01)
    assert root - whole == pytest.approx(3.01, abs=0.01)


def test_a_third_of_the_coefficients_of_noise_alone_stand_above_its_level(randn):
    noise = randn(20_000)
    assert 0.3 < (noise.abs() > 1).double().mean() < 0.35
    assert (noise.abs() > 4).double().mean() < 1e-3
