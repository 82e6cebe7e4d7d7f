"""A reconstruction put together from what the data have seen and from what was added."""

from math import pi

import torch
from matplotlib.figure import Figure
from torch import Tensor
from traitlets import Bytes, Dict, Float, Int, List, Unicode

from .. import plots
from ..operators import Radon
from .figure import RespondingFigure, as_bytes, front_end, in_steps, synced

TASK = (
    "Predict: can the data tell how much of the added part is right? Scale it, watch the "
    "misfit, and find the scale with the smallest error."
)
LEVELS = 2**12  # of a number: what was added must stay invisible to the views


class SeenAndAdded(RespondingFigure):
    """A mix of the seen part of one reconstruction and the added part of another, scaled.

    The scanner is ``Radon(n, angles)`` with angles spread evenly over half a turn. Seen
    parts lie in the range of H^T, added parts in the null space of H.

    Shapes: ``g`` is (angles, n); ``truth``, (2, n, n), holds both parts of the true image;
    ``seen`` and ``added`` are {name: part}, each part (n, n).
    """

    _esm = front_end("seen_and_added", "parallel_beam", "packed")
    size = synced(Int)
    views = synced(Int)
    data = synced(Bytes)
    parts = synced(Dict)
    seen_names = synced(List, Unicode())
    added_names = synced(List, Unicode())
    seen = synced(Unicode)
    added = synced(Unicode)
    share = synced(Float)

    def __init__(
        self,
        g: Tensor,
        truth: Tensor,
        seen: dict[str, Tensor],
        added: dict[str, Tensor],
        share: float = 0.0,
        *,
        task: str = TASK,
    ):
        parts = torch.stack([*truth, *seen.values(), *added.values()])
        super().__init__(
            task=task,
            label="A reconstruction mixed from a part that the data saw and another part",
            size=truth.shape[-1],
            views=len(g),
            data=as_bytes(g),
            parts=in_steps(parts, 16, packed=True, levels=LEVELS),
            seen_names=list(seen),
            added_names=list(added),
            seen=next(iter(seen)),
            added=next(iter(added)),
            share=share,
        )

    def mixed(self) -> tuple[Tensor, Tensor, Tensor]:
        """The true image, and at the present setting the mix and its added part."""
        parts = self.numbers("parts").view(-1, self.size, self.size)
        place = 2 + self.seen_names.index(self.seen)
        other = 2 + len(self.seen_names) + self.added_names.index(self.added)
        part = self.share * parts[other]
        return parts[0] + parts[1], parts[place] + part, part

    def misfit(self) -> Tensor:
        """|| g - H f || / || g || of the mix f."""
        g = self.numbers("data").view(self.views, self.size)
        H = Radon(self.size, torch.arange(self.views).to(g) * pi / self.views)
        return (g - H(self.mixed()[1])).norm() / g.norm()

    def twin(self) -> Figure:
        f, f_hat, part = self.mixed()
        return plots.images(
            {
                "truth": f,
                "reconstruction": f_hat,
                "5 × its error": 0.5 + 2.5 * (f_hat - f),
                "5 × the added part": 0.5 + 2.5 * part,
            },
            limits=(0, 1),
        )
