"""How much of the unknown a 90 % credible interval holds, with right and wrong models.

The Gaussian posterior of a blurred unknown, and a band of ``z90`` of its standard
deviations to each side of its mean, at each pixel. The unknowns:

    prior        400 draws of a smooth prior, a power that falls with nu^4 beyond four
                 periods, a blur of 2 px
    edges        400 piecewise constant signals with six jumps, a blur of 2 px
    photographs  all 17, a blur of 1.5 px; half learns for the other half, in turn

and the models: "right"; "sigma / 2", "2 sigma", "p / 4" and "4 p", where one number is told
wrong; "smooth p", that prior for signals with edges; "learned p", the mean power of other
unknowns of the same kind, 4000 signals or the other half of the photographs; "counted", the
mean with learned p and, in the place of its variance, one half-width for all pixels, the
one that holds 90 % of the pixels of those other unknowns at the same noise.

The unknowns are means over four pixels of a finer grid, and the data are those of the H
that inverts them ("model"), or come from the finer grid ("finer"). Three draws of the noise
for photographs, one for signals, which themselves are drawn.

Keys: scenes; size, in pixels along one side; sigma; model; data.

Columns: ``square``, the mean squared error over the mean variance (not for "counted");
``inside``, the share of pixels in the band, ``low`` and ``high``, its 5th and 95th
percentiles over the unknowns; ``beside``, the share within two pixels of a jump of more
than 0.1, or for photographs in the tenth of pixels with the steepest slope; ``elsewhere``;
``seen`` and ``unseen``, the share of Fourier coefficients in their own band where
s^2 p > sigma^2 with the p that is told, and where not (for "prior" alone).
"""

import torch
from torch import Tensor

from course_utils import noise
from course_utils.bayes import mean_power, posterior
from course_utils.noise import seeded

from .rules_for_lambda import FINER, blur, drawn, mean_of_blocks, smooth_power
from .table import Table

SIZES = {"prior": (64, 256), "edges": (64, 256), "photographs": (64, 128)}
SIGMAS = {
    "prior": (0.005, 0.02, 0.08),
    "edges": (0.005, 0.02, 0.08),
    "photographs": (0.003, 0.01, 0.03),
}
TOLD = {  # how many times sigma and p the method is told
    "right": (1, 1),
    "sigma / 2": (0.5, 1),
    "2 sigma": (2, 1),
    "p / 4": (1, 0.25),
    "4 p": (1, 4),
}
MODELS = {
    "prior": tuple(TOLD),
    "edges": ("smooth p", "learned p", "counted"),
    "photographs": ("learned p", "counted"),
}
Z90 = 1.6448536269514722


def smooth(n: int) -> Tensor:
    """The smooth prior: the power of means over FINER pixels of smooth signals.

    Averaging multiplies each frequency of the finer grid by its own factor, and FINER of
    them then fall on one.
    """
    box = torch.zeros(FINER * n, dtype=torch.float64)
    box[:FINER] = 1 / FINER
    power = smooth_power(FINER * n) * torch.fft.fft(box).abs() ** 2
    return power.view(FINER, n).sum(0) / FINER


def unknowns(scenes: str, size: int, seed: int) -> tuple[Tensor, Tensor]:
    """Unknowns, and what the finer grid gives of each without noise."""
    fine = drawn("smooth" if scenes == "prior" else scenes, size, seed)
    fine = fine - 0.5 if scenes == "edges" else fine
    dims = fine.ndim - 1
    width = 1.5 if scenes == "photographs" else 2.0
    measured = mean_of_blocks(blur(fine.shape[1:], width * FINER)(fine), dims)
    return mean_of_blocks(fine, dims), measured


def marked(f: Tensor) -> Tensor:
    """The pixels beside a jump; in a picture, the steepest tenth."""
    if f.ndim == 2:
        jump = (f - f.roll(1, -1)).abs() > 0.1
        return sum(jump.roll(k, -1) for k in range(-2, 2)) > 0
    slope = (f - f.roll(1, 1)) ** 2 + (f - f.roll(1, 2)) ** 2
    return slope > slope.flatten(1).quantile(0.9, dim=1)[:, None, None]


