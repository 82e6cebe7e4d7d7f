"""One ray through a section, the pixels it crosses, and its datum in the sinogram."""

from math import pi

import torch
from matplotlib.figure import Figure
from torch import Tensor
from traitlets import Dict, Int

from .. import plots
from ..operators import Radon
from .figure import RespondingFigure, front_end, in_steps, synced

TASK = (
    "Predict: which ray through this section has the largest datum, and where does it "
    "stand in the sinogram? Drag the ray there, or the mark in the sinogram."
)


class RayAndDatum(RespondingFigure):
    """A ray through an image, the row of ``Radon`` that it is, and its datum.

    The scanner is ``Radon(n, angles)`` with n angles, k pi / n.

    Shapes: f is (n, n). Units: ``angle`` and ``place`` are indices of the sinogram.
    """

    _esm = front_end("ray_and_datum")
    size = synced(Int)
    scene = synced(Dict)
    angle = synced(Int)
    place = synced(Int)

    def __init__(self, f: Tensor, angle: int, place: int, *, task: str = TASK):
        super().__init__(
            task=task,
            label="A ray through a section, its row of the matrix, and its datum",
            size=len(f),
            scene=in_steps(f),
            angle=angle,
            place=place,
        )

    def found(self) -> tuple[Tensor, Tensor]:
        """The sinogram H f, and the row of H that is this ray. Shapes: both (n, n)."""
        n = self.size
        f = self.numbers("scene").view(n, n)
        H = Radon(n, torch.arange(n).to(f) * pi / n)
        e = torch.zeros_like(f)
        e[self.angle, self.place] = 1
        return H(f), H.T(e)

    def twin(self) -> Figure:
        f = self.numbers("scene").view(self.size, self.size)
        g, row = self.found()
        pictures = {"section $f$": f, "one row of $H$": row, "sinogram $g = Hf$": g}
        return plots.images({name: x / x.max() for name, x in pictures.items()})
