r"""Project *Mend a telescope*: restore images through a mirror that nobody has measured.

    g = D B f + noise        a night's image: a crop of the blurred sky, on coarse pixels
    stars = D B (a point) + noise        exposures of one star, with the same camera

The psf of B and the noise level change from night to night. The sky does not repeat beyond
the crop. It is blurred on a grid that is twice as fine as the image, so that no answer can
invert the operator that made the data.
"""

from collections.abc import Callable
from functools import cache
from math import cos, pi, sin
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import pad

from .. import images, noise, solvers
from ..metrics import relative_error
from ..operators import Blur, Downsample, Gradient
from .rubric import Row, Score, measured, number, parts, precision, tensor

SIDE = 96  # pixels of an image
STAR = 25  # and of an exposure of a star
EXPOSURES = 8
BEYOND = 16  # pixels of sky beyond each edge, which the image does not show
FINE = 2  # pixels of the sky in one of the image, along each axis
SKY = FINE * (SIDE + 2 * BEYOND)
NIGHTS = 3
SHOWN = ("astronaut", "camera", "cat", "coffee", "coins", "motorcycle", "rocket", "text")
BRIGHTNESS = 4.0  # of the star
PENALTIES = 10.0 ** torch.arange(-3, -0.4, 0.5, dtype=torch.float64)
ASKED = "restore"  # the name of the function that a file hands in
ROWS = [
    Row("psf: relative error", 20, 0.1, 0.4),
    Row("noise level: relative error", 15, 0.05, 0.25),
    Row("middle of the image: error / best in hindsight", 25, 1.05, 1.35),
    Row("frame of 16 pixels: error / best in hindsight", 25, 1.05, 1.35),
    Row("with three times the noise: error / best in hindsight", 15, 1.05, 1.35),
]


class Night(NamedTuple):
    """What the telescope gives: ``g`` (96, 96), ``stars`` (8, 25, 25), in grey values."""

    g: Tensor
    stars: Tensor


class Answer(NamedTuple):
    """What is handed in: ``f_hat`` (96, 96), the noise level ``sigma``, ``psf`` (25, 25).

    The psf sums to one, and its centre is its middle entry.
    """

    f_hat: Tensor
    sigma: float
    psf: Tensor


class Truth(NamedTuple):
    """What a night hides: ``f`` (96, 96), ``sigma``, ``psf`` (25, 25)."""

    f: Tensor
    sigma: float
    psf: Tensor


def crop(f: Tensor) -> Tensor:
    """Take off what lies beyond the edges."""
    return f[..., BEYOND:-BEYOND, BEYOND:-BEYOND]


def mirror(draw: torch.Generator) -> Tensor:
    """The psf of one night on the fine grid: a spot and a ghost of half its height."""
    size, angle, away = torch.rand(3, generator=draw, dtype=torch.float64).tolist()
    width = 2.4 + size
    x0 = (3 + 3 * away) * cos(2 * pi * angle)
    y0 = (3 + 3 * away) * sin(2 * pi * angle)
    u = torch.arange(-16, 17, dtype=torch.float64)
    y = u[:, None]
    spot = torch.exp(-(u**2 + y**2) / (2 * width**2))
    ghost = torch.exp(-((u - x0) ** 2 + (y - y0) ** 2) / (2 * (1.3 * width) ** 2))
    h = spot + 0.5 * ghost
    return h / h.sum()


