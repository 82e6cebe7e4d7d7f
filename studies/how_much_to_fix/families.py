"""Five families of problems whose operator A is not that which makes the data.

    signals       a Gaussian blur whose width varies; A is the blur of the mean width.
                  Gaussian f, 40 unknowns, C known
    photographs   tiles of photographs, 10 x 10; the width of the blur varies in the tile
    tomography    drawn ellipses, 16 x 16, 20 views of 16 rays; the centre of rotation is
                  not in the middle of the detector
    infrared      radiances of quarters of drawn scenes, 12 x 12; the lens is out of focus
                  otherwise than A supposes
    saturation    the sensor of ``studies.saturated_sensor``, s tanh(H f / s); A is H.
                  Gaussian f, 48 unknowns, C known

But for the sensor, data come from a grid four times finer along each axis (photographs:
twice), and f is the mean of each block of it. f is a difference from the mean of its
family, and g from the data of that mean. Where C is not known, it is that of ``UNPAIRED``
images without data, with a thousandth of their mean variance added to its diagonal. Test
images are others: for photographs other pictures, and for the drawn ones other draws.
"""

from dataclasses import dataclass
from functools import cache
from math import pi

import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d

from course_utils import images, signals
from course_utils.infrared import band_radiance, optical_transfer
from course_utils.linear import Matrix
from course_utils.noise import seeded
from course_utils.operators import Radon

from ..curves import CURVES
from ..saturated_sensor import problem as sensor

UNPAIRED = 3000
PAIRED = 1500
TESTS = 1000
BASIS = 1500  # images whose covariance the surrogates have
SIDE = {"photographs": 10, "tomography": 16, "infrared": 12}
FINER = {"photographs": 2, "tomography": 4, "infrared": 4}
VIEWS = 20
PITCH = 12e-6  # metres between detectors
LENS = (1.1, 10e-6)  # f-number, wavelength
KEPT_FOR_TESTS = ("camera", "coins", "moon", "gravel", "rocket")


@dataclass(frozen=True)
class Setting:
    """A problem: what its family needs to know, and the noise by the size of the data.

    ``size`` is that of the mismatch, in the words of its family, ``shape`` numbers between
    0 and 1 that tell problems of a family apart, ``bank`` the seed of its images.
    With ``surrogate`` these are Gaussian, with the covariance that they had.
    """

    family: str
    size: float
    noise: float
    pairs: int
    shape: tuple[float, ...]
    seed: int
    bank: int
    surrogate: bool = False


@dataclass(frozen=True)
class Drawn:
    """Data without noise for unknowns f, and what is assumed of them.

    Shapes: f is (n, count), g is (m, count); first ``PAIRED``, then ``TESTS``.
    """

    A: Tensor
    C: Tensor
    f: Tensor
    g: Tensor

    @property
    def paired(self) -> tuple[Tensor, Tensor]:
        """What pairs are drawn from."""
        return self.f[:, :PAIRED], self.g[:, :PAIRED]

    @property
    def test(self) -> tuple[Tensor, Tensor]:
        """What risks are measured on."""
        return self.f[:, PAIRED:], self.g[:, PAIRED:]

    @property
    def mismatch(self) -> float:
        """||g - A f|| / ||A f||, without noise."""
        Af = self.A @ self.f
        return ((self.g - Af).norm() / Af.norm()).item()


def between(u: float, low: float, high: float) -> float:
    """The number a part u of the way from low to high."""
    return low + u * (high - low)


def blur_rows(x: Tensor, y: Tensor, width) -> Tensor:
    """Rows of a Gaussian blur from places y to places x, which sum to 1.

    Shapes: x is (m, d) and y is (n, d); ``width`` is a number, or (m, 1).
    """
    squared = (x[:, None] - y[None]).square().sum(-1)
    H = torch.exp(-squared / (2 * width**2))
    return H / H.sum(1, keepdim=True)


