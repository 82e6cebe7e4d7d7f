"""A linear problem whose operator is wrong: what each structure risks, in closed form.

    g = H f + eps,   f ~ N(0, C),   eps ~ N(0, sigma^2 I),   and A is taken for H

A structure is a linear estimate R g that fixes some of the physics and learns the rest from
N pairs (f, g). Its risk is E ||f - R g||^2, over f, eps and the pairs, in the units of f^2:

    true         R = C H^T (H C H^T + sigma^2 I)^-1             nothing can be better
    fixed        R = C A^T (A C A^T + sigma^2 I)^-1             nothing is learned
    retuned      R = C A^T (A C A^T + v I)^-1                   one number v
    covariance   R = C A^T (A C A^T + sigma^2 I + E C E^T)^-1   with E = H - A
    correction   that of "true", with H^ = A + E^ for H         E^ from the pairs
    spectral     R = V diag(w) U^T, where A = U S V^T           a weight for each mode
    dense        R from the pairs, by ridge

Source: Kaipio & Somersalo, J. Comput. Appl. Math. 198 (2007) 493, for the covariance;
    Lunz, Hauptmann, Tarvainen, Schonlieb & Arridge, SIAM J. Imaging Sci. 14 (2021) 92, for
    learned corrections of an operator.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from .checks import require_count, require_standard_deviation

SEARCH = 120  # halvings of an interval, or points of a grid


@dataclass(frozen=True)
class Problem:
    """The true operator H, the assumed one A, the covariance C of f, and sigma.

    Shapes: H and A are (m, n), C is (n, n), all in double precision.
    Raises: ValueError for other shapes, and for a sigma that is no standard deviation.
    """

    H: Tensor
    A: Tensor
    C: Tensor
    sigma: float

    def __post_init__(self):
        require_standard_deviation(self.sigma)
        n = self.H.shape[-1]
        if self.A.shape != self.H.shape or self.C.shape != (n, n):
            shapes = [tuple(x.shape) for x in (self.H, self.A, self.C)]
            raise ValueError(f"H, A and C of shapes {shapes} do not fit together")

    @property
    def data(self) -> Tensor:
        """G = H C H^T + sigma^2 I, the covariance of the data."""
        return self.H @ self.C @ self.H.mT + self.noise(self.sigma**2)

    def noise(self, v: float) -> Tensor:
        """v I, the covariance of white noise of variance v in the data."""
        return v * torch.eye(len(self.H), dtype=self.H.dtype)

    def risk(self, R: Tensor) -> float:
        """E ||f - R g||^2 = tr C - 2 tr(R H C) + tr(R G R^T)"""
        both = torch.trace(R @ self.H @ self.C)
        return (self.C.trace() - 2 * both + torch.trace(R @ self.data @ R.mT)).item()


def estimate(H: Tensor, C: Tensor, noise: Tensor) -> Tensor:
    """R = C H^T (H C H^T + noise)^-1, the best R for an H and a covariance of the noise."""
    return torch.linalg.solve(H @ C @ H.mT + noise, H @ C).mT


def true(p: Problem) -> float:
    """The risk if H is known: the trace of the posterior covariance."""
    return p.risk(estimate(p.H, p.C, p.noise(p.sigma**2)))


def fixed(p: Problem) -> float:
    """The risk of taking A for H."""
    return p.risk(estimate(p.A, p.C, p.noise(p.sigma**2)))


def retuned(p: Problem) -> float:
    """The risk with A, and the noise level that is best for it."""
    levels = p.sigma**2 * torch.logspace(0, 8, SEARCH, dtype=torch.float64)
    return min(p.risk(estimate(p.A, p.C, p.noise(v.item()))) for v in levels)


def covariance(p: Problem) -> float:
    """The risk with A, where E f is taken for noise that does not depend on f."""
    E = p.H - p.A
    return p.risk(estimate(p.A, p.C, p.noise(p.sigma**2) + E @ p.C @ E.mT))


def spectral(p: Problem, pairs: int) -> float:
    """The risk of a weight for each mode of A, by least squares from N > 2 pairs.

    Each weight is a regression on one number, whose residual rho_k grows by 1 / (N - 2):

        risk = sum_k rho_k (1 + 1 / (N - 2)),   rho_k = E f_k^2 - (E f_k g_k)^2 / E g_k^2

    with f_k = v_k^T f and g_k = u_k^T g.
    """
    require_count("pairs", pairs - 2)
    U, _, Vh = torch.linalg.svd(p.A, full_matrices=False)
    power = torch.einsum("kn,nm,km->k", Vh, p.C, Vh)
    both = torch.einsum("kn,nm,mk->k", Vh, p.C @ p.H.mT, U)
    seen = torch.einsum("mk,mn,nk->k", U, p.data, U)
    rho = power - both.square() / seen
    unseen = p.C.trace() - power.sum()
    return (unseen + rho.sum() * (1 + 1 / (pairs - 2))).item()


def dense(p: Problem, pairs: int, weight: float | None = None) -> float:
    """The risk of R = F G^T (G G^T + weight I)^-1 from N pairs, F and G their columns.

    For a large problem, with R_0 the R of "true", S the covariance of the data,
    df_j = tr(S^j (S + kappa)^-j), and kappa from N - 1 = df_1 + weight / kappa,

        risk = (true + kappa^2 tr(R_0 S (S + kappa)^-2 R_0^T)) / (1 - df_2 / (N - 1))

    Without ridge, for N > m + 1, it is true (1 + m / (N - m - 1)), which is exact: hence
    N - 1, where the source has N. With ridge and N below m it is some percent too high. No
    ``weight`` is the best one.

    Source: Hastie, Montanari, Rosset & Tibshirani, Ann. Statist. 50 (2022) 949.
    """
    require_count("pairs beyond the first", pairs - 1)
    s, Q = torch.linalg.eigh(p.data)
    coefficients = (estimate(p.H, p.C, p.noise(p.sigma**2)) @ Q).square().sum(0)
    weights = torch.logspace(-8, 4, SEARCH, dtype=s.dtype) * s.max() * pairs
    if weight is not None:
        weights = torch.tensor([weight], dtype=s.dtype)
    return dense_risks(true(p), coefficients, s, pairs, weights).min().item()


def correction(p: Problem, pairs: int) -> float:
    """The risk of the correction by least squares from N >> n pairs, to second order.

    The rows of H^ - H then have the covariance V = sigma^2 C^-1 / (N - n - 1), and with
    the R of "true" and its posterior covariance P, dR = P dH^T G^-1 - R dH R:

        risk = tr P + tr(G^-1) tr(P V P) + tr(V R G R^T) tr(R R^T) - 2 tr(P V R R^T)

    Raises: ValueError for fewer than n + 2 pairs.
    """
    n = len(p.C)
    require_count("pairs beyond n + 1", pairs - n - 1)
    R = estimate(p.H, p.C, p.noise(p.sigma**2))
    P = p.C - R @ p.H @ p.C
    V = p.sigma**2 / (pairs - n - 1) * torch.linalg.inv(p.C)
    G = p.data
    excess = torch.linalg.inv(G).trace() * (P @ V @ P).trace()
    excess += (V @ R @ G @ R.mT).trace() * (R @ R.mT).trace()
    excess -= 2 * (P @ V @ R @ R.mT).trace()
    return (P.trace() + excess).item()


def left_over(power: float, unknowns: int, pairs: int, sigma: float) -> float:
    """The power e, in each datum, of what N pairs leave unknown of E f.

    A row of E is n numbers, of power t in all before; the N equations r = E f + eps know
    it no better than their noise and each other's ignorance, sigma^2 + e, allow:

        e = t / (1 + N t / (n (sigma^2 + e)))

    Source: Dicker, Bernoulli 22 (2016) 1, for ridge regression with its best weight.
    """
    noise = sigma**2
    b = noise + (pairs / unknowns - 1) * power
    return 2 * power * noise / (b + (b**2 + 4 * power * noise) ** 0.5)


def dense_risks(
    least: float, coefficients: Tensor, s: Tensor, pairs: int, weights
) -> Tensor:
    """The formula of ``dense`` for each of some weights of the ridge.

    ``coefficients`` are ||R_0 q||^2 for the eigenvectors q of the covariance of the data,
    ``s`` its eigenvalues, and ``least`` is the risk of R_0.
    """
    count = pairs - 1
    low = torch.full_like(weights, 1e-15)
    high = torch.full_like(weights, 1e15)
    for _ in range(SEARCH):
        kappa = (low * high).sqrt()[:, None]
        above = (s / (s + kappa)).sum(1) + weights / kappa[:, 0] > count
        low = torch.where(above, kappa[:, 0], low)
        high = torch.where(above, high, kappa[:, 0])
    df_2 = (s / (s + kappa)).square().sum(1)
    bias = (kappa / (s + kappa)).square() @ (coefficients * s)
    return (least + bias) / (1 - df_2 / count)


@dataclass(frozen=True)
class Seen:
    """What the rule knows of a problem: of A, of sigma, and of the mismatch in N pairs.

    ``a`` and ``w`` belong to the modes of A C^(1/2) = U diag(a) V^T, with
    w_k = ||C^(1/2) v_k||^2; ``each`` holds the power of the mismatch, u_k^T E C E^T u_k, in
    the datum of each mode.
    """

    a: Tensor
    w: Tensor
    each: Tensor
    sigma: float
    pairs: int


def seen(A: Tensor, C: Tensor, sigma: float, f: Tensor, g: Tensor) -> Seen:
    """What N pairs, the columns of f and g, show beside A, C and sigma.

        E (u_k^T (g - A f))^2 = u_k^T E C E^T u_k + sigma^2

    Shapes: f is (n, N) and g is (m, N), m >= n.
    """
    s, Q = torch.linalg.eigh(C)
    half = Q @ (s.clamp(min=0).sqrt()[:, None] * Q.mT)
    U, a, Vh = torch.linalg.svd(A @ half, full_matrices=False)
    residual = (U.mT @ (g - A @ f)).square().mean(-1)
    each = (residual - sigma**2).clamp(min=0)
    return Seen(a, (half @ Vh.mT).square().sum(0), each, sigma, f.shape[-1])


def predicted(p: Seen) -> dict[str, float]:
    """The rule: the risk of each structure, of which the least is chosen.

    Two things are supposed. The mismatch E f is noise that does not depend on f, of power
    t_k in mode k, so that the data of the mode are a z + white noise of variance
    v = sigma^2 + t_k. Before the pairs are seen, all entries of E C^(1/2) are alike. Each
    estimate then acts on the modes one by one, w_k times the risk of a number z ~ N(0, 1):

        an estimate h g           (1 - h a)^2 + h^2 v;  fixed: h = a / (a^2 + sigma^2)
        the best h                v / (a^2 + v)
        v from N residuals        and h'(v)^2 (a^2 + v) (2 / N) v^2, to second order: a
                                  variance is known to a part sqrt(2 / N) of it
        h from N pairs            v / (a^2 + v) (1 + 1 / (N - 2)), as in ``spectral``
        E from N pairs            v = sigma^2 + ``left_over``, what they leave unknown of E
        all from N pairs          ``dense_risks`` with the spectrum a^2 + v of the data

    Nothing is fitted to results. What it cannot see is a mismatch that is aligned with A,
    such as a gain: the weights of "spectral" then learn more than it predicts; nor that a
    part is not linear, which no correction removes. ``structure_rule`` sees both. And it
    takes the spectrum of A for that of H: a dense layer looks some percent worse.
    """
    noise = p.sigma**2
    pairs = p.pairs
    a_2 = p.a.square()
    v = noise + p.each
    levels = noise * torch.logspace(0, 6, SEARCH, dtype=p.a.dtype)[:, None]
    tuned = ((levels**2 + a_2 * v) / (a_2 + levels).square()) @ p.w
    best = v / (a_2 + v)
    doubt = a_2 * v.square() * (2 / pairs) / (a_2 + v) ** 3
    power = p.each.mean().clamp(min=1e-3 * noise).item()
    left = noise + left_over(power, len(p.a), pairs, p.sigma)
    weights = torch.logspace(-8, 4, SEARCH, dtype=p.a.dtype) * (a_2 + v).max() * pairs
    least = (p.w * noise / (a_2 + noise)).sum()
    known = p.w * a_2 / (a_2 + v).square()
    return {
        "fixed": tuned[0].item(),
        "retuned": tuned.min().item(),
        "covariance": (p.w @ (best + doubt)).item(),
        "correction": (p.w @ (left / (a_2 + left))).item(),
        "spectral": (p.w @ best).item() * (1 + 1 / (pairs - 2)),
        "dense": dense_risks(least, known, a_2 + v, pairs, weights).min().item(),
    }
