"""Five rules that choose lambda, on one axis."""

import torch
import traitlets
from matplotlib.figure import Figure
from torch import Tensor

from .. import choose, plots
from .figure import RespondingFigure, as_bytes, front_end


class FiveRules(RespondingFigure):
    """Five rules for lambda on one signal, on one axis, under sliders for lambda and the noise.

    Shapes: ``H`` has a spectrum and maps signals of n entries to as many data, f is (n,), and
    ``unit_noise`` is one draw of N(0, 1) noise (n,). Units: ``log2_told`` is log2 of the sigma
    told to the rules over the true one.
    """

    _esm = front_end("five_rules")
    size = traitlets.Int().tag(sync=True)
    scene = traitlets.Bytes().tag(sync=True)
    s = traitlets.Bytes().tag(sync=True)
    V = traitlets.Bytes().tag(sync=True)
    exact = traitlets.Bytes().tag(sync=True)
    noise = traitlets.Bytes().tag(sync=True)
    log10_lam = traitlets.Float().tag(sync=True)
    log10_sigma = traitlets.Float().tag(sync=True)
    log2_told = traitlets.Float(0.0).tag(sync=True)

    def __init__(
        self, H, f: Tensor, unit_noise: Tensor, log10_lam: float, log10_sigma: float
    ):
        s, a, eps = H.singular_values(), H.synthesis.T(f), H.analysis(unit_noise)
        super().__init__(
            label="The error over lambda of one signal, with the choices of five rules",
            size=len(f),
            scene=as_bytes(f),
            s=as_bytes(s),
            V=as_bytes(H.synthesis(torch.eye(len(s)).to(s)).mT),
            exact=as_bytes(a),
            noise=as_bytes(eps),
            log10_lam=log10_lam,
            log10_sigma=log10_sigma,
        )
        self._H, self._f, self._unit_noise = H, f, unit_noise

    def choices(self) -> dict[str, float]:
        """The lam that each rule chooses at the present setting."""
        sigma = 10**self.log10_sigma
        told, g = sigma * 2**self.log2_told, self._H(self._f) + sigma * self._unit_noise
        return {
            "Discrepancy": choose.discrepancy(self._H, g, told),
            "GCV": choose.gcv(self._H, g),
            "SURE": choose.sure(self._H, g, told),
            "L-curve": choose.l_curve(self._H, g),
            "Evidence": choose.evidence(self._H, g),
        }

    def errors(self, lam: Tensor) -> tuple[Tensor, Tensor]:
        """The relative errors of f_lam and of H f_lam. Shapes: all (k,)."""
        s, a = self._H.singular_values(), self._H.synthesis.T(self._f)
        c = s * a + 10**self.log10_sigma * self._H.analysis(self._unit_noise)
        gap = s / (s**2 + lam[:, None]) * c - a
        return gap.norm(dim=1) / a.norm(), (s * gap).norm(dim=1) / (s * a).norm()

    def twin(self) -> Figure:
        lam = torch.logspace(-12, 1, 131, dtype=self._f.dtype)
        scene, data = self.errors(lam)
        lines = {"error of the scene": ("classical", scene), "of the data": ("data", data)}
        figure = plots.spectrum(lines, "$\\log_{10} \\lambda$", "error", lam.log10())
        marks = torch.tensor(list(self.choices().values())).to(lam)
        points = zip(
            self.choices(), marks.log10().tolist(), self.errors(marks)[0], strict=True
        )
        for i, (name, x, error) in enumerate(points):
            look = {
                "arrowprops": {"arrowstyle": "-", "lw": 0.6},
                "ha": "center",
                "fontsize": 9,
            }
            look["bbox"] = {"fc": "white", "ec": "none", "pad": 0.5}
            figure.axes[0].plot(x, error, "o", color=plots.LOOK["classical"]["color"], ms=4)
            figure.axes[0].annotate(name[0], (x, error), (x, 10 ** (2.7 - 0.5 * i)), **look)
        return figure
