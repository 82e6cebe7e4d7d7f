"""What the methods look at: images, scanners, and their data with noise.

The images of a seed are drawn ellipses, then two CT slices, divided by two so that water is
1/2 and dense bone 1, clipped to [0, 1], and black outside the disc that every view sees
whole.
"""

from functools import cache
from math import pi
from typing import NamedTuple

import torch
from torch import Tensor

from course_utils import images, noise, signals
from course_utils.noise import seeded
from course_utils.operators import Radon


class Scanner(NamedTuple):
    """Pixels along a side, views, and photons of each ray; 0 means Gaussian noise."""

    size: int
    views: int
    photons: int = 0

    @property
    def H(self) -> Radon:
        """The forward operator, in single precision."""
        return radon(self.size, self.views)

    def data(self, f: Tensor, seed: int) -> Tensor:
        """The data of images. Shapes: f is (count, size, size), g (count, views, size)."""
        return measured(self.H, f, self.photons, seed)

    def training(self, count: int, seed: int) -> tuple[Tensor, Tensor]:
        """Data and drawn images (g, f) of a seed."""
        f = drawn(count, self.size, 1000 * seed)
        return self.data(f, 1000 * seed + 1), f

    def validation(self, count: int = 8) -> tuple[Tensor, Tensor]:
        """Data and drawn images (g, f), the same for all methods and seeds."""
        f = drawn(8, self.size, 777)[:count]
        return self.data(f, 778), f

    def images(self, seed: int) -> Tensor:
        """The test images of a seed: drawn ones, then the head and the abdomen."""
        count = 16 if self == MAIN else 6 if self.size == 64 else 2
        return torch.cat([drawn(count, self.size, 1000 * seed + 500), slices(self.size)])

    def test(self, seed: int) -> tuple[Tensor, Tensor]:
        """Data and images (g, f) of a seed on which methods are compared."""
        f = self.images(seed)
        return self.data(f, 1000 * seed + 501), f


MAIN = Scanner(64, 32)  # where most methods are compared


@cache
def radon(size: int, views: int) -> Radon:
    """The projections of half a turn."""
    return Radon(size, torch.arange(views) / views * pi)


def measured(H: Radon, f: Tensor, photons: int, seed: int) -> Tensor:
    """Data with noise: Gaussian, or of photons counted and turned back into integrals."""
    g = H(f)
    scale = f.shape[-1] / 64
    if not photons:
        return g + noise.gaussian(g, 0.085 * scale, seeded(seed))
    mu = 0.15 / scale
    counts = noise.poisson(photons * torch.exp(-mu * g), seeded(seed))
    return -torch.log(counts.clamp(min=1) / photons) / mu


@cache
def drawn(count: int, size: int, seed: int) -> Tensor:
    """Drawn ellipses. Shape: (count, size, size)."""
    return signals.random_ellipses(count, size, seeded(seed))


@cache
def slices(size: int) -> Tensor:
    """The head and the abdomen, in the range of the drawn images and within their disc."""
    x = (2 * torch.arange(size) + 1) / size - 1
    disc = x**2 + x[:, None] ** 2 <= 1
    found = images.ct_slices(size).values()
    return torch.stack([(ct / 2).clamp(0, 1) * disc for ct in found])
