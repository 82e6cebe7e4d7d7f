"""Scenes to look at and point-spread functions to look through, all drawn here.

Drawn in double precision and given in torch's default float type, so that a chapter chooses
once: ``torch.set_default_dtype(torch.float64)``.
"""

import math

import torch
from torch import Tensor


def boxcar(n: int) -> Tensor:
    """A 1-D scene in [0, 1]: two boxes, a narrow spike and a ramp. Shape: (n,)."""
    x = (torch.arange(n, dtype=torch.float64) + 0.5) / n
    boxes = 0.8 * ((x > 0.10) & (x < 0.28)) + 0.4 * ((x > 0.36) & (x < 0.48))
    spike = 1.0 * ((x > 0.54) & (x < 0.57))
    ramp = (x - 0.66) / 0.24 * ((x > 0.66) & (x < 0.90))
    return _default(boxes + spike + ramp)


def gaussian_psf(width: float, ndim: int = 1) -> Tensor:
    """A Gaussian point-spread function that sums to 1, cut at six widths. Shape: (k,) * ndim.

    Units: ``width`` is its standard deviation in pixels; 0 gives a single 1, no blur.
    """
    if not 0 <= width < math.inf:
        raise ValueError(f"a psf needs a width >= 0 in pixels, not {width}")
    u = torch.arange(-math.ceil(6 * width), math.ceil(6 * width) + 1, dtype=torch.float64)
    line = torch.exp(-0.5 * (u / max(width, 1e-9)) ** 2)
    h = (
        torch.cartesian_prod(*[line / line.sum()] * ndim)
        .reshape(*[len(u)] * ndim, -1)
        .prod(-1)
    )
    return _default(h)


def piecewise_constant(
    count: int, n: int, generator: torch.Generator, jumps: int = 6
) -> Tensor:
    """Signals that are flat but for some jumps, at random places, to random heights in [0, 1].

    Shape: (count, n).
    """
    places = torch.rand(count, 1, jumps, generator=generator, dtype=torch.float64)
    heights = torch.rand(count, jumps + 1, generator=generator, dtype=torch.float64)
    x = (torch.arange(n, dtype=torch.float64)[:, None] + 0.5) / n
    return _default(heights.gather(-1, (places < x).sum(-1)))


def sparse(count: int, n: int, density: float, generator: torch.Generator) -> Tensor:
    """Bernoulli-Gaussian signals: each entry is N(0, 1) with probability ``density``, else 0.

    Shape: (count, n).
    """
    present = torch.rand(count, n, generator=generator, dtype=torch.float64) < density
    return _default(
        present * torch.randn(count, n, generator=generator, dtype=torch.float64)
    )


def phantom(size: int) -> Tensor:
    """The head of Shepp and Logan, in Toft's version with more contrast. Shape: (size, size).

    Source: Shepp & Logan (1974); Toft, *The Radon Transform* (1996), table B.3.
    """
    return ellipses(torch.tensor(_HEAD, dtype=torch.float64), size).clamp(0, 1)


def random_ellipses(count: int, size: int, generator: torch.Generator) -> Tensor:
    """Scenes of 4 to 12 overlapping ellipses within the unit disc. Shape: (count, size, size)."""

    def draw(low: float, high: float) -> Tensor:
        return low + (high - low) * torch.rand(12, generator=generator, dtype=torch.float64)

    def scene() -> Tensor:
        radius, angle = draw(0, 0.7), draw(0, 2 * math.pi)
        centre = (radius * angle.cos(), radius * angle.sin())
        axes, tilt, value = (draw(0.05, 0.3), draw(0.05, 0.3)), draw(0, 180), draw(0.1, 0.5)
        kept = int(torch.randint(4, 13, (), generator=generator))
        table = torch.stack([value, *axes, *centre, tilt], dim=-1)
        return ellipses(table[:kept], size).clamp(0, 1)

    return torch.stack([scene() for _ in range(count)])


def thermal_scene(
    size: int, generator: torch.Generator, things: int = 6
) -> tuple[Tensor, Tensor]:
    """A wall at room temperature, with warm and hot things before it: temperatures and labels.

    The wall (label 0) runs from 291 to 295 K, warm things (1) have 303 to 311 K, hot things (2)
    have 325 to 345 K. They are ellipses, at random places; a later one covers an earlier one.

    Shapes: both (size, size); labels are integers. Units: kelvin.
    """

    def draw(low: float, high: float, *shape: int) -> Tensor:
        return low + (high - low) * torch.rand(
            *shape, generator=generator, dtype=torch.float64
        )

    wall = draw(291, 293, 1) + torch.linspace(0, 2, size, dtype=torch.float64)
    T, labels = wall.expand(size, size), torch.zeros(size, size, dtype=torch.int64)
    hot = torch.rand(things, generator=generator) < 0.4
    warmth = torch.where(hot, draw(325, 345, things), draw(303, 311, things))
    shape = [draw(0.08, 0.3, things), draw(0.08, 0.3, things), draw(-0.7, 0.7, things)]
    table = torch.stack(
        [torch.ones(things), *shape, draw(-0.7, 0.7, things), draw(0, 180, things)]
    )
    for row, kelvin, label in zip(table.T, warmth, 1 + hot.long(), strict=True):
        inside = ellipses(row[None], size) > 0
        T, labels = torch.where(inside, kelvin, T), torch.where(inside, label, labels)
    return _default(T), labels


def ellipses(table: Tensor, size: int) -> Tensor:
    """The sum of filled ellipses. Shape: (size, size).

    Each row of ``table`` holds a value, two half-axes and the centre (x, y) in units of half the
    picture, and the tilt in degrees; x points right and y up.
    """
    u = (2 * torch.arange(size, dtype=torch.float64) + 1) / size - 1
    value, a, b, x0, y0, tilt = table[:, :, None, None].unbind(1)
    x, y = u - x0, -u[:, None] - y0
    cos, sin = torch.deg2rad(tilt).cos(), torch.deg2rad(tilt).sin()
    inside = ((x * cos + y * sin) / a) ** 2 + ((y * cos - x * sin) / b) ** 2 <= 1
    return _default((value * inside).sum(0))


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
