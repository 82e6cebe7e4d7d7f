"""FISTA and unrolled layers, side by side, on the way to a deadline of K steps."""

from itertools import islice

import torch
from matplotlib.figure import Figure
from torch import Tensor
from traitlets import Bytes, Dict, Float, Int

from .. import plots
from ..metrics import nmse_db
from ..priors import L1
from ..solvers import fista
from .figure import RespondingFigure, as_bytes, front_end, in_steps, synced

LOG10_LAMS = torch.arange(-20, 1).double() / 10  # of the slider

TASK = (
    "Predict: can a good λ bring FISTA as far as the layers in sixteen steps? Find the λ "
    "with the least error at step 16. Then go back to the first layer that has less."
)


class StepsUntilDeadline(RespondingFigure):
    """What k steps of FISTA find of sparse signals, at any lambda, and what k layers find.

    FISTA takes the step 1 / ||H||^2. ``layers`` are the outputs f_1 ... f_K of a network
    for the same data. The errors are medians over all signals; shown are the first
    ``window`` entries of the signal whose last layer has the median error.

    Shapes: f is (count, n), g is (count, m), layers is (K, count, n).
    Units: errors are in dB; ``log10_lam`` is log10 of lambda, ``k`` counts from 1.
    """

    _esm = front_end("steps_until_deadline", "packed", "texts_below")
    steps = synced(Int)
    window = synced(Int)
    scene = synced(Dict)
    by_fista = synced(Dict)
    by_layers = synced(Dict)
    fista_errors = synced(Bytes)
    layer_errors = synced(Bytes)
    log10_lam = synced(Float)
    k = synced(Int)

    def __init__(
        self,
        H,
        f: Tensor,
        g: Tensor,
        layers: Tensor,
        *,
        log10_lam: float,
        k: int,
        window: int = 100,
        task: str = TASK,
    ):
        last = nmse_db(layers[-1], f, each=True)
        shown = last.argsort()[len(f) // 2]
        ways = [_iterates(H, g, lam, len(layers)) for lam in 10**LOG10_LAMS]
        self._f = f[shown, :window]
        self._by_fista = torch.stack([way[:, shown, :window] for way in ways])
        self._by_layers = layers[:, shown, :window]
        super().__init__(
            task=task,
            label="A sparse signal, and what FISTA and unrolled layers find in k steps",
            steps=len(layers),
            window=window,
            scene=in_steps(self._f),
            by_fista=in_steps(self._by_fista, packed=True),
            by_layers=in_steps(self._by_layers, packed=True),
            fista_errors=as_bytes([_medians(way, f) for way in ways]),
            layer_errors=as_bytes(_medians(layers, f)),
            log10_lam=log10_lam,
            k=k,
        )

    def place(self) -> int:
        """Which of the values of lambda is set."""
        return int((LOG10_LAMS - self.log10_lam).abs().argmin())

    def twin(self) -> Figure:
        k = self.k - 1
        lines = {
            "signal": ("scene", self._f),
            f"FISTA, step {self.k}": ("classical", self._by_fista[self.place(), k]),
            f"layers, step {self.k}": ("learned", self._by_layers[k]),
        }
        return plots.curves(lines, "entry", "value")


def _iterates(H, g: Tensor, lam: Tensor, steps: int) -> Tensor:
    """f_1 ... f_K of FISTA, in the type of g."""
    tau = 1 / H.norm() ** 2
    way = fista(H, g, L1(), lam.item(), tau)
    return torch.stack([*islice(way, steps)])


def _medians(way: Tensor, f: Tensor) -> list[float]:
    """The median error of all signals after each step."""
    return [nmse_db(f_k, f, each=True).median().item() for f_k in way]
