"""Where Wiener's filter for a periodic blur meets darkness beyond the ends.

    data      g = H f + eps, with H a Gaussian blur with a zero boundary
    model     C, the convolution nearest to H: its diagonal t in the Fourier basis
    Wiener    F* [ conj(t) p / (|t|^2 p + sigma^2) ] F g, with the true power p of scenes
    told      the same, but with the power of H f - C f added to sigma^2
    Tikhonov  (H^T H + lambda I)^-1 H^T g with the H that is right, one lambda for all

p, the power of the model error and lambda (on a grid whose optimum is inside) come from
other scenes: 200 other lines, or the other photographs. Centred means: the mean c of the
scene is estimated from the data as <g, H 1> / <H 1, H 1>, g - c H 1 is restored, and c is
added again, which needs nothing but H.

Keys: scenes, "lines" (piecewise constant) or "photographs"; n, pixels along a side; width
of the psf; sigma; centred.
Columns: mismatch, the root mean square of H f - C f as a multiple of sigma; data, wiener,
told, tikhonov, mean relative errors; ratio and spread, the mean and the standard deviation
over scenes of the error of Wiener's filter as a part of the data's; worse, the share of
scenes on which that ratio is above 1.
"""

from functools import cache

import torch
from torch import Tensor

from course_utils import images
from course_utils.linear import Matrix
from course_utils.noise import gaussian, seeded
from course_utils.operators import Blur
from course_utils.signals import gaussian_psf, piecewise_constant

from .table import Table

LAMBDAS = torch.logspace(-8, 3, 45, dtype=torch.float64)


