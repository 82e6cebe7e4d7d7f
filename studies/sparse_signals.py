"""How far a penalty on absolute values beats squares on stars, on the pixels and between.

Sixty lines of n pixels with one entry in 17 that is not zero, blurred by a Gaussian 1.5
pixels wide. ``on`` the pixels, the data come from the model that inverts them. ``between``,
the stars stand on a grid four times finer, on which they are blurred, and a pixel of the
data and of the truth is the sum of its fine ones; the model knows the coarse grid alone.

A row has, over the lines, the ``median`` and the largest (``most``) of the ratio of the
best error with the penalty |f| over the best with f^2, both lambdas in hindsight on a grid
with the best inside, and the shares of lines with a ratio below 1/4 and 1/2 (``quarter``,
``half``).

Keys: stars, "on" or "between"; n, the number of pixels; sigma, the noise.
"""

import torch
from torch import Tensor

from course_utils import noise, operators, signals, solvers
from course_utils.noise import seeded
from course_utils.priors import L1

from .table import Table

COUNT = 60
FINER = {"on": 1, "between": 4}


def lines(n: int, sigma: float, count: int, finer: int = 1):
    """The blur, lines of few entries that are not zero, and their data."""
    drawn = [signals.sparse(1, finer * n, 0.06 / finer, seeded(s)) for s in range(count)]
    world = torch.cat([x for x in drawn if x.any()])
    pixels = operators.Downsample((finer * n,), finer)
    optics = operators.Blur(signals.gaussian_psf(finer * 1.5), (finer * n,))
    f = finer * pixels(world)
    g = finer * pixels(optics(world)) + noise.gaussian(f, sigma, seeded(n))
    return operators.Blur(signals.gaussian_psf(1.5), (n,)), f, g


def absolute(H, g: Tensor, lam: float) -> Tensor:
    """The minimiser with the penalty on |f|."""
    return solvers.run(solvers.fista(H, g, L1(), lam, 1.0, restart=True), 400)


def best(estimate, lams, *, H, g: Tensor, f: Tensor) -> Tensor:
    """The least error of each line over the lambdas, of which it is not at an end."""
    rest = [(estimate(H, g, lam) - f).norm(dim=-1) / f.norm(dim=-1) for lam in lams]
    places = torch.stack(rest).argmin(0)
    assert (places > 0).all() and (places < len(lams) - 1).all(), "a best one at an end"
    return torch.stack(rest).amin(0)


def ratios(stars: str, n: int, sigma: float, count: int = COUNT) -> Tensor:
    """The best error with absolute values over the best with squares, of each line."""
    H, f, g = lines(n, sigma, count, FINER[stars])
    squares = best(solvers.tikhonov, torch.logspace(-9, 2, 45).tolist(), H=H, g=g, f=f)
    lams = (sigma * torch.logspace(-2.5, 2, 19)).tolist()
    return best(absolute, lams, H=H, g=g, f=f) / squares


def row(stars: str, n: int, sigma: float) -> dict:
    """Sixty lines in one setting, in double precision."""
    default = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    try:
        r = ratios(stars, n, sigma)
    finally:
        torch.set_default_dtype(default)
    values = {"median": r.median(), "most": r.max()}
    shares = {"quarter": r < 1 / 4, "half": r < 1 / 2}
    values |= {name: x.double().mean() for name, x in shares.items()}
    return {name: round(x.item(), 3) for name, x in values.items()}


def table() -> Table:
    """The table, as it is now."""
    return Table("sparse-signals", keys=("stars", "n", "sigma"))


def tasks() -> list[tuple]:
    """What the table holds in the end."""
    return [
        (stars, n, sigma)
        for stars in FINER
        for n in (128, 256)
        for sigma in (0.005, 0.02, 0.05)
    ]


def main() -> None:
    """Fill the table."""
    table().fill(row, tasks())
