"""The problems on which methods are compared: unknowns, and what methods know of H.

On most problems the two forward operators are one, so that the data are model data. On
"finer grid" they come from four times as many pixels and a detector that averages them. The
broken problems are the cases in which the physics is wrong: methods are told of a periodic
Gaussian blur, and the data come from another operator.
"""

import re
from collections.abc import Callable
from functools import cache, partial
from itertools import product
from typing import NamedTuple

import torch
from torch import Tensor

from course_utils import images, signals
from course_utils.linear import LinearOperator
from course_utils.noise import gaussian, seeded
from course_utils.operators import Blur, Downsample, Mask

n = 128  # pixels of a signal
WIDTH = 2.5  # of its blur
SIDE = 32  # of the patches of photographs
WIDTH_2 = 1.5  # of their blur
SMALL = 16  # the side of smaller patches, and their blur, which is not its mirror image:
PSF = torch.outer(torch.tensor([1.0, 3, 5, 2, 1]), torch.tensor([1.0, 2, 6, 4, 3])) / 192
FINER = 4
SIGMA = 0.02
TEST = 512  # unknowns to measure on
VALIDATION = 256  # and to choose settings with
FIRST_SEED = {"a": 0, "b": 10, "tuning": 100}  # of the training pairs of a set of seeds


class Problem(NamedTuple):
    """Unknowns, and two forward operators.

    ``draw(count, generator, part)`` gives what is before the instrument; ``H`` is the
    operator that methods know and ``true_H`` the one that made the data, with noise of
    standard deviation ``sigma``. Methods look for ``on_grid`` of what was drawn.
    """

    draw: Callable[[int, torch.Generator, str], Tensor]
    H: LinearOperator
    true_H: Callable[[Tensor], Tensor]
    sigma: float = SIGMA
    on_grid: Callable[[Tensor], Tensor] = torch.clone

    def pairs(self, count: int, seed: int, part: str = "train a") -> tuple[Tensor, Tensor]:
        """Data and unknowns (g, f). Shapes: both (count, *H.in_shape)."""
        generator = seeded(seed)
        drawn = self.draw(count, generator, part).double()
        g = self.true_H(drawn)
        return g + gaussian(g, self.sigma, generator), self.on_grid(drawn)

    def training(self, count: int, seeds: str, number: int) -> tuple[Tensor, Tensor]:
        """The pairs that the training with this number in a set of seeds may use."""
        return self.pairs(count, FIRST_SEED[seeds] + number, f"train {seeds}")

    def test(self, seeds: str) -> tuple[Tensor, Tensor]:
        """The pairs that all results of a set of seeds are measured on."""
        return self.pairs(TEST, 7000 + FIRST_SEED[seeds], f"test {seeds}")

    def validation(self) -> tuple[Tensor, Tensor]:
        """The pairs that settings are chosen with; no result is measured on them."""
        return self.pairs(VALIDATION, 9000, "validation")


def edges(count: int, generator: torch.Generator, part: str, pixels: int = n) -> Tensor:
    """Piecewise constant, with heights from -1/2 to 1/2."""
    return signals.piecewise_constant(count, pixels, generator) - 0.5


def stationary(count: int, generator: torch.Generator, part: str) -> Tensor:
    """Gaussian, of the size of edges, with a power that falls like theirs, as 1 / nu^2."""
    nu = torch.fft.rfftfreq(n, 1 / n, dtype=torch.float64)
    amplitude = 1 / (1 + nu.square()).sqrt()
    white = torch.randn(count, n, generator=generator, dtype=torch.float64)
    f = torch.fft.irfft(amplitude * torch.fft.rfft(white), n)
    return f * (n / 12 / _power(amplitude)) ** 0.5


def _power(amplitude: Tensor) -> float:
    """The mean of ||f||^2 over the draws of ``stationary``, before they are scaled."""
    return (2 * amplitude.square().sum() - amplitude[0] ** 2 - amplitude[-1] ** 2).item()


def spikes(count: int, generator: torch.Generator, part: str) -> Tensor:
    """A few entries that are not zero, of the same mean size as the others."""
    return signals.sparse(count, n, 0.05, generator) * (1 / 0.6) ** 0.5


@cache
def patches_of(part: str, side: int = SIDE) -> Tensor:
    """The patches of the photographs that belong to a part, less 1/2.

    A part is "validation", or the name of a set of seeds after "train" or "test".
    """
    album = images.photographs(256)
    chosen = [album[name] for name in _photographs_of(*part.split())]
    return images.patches(chosen, side).double() - 0.5


