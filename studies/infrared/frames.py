"""The thermal frames: drawn scenes before a camera, and what it sees of them."""

from functools import cache

import torch
from torch import Generator, Tensor

from course_utils import signals
from course_utils.infrared import (
    Camera,
    band_radiance,
    brightness_temperature,
    observed_radiance,
)
from course_utils.noise import seeded

SIZE = 48  # pixels along a side of a scene
TEST = 48  # scenes
VALIDATION = 24
CASES = ("as trained", "emissivity", "pattern", "quiet")
LOW, HIGH = band_radiance(torch.tensor([293.0, 313.0])).tolist()


def camera(netd: float = 0.8) -> Camera:
    """A camera of 24 x 24 pixels. Units: its noise in kelvin."""
    return Camera((SIZE, SIZE), blur_spot=24e-6, netd=netd)


def unit(L: Tensor) -> Tensor:
    """Radiances on a scale where 293 K is 0 and 313 K is 1."""
    return (L - LOW) / (HIGH - LOW)


def kelvin(f: Tensor) -> Tensor:
    """The temperatures of black bodies with these radiances on the scale of ``unit``."""
    return brightness_temperature((LOW + (HIGH - LOW) * f).clamp(min=5.0))


def scenes(count: int, generator: Generator) -> tuple[Tensor, Tensor]:
    """Temperatures and labels. Shapes: both (count, SIZE, SIZE)."""
    pairs = [signals.thermal_scene(SIZE, generator) for _ in range(count)]
    return torch.stack([T for T, _ in pairs]), torch.stack([z for _, z in pairs])


def frames(T: Tensor, z: Tensor, generator: Generator, case: str = "as trained") -> Tensor:
    """The data of a camera: its counts, calibrated, on the scale of ``unit``."""
    eye = camera(0.05 if case == "quiet" else 0.8)
    emissivity = torch.where(z > 0, 0.6, 1.0) if case == "emissivity" else 1.0
    L = observed_radiance(T, emissivity, 293.15)
    pattern = eye.pattern(generator) if case == "pattern" else None
    return unit(eye.radiance(eye.counts(L, generator, pattern)))


def targets(T: Tensor, z: Tensor) -> Tensor:
    """Radiances on the scale of ``unit``, and labels. Shape: (count, 2, SIZE, SIZE)."""
    return torch.stack([unit(band_radiance(T)), z.to(T)], 1)


def training_set(count: int, seed: int) -> tuple[Tensor, Tensor]:
    """Frames and their targets, which no other seed sees."""
    generator = seeded(100_000 + 1000 * seed)
    T, z = scenes(count, generator)
    return frames(T, z, generator), targets(T, z)


@cache
def sets(seed: int) -> dict:
    """Validation and test set of a seed: temperatures, labels, the frames of each case."""
    generator = seeded(1000 + seed)
    made = {}
    for name, count in (("validation", VALIDATION), ("test", TEST)):
        T, z = scenes(count, generator)
        made[name] = T, z, {case: frames(T, z, generator, case) for case in CASES}
    return made
