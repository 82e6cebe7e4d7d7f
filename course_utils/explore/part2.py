"""The responding figures of Part II, Bayes and sparsity."""

import torch
import traitlets
from matplotlib.figure import Figure
from torch import Tensor

from .. import plots
from ..bayes import posterior
from ..potts import Diagonal, _checkerboard, _neighbours, first_segmentation
from ..priors import L1
from ..solvers import ista, run
from .figure import RespondingFigure, as_bytes, front_end


class BandAndNoise(RespondingFigure):
    """A scene, its posterior mean and its 90 percent band, if the noise is ``told`` wrongly.

    Shapes: ``H`` is a periodic blur of n pixels, scenes and g are (count, n), p is (n,), the
    variance of each coefficient. Units: ``log2_told`` is log2 of the told over the true sigma;
    ``scene`` counts from 1.
    """

    _esm = front_end("band-and-noise")
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


class IterationPlayer(RespondingFigure):
    """ISTA at play: the estimate after k steps, for a price lambda and a step tau.

    Shapes: ``H`` maps scenes of n entries to data, f is (n,), g is (m,). Units: ``log10_lam`` is
    log10 of lambda; ``tau_L`` is tau in units of 1 / L with L = ||H||^2.
    """

    _esm = front_end("iteration-player")
    size = traitlets.Int().tag(sync=True)
    L = traitlets.Float().tag(sync=True)
    energy = traitlets.Float().tag(sync=True)
    scene = traitlets.Bytes().tag(sync=True)
    gram = traitlets.Bytes().tag(sync=True)
    b = traitlets.Bytes().tag(sync=True)
    log10_lam = traitlets.Float().tag(sync=True)
    tau_L = traitlets.Float().tag(sync=True)
    k = traitlets.Int().tag(sync=True)

    def __init__(self, H, f: Tensor, g: Tensor, log10_lam: float, tau_L: float, k: int):
        self._f, self._iterates = f, lambda lam, tau: ista(H, g, L1(), lam, tau)
        super().__init__(
            label="A sparse scene and what a step and a threshold make of its data, k times",
            size=len(f),
            L=float(H.norm() ** 2),
            energy=g.square().sum().item(),
            scene=as_bytes(f),
            gram=as_bytes(H.T(H(torch.eye(len(f)).to(f)))),
            b=as_bytes(H.T(g)),
            log10_lam=log10_lam,
            tau_L=tau_L,
            k=k,
        )

    def twin(self) -> Figure:
        f_k = run(self._iterates(10**self.log10_lam, self.tau_L / self.L), max(1, self.k))
        lines = {"scene": ("scene", self._f), f"after {self.k} steps": ("classical", f_k)}
        return plots.curves(lines, "pixel", "value")


class MaterialMap(RespondingFigure):
    """The labels of a restored picture, as the liking for company and the classes change.

    Iterated conditional modes of the Potts model: eight sweeps of a checkerboard, in which a pixel
    takes the label k with the smallest (f - m_k)^2 / 2 v - beta * (neighbours with k). The m_k are
    those of k-means, v is the variance within its classes.

    Shapes: ``f`` is (n, n). ``classes`` runs from 2 to 6.
    """

    _esm = front_end("material-map")
    size = traitlets.Int().tag(sync=True)
    restored = traitlets.Bytes().tag(sync=True)
    means = traitlets.Bytes().tag(sync=True)
    v = traitlets.Bytes().tag(sync=True)
    classes = traitlets.Int().tag(sync=True)
    beta = traitlets.Float().tag(sync=True)

    def __init__(self, f: Tensor, classes: int, beta: float):
        k_means = [first_segmentation(Diagonal(torch.ones_like(f)), f, k, f) for k in range(2, 7)]
        self._f, self._k_means = f, k_means
        super().__init__(
            label="A restored picture, and a label for each pixel that listens to its neighbours",
            size=len(f),
            restored=as_bytes(f),
            means=as_bytes(torch.cat([q.m for q in k_means])),
            v=as_bytes(torch.tensor([q.sigma**2 for q in k_means])),
            classes=classes,
            beta=beta,
        )

    def labels(self) -> Tensor:
        """The labels at the present setting, as the browser draws them."""
        q, z = self._k_means[self.classes - 2], self._k_means[self.classes - 2].r
        fit = (self._f - q.m.view(-1, 1, 1)).square() / (2 * q.sigma**2)
        for _ in range(8):
            for square in _checkerboard(self._f):
                best = (fit - self.beta * _neighbours(z)).argmin(0)
                new = torch.nn.functional.one_hot(best, self.classes).movedim(-1, 0).to(z)
                z = torch.where(square, new, z)
        return z.argmax(0)

    def twin(self) -> Figure:
        m = self._k_means[self.classes - 2].m
        return plots.images({"restored picture": self._f, "labels": m[self.labels()]})
