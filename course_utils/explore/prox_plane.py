"""Proximal maps of the plane: a point, and where each penalty sends it."""

import torch
from matplotlib.figure import Figure
from torch import Tensor
from traitlets import Float, Unicode

from .. import plots
from ..priors import L1, L2, TotalVariation
from .figure import RespondingFigure, front_end, synced

PENALTIES = ("ℓ1", "squares", "length", "TV of two pixels", "disc")
TASK = (
    "Predict: which penalty makes two different entries equal without making them zero? "
    "Find a point whose entries are more than 2 apart, and which is sent to two equal "
    "entries that are not zero."
)


class ProxPlane(RespondingFigure):
    """A point v of the plane, and prox_{tR}(v) for a penalty R that is chosen.

    R is the sum of absolute values, half the sum of squares, the length, the total
    variation of two pixels, or 0 within a disc of radius t and infinite outside.
    """

    _esm = front_end("prox_plane")
    penalty = synced(Unicode)
    v1 = synced(Float)
    v2 = synced(Float)
    t = synced(Float)

    def __init__(
        self,
        v: tuple[float, float] = (2.5, 0.7),
        t: float = 1.0,
        penalty: str = PENALTIES[0],
        task: str = TASK,
    ):
        label = "A point of the plane, and where the proximal map of a penalty sends it"
        v1, v2 = v
        super().__init__(task=task, label=label, penalty=penalty, v1=v1, v2=v2, t=t)

    def sent(self, v: Tensor) -> Tensor:
        """prox_{tR}(v) with the package's own priors. Shape: (..., 2)."""
        maps = {
            "ℓ1": L1().prox,
            "squares": L2().prox,
            "length": L1(axis=-1).prox,
            "TV of two pixels": TotalVariation(dims=1, tol=1e-9).prox,
            "disc": lambda v, t: v - L1(axis=-1).prox(v, t),
        }
        return maps[self.penalty](v, self.t)

    def along(self) -> Tensor:
        """The first entry of prox(v), v_1 from -4 to 4 and v_2 as it is. Shape: (81,)."""
        v_1 = torch.linspace(-4, 4, 81).double()
        return self.sent(torch.stack([v_1, torch.full_like(v_1, self.v2)], -1))[:, 0]

    def twin(self) -> Figure:
        v_1 = torch.linspace(-4, 4, 81)
        lines = {"v": ("data", v_1), "prox(v)": ("classical", self.along())}
        return plots.curves(lines, "first entry of v", "first entry of prox(v)", v_1)
