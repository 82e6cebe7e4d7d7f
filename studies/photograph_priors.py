"""What penalties with a corner gain over quadratic ones on photographs, edges and all.

Every photograph at 64 and at 128 pixels, blurred by a Gaussian 1.5 pixels wide, with three
levels of noise. The data come from a grid of half the pixel: the picture of twice the size
is blurred by 3 of its pixels, and each datum is the mean of four of them; the truth is the
same mean of the picture. The estimates know the blur of the coarse grid alone.

    size         ||f||^2                quadratic, by a filter
    differences  ||D f||^2              quadratic, by conjugate gradients
    Haar         ||W f||_1              100 iterations of FISTA
    shifted      ||W f||_1, moving grid 100 iterations of ISTA
    TV           sum |D f|              60 iterations of ADMM, rho = 10 lambda

The lambda of a photograph is the best on the average of the other sixteen: it takes no part
in the choice. lambda runs through powers of two, as far up and down as is needed for every
one that is used to lie inside, and for the best one of every photograph in hindsight too,
but at most seven steps from where it began (with next to no penalty it is the number of
iterations that regularises).

Keys: size; sigma, the noise; method. Columns, each a list in the order of
``images.photographs()``: ``error`` and ``edges``, ||f_hat - f|| / ||g - f|| over all pixels
and over the tenth with the steepest slope; ``lam``, the one used; ``oracle``, the error
under the best lambda in hindsight. ``ends`` are the first and the last lambda tried, and
``model`` the largest rms error of the model over the photographs.
"""

from math import log2

import torch
from torch import Tensor

from course_utils import images, noise, operators, signals, solvers
from course_utils.noise import seeded
from course_utils.priors import L1, ShiftedWavelet, Wavelet

from .table import Table

WIDTH = 1.5
SIZES = (64, 128)
REACH = 7
SIGMAS = (0.003, 0.01, 0.1)


def blur(size: int, finer: int = 1) -> operators.Blur:
    """The blur on the grid of the estimates, or on one that is so many times finer."""
    psf = signals.gaussian_psf(WIDTH * finer, ndim=2)
    return operators.Blur(psf, (finer * size, finer * size))


def problems(size: int, sigma: float, names=None) -> tuple[Tensor, Tensor, Tensor]:
    """Data g, data of the model without noise, and unknowns f, for all photographs."""
    album = images.photographs(2 * size)
    world = torch.stack([album[name] for name in names or album])
    sensor = operators.Downsample((2 * size, 2 * size), 2)
    f = sensor(world)
    g = sensor(blur(size, 2)(world))
    return g + noise.gaussian(f, sigma, seeded(size)), blur(size)(f) - g, f


def by_size(H, g: Tensor, lam: float) -> Tensor:
    """The quadratic penalty on f."""
    return solvers.tikhonov(H, g, lam)


def by_differences(H, g: Tensor, lam: float) -> Tensor:
    """The quadratic penalty on the differences of neighbours that TV pays for."""
    A = solvers.Normal(H, operators.Gradient(H.in_shape), lam)
    return solvers.run(solvers.conjugate_gradient(A, H.T(g), tol=1e-4), 300)


def haar(H, g: Tensor, lam: float) -> Tensor:
    """The penalty on wavelets of a grid that stands still."""
    return solvers.run(solvers.fista(H, g, Wavelet(), lam, 1.0), 100)


def shifted(H, g: Tensor, lam: float) -> Tensor:
    """The penalty on wavelets of a grid that moves."""
    return solvers.run(solvers.ista(H, g, ShiftedWavelet(), lam, 1.0), 100)


def total_variation(H, g: Tensor, lam: float) -> Tensor:
    """The penalty on the lengths of the differences."""
    D = operators.Gradient(H.in_shape)
    way = solvers.admm(H, g, L1(axis=-3), lam, 10 * lam, D=D, inner=3)
    return solvers.run(way, 60)


METHODS = {  # the estimate, and the lambda to begin with at sigma = 0.01
    "size": (by_size, 2**-6),
    "differences": (by_differences, 2**-8),
    "Haar": (haar, 2**-10),
    "shifted": (shifted, 2**-10),
    "TV": (total_variation, 2**-11),
}


def steepest(f: Tensor) -> Tensor:
    """1 on the tenth of the pixels of each picture with the steepest slope, 0 elsewhere."""
    slope = operators.Gradient(f.shape[-2:])(f).square().sum(-3)
    return slope > slope.flatten(1).quantile(0.9, 1)[:, None, None]


def ratios(f_hat: Tensor, g: Tensor, f: Tensor) -> Tensor:
    """The error over that of the data, over all pixels and over the steepest tenth."""
    parts = (torch.ones_like(f), steepest(f))
    rest = [((f_hat - f) * x).norm(dim=(1, 2)) for x in parts]
    data = [((g - f) * x).norm(dim=(1, 2)) for x in parts]
    return torch.stack(rest) / torch.stack(data)


def others(errors: Tensor) -> Tensor:
    """For each photograph, the mean of each row over all the other photographs."""
    return (errors.sum(1, keepdim=True) - errors) / (errors.shape[1] - 1)


def wanted(errors: Tensor) -> Tensor:
    """The places that must not be ends: best for a photograph, and best for the others."""
    return torch.cat([errors.argmin(0), others(errors).argmin(0)])


def scan(estimate, begin: float, *, g: Tensor, f: Tensor, H) -> tuple[list, Tensor]:
    """Powers of two times ``begin``, and their (lambda, all or edges, photograph) errors.

    One more is tried at an end as long as any best one lies there, REACH steps at most.
    """

    def tried(k: int) -> Tensor:
        return ratios(estimate(H, g, begin * 2.0**k), g, f)

    ks = [-1, 0, 1]
    table = [tried(k) for k in ks]
    while True:
        places = wanted(torch.stack(table)[:, 0])
        if (places == 0).any() and ks[0] > -REACH:
            ks.insert(0, ks[0] - 1)
            table.insert(0, tried(ks[0]))
        elif (places == len(ks) - 1).any() and ks[-1] < REACH:
            ks.append(ks[-1] + 1)
            table.append(tried(ks[-1]))
        else:
            return [begin * 2.0**k for k in ks], torch.stack(table)


@torch.no_grad()
def row(size: int, sigma: float, method: str) -> dict:
    """One method on all photographs."""
    estimate, at_one_percent = METHODS[method]
    begin = at_one_percent * 2.0 ** round(log2(sigma / 0.01))
    g, misfit, f = problems(size, sigma)
    lams, table = scan(estimate, begin, g=g, f=f, H=blur(size))
    chosen = others(table[:, 0]).argmin(0)
    error, edges = table[chosen, :, torch.arange(len(f))].T
    return {
        "error": rounded(error),
        "edges": rounded(edges),
        "oracle": rounded(table[:, 0].amin(0)),
        "lam": [lams[k] for k in chosen],
        "ends": [lams[0], lams[-1]],
        "model": round(misfit.square().mean((1, 2)).sqrt().max().item(), 5),
    }


def rounded(x: Tensor) -> list[float]:
    """Three decimals."""
    return [round(v, 3) for v in x.tolist()]


def table() -> Table:
    """The table, as it is now."""
    return Table("photograph-priors", keys=("size", "sigma", "method"))


def tasks() -> list[tuple]:
    """What the table holds in the end."""
    return [(n, sigma, m) for n in SIZES for sigma in SIGMAS for m in METHODS]


def main() -> None:
    """Fill the table."""
    table().fill(row, tasks())
