"""The six linear structures, learned from N pairs, and nothing but them.

Each is a family of estimates R g with one number that is tuned: a noise level, how far a
covariance is shrunk, a ridge. The number is chosen by cross-validation within the pairs.

    fixed        R = C A^T (A C A^T + sigma^2 I)^-1
    retuned      the same with v for sigma^2; v is tuned
    covariance   with rho D + (1 - rho) S for sigma^2 I, where S is the mean of r r^T over
                 the residuals r = g - A f, and D its diagonal in the modes of A C^(1/2);
                 rho is tuned
    correction   with A + E^ for A, and v for sigma^2: E^ C^(1/2) is the ridge regression
                 of r on C^(-1/2) f, whose weight is tuned first, by the residuals that it
                 leaves, then v
    spectral     R = V diag(w) U^T with A = U S V^T: w by least squares, nothing is tuned
    dense        the ridge regression of f on g, whose weight is tuned

Shapes: f is (n, N) and g is (m, N), as in ``course_utils.mismatch``.
"""

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import NamedTuple

import torch
from torch import Tensor

FOLDS = 5
STRUCTURES = ("fixed", "retuned", "covariance", "correction", "spectral", "dense")
LEVELS = torch.logspace(-3, 7, 31, dtype=torch.float64)  # v / sigma^2
SHRUNK = (1.0, 0.7, 0.4, 0.2, 0.1, 0.05, 0.02, 0.005, 0.0)  # rho
RIDGES = torch.logspace(-8, 6, 43, dtype=torch.float64)  # of the correction, of x^2 = 1
NOISES = torch.logspace(-3, 2, 21, dtype=torch.float64)  # v by the residuals' power
WEIGHTS = torch.logspace(-10, 2, 37, dtype=torch.float64)  # of the ridge by N max g^2


class Known:
    """What is known without pairs: the operator A that is assumed, C and sigma.

    ``half`` and ``white`` are C^(1/2) and C^(-1/2); A C^(1/2) = U diag(a) V^T, with all
    columns of U.
    """

    def __init__(self, A: Tensor, C: Tensor, sigma: float):
        self.A = A
        self.C = C
        self.sigma = sigma
        s, Q = torch.linalg.eigh(C)
        s = s.clamp(min=1e-12 * s.max().item())
        self.half = Q * s.sqrt() @ Q.mT
        self.white = Q / s.sqrt() @ Q.mT
        self.U, self.a, self.Vh = torch.linalg.svd(A @ self.half)

    @cached_property
    def plain(self) -> tuple[Tensor, Tensor]:
        """U and V^T of A itself."""
        U, _, Vh = torch.linalg.svd(self.A, full_matrices=False)
        return U, Vh

    def level(self, v: float) -> Tensor:
        """R = C A^T (A C A^T + v I)^-1"""
        h = self.a / (self.a.square() + v)
        return (self.half @ self.Vh.mT * h) @ self.U[:, : len(h)].mT


def fixed(known: Known, f: Tensor, g: Tensor) -> Iterator[Tensor]:
    """The estimate that learns nothing."""
    yield known.level(known.sigma**2)


def retuned(known: Known, f: Tensor, g: Tensor) -> Iterator[Tensor]:
    """One estimate for each of ``LEVELS``."""
    for level in LEVELS.tolist():
        yield known.level(level * known.sigma**2)


def covariance(known: Known, f: Tensor, g: Tensor) -> Iterator[Tensor]:
    """One estimate for each of ``SHRUNK``."""
    r = known.U.mT @ (g - known.A @ f)
    S = r @ r.mT / r.shape[1]
    least = 1e-3 * known.sigma**2
    D = S.diagonal().clamp(min=known.sigma**2 / 10).diag()
    B = known.U.mT @ known.A
    eye = least * torch.eye(len(S), dtype=S.dtype)
    for rho in SHRUNK:
        G = B @ known.C @ B.mT + rho * D + (1 - rho) * S + eye
        yield torch.linalg.solve(G, B @ known.C).mT @ known.U.mT


def spectral(known: Known, f: Tensor, g: Tensor) -> Iterator[Tensor]:
    """A weight for each mode of A, by least squares."""
    U, Vh = known.plain
    c = U.mT @ g
    w = ((Vh @ f) * c).sum(1) / c.square().sum(1)
    yield (Vh.mT * w) @ U.mT


def dense(known: Known, f: Tensor, g: Tensor) -> Iterator[Tensor]:
    """One estimate for each of ``WEIGHTS``."""
    scale = g.square().sum(0).mean().item() * g.shape[1]
    yield from ridge(f, g, WEIGHTS * scale)


