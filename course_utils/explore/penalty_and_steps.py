"""Tikhonov beside two iterations that stop in time: Landweber, conjugate gradients."""

import torch
from matplotlib.figure import Figure
from torch import Tensor
from traitlets import Bytes, Float, Int

from .. import plots
from ..solvers import conjugate_gradient, run
from .figure import RespondingFigure, as_bytes, front_end, synced

TASK = (
    "Predict: for a tenth of this λ, how many steps does each iteration need? Lower λ "
    "tenfold, then move both numbers of steps until all estimates agree to 8 %."
)


class PenaltyAndSteps(RespondingFigure):
    """Three estimates of a signal, and the filter factors that make them.

    Tikhonov's has a weight lambda; the others are k steps of Landweber, each of the length
    1 / s_1^2, and ``cg_steps`` steps of conjugate gradients for H^T H f = H^T g, from 0.

    Shapes: ``H`` has an SVD and maps signals of n entries, f and g are (n,).
    Units: ``log10_lam`` is log10 of lambda, ``log10_k`` of the number of steps.
    """

    _esm = front_end("penalty_and_steps")
    size = synced(Int)
    scene = synced(Bytes)
    s = synced(Bytes)
    V = synced(Bytes)
    c = synced(Bytes)
    log10_lam = synced(Float)
    log10_k = synced(Float)
    cg_steps = synced(Int)

    def __init__(
        self,
        H,
        f: Tensor,
        g: Tensor,
        *,
        log10_lam: float,
        log10_k: float,
        cg_steps: int,
        task: str = TASK,
    ):
        U, s, V = H.svd
        lam = 10**log10_lam
        k = round(10**log10_k)
        cg = conjugate_gradient(H.T @ H, H.T(g))
        self._lines = {
            "signal": ("scene", f),
            "Tikhonov": ("classical", H.spectral_inverse(lambda s: s / (s**2 + lam), g)),
            "Landweber": ("learned", H.spectral_inverse(lambda s: _landweber(s, k), g)),
            "conjugate gradients": ("noise", run(cg, cg_steps)),
        }
        super().__init__(
            task=task,
            label=(
                "A signal, estimated with a penalty on its size "
                "and by two iterations that stop in time"
            ),
            size=len(f),
            scene=as_bytes(f),
            s=as_bytes(s),
            V=as_bytes(V),
            c=as_bytes(g @ U),
            log10_lam=log10_lam,
            log10_k=log10_k,
            cg_steps=cg_steps,
        )

    def twin(self) -> Figure:
        return plots.curves(self._lines, "pixel", "value")


def _landweber(s: Tensor, k: int) -> Tensor:
    """phi(s) after k steps of length 1 / s_1^2."""
    return -torch.expm1(k * torch.log1p(-((s / s.max()) ** 2))) / s
