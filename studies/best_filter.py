"""Wiener's filter with a spectrum learned elsewhere, beside filters of one number.

    Wiener       s p / (s^2 p + sigma^2), p from the other photographs, means over rings
    size         s / (s^2 + lambda)
    differences  s / (s^2 + lambda d^2), d^2 = sum 4 sin^2(pi nu / n) over the axes
    truncation   1 / s where s > sqrt(lambda), else 0

The blur is a periodic Gaussian, and the data are made by the same H. The last three have
their lambda "tuned" on the photograph itself, in hindsight; size and differences also
"learned", with the smallest mean error over all other photographs, which are what Wiener's
filter has seen. Their grid of lambda ends beyond every optimum; a cut may keep every term.

Keys: n, pixels along a side; width of the psf; sigma.
Columns, one number for each photograph in the order of the album: relative error as a part
of the data's, of wiener, size, differences, truncation (tuned), and of learned_size and
learned_differences.
"""

import torch
from torch import Tensor

from course_utils import images
from course_utils.noise import gaussian, seeded
from course_utils.operators import Blur
from course_utils.signals import gaussian_psf

from .inverse_crime import best, differences
from .table import Table

LAMBDAS = torch.logspace(-10, 3, 66, dtype=torch.float64)


def over_rings(power: Tensor) -> Tensor:
    """The mean over all frequencies of about the same distance from 0.

    Shapes: both (..., n, n).
    """
    n = power.shape[-1]
    k = (torch.fft.fftfreq(n).double() * n).square()
    ring = (k[:, None] + k).sqrt().round().long().flatten()
    total = power.new_zeros(*power.shape[:-2], int(ring.max()) + 1)
    total = total.index_add(-1, ring, power.flatten(-2))
    return (total / ring.bincount())[..., ring].reshape(power.shape)


def of_the_others(x: Tensor) -> Tensor:
    """For each entry of the first axis, the mean of all others."""
    return (x.sum(0) - x) / (len(x) - 1)


def measured(H: Blur, sigma: float) -> tuple[Tensor, Tensor]:
    """All photographs and their data, with one draw of the noise each."""
    album = images.photographs(H.in_shape[0])
    f = torch.stack([album[name].double() for name in album])
    eps = torch.stack([gaussian(x, sigma, seeded(i)) for i, x in enumerate(f)])
    return f, H(f) + eps


def families(s: Tensor, d2: Tensor) -> dict:
    """The filters of one number: phi as a function of lambda."""
    return {
        "size": lambda lam: s / (s**2 + lam),
        "differences": lambda lam: s / (s**2 + lam * d2),
        "truncation": lambda lam: (s**2 > lam) / s,
    }


def row(n: int, width: float, sigma: float) -> dict:
    """All photographs."""
    H = Blur(gaussian_psf(width, ndim=2).double(), (n, n))
    f, g = measured(H, sigma)
    s = H.singular_values()
    a = H.synthesis.T(f)
    c = H.analysis(g)
    before = (g - f).flatten(1).norm(dim=1)
    p = over_rings(of_the_others(a.square()))

    def error(phi: Tensor) -> Tensor:
        return (phi * c - a).flatten(1).norm(dim=1) / before

    columns = {"wiener": error(s * p / (s**2 * p + sigma**2))}
    for name, family in families(s, differences(n)).items():
        errors = torch.stack([error(family(lam)) for lam in LAMBDAS])
        columns[name] = errors.amin(0)
        if name != "truncation":
            best(errors)
            at = best(of_the_others(errors.T).T)
            columns[f"learned_{name}"] = errors.gather(0, at[None])[0]
    return {name: [float(f"{x:.4g}") for x in column] for name, column in columns.items()}


def table() -> Table:
    """The table, as it is now."""
    return Table("best-filter", keys=("n", "width", "sigma"))


def tasks() -> list[tuple]:
    """What the table holds in the end."""
    settings = [(n, w) for n in (64, 128) for w in (1.0, 1.5, 2.0)]
    return [(*setting, x) for setting in settings for x in (0.003, 0.01, 0.03, 0.1)]


def main() -> None:
    """Fill the table, one row after the other."""
    table().fill(row, tasks(), workers=1)
