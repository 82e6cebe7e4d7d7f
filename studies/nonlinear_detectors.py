"""What a bent detector costs a linear method: noise, nonlinearity, and a boundary between.

Twelve unknowns f_j ~ N(0, c_j), each with a datum of its own, g_j = phi(h_j f_j) + eps_j
with eps ~ N(0, sigma^2): a diagonal H, so that nothing has to be sampled. All risks are
integrals over f and g on a grid, E ||f_hat - f||^2 / E ||f||^2. "equal" has h_j = c_j = 1,
"falling" h_j = c_j = 1 / j. The curves phi are those of ``studies/curves.py``.

    posterior   the mean of p(f | g): no method has a smaller risk
    map         the most probable f, which is what Gauss-Newton looks for
    linear      the best affine map of g: what infinitely many pairs teach a linear network
    told        Wiener's filter for the slope of phi at 0, without training
    undone      phi^-1 of g, cut off where phi ends (the best of six places), and then the
                best affine map

What can be known before any method runs:

    share        of the data where phi' is below a fifth of its largest value
    distortion   E (phi - the best line)^2 / sigma^2, the mean of the data
    free         the risk of ``linear`` if that distortion were not there
    possible     its risk if only so much of the distortion were there as would leave, with
                 no noise, what phi makes equal for ever (x by its 500 levels of phi)

Keys: spectrum, sensor, level, sigma.
"""

import torch
from torch import Tensor

from .curves import CURVES, line, standard
from .table import Table

SPECTRA = {"equal": (1.0,), "falling": tuple(1 / j for j in range(1, 13))}
SIGMAS = (0.02, 0.03, 0.05, 0.07, 0.1, 0.14, 0.2, 0.28, 0.4)
LEVELS = {
    "tanh": (0.4, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 10.0),
    "clip": (0.7, 1.0, 1.5, 2.0, 2.5, 3.0),
    "gamma": (0.25, 0.4, 0.6, 0.8, 0.9, 1.1, 1.5, 2.0),
    "modulus": (0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0),
    "hyperbola": (1.0, 2.0, 4.0, 8.0, 16.0, 32.0),
    "floor": (0.5, 1.0, 1.5, 2.0, 2.5, 3.0),
    "rounded": (0.05, 0.1, 0.2, 0.5, 1.0, 2.0),
}
GREYS = 500
ENDS = (0.8, 0.9, 0.95, 0.98, 0.995, 0.9999)  # of the range of phi, to undo it


def gaussian_risk(v: Tensor, gain: Tensor, noise: Tensor) -> Tensor:
    """The risk of the best linear map of gain x + noise: v - (gain v)^2 / (...)."""
    return v - (gain * v) ** 2 / (gain**2 * v + noise)


class Scalar:
    """x ~ N(0, v) behind phi and noise: x and g on grids fine enough for sigma.

    ``p`` is p(g) and ``mean`` is E[x | g], both on the grid of g.
    """

    def __init__(self, phi, v: float, sigma: float):
        sd = v**0.5
        self.v = v
        self.sigma = sigma
        steps = int(min(max(801, 36 * sd / sigma), 4001))
        self.x = torch.linspace(-6 * sd, 6 * sd, steps, dtype=torch.float64)
        self.prior = torch.exp(-(self.x**2) / (2 * v))
        self.prior /= self.prior.sum()
        self.phi = phi(self.x)
        low = self.phi.min().item() - 6 * sigma
        high = self.phi.max().item() + 6 * sigma
        steps = int(min(3 * (high - low) / sigma, 4000))
        self.g = torch.linspace(low, high, steps, dtype=torch.float64)
        self.misfit = (self.g[:, None] - self.phi).square() / (2 * sigma**2)
        joint = torch.exp(-self.misfit) * self.prior
        self.p = joint.sum(1)
        self.mean = joint @ self.x / self.p.clamp(min=1e-300)
        self.p /= self.p.sum()

    def risk(self, x_hat: Tensor) -> float:
        """E (x_hat(g) - x)^2, for an estimate on the grid of g."""
        return self.v + (self.p * (x_hat**2 - 2 * x_hat * self.mean)).sum().item()

    def most_probable(self) -> Tensor:
        """The x with the largest p(x | g), for each g."""
        return self.x[(self.misfit + self.x**2 / (2 * self.v)).argmin(1)]

    def affine(self, u: Tensor) -> Tensor:
        """The best affine map of u(g), for each g."""
        centred = u - (self.p * u).sum()
        spread = (self.p * centred**2).sum().clamp(min=1e-30)
        gain = (self.p * centred * self.mean).sum() / spread
        return gain * centred + (self.p * self.mean).sum()

    def undone(self, end: float) -> Tensor:
        """phi^-1(g) for g inside this part of the range of phi, and its ends beyond."""
        rising = self.phi.argmin().item()
        phi = self.phi[rising:].cummax(0)[0]
        middle = (phi[0] + phi[-1]) / 2
        half = (phi[-1] - phi[0]) / 2
        g = self.g.clamp(middle - end * half, middle + end * half)
        place = torch.searchsorted(phi.contiguous(), g).clamp(max=len(phi) - 1)
        return self.x[rising:][place]


