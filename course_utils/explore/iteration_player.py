"""ISTA and FISTA, step by step."""

import torch
from matplotlib.figure import Figure
from torch import Tensor
from traitlets import Bytes, Float, Int

from .. import plots
from ..priors import L1
from ..solvers import fista, ista, run
from .figure import RespondingFigure, as_bytes, front_end, synced

TASK = (
    "Predict: in which estimate do the stars at pixels 24 and 28 come apart first? Raise "
    "k. Then find a λ at which FISTA leaves less than a quarter of the best Tikhonov error."
)


class IterationPlayer(RespondingFigure):
    """ISTA and FISTA at play: both estimates after k steps, for a weight and a step.

    ``rival`` is an estimate of f by another method, whose error both have to beat.

    Shapes: ``H`` maps signals of n entries to data, f and rival are (n,); to be drawn
    beside f, the data g are (n,) too.
    Units: ``log10_lam`` is log10 of lambda; ``tau_L`` is tau in units of 1 / L with
    L = ||H||^2.
    """

    _esm = front_end("iteration_player", "remembered", "texts_below")
    size = synced(Int)
    L = synced(Float)
    scene = synced(Bytes)
    rival = synced(Bytes)
    g = synced(Bytes)
    gram = synced(Bytes)
    b = synced(Bytes)
    log10_lam = synced(Float)
    tau_L = synced(Float)
    k = synced(Int)

    def __init__(
        self,
        H,
        f: Tensor,
        g: Tensor,
        rival: Tensor,
        *,
        log10_lam: float,
        tau_L: float = 1.0,
        k: int,
        task: str = TASK,
    ):
        self._f = f
        self._iterates = lambda way, lam, tau: way(H, g, L1(), lam, tau)
        super().__init__(
            task=task,
            label="A sparse signal, and what ISTA and FISTA make of its data in k steps",
            size=len(f),
            L=float(H.norm() ** 2),
            scene=as_bytes(f),
            rival=as_bytes(rival),
            g=as_bytes(g),
            gram=as_bytes(H.T(H(torch.eye(len(f)).to(f)))),
            b=as_bytes(H.T(g)),
            log10_lam=log10_lam,
            tau_L=tau_L,
            k=k,
        )

    def twin(self) -> Figure:
        lam = 10**self.log10_lam
        tau = self.tau_L / self.L
        steps = max(1, self.k)
        lines = {
            "signal": ("scene", self._f),
            "data": ("data", self.numbers("g")),
            f"ISTA, {steps} steps": (
                "classical",
                run(self._iterates(ista, lam, tau), steps),
            ),
            f"FISTA, {steps} steps": (
                "learned",
                run(self._iterates(fista, lam, tau), steps),
            ),
        }
        return plots.curves(lines, "pixel", "value")
