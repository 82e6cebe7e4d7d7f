"""Blur and noise on a photograph."""

import torch
from matplotlib.figure import Figure
from torch import Tensor
from traitlets import Dict, Float, Int

from .. import plots
from ..operators import Blur
from ..signals import gaussian_psf
from .figure import RespondingFigure, front_end, in_steps, synced

FLOOR = 1e-6  # of the largest singular value, which is 1
TASK = (
    "Predict: how much blur can the inverse undo if there is any noise at all? Find "
    "a blur and a noise above 0 at which the inverse is better than the data."
)


class BlurAndNoise(RespondingFigure):
    """The data g = H f + eps of a picture and H^-1 g, under sliders for blur and noise.

    H is a periodic Gaussian blur. Frequencies of which it leaves less than ``FLOOR`` are
    lost for single precision: the inverse leaves them out.

    Shapes: f is (n, n); ``unit_noise`` is one draw of N(0, 1) noise of the same shape.
    Units: ``width`` is the psf's standard deviation in pixels; ``sigma`` that of the noise.
    """

    _esm = front_end("blur_and_noise", "fourier", "own_picture")
    size = synced(Int)
    scene = synced(Dict)
    noise = synced(Dict)
    width = synced(Float)
    sigma = synced(Float)

    def __init__(
        self,
        f: Tensor,
        g: Tensor,
        unit_noise: Tensor,
        width: float,
        sigma: float,
        *,
        task: str = TASK,
    ):
        super().__init__(
            task=task,
            label="A photograph, its data under a blur and noise, and their inverse",
            size=len(f),
            scene=in_steps(f),
            noise=in_steps(unit_noise),
            width=width,
            sigma=sigma,
        )
        self._pictures = {"image $f$": f, "data $g = Hf + \\varepsilon$": g}

    def inverse(self, g: Tensor) -> Tensor:
        """H^-1 g at the present width. Shapes: both (n, n)."""
        psf = gaussian_psf(self.width, ndim=2).to(g)
        H = Blur(psf, g.shape)
        return H.spectral_inverse(lambda s: torch.where(s > FLOOR, 1 / s, 0), g)

    def twin(self) -> Figure:
        g = list(self._pictures.values())[1]
        shown = self._pictures | {"inverse $H^{-1} g$": self.inverse(g)}
        return plots.images(shown, limits=(0, 1))
