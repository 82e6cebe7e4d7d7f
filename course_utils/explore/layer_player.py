"""What each layer of an unrolled network has found."""

import torch
from matplotlib.figure import Figure
from torch import Tensor
from traitlets import Bytes, Dict, Float, Int, List, Unicode

from .. import plots
from ..metrics import nmse_db
from .figure import RespondingFigure, as_bytes, front_end, in_steps, synced

LEVELS = (0.05, 0.5, 0.95)  # the quantiles over all signals

TASK = (
    "Predict: do more layers help on the hardest signal as much as on the median "
    "one? Then find a signal that even the last layer misses by 20 dB."
)


class LayerPlayer(RespondingFigure):
    """Sparse signals and their estimates, layer by layer, by several methods, with errors.

    ``estimates`` has for each method the iterates f_1 ... f_K of many signals. Those are
    shown whose errors after the last layer of the last method lie at the quantiles
    ``ranks``, and of each the first ``window`` entries. The error curves are those of whole
    signals.

    Shapes: f is (count, n), the estimates of a method are (K, count, n).
    Units: errors are in dB; ``layer`` and ``scene`` (the signal) count from 1; ``method``
        is the name of one.
    """

    _esm = front_end("layer_player", "packed")
    names = synced(List, Unicode())
    ranks = synced(List, Float())
    layers = synced(Int)
    window = synced(Int)
    scenes = synced(Dict)
    estimates = synced(Dict)
    errors = synced(Bytes)
    quantiles = synced(Bytes)
    layer = synced(Int, 1)
    scene = synced(Int, 1)
    method = synced(Unicode)

    def __init__(
        self,
        f: Tensor,
        estimates: dict[str, Tensor],
        ranks,
        layer: int,
        window: int = 120,
        *,
        task: str = TASK,
    ):
        f = f.cpu()
        stack = torch.stack([x.detach().cpu() for x in estimates.values()])
        errors = _errors(stack, f)
        places = [round(rank * (len(f) - 1)) for rank in ranks]
        shown = errors[-1, -1].argsort()[places]
        self._f = f[shown, :window]
        self._f_k = stack[:, :, shown, :window]
        super().__init__(
            task=task,
            label=(
                "A sparse signal and its estimate after each layer, "
                "with the errors of all layers"
            ),
            names=list(estimates),
            ranks=list(ranks),
            layers=stack.shape[1],
            window=window,
            scenes=in_steps(self._f),
            estimates=in_steps(self._f_k, packed=True),
            errors=as_bytes(errors[:, :, shown]),
            quantiles=as_bytes(errors.quantile(torch.tensor(LEVELS).to(errors), -1)),
            layer=layer,
            scene=len(places) // 2 + 1,
            method=list(estimates)[-1],
        )

    def twin(self) -> Figure:
        m = self.names.index(self.method)
        i = self.scene - 1
        f_k = self._f_k[m, self.layer - 1, i]
        lines = {
            "signal": ("scene", self._f[i]),
            f"{self.method}, layer {self.layer}": ("learned", f_k),
        }
        return plots.curves(lines, "entry", "value")


def _errors(stack: Tensor, f: Tensor) -> Tensor:
    """The error of each estimate in dB. Shapes: (M, K, count, n) and (count, n)."""
    truth = f.expand_as(stack).flatten(0, 2)
    return nmse_db(stack.flatten(0, 2), truth, each=True).view(stack.shape[:3])
