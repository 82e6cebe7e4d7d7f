"""What the methods look at: images, scanners, and their data with noise.

The world is finer than the picture. Images live on a grid whose pixels are four times
smaller (twice at 256 pixels, since the slices end at 512); a ray of the scanner is measured
there, and a detector reads the mean of the rays that fall on it. What is to be found is the
mean of each block of fine pixels, by the ``H`` of the coarse grid, which is not quite what
made the data. A scanner with ``data="model"`` commits the inverse crime: the same pictures
and noise, but data that ``H`` has made.
"""

from functools import cache
from math import pi
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d

from course_utils import noise, signals
from course_utils.noise import seeded
from course_utils.operators import Radon

from .slices import slices

FINEST = 512  # pixels along a side of the slices
CHUNK = 32  # fine images that are measured at a time


class Scanner(NamedTuple):
    """Pixels along a side, views, photons of each ray (0: Gaussian noise), whose data."""

    size: int
    views: int
    photons: int = 0
    data: str = "fine"

    @property
    def H(self) -> Radon:
        """The forward operator, in single precision."""
        return radon(self.size, self.views)

    @property
    def finer(self) -> int:
        """How many fine pixels lie along a side of a pixel, and rays in a detector."""
        return min(4, FINEST // self.size)

    def truth(self, fine: Tensor) -> Tensor:
        """The picture that is to be found. Shapes: (count, fine, fine) to size x size."""
        return avg_pool2d(fine[:, None], self.finer)[:, 0]

    def measured(self, fine: Tensor, seed: int) -> Tensor:
        """The data of fine images, with noise. Shape: (count, views, size)."""
        g = torch.cat([self.integrals(part) for part in fine.split(CHUNK)])
        return self.with_noise(g, seed)

    def integrals(self, fine: Tensor) -> Tensor:
        """Line integrals in units of pixels. Shape: (count, views, size, rays)."""
        if self.data == "model":
            return self.H(self.truth(fine))[..., None]
        rays = radon(fine.shape[-1], self.views)(fine) / self.finer
        return rays.unflatten(-1, (self.size, self.finer))

    def with_noise(self, g: Tensor, seed: int) -> Tensor:
        """Gaussian noise on the means of detectors, or integrals from counted photons."""
        scale = self.size / 64
        if not self.photons:
            g = g.mean(-1)
            return g + noise.gaussian(g, 0.085 * scale, seeded(seed))
        mu = 0.15 / scale
        passed = torch.exp(-mu * g).mean(-1)
        counts = noise.poisson(self.photons * passed, seeded(seed))
        return -torch.log(counts.clamp(min=1) / self.photons) / mu

    def pairs(self, fine: Tensor, seed: int) -> tuple[Tensor, Tensor]:
        """Data and pictures (g, f) of fine images."""
        return self.measured(fine, seed), self.truth(fine)

    def training(self, count: int, seed: int) -> tuple[Tensor, Tensor]:
        """Data and drawn images (g, f) of a seed."""
        return self.pairs(self.drawn(count, 1000 * seed), 1000 * seed + 1)

    def validation(self, count: int = 8) -> tuple[Tensor, Tensor]:
        """Data and drawn images (g, f), the same for all methods and seeds."""
        g, f = validation_pairs(self)
        return g[:count], f[:count]

    def fine_images(self, seed: int) -> Tensor:
        """The test images of a seed on the fine grid: drawn ones, then the slices."""
        count = 16 if self.size == 64 else 2
        real = slices(self.size * self.finer)
        return torch.cat([self.drawn(count, 1000 * seed + 500), real])

    def test(self, seed: int) -> tuple[Tensor, Tensor]:
        """Data and images (g, f) of a seed on which methods are compared."""
        return test_pairs(self, seed)

    def drawn(self, count: int, seed: int) -> Tensor:
        """Drawn ellipses on the fine grid."""
        return signals.random_ellipses(count, self.size * self.finer, seeded(seed))


MAIN = Scanner(64, 32)  # where most methods are compared
CRIME = Scanner(64, 32, 0, "model")  # the same on data of the model


@cache
def radon(size: int, views: int) -> Radon:
    """The projections of half a turn."""
    return Radon(size, torch.arange(views) / views * pi)


@cache
def validation_pairs(scanner: Scanner) -> tuple[Tensor, Tensor]:
    """All pairs for validation."""
    return scanner.pairs(scanner.drawn(8, 777), 778)


@cache
def test_pairs(scanner: Scanner, seed: int) -> tuple[Tensor, Tensor]:
    """The pairs for the tests of a seed."""
    return scanner.pairs(scanner.fine_images(seed), 1000 * seed + 501)