def widths(x: Tensor, mean: float, size: float, shape: tuple) -> Tensor:
    """mean (1 + size cos(...)), a slow wave across the places x. Shape: (m, 1)."""
    angle = 2 * pi * shape[1]
    along = x @ torch.tensor([[1.0], [0.5]], dtype=x.dtype)[: x.shape[1]]
    turns = between(shape[2], 0.5, 1.5) * 2 * pi * along / (along.max() + 1)
    return mean * (1 + size * torch.cos(turns + angle))


def grid(side: int, finer: int, axes: int) -> Tensor:
    """The middles of pixels, in coarse pixels. Shape: ((side finer)^axes, axes)."""
    line = (torch.arange(side * finer, dtype=torch.float64) + 0.5) / finer - 0.5
    return torch.cartesian_prod(*[line] * axes).reshape(-1, axes)


def signals_of(setting: Setting) -> Drawn:
    """A Gaussian process of correlation exp(-distance / length), blurred."""
    n = 40
    coarse = grid(n, 1, 1)
    fine = grid(n, 4, 1)
    mean = between(setting.shape[0], 0.8, 2.0)
    length = between(setting.shape[3], 3.0, 10.0)
    C = torch.exp(-(fine - fine.mT).abs() / length)
    average = torch.eye(n, dtype=torch.float64).repeat_interleave(4, 1) / 4
    f = torch.linalg.cholesky(C) @ torch.randn(
        4 * n, PAIRED + TESTS, generator=seeded(setting.seed), dtype=torch.float64
    )
    H = blur_rows(coarse, fine, widths(coarse, mean, setting.size, setting.shape))
    A = blur_rows(coarse, coarse, mean)
    return Drawn(A, average @ C @ average.mT, average @ f, H @ f)


def saturation_of(setting: Setting) -> Drawn:
    """The sensor of chapter 14, which fills up at 1 / size."""
    C, L = sensor.prior()
    x = torch.randn(
        sensor.N, PAIRED + TESTS, generator=seeded(setting.seed), dtype=torch.float64
    )
    f = L @ x
    A = sensor.blur()
    return Drawn(A, C, f, CURVES["tanh"](1 / setting.size)(A @ f))


def photographs_of(setting: Setting) -> Drawn:
    """Tiles, blurred by a width that varies."""
    side = SIDE["photographs"]
    coarse = grid(side, 1, 2)
    fine = grid(side, 2, 2)
    mean = between(setting.shape[0], 0.6, 1.2)
    H = blur_rows(coarse, fine, widths(coarse, mean, setting.size, setting.shape))
    return imaged(setting, blur_rows(coarse, coarse, mean), lambda f: H @ f)


def infrared_of(setting: Setting) -> Drawn:
    """Radiances through a lens whose blur spot is not the one supposed."""
    side = SIDE["infrared"]
    supposed = between(setting.shape[0], 20e-6, 40e-6)
    true = supposed * (1 + setting.size * (1 if setting.shape[1] > 0.4 else -1))
    A = through(torch.eye(side**2, dtype=torch.float64), side, 1, supposed)
    shrink = lambda f: pooled(f, 4 * side, 4)  # noqa: E731
    return imaged(setting, A, lambda f: shrink(through(f, 4 * side, 4, true)))


def through(f: Tensor, side: int, finer: int, spot: float) -> Tensor:
    """Images behind the lens, periodic. Shape: (side^2, count)."""
    nu = torch.fft.fftfreq(side, PITCH / finer, dtype=torch.float64)
    radius = (nu[:, None].square() + nu.square()).sqrt()
    transfer = optical_transfer(radius, *LENS, spot)
    spectrum = torch.fft.fft2(f.mT.reshape(-1, side, side)) * transfer
    return torch.fft.ifft2(spectrum).real.flatten(1).mT


