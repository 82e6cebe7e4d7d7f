"""Stripes and a blur: in the image, in its data and in what an inverse makes of them."""

import math

import torch
from matplotlib.figure import Figure
from torch import Tensor
from traitlets import Bytes, Dict, Float, Int

from .. import plots
from .figure import RespondingFigure, as_bytes, front_end, in_steps, synced

HEIGHT = 0.2  # of the stripes, from their mean
MARGIN = 10  # an inverse keeps what passes the blur with more than so many sigmas
TASK = (
    "Predict: with ten times less noise, how much finer may the stripes be before the "
    "restoration loses them? Lower σ, then drag the stripes to find out."
)


class HiddenStripes(RespondingFigure):
    """A photograph with stripes, its blurred and noisy data, and a truncated inverse.

    The inverse divides by the singular values above 10 sigma, and leaves the others out:
    ``f_hat = H.spectral_inverse(lambda s: (s > 10 * sigma) / s, g)``.

    Shapes: ``H`` is a periodic blur on (n, n), by a psf that is a product of one for the
    rows and the same for the columns; f is (n, n), and ``unit_noise``, one draw of N(0, 1)
    noise, too.
    Units: ``nu``, the frequency of the stripes, is in periods per image; ``log10_sigma`` is
    log10 of the noise's standard deviation.
    """

    _esm = front_end("hidden_stripes", "fourier", "own_picture")
    size = synced(Int)
    scene = synced(Dict)
    noise = synced(Dict)
    line = synced(Bytes)
    height = synced(Float)
    margin = synced(Float)
    nu = synced(Int)
    log10_sigma = synced(Float)

    def __init__(
        self,
        H,
        f: Tensor,
        unit_noise: Tensor,
        nu: int,
        log10_sigma: float,
        *,
        task: str = TASK,
    ):
        super().__init__(
            task=task,
            label="A photograph with stripes, its data and a truncated inverse",
            size=len(f),
            scene=in_steps(f),
            noise=in_steps(unit_noise),
            line=as_bytes(H.singular_values()[0]),
            height=HEIGHT,
            margin=MARGIN,
            nu=nu,
            log10_sigma=log10_sigma,
        )
        striped = f + stripes(len(f), nu).to(f)
        sigma = 10**log10_sigma
        g = H(striped) + sigma * unit_noise
        f_hat = H.spectral_inverse(lambda s: (s > MARGIN * sigma) / s, g)
        labels = ("image $f$", "data $g = Hf + \\varepsilon$", "restoration")
        self._pictures = dict(zip(labels, (striped, g, f_hat), strict=True))

    def twin(self) -> Figure:
        return plots.images(self._pictures, limits=(0, 1))


def stripes(n: int, nu: int) -> Tensor:
    """Upright stripes with so many periods. Shape: (n, n), in double precision."""
    x = torch.arange(n, dtype=torch.float64)
    return HEIGHT * torch.cos(2 * math.pi * nu * x / n).expand(n, n)
