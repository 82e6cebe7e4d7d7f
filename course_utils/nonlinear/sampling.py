"""The posterior of g = h(f) + eps by sampling, and how far the samples can be trusted.

    p(f | g) ~ exp(-U(f)),   U(f) = ||g - h(f)||^2 / (2 sigma^2) + ||f||^2 / 2

The prior is f ~ N(0, I). Another one, f ~ N(m, L L^T), is sampled as the x of f = m + L x,
with the model x -> h(m + L x): for a sensor that is ``Saturation(H @ Matrix(L), s)``.

    samples = torch.stack(list(islice(hamiltonian(h, g, sigma, seeded(0)), 1000)))
    split_rhat(samples).max()          # 1.00 where the chains agree
    effective_size(samples).min()      # independent draws that they are worth

Shapes: g is (..., *h.out_shape), with a batch in front sampled one by one.
Raises: ValueError for a sigma that is not positive and finite, or a g that is not finite.
"""

from collections.abc import Iterator
from math import prod

import torch
from torch import Tensor

from ..checks import (
    require_count,
    require_finite,
    require_shape,
    require_standard_deviation,
)
from ..solvers import run
from .iterations import gauss_newton

ACCEPTED = 0.8  # the share of proposals that the steps are tuned for
CLOUD = 4  # points for each chain, around its start
DRIFT = 20.0  # error of the energy at which a trajectory is given up


@torch.no_grad()
def hamiltonian(
    h,
    g: Tensor,
    sigma: float,
    generator: torch.Generator,
    *,
    chains: int = 4,
    warmup: int = 200,
    leaps: int = 8,
) -> Iterator[Tensor]:
    """Samples without end of p(f | g): Hamiltonian Monte Carlo, several chains at once.

    A proposal follows the equations of motion in the potential U for 1 to ``leaps`` leaps
    of length e (a random number of them) from a random momentum, and is taken with
    probability min(1, exp(-rise of the energy)). The motion takes place in the coordinates
    z of Laplace's approximation, f = A z with

        A A^T = (mean of H^T H / sigma^2 + I)^-1,   H = h.at(f)

    in the mean over a cloud of f, so that a detector that is flat on one side and steep on
    the other is met with steps for the steep one. A chain starts at what Gauss-Newton finds
    from a draw of the prior, moved by twice the width of Laplace's approximation there (but
    not to where f is less probable by more than e^(-4 n)): chains in several modes are seen
    by ``split_rhat``. Over ``warmup`` proposals, which are not given, e is tuned for each
    g; from then on it is fixed.

    Shapes: a sample is (chains, ..., *h.in_shape); h must be small enough for a matrix.
    Source: Neal, in *Handbook of Markov Chain Monte Carlo* (CRC, 2011), ch. 5.
    """
    require_finite("g", g)
    require_shape("g", g, h.out_shape)
    require_standard_deviation(sigma)
    require_count("chains", chains)
    motion = Motion(h, g, sigma, generator, chains)
    z = motion.start
    e = torch.full_like(motion.energy(z)[0], 0.5)
    k = 0
    while True:
        z, chance = motion.proposal(z, e, leaps)
        k += 1
        if k <= warmup:
            e = e * torch.exp((chance.mean(0) - ACCEPTED) * k**-0.4)
        else:
            yield motion.unknown(z)


