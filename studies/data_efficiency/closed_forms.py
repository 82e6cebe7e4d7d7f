"""The methods with a closed form, each with all that it may learn from N pairs.

Each is fitted by least squares with a weight ``mu`` on what pulls it towards its start, and
gives a function from g to f.

Shapes: g and f are (N, *shape); inside, signals are rows. Only a filter is complex.
"""

from collections.abc import Callable
from math import prod
from typing import NamedTuple

import torch
from torch import Tensor

from course_utils import solvers

Estimator = Callable[[Tensor], Tensor]
LAMS = torch.logspace(-5, 1, 61, dtype=torch.float64).tolist()


def nothing(H, g: Tensor, f: Tensor, mu: float) -> Estimator:
    """f = g"""
    return lambda g: g


def tikhonov(H, g: Tensor, f: Tensor, mu: float = 0.0) -> Estimator:
    """f = V s / (s^2 + lam) U^T g, with the lam that is best for the pairs."""
    s = H.singular_values()
    c = H.analysis(g)
    a = H.synthesis.T(f)
    errors = [(s / (s**2 + lam) * c - a).square().sum().item() for lam in LAMS]
    lam = LAMS[errors.index(min(errors))]
    return lambda g: solvers.tikhonov(H, g, lam)


def wiener(H, g: Tensor, f: Tensor, mu: float) -> Estimator:
    """f = V s p / (s^2 p + sigma^2) U^T g, with p and sigma estimated from the pairs."""
    noise = (g - H(f)).square().mean()
    p = tied(H.synthesis.T(f).square().mean(0))
    return lambda g: H.spectral_inverse(lambda s: s * p / (s**2 * p + noise), g)


def spectral(H, g: Tensor, f: Tensor, mu: float) -> Estimator:
    """g -> H^T -> V^T -> Lambda -> V, with the Lambda of least squares, and no start."""
    V = H.synthesis
    a = V.T(f)
    b = V.T(H.T(g))
    Lambda = tied((a * b).sum(0)) / (tied(b.square().sum(0)) + mu * len(g))
    return lambda g: V(Lambda * V.T(H.T(g)))


def spectral_from_start(H, g: Tensor, f: Tensor, mu: float) -> Estimator:
    """The same, where its start, Tikhonov's estimate, counts as mu further pairs."""
    start = tikhonov(H, g, f)
    learned = spectral(H, g, f, 0.0)
    N = len(g)
    return lambda g: (N * learned(g) + mu * start(g)) / (N + mu)


def fourier_filter(H, g: Tensor, f: Tensor, mu: float) -> Estimator:
    """f = F^-1 [ w * F g ], with the complex w of least squares: H is not used."""
    shape = g.shape[1:]
    axes = tuple(range(1, g.ndim))
    G = torch.fft.rfftn(g, dim=axes)
    F = torch.fft.rfftn(f, dim=axes)
    w = (G.conj() * F).sum(0) / (G.abs().square().sum(0) + mu * len(g) * shape.numel())
    return lambda g: torch.fft.irfftn(w * torch.fft.rfftn(g, dim=axes), shape, axes)


def dense(H, g: Tensor, f: Tensor, mu: float) -> Estimator:
    """f = W g, every entry learned."""
    return matrix(ridge(g, f, mu))


def dense_from_identity(H, g: Tensor, f: Tensor, mu: float) -> Estimator:
    """f = W g, where W starts at the identity: what is learned is the difference."""
    D = matrix(ridge(g, f - g, mu))
    return lambda g: g + D(g)


def adjoint_dense(H, g: Tensor, f: Tensor, mu: float) -> Estimator:
    """f = W H^T g, every entry of W learned."""
    W = matrix(ridge(H.T(g), f, mu))
    return lambda g: W(H.T(g))


