"""ISTA, step by step."""

import torch
from matplotlib.figure import Figure
from torch import Tensor
from traitlets import Bytes, Float, Int

from .. import plots
from ..priors import L1
from ..solvers import ista, run
from .figure import RespondingFigure, as_bytes, front_end, synced

TASK = (
    "Predict: from which step length τL on does the objective no longer come down? "
    "Then lengthen the step until it grows."
)


class IterationPlayer(RespondingFigure):
    """ISTA at play: the estimate after k steps, for a penalty weight lambda and a step tau.

    Shapes: ``H`` maps signals of n entries to data, f is (n,), g is (m,).
    Units: ``log10_lam`` is log10 of lambda; ``tau_L`` is tau in units of 1 / L with
    L = ||H||^2.
    """

    _esm = front_end("iteration_player")
    size = synced(Int)
    L = synced(Float)
    energy = synced(Float)
    scene = synced(Bytes)
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
        log10_lam: float,
        tau_L: float,
        *,
        k: int,
        task: str = TASK,
    ):
        self._f = f
        self._iterates = lambda lam, tau: ista(H, g, L1(), lam, tau)
        super().__init__(
            task=task,
            label=(
                "A sparse signal and what a step and a threshold make of its data, k times"
            ),
            size=len(f),
            L=float(H.norm() ** 2),
            energy=g.square().sum().item(),
            scene=as_bytes(f),
            gram=as_bytes(H.T(H(torch.eye(len(f)).to(f)))),
            b=as_bytes(H.T(g)),
            log10_lam=log10_lam,
            tau_L=tau_L,
            k=k,
        )

    def twin(self) -> Figure:
        f_k = run(self._iterates(10**self.log10_lam, self.tau_L / self.L), max(1, self.k))
        lines = {"signal": ("scene", self._f), f"after {self.k} steps": ("classical", f_k)}
        return plots.curves(lines, "pixel", "value")
