"""Four likelihoods for counted photons: what they cost in the estimate and in the band.

300 signals f ~ N(mu, C), blurred by 1.5 pixels, and counts g ~ Poisson(H f). The mean mu is
``photons`` where there is most light, and 1 / contrast of that at the ends, along a cosine;
C is a smooth covariance in proportion to mu on both sides. H, mu and C are known to all
ways, which differ in the variance that they give each count:

    one sigma for all    the mean of H mu over all pixels
    count as variance    the count itself, at least 1
    mean as variance     H mu, pixel by pixel: no iteration either
    Poisson              H f_hat, by ten rounds of reweighting

Keys: photons; size, the number of pixels; contrast; way.

Columns: ``error``, the root mean square error over ``photons``, of which ``over_poisson``
is the ratio to that of Poisson; the shares inside the 90 % band: ``inside``, of all pixels,
``dark``, of the quarter with the least light, ``bright``, of that with the most; and
``spread``, the standard deviation of the share over the signals.
"""

from typing import NamedTuple

import torch
from torch import Tensor

from course_utils import noise, signals
from course_utils.linear import Matrix
from course_utils.noise import seeded
from course_utils.operators import Blur

from .table import Table

PHOTONS = (10, 100, 1000)
SIZES = (32, 128)
CONTRASTS = (3, 10)
WAYS = ("one sigma for all", "count as variance", "mean as variance", "Poisson")
COUNT = 300
Z90 = 1.6448536269514722


def light(size: int, contrast: float) -> Tensor:
    """The mean signal, over its largest value."""
    low = 1 / contrast
    x = torch.cos(2 * torch.pi * torch.arange(size, dtype=torch.float64) / size)
    return (1 + low) / 2 - (1 - low) / 2 * x


class Problem(NamedTuple):
    """H as a matrix, the signals, their counts, and the prior: mu and C^-1."""

    H: Tensor
    f: Tensor
    g: Tensor
    mu: Tensor
    C_inv: Tensor


def problem(photons: int, size: int, contrast: float) -> Problem:
    """Signals that are drawn from the prior, and their counts."""
    lens = Blur(signals.gaussian_psf(1.5).double(), (size,))
    p = (1 + (torch.fft.fftfreq(size, 1 / size).double() / 4) ** 2) ** -2
    shape = light(size, contrast)
    root = shape[:, None] * Matrix.of(lens.synthesis).A * (0.04 * p / p.mean()).sqrt()
    e = torch.randn(COUNT, size, generator=seeded(photons), dtype=torch.float64)
    f = photons * (shape + e @ root.T)
    H = Matrix.of(lens).A
    g = noise.poisson((f @ H.T).clamp(min=0), seeded(photons + 1))
    C_inv = torch.linalg.inv(photons**2 * root @ root.T)
    return Problem(H, f, g, photons * shape, C_inv)


def weighted(H: Tensor, g: Tensor, w: Tensor, *, mu: Tensor, C_inv: Tensor):
    """The posterior mean and its variances, for counts with variances 1 / w."""
    Sigma = torch.linalg.inv(H.T @ (w[..., None] * H) + C_inv)
    step = Sigma @ (w * (g - mu @ H.T) @ H)[..., None]
    return mu + step[..., 0], Sigma.diagonal(dim1=-2, dim2=-1)


def estimated(way: str, H: Tensor, g: Tensor, *, mu: Tensor, C_inv: Tensor):
    """The estimate of one way, and the variance that it claims."""
    mean = H @ mu
    weights = {
        "one sigma for all": (1 / mean.mean()).expand(len(mean)),
        "count as variance": 1 / g.clamp(min=1),
        "mean as variance": 1 / mean,
    }
    if way in weights:
        return weighted(H, g, weights[way], mu=mu, C_inv=C_inv)
    f = mu.expand(g.shape)
    for _ in range(10):
        w = 1 / (f @ H.T).clamp(min=0.1)
        f, v = weighted(H, g, w, mu=mu, C_inv=C_inv)
    return f, v


def row(photons: int, size: int, contrast: float, way: str) -> dict:
    """One way on all signals."""
    world = problem(photons, size, contrast)
    found = {}
    for name in {way, "Poisson"}:
        x, v = estimated(name, world.H, world.g, mu=world.mu, C_inv=world.C_inv)
        gap = x - world.f
        error = gap.square().mean().sqrt() / photons
        found[name] = error, (gap.abs() <= Z90 * v.sqrt()).double()
    error, hit = found[way]
    order = world.mu.argsort()
    quarter = size // 4
    columns = {
        "error": error,
        "over_poisson": error / found["Poisson"][0],
        "inside": hit.mean(),
        "dark": hit[:, order[:quarter]].mean(),
        "bright": hit[:, order[-quarter:]].mean(),
        "spread": hit.mean(1).std(),
    }
    return {name: round(x.item(), 4) for name, x in columns.items()}


def table() -> Table:
    """The table, as it is now."""
    return Table("photon-counts", keys=("photons", "size", "contrast", "way"))


def tasks() -> list[tuple]:
    """What the table holds in the end."""
    return [
        (photons, size, contrast, way)
        for photons in PHOTONS
        for size in SIZES
        for contrast in CONTRASTS
        for way in WAYS
    ]


def main() -> None:
    """Fill the table."""
    table().fill(row, tasks())
