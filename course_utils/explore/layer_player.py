"""What each layer of an unrolled network has found."""

import torch
import traitlets
from matplotlib.figure import Figure
from torch import Tensor

from .. import plots
from ..metrics import nmse_db
from .figure import RespondingFigure, as_bytes, front_end

LEVELS = (0.05, 0.5, 0.95)  # the quantiles over all scenes


class LayerPlayer(RespondingFigure):
    """Sparse scenes and their estimates, layer by layer, by several methods; errors beside them.

    ``estimates`` has for each method the iterates f_1 ... f_K of many scenes. Those scenes are
    shown whose errors after the last layer of the last method lie at the quantiles ``ranks``, and
    of each the first ``window`` entries. The error curves are those of whole scenes.

    Shapes: f is (count, n), the estimates of a method are (K, count, n). Units: errors are in dB;
    ``layer``, ``scene`` and ``method`` count from 1.
    """

    _esm = front_end("layer_player")
    names = traitlets.List(traitlets.Unicode()).tag(sync=True)
    ranks = traitlets.List(traitlets.Float()).tag(sync=True)
    layers = traitlets.Int().tag(sync=True)
    window = traitlets.Int().tag(sync=True)
    scenes = traitlets.Bytes().tag(sync=True)
    estimates = traitlets.Bytes().tag(sync=True)
    errors = traitlets.Bytes().tag(sync=True)
    quantiles = traitlets.Bytes().tag(sync=True)
    layer = traitlets.Int(1).tag(sync=True)
    scene = traitlets.Int(1).tag(sync=True)
    method = traitlets.Int(1).tag(sync=True)

    def __init__(
        self, f: Tensor, estimates: dict[str, Tensor], ranks, layer: int, window=120
    ):
        f = f.cpu()
        stack = torch.stack(
            [x.detach().cpu() for x in estimates.values()]
        )  # (M, K, count, n)
        f_all = f.expand_as(stack)
        errors = nmse_db(stack.flatten(0, 2), f_all.flatten(0, 2), each=True).view(
            stack.shape[:3]
        )
        places = [round(rank * (len(f) - 1)) for rank in ranks]
        shown = errors[-1, -1].argsort()[places]
        self._f, self._f_k = f[shown, :window], stack[:, :, shown, :window]
        self._errors = errors[:, :, shown]
        self._quantiles = errors.quantile(torch.tensor(LEVELS).to(errors), -1)  # (3, M, K)
        super().__init__(
            label="A sparse scene and its estimate after each layer, with the errors of all layers",
            names=list(estimates),
            ranks=list(ranks),
            layers=stack.shape[1],
            window=window,
            scenes=as_bytes(self._f),
            estimates=as_bytes(self._f_k),
            errors=as_bytes(self._errors),
            quantiles=as_bytes(self._quantiles),
            layer=layer,
            scene=len(places) // 2 + 1,
            method=len(stack),
        )

    def twin(self) -> Figure:
        m, k, i = self.method - 1, self.layer - 1, self.scene - 1
        lines = {"scene": ("scene", self._f[i])}
        lines[f"{self.names[m]}, layer {self.layer}"] = ("learned", self._f_k[m, k, i])
        return plots.curves(lines, "entry", "value")
