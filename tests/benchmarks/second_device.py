"""A second device on a machine that has none: torch's "meta", with numbers behind it.

Within ``SecondDevice()`` a tensor on "meta" keeps its numbers on the processor and computes
with them, and what a graphics card refuses is refused: tensors on two devices in one
operation, and a generator of the processor for a draw elsewhere. As on a card, a number
without dimensions may come from the processor where the operation goes entry by entry, and
so may an index.
"""

import torch
from torch.utils._python_dispatch import TorchDispatchMode, return_and_correct_aliasing
from torch.utils._pytree import tree_flatten, tree_map

aten = torch.ops.aten
PROCESSOR = torch.device("cpu")
CROSSING = {aten._to_copy, aten.copy_}  # may see two devices
INDEXING = {aten.index, aten.index_put, aten.index_put_, aten._index_put_impl_}
BY_ENTRY = {
    *(aten.add, aten.sub, aten.rsub, aten.mul, aten.div, aten.pow, aten.lerp, aten.where),
    *(aten.clamp, aten.maximum, aten.minimum, aten.fill_, aten.add_, aten.mul_, aten.div_),
    *(aten.eq, aten.ne, aten.lt, aten.le, aten.gt, aten.ge),
}
PLAIN = {aten._conj: aten.conj_physical.default, aten._neg_view: aten.neg.default}


class Far(torch.Tensor):
    """A tensor on the second device; ``near`` has its numbers."""

    is_meta = False  # it has numbers

    @staticmethod
    def __new__(cls, near: torch.Tensor):
        strides = near.stride() if near.layout == torch.strided else None
        shape = {"strides": strides, "dtype": near.dtype, "device": "meta"}
        return torch.Tensor._make_wrapper_subclass(cls, near.shape, **shape)

    def __init__(self, near: torch.Tensor):
        self.near = near

    @property
    def data(self) -> torch.Tensor:
        """The numbers, out of sight of autograd."""
        return self.detach()

    @data.setter
    def data(self, value: "Far") -> None:
        self.near = value.near

    def tolist(self) -> list:
        """The numbers."""
        return self.near.tolist()

    def new_tensor(self, numbers) -> "Far":
        """Further numbers beside these."""
        return torch.tensor(numbers, dtype=self.dtype).to("meta")

    @classmethod
    def __torch_dispatch__(cls, function, types, args=(), kwargs=None):
        return operate(function, args, kwargs or {})


class SecondDevice(TorchDispatchMode):
    """The time in which "meta" has numbers."""

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        return operate(function, args, kwargs or {})


def operate(function, args: tuple, kwargs: dict):
    """One operation of torch, on the numbers; the result lives where it would live."""
    kind = function.overloadpacket
    given = tree_flatten((args, kwargs))[0]
    is_far = any(isinstance(x, Far) for x in given)
    place = kwargs.get("device")
    if place is not None:
        is_far = torch.device(place).type == "meta"
        kwargs = kwargs | {"device": PROCESSOR}
    if kind not in CROSSING:
        refuse_two_devices(kind, given, is_far)
    call = PLAIN.get(kind, function) if is_far else function
    near_args, near_kwargs = tree_map(near, (args, kwargs))
    found = call(*near_args, **near_kwargs)
    if kind is aten.copy_:
        return args[0]
    if not is_far or kind is aten._local_scalar_dense:
        return found
    found = tree_map(far, found)
    if place is not None or call is not function:
        return found
    return return_and_correct_aliasing(function, args, kwargs, found)


def near(x):
    """The numbers of a tensor."""
    return x.near if isinstance(x, Far) else x


def far(x):
    """The same numbers on the second device."""
    return Far(x) if isinstance(x, torch.Tensor) and not isinstance(x, Far) else x


def refuse_two_devices(kind, given: list, is_far: bool) -> None:
    """As a card does."""
    tensors = [x for x in given if isinstance(x, torch.Tensor)]
    if is_far and any(isinstance(x, torch.Generator) for x in given):
        raise RuntimeError(f"a generator of the processor draws elsewhere: {kind}")
    if kind in INDEXING and isinstance(tensors[0], Far):
        return
    here = [x for x in tensors if not isinstance(x, Far)]
    if len(here) < len(tensors) and any(x.ndim or kind not in BY_ENTRY for x in here):
        raise RuntimeError(f"Expected all tensors to be on the same device: {kind}")
