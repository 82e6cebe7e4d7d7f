"""Posterior bands under an assumed noise level."""

import torch
from matplotlib.figure import Figure
from torch import Tensor
from traitlets import Bytes, Float, Int

from .. import plots
from ..bayes import posterior
from .figure import RespondingFigure, as_bytes, front_end, synced

TASK = (
    "Predict: how many of the pixels does the band cover if half of the true σ is "
    "assumed? Then find a σ with which it covers 90 % of another signal."
)


class BandAndNoise(RespondingFigure):
    """A signal, its posterior mean and its 90 percent band, if sigma is ``told`` wrongly.

    Shapes: ``H`` is a periodic blur of n pixels, f and g are (count, n), p is (n,), the
    variance of each coefficient.
    Units: ``log2_told`` is log2 of the told over the true sigma; ``scene``, the signal that
    is shown, counts from 1.
    """

    _esm = front_end("band_and_noise")
    size = synced(Int)
    sigma = synced(Float)
    z = synced(Float)
    scenes = synced(Bytes)
    s = synced(Bytes)
    p = synced(Bytes)
    V = synced(Bytes)
    c = synced(Bytes)
    scene = synced(Int, 1)
    log2_told = synced(Float, 0.0)

    def __init__(
        self,
        H,
        f: Tensor,
        g: Tensor,
        p: Tensor,
        sigma: float,
        *,
        scene: int = 1,
        task: str = TASK,
    ):
        self._H = H
        self._f = f
        self._g = g
        self._p = p
        super().__init__(
            task=task,
            label="A signal and the band in which it should be, if the noise is as assumed",
            size=f.shape[-1],
            sigma=sigma,
            z=torch.special.ndtri(torch.tensor(0.95)).item(),
            scenes=as_bytes(f),
            s=as_bytes(H.singular_values()),
            p=as_bytes(p),
            V=as_bytes(H.synthesis(torch.eye(f.shape[-1]).to(f)).mT),
            c=as_bytes(H.analysis(g)),
            scene=scene,
        )

    def twin(self) -> Figure:
        shown = self.scene - 1
        q = posterior(self._H, self._g[shown], self.sigma * 2**self.log2_told, self._p)
        width = self.z * q.variance().sqrt()
        lines = {
            "signal": ("scene", self._f[shown]),
            "mean": ("classical", q.mean),
            "90 % band": ("noise", q.mean - width),
            "": ("noise", q.mean + width),
        }
        return plots.curves(lines, "pixel", "value")
