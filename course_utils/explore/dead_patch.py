"""What a restoration knows of itself where a square of the detector is dead."""

import torch
from matplotlib.figure import Figure
from torch import Tensor
from traitlets import Bytes, Dict, Float, Int

from .. import plots
from .figure import RespondingFigure, as_bytes, front_end, in_steps, synced

LARGEST = 9  # pixels along the side of a patch
TASK = (
    "Predict: does the model know where the restoration is uncertain? And where it is "
    "wrong? Drag the dead patch to a place where fewer than 70 % of its pixels lie in "
    "their 90 % interval."
)


class DeadPatch(RespondingFigure):
    """A photograph whose data lack a square, its posterior mean and standard deviation.

    Without the dead data all is diagonal in the Fourier basis; they are taken out again by
    the formula of Woodbury, ``Sigma + K^T (sigma^2 I - K H^T)^-1 K``, where K has the rows
    of H Sigma that belong to them.

    Shapes: ``H`` is a periodic blur on (n, n), by a symmetric psf that is a product of one
    for the rows and the same for the columns; f, ``unit_noise``, one draw of N(0, 1) noise,
    and p, the prior power at each frequency, are (n, n).
    Units: ``grey`` is the prior mean; ``row``, ``column`` and ``side`` of the patch, by its
    upper left corner, are in pixels.
    """

    _esm = front_end("dead_patch", "fourier", "real_fourier", "own_picture")
    size = synced(Int)
    scene = synced(Dict)
    noise = synced(Dict)
    line = synced(Bytes)
    p = synced(Bytes)
    grey = synced(Float)
    sigma = synced(Float)
    z = synced(Float)
    largest = synced(Int, LARGEST)
    row = synced(Int)
    column = synced(Int)
    side = synced(Int)

    def __init__(
        self,
        H,
        f: Tensor,
        unit_noise: Tensor,
        p: Tensor,
        grey: float,
        *,
        sigma: float,
        row: int,
        column: int,
        side: int = LARGEST,
        task: str = TASK,
    ):
        super().__init__(
            task=task,
            label="Data with a dead patch, a restoration, its uncertainty and its error",
            size=len(f),
            scene=in_steps(f),
            noise=in_steps(unit_noise),
            line=as_bytes(H.singular_values()[0]),
            p=as_bytes(p),
            grey=float(grey),
            sigma=sigma,
            z=torch.special.ndtri(torch.tensor(0.95)).item(),
            row=row,
            column=column,
            side=side,
        )

    def twin(self) -> Figure:
        n = self.size
        f, unit_noise, p = (
            self.numbers(name).view(n, n) for name in ("scene", "noise", "p")
        )
        s = self.numbers("line").outer(self.numbers("line"))
        exact = torch.fft.ifft2(s * torch.fft.fft2(f - self.grey)).real
        dead = torch.zeros(n, n, dtype=torch.bool)
        dead[self.row : self.row + self.side, self.column : self.column + self.side] = True
        g = torch.where(dead, 0, exact + self.sigma * unit_noise)
        mean, variance = without(dead, g, s, p, self.sigma)
        row = {
            "data $g$": torch.where(dead, 0, g + self.grey),
            "restoration": mean + self.grey,
        }
        sd = variance.sqrt()
        scale = 1 / (1.5 * sd.max())
        row |= {
            "uncertainty": scale * sd,
            "error": scale * (f - self.grey - mean).abs(),
        }
        return plots.images(row, limits=(0, 1))


def without(dead: Tensor, g: Tensor, s: Tensor, p: Tensor, sigma: float):
    """Mean and variance of the posterior when some data are dead, which are 0 in g.

    Shapes: all are (n, n); s and p belong to frequencies.
    """
    n = len(g)
    v = 1 / (s**2 / sigma**2 + 1 / p)
    places = dead.nonzero()
    K = _shifted(s * v, places, torch.ones_like(dead).nonzero())
    A = sigma**2 * torch.eye(len(places)).to(K) - _shifted(s**2 * v, places, places)
    M = s * v / sigma**2 * torch.fft.fft2(g)
    fitted = torch.fft.ifft2(s * M).real[dead]
    L = torch.linalg.cholesky(A)
    w = torch.cholesky_solve(fitted[:, None], L)[:, 0]
    mean = torch.fft.ifft2(M).real + (w @ K).view(n, n)
    widened = torch.linalg.solve_triangular(L, K, upper=False).square().sum(0)
    return mean, v.mean() + widened.view(n, n)


def _shifted(factors: Tensor, rows: Tensor, columns: Tensor) -> Tensor:
    """The entries of the periodic convolution with these factors, at pairs of pixels."""
    kernel = torch.fft.ifft2(factors).real
    apart = (rows[:, None] - columns) % len(kernel)
    return kernel[apart[..., 0], apart[..., 1]]
