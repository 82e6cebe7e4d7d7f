"""Four integral equations on which regularisation has been tried for decades.

Each is g(s) = int K(s, t) f(t) dt, where the midpoint rule makes n numbers of f and of g:

    H[i, j] = h K(s_i, t_j),    h = (high - low) / n,    t_j = low + (j + 1/2) h

Each function takes n and gives (H, f), a `Matrix` of (n, n) and its customary unknown (n,).
All are computed in double precision and given in torch's default float type.

Source: Hansen, Numer. Algorithms 46 (2007) 189, *Regularization Tools version 4.0*, where
    they go by the same names; deriv2 and phillips are discretised there by Galerkin's
    method.
"""

from collections.abc import Callable
from math import pi

import torch
from torch import Tensor

from .linear import Matrix

Problem = tuple[Matrix, Tensor]


def shaw(n: int) -> Problem:
    """Light through a slit: K = (cos s + cos t)^2 sinc^2(sin s + sin t), on [-pi/2, pi/2].

    f(t) = 2 exp(-6 (t - 0.8)^2) + exp(-2 (t + 0.5)^2), two sources of light. The singular
    values fall exponentially.

    Units: s and t are angles in radians; sinc(x) = sin(pi x) / (pi x).
    Source: Shaw, J. Math. Anal. Appl. 37 (1972) 83.
    """
    s, t, h = _midpoints(-pi / 2, pi / 2, n)
    K = (s.cos() + t.cos()) ** 2 * torch.sinc(s.sin() + t.sin()) ** 2
    f = 2 * torch.exp(-6 * (t - 0.8) ** 2) + torch.exp(-2 * (t + 0.5) ** 2)
    return _problem(h * K, f)


def phillips(n: int) -> Problem:
    """A convolution of f with itself: K = f(s - t) and f(t) = 1 + cos(pi t / 3), |t| < 3.

    On [-6, 6], with f = 0 beyond 3. The exact data are
    g(s) = (6 - |s|) (1 + cos(pi s / 3) / 2) + 9 / (2 pi) sin(pi |s| / 3), and the singular
    values fall as i^-3.

    Source: Phillips, J. ACM 9 (1962) 84.
    """
    s, t, h = _midpoints(-6, 6, n)

    def bump(x: Tensor) -> Tensor:
        return (1 + (pi * x / 3).cos()) * (x.abs() < 3)

    return _problem(h * bump(s - t), bump(t))


def heat(n: int, kappa: float = 1.0) -> Problem:
    """The heat that entered one end of a rod, from the temperature at the other.

    K(s, t) = k(s - t) for s > t, else 0, with k(x) = x^(-3/2) exp(-1 / (4 kappa^2 x)) /
    (2 kappa sqrt(pi)), on [0, 1]. Time runs forward only, so the data are taken at the ends
    of the steps, s_i = (i + 1) h. f rises, bends and decays within the first half.

    Units: ``kappa`` = 1 is hard, 5 is harmless.
    Source: Carasso, SIAM J. Appl. Math. 42 (1982) 558; f as in Hansen (2007).
    """
    s, t, h = _midpoints(0, 1, n)
    x = s + h / 2 - t
    late = x.clamp(min=h / 4)
    k = late**-1.5 * torch.exp(-1 / (4 * kappa**2 * late)) / (2 * kappa * pi**0.5)
    y = 20 * t
    rise = 0.75 * y**2 / 4
    bend = 0.75 + (y - 2) * (3 - y)
    fall = 0.75 * torch.exp(-2 * (y - 3))
    f = torch.where(y < 2, rise, torch.where(y < 3, bend, fall)) * (t <= 0.5)
    return _problem(h * k * (x > 0), f)


def deriv2(n: int) -> Problem:
    """Integrating twice: g'' = f with g(0) = g(1) = 0, so the inverse differentiates twice.

    K(s, t) = s (t - 1) for s < t, else t (s - 1), on [0, 1], with f(t) = t and the exact
    data g(s) = (s^3 - s) / 6. The singular values fall as 1 / (pi i)^2.

    Source: Delves & Mohamed, *Computational Methods for Integral Equations* (Cambridge
        University Press, 1985), p. 310.
    """
    s, t, h = _midpoints(0, 1, n)
    return _problem(h * torch.where(s < t, s * (t - 1), t * (s - 1)), t)


def _midpoints(low: float, high: float, n: int) -> tuple[Tensor, Tensor, float]:
    """s as a column, t as a row, and the step h."""
    h = (high - low) / n
    t = low + (torch.arange(n, dtype=torch.float64) + 0.5) * h
    return t[:, None], t, h


def _problem(A: Tensor, f: Tensor) -> Problem:
    dtype = torch.get_default_dtype()
    return Matrix(A.to(dtype)), f.to(dtype)


PROBLEMS: dict[str, Callable[[int], Problem]] = {
    "shaw": shaw,
    "phillips": phillips,
    "heat": heat,
    "deriv2": deriv2,
}
