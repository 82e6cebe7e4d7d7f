"""Rules for lambda: each returns the lam of f_lam = argmin ||g - H f||^2 + lam ||f||^2.

All five look at the data through the singular value decomposition H = U S V^T,

    c = U^T g                                the coefficients of the data
    w = lam / (s^2 + lam)                    what f_lam leaves of each; 1 - w is explained
    ||g - H f_lam||^2 = sum (w c)^2 + rest   with rest = ||g - U c||^2, beyond reach

so one lam costs one sum. A table over log lam covers the whole range from (eps s_1)^2,
where the last singular value drowns in round-off, to s_1^2 / eps, where f_lam has vanished;
it is refined around its best entry until lam has seven digits. A rule that finds no
compromise between data and noise returns an end of the range.

A singular value that is lost in round-off is 0, as ``H.spectrum`` says, and f_lam leaves
the whole of its coefficient: no lam is chosen to fit what H cannot reach.

Shapes: g is one data set, in the shape of ``H.out_shape``; a batch is refused.
Raises: ValueError for a sigma that is not positive and finite, for a g of another shape,
    not finite, or out of the reach of H, such as 0; NotImplementedError for an H without a
    cheap spectrum, naming ``Matrix.of(H)``.
Source: Hansen, *Discrete Inverse Problems* (SIAM, 2010), ch. 5.
"""

from collections.abc import Callable
from math import inf, log
from typing import NamedTuple

import torch
from torch import Tensor

from .checks import require_finite, require_standard_deviation
from .linear import LinearOperator


def discrepancy(H: LinearOperator, g: Tensor, sigma: float) -> float:
    """The lam whose residual is as large as the noise: ||g - H f_lam||^2 = m sigma^2.

    Raises: ValueError where no lam does, because the noise is said to be larger than g, or
        smaller than what H cannot explain.
    Source: Morozov, Soviet Math. Dokl. 7 (1966) 414.
    """
    require_standard_deviation(sigma)
    data = _Data.of(H, g)
    noise = g.numel() * sigma**2
    least = data.residual(0.0).item()
    most = data.residual(inf).item()
    if not least < noise < most:
        raise ValueError(
            f"no lam leaves a residual of m sigma^2 = {noise:.3g}: "
            f"from lam = 0 to infinity it grows from {least:.3g} to {most:.3g}"
        )
    return data.minimise(lambda lam: (data.residual(lam) - noise).abs())


def gcv(H: LinearOperator, g: Tensor) -> float:
    """The minimum of ||g - H f_lam||^2 / trace(I - A)^2, where H f_lam = A g: no sigma.

    Source: Golub, Heath & Wahba, Technometrics 21 (1979) 215.
    """
    data = _Data.of(H, g)
    unreached = g.numel() - len(data.s)

    def J(lam: Tensor) -> Tensor:
        return data.residual(lam) / (data.w(lam).sum(-1) + unreached).square()

    return data.minimise(J)


def sure(H: LinearOperator, g: Tensor, sigma: float) -> float:
    """The minimum of ||g - H f_lam||^2 + 2 sigma^2 trace(A), where H f_lam = A g.

    Less m sigma^2, it is an unbiased estimate of ||H f - H f_lam||^2.

    Source: Stein, Ann. Statist. 9 (1981) 1135.
    """
    require_standard_deviation(sigma)
    data = _Data.of(H, g)

    def J(lam: Tensor) -> Tensor:
        return data.residual(lam) + 2 * sigma**2 * (1 - data.w(lam)).sum(-1)

    return data.minimise(J)


def evidence(H: LinearOperator, g: Tensor) -> float:
    """The maximum of p(g | lam), for f ~ N(0, sigma^2 / lam) and eps ~ N(0, sigma^2).

    sigma takes its best value at each lam, which leaves, with m data,

        -2 log p = m log(g^T C^-1 g) + log det C + constant,   C = I + H H^T / lam

    Source: MacKay, Neural Computation 4 (1992) 415.
    """
    data = _Data.of(H, g)

    def minus_log(lam: Tensor) -> Tensor:
        w = data.w(lam)
        g_C_g = (w * data.c.square()).sum(-1) + data.rest
        return g.numel() * g_C_g.log() - w.log().sum(-1)

    return data.minimise(minus_log)


