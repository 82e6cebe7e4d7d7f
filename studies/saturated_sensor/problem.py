"""Forty-eight unknowns, blurred and then bent: g = phi(H f) + eps with a Gaussian f."""

from functools import cache

import torch
from torch import Tensor

from course_utils import noise
from course_utils.linear import Matrix
from course_utils.noise import seeded

from ..curves import CURVES, Curved, covariance, line
from ..nonlinear_detectors import lost_for_ever

N = 48
Pair = tuple[Tensor, Tensor]


@cache
def prior() -> tuple[Tensor, Tensor]:
    """C, exp(-distance / 6 pixels), and the L with C = L L^T."""
    x = torch.arange(N, dtype=torch.float64)
    C = torch.exp(-(x[:, None] - x).abs() / 6)
    return C, torch.linalg.cholesky(C)


@cache
def blur() -> Tensor:
    """H, a Gaussian 1.5 pixels wide whose weights sum to 1 at the ends, too."""
    x = torch.arange(N, dtype=torch.float64)
    H = torch.exp(-(((x[:, None] - x) / 1.5) ** 2) / 2)
    return H / H.sum(1, keepdim=True)


def model(sensor: str, level: float) -> Curved:
    """x -> phi(H L x): the data of f = L x, where x ~ N(0, I)."""
    return Curved(Matrix(blur() @ prior()[1]), sensor, level)


def draws(sensor: str, level: float, sigma: float, count: int, seed: int) -> Pair:
    """Data and whitened unknowns (g, x) with f = L x."""
    draw = seeded(seed)
    x = torch.randn(count, N, generator=draw, dtype=torch.float64)
    g = model(sensor, level)(x)
    return g + noise.gaussian(g, sigma, draw), x


def risk(x_hat: Tensor, x: Tensor) -> float:
    """||f_hat - f||^2 / ||f||^2 over all signals, for f = L x."""
    L = prior()[1]
    return (((x_hat - x) @ L.mT).square().sum() / (x @ L.mT).square().sum()).item()


class BestAffine:
    """The affine map of g that infinitely many pairs would teach, by moments of phi(H f).

        x_hat = W (g - mean),   W = (gain H L)^T (Cov phi(H f) + sigma^2 I)^-1

    The gain of each datum is the slope of the best line through phi. ``free`` and
    ``possible`` are risks where the distortion is no noise, or only as far as it is lost
    for ever, datum by datum; ``distortion`` is its mean over sigma^2.
    """

    def __init__(self, sensor: str, level: float, sigma: float):
        phi = CURVES[sensor](level)
        H = blur() @ prior()[1]
        S = H @ H.mT
        self.mean, gain, rest = line(phi, S.diagonal())
        self.A = gain[:, None] * H
        eye = torch.eye(N, dtype=torch.float64)
        self.W = self.optimal(covariance(phi, S) + sigma**2 * eye)
        self.risk = self.left(covariance(phi, S) + sigma**2 * eye)
        straight = self.A @ self.A.mT + sigma**2 * eye
        self.free = self.left(straight)
        for_ever = torch.minimum(rest, lost_for_ever(phi, S.diagonal(), gain))
        self.possible = self.left(straight + for_ever.diag())
        self.distortion = rest.mean().item() / sigma**2

    def optimal(self, G: Tensor) -> Tensor:
        """The W for data of covariance G."""
        return torch.linalg.solve(G, self.A).mT

    def left(self, G: Tensor) -> float:
        """The risk of that W: tr L (I - W A) L^T / tr C"""
        C, L = prior()
        W = self.optimal(G)
        return ((C - L @ W @ self.A @ L.mT).trace() / C.trace()).item()

    def __call__(self, g: Tensor) -> Tensor:
        return (g - self.mean) @ self.W.mT


def share(sensor: str, level: float) -> float:
    """The share of data where phi' is below a fifth of its largest value."""
    phi = CURVES[sensor](level)
    H = blur() @ prior()[1]
    x = (torch.randn(4000, N, generator=seeded(5), dtype=torch.float64) @ H.mT).flatten()
    h = 1e-4
    slope = ((phi(x + h) - phi(x - h)) / (2 * h)).abs()
    line = torch.linspace(-4, 4, 8001, dtype=torch.float64)
    steepest = ((phi(line + h) - phi(line - h)) / (2 * h)).abs().max()
    return (slope < steepest / 5).double().mean().item()
