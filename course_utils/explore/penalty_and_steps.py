"""Tikhonov beside Landweber."""

import torch
from matplotlib.figure import Figure
from torch import Tensor
from traitlets import Bytes, Float, Int

from .. import plots
from .figure import RespondingFigure, as_bytes, front_end, synced

TASK = (
    "Predict: how many steps do what a tenth of this λ does? Move λ tenfold, then k "
    "until the two estimates agree to 5 %."
)


class PenaltyAndSteps(RespondingFigure):
    """Two estimates of a signal: Tikhonov's with a weight lambda, and k steps of Landweber.

    The step is 1 / s_1^2.

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

    def __init__(
        self,
        H,
        f: Tensor,
        g: Tensor,
        log10_lam: float,
        log10_k: float,
        *,
        task: str = TASK,
    ):
        U, s, V = H.svd
        lam = 10**log10_lam
        k = round(10**log10_k)
        self._lines = {
            "signal": ("scene", f),
            "Tikhonov": ("classical", H.spectral_inverse(lambda s: s / (s**2 + lam), g)),
            "steps": ("learned", H.spectral_inverse(lambda s: _landweber(s, k), g)),
        }
        super().__init__(
            task=task,
            label=(
                "A signal, estimated with a penalty on its size "
                "and by steps that stop in time"
            ),
            size=len(f),
            scene=as_bytes(f),
            s=as_bytes(s),
            V=as_bytes(V),
            c=as_bytes(g @ U),
            log10_lam=log10_lam,
            log10_k=log10_k,
        )

    def twin(self) -> Figure:
        return plots.curves(self._lines, "pixel", "value")


def _landweber(s: Tensor, k: int) -> Tensor:
    """phi(s) after k steps of length 1 / s_1^2."""
    return -torch.expm1(k * torch.log1p(-((s / s.max()) ** 2))) / s
