"""What the unknown world beyond the frame costs, for five ways to treat it.

A photograph of twice the size is blurred by a Gaussian psf 1.5 pixels wide, and its middle
is kept and made noisy: the data, whose neighbours are there, and unknown. The ways differ
in what they assume beyond the frame; all but the second price differences.

    periodic    the image again
    stopped     the image again; 1 / lam steps of Landweber
    tapered     the image again, after the data were blurred within 6 pixels of the frame
    mirrored    the mirror image, for 16 pixels
    unknown     16 more pixels of the unknown on each side: H is a mask after the blur

Each has the best lam over the whole frame, with the unknown in sight, of four to a factor
of ten; a best lam at an end of what was tried stops the study. Three draws of the noise. At
256 pixels two photographs (page, text) are enlarged a little.

Keys: photograph; size, of the data, in pixels along one side; sigma, where white is 1.

Columns, for each way: the error over that of the data, more than 16 pixels inside the frame
and in the rest; the logarithm of the best lam to the base 10. Means over the draws.
"""

from itertools import product

import torch
from torch import Tensor

from course_utils import images, noise, signals, solvers
from course_utils.noise import seeded
from course_utils.operators import Blur, Difference, Mask

from .stopping_in_time import errors
from .table import Table

SIZES = (64, 128)
SIGMAS = (0.003, 0.01, 0.03)
COARSE = torch.arange(-5.5, 1.25, 0.5).tolist()  # log10 of lam
FRAME = 16
DRAWS = 3
PSF = signals.gaussian_psf(1.5, ndim=2).double()


def periodic(g: Tensor, lam: float) -> Tensor:
    """As if the image went on with itself, for g in a batch."""
    d2 = [4 * torch.sin(torch.pi * torch.arange(n) / n).double() ** 2 for n in g.shape[1:]]
    penalty = lam * (d2[0][:, None] + d2[1])
    return Blur(PSF, g.shape[1:]).spectral_inverse(lambda s: s / (s**2 + penalty), g)


def stopped(g: Tensor, lam: float) -> Tensor:
    """The same, by 1 / lam steps of Landweber instead of a penalty."""
    k = max(round(1 / lam), 1)
    H = Blur(PSF, g.shape[1:])
    return H.spectral_inverse(lambda s: (1 - (1 - s**2) ** k) / s.clamp(min=1e-12), g)


def tapered(g: Tensor, lam: float) -> Tensor:
    """The same, for data that match where they wrap round."""
    i = torch.arange(g.shape[-1])
    a = (torch.minimum(i, i.flip(0)) / 6).clamp(max=1).double()
    a = torch.minimum(a, a[:, None])
    return periodic(a * g + (1 - a) * Blur(PSF, g.shape[1:])(g), lam)


def cropped(f: Tensor) -> Tensor:
    """Without the frame."""
    return f[..., FRAME:-FRAME, FRAME:-FRAME]


def mirrored(g: Tensor, lam: float) -> Tensor:
    """As if a mirror stood along the frame."""
    return cropped(periodic(torch.nn.ReflectionPad2d(FRAME)(g), lam))


def unknown(g: Tensor, lam: float) -> Tensor:
    """The unknown is larger than the data; a hundred steps of conjugate gradients."""
    pad = torch.nn.ZeroPad2d(FRAME)
    window = pad(torch.ones_like(g[0]))
    H = Mask(window) @ Blur(PSF, window.shape)
    D = [Difference(window.shape, axis) for axis in (0, 1)]
    A = H.T @ H + lam * (D[0].T @ D[0] + D[1].T @ D[1])
    return cropped(solvers.run(solvers.conjugate_gradient(A, H.T(pad(g))), 100))


WAYS = {way.__name__: way for way in (periodic, stopped, tapered, mirrored, unknown)}


def problem(photograph: str, size: int, sigma: float) -> tuple[Tensor, Tensor]:
    """The unknown within the frame, and a batch of data."""
    large = images.photographs(2 * size)[photograph].double()
    middle = (slice(size // 2, 3 * size // 2),) * 2
    f = large[middle]
    g = Blur(PSF, large.shape)(large)[middle]
    return f, torch.stack(
        [g + noise.gaussian(f, sigma, seeded(seed)) for seed in range(DRAWS)]
    )


def best(way, f: Tensor, g: Tensor) -> float:
    """The log10 of the lam with the least error, over the mean of the draws."""

    def error(x: float) -> float:
        return errors(way(g, 10**x), f).mean().item()

    tried = {x: error(x) for x in COARSE}
    at = min(tried, key=tried.get)
    assert COARSE[0] < at < COARSE[-1], "the best lam is not inside"
    tried |= {x: error(x) for x in (at - 0.25, at + 0.25)}
    return min(tried, key=tried.get)


def scored(way, f: Tensor, g: Tensor) -> list[float]:
    """The errors of one way inside and at the frame, and the log10 of its best lam."""
    inside = torch.zeros_like(f)
    cropped(inside)[...] = 1
    x = best(way, f, g)
    gap = way(g, 10**x) - f
    ratios = [
        (gap * m).norm(dim=(1, 2)) / ((g - f) * m).norm(dim=(1, 2))
        for m in (inside, 1 - inside)
    ]
    return [*(round(r.mean().item(), 4) for r in ratios), x]


def row(photograph: str, size: int, sigma: float) -> dict:
    """All ways on one photograph."""
    f, g = problem(photograph, size, sigma)
    return {name: scored(way, f, g) for name, way in WAYS.items()}


def table() -> Table:
    """The table, as it is now."""
    return Table("borders", keys=("photograph", "size", "sigma"))


def tasks() -> list[tuple]:
    """What the table holds in the end."""
    return [*product(images.PHOTOGRAPHS, SIZES, SIGMAS)]


def main() -> None:
    """Fill the table."""
    table().fill(row, tasks())
