"""Curves phi of a detector, g = phi(x) + eps, and what they make of a Gaussian x.

Each has a ``level`` that takes it from straight to lost:

    tanh        s tanh(x / s), a soft saturation at s = level
    clip        x between -s and s, s = level
    gamma       (2 + x)^level, straight below 0.02
    modulus     |level + x|, which loses the sign of level + x
    hyperbola   x / (1 + |x| / level), a saturation that comes slowly
    floor       max(x, -level), black that is clipped
    rounded     the nearest multiple of level
"""

from collections.abc import Callable
from math import pi

import torch
from torch import Tensor

from course_utils.linear import LinearOperator, Matrix
from course_utils.nonlinear import Gamma, HardClip, Modulus, Saturation, Sensor

WIDE = 8.0  # standard deviations
TERMS = 60  # Hermite polynomials
ONE = Matrix(torch.ones(1, 1, dtype=torch.float64))
GREY = 2.0  # where x = 0 stands on a gamma curve

CURVES: dict[str, Callable[[float], Callable[[Tensor], Tensor]]] = {
    "tanh": lambda s: Saturation(ONE, s).response,
    "clip": lambda s: HardClip(ONE, s).response,
    "gamma": lambda power: lambda x: Gamma(ONE, power).response(GREY + x),
    "modulus": lambda b: lambda x: Modulus(ONE).response(b + x),
    "hyperbola": lambda s: lambda x: x / (1 + x.abs() / s),
    "floor": lambda b: lambda x: x.clamp(min=-b),
    "rounded": lambda step: lambda x: step * (x / step).round(),
}


class Curved(Sensor):
    """h(f) = phi(H f) for one of the curves."""

    def __init__(self, H: LinearOperator, sensor: str, level: float):
        super().__init__(H)
        self.phi = CURVES[sensor](level)

    def response(self, x: Tensor) -> Tensor:
        return self.phi(x)


def standard() -> tuple[Tensor, Tensor]:
    """Places z and weights of N(0, 1), for integrals by the trapezoidal rule."""
    z = torch.linspace(-WIDE, WIDE, 6001, dtype=torch.float64)
    w = torch.exp(-(z**2) / 2) / (2 * pi) ** 0.5 * (z[1] - z[0])
    return z, w / w.sum()


def hermite(phi, v: Tensor, terms: int = TERMS) -> Tensor:
    """c_k = E[phi(x) He_k(x / sd)] / sqrt(k!) for x ~ N(0, v), k = 0, 1, ...

    c_0 is the mean of phi, c_1 / sd its gain: the slope of the best straight line.

    Shapes: v is (m,), c is (m, terms).
    """
    z, w = standard()
    values = phi(v.sqrt()[:, None] * z) * w
    before = torch.zeros_like(z)
    now = torch.ones_like(z)
    c = []
    for k in range(terms):
        c.append(values @ now)
        after = (z * now - k**0.5 * before) / (k + 1) ** 0.5
        before = now
        now = after
    return torch.stack(c, 1)


def variance(phi, v: Tensor) -> Tensor:
    """Var phi(x) for x ~ N(0, v). Shapes: v and the result are (m,)."""
    z, w = standard()
    values = phi(v.sqrt()[:, None] * z)
    return values.square() @ w - (values @ w) ** 2


def line(phi, v: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Mean, gain and distortion: phi(x) = mean + gain x + a rest of that variance.

    Shapes: v and all three are (m,).
    """
    c = hermite(phi, v, 2)
    return c[:, 0], c[:, 1] / v.sqrt(), (variance(phi, v) - c[:, 1] ** 2).clamp(min=0)


def covariance(phi, S: Tensor) -> Tensor:
    """Cov(phi(x_i), phi(x_j)) for x ~ N(0, S): the sum over k >= 1 of c_ik c_jk rho_ij^k.

    Shapes: S and the result are (m, m).
    Source: Mehler's formula; Lancaster, Biometrika 44 (1957) 289.
    """
    v = S.diagonal()
    rho = S / (v[:, None] * v).sqrt()
    c = hermite(phi, v)
    total = torch.zeros_like(S)
    power = torch.ones_like(S)
    for c_k in c.T[1:]:
        power = power * rho
        total = total + c_k[:, None] * c_k * power
    return total - total.diagonal().diag() + variance(phi, v).diag()
