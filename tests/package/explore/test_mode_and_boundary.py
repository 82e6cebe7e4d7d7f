"""A mode is split into the part that stays a mode and the others, as Python splits it."""

import pytest
import torch

from course_utils.explore.mode_and_boundary import amounts
from course_utils.linear import Matrix
from course_utils.operators import Blur
from tests.package.explore.examples import N, mode_and_boundary
from tests.package.explore.in_node import drawn

SETTINGS = {"kind": ["periodic", "zero", "matrix"], "nu": range(N // 2 + 1)}


def expected(figure):
    """The matrix on the mode, and the modes in what comes out, by the Fourier transform."""
    A = torch.frombuffer(bytearray(figure.matrices[figure.kind]), dtype=torch.float32)
    A = A.double().view(N, N)
    x = torch.arange(N, dtype=torch.float64)
    e = torch.exp(2j * torch.pi * figure.nu * x / N)
    out = A.to(e.dtype) @ e
    found = torch.fft.fft(out) / N
    own = found[figure.nu] * e
    return {
        "mode": e.real,
        "out": out.real,
        "own": own.real,
        "amounts": torch.fft.fftshift(found).abs(),
        "factor": found[figure.nu].abs(),
        "kept": own.abs().square().sum() / out.abs().square().sum(),
    }


def test_a_periodic_blur_keeps_each_mode_and_a_zero_boundary_loses_the_fast_ones(randn):
    figure = mode_and_boundary(randn)
    shares = {}
    for kind in ("periodic", "zero"):
        settings = [{"kind": kind, "nu": nu} for nu in range(N // 2 + 1)]
        shares[kind] = [1 - answer["kept"] for answer in drawn(figure, settings)]
    assert max(map(abs, shares["periodic"])) < 1e-9
    assert 0 < shares["zero"][1] < 0.1 and shares["zero"][-1] > 0.8


def test_a_mode_comes_out_of_a_convolution_with_the_modulus_of_the_transfer():
    psf = torch.tensor([0.5, 0.0, 0.2, 0.3]).double()
    H = Blur(psf, (12,))
    found = amounts(Matrix.of(H).A, nu=5)
    assert found[5 + 6] == pytest.approx(H.transfer[5].abs().item())
    assert (found > 1e-12).sum() == 1
