"""What a judge accepts from a player: values as plain bytes, and references to the rest.

    number, text, None, ...    as in JSON
    tensor, array              its type, its shape and its bytes
    list, tuple, set, dict     of such values
    anything else              the number under which the player keeps it

Decoding runs no code of the sender: there is no pickle in this direction.
"""

import json
import math
from collections.abc import Mapping

import numpy as np
import torch

LARGEST = 256 * 2**20  # bytes of one message
LONGEST = 16 * 2**20  # bytes of what is not in tensors: as objects it is many times more
DEEPEST = 20  # lists within lists
SEQUENCES = {"list": list, "tuple": tuple, "set": set}
TYPES = {
    str(dtype).removeprefix("torch."): dtype
    for dtype in vars(torch).values()
    if isinstance(dtype, torch.dtype)
    and (dtype.is_floating_point or dtype.is_complex)
    and dtype.itemsize > 1
} | {
    name: getattr(torch, name)
    for name in ("bool", "uint8", "int8", "int16", "int32", "int64")
}


class Unreadable(BaseException):
    """A message that is not of this form; it says no more than that."""


def encode(value, keep):
    """The bytes of a value; ``keep`` gives a number to what is sent by reference."""
    blobs = []
    head = json.dumps(described(value, keep, blobs)).encode()
    lengths = [len(head), *map(len, blobs)]
    return json.dumps(lengths).encode() + b"\n" + b"".join([head, *blobs])


def described(value, keep, blobs):
    """A value as JSON; the bytes of tensors and arrays go to ``blobs``."""
    if value is None or isinstance(value, bool | str):
        return ["plain", value]
    if isinstance(value, int | float):
        return ["plain", int(value) if isinstance(value, int) else float(value)]
    if isinstance(value, complex):
        return ["complex", value.real, value.imag]
    if isinstance(value, np.ndarray | np.generic) and value.dtype.kind in "biufc":
        return ["array", described(torch.as_tensor(np.array(value)), keep, blobs)]
    if isinstance(value, torch.Tensor) and str(value.dtype).removeprefix("torch.") in TYPES:
        plain = value.detach().cpu().contiguous().resolve_conj().resolve_neg()
        blobs.append(plain.reshape(-1).view(torch.uint8).numpy().tobytes())
        name = str(plain.dtype).removeprefix("torch.")
        return ["tensor", name, list(plain.shape), bool(value.requires_grad)]
    if isinstance(value, Mapping) and type(value).__module__ in ("builtins", "collections"):
        pairs = [[described(x, keep, blobs) for x in pair] for pair in value.items()]
        return ["dict", pairs]
    for name, kind in SEQUENCES.items():
        if isinstance(value, kind):
            return [name, [described(x, keep, blobs) for x in value]]
    return ["reference", keep(value)]


def decode(message, resolve):
    """The value in a message; ``resolve`` stands in for what was sent by reference.

    Raises: Unreadable for whatever is no message.
    """
    try:
        first, _, rest = message.partition(b"\n")
        head, *lengths = map(int, json.loads(within(first)))
        blobs = taken_apart(rest[head:], lengths)
        return built(json.loads(within(rest[:head])), resolve, blobs, DEEPEST)
    except (
        ValueError,
        TypeError,
        KeyError,
        IndexError,
        RuntimeError,
        RecursionError,
    ) as error:
        raise Unreadable("what came back cannot be read") from error


def within(text):
    """A text to be read as JSON, unless it is longer than any value of an answer."""
    if len(text) > LONGEST:
        raise ValueError("too much that is not in tensors")
    return text


def taken_apart(data, lengths):
    """The parts of some bytes, by their lengths, one after the other."""
    if sum(lengths) != len(data) or min(lengths, default=0) < 0:
        raise ValueError("the lengths do not add up")
    place = 0
    for length in lengths:
        yield data[place : place + length]
        place += length


def built(node, resolve, blobs, depth):
    """A value from its description."""
    kind, *rest = node
    if depth == 0:
        raise ValueError("lists within lists within lists")
    if kind == "plain" and (
        rest[0] is None or isinstance(rest[0], bool | int | float | str)
    ):
        return rest[0]
    if kind == "complex":
        return complex(float(rest[0]), float(rest[1]))
    if kind == "tensor":
        return tensor(*rest, next(blobs, b""))
    if kind == "array":
        return built(rest[0], resolve, blobs, depth - 1).numpy()
    if kind == "dict":
        pairs = [[built(x, resolve, blobs, depth - 1) for x in pair] for pair in rest[0]]
        return {key: value for key, value in pairs}
    if kind == "reference":
        return resolve(int(rest[0]))
    return SEQUENCES[kind](built(x, resolve, blobs, depth - 1) for x in rest[0])


def tensor(name, shape, needs_grad, data):
    """A tensor from its type, its shape and its bytes."""
    shape = [int(n) for n in shape]
    dtype = TYPES[name]
    if min(shape, default=0) < 0 or math.prod(shape) * dtype.itemsize != len(data):
        raise ValueError("not as many bytes as the shape says")
    flat = (
        torch.frombuffer(bytearray(data), dtype=dtype)
        if data
        else torch.empty(0, dtype=dtype)
    )
    return flat.reshape(shape).requires_grad_(bool(needs_grad) and dtype.is_floating_point)
