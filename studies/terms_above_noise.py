"""How many terms of an expansion stand above the noise, and what a better detector adds.

All numbers are expectations over the noise, from the SVD of H, without a draw. A truncated
expansion keeps the terms of the k largest singular values; its best k minimises

    E ||f_k - f||^2 = sum_{i > k} (v_i^T f)^2 + sigma^2 sum_{i <= k} 1 / s_i^2

Blurs: "gaussian" of 2 pixels; "wide", a Gaussian of 4; "pointed", exp(-|x| / 2), whose
singular values fall like a power; "box" of 9 pixels. Lines have a zero boundary,
photographs a periodic one, the psf being the product of two lines.

Keys: scenes, "lines" (200, piecewise constant) or "photographs" (all); blur; n, pixels
along a side; decade: sigma = 10^-decade.
Columns, means over scenes with their spread: above and above_spread, the share of all terms
whose |u_i^T H f| is above sigma; best and best_spread, the share in the best k; error, the
root of the least expected error as a part of ||H f - f||; least_size, the same for the best
s / (s^2 + lambda), on a grid whose optimum is inside or flat; most and fewest, the extremes
of above.
"""

import torch
from torch import Tensor

from course_utils import images
from course_utils.linear import Matrix
from course_utils.noise import seeded
from course_utils.operators import Blur
from course_utils.signals import gaussian_psf, piecewise_constant

from .inverse_crime import best
from .table import Table

LAMBDAS = torch.logspace(-18, 3, 64, dtype=torch.float64)


def psf(blur: str) -> Tensor:
    """A psf in one dimension that sums to 1."""
    if blur in ("gaussian", "wide"):
        return gaussian_psf({"gaussian": 2.0, "wide": 4.0}[blur]).double()
    x = torch.arange(-40, 41, dtype=torch.float64).abs()
    h = torch.exp(-x[16:65] / 2) if blur == "pointed" else (x[36:45] <= 4).double()
    return h / h.sum()


def expansion(scenes: str, blur: str, n: int) -> tuple[Tensor, Tensor, Tensor]:
    """s in falling order, V^T f in that order, and ||H f - f||^2.

    Shapes: (terms,), (count, terms), (count,).
    """
    h = psf(blur)
    if scenes == "lines":
        H = Matrix.of(Blur(h, (n,), "zero"))
        f = piecewise_constant(200, n, seeded(0)).double()
        _, s, V = H.svd
        return s, f @ V, (H(f) - f).square().sum(1)
    H = Blur(h[:, None] * h, (n, n))
    album = images.photographs(n)
    f = torch.stack([album[name].double() for name in album])
    s, order = H.singular_values().flatten().sort(descending=True)
    a = H.synthesis.T(f).flatten(1)
    return s, a[:, order], (H(f) - f).flatten(1).square().sum(1)


def truncated(s: Tensor, a: Tensor, sigma: float) -> tuple[Tensor, Tensor]:
    """The best k and its expected squared error, for each scene."""
    gains = (a.square() - (sigma / s) ** 2).cumsum(-1)
    most, at = gains.max(-1)
    return at + 1, a.square().sum(-1) - most


def shrunk(s: Tensor, a: Tensor, sigma: float) -> Tensor:
    """The least expected squared error of s / (s^2 + lambda), for each scene."""
    w = s**2 / (s**2 + LAMBDAS[:, None])
    bias = (1 - w).square() @ a.square().T
    errors = bias + sigma**2 * (w / s).square().sum(1, keepdim=True)
    best(errors)
    return errors.amin(0)


def row(scenes: str, blur: str, n: int, decade: int) -> dict:
    """All scenes of a kind through one blur, at one noise level."""
    s, a, blurred = expansion(scenes, blur, n)
    sigma = 10.0**-decade
    above = (s * a.abs() > sigma).double().mean(-1)
    k, error = truncated(s, a, sigma)
    columns = {
        "above": above.mean(),
        "above_spread": above.std(),
        "best": (k / len(s)).mean(),
        "best_spread": (k / len(s)).std(),
        "error": (error / blurred).sqrt().mean(),
        "least_size": (shrunk(s, a, sigma) / blurred).sqrt().mean(),
        "most": above.max(),
        "fewest": above.min(),
    }
    return {name: float(f"{x:.4g}") for name, x in columns.items()}


def table() -> Table:
    """The table, as it is now."""
    return Table("terms-above-noise", keys=("scenes", "blur", "n", "decade"))


def tasks() -> list[tuple]:
    """What the table holds in the end."""
    blurs = ("gaussian", "wide", "pointed", "box")
    lines = [("lines", b, n, d) for b in blurs for n in (64, 128) for d in range(1, 8)]
    pictures = [
        ("photographs", b, n, d) for b in blurs for n in (64, 128) for d in range(1, 6)
    ]
    return lines + pictures


def main() -> None:
    """Fill the table, one row after the other."""
    table().fill(row, tasks(), workers=1)