def ridge(f: Tensor, g: Tensor, weights: Tensor) -> Iterator[Tensor]:
    """f g^T (g g^T + weight I)^-1 for each weight."""
    U, s, Vh = torch.linalg.svd(g, full_matrices=False)
    both = f @ Vh.mT
    for weight in weights:
        yield (both * (s / (s.square() + weight))) @ U.mT


def corrections(known: Known, f: Tensor, g: Tensor) -> Iterator[Tensor]:
    """E^ C^(1/2) for each of ``RIDGES``."""
    yield from ridge(g - known.A @ f, known.white @ f, RIDGES * len(f))


def corrected(known: Known, E: Tensor, levels: Tensor) -> Iterator[Tensor]:
    """With B = A C^(1/2) + E: C^(1/2) B^T (B B^T + v I)^-1 for each level v."""
    U, b, Vh = torch.linalg.svd(known.A @ known.half + E, full_matrices=False)
    V = known.half @ Vh.mT
    for v in levels:
        yield (V * (b / (b.square() + v))) @ U.mT


FAMILIES: dict[str, Callable[..., Iterator[Tensor]]] = {
    "fixed": fixed,
    "retuned": retuned,
    "covariance": covariance,
    "spectral": spectral,
    "dense": dense,
}


def parts(count: int) -> Iterator[tuple[Tensor, Tensor]]:
    """Which pairs are learned from, and which are left out, in each fold."""
    index = torch.arange(count)
    for k in range(min(FOLDS, count)):
        out = index % FOLDS == k
        yield index[~out], index[out]


def validated(fits: Callable, target: Tensor, given: Tensor) -> Tensor:
    """The error on pairs left out, of each estimate that ``fits(kept)`` yields."""
    total = 0
    for kept, out in parts(given.shape[1]):
        left = target[:, out]
        seen = given[:, out]
        errors = [(left - R @ seen).square().sum().item() for R in fits(kept)]
        total = total + torch.tensor(errors, dtype=torch.float64)
    return total / given.shape[1]


class Learned(NamedTuple):
    """A structure learned from pairs: its estimate R, and its error in cross-validation.

    ``at`` are the places of chosen numbers in their grids, 0 to 1. That of rho is not told:
    its grid ends with a diagonal and with no shrinking at all: beyond there is nothing.
    ``B`` is the operator it takes for the true one: A, or the corrected one.
    """

    R: Tensor
    error: float
    at: list[float]
    B: Tensor


def learned(name: str, known: Known, f: Tensor, g: Tensor) -> Learned:
    """The structure of that name, learned from the pairs."""
    if name == "correction":
        return tuned_correction(known, f, g)
    return tuned(name, known, f, g)


def tuned(name: str, known: Known, f: Tensor, g: Tensor) -> Learned:
    """The best of a family in cross-validation, learned from all pairs."""
    family = FAMILIES[name]
    if name in ("fixed", "retuned"):  # nothing is learned in a fold
        errors = torch.tensor([(f - R @ g).square().sum() for R in family(known, f, g)])
        errors = errors / f.shape[1]
    else:
        errors = validated(lambda k: family(known, f[:, k], g[:, k]), f, g)
    best = errors.argmin().item()
    R = next(R for k, R in enumerate(family(known, f, g)) if k == best)
    at = [best / (len(errors) - 1)] if name in ("retuned", "dense") else []
    return Learned(R, errors[best].item(), at, known.A)


def tuned_correction(known: Known, f: Tensor, g: Tensor) -> Learned:
    """First the ridge that predicts the residuals best, then the level v."""
    r = g - known.A @ f
    x = known.white @ f
    left = validated(lambda k: corrections(known, f[:, k], g[:, k]), r, x)
    best = left.argmin().item()
    levels = NOISES * left[best] / len(g)

    def fits(k) -> Iterator[Tensor]:
        weight = RIDGES[best : best + 1] * len(f)
        (E,) = ridge(r[:, k], x[:, k], weight)
        return corrected(known, E, levels)

    errors = validated(fits, f, g)
    chosen = errors.argmin().item()
    R = next(R for k, R in enumerate(fits(slice(None))) if k == chosen)
    at = [best / (len(RIDGES) - 1), chosen / (len(NOISES) - 1)]
    (E,) = ridge(r, x, RIDGES[best : best + 1] * len(f))
    return Learned(R, errors[chosen].item(), at, known.A + E @ known.white)
