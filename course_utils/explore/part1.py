"""The responding figures of Part I, linear inverse problems."""

from collections.abc import Callable

import torch
import traitlets
from matplotlib.figure import Figure
from torch import Tensor

from .. import choose, plots
from .figure import RespondingFigure, as_bytes, front_end

FACTORS = 8  # the largest factor that a painted filter can have


class BlurAndNoise(RespondingFigure):
    """The data g = H f + eps of a picture, under sliders for the blur and the noise.

    Shapes: f is (n, n); ``unit_noise`` is one draw of N(0, 1) noise of the same shape.
    Units: ``width`` is the psf's standard deviation in pixels; ``sigma`` that of the noise.
    """

    _esm = front_end("blur-and-noise")
    size = traitlets.Int().tag(sync=True)
    scene = traitlets.Bytes().tag(sync=True)
    noise = traitlets.Bytes().tag(sync=True)
    width = traitlets.Float().tag(sync=True)
    sigma = traitlets.Float().tag(sync=True)

    def __init__(self, f: Tensor, g: Tensor, unit_noise: Tensor, width: float, sigma: float):
        super().__init__(
            label="A photograph, and its data under a blur and noise that you set",
            size=len(f),
            scene=as_bytes(f),
            noise=as_bytes(unit_noise),
            width=width,
            sigma=sigma,
        )
        self._pictures = {"scene $f$": f, "data $g = Hf + \\varepsilon$": g}

    def twin(self) -> Figure:
        return plots.images(self._pictures, limits=(0, 1))


