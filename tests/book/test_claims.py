"""What the chapters assert of an operator, in settings that they do not show."""

import pytest
import torch

from course_utils.linear import Matrix
from course_utils.operators import Blur, Radon
from course_utils.training import fit
from studies import unrolling


def scanner(n, count):
    return Radon(n, torch.arange(count).double() / count * torch.pi).double()


def passed(H, kx, ky):
    """||H e||^2 / ||e||^2 of a wave e, as a part of (angles / pi) / |omega|."""
    n, x = H.in_shape[0], torch.arange(H.in_shape[0]).double()
    wave = torch.cos(2 * torch.pi / n * (ky * x[:, None] + kx * x))
    measured = H(wave).square().sum() / wave.square().sum()
    return measured / H.out_shape[0] * torch.pi * (kx**2 + ky**2) ** 0.5 / n


@pytest.mark.parametrize("n", [41, 56])
def test_back_projection_passes_slow_waves_by_the_law_and_fast_diagonal_ones_by_half(n):
    H = scanner(n, 240)
    slow = [part for k in (2, n // 8) for part in (passed(H, k, 0), passed(H, k, k))]
    assert all(0.75 < part < 1 for part in slow)
    assert passed(H, 3 * n // 8, 3 * n // 8) < 0.5
    assert passed(scanner(n, n), n // 2 - 1, 0) > 1.5 * passed(H, n // 2 - 1, 0)


@pytest.mark.parametrize("n", [15, 16])
def test_both_names_of_the_complex_factors_of_a_circulant_matrix_are_right(n, randn):
    H = Blur(randn(7), (n,))
    C, t = Matrix.of(H).A.to(torch.complex128), H.transfer
    F = torch.fft.fft(torch.eye(n).double(), norm="ortho")
    S = torch.diag(t.abs()).to(F.dtype)
    for V, phase in ((F.mH, t.sgn()), (F, t.sgn().conj())):
        U = V @ torch.diag(phase)
        torch.testing.assert_close(U @ S @ V.mH, C)
        torch.testing.assert_close(U.mH @ U, torch.eye(n).to(F.dtype))


@pytest.mark.slow
def test_thresholds_that_are_learned_directly_grow_where_they_are_small():
    H = unrolling.matrix(0)
    start = 0.7 * 0.7 ** torch.arange(16)
    network = unrolling.alista(H, 1.0, start, unrolling.SELECT)
    data = unrolling.pairs(H, 2000, "none", 123)
    list(fit(network, data, epochs=1, lr=5e-3, batch=50))
    assert (network.theta.detach()[-5:] > 2 * start[-5:]).all()
