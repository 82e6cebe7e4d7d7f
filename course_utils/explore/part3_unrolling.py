"""The responding figures of chapter 10: what each layer of an unrolled network has found."""

import torch
import traitlets
from matplotlib.figure import Figure
from torch import Tensor

from .. import plots
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

    _esm = front_end("layer-player")
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

    def __init__(self, f: Tensor, estimates: dict[str, Tensor], ranks, layer: int, window=120):
        f = f.cpu()
        stack = torch.stack([x.detach().cpu() for x in estimates.values()])  # (M, K, count, n)
        errors = error_db(stack, f)
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


class LayersAndIterations(RespondingFigure):
    """A picture after k layers of a network and after k iterations of a classical method.

    The first entry of each is the start, k = 0. The errors are those of the pictures given, as a
    part of the error of the data. The network was trained with ``trained`` layers.

    Shapes: f and g are (n, n), both sequences (k, n, n), of one length.
    """

    _esm = front_end("layers-and-iterations")
    size = traitlets.Int().tag(sync=True)
    last = traitlets.Int().tag(sync=True)
    trained = traitlets.Int().tag(sync=True)
    names = traitlets.List(traitlets.Unicode()).tag(sync=True)
    scene = traitlets.Bytes().tag(sync=True)
    pictures = traitlets.Bytes().tag(sync=True)
    errors = traitlets.Bytes().tag(sync=True)
    k = traitlets.Int().tag(sync=True)

    def __init__(self, f: Tensor, g: Tensor, ways: dict[str, Tensor], trained: int, k: int):
        f, g = f.cpu(), g.cpu()
        self._f, self._f_k = f, torch.stack([x.detach().cpu() for x in ways.values()])
        errors = (self._f_k - f).norm(dim=(-2, -1)) / (g - f).norm()
        super().__init__(
            label="A photograph after k layers of a network and after k iterations, with errors",
            size=len(f),
            last=self._f_k.shape[1] - 1,
            trained=trained,
            names=list(ways),
            scene=as_bytes(f),
            pictures=as_bytes(self._f_k),
            errors=as_bytes(errors),
            k=k,
        )

    def twin(self) -> Figure:
        shown = {name: x[self.k] for name, x in zip(self.names, self._f_k, strict=True)}
        return plots.images({"scene": self._f, **shown}, limits=(0, 1))


def error_db(f_k: Tensor, f: Tensor) -> Tensor:
    """10 log10( ||f_k - f||^2 / ||f||^2 ) of each scene.

    Shapes: (..., count, n), and (..., count) for the result.
    """
    ratio = (f_k - f).double().square().sum(-1) / f.double().square().sum(-1)
    return 10 * ratio.log10()
