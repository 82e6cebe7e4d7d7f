"""Restore and segment at once: an image of few materials, the Gauss-Markov-Potts model.

    g = H f + eps,   f(x) ~ N(m_k, v_k) where z(x) = k,
    p(z) ~ exp( beta * number of neighbours x, x' inside the picture with z(x) = z(x') )

Given the labels z, f is Gaussian, as in ``bayes``; given f, each black square of a
checkerboard depends on white ones only, so that all of them can be renewed at once.
``potts`` renews every unknown by a draw, ``potts_mean_field`` by a mean; the loop is the
same.

Both start from k-means of f, or of H^T g if no f is given.

Raises: ValueError for a g that is not finite, or a batch.
Source: Ayasso & Mohammad-Djafari, IEEE Trans. Image Process. 19 (2010) 2265.
"""

from collections.abc import Iterator
from typing import NamedTuple

import torch
from torch import Generator, Tensor

from .bayes import MatrixFreePosterior, posterior, randn, require_one
from .checks import require_finite
from .linear import LinearOperator
from .operators import Mask
from .solvers import conjugate_gradient, run


class Segmentation(NamedTuple):
    """An image f and the weight r_k(x) of each label; m_k and v_k of each class; the noise.

    Shapes: f is ``H.in_shape``, r is (classes, *H.in_shape), m and v are (classes,).
    """

    f: Tensor
    r: Tensor
    m: Tensor
    v: Tensor
    sigma: float

    @property
    def labels(self) -> Tensor:
        """The heaviest label of each pixel; the classes are numbered by m_k, from below."""
        return self.r.argmax(0)


def potts(
    H: LinearOperator,
    g: Tensor,
    classes: int,
    beta: float,
    generator: Generator,
    *,
    f: Tensor | None = None,
) -> Iterator[Segmentation]:
    """Samples of p(f, z, m, v, sigma | g), by Gibbs sampling.

    r is 0 or 1: its mean over many iterates is the probability of each label, and the mean
    of f the estimate of the image. Leave out the first forty: they cool down from a hot
    start. After that f and v still hold on to one another: v wanders for some hundred
    iterates.
    """
    return _iterates(H, g, classes, beta, Draws(generator), f=f)


def potts_mean_field(
    H: LinearOperator, g: Tensor, classes: int, beta: float, f: Tensor | None = None
) -> Iterator[Segmentation]:
    """The approximation of p(f, z | g) by independent pixels, the best near its start.

    r_k(x) is the probability of label k. It settles within forty iterates, and says too
    little of the doubt that neighbours share.
    """
    return _iterates(H, g, classes, beta, Means(H, g), f=f)


class Draws:
    """How Gibbs sampling renews an unknown: by a draw."""

    H_T_H = 0.0  # a draw of f has no variance that could reach the data

    def __init__(self, generator: Generator):
        self.generator = generator

    def image(self, q: MatrixFreePosterior, precision: Tensor) -> tuple[Tensor, Tensor]:
        """f ~ q, which leaves no variance."""
        return q.sample(1, self.generator)[0], torch.zeros_like(precision)

    def labels(self, logit: Tensor) -> Tensor:
        """One label for each pixel, of probability softmax(logit): the Gumbel-max trick."""
        how = {"dtype": logit.dtype, "device": self.generator.device}
        uniform = torch.rand(logit.shape, generator=self.generator, **how)
        gumbel = -(-uniform.clamp(min=1e-30).log()).log().to(logit.device)
        k = (logit + gumbel).argmax(0, keepdim=True)
        return torch.zeros_like(logit).scatter_(0, k, 1.0)

    def normal(self, mean: Tensor, variance: Tensor) -> Tensor:
        """mean + sqrt(variance) e with e ~ N(0, I)"""
        return mean + variance.sqrt() * randn(1, mean, self.generator)[0]

    def inverse_gamma(self, dof: Tensor, scale: Tensor) -> Tensor:
        """scale / chi^2, where chi^2 is the sum of ``dof`` squares."""
        draws = (randn(round(n), scale[0], self.generator) for n in dof.tolist())
        return scale / torch.stack([x.square().sum() for x in draws])


class Means:
    """How the mean field renews an unknown: by its mean, where Gibbs sampling draws."""

    def __init__(self, H: LinearOperator, g: Tensor, probes: int = 64):
        e = randn(probes, g.new_zeros(H.out_shape), torch.Generator().manual_seed(0))
        self.H_T_H = H.T(e).square().mean(0)  # its diagonal, to sqrt(2 / probes)

    def image(self, q: MatrixFreePosterior, precision: Tensor) -> tuple[Tensor, Tensor]:
        """The mean of q, and the variance of each pixel where the others do not matter."""
        return q.mean, 1 / (self.H_T_H / q.sigma**2 + precision)

    def labels(self, logit: Tensor) -> Tensor:
        """The probability of each label."""
        return logit.softmax(0)

    def normal(self, mean: Tensor, variance: Tensor) -> Tensor:
        """mean"""
        return mean

    def inverse_gamma(self, dof: Tensor, scale: Tensor) -> Tensor:
        """scale / dof, the inverse of the mean of 1 / v."""
        return scale / dof


