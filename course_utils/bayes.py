"""What the data leave uncertain: p(f | g), for a Gaussian f and one with heavy tails.

Here and in ``potts``, g = H f + eps with eps ~ N(0, sigma^2 I), and f is Gaussian once its
hidden variables z are known:

    posterior    f ~ N(0, C)                          there is no z
    student_t    f_j ~ N(0, z_j)                      z_j an unknown variance
    potts        f(x) ~ N(m_k, v_k) where z(x) = k    z a map of labels that likes to agree

so the second and the third repeat the first. Random draws come from the generator that is
given, on the CPU, and are moved to where g lives.

Raises: ValueError for a sigma that is not positive and finite, or a g that is not finite.
"""

from collections.abc import Iterator
from functools import cached_property
from math import prod
from typing import NamedTuple

import torch
from torch import Generator, Tensor

from .checks import require_finite, require_standard_deviation
from .linear import LinearOperator, Matrix
from .solvers import Normal, conjugate_gradient, run


def posterior(
    H: LinearOperator, g: Tensor, sigma: float, prior: float | Tensor | LinearOperator
):
    """The Gaussian p(f | g) = N(mean, Sigma) with Sigma = (H^T H / sigma^2 + C^-1)^-1.

    The ``prior`` is the variance of each pixel, C = c I; or that of each coefficient,
    C = V diag(c) V^T, in the shape of ``H.singular_values()`` (for a blur, the power
    spectrum of f); or an operator D with C^-1 = D^T D. The first two go through the
    singular value decomposition, which a blur has at any size; the third needs only
    products with H and D.

    Gives ``.mean``, ``.variance()`` of each pixel, and ``.sample(n, generator)``.

    Shapes: g is (..., *H.out_shape), a sample (n, ..., *H.in_shape), a variance
        ``H.in_shape``.
    """
    require_finite("g", g)
    require_standard_deviation(sigma)
    if isinstance(prior, LinearOperator):
        return MatrixFreePosterior(H, g, sigma, prior)
    return SpectralPosterior(H, g, sigma, prior)


class SpectralPosterior:
    """Sigma = V diag(p) V^T + outside (I - V V^T), with p = (s^2 / sigma^2 + 1 / c)^-1.

    Outside the range of V, where no data come from, the prior stays as it was.
    """

    def __init__(self, H: LinearOperator, g: Tensor, sigma: float, c: float | Tensor):
        self.V = H.synthesis
        self.s = H.singular_values()
        pixels = prod(H.in_shape)
        each = torch.is_tensor(c) and c.ndim > 0
        if each and c.shape != self.s.shape:
            expected = f"one variance for each singular value, {tuple(self.s.shape)}"
            raise ValueError(f"expected {expected}, got {tuple(c.shape)}")
        if each and c.numel() < pixels:
            raise ValueError(f"{c.numel()} variances do not fix those of {pixels} pixels")
        self.p = c * sigma**2 / (c * self.s**2 + sigma**2)
        self.mean = self.V(self.p * self.s / sigma**2 * H.analysis(g))
        self.outside = c if self.s.numel() < pixels else 0.0

    def variance(self) -> Tensor:
        """diag Sigma"""
        return self.outside + _diagonal(self.V, self.p - self.outside)

    def sample(self, n: int, generator: Generator) -> Tensor:
        """mean + Sigma^(1/2) e with e ~ N(0, I)"""
        e = randn(n, self.mean, generator)
        root = self.outside**0.5
        return self.mean + root * e + self.V((self.p.sqrt() - root) * self.V.T(e))


class MatrixFreePosterior:
    """The same with C^-1 = D^T D, from solutions of (H^T H + sigma^2 D^T D) f = b alone.

    A sample is the answer to perturbed data and a perturbed prior mean; that it has the
    right covariance is two lines of algebra. The systems are solved to a residual of 1e-6.

    Source: Papandreou & Yuille, NIPS 23 (2010) 1858.
    """

    def __init__(self, H: LinearOperator, g: Tensor, sigma: float, D: LinearOperator):
        self.H = H
        self.g = g
        self.sigma = sigma
        self.D = D

    @cached_property
    def mean(self) -> Tensor:
        """(H^T H + sigma^2 D^T D)^-1 H^T g"""
        return self._solve(self.H.T(self.g))

    def variance(self, samples: int = 200, seed: int = 0) -> Tensor:
        """diag Sigma from samples: its relative error is sqrt(2 / samples)."""
        zero = self.g.new_zeros(self.H.out_shape)
        centred = MatrixFreePosterior(self.H, zero, self.sigma, self.D)
        generator = torch.Generator().manual_seed(seed)
        return centred.sample(samples, generator).square().mean(0)

    def sample(self, n: int, generator: Generator) -> Tensor:
        """(H^T H + sigma^2 D^T D)^-1 (H^T (g + sigma e) + sigma^2 D^T e')"""
        b = self.H.T(self.g + self.sigma * randn(n, self.g, generator))
        e = randn(n, self.D(torch.zeros_like(b[0])), generator)
        return self._solve(b + self.sigma**2 * self.D.T(e))

    def _solve(self, b: Tensor) -> Tensor:
        A = Normal(self.H, self.D, self.sigma**2)
        return run(conjugate_gradient(A, b, tol=1e-6), 10 * prod(self.H.in_shape))