def tomography_of(setting: Setting) -> Drawn:
    """Ellipses whose projections are displaced along the detector."""
    side = SIDE["tomography"]
    A = Matrix.of(radon(side)).A.double()
    shift = 4 * setting.size * (1 if setting.shape[0] > 0.5 else -1)

    def projected(f: Tensor) -> Tensor:
        g = radon(4 * side)(f.mT.reshape(-1, 4 * side, 4 * side).float()).double() / 4
        g = displaced(g, shift)
        return g.unflatten(-1, (side, 4)).mean(-1).flatten(1).mT

    return imaged(setting, A, projected)


def displaced(g: Tensor, shift: float) -> Tensor:
    """The last axis read ``shift`` places further, between places by straight lines."""
    whole = int(shift // 1)
    part = shift - whole
    return (1 - part) * g.roll(-whole, -1) + part * g.roll(-whole - 1, -1)


@cache
def radon(size: int) -> Radon:
    """The projections of half a turn."""
    return Radon(size, torch.arange(VIEWS) / VIEWS * pi)


def imaged(setting: Setting, A: Tensor, measured) -> Drawn:
    """Images of the family, with the data ``measured(fine)``."""
    family = setting.family
    side = SIDE[family] * FINER[family]
    bank = fine_images(family, setting.bank)
    bank = gaussian(bank, setting.bank) if setting.surrogate else bank
    unpaired, rest = bank.split((UNPAIRED, PAIRED + TESTS), 1)
    mean = unpaired.mean(1, keepdim=True)
    coarse = pooled(unpaired - mean, side, FINER[family])
    C = coarse @ coarse.mT / UNPAIRED
    C = C + 1e-3 * C.diagonal().mean() * torch.eye(len(C), dtype=C.dtype)
    fine = rest - mean
    return Drawn(A, C, pooled(fine, side, FINER[family]), measured(fine))


def gaussian(f: Tensor, seed: int) -> Tensor:
    """As many draws of N(mean, covariance), those of ``BASIS`` of the columns of f."""
    basis = f[:, torch.randperm(f.shape[1], generator=seeded(seed + 1))[:BASIS]]
    mean = basis.mean(1, keepdim=True)
    z = torch.randn(BASIS, f.shape[1], generator=seeded(seed + 2), dtype=f.dtype)
    return mean + (basis - mean) @ z / BASIS**0.5


def pooled(f: Tensor, side: int, finer: int) -> Tensor:
    """Means of blocks. Shapes: (side^2, count) to ((side / finer)^2, count)."""
    return avg_pool2d(f.mT.reshape(-1, 1, side, side), finer).flatten(1).mT


@cache
def fine_images(family: str, seed: int) -> Tensor:
    """Unpaired, paired and test images on the fine grid. Shape: (side^2, count)."""
    counts = UNPAIRED + PAIRED
    total = counts + TESTS
    draw = seeded(seed)
    if family == "photographs":
        albums = tiles()
        learned = albums[0][torch.randperm(len(albums[0]), generator=draw)[:counts]]
        other = albums[1][torch.randperm(len(albums[1]), generator=draw)[:TESTS]]
        return torch.cat([learned, other]).flatten(1).double().mT
    side = SIDE[family] * FINER[family]
    if family == "tomography":
        f = signals.random_ellipses(total, side, draw)
        return f.flatten(1).double().mT
    scenes = [signals.thermal_scene(2 * side, draw)[0] for _ in range(total // 4)]
    T = images.patches(scenes, side).double()
    return band_radiance(T).flatten(1).mT


@cache
def tiles() -> tuple[Tensor, Tensor]:
    """Tiles of the photographs that are learned from, and of those that are kept."""
    side = SIDE["photographs"] * FINER["photographs"]
    album = images.photographs(512)
    groups = ([], [])
    for name in album:
        groups[name in KEPT_FOR_TESTS].append(album[name])
    return tuple(images.patches(group, side) for group in groups)


DRAWN = {
    "signals": signals_of,
    "photographs": photographs_of,
    "tomography": tomography_of,
    "infrared": infrared_of,
    "saturation": saturation_of,
}