def _iterates(
    H, g: Tensor, classes: int, beta: float, how: Draws | Means, *, f: Tensor | None
) -> Iterator[Segmentation]:
    """Renew f, the labels, the classes and the noise in turn, each given all the others."""
    require_one(H, g)
    require_finite("g", g)
    require_finite("f", g if f is None else f)
    first = first_segmentation(H, g, classes, f)
    r = first.r
    m = first.m
    v = first.v
    sigma = first.sigma
    mean = first.f.mean()  # with the spread, what is believed of a class without pixels
    spread = first.f.var()
    heat = spread  # loosens f from its labels at first, or it could not leave a bad start
    while True:
        v = v + heat
        f, variance = _image(H, g, r=r, m=m, v=v, sigma=sigma, how=how)
        r = _labels(f, variance, r=r, m=m, v=v, beta=beta, how=how)
        m, v = _classes(f, variance, r=r, v=v, mean=mean, spread=spread, how=how)
        sigma = _noise(H, g, f, variance, how)
        order = m.argsort()
        r = r[order]
        m = m[order]
        v = v[order]
        heat = 0.7 * heat
        yield Segmentation(f, r, m, v, sigma)


def _image(
    H, g: Tensor, *, r: Tensor, m: Tensor, v: Tensor, sigma: float, how: Draws | Means
) -> tuple[Tensor, Tensor]:
    """f ~ N(t, 1 / w) before the data: w = sum_k r_k / v_k, t = sum_k r_k m_k / v_k w."""
    w = torch.tensordot(1 / v, r, 1)
    t = torch.tensordot(m / v, r, 1) / w
    f, variance = how.image(posterior(H, g - H(t), sigma, Mask(w.sqrt())), w)
    return t + f, variance


def _labels(
    f: Tensor, variance: Tensor, *, r: Tensor, m: Tensor, v: Tensor, beta: float, how
) -> Tensor:
    """log p(z(x) = k) = beta * neighbours with k - (f - m_k)^2 / 2 v_k - 1/2 log v_k."""
    m = _for_each_pixel(m, f)
    v = _for_each_pixel(v, f)
    fit = -(((f - m).square() + variance) / v + v.log()) / 2
    for square in checkerboard(f):
        r = torch.where(square, how.labels(beta * neighbours(r) + fit), r)
    return r


def _classes(
    f: Tensor, variance: Tensor, *, r: Tensor, v: Tensor, mean: Tensor, spread: Tensor, how
) -> tuple[Tensor, Tensor]:
    """m_k ~ N and v_k ~ an inverse gamma, from the pixels with label k and a weak prior."""
    count = r.flatten(1).sum(1)
    total = (r * f).flatten(1).sum(1)
    weight = count / v + 1 / spread
    m = how.normal((total / v + mean / spread) / weight, 1 / weight)
    square = (f - _for_each_pixel(m, f)).square() + variance
    v = how.inverse_gamma(count + 2, (r * square).flatten(1).sum(1) + 1e-3 * spread)
    return m, v


def _noise(H, g: Tensor, f: Tensor, variance: Tensor, how: Draws | Means) -> float:
    """sigma^2 ~ an inverse gamma, from the misfit ||g - H f||^2 that is expected."""
    misfit = (g - H(f)).square().sum() + (how.H_T_H * variance).sum()
    count = misfit.new_tensor([g.numel()])
    return how.inverse_gamma(count, misfit[None]).sqrt().item()


def first_segmentation(H, g: Tensor, classes: int, f: Tensor | None = None) -> Segmentation:
    """Where both start: k-means of the values of f, or else of H^T g on the scale of f."""
    f = run(conjugate_gradient(H.T @ H, H.T(g)), 1) if f is None else f
    k = torch.arange(classes, device=f.device)
    m = f.min() + (f.max() - f.min()) * (k.to(f) + 0.5) / classes
    k = _for_each_pixel(k, f)
    for _ in range(20):
        r = (k == (f - m.view(k.shape)).abs().argmin(0)).to(f)
        count = r.flatten(1).sum(1)
        m = torch.where(count > 0, (r * f).flatten(1).sum(1) / count, m)
    misfit = g - H(torch.tensordot(m, r, 1))
    return Segmentation(f, r, m, torch.zeros_like(m), misfit.square().mean().sqrt().item())


def _for_each_pixel(m: Tensor, f: Tensor) -> Tensor:
    """The numbers m_k of the classes in a shape that meets each pixel of f."""
    return m.view(-1, *[1] * f.ndim)


def checkerboard(f: Tensor) -> tuple[Tensor, Tensor]:
    """The white squares and the black ones: coordinates add to an even number or an odd."""
    axes = [torch.arange(n, device=f.device) for n in f.shape]
    white = sum(torch.meshgrid(*axes, indexing="ij")) % 2 == 0
    return white, ~white


def neighbours(r: Tensor) -> Tensor:
    """The sum of r over a pixel's neighbours: two along each axis, fewer at the edge."""
    total = torch.zeros_like(r)
    for axis in range(1, r.ndim):
        n = r.shape[axis] - 1
        total.narrow(axis, 0, n).add_(r.narrow(axis, 1, n))
        total.narrow(axis, 1, n).add_(r.narrow(axis, 0, n))
    return total
