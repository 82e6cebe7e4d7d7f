r"""Project *Restore with error bars*: an image through dead pixels, and how sure it is.

    g = M (D B f + noise)        M is zero at the dead pixels, D takes means of 2 x 2 pixels

Asked for are an estimate and an interval for each pixel that holds the truth in nine cases
of ten: overall, where no datum was, and at edges. It is blurred on a grid that is twice as
fine as the image. Around the scene it is dark, so that no boundary disturbs.
"""

from collections.abc import Callable
from functools import cache
from itertools import islice
from typing import NamedTuple

import torch
from torch import Tensor

from .. import images, noise, solvers
from ..metrics import coverage, relative_error
from ..operators import Blur, Downsample, Gradient, Mask
from ..priors import L1
from ..signals import gaussian_psf
from .rubric import Refused, Row, Score, measured, parts, precision, tensor

ASKED = "restore"  # the name of the function that a file hands in
SIDE = 64  # pixels of an image
FINE = 2  # pixels of the scene in one of the image, along each axis
SCENE = (FINE * SIDE,) * 2
WIDTH = 1.2  # of the psf, in pixels of the image
SIGMA = 0.02
DEAD = 0.2  # of the pixels, beside a square of 6 x 6
LEVEL = 0.9
SCENES = 5
SHOWN = ("astronaut", "cat", "coffee", "coins", "moon", "rocket", "text")
OTHERS = ("camera", "cell", "motorcycle", "page", "retina", "tissue")
PENALTIES = 10.0 ** torch.arange(-3, -1.9, 0.25, dtype=torch.float64)
ROWS = [
    Row("estimate: error / best total variation in hindsight", 15, 1.05, 1.5),
    Row("coverage, flatter half of the pixels: distance from 0.9", 15, 0.05, 0.15),
    Row("coverage, dead pixels: distance from 0.9", 15, 0.05, 0.3),
    Row("coverage, steepest tenth: distance from 0.9", 15, 0.2, 0.5),
    Row("interval score / best constant width in hindsight", 40, 0.95, 1.2),
]


class Frame(NamedTuple):
    """What is measured: ``g`` (64, 64), ``seen`` (64, 64), ``psf`` (k, k) and ``sigma``.

    ``seen`` is 1 where a pixel works and 0 where it is dead; ``g`` is 0 there.
    """

    g: Tensor
    seen: Tensor
    psf: Tensor
    sigma: float


class Answer(NamedTuple):
    """What is handed in, each (64, 64): an estimate, and the ends of the intervals."""

    f_hat: Tensor
    low: Tensor
    high: Tensor


def window() -> Tensor:
    """One in the middle of the scene, falling to zero before its edges."""
    x = torch.linspace(-1, 1, SCENE[0], dtype=torch.float64)
    away = (x[:, None] ** 2 + x**2).sqrt()
    return ((0.95 - away) / 0.15).clamp(0, 1)


@precision(torch.float64)
def frame(seed: int, names: tuple[str, ...] = OTHERS) -> tuple[Frame, Tensor]:
    """What is measured of one of these photographs, and the scene itself, (64, 64).

    The test takes photographs that are not among the default ones.
    """
    draw = noise.seeded(seed)
    name = names[torch.randint(len(names), (1,), generator=draw)]
    f = window() * images.photographs(SCENE[0])[name].double()
    turned = torch.rand(2, generator=draw) < 0.5
    f = f.flip([axis for axis in (0, 1) if turned[axis]])
    D = Downsample(SCENE, FINE)
    B = Blur(gaussian_psf(FINE * WIDTH, 2).double(), SCENE)
    seen = (torch.rand(SIDE, SIDE, generator=draw) > DEAD).double()
    row, column = torch.randint(18, 40, (2,), generator=draw).tolist()
    seen[row : row + 6, column : column + 6] = 0
    g = D(B(f))
    g = seen * (g + noise.gaussian(g, SIGMA, draw))
    return Frame(g, seen, gaussian_psf(WIDTH, 2).double(), SIGMA), D(f)


