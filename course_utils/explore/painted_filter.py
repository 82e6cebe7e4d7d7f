"""A filter over frequency that one paints."""

from collections.abc import Callable

import torch
from matplotlib.figure import Figure
from torch import Tensor
from traitlets import Bytes, Dict, Float, Int

from .. import plots
from .figure import RespondingFigure, as_bytes, front_end, in_steps, synced

FACTORS = 8  # the largest factor that a painted filter can have

TASK = (
    "Predict: which frequencies does a good filter keep, and which does it damp? "
    "Then paint one that comes within 5 % of the best preset."
)


class PaintedFilter(RespondingFigure):
    """f = V phi(S) U^T g of a blurred photograph, with a phi over frequency to be painted.

    ``filters`` are the presets, functions phi(s) as ``H.spectral_inverse`` takes them.

    Shapes: ``H`` is a periodic blur on (n, n) by a round psf, f and g are (n, n).
    Units: frequencies are in periods per picture, from 0 to n / 2.
    """

    _esm = front_end("painted_filter", "fourier", "own_picture")
    size = synced(Int)
    scene = synced(Dict)
    data = synced(Dict)
    presets = synced(Dict)
    naive = synced(Bytes)
    phi = synced(Bytes)
    band = synced(Int)
    factor = synced(Float)

    def __init__(
        self,
        H,
        f: Tensor,
        g: Tensor,
        filters: dict[str, Callable[[Tensor], Tensor]],
        *,
        task: str = TASK,
    ):
        n = len(f)
        s = H.singular_values()
        self._filters = {name: phi(s)[0, : n // 2 + 1] for name, phi in filters.items()}
        self._naive = 1 / s[0, : n // 2 + 1]
        super().__init__(
            task=task,
            label="A blurred photograph under a filter over the frequency that you paint",
            size=n,
            scene=in_steps(f),
            data=in_steps(H.spectral_inverse(torch.ones_like, g), bits=16),
            presets={name: as_bytes(phi) for name, phi in self._filters.items()},
            naive=as_bytes(self._naive),
            phi=as_bytes(torch.ones(n // 2 + 1)),
            band=n // 4,
            factor=1.0,
        )

    def twin(self) -> Figure:
        shown = self._naive.clamp(max=FACTORS)
        lines = {"naive, $1/s$": ("noise", shown.where(shown < FACTORS, torch.nan))}
        roles = ("classical", "data", "learned")
        filters = zip(self._filters.items(), roles, strict=True)
        lines |= {name: (role, phi) for (name, phi), role in filters}
        return plots.curves(lines, "frequency (periods per picture)", "factor $\\varphi$")