def lost(phi, v: float) -> float:
    """E Var(x | phi(x)), with phi(x) rounded to one of ``GREYS`` levels."""
    z, w = standard()
    x = v**0.5 * z
    cell = max((phi(x).max() - phi(x).min()).item() / GREYS, 1e-12)
    level = ((phi(x) - phi(x).min()) / cell).round().long()
    p = w.new_zeros(GREYS + 1).index_add(0, level, w)
    first = torch.zeros_like(p).index_add(0, level, w * x)
    return v - (first**2 / p.clamp(min=1e-300)).sum().item()


def lost_for_ever(phi, v: Tensor, gain: Tensor) -> Tensor:
    """The noise that would leave E Var(x | phi(x)) of x behind this gain."""
    left = torch.tensor([min(lost(phi, x), 0.999 * x) for x in v.tolist()]).to(v)
    return gain**2 * v * left / (v - left)


def flat(phi, v: float) -> float:
    """The share of x where phi' is below a fifth of its largest value."""
    z, w = standard()
    slope = phi(v**0.5 * z).diff().abs()
    return w[1:][slope < slope.max() / 5].sum().item()


def one(phi, v: float, sigma: float) -> dict:
    """The risks of x ~ N(0, v), and what can be known before."""
    s = Scalar(phi, v, sigma)
    variance = torch.tensor([v], dtype=torch.float64)
    _, gain, rest = line(phi, variance)
    risk = lambda noise: gaussian_risk(variance, gain, sigma**2 + noise).item()  # noqa: E731
    near = 1e-4 * v**0.5 * torch.tensor([-1.0, 0.0, 1.0], dtype=torch.float64)
    slope = ((phi(near)[2] - phi(near)[0]) / (near[2] - near[0])).item()
    told = slope * v / (slope**2 * v + sigma**2) * (s.g - phi(near)[1])
    return {
        "posterior": s.risk(s.mean),
        "map": s.risk(s.most_probable()),
        "linear": risk(rest),
        "told": s.risk(told),
        "undone": min(s.risk(s.affine(s.undone(end))) for end in ENDS),
        "free": risk(0),
        "possible": risk(torch.minimum(rest, lost_for_ever(phi, variance, gain))),
        "share": flat(phi, v),
        "distortion": rest.item() / sigma**2,
    }


def row(spectrum: str, sensor: str, level: float, sigma: float) -> dict:
    """The risks of all coefficients together, as a part of their power."""
    phi = CURVES[sensor](level)
    found = {}
    hs = SPECTRA[spectrum]
    cs = hs  # c_j, the variance of f_j = x_j / h_j
    for h, c in zip(hs, cs, strict=True):
        for name, value in one(phi, h**2 * c, sigma).items():
            counted = name in ("share", "distortion")
            weight = 1 / len(hs) if counted else 1 / (h**2 * sum(cs))
            found[name] = found.get(name, 0.0) + weight * value
    return {name: float(f"{value:.5g}") for name, value in found.items()}


def table() -> Table:
    """The table, as it is now."""
    return Table("nonlinear-detectors", keys=("spectrum", "sensor", "level", "sigma"))


def tasks() -> list[tuple]:
    """What the table holds in the end."""
    return [
        (spectrum, sensor, level, sigma)
        for spectrum in SPECTRA
        for sensor, levels in LEVELS.items()
        for level in levels
        for sigma in SIGMAS
    ]


def main() -> None:
    """Fill the table."""
    table().fill(row, tasks())
