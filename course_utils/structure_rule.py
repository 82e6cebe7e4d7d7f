"""The rule: which structure N pairs are enough for, from the mismatch in its parts.

In the modes of what is assumed, A C^(1/2) = U diag(a) V^T with z = V^T C^(-1/2) f, the
pairs show how the residual of each datum is made up:

    u_k^T (g - A f) = b_k z_k + sum_j e_kj z_j + rest_k + noise

    b_k     the gain by which mode k is wrong, which a weight of its own can mend
    e_kj    of all other modes j: linear, so that a learned operator can mend it
    rest_k  not linear in f: noise for every linear estimate, however many pairs there are

``course_utils.mismatch.predicted`` takes all three for one noise that a correction can
remove. It was mended on development problems, as ``studies/how_much_to_fix`` tells.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from .checks import require_count, require_standard_deviation
from .mismatch import SEARCH, dense_risks

ALL_BUT_ONE = 1e-12  # of the variance: less is lost in round-off
LEAST = 1e-3  # of the noise: less of a mismatch is none


@dataclass(frozen=True)
class Modes:
    """Singular values a, prior powers w, gains b, and the variance beside a z + b z."""

    a: Tensor
    w: Tensor
    gain: Tensor
    beside: Tensor


@dataclass(frozen=True)
class Parts:
    """What the rule knows: the modes of A C^(1/2), those of A alone, and the linear rest.

    ``linear`` is sum_j e_kj^2 for each mode of A C^(1/2).
    """

    modes: Modes
    plain: Modes
    linear: Tensor
    sigma: float
    pairs: int


def seen(A: Tensor, C: Tensor, sigma: float, f: Tensor, g: Tensor) -> Parts:
    """What N pairs, the columns of f and g, show beside A, C and sigma.

    Shapes: f is (n, N) and g is (m, N), m >= n.
    Raises: ValueError for fewer than 3 pairs, or a sigma that is no standard deviation.
    """
    require_standard_deviation(sigma)
    require_count("pairs beyond the second", f.shape[1] - 2)
    r = g - A @ f
    s, Q = torch.linalg.eigh(C)
    s = s.clamp(min=ALL_BUT_ONE * s.max().item())
    half = Q * s.sqrt() @ Q.mT
    U, a, Vh = torch.linalg.svd(A @ half, full_matrices=False)
    z = Vh @ (Q / s.sqrt() @ (Q.mT @ f))
    modes = regressed(a, (half @ Vh.mT).square().sum(0), z, U.mT @ r)
    U_A, s_A, Vh_A = torch.linalg.svd(A, full_matrices=False)
    w = torch.einsum("kn,nm,km->k", Vh_A, C, Vh_A)
    plain = regressed(s_A * w.sqrt(), w, Vh_A @ f / w.sqrt()[:, None], U_A.mT @ r)
    linear = shared(U.mT @ r - modes.gain[:, None] * z, z)
    return Parts(modes, plain, linear, sigma, f.shape[1])


def regressed(a: Tensor, w: Tensor, z: Tensor, r: Tensor) -> Modes:
    """The line r_k = b_k z_k through the pairs, for each mode. Shapes: z and r (n, N)."""
    gain = (r * z).sum(1) / z.square().sum(1)
    beside = (r - gain[:, None] * z).square().sum(1) / (z.shape[1] - 1)
    return Modes(a, w, gain, beside)


def shared(r: Tensor, z: Tensor) -> Tensor:
    """sum_j e_kj^2 over j != k, by the mean over all two pairs p, q of them:

        E r_kp r_kq sum_j z_jp z_jq = sum_j e_kj^2,   p != q

    whatever the distribution of z, if it has mean 0 and covariance I. What is not linear in
    z has no share in it.
    """
    count = r.shape[1]
    squares = z.square()
    both = (r @ z.mT).square()
    same = (r.square() * (squares.sum(0) - squares)).sum(1)
    return (both.sum(1) - both.diagonal() - same) / (count * (count - 1))


def ridge_shares(power: float, noise: float, n: int, pairs: int) -> tuple[float, float]:
    """What the best ridge on N pairs leaves of a row of n numbers: bias and variance.

    Of each row with this power on average, the share of its own power that is not found,
    and the error by the share of its noise. For white z and large n; with
    mu = n noise / power, kappa solves N - n / (1 + kappa) = mu / kappa.

    Source: Hastie, Montanari, Rosset & Tibshirani, Ann. Statist. 50 (2022) 949.
    """
    mu = n * noise / power
    b = n + mu - pairs
    kappa = (b + (b**2 + 4 * pairs * mu) ** 0.5) / (2 * pairs)
    df = n / (1 + kappa) ** 2 / pairs
    return (kappa / (1 + kappa)) ** 2 / (1 - df), df / (1 - df)


@dataclass(frozen=True)
class Split:
    """The variances of each mode, none below zero: of the gain, linear, and the rest.

    ``beside`` is all that is beside the gain, the noise included; ``gained`` is what the
    mode's own signal has left, (a + b)^2, and ``a_2`` the square of the singular value that
    is taken for that of H: that of A, as near as ``gained`` and the row of H allow.
    """

    beside: Tensor
    gain: Tensor
    linear: Tensor
    rest: Tensor
    gained: Tensor
    a_2: Tensor


def split(p: Parts) -> Split:
    """The parts of the mismatch, from what few pairs show of them.

    A linear part of one mode is known to sqrt(2 n) / N of its variance: it counts by
    N^2 / (N^2 + 2 n), and the share that all modes have together by what is left of 1.
    """
    m = p.modes
    beside = m.beside.clamp(min=p.sigma**2)
    error = beside / p.pairs
    mismatch = beside - p.sigma**2
    share = p.linear.mean().clamp(min=0) / mismatch.mean().clamp(min=1e-300)
    trust = p.pairs**2 / (p.pairs**2 + 2 * len(m.a))
    linear = trust * p.linear + (1 - trust) * share.clamp(max=1) * mismatch
    linear = torch.minimum(linear.clamp(min=0), mismatch)
    gained = ((m.a + m.gain).square() - error).clamp(min=0)
    a_2 = torch.minimum(torch.maximum(m.a.square(), gained), gained + linear)
    gain = (m.gain.square() - error).clamp(min=0)
    return Split(beside, gain, linear, beside - linear, gained, a_2)


def predicted(p: Parts) -> dict[str, float]:
    """The risk of each structure, of which the least is chosen; in the units of f^2.

    An estimate acts on the modes one by one, w_k times the risk of a number z ~ N(0, 1):

        fixed, retuned     (1 - h (a + b))^2 + h^2 v,  h = a / (a^2 + sigma^2), or its best
                           level for sigma^2; v is all that is beside the gain
        covariance         the same with b^2 + v for sigma^2, known to a part sqrt(2 / N)
        spectral           v / ((a + b)^2 + v) (1 + 1 / (N - 2)), in the modes of A
        correction         h from A + E^: v is the rest and what ``ridge_shares`` leaves of
                           the gain and the linear part
        dense              ``mismatch.dense_risks`` with the spectrum (a + b)^2 + v
    """
    s = split(p)
    levels = p.sigma**2 * torch.logspace(-2, 6, SEARCH, dtype=s.rest.dtype)[:, None]
    mode_wise = known(p, s, levels)
    return {
        "fixed": mode_wise[0],
        "retuned": mode_wise[1],
        "covariance": mode_wise[2],
        "correction": correction(p, s, levels),
        "spectral": spectral(p),
        "dense": dense(p, s),
    }


def known(p: Parts, s: Split, levels: Tensor) -> tuple[float, float, float]:
    """The risks of "fixed", "retuned" and "covariance"."""
    m = p.modes
    a_2 = m.a.square()
    v = s.beside

    def risk(level) -> Tensor:
        h = m.a / (a_2 + level)
        each = (1 - h * (m.a + m.gain)).square() + h.square() * v * (1 - 1 / p.pairs)
        return each @ m.w

    total = m.gain.square() + v
    doubt = a_2 * total.square() * (2 / p.pairs) / (a_2 + total) ** 3
    covariance = risk(total) + doubt @ m.w
    return risk(p.sigma**2).item(), risk(levels).min().item(), covariance.item()


def correction(p: Parts, s: Split, levels: Tensor) -> float:
    """The risk of "correction": one level for all modes, the best."""
    power = s.gain + s.linear
    least = LEAST * p.sigma**2
    mean_power = power.mean().clamp(min=least).item()
    bias, variance = ridge_shares(mean_power, s.rest.mean().item(), len(power), p.pairs)
    left = s.rest + bias * power + variance * s.rest
    h = s.a_2.sqrt() / (s.a_2 + levels)
    each = (1 - h * s.a_2.sqrt()).square() + h.square() * left
    return (each @ p.modes.w).min().item()


def spectral(p: Parts) -> float:
    """The risk of "spectral", whose modes are those of A alone."""
    m = p.plain
    v = m.beside.clamp(min=p.sigma**2)
    gained = ((m.a + m.gain).square() - v / p.pairs).clamp(min=0)
    return (m.w @ (v / (gained + v))).item() * (1 + 1 / (p.pairs - 2))


def dense(p: Parts, s: Split) -> float:
    """The risk of "dense", with its best ridge."""
    spectrum = s.gained + s.beside
    weights = torch.logspace(-8, 4, SEARCH, dtype=s.rest.dtype)
    weights = weights * spectrum.max() * p.pairs
    least = p.modes.w @ (s.rest / (s.a_2 + s.rest))
    coefficients = p.modes.w * s.a_2 / (s.a_2 + s.rest).square()
    return dense_risks(least, coefficients, spectrum, p.pairs, weights).min().item()
