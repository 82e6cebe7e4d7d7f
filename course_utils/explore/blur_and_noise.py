"""Blur and noise on a photograph."""

from matplotlib.figure import Figure
from torch import Tensor
from traitlets import Bytes, Float, Int

from .. import plots
from .figure import RespondingFigure, as_bytes, front_end, synced


class BlurAndNoise(RespondingFigure):
    """The data g = H f + eps of a picture, under sliders for the blur and the noise.

    Shapes: f is (n, n); ``unit_noise`` is one draw of N(0, 1) noise of the same shape.
    Units: ``width`` is the psf's standard deviation in pixels; ``sigma`` that of the noise.
    """

    _esm = front_end("blur_and_noise")
    size = synced(Int)
    scene = synced(Bytes)
    noise = synced(Bytes)
    width = synced(Float)
    sigma = synced(Float)

    def __init__(
        self, f: Tensor, g: Tensor, unit_noise: Tensor, width: float, sigma: float
    ):
        super().__init__(
            label="A photograph, and its data under a blur and noise that you set",
            size=len(f),
            scene=as_bytes(f),
            noise=as_bytes(unit_noise),
            width=width,
            sigma=sigma,
        )
        self._pictures = {"scene $f$": f, "data $g = Hf + \\varepsilon$": g}

    def twin(self) -> Figure:
        return plots.images(self._pictures, limits=(0, 1))
