"""Reliability diagrams of a Gaussian posterior under assumed noise and power."""

import torch
from matplotlib.figure import Figure
from torch import Tensor
from traitlets import Bytes, Dict, Float, Int, List, Unicode

from .. import plots
from ..bayes import posterior
from .figure import RespondingFigure, as_bytes, front_end, in_steps, synced

LEVELS = torch.arange(0.05, 0.96, 0.05)
TASK = (
    "Predict: on which side of the diagonal is the curve if half of the true σ is "
    "assumed? Then go to signals with edges, and bring the curve of all pixels to the "
    "diagonal, to within 0.05 at each level. What do the pixels beside an edge do?"
)


class ReliabilityDiagram(RespondingFigure):
    """The share of pixels that credible intervals hold, against the level they state.

    ``kinds`` has two kinds of signals, ``{name: (f, g, p)}``: the second has edges, and the
    pixels within two of a jump of more than 0.1 are counted apart.

    Shapes: ``H`` is a periodic blur of n pixels, f and g are (count, n), p is (n,), the
    prior variance of each coefficient.
    Units: ``log2_sigma`` and ``log2_p`` are log2 of assumed over true; ``level`` is in
    percent.
    """

    _esm = front_end("reliability_diagram", "remembered")
    sigma = synced(Float)
    levels = synced(Bytes)
    z = synced(Bytes)
    s = synced(Bytes)
    V = synced(Dict)
    kinds = synced(List)
    sent = synced(Dict)
    kind = synced(Unicode)
    log2_sigma = synced(Float, 0.0)
    log2_p = synced(Float, 0.0)
    level = synced(Int, 90)

    def __init__(
        self,
        H,
        kinds: dict[str, tuple[Tensor, Tensor, Tensor]],
        sigma: float,
        task: str = TASK,
    ):
        self._H = H
        self._kinds = kinds
        s = H.singular_values()
        super().__init__(
            task=task,
            label="How much credible intervals hold, against what they promise",
            sigma=sigma,
            levels=as_bytes(LEVELS),
            z=as_bytes(torch.special.ndtri((1 + LEVELS.double()) / 2)),
            s=as_bytes(s),
            V=in_steps(H.synthesis(torch.eye(len(s)).to(s)).mT, bits=16),
            kinds=list(kinds),
            sent={name: _sent(H, *kind) for name, kind in kinds.items()},
            kind=next(iter(kinds)),
        )

    def twin(self) -> Figure:
        f, g, p = self._kinds[self.kind]
        q = posterior(self._H, g, self.sigma * 2**self.log2_sigma, p * 2**self.log2_p)
        errors = (f - q.mean).abs() / q.variance().sqrt()
        z = self.numbers("z")
        shares = torch.stack([(errors <= z_i).double().mean() for z_i in z])
        lines = {
            "calibrated": ("data", LEVELS),
            self.kind: ("classical", shares),
        }
        return plots.curves(lines, "stated level", "share inside", LEVELS)


def beside_an_edge(f: Tensor) -> Tensor:
    """Whether a pixel is within two of a jump of more than 0.1. Shape: that of f."""
    jump = (f - f.roll(1, -1)).abs() > 0.1
    return torch.stack([jump.roll(k, -1) for k in range(-2, 2)]).any(0)


def _sent(H, f: Tensor, g: Tensor, p: Tensor) -> dict:
    return {
        "f": in_steps(f, bits=16),
        "c": in_steps(H.analysis(g), bits=16),
        "p": as_bytes(p),
        "beside": in_steps(beside_an_edge(f).double()),
    }
