"""What this package refuses, and in which words.

Each check gives nothing back. It raises one sentence that names the thing as its caller
knows it, and says what is wrong, where, and what to do about it.

Shapes: any, if nothing else is said; dimensions in front are a batch.
Raises: TypeError for numbers of the wrong type, ValueError for anything else.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from math import inf
from numbers import Integral

import torch
from torch import Tensor

TIFF_MAGIC = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")  # two orders of bytes; + is BigTIFF


class Refusal(ValueError):
    """Why a file is refused: a sentence, or what follows the name of the file in it."""


def require_tensor(name: str, x: Tensor) -> None:
    """Refuse an array, a list or a number."""
    if not torch.is_tensor(x):
        found = type(x).__name__
        raise TypeError(f"{name} needs a tensor, got {found}: use torch.as_tensor()")


def require_real_floats(name: str, x: Tensor) -> None:
    """Refuse integers, complex numbers, and what is no tensor."""
    require_tensor(name, x)
    if not x.is_floating_point():
        advice = "take .real or .abs()" if x.is_complex() else "convert with .float()"
        raise TypeError(f"{name} needs real floats, got {x.dtype}: {advice}")


def require_shape(name: str, x: Tensor, shape: tuple[int | None, ...]) -> None:
    """Refuse an x whose last dimensions are not ``shape``, in which None is any size."""
    sizes = zip(reversed(x.shape), reversed(shape), strict=False)
    if x.ndim < len(shape) or any(n not in (size, None) for size, n in sizes):
        expected = ", ".join("any" if n is None else str(n) for n in shape)
        raise ValueError(f"{name} expects shape (..., {expected}), got {tuple(x.shape)}")


def refuse_empty(name: str, x: Tensor) -> None:
    """Refuse an x without entries."""
    if x.numel() == 0:
        raise ValueError(f"{name} got an empty batch of shape {tuple(x.shape)}")


def require_device(name: str, x: Tensor, device: torch.device | None) -> None:
    """Refuse an x that lives elsewhere; None follows x."""
    if device is not None and x.device != device:
        raise ValueError(f"{name} lives on {device}, its input on {x.device}: use .to()")


def require_dtype(name: str, x: Tensor, dtype: torch.dtype | None) -> None:
    """Refuse an x of another float type; None follows x."""
    require_real_floats(name, x)
    if dtype is not None and x.dtype != dtype:
        raise TypeError(f"{name} is {dtype}, its input {x.dtype}: convert one with .to()")


def require_full_precision(name: str, x: Tensor) -> None:
    """Refuse floats of less than 32 bits: no transform or sparse product takes them."""
    if torch.finfo(x.dtype).bits < 32:
        floats = f"floats of 32 or 64 bits, got {x.dtype}"
        raise TypeError(f"{name} needs {floats}: convert with .float()")


def is_finite(x: Tensor) -> bool:
    """Whether x has neither NaN nor infinity.

    A finite sum says so in one quick pass; one that is not may only be too large. Inside
    of ``torch.func.vmap`` no number can be looked at: there all pass.
    """
    x = x.detach()
    try:
        return bool(x.sum().isfinite()) or bool(x.isfinite().all())
    except RuntimeError as error:
        if "vmap" not in str(error):
            raise
        return True


def require_finite(name: str, x: Tensor, advice: str = "") -> None:
    """Refuse NaN and infinity, naming the first of them and what may be done.

    On the device "meta" there are no numbers to be looked at.
    """
    require_tensor(name, x)
    if x.is_meta or is_finite(x):
        return
    if (bad := _first(~x.isfinite())) is not None:
        found = f"it has {x[bad].item()} at index {bad}"
        raise ValueError(f"{name} is not finite: {found}" + (advice and f"; {advice}"))


def require_positive(name: str, x: Tensor) -> None:
    """Refuse all but real floats that are positive and finite, naming the first of them."""
    require_real_floats(name, x)
    if (bad := _first(~((x > 0) & x.isfinite()))) is not None:
        found = f"{x[bad].item()} at index {bad}"
        raise ValueError(f"{name} must be positive and finite, not {found}")


def require_count(name: str, n: int) -> None:
    """Refuse what is no whole number above 0."""
    if not isinstance(n, Integral) or n < 1:
        raise ValueError(f"{name} must be a whole number above 0, not {n!r}")


@contextmanager
def enough_memory(advice: str) -> Iterator[None]:
    """Say in one sentence where memory runs out, how much was asked for, and what to do.

    Raises: MemoryError in the place of what torch and NumPy raise, for the processor and
        for a graphics card.
    """
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        asked = re.search(r"allocate ([\d.]+) ?(\w+)", str(error))
        if not (asked or isinstance(error, MemoryError | torch.OutOfMemoryError)):
            raise
        size = f" for {_size(*asked.groups())} more" if asked else ""
        raise MemoryError(f"there is not enough memory{size}: {advice}") from error


def _size(amount: str, unit: str) -> str:
    """A size as people read it: torch tells that of the processor in bytes."""
    return f"{float(amount) / 1e9:.2g} GB" if unit == "bytes" else f"{amount} {unit}"


def require_standard_deviation(sigma: float) -> None:
    """Refuse a noise that no detector has: sigma must be a positive, finite number."""
    if not 0 < sigma < inf:
        name = "sigma, the standard deviation of the noise,"
        raise ValueError(f"{name} must be positive and finite, not {sigma}")


def refuse_too_large(path, pixels: float, largest: int) -> None:
    """Refuse a file that holds, or claims to hold, more pixels than memory is given for."""
    if pixels > largest:
        most = f"{largest // 10**6} million pixels"
        raise Refusal(f"{path.name} has more than {most}: crop it")


def refuse_long_file(path, most: int, advice: str) -> None:
    """Refuse a file that has more bytes than are read into memory at once."""
    if path.stat().st_size > most:
        raise Refusal(f"{path.name} has more than {most // 10**6} MB: {advice}")


@contextmanager
def refused_in_words(path, kind: str, advice: str) -> Iterator[None]:
    """Turn whatever a damaged file leads its reader to into one sentence.

    A ``Refusal`` is a sentence already, or the part of it that follows the file's name.
    ``advice`` ends the sentence on a file that "cannot be read as ``kind``".
    """
    try:
        yield
    except Refusal as refusal:
        named = str(refusal).startswith(path.name)
        raise Refusal(str(refusal) if named else f"{path.name} {refusal}") from None
    except (MemoryError, ImportError):  # no fault of the file
        raise
    except Exception as error:
        why = one_line(error) or type(error).__name__
        raise Refusal(f"{path.name} cannot be read as {kind} ({why}): {advice}") from None


def one_line(error) -> str:
    """The reason, short and printable, from a text that a hostile file may have written."""
    text = " ".join(str(error).split())[:80]
    return "".join(x for x in text if x.isprintable())


def _first(bad: Tensor) -> tuple[int, ...] | None:
    """The index of the first entry that is bad, if there is one."""
    found = bad.nonzero()
    return tuple(found[0].tolist()) if len(found) else None
