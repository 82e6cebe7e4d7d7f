"""Filtered back-projection over views and arc."""

from collections.abc import Callable
from math import pi

import torch
import traitlets
from matplotlib.figure import Figure
from torch import Tensor

from .. import plots
from .figure import RespondingFigure, as_bytes, front_end


class TurningScanner(RespondingFigure):
    """Filtered back-projection of a scene, from so many views over so wide an arc, without noise.

    Shapes: f is (size, size); ``scanner(size, angles)`` makes the scanner, with an ``fbp``.
    Units: ``arc`` in degrees.
    """

    _esm = front_end("turning_scanner")
    size = traitlets.Int().tag(sync=True)
    scene = traitlets.Bytes().tag(sync=True)
    views = traitlets.Int().tag(sync=True)
    arc = traitlets.Int().tag(sync=True)

    def __init__(self, f: Tensor, scanner: Callable, views: int = 32, arc: int = 180):
        self._f, self._scanner = f, scanner
        super().__init__(
            label="A scene, its views, and what filtered back-projection makes of them",
            size=len(f),
            scene=as_bytes(f),
            views=views,
            arc=arc,
        )

    def found(self) -> tuple[Tensor, Tensor]:
        """The views H f, and their filtered back-projection, as the browser draws them."""
        angles = torch.arange(self.views).to(self._f) / self.views * self.arc / 180 * pi
        H = self._scanner(self.size, angles)
        g = H(self._f)
        return g, (H.fbp(g) * self.arc / 180).clamp(0, 1)

    def twin(self) -> Figure:
        return plots.images({"scene": self._f, "filtered back-projection": self.found()[1]})
