"""A photograph after k layers and after k iterations."""

import torch
from matplotlib.figure import Figure
from torch import Tensor
from traitlets import Bytes, Dict, Int, List, Unicode

from .. import plots
from .figure import RespondingFigure, as_bytes, front_end, in_steps, synced

TASK = (
    "Predict: what happens beyond the number of layers that were trained? Then find "
    "the k at which the network is best."
)


class LayersAndIterations(RespondingFigure):
    """A picture after k layers of a network and after k iterations of a classical method.

    The first entry of each is the start, k = 0. The errors are those of the pictures given,
    as a part of the error of the data. The network was trained with ``trained`` layers.

    Shapes: f and g are (n, n), both sequences (k, n, n), of one length.
    """

    _esm = front_end("layers_and_iterations", "packed")
    size = synced(Int)
    last = synced(Int)
    trained = synced(Int)
    names = synced(List, Unicode())
    scene = synced(Dict)
    pictures = synced(Dict)
    errors = synced(Bytes)
    k = synced(Int)

    def __init__(
        self,
        f: Tensor,
        g: Tensor,
        ways: dict[str, Tensor],
        trained: int,
        k: int,
        *,
        task: str = TASK,
    ):
        f = f.cpu()
        self._f = f
        self._f_k = torch.stack([x.detach().cpu() for x in ways.values()])
        errors = (self._f_k - f).norm(dim=(-2, -1)) / (g.cpu() - f).norm()
        super().__init__(
            task=task,
            label=(
                "A photograph after k layers of a network "
                "and after k iterations, with errors"
            ),
            size=len(f),
            last=self._f_k.shape[1] - 1,
            trained=trained,
            names=list(ways),
            scene=in_steps(f),
            pictures=in_steps(self._f_k, packed=True),
            errors=as_bytes(errors),
            k=k,
        )

    def twin(self) -> Figure:
        ways = zip(self.names, self._f_k, strict=True)
        shown = {f"{name}, k = {self.k}": x[self.k] for name, x in ways}
        return plots.images({"true image": self._f, **shown}, limits=(0, 1))
