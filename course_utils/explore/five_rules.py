"""Five rules that choose lambda, on one axis, under white or correlated noise."""

import math

import torch
from matplotlib.figure import Figure
from torch import Tensor
from traitlets import Bytes, Float, Int

from .. import choose, plots
from .figure import RespondingFigure, as_bytes, front_end, synced

TASK = (
    "Predict: which rules fail if σ is assumed too small, and which if the noise is "
    "blurred by one pixel? Try both, then make three of the five rules fail at once."
)


class FiveRules(RespondingFigure):
    """Five rules for lambda on one signal, under sliders for the noise and what is assumed.

    Noise of width w is white noise that a Gaussian of w pixels has blurred, at the same
    energy: each coefficient is multiplied by exp(-2 pi^2 w^2 nu^2 / n^2), then all by one
    number.

    Shapes: ``H`` is a periodic blur of signals of n entries, f is (n,), and ``unit_noise``
    is one draw of N(0, 1) noise (n,).
    Units: ``log2_told`` is log2 of the assumed sigma over the true one; ``width`` is in
    pixels.
    """

    _esm = front_end("five_rules", "remembered", "lambda_rules", "lambda_plot")
    size = synced(Int)
    scene = synced(Bytes)
    s = synced(Bytes)
    V = synced(Bytes)
    exact = synced(Bytes)
    nu = synced(Bytes)
    noise = synced(Bytes)
    log10_lam = synced(Float)
    log10_sigma = synced(Float)
    log2_told = synced(Float, 0.0)
    width = synced(Float, 0.0)

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
            nu=as_bytes(frequencies(len(f))),
            noise=as_bytes(H.analysis(unit_noise)),
            log10_lam=log10_lam,
            log10_sigma=log10_sigma,
        )
        self._H = H
        self._f = f
        self._unit_noise = unit_noise

    def data(self) -> Tensor:
        """g = H f + eps at the present setting. Shape: (n,)."""
        eps = self._H.analysis(self._unit_noise)
        eps = correlated(eps, frequencies(len(eps)).to(eps), self.width)
        return self._H(self._f) + 10**self.log10_sigma * self._H.analysis.T(eps)

    def choices(self) -> dict[str, float]:
        """The lam that each rule chooses at the present setting."""
        told = 10**self.log10_sigma * 2**self.log2_told
        g = self.data()
        return {
            "discrepancy": choose.discrepancy(self._H, g, told),
            "GCV": choose.gcv(self._H, g),
            "SURE": choose.sure(self._H, g, told),
            "L-curve": choose.l_curve(self._H, g),
            "evidence": choose.evidence(self._H, g),
        }

    def errors(self, lam: Tensor) -> tuple[Tensor, Tensor]:
        """The relative errors of f_lam and of H f_lam. Shapes: all (k,)."""
        s = self._H.singular_values()
        a = self._H.synthesis.T(self._f)
        gap = s / (s**2 + lam[:, None]) * self._H.analysis(self.data()) - a
        return gap.norm(dim=1) / a.norm(), (s * gap).norm(dim=1) / (s * a).norm()

    def twin(self) -> Figure:
        lam = torch.logspace(-12, 1, 131, dtype=self._f.dtype)
        signal, data = self.errors(lam)
        lines = {"error of f": ("classical", signal), "of Hf": ("data", data)}
        figure = plots.spectrum(
            lines, "$\\log_{10} \\lambda$", "relative error", lam.log10()
        )
        choices = self.choices()
        marks = torch.tensor(list(choices.values())).to(lam)
        places = zip(marks.log10().tolist(), self.errors(marks)[0].tolist(), strict=True)
        for k, (name, place) in enumerate(zip(choices, places, strict=True)):
            _mark(figure.axes[0], name, place, line=k)
        return figure


def frequencies(n: int) -> Tensor:
    """How many periods each coefficient has, in FFT order. Shape: (n,)."""
    return torch.fft.fftfreq(n, 1 / n, dtype=torch.float64).abs()


def correlated(eps: Tensor, nu: Tensor, width: float) -> Tensor:
    """Coefficients of noise, blurred over so many pixels, with the same energy."""
    blurred = torch.exp(-2 * (math.pi * width * nu / len(nu)) ** 2) * eps
    return eps.norm() / blurred.norm() * blurred


def _mark(ax, name: str, place: tuple[float, float], line: int) -> None:
    """A dot on the curve, and above the axes a dot in a line of its own with a name."""
    colour = plots.LOOK["classical"]["color"]
    ax.plot(*place, "o", color=colour, ms=4)
    across = ax.get_xaxis_transform()
    height = 0.93 - 0.09 * line
    ax.plot(place[0], height, "o", color=colour, ms=4, transform=across)
    ax.annotate(
        name,
        (place[0], height),
        xycoords=across,
        xytext=(6, 0),
        textcoords="offset points",
        va="center",
        fontsize=9,
    )
