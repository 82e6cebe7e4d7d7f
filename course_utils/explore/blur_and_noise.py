"""Blur and noise on a photograph, and what the exact inverse makes of the data."""

from matplotlib.figure import Figure
from torch import Tensor
from traitlets import Dict, Float, Int

from .. import plots
from ..metrics import relative_error
from ..operators import Blur
from ..signals import gaussian_psf
from .figure import RespondingFigure, front_end, in_steps, synced

TASK = (
    "Predict: how weak must the noise be for the exact inverse to be better than the "
    "data? Drag σ to the largest such noise; then widen the blur by half a pixel."
)


class BlurAndNoise(RespondingFigure):
    """The data g = H f + eps of a picture and H^-1 g, under sliders for blur and noise.

    H is a periodic Gaussian blur, and its inverse is the exact one. Beside them stand the
    errors of both over sigma, and the sigma at which they are equal.

    Shapes: f is (n, n); ``unit_noise`` is one draw of N(0, 1) noise of the same shape.
    Units: ``width`` is the psf's standard deviation in pixels; ``log10_sigma`` is log10 of
    the noise's standard deviation.
    """

    _esm = front_end("blur_and_noise", "fourier", "real_fourier", "own_picture")
    size = synced(Int)
    scene = synced(Dict)
    noise = synced(Dict)
    width = synced(Float)
    log10_sigma = synced(Float)

    def __init__(
        self,
        f: Tensor,
        unit_noise: Tensor,
        width: float,
        log10_sigma: float,
        *,
        task: str = TASK,
    ):
        super().__init__(
            task=task,
            label="A photograph, its data under a blur and noise, and their exact inverse",
            size=len(f),
            scene=in_steps(f),
            noise=in_steps(unit_noise),
            width=width,
            log10_sigma=log10_sigma,
        )

    def found(self) -> tuple[Tensor, Tensor, Tensor]:
        """f, g and H^-1 g at the present setting, in doubles. Shapes: all (n, n)."""
        f, eps = (self.numbers(t).view(self.size, self.size) for t in ("scene", "noise"))
        H = Blur(gaussian_psf(self.width, ndim=2).to(f), f.shape)
        g = H(f) + 10**self.log10_sigma * eps
        return f, g, H.spectral_inverse(lambda s: 1 / s, g)

    def twin(self) -> Figure:
        f, g, naive = self.found()
        of_data, of_inverse = (relative_error(x, f) for x in (g, naive))
        pictures = {
            f"data $g = Hf + \\varepsilon$: {of_data:.2f}": g,
            f"inverse $H^{{-1}} g$: {of_inverse:,.2f}": naive,
            "image $f$": f,
        }
        return plots.images(pictures, limits=(0, 1))