def two_layer_second(H, g: Tensor, f: Tensor, mu: float) -> Estimator:
    """f = W H^T g, where W starts at (H^T H + lam I)^-1: the difference is learned."""
    start = tikhonov(H, g, f)
    D = matrix(ridge(H.T(g), f - start(g), mu))
    return lambda g: start(g) + D(H.T(g))


def two_layer_first(H, g: Tensor, f: Tensor, mu: float) -> Estimator:
    """f = H^T W g, where W starts at (H H^T + lam I)^-1.

    The difference D minimises sum ||f - start - H^T D g||^2 + mu N ||D||^2, that is
    (H H^T) D (sum g g^T) + mu N D = sum H (f - start) g^T, which is diagonal in two bases.
    """
    start = tikhonov(H, g, f)
    right = H(f - start(g)).T @ g
    q, Q = torch.linalg.eigh(g.T @ g)
    s = H.singular_values()
    U_T = H.analysis
    D = (U_T(right.T).T @ Q) / (s[:, None] ** 2 * q + mu * len(g))
    D = U_T.T(D.T).T @ Q.T
    return lambda g: start(g) + H.T(matrix(D)(g))


def matrix(W: Tensor) -> Estimator:
    """f = W g"""
    return lambda g: (g.flatten(1) @ W.T).reshape(g.shape)


def ridge(x: Tensor, y: Tensor, mu: float) -> Tensor:
    """W = argmin sum ||y - W x||^2 + mu N ||W||^2, where x and y are rows."""
    x = x.flatten(1)
    y = y.flatten(1)
    weight = mu * len(x)
    if len(x) < x.shape[1]:  # as many equations as pairs
        return y.T @ torch.linalg.solve(x @ x.T + weight * torch.eye(len(x)).to(x), x)
    gram = x.T @ x + weight * torch.eye(x.shape[1]).to(x)
    return torch.linalg.solve(gram, x.T @ y).T


def tied(x: Tensor) -> Tensor:
    """The mean over the frequencies k and -k, which belong together."""
    axes = tuple(range(x.ndim))
    return (x + x.flip(axes).roll((1,) * x.ndim, axes)) / 2


def waves(shape: tuple[int, ...]) -> int:
    """How many of the frequencies of an even shape are left if k and -k count as one."""
    return (prod(shape) + 2 ** len(shape)) // 2


def entries(shape: tuple[int, ...]) -> int:
    """The entries of a matrix from pixels to pixels."""
    return prod(shape) ** 2


class ClosedForm(NamedTuple):
    """A method, the weights mu to choose from, and how many numbers it learns."""

    fitted: Callable[..., Estimator]
    weights: list[float]
    learned: Callable[[tuple[int, ...]], int]


FROM_ZERO = [0.0, *(10 ** (-k / 2) for k in range(2, 17))]
RIDGE = [10 ** (-k / 2) for k in range(13)]
FROM_START = [1000.0, 100.0, 10.0, *RIDGE]  # such a weight holds a layer where it starts
PAIRS = [0.0, *(4.0**k for k in range(8))]
CLOSED_FORMS = {
    "nothing": ClosedForm(nothing, [0.0], lambda shape: 0),
    "Tikhonov": ClosedForm(tikhonov, [0.0], lambda shape: 1),
    "Wiener": ClosedForm(wiener, [0.0], lambda shape: waves(shape) + 1),
    "four layers": ClosedForm(spectral, FROM_ZERO, waves),
    "four layers, started": ClosedForm(spectral_from_start, PAIRS, waves),
    "filter without H": ClosedForm(fourier_filter, FROM_ZERO, prod),
    "two layers, H' W": ClosedForm(two_layer_first, FROM_START, entries),
    "two layers, W H'": ClosedForm(two_layer_second, FROM_START, entries),
    "matrix after H'": ClosedForm(adjoint_dense, RIDGE, entries),
    "matrix": ClosedForm(dense, RIDGE, entries),
    "matrix, from identity": ClosedForm(dense_from_identity, FROM_START, entries),
}
