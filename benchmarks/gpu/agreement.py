"""What it means that a device agrees with the processor, and in which arithmetic."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import torch
from torch import Tensor

from course_utils.noise import seeded

CPU = torch.device("cpu")

Check = Callable[[torch.device], None]  # raises where something is wrong


def draw(*shape: int, seed: int = 0) -> Tensor:
    """Numbers from N(0, 1), drawn by the processor in double precision."""
    return torch.randn(*shape, generator=seeded(seed), dtype=torch.float64)


def uneven(*shape: int) -> Tensor:
    """A point-spread function without symmetry, which would hide a wrong adjoint."""
    psf = torch.arange(1.0, torch.Size(shape).numel() + 1, dtype=torch.float64)
    psf = psf.reshape(shape).sin().abs()
    return psf / psf.sum()


def agree(found, expected, tolerance: float) -> None:
    """Each result is the other but for a relative error; both are nested alike."""
    if isinstance(expected, list | tuple):
        for one, other in zip(found, expected, strict=True):
            agree(one, other, tolerance)
        return
    x = torch.as_tensor(found).detach().cpu()
    y = torch.as_tensor(expected).detach().cpu()
    assert x.shape == y.shape, f"shapes {tuple(x.shape)} and {tuple(y.shape)}"
    assert x.dtype == y.dtype, f"types {x.dtype} and {y.dtype}"
    gap = (x.double() - y.double()).norm()
    error = (gap / y.double().norm().clamp(min=1e-30)).item() if gap != 0 else 0.0
    assert error <= tolerance, f"relative error {error:.1e}, at most {tolerance:.0e}"


def same(compute: Callable, tolerance: float) -> Check:
    """The check that a computation gives on a device what it gives on the processor."""
    return partial(_compare, compute, tolerance)


def _compare(compute: Callable, tolerance: float, there: torch.device) -> None:
    agree(compute(there), compute(CPU), tolerance)


def elsewhere(there: torch.device) -> torch.device:
    """Another device than this one: the processor, or beside it the one without numbers."""
    return torch.device("meta") if there.type == "cpu" else CPU


def refused(call: Callable, *places: torch.device) -> None:
    """The call raises a ValueError that names these devices."""
    try:
        call()
    except ValueError as error:
        missing = [str(place) for place in places if place.type not in str(error)]
        assert not missing, f"the sentence does not name {missing}: {error}"
    else:
        raise AssertionError("two devices were mixed, and nothing was said")


@contextmanager
def full_precision() -> Iterator[None]:
    """Convolutions and products in true float32: a card may round to TF32 otherwise."""
    switches = (torch.backends.cudnn.conv, torch.backends.cuda.matmul)
    before = [switch.fp32_precision for switch in switches]
    for switch in switches:
        switch.fp32_precision = "ieee"
    try:
        yield
    finally:
        for switch, precision in zip(switches, before, strict=True):
            switch.fp32_precision = precision