def _photographs_of(kind: str, seeds: str = "a") -> list[str]:
    """The names of the photographs of a part.

    Three photographs are for validation, and never anything else. The other fourteen are
    split anew for each set of seeds: nine to train, five to test.
    """
    names = sorted(images.photographs())
    names = [names[i] for i in torch.randperm(len(names), generator=seeded(0))]
    if kind == "validation":
        return names[:3]
    split = seeded(FIRST_SEED[seeds.replace("tuning", "a")])
    names = [names[3:][i] for i in torch.randperm(14, generator=split)]
    return names[:9] if kind == "train" else names[9:]


def photographs(
    count: int, generator: torch.Generator, part: str, side: int = SIDE
) -> Tensor:
    """Patches of photographs, drawn without repetition from those of the part."""
    patches = patches_of(part, side)
    return patches[torch.randperm(len(patches), generator=generator)[:count]]


def blur(
    width: float = WIDTH, shift: int = 0, boundary: str = "periodic", pixels: int = n
) -> Blur:
    """A Gaussian blur whose centre may be displaced."""
    psf = signals.gaussian_psf(width).double()
    return Blur(torch.cat([psf.new_zeros(2 * shift), psf]), (pixels,), boundary)


def changing_width() -> LinearOperator:
    """Half the width at the left end, one and a half times the width at the right one."""
    right = torch.linspace(0, 1, n, dtype=torch.float64)
    return Mask(1 - right) @ blur(0.5 * WIDTH) + Mask(right) @ blur(1.5 * WIDTH)


def lines(pixels: int, sigma: float, width: float = WIDTH) -> Problem:
    """The problem of edges with another number of pixels, another noise or width."""
    H = blur(width, pixels=pixels)
    return Problem(partial(edges, pixels=pixels), H, H, sigma)


def ends(pixels: int, sigma: float, dark: float = 0.5) -> Problem:
    """Lines with -``dark`` beyond their ends: darkness, or the mean grey, which is 0."""
    zero = blur(boundary="zero", pixels=pixels)
    told = lines(pixels, sigma)
    return told._replace(true_H=lambda f: zero(f + dark) - dark)


def finer_grid(model_data: bool) -> Problem:
    """Lines of four times the pixels, blurred there, before a detector that averages.

    With model data, the averaged lines are blurred instead.
    """
    detector = Downsample((FINER * n,), FINER).double()
    fine = blur(FINER * WIDTH, pixels=FINER * n)
    draw = partial(edges, pixels=FINER * n)
    true_H = blur() @ detector if model_data else detector @ fine
    return Problem(draw, blur(), true_H, on_grid=detector)


def small_pictures() -> Problem:
    """Patches of 16 x 16 pixels, with a psf that no mirror maps onto itself."""
    H = Blur(PSF.double(), (SMALL, SMALL))
    return Problem(partial(photographs, side=SMALL), H, H)


LINES = [
    f"{pixels} pixels, noise {sigma}"
    for pixels, sigma in product((64, 128), (0.005, 0.02, 0.1))
]
ENDS = [f"{ends} ends, {name}" for ends, name in product(("dark", "grey"), LINES)]

FINER_GRID = ("finer grid", "model data")


def swept(name: str) -> Problem:
    """A problem of LINES or ENDS by its name."""
    kind, pixels, sigma = re.fullmatch(
        r"(?:(dark|grey) ends, )?(\d+) pixels, noise (\S+)", name
    ).groups()
    if kind is None:
        return lines(int(pixels), float(sigma))
    return ends(int(pixels), float(sigma), 0.5 if kind == "dark" else 0.0)


@cache
def problem(name: str) -> Problem:
    """A problem by its name."""
    if "pixels" in name:
        return swept(name)
    H = blur()
    H_2 = Blur(signals.gaussian_psf(WIDTH_2, ndim=2).double(), (SIDE, SIDE))
    return {
        "edges": Problem(edges, H, H),
        "stationary": Problem(stationary, H, H),
        "spikes": Problem(spikes, H, H),
        "photographs": Problem(photographs, H_2, H_2),
        "wide blur": lines(n, 0.005, 2 * WIDTH),
        "small pictures": small_pictures(),
        FINER_GRID[0]: finer_grid(model_data=False),
        FINER_GRID[1]: finer_grid(model_data=True),
        "dark ends": ends(n, SIGMA),
        "changing width": Problem(edges, H, changing_width()),
        "wrong width": Problem(edges, H, blur(1.4 * WIDTH)),
        "displaced": Problem(edges, H, blur(shift=2)),
    }[name]
