"""Potts labels of a noisy image, of which a square is hidden, as the coupling grows."""

import torch
from matplotlib.figure import Figure
from torch import Tensor
from traitlets import Bytes, Dict, Float, Int

from .. import plots
from ..operators import Mask
from ..potts import checkerboard, first_segmentation, neighbours
from .figure import RespondingFigure, as_bytes, front_end, in_steps, read, synced

TASK = (
    "Predict: which label does an unmeasured pixel take? Find a β with half of the wrong "
    "labels of β = 0; then drag the hidden square to where it misleads."
)


class MaterialMap(RespondingFigure):
    """The labels of an image without a square of it, as beta and the classes change.

    Iterated conditional modes of the Potts model: eight sweeps of a checkerboard, in which
    a pixel takes the label k with the smallest

        (f - m_k)^2 / 2 v - beta * (neighbours with k)

    The m_k are those of k-means of the whole image, v is the variance within its classes.
    In the hidden square the first term is missing, and there is no label at first: labels
    grow in from its border. One that is never decided is 0.

    A label is right if most pixels of its class are of this pixel's material.

    Shapes: ``f`` and ``truth`` are (n, n). ``classes`` runs from 2 to 6.
    Units: ``row``, ``column`` and ``side`` of the square, from above left, are in pixels.
    """

    _esm = front_end("material_map")
    size = synced(Int)
    image = synced(Dict)
    truth = synced(Bytes)
    means = synced(Bytes)
    v = synced(Bytes)
    classes = synced(Int)
    beta = synced(Float)
    row = synced(Int)
    column = synced(Int)
    side = synced(Int)

    def __init__(
        self,
        f: Tensor,
        truth: Tensor,
        classes: int,
        beta: float,
        *,
        row: int = 0,
        column: int = 0,
        side: int = 0,
        task: str = TASK,
    ):
        image = in_steps(f, bits=16)
        f = read(image).view(f.shape)
        k_means = [
            first_segmentation(Mask(torch.ones_like(f)), f, k, f) for k in range(2, 7)
        ]
        self._f = f
        self._truth = truth
        self._k_means = k_means
        super().__init__(
            task=task,
            label="A noisy image with a hidden square, its labels, and the wrong ones",
            size=len(f),
            image=image,
            truth=truth.to(torch.uint8).contiguous().numpy().tobytes(),
            means=as_bytes(torch.cat([q.m for q in k_means])),
            v=as_bytes(torch.tensor([q.sigma**2 for q in k_means])),
            classes=classes,
            beta=beta,
            row=row,
            column=column,
            side=side,
        )

    def hidden(self) -> Tensor:
        """Where nothing is known of the image. Shape: (n, n)."""
        hidden = torch.zeros_like(self._f, dtype=torch.bool)
        hidden[self.row : self.row + self.side, self.column : self.column + self.side] = (
            True
        )
        return hidden

    def labels(self) -> Tensor:
        """The labels at the present setting, as the browser draws them. Shape: (n, n)."""
        hidden = self.hidden()
        first = sum(range(2, self.classes))
        m = self.numbers("means")[first : first + self.classes].view(-1, 1, 1)
        gap = (self._f - m).square()
        fit = torch.where(hidden, 0, gap / (2 * self.numbers("v")[self.classes - 2]))
        z = torch.where(hidden, 0, self._one_hot(gap.argmin(0)))
        for _ in range(8):
            for square in checkerboard(self._f):
                company = self.beta * neighbours(z)
                decided = square & ~(hidden & (company.sum(0) == 0))
                z = torch.where(decided, self._one_hot((fit - company).argmin(0)), z)
        return z.argmax(0)

    def wrong(self) -> Tensor:
        """Where the label is wrong at the present setting. Shape: (n, n), true or false."""
        z = self.labels()
        kinds = int(self._truth.max()) + 1
        pairs = (kinds * z + self._truth).flatten().bincount(minlength=kinds * self.classes)
        return pairs.view(-1, kinds).argmax(1)[z] != self._truth

    def _one_hot(self, z: Tensor) -> Tensor:
        return torch.nn.functional.one_hot(z, self.classes).movedim(-1, 0).to(self._f)

    def twin(self) -> Figure:
        m = self._k_means[self.classes - 2].m
        low = self._f.min()
        high = self._f.max()
        seen = torch.where(self.hidden(), low, self._f)
        shown = {"noisy image": seen, "labels": m[self.labels()]}
        shown["wrong labels"] = torch.where(self.wrong(), high, low)
        return plots.images(shown, limits=(low, high))
