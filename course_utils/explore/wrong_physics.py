"""The four-layer network, told a wrong blur."""

import torch
from matplotlib.figure import Figure
from torch import Tensor
from traitlets import Dict, Float, Int

from .. import plots
from .figure import RespondingFigure, front_end, in_steps, synced

TASK = (
    "Predict: how far may the blur be displaced before a filter that knows no H is "
    "better? Then drag the displacement to that place."
)


class WrongPhysics(RespondingFigure):
    """The four-layer network that knows a wrong blur, beside a filter that knows none.

    Both learn from N = 2^k pairs whose data were blurred by a Gaussian of another width
    than the network is told, and displaced. With F the Fourier transform, t what is told:

        four layers   F f = Lambda conj(t) F g,   Lambda real, of least squares
        filter        F f = w F g,                w complex, of least squares
        untrained     F f = conj(t) F g / (|t|^2 + lam)

    ``pairs`` and ``test`` hold each an f and a ``unit_noise``.

    Shapes: those of ``pairs`` are (train, n), those of ``test`` (test, n), n even.
    Units: widths and the displacement are in pixels, errors in dB.
    """

    _esm = front_end("wrong_physics")
    size = synced(Int)
    told = synced(Float)
    lam = synced(Float)
    sigma = synced(Float)
    scenes = synced(Dict)
    noise = synced(Dict)
    scenes_test = synced(Dict)
    noise_test = synced(Dict)
    width = synced(Float)
    displacement = synced(Float, 0.0)
    k = synced(Int)

    def __init__(
        self,
        pairs,
        test,
        told: float,
        sigma: float,
        lam: float,
        *,
        k: int,
        task: str = TASK,
    ):
        f, unit_noise = pairs
        f_test, unit_noise_test = test
        super().__init__(
            task=task,
            label="Four layers and a filter under a blur that is not the one that was told",
            size=f.shape[-1],
            told=told,
            lam=lam,
            sigma=sigma,
            scenes=in_steps(f),
            noise=in_steps(unit_noise),
            scenes_test=in_steps(f_test),
            noise_test=in_steps(unit_noise_test),
            width=told,
            k=k,
        )
        self._pairs = self._read("scenes"), self._read("noise")
        self._test = self._read("scenes_test"), self._read("noise_test")

    def _read(self, trait: str) -> Tensor:
        """One signal in each row, as the browser has it."""
        return self.numbers(trait).view(-1, self.size)

    def transfer(self, width: float, displacement: float) -> Tensor:
        """The Fourier transform of a Gaussian that sums to 1. Shape: (n // 2 + 1,)."""
        u = torch.arange(-self.size // 2, self.size // 2, dtype=torch.float64)
        line = torch.exp(-0.5 * (u / width) ** 2)
        nu = torch.fft.rfftfreq(self.size, dtype=torch.float64)
        turn = torch.exp(-2j * torch.pi * nu * displacement)
        return torch.fft.rfft((line / line.sum()).roll(-self.size // 2)) * turn

    def estimates(self, displacement: float | None = None) -> dict[str, Tensor]:
        """What the three methods make of the test data. Shapes: all (test, n)."""
        if displacement is None:
            displacement = self.displacement
        t_true = self.transfer(self.width, displacement)
        t = self.transfer(self.told, 0.0)
        F, G = (spectra[: 2**self.k] for spectra in self._spectra(*self._pairs, t_true))
        _, G_test = self._spectra(*self._test, t_true)
        b = t.conj() * G
        Lambda = (b.conj() * F).real.sum(0) / b.abs().square().sum(0)
        w = (G.conj() * F).sum(0) / G.abs().square().sum(0)
        factors = {
            "four layers": Lambda * t.conj(),
            "filter without H": w,
            "untrained": t.conj() / (t.abs() ** 2 + self.lam),
        }
        return {name: torch.fft.irfft(x * G_test, self.size) for name, x in factors.items()}

    def error_db(self, f_hat: Tensor) -> float:
        """10 log10( sum ||f_hat - f||^2 / sum ||f||^2 ) over the test signals."""
        f = self._test[0]
        return (10 * torch.log10((f_hat - f).square().sum() / f.square().sum())).item()

    def _spectra(self, f: Tensor, unit_noise: Tensor, t: Tensor) -> tuple[Tensor, Tensor]:
        F = torch.fft.rfft(f.double())
        return F, t * F + self.sigma * torch.fft.rfft(unit_noise.double())

    def twin(self) -> Figure:
        places = torch.arange(-8, 9) / 2
        found = [
            {name: self.error_db(f_hat) for name, f_hat in self.estimates(d).items()}
            for d in places.tolist()
        ]
        roles = zip(found[0], ("classical", "learned", "data"), strict=True)
        lines = {m: (role, torch.tensor([row[m] for row in found])) for m, role in roles}
        xlabel = "displacement of the true blur (pixels)"
        return plots.curves(lines, xlabel, "error (dB)", places)
