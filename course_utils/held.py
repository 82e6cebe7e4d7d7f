"""What an operator holds, which is the same whatever torch is told around it.

Numbers come in as finite floats, and stay ordinary tensors in inference mode, in transforms
of ``torch.func`` and under autocast.
"""

from contextlib import AbstractContextManager, nullcontext
from functools import cached_property
from numbers import Integral

import torch
from torch import Tensor, nn

from .checks import refuse_empty, require_finite, require_real_floats

Shape = tuple[int, ...]
AUTOCAST = ("cpu", "cuda", "mps", "xpu")  # where there is any; asking torch breaks compile


class kept(cached_property):
    """What an operator works out of its numbers once, and keeps until they change.

    It is kept as any later code can use it: what is made in inference mode is an ordinary
    tensor, and what is part of a graph, or of a transform of ``torch.func``, is made anew
    each time.
    """

    def __get__(self, H, owner=None):
        if H is None:
            return self
        with torch.inference_mode(False):
            value = super().__get__(H, owner)
        parts = value if isinstance(value, tuple) else (value,)
        if not all(map(_is_ordinary, parts)):
            vars(H).pop(self.attrname, None)
        return value


class Held(nn.Module):
    """A module whose buffers are not learned, and stay out of a checkpoint."""

    __array_ufunc__ = None  # or an array times one of these would be an array of them

    @property
    def dtype(self) -> torch.dtype | None:
        """The float type of what the operator holds; None if it holds nothing."""
        return next((x.real.dtype for x in self.buffers() if x.dtype != torch.int64), None)

    @property
    def device(self) -> torch.device | None:
        """Where the operator lives; None if it holds nothing and follows its input."""
        return next((x.device for x in self.buffers()), None)

    def register_buffer(self, name: str, tensor: Tensor, persistent: bool = True) -> None:
        """Hold a tensor, as an ordinary one also where it was made in inference mode."""
        with torch.inference_mode(False):
            held = tensor.clone() if tensor.is_inference() else tensor
            super().register_buffer(name, held, persistent)

    def _apply(self, fn, recurse: bool = True) -> nn.Module:
        """.to() and .double() change the numbers: what was made of them is made anew."""
        for name in [name for name in vars(self) if hasattr(type(self), name)]:
            if isinstance(getattr(type(self), name), kept):
                del vars(self)[name]
        with torch.inference_mode(False):
            return super()._apply(fn, recurse)


def fixed(name: str, x: Tensor) -> Tensor:
    """What an operator can be built from: finite real floats, one at least.

    Lists and arrays become tensors.
    """
    x = as_tensor(x)
    require_real_floats(name, x)
    refuse_empty(name, x)
    require_finite(name, x)
    return x


def number(name: str, x: float | Tensor) -> float | Tensor:
    """One finite real number; a tensor stays one, for it may be learned.

    Raises: TypeError for several numbers, or a complex one; ValueError for NaN or infinity.
    """
    one = as_tensor(x)
    if one.ndim or one.is_complex():
        found = f"{one.dtype} of shape {tuple(one.shape)}"
        raise TypeError(f"{name} must be one real number, not {found}")
    require_finite(name, one)
    return x if torch.is_tensor(x) else float(x)


def as_tensor(x: Tensor) -> Tensor:
    """A list or an array as a tensor; a tensor as it is, wherever torch likes tensors.

    Raises: TypeError for what has no numbers in it.
    """
    if torch.is_tensor(x):
        return x
    try:
        return torch.as_tensor(x)
    except (RuntimeError, TypeError, ValueError) as error:
        found = type(x).__name__
        raise TypeError(f"a tensor is needed, and {found} makes none: {error}") from error


def sizes(name: str, shape: Shape) -> Shape:
    """A shape that an operator can have: whole numbers, from 1.

    Raises: ValueError for any other.
    """
    found = shape if isinstance(shape, list | tuple) else ()
    if not found or not all(isinstance(n, Integral) and n > 0 for n in found):
        raise ValueError(f"{name} must be a tuple of whole numbers above 0, not {shape!r}")
    return tuple(map(int, found))


def in_full_precision(device: torch.device) -> AbstractContextManager:
    """Where autocast is on, a place where it is off.

    It would round a product to three digits, and the adjoint of one that it did not round.
    """
    kind = device.type
    if kind in AUTOCAST and torch.is_autocast_enabled(kind):
        return torch.autocast(kind, enabled=False)
    return nullcontext()


def _is_ordinary(x: Tensor) -> bool:
    """Whether x is no part of a graph, nor of a transform, whose tensors own no storage."""
    try:
        x.untyped_storage()
    except NotImplementedError:
        return False
    return not x.requires_grad
