"""What is lost where the numbers of a prior are learned, and where learning collapses.

Two kinds of question. The data come from the model itself: the unknowns are drawn on the
grid on which they are sought, as random numbers and spikes that no finer grid stands for.

    hyper-parameter  200 scenes whose Fourier mode of nu periods has the standard deviation
                     1 / (1 + nu), blurred by two pixels, 600 steps. ``ratio``: the mean
                     error after EM for theta and sigma^2, over the error with both known;
                     ``inside``, the share inside the bands of nine tenths; ``theta`` and
                     its ``spread``. Of the joint maximum over (a, theta), sought from the
                     true theta on: ``collapsed``, the share of scenes whose theta is below
                     1e-6 in the end, and ``largest``, the largest (the truth is 1).
    few spikes,      20 signals with 3 to 5 or 8 to 12 spikes of height one in n pixels,
    many spikes      blurred by 1.5 pixels; 60 steps. ``gaussian``, the best error of a
                     Gaussian prior in hindsight; ``student`` (one degree of freedom) and
                     ``ard``: errors, one for each signal.

Keys: question; n, the number of pixels; sigma, the noise.
"""

import torch
from torch import Tensor

from course_utils import bayes, operators, signals, solvers
from course_utils.noise import seeded

from .table import Table

SCENES = 200
STEPS = 600
SIGNALS = 20
SPIKES = {"few spikes": (3, 4, 5), "many spikes": (8, 9, 10, 11, 12)}


class Coefficients:
    """The scenes and data of the first question, mode by mode."""

    def __init__(self, n: int, sigma: float, count: int = SCENES):
        H = operators.Blur(signals.gaussian_psf(2), (n,))
        self.s = H.singular_values()
        self.r = 1 / (1 + torch.fft.fftfreq(n, 1 / n).abs())
        self.a = self.r * torch.randn(count, n, generator=seeded(10))
        self.c = self.s * self.a + sigma * torch.randn(count, n, generator=seeded(11))

    def posterior(self, theta, variance) -> tuple[Tensor, Tensor]:
        """Mean and variance of each coefficient, given both numbers."""
        v = 1 / (self.s**2 / variance + 1 / (theta * self.r**2))
        return v * self.s / variance * self.c, v

    def judged(self, theta, variance) -> tuple[Tensor, Tensor]:
        """The error of each scene, and the share inside the bands of nine tenths."""
        mean, v = self.posterior(theta, variance)
        inside = (mean - self.a).abs() < 1.645 * v.sqrt()
        error = (mean - self.a).norm(dim=-1) / self.a.norm(dim=-1)
        return error, inside.double().mean(-1)

    def em(self, theta: Tensor, variance: Tensor) -> tuple[Tensor, Tensor]:
        """One step of EM."""
        mean, v = self.posterior(theta, variance)
        theta = ((mean**2 + v) / self.r**2).mean(-1, True)
        rest = (self.c - self.s * mean) ** 2 + self.s**2 * v
        return theta, rest.mean(-1, True)

    def joint(self, theta: Tensor, variance) -> Tensor:
        """One step towards the joint maximum: EM's without the variance."""
        return (self.posterior(theta, variance)[0] ** 2 / self.r**2).mean(-1, True)


def hyper_parameter(n: int, sigma: float) -> dict:
    """EM beside the oracle, and the joint maximum."""
    known = Coefficients(n, sigma)
    start = torch.ones(SCENES, 1)
    theta = 0.01 * start
    variance = start
    joint = start
    for _ in range(STEPS):
        theta, variance = known.em(theta, variance)
        joint = known.joint(joint, sigma**2)
    error, inside = known.judged(theta, variance)
    oracle, _ = known.judged(1.0, sigma**2)
    values = {
        "ratio": (error / oracle).mean(),
        "inside": inside.mean(),
        "theta": theta.mean(),
        "spread": theta.std(),
        "collapsed": (joint < 1e-6).double().mean(),
        "largest": joint.max(),
    }
    return {name: round(x.item(), 4) for name, x in values.items()}


def spikes(n: int, sigma: float, counts: tuple) -> tuple:
    """The blur, the signals with these numbers of spikes in turn, and their data."""
    H = operators.Blur(signals.gaussian_psf(1.5), (n,))
    f = torch.zeros(SIGNALS, n)
    for i in range(SIGNALS):
        places = torch.randperm(n, generator=seeded(500 + i))
        f[i, places[: counts[i % len(counts)]]] = 1.0
    return H, f, H(f) + sigma * torch.randn(SIGNALS, n, generator=seeded(20))


def errors(f_hat: Tensor, f: Tensor) -> Tensor:
    """||f_hat - f|| / ||f|| for each signal."""
    return (f_hat - f).norm(dim=-1) / f.norm(dim=-1)


def relevance(n: int, sigma: float, counts: tuple) -> dict:
    """Heavy tails beside the best Gaussian prior."""
    H, f, g = spikes(n, sigma, counts)
    table = [errors(solvers.tikhonov(H, g, b), f) for b in torch.logspace(-8, 2, 101)]

    def heavy(nu: float) -> Tensor:
        ways = [bayes.student_t(H, x, nu, sigma) for x in g]
        return errors(torch.stack([solvers.run(way, 60).f for way in ways]), f)

    found = {
        "gaussian": torch.stack(table).amin(0),
        "student": heavy(1.0),
        "ard": heavy(0.0),
    }
    return {name: [round(e, 3) for e in x.tolist()] for name, x in found.items()}


def row(question: str, n: int, sigma: float) -> dict:
    """The answer to one question in one setting, in double precision."""
    default = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    try:
        if question in SPIKES:
            return relevance(n, sigma, SPIKES[question])
        return hyper_parameter(n, sigma)
    finally:
        torch.set_default_dtype(default)


def table() -> Table:
    """The table, as it is now."""
    return Table("learned-numbers", keys=("question", "n", "sigma"))


def tasks() -> list[tuple]:
    """What the table holds in the end."""
    sigmas = (0.01, 0.05, 0.2, 0.5)
    first = [("hyper-parameter", n, sigma) for n in (128, 256) for sigma in sigmas]
    return first + [(q, n, s) for q in SPIKES for n in (48, 64) for s in (0.01, 0.02, 0.05)]


def main() -> None:
    """Fill the table."""
    table().fill(row, tasks())