@precision(torch.float64)
def night(seed: int, louder: float = 1.0) -> tuple[Night, Truth]:
    """One night, and what it hides; ``louder`` multiplies the noise level."""
    draw = noise.seeded(seed)
    album = images.photographs(SKY)
    name = SHOWN[torch.randint(len(SHOWN), (1,), generator=draw)]
    f = album[name].double()
    f = f.flip(-1) if torch.rand(1, generator=draw) < 0.5 else f
    B = Blur(mirror(draw), (SKY, SKY))
    D = Downsample((SKY, SKY), FINE)
    sigma = louder * (0.008 + 0.008 * torch.rand(1, generator=draw).item())
    spread = D(B(_point()))
    middle = SKY // FINE // 2
    reach = slice(middle - STAR // 2, middle + STAR // 2 + 1)
    psf = spread[reach, reach]
    g = crop(D(B(f)))
    g = g + noise.gaussian(g, sigma, draw)
    stars = BRIGHTNESS * psf.expand(EXPOSURES, STAR, STAR)
    stars = stars + noise.gaussian(stars, sigma, draw)
    return Night(g, stars), Truth(crop(D(f)), sigma, psf / psf.sum())


def _point() -> Tensor:
    """A star of brightness one that fills one pixel of the image."""
    f = torch.zeros(SKY, SKY, dtype=torch.float64)
    middle = slice(SKY // 2, SKY // 2 + FINE)
    f[middle, middle] = 1.0
    return f


def tikhonov(g: Tensor, psf: Tensor, lam: float, steps: int = 40) -> Tensor:
    """Least squares with a penalty lam / 2 on squared differences, and no assumption on
    what lies beyond the edges: the sky there is unknown, and is estimated too.

    Shapes: g and the result are (96, 96).
    """
    shape = (SIDE + 2 * BEYOND,) * 2
    B = Blur(psf, shape)
    G = Gradient(shape)
    seen = pad(torch.ones_like(g), (BEYOND,) * 4)

    def A(f: Tensor) -> Tensor:
        return B.T(seen * B(f)) + lam * G.T(G(f))

    b = B.T(pad(g, (BEYOND,) * 4))
    return crop(solvers.run(solvers.conjugate_gradient(A, b), steps))


def parts_of(f: Tensor) -> tuple[Tensor, Tensor]:
    """The middle of an image, and the frame of 16 pixels around it."""
    frame = torch.ones(SIDE, SIDE, dtype=torch.bool)
    frame[16:-16, 16:-16] = False
    return f[~frame], f[frame]


@cache
def in_hindsight(seed: int, louder: float = 1.0) -> list[float]:
    """The errors of `tikhonov` in the middle, in the frame and in all of the image.

    It knows the psf, and for each of the three takes the lam that is best for it.
    """
    data, truth = night(seed, louder)
    found = [tikhonov(data.g, truth.psf, lam) for lam in PENALTIES.tolist()]
    return [min(column) for column in zip(*(errors(f, truth) for f in found), strict=True)]


def errors(f_hat: Tensor, truth: Truth) -> list[float]:
    """Relative errors in the middle, in the frame and in all of the image."""
    pairs = zip(parts_of(f_hat), parts_of(truth.f), strict=True)
    return [*(relative_error(*pair) for pair in pairs), relative_error(f_hat, truth.f)]


def checked(answer) -> Answer:
    """An answer whose parts have the types and shapes that were asked for.

    Raises: Refused for any other.
    """
    f_hat, sigma, psf = parts(answer, "f_hat, sigma, psf")
    return Answer(
        tensor("f_hat", f_hat, (SIDE, SIDE)),
        number("sigma", sigma),
        tensor("psf", psf, (STAR, STAR)),
    )


def numbers_of(restore: Callable[[Night], Answer], seed: int) -> list[float]:
    """What the rubric measures on one night: a number for each of its rows."""
    data, truth = night(seed)
    answer = checked(restore(data))
    middle, frame, _ = errors(answer.f_hat, truth)
    best = in_hindsight(seed)
    data, truth_of_loud = night(seed, louder=3.0)
    loud = errors(checked(restore(data)).f_hat, truth_of_loud)[-1]
    return [
        relative_error(answer.psf, truth.psf),
        abs(answer.sigma / truth.sigma - 1),
        middle / best[0],
        frame / best[1],
        loud / in_hindsight(seed, 3.0)[-1],
    ]


@precision(torch.float64)
def score(restore: Callable[[Night], Answer], seed: int | None = None) -> Score:
    """The points of a function that takes a `Night` and returns an `Answer`.

    Each number is the mean over three nights that are drawn from the seed.
    """

    def measure(seed: int) -> list[float]:
        nights = [numbers_of(restore, NIGHTS * seed + k) for k in range(NIGHTS)]
        return torch.tensor(nights, dtype=torch.float64).mean(0).tolist()

    return measured(ROWS, measure, seed)
