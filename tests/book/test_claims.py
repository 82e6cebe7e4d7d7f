"""What the chapters assert of an operator, in settings that they do not show."""

import math

import pytest
import torch

from course_utils import images
from course_utils.linear import Matrix
from course_utils.noise import gaussian, seeded
from course_utils.operators import Blur, Radon
from course_utils.signals import gaussian_psf
from course_utils.training import fit
from studies import inverse_crime, unrolling


def scanner(n, count):
    return Radon(n, torch.arange(count).double() / count * torch.pi).double()


def passed(H, kx, ky):
    """||H e||^2 / ||e||^2 of a wave e, as a part of (angles / pi) / |omega|."""
    n, x = H.in_shape[0], torch.arange(H.in_shape[0]).double()
    wave = torch.cos(2 * torch.pi / n * (ky * x[:, None] + kx * x))
    measured = H(wave).square().sum() / wave.square().sum()
    return measured / H.out_shape[0] * torch.pi * (kx**2 + ky**2) ** 0.5 / n


def chord(n, theta, r):
    """The length of the line x cos + y sin = r inside the square of n by n pixels."""
    cos, sin = math.cos(theta), math.sin(theta)
    ends = []
    for start, step in ((r * cos, -sin), (r * sin, cos)):
        if abs(step) > 1e-9:
            ends.append(sorted((side * n / 2 - start) / step for side in (-1, 1)))
        elif abs(start) > n / 2:
            return 0
    low, high = zip(*ends, strict=True)
    return max(0, min(high) - max(low))


@pytest.mark.parametrize("n", [16, 21])
def test_a_ray_touches_two_pixels_a_row_and_weighs_them_by_its_length(n):
    rows = Matrix.of(scanner(n, 60)).A.view(60, n, n * n)
    assert int((rows > 0).sum(-1).max()) == 2 * n
    r = [j - (n - 1) / 2 for j in range(n)]
    lengths = [[chord(n, i * math.pi / 60, x) for x in r] for i in range(60)]
    off = (rows.sum(-1) - torch.tensor(lengths).double()).abs()
    assert off.median() < 1e-5 and 0.2 < off.max() < 2


@pytest.mark.parametrize("width, n", [(2.0, 64), (2.0, 91), (3.0, 128), (5.5, 200)])
def test_the_spectrum_of_a_gaussian_blur_is_a_gaussian_where_it_is_wide_enough(width, n):
    def off(width):
        s = Blur(gaussian_psf(width).double(), (n,)).singular_values()[: n // 2 + 1]
        nu = torch.arange(n // 2 + 1).double()
        law = torch.exp(-2 * (math.pi * width * nu / n) ** 2)
        return (s / law - 1).abs()[law > 1e-6].max()

    assert off(width) < 0.01 and off(1.0) > 0.5


def test_truncation_hides_less_behind_the_inverse_crime_than_the_filters_of_the_study():
    D, world, H = inverse_crime.world_and_model(128, 2.0)
    fine = torch.stack([images.photographs(512)[x].double() for x in ("coffee", "text")])
    f, cuts = D(fine), torch.logspace(0, -6, 37).double()[1:].tolist()

    def least(g):
        cut = (H.spectral_inverse(lambda s, c=c: (s > c) / s, g) for c in cuts)
        return torch.stack([(f_k - f).flatten(1).norm(dim=1) for f_k in cut]).amin(0)

    for sigma in (1e-1, 1e-3, 1e-5):
        eps = gaussian(f, sigma, seeded(5))
        assert (least(world(fine) + eps) < 1.03 * least(H(f) + eps)).all()


@pytest.mark.parametrize("psf", [gaussian_psf(2.0).double(), torch.ones(9).double() / 9])
def test_white_noise_grows_by_the_condition_number_over_the_root_of_n(psf):
    n, x = 48, torch.arange(48).double()
    U, s, _ = Matrix.of(Blur(psf, (n,), "zero")).svd
    f = torch.sin(math.pi * (x + 0.5) / n)
    g = Blur(psf, (n,), "zero")(f)
    eps = gaussian(torch.zeros(4000, n).double(), 1, seeded(1))
    growth = (eps @ U / s).norm(dim=1) / f.norm() * g.norm() / eps.norm(dim=1)
    below = s[0] / s[-1] / growth
    assert 1 < 1 / (1 / below).square().mean().sqrt() < 1.1 * n**0.5 < below.max()


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
