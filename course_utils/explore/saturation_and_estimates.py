"""A sensor that fills up: four estimates from its data, and their errors."""

import torch
from matplotlib.figure import Figure
from torch import Tensor
from traitlets import Bytes, Dict, Float, Int, Unicode

from .. import plots
from .figure import RespondingFigure, as_bytes, front_end, in_steps, synced

METHODS = ("linear MAP", "undo, then MAP", "best linear map", "Gauss–Newton")
TASK = (
    "Predict: how much of the data must saturate before no linear map keeps up with "
    "Gauss\u2013Newton? Drag the level s down until the best one errs 1.5 times as much."
)


class SaturationAndEstimates(RespondingFigure):
    """Signals through a blur and a sensor that saturates, g = s tanh(H f / s) + eps.

    Four estimates of f, whose prior is N(0, C) with C_ij = c_|i-j|, move with the level s
    and the noise: the MAP estimate as if the sensor were linear; the same after each datum
    is undone; the linear map with the least mean squared error, which infinitely many
    training pairs would teach; and the MAP estimate by Gauss-Newton.

    Shapes: ``H`` is a periodic blur on (n,); c is (n,), with c_i = c_(n-i); f and
        ``unit_noise``, one draw of N(0, 1) noise, are (count, n).
    Units: ``log10_s`` and ``log10_sigma`` are log10 of numbers in units of f; ``signal``,
        the one that is shown, counts from 1.
    Source: Bussgang, MIT Research Laboratory of Electronics, technical report 216 (1952).
    """

    _esm = front_end("saturation_and_estimates", "remembered", "texts_below")
    size = synced(Int)
    signals = synced(Dict)
    noise = synced(Dict)
    psf = synced(Bytes)
    prior = synced(Bytes)
    log10_s = synced(Float)
    log10_sigma = synced(Float)
    signal = synced(Int, 1)
    shown = synced(Unicode, METHODS[2])

    def __init__(
        self,
        H,
        c: Tensor,
        f: Tensor,
        unit_noise: Tensor,
        *,
        log10_s: float,
        log10_sigma: float,
        task: str = TASK,
    ):
        first = torch.zeros_like(c)
        first[0] = 1
        super().__init__(
            task=task,
            label="Data of a saturating sensor, four estimates from them, and their errors",
            size=f.shape[-1],
            signals=in_steps(f, bits=16),
            noise=in_steps(unit_noise, bits=16),
            psf=as_bytes(H(first)),
            prior=as_bytes(c),
            log10_s=log10_s,
            log10_sigma=log10_sigma,
        )
        self._truth = f[0]
        self._image = H(f[0])
        self._unit_noise = unit_noise[0]

    def twin(self) -> Figure:
        s = 10**self.log10_s
        g = s * torch.tanh(self._image / s) + 10**self.log10_sigma * self._unit_noise
        lines = {
            "signal $f$": ("scene", self._truth),
            "$Hf$": ("noise", self._image),
            "data $g$": ("data", g),
        }
        return plots.curves(lines, "pixel", "value")