def total_variation(data: Frame, lam: float, steps: int = 200) -> Tensor:
    """The minimiser of 1/2 ||g - M B f||^2 + lam TV(f), nearly. Shape: (64, 64)."""
    shape = tuple(data.g.shape)
    H = Mask(data.seen) @ Blur(data.psf, shape)
    way = solvers.primal_dual(
        H, data.g, L1(axis=-3), lam, 0.3, sigma=0.35, D=Gradient(shape)
    )
    return next(islice(way, steps - 1, None))


def interval_score(low: Tensor, high: Tensor, f: Tensor) -> float:
    """The mean over lit pixels of the width and 2 / (1 - level) times what lies outside.

    It is smallest for the intervals that hold the truth with the probability ``level``.

    Source: Gneiting & Raftery, J. Amer. Statist. Assoc. 102 (2007) 359.
    """
    outside = (low - f).clamp(min=0) + (f - high).clamp(min=0)
    return (high - low + 2 / (1 - LEVEL) * outside)[lit()].mean().item()


@cache
def in_hindsight(seed: int) -> tuple[float, float]:
    """The error of total variation with its best lam, and the best interval score of
    that estimate with intervals of one width."""
    data, f = frame(seed, SHOWN)
    found = [total_variation(data, lam) for lam in PENALTIES.tolist()]
    best = min(found, key=lambda f_hat: relative_error(f_hat, f))
    widths = torch.linspace(0.01, 0.6, 60, dtype=torch.float64)
    scores = [interval_score(best - w / 2, best + w / 2, f) for w in widths]
    return relative_error(best, f), min(scores)


def checked(answer) -> Answer:
    """An answer of three images, each lower end below its upper end.

    Raises: Refused for any other.
    """
    names = "f_hat, low, high"
    given = zip(names.split(", "), parts(answer, names), strict=True)
    found = Answer(*(tensor(name, x, (SIDE, SIDE)) for name, x in given))
    if (crossed := int((found.low > found.high).sum())) > 0:
        raise Refused(f"low is above high in {crossed} pixels")
    return found


def lit() -> Tensor:
    """Which pixels of an image are not in the dark around the scene."""
    return Downsample(SCENE, FINE)(window()) > 0.5


def regions(data: Frame, f: Tensor) -> list[Tensor]:
    """Masks of the flatter half of the lit pixels, the dead ones, the steepest tenth."""
    slope = Gradient(tuple(f.shape))(f).square().sum(0)
    half, nine_tenths = slope[lit()].quantile(torch.tensor([0.5, 0.9]).to(slope))
    found = [slope <= half, data.seen == 0, slope >= nine_tenths]
    return [lit() & part for part in found]


def numbers_of(restore: Callable[[Frame], Answer], seed: int) -> list[float]:
    """What the rubric measures on one scene, coverages still as they are."""
    data, f = frame(seed, SHOWN)
    f_hat, low, high = checked(restore(data))
    best_error, best_score = in_hindsight(seed)
    held = [coverage(low[part], high[part], f[part]) for part in regions(data, f)]
    score = interval_score(low, high, f) / best_score
    return [relative_error(f_hat, f) / best_error, *held, score]


@precision(torch.float64)
def score(restore: Callable[[Frame], Answer], seed: int | None = None) -> Score:
    """The points of a function that takes a `Frame` and returns an `Answer`.

    Each number is the mean over five scenes that are drawn from the seed.
    """

    def measure(seed: int) -> list[float]:
        scenes = [numbers_of(restore, SCENES * seed + k) for k in range(SCENES)]
        error, *held, score = torch.tensor(scenes, dtype=torch.float64).mean(0).tolist()
        return [error, *(abs(share - LEVEL) for share in held), score]

    return measured(ROWS, measure, seed)
