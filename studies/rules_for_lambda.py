"""How far five rules for lambda stay behind the best lambda, and behind one for all.

Tikhonov's estimate, a periodic blur 2 pixels wide. The penalty "size" is ||f||^2; "falling"
is ||f / r||^2 with r = 1 / (1 + nu), nu the distance from the frequency zero in periods.
The five rules of ``choose`` are here for many data at once: each gives a number to each of
LAMS and takes the lam with the smallest; "told 1.1" is the discrepancy principle told 1.1
sigma. "one for all" is no rule: the lam with the least median of error over best on other
unknowns of the same kind at the same sigma, 400 others if they are drawn, and the other
photographs if they are photographs. LAMS has twenty to a factor of ten; a best lam at an
end of it stops the study.

The unknowns are 400 signals drawn on a grid of 4 size and averaged over four, with six
jumps ("edges") or with a power that falls with nu^4 ("smooth"), or all photographs, three
draws of the noise each. The data are those of the H that inverts them ("model"), or come
from the finer grid ("finer"), blurred there by 8 of its pixels and then averaged.

Keys: scenes; size, in pixels along one side; sigma, of the noise; penalty; data.

Columns, for each rule: the median and the 95th percentile of the error over the least one,
how often it is over ten, and the median of the error in the data, ||H f_lam - H f||, over
the least of that (all at most 999); ``best``, the median of the least error over the size
of the unknown; ``model_error``, the root mean square of finer less model data.
"""

from typing import NamedTuple

import torch
from torch import Tensor

from course_utils import images, noise, signals
from course_utils.noise import seeded
from course_utils.operators import Blur

from .table import Table

SIZES = {"edges": (64, 256), "smooth": (64, 256), "photographs": (64, 128)}
SIGMAS = (0.003, 0.01, 0.03)
PENALTIES = ("size", "falling")
SOURCES = ("model", "finer")
LAMS = torch.logspace(-32, 3, 701, dtype=torch.float64)  # twenty to a factor of ten
COUNT = 400
FINER = 4


def blur(shape: tuple[int, ...], width: float) -> Blur:
    """The forward operator of a grid."""
    return Blur(signals.gaussian_psf(width, ndim=len(shape)).double(), shape)


def distance(shape: tuple[int, ...]) -> Tensor:
    """nu, how many periods there are in the field, in any direction."""
    nu = [torch.fft.fftfreq(n, 1 / n).double() for n in shape]
    return sum(k**2 for k in torch.meshgrid(*nu, indexing="ij")).sqrt()


def mean_of_blocks(x: Tensor, dims: int) -> Tensor:
    """The means over FINER pixels along each of the last axes."""
    for axis in range(-dims, 0):
        x = x.unflatten(axis, (-1, FINER)).mean(axis)
    return x


def smooth_power(n: int) -> Tensor:
    """The power of smooth signals at each frequency, with a mean of 0.08."""
    p = (1 + (distance((n,)) / 4) ** 2) ** -2
    return 0.08 * p / p.mean()


def drawn(scenes: str, size: int, seed: int) -> Tensor:
    """Unknowns on the finer grid."""
    n = FINER * size
    if scenes == "photographs":
        return torch.stack([f.double() for f in images.photographs(n).values()])
    if scenes == "edges":
        return signals.piecewise_constant(COUNT, n, seeded(seed)).double()
    e = torch.randn(COUNT, n, generator=seeded(seed), dtype=torch.float64)
    return torch.fft.ifft(smooth_power(n).sqrt() * torch.fft.fft(e)).real


class Problem(NamedTuple):
    """H, the unknowns, their data, and the root mean square of the model error."""

    H: Blur
    f: Tensor
    g: Tensor
    model_error: float


def problem(scenes: str, size: int, sigma: float, *, data: str, seed: int) -> Problem:
    """All unknowns of one kind."""
    fine = drawn(scenes, size, seed)
    dims = fine.ndim - 1
    f = mean_of_blocks(fine, dims)
    H = blur(f.shape[1:], 2.0)
    measured = mean_of_blocks(blur(fine.shape[1:], 2.0 * FINER)(fine), dims)
    model_error = (measured - H(f)).square().mean().sqrt().item()
    clean = H(f) if data == "model" else measured
    draws = range(3 if scenes == "photographs" else 1)
    g = [clean + noise.gaussian(f, sigma, seeded(10 * seed + i + 5)) for i in draws]
    return Problem(H, f.repeat(len(g), *[1] * dims), torch.cat(g), model_error)


def weighted(H: Blur, penalty: str) -> tuple[Tensor, Blur]:
    """r, and the operator H r, for which ||f / r||^2 is a size."""
    r = 1 / (1 + distance(H.in_shape)) if penalty == "falling" else H.transfer.abs() ** 0
    h = torch.fft.fftshift(torch.fft.ifftn(r * H.transfer).real)
    return r, Blur(h, H.in_shape)


