"""Five rules that choose lambda, on one axis."""

import torch
from matplotlib.figure import Figure
from torch import Tensor
from traitlets import Bytes, Float, Int

from .. import choose, plots
from .figure import RespondingFigure, as_bytes, front_end, synced

TASK = (
    "Predict: which rules go wrong if they are given twice the true σ? Try it; then "
    "change the noise and drag your λ until no rule is better."
)


class FiveRules(RespondingFigure):
    """Five rules for lambda on one signal, under sliders for lambda and for the noise.

    Shapes: ``H`` has a spectrum and maps signals of n entries to as many data, f is (n,),
    and ``unit_noise`` is one draw of N(0, 1) noise (n,).
    Units: ``log2_told`` is log2 of the sigma told to the rules over the true one.
    """

    _esm = front_end("five_rules")
    size = synced(Int)
    scene = synced(Bytes)
    s = synced(Bytes)
    V = synced(Bytes)
    exact = synced(Bytes)
    noise = synced(Bytes)
    log10_lam = synced(Float)
    log10_sigma = synced(Float)
    log2_told = synced(Float, 0.0)

    def __init__(
        self,
        H,
        f: Tensor,
        unit_noise: Tensor,
        log10_lam: float,
        log10_sigma: float,
        *,
        task: str = TASK,
    ):
        s = H.singular_values()
        super().__init__(
            task=task,
            label="The error over lambda of one signal, with the choices of five rules",
            size=len(f),
            scene=as_bytes(f),
            s=as_bytes(s),
            V=as_bytes(H.synthesis(torch.eye(len(s)).to(s)).mT),
            exact=as_bytes(H.synthesis.T(f)),
            noise=as_bytes(H.analysis(unit_noise)),
            log10_lam=log10_lam,
            log10_sigma=log10_sigma,
        )
        self._H = H
        self._f = f
        self._unit_noise = unit_noise

    def choices(self) -> dict[str, float]:
        """The lam that each rule chooses at the present setting."""
        sigma = 10**self.log10_sigma
        told = sigma * 2**self.log2_told
        g = self._H(self._f) + sigma * self._unit_noise
        return {
            "Discrepancy": choose.discrepancy(self._H, g, told),
            "GCV": choose.gcv(self._H, g),
            "SURE": choose.sure(self._H, g, told),
            "L-curve": choose.l_curve(self._H, g),
            "Evidence": choose.evidence(self._H, g),
        }

    def errors(self, lam: Tensor) -> tuple[Tensor, Tensor]:
        """The relative errors of f_lam and of H f_lam. Shapes: all (k,)."""
        s = self._H.singular_values()
        a = self._H.synthesis.T(self._f)
        c = s * a + 10**self.log10_sigma * self._H.analysis(self._unit_noise)
        gap = s / (s**2 + lam[:, None]) * c - a
        return gap.norm(dim=1) / a.norm(), (s * gap).norm(dim=1) / (s * a).norm()

    def twin(self) -> Figure:
        lam = torch.logspace(-12, 1, 131, dtype=self._f.dtype)
        scene, data = self.errors(lam)
        lines = {"error of the signal": ("classical", scene), "of the data": ("data", data)}
        figure = plots.spectrum(lines, "$\\log_{10} \\lambda$", "error", lam.log10())
        choices = self.choices()
        marks = torch.tensor(list(choices.values())).to(lam)
        places = zip(marks.log10().tolist(), self.errors(marks)[0], strict=True)
        for i, (name, place) in enumerate(zip(choices, places, strict=True)):
            _mark(figure.axes[0], name[0], place, height=10 ** (2.7 - 0.5 * i))
        return figure


def _mark(ax, letter: str, place: tuple, height: float) -> None:
    """A dot on the curve, and a letter at this height above it."""
    ax.plot(*place, "o", color=plots.LOOK["classical"]["color"], ms=4)
    ax.annotate(
        letter,
        place,
        (place[0], height),
        arrowprops={"arrowstyle": "-", "lw": 0.6},
        ha="center",
        fontsize=9,
        bbox={"fc": "white", "ec": "none", "pad": 0.5},
    )
