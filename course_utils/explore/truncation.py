"""A truncated SVD with its Picard plot."""

import torch
from matplotlib.figure import Figure
from torch import Tensor
from traitlets import Bytes, Float, Int

from .. import plots
from .figure import RespondingFigure, as_bytes, front_end, synced

TASK = (
    "Predict: at ten times the noise, how many terms are still worth keeping? Raise "
    "σ tenfold, then drag the cut-off to the least error."
)


class Truncation(RespondingFigure):
    """A signal rebuilt from the first k terms of its expansion in singular vectors.

    Beside it stands the Picard plot of the terms.

    Shapes: ``H`` is a matrix operator on signals of n entries, f is (n,), ``unit_noise`` is
    one draw of N(0, 1) noise (n,).
    Units: ``log10_sigma`` is log10 of the noise's standard deviation.
    """

    _esm = front_end("truncation")
    size = synced(Int)
    scene = synced(Bytes)
    s = synced(Bytes)
    V = synced(Bytes)
    exact = synced(Bytes)
    noise = synced(Bytes)
    k = synced(Int)
    log10_sigma = synced(Float)

    def __init__(
        self,
        H,
        f: Tensor,
        unit_noise: Tensor,
        k: int,
        log10_sigma: float,
        *,
        task: str = TASK,
    ):
        U, s, V = H.svd
        exact = H(f) @ U
        eps = unit_noise @ U
        super().__init__(
            task=task,
            label="A signal rebuilt from k terms, and the Picard plot of its data",
            size=len(f),
            scene=as_bytes(f),
            s=as_bytes(s),
            V=as_bytes(V),
            exact=as_bytes(exact),
            noise=as_bytes(eps),
            k=k,
            log10_sigma=log10_sigma,
        )
        coefficients = exact + 10**log10_sigma * eps
        self._terms = {
            "$s_i$": ("scene", s),
            "$|u_i^T g|$": ("data", coefficients.abs()),
            "$|u_i^T g| / s_i$": ("classical", coefficients.abs() / s),
            "$\\sigma$": ("noise", torch.full_like(s, 10**log10_sigma)),
        }

    def twin(self) -> Figure:
        index = torch.arange(1, self.size + 1)
        return plots.spectrum(self._terms, "index $i$", "size", index)