def errors(H: Blur, f: Tensor, g: Tensor, r: Tensor, *, data: bool = False) -> Tensor:
    """||f_lam - f||, or ||H f_lam - H f||, for each unknown (rows) and LAMS (columns)."""
    s = H.singular_values().flatten()
    c = H.analysis(g).flatten(1)
    a = H.synthesis.T(f).flatten(1)
    r2 = r.flatten() ** 2
    phi = r2 * s / (r2 * s**2 + LAMS[:, None])
    if data:
        phi = s * phi
        a = s * a
    square = c**2 @ (phi**2).T - 2 * (c * a) @ phi.T + (a**2).sum(-1, True)
    return square.clamp(min=0).sqrt()


def scores(B: Blur, g: Tensor, sigma: float) -> dict[str, Tensor]:
    """What each rule makes of each set of data (rows) and lam (columns): less is better."""
    s = B.spectrum.flatten()
    c2 = B.analysis(g).flatten(1).square()
    w = 1 / (1 + s.square() / LAMS[:, None])  # what f_lam leaves of each coefficient
    m = len(s)
    residual = c2 @ w.square().T
    slope = 2 * c2 @ (w.square() * (1 - w)).T
    eta_lam = c2 @ (w.square() * s.square() / LAMS[:, None]).T
    x = slope / residual
    y = -slope / eta_lam
    bend = 2 * x * y * (x - y - 1) / (x**2 + y**2) ** 1.5
    return {
        "discrepancy": (residual - m * sigma**2).abs(),
        "told 1.1": (residual - m * (1.1 * sigma) ** 2).abs(),
        "GCV": residual / w.sum(-1) ** 2,
        "SURE": residual + 2 * sigma**2 * (1 - w).sum(-1),
        "L-curve": (-bend).where(s[s > 0].min() ** 2 <= LAMS, torch.inf),
        "evidence": m * (c2 @ w.T).log() - w.log().sum(-1),
    }


def one_for_all(scenes: str, tried: Tensor, other: Tensor) -> Tensor:
    """The place in LAMS with the least median of error over best on other unknowns."""
    ratio = other / other.min(1, True).values
    if scenes != "photographs":
        return ratio.median(0).values.argmin().expand(len(tried))
    count = len(images.PHOTOGRAPHS)
    of = torch.arange(len(tried)) % count
    best = [ratio[of != i].median(0).values.argmin() for i in range(count)]
    return torch.stack(best)[of]


def summary(ratio: Tensor, data_ratio: Tensor) -> list[float]:
    """Median, 95th percentile, the share over ten; and the median for the data."""
    middle, bad = ratio.quantile(torch.tensor([0.5, 0.95]).double())
    lost = (ratio > 10).double().mean()
    numbers = (middle, bad, lost, data_ratio.median())
    return [round(min(x.item(), 999.0), 3) for x in numbers]


def over_least(error: Tensor, place: Tensor) -> Tensor:
    """The error at the chosen place over the least one."""
    return error.gather(1, place[:, None])[:, 0] / error.min(1).values


def row(scenes: str, size: int, sigma: float, penalty: str, data: str) -> dict:
    """All rules on all unknowns of one kind."""
    world = problem(scenes, size, sigma, data=data, seed=0)
    H, f, g = world[:3]
    r, B = weighted(H, penalty)
    tried = errors(H, f, g, r)
    least, at = tried.min(1)
    assert at.min() > 0 and at.max() < len(LAMS) - 1, "the best lam is not inside"
    other = tried
    if scenes != "photographs":
        others = problem(scenes, size, sigma, data=data, seed=1)
        other = errors(H, others.f, others.g, r)
    picks = {name: J.argmin(1) for name, J in scores(B, g, sigma).items()}
    picks["one for all"] = one_for_all(scenes, tried, other)
    in_data = errors(H, f, g, r, data=True)
    found = {
        name: summary(over_least(tried, place), over_least(in_data, place))
        for name, place in picks.items()
    }
    best = (least / f.flatten(1).norm(dim=1)).median().item()
    return found | {
        "best": round(best, 3),
        "model_error": float(f"{world.model_error:.3g}"),
    }


def table() -> Table:
    """The table, as it is now."""
    keys = ("scenes", "size", "sigma", "penalty", "data")
    return Table("rules-for-lambda", keys=keys)


def tasks() -> list[tuple]:
    """What the table holds in the end."""
    return [
        (scenes, size, sigma, penalty, data)
        for scenes, sizes in SIZES.items()
        for size in sizes
        for sigma in SIGMAS
        for penalty in PENALTIES
        for data in SOURCES
    ]


def main() -> None:
    """Fill the table."""
    table().fill(row, tasks())