def l_curve(H: LinearOperator, g: Tensor) -> float:
    """The corner of the curve (log ||g - H f_lam||, log ||f_lam||): where it bends most.

    Below the square of the smallest singular value above 0 the curve has come to its end.

    Source: Hansen & O'Leary, SIAM J. Sci. Comput. 14 (1993) 1487.
    """
    data = _Data.of(H, g)
    end = data.s[data.s > 0].min().square()

    def J(lam: Tensor) -> Tensor:
        return torch.where(lam[:, 0] < end, inf, -data.curvature(lam))

    return data.minimise(J)


class _Data(NamedTuple):
    """Data in the basis of U: s, c = U^T g, rest = ||g - U c||^2, all in double precision.

    Shapes: the methods take lam as a number or of shape (k, 1).
    """

    s: Tensor
    c: Tensor
    rest: Tensor
    eps: float

    @classmethod
    def of(cls, H: LinearOperator, g: Tensor) -> "_Data":
        if tuple(g.shape) != tuple(H.out_shape):
            shapes = f"one g of shape {tuple(H.out_shape)}, got {tuple(g.shape)}"
            raise ValueError(f"a rule for lambda takes {shapes}: no batch")
        require_finite("g", g)
        s = H.spectrum.double().flatten()
        c = H.analysis(g)
        beyond = g.numel() > c.numel()  # else U is square: 0, where round-off would mislead
        rest = beyond * (g - H.analysis.T(c)).double().square().sum()
        eps = torch.finfo(g.dtype).eps
        c = c.double().flatten()
        if not (c[s > 0].norm() > 4 * eps * g.double().norm()):
            raise ValueError("H reaches nothing of g: f = 0 fits it as well as any other")
        return cls(s, c, rest, eps)

    def w(self, lam: float | Tensor) -> Tensor:
        """lam / (s^2 + lam), what f_lam leaves of each coefficient; 1 where s = 0."""
        return torch.where(self.s > 0, 1 / (1 + self.s.square() / lam), 1)

    def residual(self, lam: float | Tensor) -> Tensor:
        """||g - H f_lam||^2"""
        return (self.w(lam) * self.c).square().sum(-1) + self.rest

    def curvature(self, lam: Tensor) -> Tensor:
        """The curvature of the L-curve, 2 x y (x - y - 1) / (x^2 + y^2)^(3/2).

        With rho = ||g - H f_lam||^2 and eta = ||f_lam||^2, x and y are the slopes of log
        rho and log eta over log lam. No second derivative is left, because
        d eta / d rho = -1 / lam.
        """
        w = self.w(lam)
        energy = w.square() * self.c.square()
        slope = 2 * (energy * (1 - w)).sum(-1)  # of rho; that of eta is -slope / lam
        eta_lam = (energy * self.s.square()).sum(-1) / lam.squeeze(-1)
        x = slope / (energy.sum(-1) + self.rest)
        y = -slope / eta_lam
        return 2 * x * y * (x - y - 1) / (x**2 + y**2) ** 1.5

    def minimise(self, J: Callable[[Tensor], Tensor]) -> float:
        """The lam of the smallest J in a table over log lam, refined around the best."""
        top = 2 * log(self.s.max().item())
        low = top + 2 * log(self.eps)
        high = top - log(self.eps)
        for n in (97, *[13] * 9):
            grid = torch.linspace(low, high, n, dtype=torch.float64, device=self.s.device)
            parts = grid.exp()[:, None].split(max(1, 2**18 // len(self.s)))
            best = int(torch.cat([J(lam) for lam in parts]).argmin())
            low = grid[max(best - 1, 0)].item()
            high = grid[min(best + 1, n - 1)].item()
        return grid[best].exp().item()
