"""A blurred photograph, restored by a penalty and by an iteration that stops in time."""

import torch
from matplotlib.figure import Figure
from torch import Tensor
from traitlets import Bytes, Dict, Float, Int, Unicode

from .. import plots
from ..solvers import tikhonov
from .figure import RespondingFigure, as_bytes, front_end, in_steps, synced

SHOWN = ("by eye", "data and truth", "with the errors")
TASK = (
    "Predict: how many steps of an iteration make the image that this λ makes? Set both by "
    "eye, then show the errors and bring both within 3\u00a0% of the least."
)


class TwoRemedies(RespondingFigure):
    """Tikhonov's estimate of a photograph beside k steps of Landweber from 0.

    Both are V phi(S) U^T g; the length of the steps is 1 / s_1^2. The errors stay hidden
    until one asks for them, and so do the data and the truth.

    Shapes: ``H`` is a periodic blur on (n, n), by a psf that is a product of one for the
    rows and the same for the columns; f is (n, n), and ``unit_noise``, one draw of N(0, 1)
    noise, too.
    Units: ``log10_lam`` is log10 of lambda, ``log10_k`` of the number of steps,
    ``log10_sigma`` of the noise's standard deviation.
    """

    _esm = front_end("two_remedies", "remembered", "fourier", "real_fourier", "own_picture")
    size = synced(Int)
    scene = synced(Dict)
    noise = synced(Dict)
    line = synced(Bytes)
    log10_lam = synced(Float)
    log10_k = synced(Float)
    log10_sigma = synced(Float)
    shown = synced(Unicode, SHOWN[0])

    def __init__(
        self,
        H,
        f: Tensor,
        unit_noise: Tensor,
        *,
        log10_lam: float,
        log10_k: float,
        log10_sigma: float,
        task: str = TASK,
    ):
        super().__init__(
            task=task,
            label="Blurred data of a photograph, restored by a penalty and by an iteration",
            size=len(f),
            scene=in_steps(f),
            noise=in_steps(unit_noise),
            line=as_bytes(H.singular_values()[0]),
            log10_lam=log10_lam,
            log10_k=log10_k,
            log10_sigma=log10_sigma,
        )
        g = H(f) + 10**log10_sigma * unit_noise
        k = round(10**log10_k)
        self._pictures = {
            "data $g$": g,
            f"$\\lambda$ = {10**log10_lam:.0e}": tikhonov(H, g, 10**log10_lam),
            f"{k} steps": H.spectral_inverse(lambda s: landweber(s, k), g),
        }

    def twin(self) -> Figure:
        return plots.images(self._pictures, limits=(0, 1))


def landweber(s: Tensor, k: int) -> Tensor:
    """phi(s) after k steps of length 1 / s_1^2, without the loss of digits at small s."""
    return -torch.expm1(k * torch.log1p(-((s / s.max()) ** 2))) / s