def half_width(H, others: Tensor, sigma: float, p: Tensor) -> Tensor:
    """What holds 90 % of the errors of the posterior mean on other unknowns."""
    g = H(others) + noise.gaussian(others, sigma, seeded(77))
    error = (posterior(H, g, sigma, p).mean - others).abs().flatten()
    return error.kthvalue(round(0.9 * error.numel())).values


def banded(H, f: Tensor, g: Tensor, *, sigma: float, model: str, others) -> dict:
    """The pixels that are inside, and the rest that a row is made of."""
    told, power = TOLD.get(model, (1, 1))
    p = power * smooth(H.in_shape[0]) if others is None else mean_power(others)
    q = posterior(H, g, told * sigma, p)
    error = f - q.mean
    width = Z90 * q.variance().sqrt()
    if model == "counted":
        width = half_width(H, others, sigma, p)
    coefficient = H.synthesis.T(error).abs() <= Z90 * q.p.sqrt()
    return {
        "square": error.square().flatten(1).mean(1) / q.variance().mean(),
        "hit": error.abs() <= width,
        "coefficient": coefficient,
        "seen": H.singular_values() ** 2 * p > sigma**2,
    }


def bands(scenes: str, size: int, sigma: float, *, model: str, data: str):
    """The unknowns, each of them tested, and what ``banded`` found."""
    f, measured = unknowns(scenes, size, 0)
    H = blur(f.shape[1:], 1.5 if scenes == "photographs" else 2.0)
    clean = H(f) if data == "model" else measured
    if scenes != "photographs":
        others = None
        if model in ("learned p", "counted"):
            others = torch.cat([unknowns(scenes, size, seed)[0] for seed in range(90, 100)])
        g = clean + noise.gaussian(f, sigma, seeded(5))
        return f, banded(H, f, g, sigma=sigma, model=model, others=others)
    tested = []
    found = []
    for half in (0, 1):
        grey = f[1 - half :: 2].mean()
        others = f[1 - half :: 2] - grey
        for draw in range(3):
            g = (clean - grey)[half::2] + noise.gaussian(f[half::2], sigma, seeded(draw))
            tested.append(f[half::2])
            x = f[half::2] - grey
            found.append(banded(H, x, g, sigma=sigma, model=model, others=others))
    return torch.cat(tested), {
        name: found[0][name] if name == "seen" else torch.cat([x[name] for x in found])
        for name in found[0]
    }


def row(scenes: str, size: int, sigma: float, model: str, data: str) -> dict:
    """The shares inside the band."""
    f, found = bands(scenes, size, sigma, model=model, data=data)
    hit = found["hit"].double()
    each = hit.flatten(1).mean(1)
    low, high = each.quantile(torch.tensor([0.05, 0.95]).double())
    columns = {"inside": each.mean(), "low": low, "high": high}
    if model != "counted":
        columns["square"] = found["square"].mean()
    if scenes == "prior":
        coefficient = found["coefficient"].double()
        columns["seen"] = coefficient[:, found["seen"]].mean()
        columns["unseen"] = coefficient[:, ~found["seen"]].mean()
    else:
        columns["beside"] = hit[marked(f)].mean()
        columns["elsewhere"] = hit[~marked(f)].mean()
    return {name: round(x.item(), 4) for name, x in columns.items()}


def table() -> Table:
    """The table, as it is now."""
    return Table("coverage", keys=("scenes", "size", "sigma", "model", "data"))


def tasks() -> list[tuple]:
    """What the table holds in the end."""
    return [
        (scenes, size, sigma, model, data)
        for scenes, sizes in SIZES.items()
        for size in sizes
        for sigma in SIGMAS[scenes]
        for model in MODELS[scenes]
        for data in ("model", "finer")
    ]


def main() -> None:
    """Fill the table."""
    table().fill(row, tasks())
