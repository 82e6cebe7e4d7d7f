"""Potts labels under a coupling and a number of classes."""

import torch
from matplotlib.figure import Figure
from torch import Tensor
from traitlets import Bytes, Dict, Float, Int

from .. import plots
from ..operators import Mask
from ..potts import checkerboard, first_segmentation, neighbours
from .figure import RespondingFigure, as_bytes, front_end, in_steps, read, synced

TASK = (
    "Predict: what goes first as the coupling grows, specks or thin structures? "
    "Then raise β until two fifths of the disagreements of neighbours are gone."
)


class MaterialMap(RespondingFigure):
    """The labels of a restored picture, as the coupling beta and the classes change.

    Iterated conditional modes of the Potts model: eight sweeps of a checkerboard, in which
    a pixel takes the label k with the smallest

        (f - m_k)^2 / 2 v - beta * (neighbours with k)

    The m_k are those of k-means, v is the variance within its classes.

    Shapes: ``f`` is (n, n). ``classes`` runs from 2 to 6.
    """

    _esm = front_end("material_map")
    size = synced(Int)
    restored = synced(Dict)
    means = synced(Bytes)
    v = synced(Bytes)
    classes = synced(Int)
    beta = synced(Float)

    def __init__(
        self,
        f: Tensor,
        classes: int,
        beta: float,
        *,
        task: str = TASK,
    ):
        restored = in_steps(f, bits=16)
        f = read(restored).view(f.shape)
        k_means = [
            first_segmentation(Mask(torch.ones_like(f)), f, k, f) for k in range(2, 7)
        ]
        self._f = f
        self._k_means = k_means
        super().__init__(
            task=task,
            label=(
                "A restored picture, and a label for each pixel "
                "that listens to its neighbours"
            ),
            size=len(f),
            restored=restored,
            means=as_bytes(torch.cat([q.m for q in k_means])),
            v=as_bytes(torch.tensor([q.sigma**2 for q in k_means])),
            classes=classes,
            beta=beta,
        )

    def labels(self) -> Tensor:
        """The labels at the present setting, as the browser draws them."""
        first = sum(range(2, self.classes))
        m = self.numbers("means")[first : first + self.classes].view(-1, 1, 1)
        gap = (self._f - m).square()
        fit = gap / (2 * self.numbers("v")[self.classes - 2])
        z = torch.nn.functional.one_hot(gap.argmin(0), self.classes).movedim(-1, 0).double()
        for _ in range(8):
            for square in checkerboard(self._f):
                best = (fit - self.beta * neighbours(z)).argmin(0)
                new = torch.nn.functional.one_hot(best, self.classes).movedim(-1, 0).to(z)
                z = torch.where(square, new, z)
        return z.argmax(0)

    def twin(self) -> Figure:
        m = self._k_means[self.classes - 2].m
        return plots.images({"restored picture": self._f, "labels": m[self.labels()]})
