"""Reconstructions by networks of K layers from few views."""

import zlib
from base64 import b64decode

import torch
from matplotlib.figure import Figure
from torch import Tensor
from traitlets import Dict, Int, List

from .. import plots
from .figure import RespondingFigure, front_end, in_steps, synced

TASK = (
    "Predict: do twenty layers help on the head as much as on the drawn phantom? "
    "Then find the K that is best for the head from the fewest views."
)
SHOWN = (0, 1, 2, 5, 20)  # the K whose pictures a page can carry


class LayersAndViews(RespondingFigure):
    """What networks of K layers make of a drawn phantom and of a head, from few views.

    ``rows`` are those of the study of tomography that hold pictures; five of its numbers of
    layers are shown. K = 0 is filtered back-projection, with which each network begins.
    ``layer`` and ``view`` say which of the K, and which of the numbers of views, is shown.

    Shapes: ``truth`` is (2, size, size), the drawn phantom and the head, in [0, 1].
    Units: the truth is sent in 256 steps, what networks make of it in 96.
    """

    _esm = front_end("layers_and_views", "packed")
    size = synced(Int)
    layers = synced(List, Int())
    views = synced(List, Int())
    truth = synced(Dict)
    pictures = synced(Dict)
    layer = synced(Int)
    view = synced(Int)

    def __init__(
        self,
        rows: list[dict],
        truth: Tensor,
        layer: int = 2,
        view: int = 2,
        *,
        task: str = TASK,
    ):
        rows = [row for row in rows if "pictures" in row and row["K"] in SHOWN]
        rows = sorted(rows, key=lambda row: row["K"])
        views = sorted(map(int, rows[0]["pictures"]))
        packed = [text for row in rows for v in views for text in row["pictures"][str(v)]]
        self._truth = truth
        pictures = b"".join(zlib.decompress(b64decode(text)) for text in packed)
        super().__init__(
            task=task,
            label=(
                "A drawn phantom and a head, from few views, "
                "by networks of few and of many layers"
            ),
            size=truth.shape[-1],
            layers=[row["K"] for row in rows],
            views=views,
            truth=in_steps(truth),
            pictures=in_steps(torch.tensor(list(pictures)) / 255, packed=True, levels=96),
            layer=layer,
            view=view,
        )

    def found(self) -> Tensor:
        """The two pictures at the present setting. Shape: (2, size, size)."""
        shape = (len(self.layers), len(self.views), *self._truth.shape)
        return self.numbers("pictures").view(shape)[self.layer, self.view]

    def twin(self) -> Figure:
        names = ("phantom", "head")
        layers = self.layers[self.layer]
        how = f"K = {layers}" if layers else "FBP"
        pictures = {f"truth: {name}": f for name, f in zip(names, self._truth, strict=True)}
        for name, f_hat in zip(names, self.found(), strict=True):
            pictures[f"{name}, {how}"] = f_hat
        return plots.images(pictures, limits=(0, 1))
