"""A scanner that turns: the views so far, and their filtered back-projection."""

from collections.abc import Callable
from math import pi

import torch
from matplotlib.figure import Figure
from torch import Tensor
from traitlets import Dict, Float, Int, List

from .. import plots
from .figure import RespondingFigure, front_end, in_steps, synced

TASK = (
    "Predict: how many views in half a turn does it take until the streaks no longer hide "
    "the lesion, the round spot? Turn the scanner; then find the smallest number."
)


class TurningScanner(RespondingFigure):
    """Filtered back-projection of an image, from the views that are measured so far.

    ``views`` are spread over half a turn, and the scanner has turned by ``arc`` degrees.
    There is no noise. ``scanner(size, angles)`` makes the operator, which has an ``fbp``.
    ``lesion`` is a disc that f contains: how far it lies to the right of the centre, how
    far above it, and its radius.

    Shapes: f is (size, size). Units: ``arc`` is in degrees, ``lesion`` in pixels.
    """

    _esm = front_end("turning_scanner", "parallel_beam")
    size = synced(Int)
    scene = synced(Dict)
    lesion = synced(List, Float())
    views = synced(Int)
    arc = synced(Int)

    def __init__(
        self,
        f: Tensor,
        scanner: Callable,
        lesion: tuple[float, float, float],
        *,
        views: int = 8,
        arc: int = 180,
        task: str = TASK,
    ):
        self._scanner = scanner
        super().__init__(
            task=task,
            label="A section, the views of it so far, and their filtered back-projection",
            size=len(f),
            scene=in_steps(f),
            lesion=[float(x) for x in lesion],
            views=views,
            arc=arc,
        )

    def found(self) -> tuple[Tensor, Tensor]:
        """The views so far, and their filtered back-projection, as the browser has them."""
        f = self.numbers("scene").view(self.size, self.size)
        count = -(-self.views * self.arc // 180)
        H = self._scanner(self.size, torch.arange(count).to(f) / self.views * pi)
        g = H(f)
        return g, (H.fbp(g) * count / self.views).clamp(0, 1)

    def contrast(self) -> Tensor:
        """How far the lesion stands above the mean around it, in standard deviations."""
        f_hat = self.found()[1]
        lesion, around = masks(self.size, *self.lesion)
        return (f_hat[lesion].mean() - f_hat[around].mean()) / f_hat[around].std()

    def twin(self) -> Figure:
        g, f_hat = self.found()
        rows = torch.zeros(self.size, self.size).to(g)
        of_row = torch.arange(self.size) * self.views // self.size
        measured = of_row < len(g)
        rows[measured] = g[of_row[measured]] / g.max()
        f = self.numbers("scene").view(self.size, self.size)
        return plots.images(
            {"truth": f, "reconstruction (FBP)": f_hat, "sinogram: the data": rows},
            limits=(0, 1),
        )


def masks(n: int, right: float, up: float, radius: float) -> tuple[Tensor, Tensor]:
    """The pixels of a disc, and those of a ring around it. Shapes: both (n, n)."""
    x = torch.arange(n, dtype=torch.float64) - (n - 1) / 2
    apart = torch.hypot(x - right, -x[:, None] - up)
    return apart <= radius, (apart > radius + 1) & (apart <= 2 * radius + 2)
