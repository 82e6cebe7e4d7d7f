"""How well an iteration that stops in time does beside penalties, on every photograph.

Landweber's iteration with tau = 1 and conjugate gradients for H^T H f = H^T g, both from 0
and stopped at their best step, beside argmin ||g - H f||^2 + lam R(f) with the best lam of
LAMS. All choices are made with the unknown in sight. A Gaussian psf 1.5 pixels wide,
periodic; the data are made by the H that inverts them, three draws of the noise for each
row. A best lam at an end of LAMS stops the study, and a way ends when it is twice as long
as its best step asks for.

Keys: photograph; size, in pixels along one side; sigma, of the noise, where white is 1.

Columns: ``differences``, for R = ||Df||^2, its error over that of the data; the errors of
the others over that of ``differences``: ``of_size``, for R = ||f||^2, ``second``, for
R = ||D^T D f||^2, ``landweber``, ``short`` (Landweber with tau = 1/4) and ``cg``; for the
last three ``steps_...``, the best step, and ``twice_...``, the error after twice as many
over the least one. All are means over the draws.
"""

from itertools import product

import torch
from torch import Tensor

from course_utils import images, noise, signals, solvers
from course_utils.noise import seeded
from course_utils.operators import Blur

from .table import Table

SIZES = (64, 128)
SIGMAS = (0.01, 0.03, 0.1)
LAMS = torch.logspace(-6, 6, 97, dtype=torch.float64).tolist()  # eight to a factor of ten
DRAWS = 3


def of_differences(size: int) -> Tensor:
    """d^2, the eigenvalues of D^T D for periodic differences along both axes."""
    d2 = 4 * torch.sin(torch.pi * torch.arange(size, dtype=torch.float64) / size) ** 2
    return d2[:, None] + d2


def problem(photograph: str, size: int, sigma: float, draws: int = DRAWS):
    """The forward operator, the unknown, and a batch of data."""
    H = Blur(signals.gaussian_psf(1.5, ndim=2).double(), (size, size))
    f = images.photographs(size)[photograph].double()
    g = [H(f) + noise.gaussian(f, sigma, seeded(seed)) for seed in range(draws)]
    return H, f, torch.stack(g)


def errors(f_hat: Tensor, f: Tensor) -> Tensor:
    """The relative error of each estimate in a batch."""
    return (f_hat - f).norm(dim=(1, 2)) / f.norm()


def penalised(H, f: Tensor, g: Tensor, p: Tensor) -> Tensor:
    """The least error over LAMS, for a penalty with the eigenvalues p."""
    tried = torch.stack(
        [
            errors(H.spectral_inverse(lambda s, lam=lam: s / (s**2 + lam * p), g), f)
            for lam in LAMS
        ]
    )
    best = tried.argmin(0)
    assert best.min() > 0 and best.max() < len(LAMS) - 1, "the best lam is not inside"
    return tried.min(0).values


def stopped(iterates, f: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """The best step, its error, and the error after twice as many steps over that."""
    way = []
    for f_k in iterates:
        way.append(errors(f_k, f))
        if len(way) >= 20 and len(way) % 10 == 0:
            least, k = torch.stack(way).min(0)
            if len(way) >= 2 * (k.max() + 1):
                twice = torch.stack(way).gather(0, 2 * k[None] + 1)[0]
                return k + 1, least, twice / least


def row(photograph: str, size: int, sigma: float) -> dict:
    """All methods on one photograph."""
    H, f, g = problem(photograph, size, sigma)
    d2 = of_differences(size)
    best = penalised(H, f, g, d2)
    found = {
        "differences": best / errors(g, f),
        "of_size": penalised(H, f, g, torch.ones_like(d2)) / best,
        "second": penalised(H, f, g, d2**2) / best,
    }
    ways = {
        "landweber": solvers.gradient_descent(H, g, tau=1.0),
        "short": solvers.gradient_descent(H, g, tau=0.25),
        "cg": solvers.conjugate_gradient(H.T @ H, H.T(g)),
    }
    for name, way in ways.items():
        steps, least, twice = stopped(way, f)
        found |= {
            name: least / best,
            f"steps_{name}": steps.double(),
            f"twice_{name}": twice,
        }
    return {name: round(x.mean().item(), 4) for name, x in found.items()}


def table() -> Table:
    """The table, as it is now."""
    return Table("stopping-in-time", keys=("photograph", "size", "sigma"))


def tasks() -> list[tuple]:
    """What the table holds in the end."""
    return [*product(images.PHOTOGRAPHS, SIZES, SIGMAS)]


def main() -> None:
    """Fill the table."""
    table().fill(row, tasks())