def mean_power(f: Tensor) -> Tensor:
    """How strong images are at each frequency: the ``prior`` of ``posterior`` for a blur.

    It is the mean over the images, and over frequencies at the same distance from zero.

    Shapes: f is (count, *shape), the power is (*shape).
    Raises: ValueError for a single image without a batch, or none.
    """
    if f.ndim < 2 or f.numel() == 0:
        raise ValueError(f"expected images of shape (count, *shape), got {tuple(f.shape)}")
    axes = tuple(range(1, f.ndim))
    power = torch.fft.fftn(f, dim=axes, norm="ortho").abs().square().mean(0)
    nu = [torch.fft.fftfreq(n, 1 / n, device=f.device) for n in power.shape]
    ring = sum(k**2 for k in torch.meshgrid(*nu, indexing="ij")).sqrt().round().long()
    return (ring.flatten().bincount(power.flatten()) / ring.flatten().bincount())[ring]


class StudentT(NamedTuple):
    """One iterate of ``student_t``: mean and variance of f, its scales z, the noise."""

    f: Tensor
    variance: Tensor
    z: Tensor
    sigma: float


def student_t(
    H: LinearOperator, g: Tensor, nu: float = 1.0, sigma: float | None = None
) -> Iterator[StudentT]:
    """Few large f_j among many small ones: f_j ~ Student-t with nu degrees of freedom.

    That is f_j ~ N(0, z_j) with 1 / z_j ~ Gamma(nu / 2, nu delta^2 / 2). Each iterate of
    this EM is a Gaussian posterior, and then the best scales, width and (if unknown) noise
    for it:

        z_j = (nu delta^2 + <f_j^2>) / (nu + 1),   delta^2 = 1 / mean(1 / z)
        sigma^2 = < ||g - H f||^2 > / m

    nu = 0 is automatic relevance determination: z_j = <f_j^2>, most of which go to 0. With
    fewer data than unknowns sigma should be known: its estimate drifts towards 0.

    Shapes: one g, no batch; H is written out as a matrix, with an SVD for each iterate.
    Source: Tipping, J. Machine Learning Res. 1 (2001) 211; Mohammad-Djafari, EURASIP J.
        Adv. Signal Process. (2012) 52.
    """
    require_one(H, g)
    require_finite("g", g)
    H = H if isinstance(H, Matrix) else Matrix.of(H)
    m = g.numel()
    estimated = sigma is None
    z = (g.square().sum() / H.A.square().sum()).expand(H.A.shape[1])
    sigma = (0.1 * g.square().mean()).sqrt().item() if estimated else sigma
    while True:
        B = Matrix(H.A * z.sqrt(), out_shape=H.out_shape)  # f = sqrt(z) x with x ~ N(0, I)
        q = posterior(B, g, sigma, 1.0)
        f = z.sqrt() * q.mean
        variance = z * q.variance()
        if estimated:
            misfit = (g - B(q.mean)).square().sum() + (q.s**2 * q.p).sum()
            sigma = (misfit / m).sqrt().item()
        delta2 = 1 / (1 / z).mean()
        z = (nu * delta2 + f**2 + variance) / (nu + 1)
        shape = H.in_shape
        yield StudentT(f.view(shape), variance.view(shape), z.view(shape), sigma)


def require_one(H: LinearOperator, g: Tensor) -> None:
    """Refuse a batch: the unknown scales and classes belong to one image."""
    shape = tuple(H.out_shape)
    if tuple(g.shape) != shape:
        raise ValueError(f"expected one g of shape {shape}, got {tuple(g.shape)}")


def _diagonal(V: LinearOperator, p: Tensor) -> Tensor:
    """diag(V diag(p) V^T), whose entry at pixel i is the sum of p (V^T e_i)^2."""
    if isinstance(V, Matrix):
        return Matrix(V.A.square(), out_shape=V.out_shape)(p)
    n = prod(V.out_shape)
    scattered = _diagonal_at(V, p, torch.arange(1, n, max(1, n // 7), device=p.device))
    if torch.allclose(scattered, p.mean(), rtol=1e-4):  # a convolution: the same everywhere
        return p.mean().expand(V.out_shape)
    parts = torch.arange(n, device=p.device).split(max(1, 2**22 // n))
    return torch.cat([_diagonal_at(V, p, pixels) for pixels in parts]).view(V.out_shape)


def _diagonal_at(V: LinearOperator, p: Tensor, pixels: Tensor) -> Tensor:
    """The entries of diag(V diag(p) V^T) at some pixels."""
    e = p.new_zeros(len(pixels), prod(V.out_shape))
    e[torch.arange(len(pixels), device=p.device), pixels] = 1
    c = V.T(e.view(-1, *V.out_shape))
    return (p * c.square()).flatten(1).sum(1)


def randn(n: int, like: Tensor, generator: Generator) -> Tensor:
    """n draws from N(0, I) in the shape of ``like``."""
    how = {"generator": generator, "dtype": like.dtype, "device": generator.device}
    return torch.randn((n, *like.shape), **how).to(like.device)