class Ends:
    """A Gaussian blur with a zero boundary, of lines or of pictures, and what is near it.

    It is the same along each axis: A for one of them, with the SVD of A for all.
    """

    def __init__(self, shape: tuple[int, ...], width: float):
        n = shape[0]
        psf = gaussian_psf(width).double()
        away = (torch.arange(len(psf)) - len(psf) // 2).abs()
        nearest = Blur(psf * (1 - away / n), (n,)).transfer.real
        self.axes = tuple(range(-len(shape), 0))
        self.A = Matrix.of(Blur(psf, (n,), "zero")).A
        self.U, s, self.V = Matrix(self.A).svd
        self.s = self.product(s)
        self.t = self.product(nearest)

    def product(self, x: Tensor) -> Tensor:
        """x for lines, x x^T for pictures."""
        return x if len(self.axes) == 1 else x[:, None] * x

    def along(self, M: Tensor, x: Tensor) -> Tensor:
        """M applied along each axis."""
        for axis in self.axes:
            x = torch.tensordot(x, M, dims=([axis], [1])).movedim(-1, axis)
        return x

    def H(self, f: Tensor) -> Tensor:
        """H f"""
        return self.along(self.A, f)

    def filtered(self, phi: Tensor, g: Tensor) -> Tensor:
        """F* diag(phi) F g"""
        return torch.fft.ifftn(phi * torch.fft.fftn(g, dim=self.axes), dim=self.axes).real

    def power(self, f: Tensor) -> Tensor:
        """The mean power over scenes and rings."""
        p = torch.fft.fftn(f, dim=self.axes, norm="ortho").abs().square().mean(0)
        k = torch.fft.fftfreq(f.shape[-1]).double() * f.shape[-1]
        squares = k**2 if len(self.axes) == 1 else k[:, None] ** 2 + k**2
        ring = squares.sqrt().round().long().flatten()
        total = torch.zeros(int(ring.max()) + 1).double()
        total = total.index_add(0, ring, p.flatten())
        return (total / ring.bincount())[ring].reshape(p.shape)


def sizes(x: Tensor) -> Tensor:
    """The norm of each scene."""
    return x.flatten(1).norm(dim=1)


def centred(ends: Ends, f: Tensor, g: Tensor) -> tuple[Tensor, Tensor]:
    """Scenes and data less a constant scene, the one that fits the data best."""
    H1 = ends.H(torch.ones_like(f[:1]))
    c = (g * H1).flatten(1).sum(1) / H1.square().sum()
    c = c.reshape(-1, *[1] * len(ends.axes))
    return f - c, g - c * H1


def tikhonov(ends: Ends, f: Tensor, g: Tensor) -> Tensor:
    """The errors ||f_lam - f|| of each scene for each lambda. Shape: (lambdas, count)."""
    a = ends.along(ends.V.T, f)
    c = ends.along(ends.U.T, g)
    filters = (ends.s / (ends.s**2 + lam) for lam in LAMBDAS)
    return torch.stack([sizes(phi * c - a) for phi in filters])


def chosen(errors: Tensor, norms: Tensor) -> int:
    """The lambda with the smallest mean relative error.

    Raises: ValueError if it is at an end of the grid.
    """
    at = int((errors / norms).mean(1).argmin())
    if at in (0, len(LAMBDAS) - 1):
        raise ValueError(f"the best lambda lies at the end of the grid, {LAMBDAS[at]:.0e}")
    return at


def judged(ends: Ends, scenes: tuple[Tensor, Tensor], sigma: float, splits) -> dict:
    """The errors ||f_hat - f|| of each method on each scene that is restored."""
    f, g = scenes
    wrong = ends.H(f) - ends.filtered(ends.t, f)
    errors = tikhonov(ends, f, g)
    norms = sizes(f)
    parts = []
    for train, test in splits:
        p = ends.power(f[train])
        q = ends.power(wrong[train])
        wiener = ends.t * p / (ends.t**2 * p + sigma**2)
        told = ends.t * p / (ends.t**2 * p + sigma**2 + q)
        at = chosen(errors[:, train], norms[train])
        part = {
            "mismatch": sizes(wrong[test]) / f[0].numel() ** 0.5 / sigma,
            "data": sizes(g[test] - f[test]),
            "wiener": sizes(ends.filtered(wiener, g[test]) - f[test]),
            "told": sizes(ends.filtered(told, g[test]) - f[test]),
            "tikhonov": errors[at, test],
        }
        parts.append(part)
    return {name: torch.cat([part[name] for part in parts]) for name in parts[0]}


@cache
def album(n: int) -> Tensor:
    """All photographs. Shape: (17, n, n)."""
    pictures = images.photographs(n)
    return torch.stack([pictures[name].double() for name in pictures])


def splits(scenes: str, count: int) -> list[tuple]:
    """Who teaches, and who is restored: half of the lines each; all pictures but one."""
    if scenes == "lines":
        return [(list(range(200)), list(range(200, count)))]
    return [([j for j in range(count) if j != i], [i]) for i in range(count)]


def row(scenes: str, n: int, width: float, sigma: float, is_centred: bool) -> dict:
    """All photographs, or 400 lines, with one draw of the noise each."""
    lines = scenes == "lines"
    f = piecewise_constant(400, n, seeded(0)).double() if lines else album(n)
    ends = Ends(f.shape[1:], width)
    g = ends.H(f) + gaussian(f, sigma, seeded(1))
    pair = centred(ends, f, g) if is_centred else (f, g)
    each = judged(ends, pair, sigma, splits(scenes, len(f)))
    norms = sizes(f)[-len(each["data"]) :]
    ratio = each["wiener"] / each["data"]
    columns = {"mismatch": each["mismatch"].square().mean().sqrt()}
    for name in ("data", "wiener", "told", "tikhonov"):
        columns[name] = (each[name] / norms).mean()
    columns |= {"ratio": ratio.mean(), "spread": ratio.std()}
    columns["worse"] = (ratio > 1).double().mean()
    return {name: float(f"{x:.4g}") for name, x in columns.items()}


def table() -> Table:
    """The table, as it is now."""
    return Table("zero-boundary", keys=("scenes", "n", "width", "sigma", "centred"))


def tasks() -> list[tuple]:
    """What the table holds in the end."""
    kinds = [("lines", n, w) for n in (64, 128, 256) for w in (1.0, 2.0, 4.0)]
    kinds += [("photographs", n, w) for n in (64, 128) for w in (1.0, 2.0, 4.0)]
    sigmas = (0.003, 0.01, 0.03, 0.1)
    return [(*kind, sigma, c) for kind in kinds for sigma in sigmas for c in (False, True)]


def main() -> None:
    """Fill the table, one row after the other."""
    table().fill(row, tasks(), workers=1)
