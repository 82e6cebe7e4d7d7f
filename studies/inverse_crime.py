"""What data from the model itself hide: the gain of the inverse crime, and its condition.

A world four times finer than the model is blurred and averaged over the detector's pixels,

    honest data    g = D B f_fine + eps = H f + e + eps,     f = D f_fine
    the crime      g = H f + eps

so that e is the error of the model H. Both are inverted by the same filter phi(s), each
with the lambda that suits it best on a grid whose ends are checked. The gain G is the
honest error as a multiple of the criminal's. At the criminal's lambda, let rho be the model
error *after the inverse* as a part of the criminal's error,

    rho = ||V phi(S) U^T e|| / ||f_crime - f||.    Then G <= 1 + rho,

by the triangle inequality, since the honest lambda can only be better than the criminal's;
and where e is at right angles to what the criminal gets wrong, G = sqrt(1 + rho^2) there.

Keys: n, pixels along one side of the model; width of the psf in pixels of the model;
sigma; filter, "size" for s / (s^2 + lambda) and "differences" for s / (s^2 + lambda d^2).
Columns, one number for each photograph in the order of the album: gain, G; after, rho;
before, the root mean square of e as a multiple of sigma.
"""

from functools import cache

import torch
from torch import Tensor

from course_utils import images
from course_utils.noise import gaussian, seeded
from course_utils.operators import Blur, Downsample
from course_utils.signals import gaussian_psf

from .table import Table

FINER = 4
LAMBDAS = torch.logspace(-14, 2, 65, dtype=torch.float64)


@cache
def album(side: int) -> Tensor:
    """All photographs. Shape: (17, side, side)."""
    pictures = images.photographs(side)
    return torch.stack([pictures[name].double() for name in pictures])


def differences(n: int) -> Tensor:
    """d^2 = sum 4 sin^2(pi nu / n) over both axes: |transfer|^2 of the differences."""
    line = 4 * (torch.pi * torch.arange(n, dtype=torch.float64) / n).sin().square()
    return line[:, None] + line


def world_and_model(n: int, width: float) -> tuple:
    """D, D B and H: the detector, the detector behind the optics, and what is assumed."""
    fine = (FINER * n,) * 2
    D = Downsample(fine, FINER).double()
    B = Blur(gaussian_psf(FINER * width, ndim=2).double(), fine)
    H = Blur(gaussian_psf(width, ndim=2).double(), (n, n))
    return D, D @ B, H


def best(errors: Tensor) -> Tensor:
    """Where the smallest error of each column is.

    Raises: ValueError if the errors still fall at an end of the grid.
    """
    at = errors.argmin(0)
    falls = (errors[0] < 0.999 * errors[1]) | (errors[-1] < 0.999 * errors[-2])
    if falls.any():
        raise ValueError("the best lambda lies outside the grid")
    return at


def compared(H: Blur, f: Tensor, e: Tensor, eps: Tensor, weight) -> dict:
    """Gain, rho and the size of e for a batch of scenes; ``weight`` is 1, or d^2.

    Shapes: f, e and eps are (count, n, n).
    """
    s = H.singular_values()
    a = H.synthesis.T(f)
    c = H.analysis(H(f) + eps)
    c_e = H.analysis(e)

    def errors(c: Tensor) -> Tensor:
        phis = (s / (s**2 + lam * weight) for lam in LAMBDAS)
        return torch.stack([(phi * c - a).flatten(1).norm(dim=1) for phi in phis])

    crime = errors(c)
    at = best(crime)
    honest = errors(c + c_e)
    best(honest)
    phi = s / (s**2 + LAMBDAS[at][:, None, None] * weight)
    least = crime.amin(0)
    return {
        "gain": honest.amin(0) / least,
        "after": (phi * c_e).flatten(1).norm(dim=1) / least,
        "before": e.flatten(1).square().mean(1).sqrt(),
    }


def row(n: int, width: float, sigma: float, filter: str) -> dict:
    """All photographs, with one draw of the noise each."""
    D, world, H = world_and_model(n, width)
    fine = album(FINER * n)
    f = D(fine)
    eps = torch.stack([gaussian(x, sigma, seeded(i)) for i, x in enumerate(f)])
    weight = differences(n) if filter == "differences" else 1.0
    columns = compared(H, f, world(fine) - H(f), eps, weight)
    columns["before"] = columns["before"] / sigma
    return {name: [float(f"{x:.4g}") for x in column] for name, column in columns.items()}


def table() -> Table:
    """The table, as it is now."""
    return Table("inverse-crime", keys=("n", "width", "sigma", "filter"))


def tasks() -> list[tuple]:
    """What the table holds in the end."""
    settings = [(n, w) for n in (64, 128) for w in (0.7, 1.0, 1.5, 2.0)]
    sigmas = (1e-5, 1e-4, 1e-3, 1e-2)
    filters = ("size", "differences")
    return [
        (n, w, sigma, name) for n, w in settings for sigma in sigmas for name in filters
    ]


def main() -> None:
    """Fill the table, one row after the other."""
    table().fill(row, tasks(), workers=1)
