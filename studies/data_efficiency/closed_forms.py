"""The methods with a closed form, each with all that it may learn from N pairs.

Each is fitted by least squares over the N pairs with a weight ``mu`` on what pulls it
towards its start, and gives a function from g to f. The weight is chosen by
cross-validation within the N pairs; it does not grow with N, since a prior does not.

Shapes: g and f are (N, *shape); inside, signals are rows. Only a filter is complex.
"""

from collections.abc import Callable
from math import prod
from typing import NamedTuple

import torch
from torch import Tensor

from course_utils import solvers

Estimator = Callable[[Tensor], Tensor]
Fit = Callable[[float], Estimator]  # what a weight gives
LAMS = torch.logspace(-5, 1, 61, dtype=torch.float64).tolist()


def nothing(H, g: Tensor, f: Tensor) -> Fit:
    """f = g"""
    return lambda mu: lambda g: g


def tikhonov(H, g: Tensor, f: Tensor) -> Estimator:
    """f = V s / (s^2 + lam) U^T g, with the lam that is best for the pairs."""
    s = H.singular_values()
    c = H.analysis(g)
    a = H.synthesis.T(f)
    c_c, c_a = ((c * x).sum(0) for x in (c, a))  # all that the errors depend on
    ways = [(lam, s / (s**2 + lam)) for lam in LAMS]
    errors = [(phi * (phi * c_c - 2 * c_a)).sum().item() for _, phi in ways]
    lam = LAMS[errors.index(min(errors))]
    return lambda g: solvers.tikhonov(H, g, lam)


def wiener(H, g: Tensor, f: Tensor) -> Estimator:
    """f = V s p / (s^2 p + sigma^2) U^T g, with p and sigma estimated from the pairs."""
    noise = (g - H(f)).square().mean()
    p = tied(H.synthesis.T(f).square().mean(0))
    return lambda g: H.spectral_inverse(lambda s: s * p / (s**2 * p + noise), g)


def spectral(H, g: Tensor, f: Tensor) -> Fit:
    """g -> H^T -> V^T -> Lambda -> V, with the Lambda of least squares, and no start."""
    V = H.synthesis
    a = V.T(f)
    b = V.T(H.T(g))
    a_b = tied((a * b).sum(0))
    b_b = tied(b.square().sum(0))
    return lambda mu: lambda g: V(a_b / (b_b + mu) * V.T(H.T(g)))


def spectral_from_start(H, g: Tensor, f: Tensor) -> Fit:
    """The same, where its start, Tikhonov's estimate, counts as mu further pairs."""
    start = tikhonov(H, g, f)
    learned = spectral(H, g, f)(0.0)
    N = len(g)
    return lambda mu: lambda g: start(g) + N / (N + mu) * (learned(g) - start(g))


def fourier_filter(H, g: Tensor, f: Tensor) -> Fit:
    """f = F^-1 [ w * F g ], with the complex w of least squares: H is not used."""
    shape = g.shape[1:]
    axes = tuple(range(1, g.ndim))
    G = torch.fft.rfftn(g, dim=axes)
    G_F = (G.conj() * torch.fft.rfftn(f, dim=axes)).sum(0)
    G_G = G.abs().square().sum(0)

    def filtered(g: Tensor, mu: float) -> Tensor:
        w = G_F / (G_G + mu * shape.numel())
        return torch.fft.irfftn(w * torch.fft.rfftn(g, dim=axes), shape, axes)

    return lambda mu: lambda g: filtered(g, mu)


def dense(H, g: Tensor, f: Tensor) -> Fit:
    """f = W g, every entry learned."""
    return ridge(g, f)


def dense_from_identity(H, g: Tensor, f: Tensor) -> Fit:
    """f = W g, where W starts at the identity: what is learned is the difference."""
    D = ridge(g, f - g)
    return lambda mu: lambda g: g + D(mu)(g)


def adjoint_dense(H, g: Tensor, f: Tensor) -> Fit:
    """f = W H^T g, every entry of W learned."""
    W = ridge(H.T(g), f)
    return lambda mu: lambda g: W(mu)(H.T(g))


def two_layer_second(H, g: Tensor, f: Tensor) -> Fit:
    """f = W H^T g, where W starts at (H^T H + lam I)^-1: the difference is learned."""
    start = tikhonov(H, g, f)
    D = ridge(H.T(g), f - start(g))
    return lambda mu: lambda g: start(g) + D(mu)(H.T(g))