class Motion:
    """The motion of chains in the coordinates z, f = A z, and their energy U(A z)."""

    def __init__(self, h, g: Tensor, sigma: float, generator, chains: int):
        self.h = h
        self.sigma = sigma
        self.generator = generator
        self.g = g.expand(chains, *g.shape)
        self.n = prod(h.in_shape)
        batch = g.shape[: g.ndim - len(h.out_shape)]
        f = self.randn(chains, *batch, self.n).unflatten(-1, h.in_shape)
        f = run(gauss_newton(h, self.g, sigma**2, f=f), 15)
        z = self.coordinates(f, precision(h, f, sigma).mean(0))
        cloud = [self.unknown(z + 2 * self.randn(*z.shape)) for _ in range(CLOUD)]
        over_cloud = sum(precision(h, f, sigma).mean(0) for f in cloud) / CLOUD
        far = self.potential(cloud[0]) > self.potential(f) + 4 * self.n
        moved = torch.where(far[(..., *(None,) * (len(h.in_shape) - 1))], f, cloud[0])
        self.start = self.coordinates(moved, over_cloud)

    def coordinates(self, f: Tensor, Q: Tensor) -> Tensor:
        """The z of f = A z, after A is chosen with A A^T = Q^-1."""
        root = torch.linalg.cholesky(Q)
        eye = torch.eye(self.n).to(f)
        self.A = torch.linalg.solve_triangular(root.mT, eye, upper=True)
        return (f.flatten(-len(self.h.in_shape)).movedim(0, -2) @ root).movedim(-2, 0)

    def randn(self, *shape: int) -> Tensor:
        """Draws from N(0, 1), in the type of g and where it lives."""
        how = {"generator": self.generator, "dtype": self.g.dtype}
        return torch.randn(shape, device=self.generator.device, **how).to(self.g.device)

    def unknown(self, z: Tensor) -> Tensor:
        """f = A z"""
        f = (z.movedim(0, -2) @ self.A.mT).movedim(-2, 0)
        return f.unflatten(-1, self.h.in_shape)

    def energy(self, z: Tensor) -> Tensor:
        """U(A z), with an axis of length 1 at the end."""
        return self.potential(self.unknown(z))

    def potential(self, f: Tensor) -> Tensor:
        """U(f), with an axis of length 1 at the end."""
        misfit = (self.g - self.h(f)).flatten(-len(self.h.out_shape)) / self.sigma
        f = f.flatten(-len(self.h.in_shape))
        return (misfit.square().sum(-1) + f.square().sum(-1)).unsqueeze(-1) / 2

    def slope(self, z: Tensor) -> Tensor:
        """The gradient of U(A z)."""
        energy, vjp = torch.func.vjp(self.energy, z)
        return vjp(torch.ones_like(energy))[0]

    def proposal(self, z: Tensor, e: Tensor, leaps: int) -> tuple[Tensor, Tensor]:
        """The next z of each chain, and the probability with which its proposal was taken.

        p <- p - e/2 slope(z),  z <- z + e p,  p <- p - e/2 slope(z),  again and again
        """
        p = self.randn(*z.shape)
        before = self.energy(z) + p.square().sum(-1, keepdim=True) / 2
        there = z
        how_many = torch.randint(1, leaps + 1, (), generator=self.generator)
        p = p - e / 2 * self.slope(there)
        for leap in range(int(how_many), 0, -1):
            there = there + e * p
            p = p - (e if leap > 1 else e / 2) * self.slope(there)
        after = self.energy(there) + p.square().sum(-1, keepdim=True) / 2
        chance = (before - after).nan_to_num(-DRIFT).clamp(max=0).exp()
        u = torch.rand(chance.shape, generator=self.generator, dtype=z.dtype)
        return torch.where(u.to(z.device) < chance, there, z), chance


def precision(h, f: Tensor, sigma: float) -> Tensor:
    """H^T H / sigma^2 + I with H = h.at(f), as a matrix for each f.

    Shapes: f is (..., *h.in_shape), n values, and the matrix is (..., n, n).
    """
    n = prod(h.in_shape)
    batch = f.shape[: f.ndim - len(h.in_shape)]
    eye = torch.eye(n).to(f)
    basis = eye.reshape(n, *(1,) * len(batch), *h.in_shape)
    columns = h.at(f)(basis.expand(n, *batch, *h.in_shape))
    H_T = columns.flatten(-len(h.out_shape)).movedim(0, -2)
    return H_T @ H_T.mT / sigma**2 + eye


def split_rhat(samples: Tensor) -> Tensor:
    """How far chains, and their halves, disagree: 1 where they do not.

        R-hat^2 = (1 - 1/n) + B / (n W)

    B / n is the variance between the means of the 2 m half chains of n samples, W the mean
    of their variances. Above 1.05 the chains have not forgotten where they started.

    Shapes: ``samples`` is (count, chains, ...), R-hat is (...).
    Raises: ValueError for fewer than four samples of a chain.
    Source: Gelman et al., *Bayesian Data Analysis* (CRC, 2013), sec. 11.4.
    """
    halves = split(samples)
    n = len(halves)
    within = halves.var(0).mean(0)
    between = halves.mean(0).var(0)  # B / n
    return (((n - 1) / n * within + between) / within).sqrt()


def effective_size(samples: Tensor) -> Tensor:
    """The number of independent draws that give the mean as exactly as the chains do.

        m n / (1 + 2 sum_t rho_t)

    The correlations rho_t, which know of chains that disagree, are summed in pairs as long
    as these are positive, and never more than the pair before.

    Shapes: ``samples`` is (count, chains, ...), the size is (...).
    Raises: ValueError for fewer than four samples of a chain.
    Source: Geyer, Statist. Sci. 7 (1992) 473; Vehtari et al., Bayesian Anal. 16 (2021) 667.
    """
    halves = split(samples)
    n, m = halves.shape[:2]
    centred = halves - halves.mean(0)
    power = torch.fft.rfft(centred, 2 * n, dim=0).abs().square()
    covariance = torch.fft.irfft(power, 2 * n, dim=0)[:n].mean(1) / n
    within = covariance[0] * n / (n - 1)
    total = (n - 1) / n * within + halves.mean(0).var(0)
    rho = 1 - (within - covariance) / total
    pairs = rho[: n // 2 * 2].unflatten(0, (-1, 2)).sum(1)
    pairs = pairs.where((pairs > 0).cummin(0)[0], 0).cummin(0)[0]
    return m * n / (2 * pairs.sum(0) - 1).clamp(min=1 / n)


def split(samples: Tensor) -> Tensor:
    """The halves of the chains, as chains of their own."""
    half = len(samples) // 2
    if half < 2:
        raise ValueError(f"{len(samples)} samples of a chain are too few for a diagnosis")
    return torch.cat([samples[:half], samples[-half:]], 1)
