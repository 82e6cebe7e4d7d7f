"""Posterior bands under an assumed noise level."""

import torch
import traitlets
from matplotlib.figure import Figure
from torch import Tensor

from .. import plots
from ..bayes import posterior
from .figure import RespondingFigure, as_bytes, front_end


class BandAndNoise(RespondingFigure):
    """A scene, its posterior mean and its 90 percent band, if the noise is ``told`` wrongly.

    Shapes: ``H`` is a periodic blur of n pixels, scenes and g are (count, n), p is (n,), the
    variance of each coefficient. Units: ``log2_told`` is log2 of the told over the true sigma;
    ``scene`` counts from 1.
    """

    _esm = front_end("band_and_noise")
    size = traitlets.Int().tag(sync=True)
    sigma = traitlets.Float().tag(sync=True)
    z = traitlets.Float().tag(sync=True)
    scenes = traitlets.Bytes().tag(sync=True)
    s = traitlets.Bytes().tag(sync=True)
    p = traitlets.Bytes().tag(sync=True)
    V = traitlets.Bytes().tag(sync=True)
    c = traitlets.Bytes().tag(sync=True)
    scene = traitlets.Int(1).tag(sync=True)
    log2_told = traitlets.Float(0.0).tag(sync=True)

    def __init__(self, H, f: Tensor, g: Tensor, p: Tensor, sigma: float, scene: int = 1):
        self._given = H, f, g, p
        super().__init__(
            label="A scene and the band in which it should be, if the noise is as told",
            size=f.shape[-1],
            sigma=sigma,
            z=torch.special.ndtri(torch.tensor(0.95)).item(),
            scenes=as_bytes(f),
            s=as_bytes(H.singular_values()),
            p=as_bytes(p),
            V=as_bytes(H.synthesis(torch.eye(f.shape[-1]).to(f))),
            c=as_bytes(H.analysis(g)),
            scene=scene,
        )

    def twin(self) -> Figure:
        H, scenes, data, p = self._given
        f, g = scenes[self.scene - 1], data[self.scene - 1]
        q = posterior(H, g, self.sigma * 2**self.log2_told, p)
        width = self.z * q.variance().sqrt()
        lines = {"scene": ("scene", f), "mean": ("classical", q.mean)}
        lines |= {"90 % band": ("noise", q.mean - width), "": ("noise", q.mean + width)}
        return plots.curves(lines, "pixel", "value")
