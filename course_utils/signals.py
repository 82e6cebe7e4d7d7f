"""Signals and images to look at, and point-spread functions to look through.

All are made here, in double precision, and given in torch's default float type, so that a
chapter chooses once: ``torch.set_default_dtype(torch.float64)``.
"""

import math
from collections.abc import Callable

import torch
from torch import Tensor


def boxcar(n: int) -> Tensor:
    """A signal in [0, 1]: two boxes, a narrow spike and a ramp. Shape: (n,)."""
    x = (torch.arange(n, dtype=torch.float64) + 0.5) / n
    boxes = 0.8 * ((x > 0.10) & (x < 0.28)) + 0.4 * ((x > 0.36) & (x < 0.48))
    spike = 1.0 * ((x > 0.54) & (x < 0.57))
    ramp = (x - 0.66) / 0.24 * ((x > 0.66) & (x < 0.90))
    return _default(boxes + spike + ramp)


def gaussian_psf(width: float, ndim: int = 1) -> Tensor:
    """A Gaussian point-spread function that sums to 1, cut at six widths.

    Shapes: (k,) * ndim, with k = 2 ceil(6 width) + 1.
    Units: ``width`` is its standard deviation in pixels; 0 gives a single 1, no blur.
    Raises: ValueError for a width that is negative or not finite.
    """
    if not 0 <= width < math.inf:
        raise ValueError(f"a psf needs a width >= 0 in pixels, not {width}")
    reach = math.ceil(6 * width)
    u = torch.arange(-reach, reach + 1, dtype=torch.float64)
    line = torch.exp(-0.5 * (u / max(width, 1e-9)) ** 2)
    factors = torch.cartesian_prod(*[line / line.sum()] * ndim)
    return _default(factors.reshape(*[len(u)] * ndim, -1).prod(-1))


def piecewise_constant(
    count: int, n: int, generator: torch.Generator, jumps: int = 6
) -> Tensor:
    """Signals that are flat but for jumps at random places, to random heights in [0, 1].

    Shape: (count, n).
    """
    places = _draw(torch.rand, (count, 1, jumps), generator)
    heights = _draw(torch.rand, (count, jumps + 1), generator)
    x = (torch.arange(n, dtype=torch.float64)[:, None] + 0.5) / n
    return _default(heights.gather(-1, (places < x).sum(-1)))


def sparse(count: int, n: int, density: float, generator: torch.Generator) -> Tensor:
    """Bernoulli-Gaussian signals: an entry is N(0, 1) with probability ``density``, or 0.

    Shape: (count, n).
    """
    present = _draw(torch.rand, (count, n), generator) < density
    values = _draw(torch.randn, (count, n), generator)
    return _default(present * values)


def phantom(size: int) -> Tensor:
    """The head of Shepp and Logan, in Toft's version with more contrast.

    Shape: (size, size).
    Source: Shepp & Logan (1974); Toft, *The Radon Transform* (1996), table B.3.
    """
    return ellipses(torch.tensor(_HEAD, dtype=torch.float64), size).clamp(0, 1)


def random_ellipses(count: int, size: int, generator: torch.Generator) -> Tensor:
    """Images of 4 to 12 overlapping ellipses inside the unit disc.

    Shape: (count, size, size).
    """

    def image() -> Tensor:
        radius = _uniform(0, 0.7, generator, 12)
        angle = _uniform(0, 2 * math.pi, generator, 12)
        x0 = radius * angle.cos()
        y0 = radius * angle.sin()
        a = _uniform(0.05, 0.3, generator, 12)
        b = _uniform(0.05, 0.3, generator, 12)
        tilt = _uniform(0, 180, generator, 12)
        value = _uniform(0.1, 0.5, generator, 12)
        kept = int(torch.randint(4, 13, (), generator=generator, device="cpu"))
        table = torch.stack([value, a, b, x0, y0, tilt], dim=-1)
        return ellipses(table[:kept], size).clamp(0, 1)

    return torch.stack([image() for _ in range(count)])