def two_layer_first(H, g: Tensor, f: Tensor) -> Fit:
    """f = H^T W g, where W starts at (H H^T + lam I)^-1.

    The difference D minimises sum ||f - start - H^T D g||^2 + mu ||D||^2, that is
    (H H^T) D (sum g g^T) + mu D = sum H (f - start) g^T, which is diagonal in two bases.
    """
    start = tikhonov(H, g, f)
    right = H(f - start(g)).T @ g
    q, Q = torch.linalg.eigh(g.T @ g)
    U_T = H.analysis
    turned = U_T(right.T).T @ Q
    sizes = H.singular_values()[:, None] ** 2 * q

    def at(mu: float) -> Estimator:
        D = U_T.T((turned / (sizes + mu)).T).T @ Q.T
        return lambda g: start(g) + H.T(g @ D.T)

    return at


def ridge(x: Tensor, y: Tensor) -> Fit:
    """x -> W x, W = argmin sum ||y - W x||^2 + mu ||W||^2, where x and y are rows."""
    shape = y.shape[1:]
    x = x.flatten(1)
    y = y.flatten(1)
    few = len(x) < x.shape[1]  # as many equations as pairs, not as pixels
    gram = x @ x.T if few else x.T @ x
    right = y if few else x.T @ y
    eye = torch.eye(len(gram)).to(x)

    def at(mu: float) -> Estimator:
        W_T = torch.linalg.solve(gram + mu * eye, right)
        return lambda z: ((z.flatten(1) @ x.T if few else z.flatten(1)) @ W_T).reshape(
            -1, *shape
        )

    return at


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
    """A method, the weights mu to choose from, the numbers it learns, whether it starts."""

    fit: Callable[..., Fit]
    weights: list[float]
    learned: Callable[[tuple[int, ...]], int]
    starts: bool = False


def without_weight(method: Callable[..., Estimator]) -> Callable[..., Fit]:
    """The method as one whose weight does not matter."""
    return lambda H, g, f: lambda mu: method(H, g, f)


def powers(first: int, last: int) -> list[float]:
    """Half powers of ten, from above."""
    return [10 ** (k / 2) for k in range(2 * first, 2 * last - 1, -1)]


FOLDS = 5
FROM_ZERO = [*powers(0, -8), 0.0]
RIDGE = powers(3, -6)
FROM_START = powers(6, -10)[::2]  # the first weights hold a layer where it starts
PAIRS = [*(4.0**k for k in range(11, -1, -1)), 0.0]
CLOSED_FORMS = {
    "nothing": ClosedForm(nothing, [0.0], lambda shape: 0),
    "Tikhonov": ClosedForm(without_weight(tikhonov), [0.0], lambda shape: 1),
    "Wiener": ClosedForm(without_weight(wiener), [0.0], lambda shape: waves(shape) + 1),
    "four layers": ClosedForm(spectral, FROM_ZERO, waves),
    "four layers, started": ClosedForm(spectral_from_start, PAIRS, waves, True),
    "filter without H": ClosedForm(fourier_filter, FROM_ZERO, prod),
    "two layers, H' W": ClosedForm(two_layer_first, FROM_START, entries, True),
    "two layers, W H'": ClosedForm(two_layer_second, FROM_START, entries, True),
    "matrix after H'": ClosedForm(adjoint_dense, RIDGE, entries),
    "matrix": ClosedForm(dense, RIDGE, entries),
    "matrix, from identity": ClosedForm(dense_from_identity, FROM_START, entries, True),
}


def cross_validated(closed: ClosedForm, H, g: Tensor, f: Tensor) -> float:
    """The weight that does best on pairs left out of a fit, each once, in five folds.

    Of fewer than five pairs each is a fold. One pair leaves nothing to choose by: what has
    a start stays there, and what begins at zero has the smallest weight.
    """
    if len(g) == 1:
        return closed.weights[0 if closed.starts else -1]
    if len(closed.weights) == 1:
        return closed.weights[0]
    errors = torch.zeros(len(closed.weights), dtype=torch.float64)
    fold = torch.arange(len(g)) % FOLDS
    for k in fold.unique():
        out = fold == k
        fit = closed.fit(H, g[~out], f[~out])
        left_out = [(fit(mu)(g[out]) - f[out]).square().sum() for mu in closed.weights]
        errors += torch.stack(left_out).to(errors)
    return closed.weights[errors.argmin()]