class Truncation(RespondingFigure):
    """A signal rebuilt from the first k terms of its singular value expansion, with Picard plot.

    Shapes: ``H`` is a matrix operator on signals of n entries, f is (n,), and ``unit_noise`` is
    one draw of N(0, 1) noise (n,). Units: ``log10_sigma`` is log10 of the noise's deviation.
    """

    _esm = front_end("truncation")
    size = traitlets.Int().tag(sync=True)
    scene = traitlets.Bytes().tag(sync=True)
    s = traitlets.Bytes().tag(sync=True)
    V = traitlets.Bytes().tag(sync=True)
    exact = traitlets.Bytes().tag(sync=True)
    noise = traitlets.Bytes().tag(sync=True)
    k = traitlets.Int().tag(sync=True)
    log10_sigma = traitlets.Float().tag(sync=True)

    def __init__(self, H, f: Tensor, unit_noise: Tensor, k: int, log10_sigma: float):
        U, s, V = H.svd
        exact, eps = H(f) @ U, unit_noise @ U
        super().__init__(
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


class PaintedFilter(RespondingFigure):
    """f = V phi(S) U^T g of a blurred photograph, with a phi over the frequency that one paints.

    ``filters`` are the presets, functions phi(s) as ``H.spectral_inverse`` takes them.

    Shapes: ``H`` is a periodic blur on (n, n) by a round psf, f and g are (n, n).
    Units: frequencies are in periods per picture, from 0 to n / 2.
    """

    _esm = front_end("painted-filter")
    size = traitlets.Int().tag(sync=True)
    scene = traitlets.Bytes().tag(sync=True)
    data = traitlets.Bytes().tag(sync=True)
    presets = traitlets.Dict().tag(sync=True)
    naive = traitlets.Bytes().tag(sync=True)
    phi = traitlets.Bytes().tag(sync=True)
    band = traitlets.Int().tag(sync=True)
    factor = traitlets.Float().tag(sync=True)

    def __init__(self, H, f: Tensor, g: Tensor, filters: dict[str, Callable[[Tensor], Tensor]]):
        n, s = len(f), H.singular_values()
        self._filters = {name: phi(s)[0, : n // 2 + 1] for name, phi in filters.items()}
        self._naive = 1 / s[0, : n // 2 + 1]
        super().__init__(
            label="A blurred photograph under a filter over the frequency that you paint",
            size=n,
            scene=as_bytes(f),
            data=as_bytes(H.spectral_inverse(torch.ones_like, g)),
            presets={name: as_bytes(phi) for name, phi in self._filters.items()},
            naive=as_bytes(self._naive),
            phi=as_bytes(torch.ones(n // 2 + 1)),
            band=n // 4,
            factor=1.0,
        )

    def twin(self) -> Figure:
        shown = self._naive.clamp(max=FACTORS)
        lines = {"naive, $1/s$": ("noise", shown.where(shown < FACTORS, torch.nan))}
        roles = ("classical", "data", "learned")
        filters = zip(self._filters.items(), roles, strict=True)
        lines |= {name: (role, phi) for (name, phi), role in filters}
        return plots.curves(lines, "frequency (periods per picture)", "factor $\\varphi$")


class FiveRules(RespondingFigure):
    """Five rules for lambda on one signal, on one axis, under sliders for lambda and the noise.

    Shapes: ``H`` has a spectrum and maps signals of n entries to as many data, f is (n,), and
    ``unit_noise`` is one draw of N(0, 1) noise (n,). Units: ``log2_told`` is log2 of the sigma
    told to the rules over the true one.
    """

    _esm = front_end("five-rules")
    size = traitlets.Int().tag(sync=True)
    scene = traitlets.Bytes().tag(sync=True)
    s = traitlets.Bytes().tag(sync=True)
    V = traitlets.Bytes().tag(sync=True)
    exact = traitlets.Bytes().tag(sync=True)
    noise = traitlets.Bytes().tag(sync=True)
    log10_lam = traitlets.Float().tag(sync=True)
    log10_sigma = traitlets.Float().tag(sync=True)
    log2_told = traitlets.Float(0.0).tag(sync=True)

    def __init__(self, H, f: Tensor, unit_noise: Tensor, log10_lam: float, log10_sigma: float):
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
        points = zip(self.choices(), marks.log10().tolist(), self.errors(marks)[0], strict=True)
        for i, (name, x, error) in enumerate(points):
            look = {"arrowprops": {"arrowstyle": "-", "lw": 0.6}, "ha": "center", "fontsize": 9}
            look["bbox"] = {"fc": "white", "ec": "none", "pad": 0.5}
            figure.axes[0].plot(x, error, "o", color=plots.LOOK["classical"]["color"], ms=4)
            figure.axes[0].annotate(name[0], (x, error), (x, 10 ** (2.7 - 0.5 * i)), **look)
        return figure


class PenaltyAndSteps(RespondingFigure):
    """Two estimates of a signal: Tikhonov's with a price lambda, and k steps of Landweber.

    Shapes: ``H`` has an SVD and maps signals of n entries, f and g are (n,). The step is
    1 / s_1^2. Units: ``log10_lam`` is log10 of lambda, ``log10_k`` of the number of steps.
    """

    _esm = front_end("penalty-and-steps")
    size = traitlets.Int().tag(sync=True)
    scene = traitlets.Bytes().tag(sync=True)
    s = traitlets.Bytes().tag(sync=True)
    V = traitlets.Bytes().tag(sync=True)
    c = traitlets.Bytes().tag(sync=True)
    log10_lam = traitlets.Float().tag(sync=True)
    log10_k = traitlets.Float().tag(sync=True)

    def __init__(self, H, f: Tensor, g: Tensor, log10_lam: float, log10_k: float):
        U, s, V = H.svd
        lam, k = 10**log10_lam, round(10**log10_k)
        self._lines = {
            "scene": ("scene", f),
            "Tikhonov": ("classical", H.spectral_inverse(lambda s: s / (s**2 + lam), g)),
            "steps": ("learned", H.spectral_inverse(lambda s: _landweber(s, k), g)),
        }
        super().__init__(
            label="A signal, estimated with a price on its size and by steps that stop in time",
            size=len(f),
            scene=as_bytes(f),
            s=as_bytes(s),
            V=as_bytes(V),
            c=as_bytes(g @ U),
            log10_lam=log10_lam,
            log10_k=log10_k,
        )

    def twin(self) -> Figure:
        return plots.curves(self._lines, "pixel", "value")


def _landweber(s: Tensor, k: int) -> Tensor:
    """phi(s) after k steps of length 1 / s_1^2."""
    return (1 - (1 - (s / s.max()) ** 2) ** k) / s