def thermal_scene(
    size: int, generator: torch.Generator, things: int = 6
) -> tuple[Tensor, Tensor]:
    """Temperatures and labels of a wall with warm and hot things in front of it.

    The wall (label 0) runs from 291 to 295 K, warm things (1) have 303 to 311 K, hot things
    (2) have 325 to 345 K. They are ellipses at random places; a later one covers an earlier
    one.

    Shapes: both (size, size); labels are integers. Units: kelvin.
    """
    wall = _uniform(291, 293, generator, 1)
    T = (wall + torch.linspace(0, 2, size, dtype=torch.float64)).expand(size, size)
    labels = torch.zeros(size, size, dtype=torch.int64)
    is_hot = _draw(torch.rand, things, generator, torch.get_default_dtype()) < 0.4
    hot = _uniform(325, 345, generator, things)
    warm = _uniform(303, 311, generator, things)
    kelvins = torch.where(is_hot, hot, warm)
    a = _uniform(0.08, 0.3, generator, things)
    b = _uniform(0.08, 0.3, generator, things)
    x0 = _uniform(-0.7, 0.7, generator, things)
    y0 = _uniform(-0.7, 0.7, generator, things)
    tilt = _uniform(0, 180, generator, things)
    table = torch.stack([torch.ones(things), a, b, x0, y0, tilt], dim=-1)
    for row, kelvin, label in zip(table, kelvins, 1 + is_hot.long(), strict=True):
        inside = ellipses(row[None], size) > 0
        T = torch.where(inside, kelvin, T)
        labels = torch.where(inside, label, labels)
    return _default(T), labels


def ellipses(table: Tensor, size: int) -> Tensor:
    """The sum of filled ellipses. Shape: (size, size).

    Each row of ``table`` holds a value, two half-axes a and b, the centre x0 and y0 and the
    tilt. x points right and y up.

    Units: lengths in half the image, the tilt in degrees.
    """
    u = (2 * torch.arange(size, dtype=torch.float64) + 1) / size - 1
    columns = table[:, :, None, None].unbind(1)
    value, a, b = columns[:3]
    x0, y0, tilt = columns[3:]
    x = u - x0
    y = -u[:, None] - y0
    cos = torch.deg2rad(tilt).cos()
    sin = torch.deg2rad(tilt).sin()
    inside = ((x * cos + y * sin) / a) ** 2 + ((y * cos - x * sin) / b) ** 2 <= 1
    return _default((value * inside).sum(0))


def _uniform(low: float, high: float, generator: torch.Generator, count: int) -> Tensor:
    return low + (high - low) * _draw(torch.rand, count, generator)


def _draw(how: Callable, shape, generator: torch.Generator, dtype=torch.float64) -> Tensor:
    """Random numbers, made where the generator lives, for torch's default device."""
    x = how(shape, generator=generator, dtype=dtype, device=generator.device)
    return x.to(torch.get_default_device())


def _default(x: Tensor) -> Tensor:
    return x.to(torch.get_default_dtype())


_HEAD = [  # value, half-axes, centre, tilt
    (1.0, 0.69, 0.92, 0.0, 0.0, 0.0),
    (-0.8, 0.6624, 0.874, 0.0, -0.0184, 0.0),
    (-0.2, 0.11, 0.31, 0.22, 0.0, -18.0),
    (-0.2, 0.16, 0.41, -0.22, 0.0, 18.0),
    (0.1, 0.21, 0.25, 0.0, 0.35, 0.0),
    (0.1, 0.046, 0.046, 0.0, 0.1, 0.0),
    (0.1, 0.046, 0.046, 0.0, -0.1, 0.0),
    (0.1, 0.046, 0.023, -0.08, -0.605, 0.0),
    (0.1, 0.023, 0.023, 0.0, -0.606, 0.0),
    (0.1, 0.023, 0.046, 0.06, -0.605, 0.0),
]
