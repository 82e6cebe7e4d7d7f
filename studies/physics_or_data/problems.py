"""Two small inverse problems, and what a network is told of their H."""

from functools import cache

import torch
from torch import Tensor

from course_utils import linear, noise, operators, signals
from course_utils.noise import seeded


@cache
def matrix(problem: str, physics: str, n: int) -> linear.Matrix:
    """The H that a network is told; the true one is "right"."""
    if problem == "lines":
        width = 2.5 if physics == "near" else 2.0
        H = operators.Blur(signals.gaussian_psf(width), (n,))
        A = linear.Matrix.of(H).A.roll(3 if physics == "wrong" else 0, 0)
        return linear.Matrix(A)
    A, B = torch.randn(2, n // 2, n, generator=seeded(0))
    A = {"right": A, "near": A + B / 3, "wrong": B}[physics]
    return linear.Matrix(A / A.norm(dim=0))


def scenes(problem: str, count: int, n: int, draw: torch.Generator) -> Tensor:
    """Unknowns f."""
    if problem == "lines":
        return signals.piecewise_constant(count, n, draw, jumps=n // 10).float()
    return signals.sparse(count, n, 0.1, draw).float()


@cache
def sigma(problem: str, snr: int, n: int) -> float:
    """The noise, ``snr`` dB below H f."""
    g = matrix(problem, "right", n)(scenes(problem, 1000, n, seeded(9)))
    return g.square().mean().sqrt().item() * 10 ** (-snr / 20)


def pairs(problem: str, count: int, snr: int, n: int, seed: int) -> tuple[Tensor, Tensor]:
    """Data and unknowns (g, f)."""
    draw = seeded(seed)
    f = scenes(problem, count, n, draw)
    g = matrix(problem, "right", n)(f)
    return g + noise.gaussian(g, sigma(problem, snr, n), draw), f
