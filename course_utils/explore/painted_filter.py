"""A filter over frequency that one paints."""

from collections.abc import Callable

import torch
from matplotlib.figure import Figure
from torch import Tensor
from traitlets import Bytes, Dict, Float, Int, Unicode

from .. import plots
from .figure import RespondingFigure, as_bytes, front_end, in_steps, synced

FACTORS = 8  # the largest factor that a painted filter can have
GAIN = 0.02  # by so much the painter's error has to be smaller than the rival's

TASK = (
    "Predict: which frequencies must be amplified, and which must go? Then paint a filter "
    "whose error is 2 % below that of Wiener's filter."
)


class PaintedFilter(RespondingFigure):
    """f = V phi(S) U^T g of a blurred photograph, with a phi over frequency to be painted.

    ``filters`` are the presets, functions phi(s) as ``H.spectral_inverse`` takes them, and
    ``rival`` is the name of the one to beat: by two per cent of its error.

    Shapes: ``H`` is a periodic blur on (n, n) by a round psf, f and g are (n, n).
    Units: frequencies are in periods per image, from 0 to n / 2.
    Raises: ValueError if the rival is none of the filters.
    """

    _esm = front_end("painted_filter", "fourier", "real_fourier", "own_picture")
    size = synced(Int)
    scene = synced(Dict)
    data = synced(Dict)
    presets = synced(Dict)
    rival = synced(Unicode)
    gain = synced(Float)
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
        rival: str = "Wiener",
        task: str = TASK,
    ):
        if rival not in filters:
            raise ValueError(f"the rival {rival!r} is none of {', '.join(filters)}")
        n = len(f)
        s = H.singular_values()
        line = s[0, : n // 2 + 1]
        super().__init__(
            task=task,
            label="A blurred photograph under a filter over the frequency that you paint",
            size=n,
            scene=in_steps(f),
            data=in_steps(H.spectral_inverse(torch.ones_like, g), bits=16),
            presets={k: as_bytes(phi(s)[0, : len(line)]) for k, phi in filters.items()},
            rival=rival,
            gain=GAIN,
            naive=as_bytes(1 / line),
            phi=as_bytes(torch.ones(len(line))),
            band=n // 4,
            factor=1.0,
        )
        restored = {name: H.spectral_inverse(phi, g) for name, phi in filters.items()}
        self._pictures = {"data $g$": g} | restored

    def twin(self) -> Figure:
        return plots.images(self._pictures, limits=(0, 1))
