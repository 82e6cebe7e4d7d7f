"""A spectral network that was told a wrong blur."""

import torch
import traitlets
from matplotlib.figure import Figure
from torch import Tensor

from .. import plots
from .figure import RespondingFigure, as_bytes, front_end


class WrongPhysics(RespondingFigure):
    """A spectral network that knows a wrong blur, beside a filter that knows none.

    Both learn from N = 2^k pairs whose data were blurred by a Gaussian of another width than the
    network is told, and displaced. With F the Fourier transform, t what is told, and t' the truth:

        spectral    F f = Lambda conj(t) F g,   Lambda real, of least squares
        filter      F f = w F g,                w complex, of least squares
        untrained   F f = conj(t) F g / (|t|^2 + lam)

    Shapes: f and ``unit_noise`` are (train, n), f_test and ``unit_noise_test`` (test, n), n even.
    Units: widths and the displacement are in pixels, errors in dB.
    """

    _esm = front_end("wrong_physics")
    size = traitlets.Int().tag(sync=True)
    told = traitlets.Float().tag(sync=True)
    lam = traitlets.Float().tag(sync=True)
    sigma = traitlets.Float().tag(sync=True)
    scenes = traitlets.Bytes().tag(sync=True)
    noise = traitlets.Bytes().tag(sync=True)
    scenes_test = traitlets.Bytes().tag(sync=True)
    noise_test = traitlets.Bytes().tag(sync=True)
    width = traitlets.Float().tag(sync=True)
    displacement = traitlets.Float(0.0).tag(sync=True)
    k = traitlets.Int().tag(sync=True)

    def __init__(self, pairs, test, told: float, sigma: float, lam: float, k: int):
        (f, unit_noise), (f_test, unit_noise_test) = pairs, test
        self._pairs, self._test = pairs, test
        super().__init__(
            label="Two networks under a blur that is not the one that they were told",
            size=f.shape[-1],
            told=told,
            lam=lam,
            sigma=sigma,
            scenes=as_bytes(f),
            noise=as_bytes(unit_noise),
            scenes_test=as_bytes(f_test),
            noise_test=as_bytes(unit_noise_test),
            width=told,
            k=k,
        )

    def transfer(self, width: float, displacement: float) -> Tensor:
        """The Fourier transform of a Gaussian that sums to 1. Shape: (n // 2 + 1,), complex."""
        u = torch.arange(-self.size // 2, self.size // 2, dtype=torch.float64)
        line = torch.exp(-0.5 * (u / width) ** 2)
        nu = torch.fft.rfftfreq(self.size, dtype=torch.float64)
        turn = torch.exp(-2j * torch.pi * nu * displacement)
        return torch.fft.rfft((line / line.sum()).roll(-self.size // 2)) * turn

    def estimates(self, displacement: float | None = None) -> dict[str, Tensor]:
        """What the three methods make of the test data. Shapes: all (test, n)."""
        t_true = self.transfer(
            self.width, self.displacement if displacement is None else displacement
        )
        t = self.transfer(self.told, 0.0)
        (F, G), (_, G_test) = (self._spectra(*x, t_true) for x in (self._pairs, self._test))
        F, G = F[: 2**self.k], G[: 2**self.k]
        b = t.conj() * G
        Lambda = (b.conj() * F).real.sum(0) / b.abs().square().sum(0)
        w = (G.conj() * F).sum(0) / G.abs().square().sum(0)
        factors = {"spectral network": Lambda * t.conj(), "filter without H": w}
        factors["untrained"] = t.conj() / (t.abs() ** 2 + self.lam)
        return {name: torch.fft.irfft(x * G_test, self.size) for name, x in factors.items()}

    def error_db(self, f_hat: Tensor) -> float:
        """10 log10( sum ||f_hat - f||^2 / sum ||f||^2 ) over the test scenes."""
        f = self._test[0]
        return (10 * torch.log10((f_hat - f).square().sum() / f.square().sum())).item()

    def _spectra(self, f: Tensor, unit_noise: Tensor, t: Tensor) -> tuple[Tensor, Tensor]:
        F = torch.fft.rfft(f.double())
        return F, t * F + self.sigma * torch.fft.rfft(unit_noise.double())

    def twin(self) -> Figure:
        places = torch.arange(-8, 9) / 2
        found = [
            {m: self.error_db(x) for m, x in self.estimates(d).items()}
            for d in places.tolist()
        ]
        roles = zip(found[0], ("classical", "learned", "data"), strict=True)
        lines = {m: (role, torch.tensor([row[m] for row in found])) for m, role in roles}
        return plots.curves(
            lines, "displacement of the true blur (pixels)", "error (dB)", places
        )
