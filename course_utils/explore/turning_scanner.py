"""Filtered back-projection over views and arc."""

from collections.abc import Callable
from math import pi

import torch
from matplotlib.figure import Figure
from torch import Tensor
from traitlets import Dict, Int

from .. import plots
from .figure import RespondingFigure, front_end, in_steps, synced

TASK = (
    "Predict: which edges are lost if the source stops at 90 degrees? Drag it; then "
    "find how much of the arc may be missing before the error doubles."
)


class TurningScanner(RespondingFigure):
    """Filtered back-projection of an image, from so many views over so wide an arc.

    There is no noise. ``scanner(size, angles)`` makes the operator, which has an ``fbp``.

    Shapes: f is (size, size). Units: ``arc`` is in degrees.
    """

    _esm = front_end("turning_scanner")
    size = synced(Int)
    scene = synced(Dict)
    views = synced(Int)
    arc = synced(Int)

    def __init__(
        self,
        f: Tensor,
        scanner: Callable,
        views: int = 32,
        arc: int = 180,
        *,
        task: str = TASK,
    ):
        self._f = f
        self._scanner = scanner
        super().__init__(
            task=task,
            label="A section, its views, and what filtered back-projection makes of them",
            size=len(f),
            scene=in_steps(f),
            views=views,
            arc=arc,
        )

    def found(self) -> tuple[Tensor, Tensor]:
        """The views H f, and their filtered back-projection, as the browser draws them."""
        f = self.numbers("scene").view(self.size, self.size)
        angles = torch.arange(self.views).to(f) / self.views * self.arc / 180 * pi
        H = self._scanner(self.size, angles)
        g = H(f)
        return g, (H.fbp(g) * self.arc / 180).clamp(0, 1)

    def twin(self) -> Figure:
        return plots.images(
            {"section": self._f, "filtered back-projection": self.found()[1]}
        )
