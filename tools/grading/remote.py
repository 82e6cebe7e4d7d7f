"""A thing of another process that is used as if it were here.

The two ends of a channel keep what they lend under a number. A `Remote` at the other end
asks for calls, attributes and entries of it. A judge sends by pickle, for the player may
know everything that the judge sends; a player sends by `codec`. Whatever a test defines on
the spot, such as a lambda, goes by reference, and the player calls it back.

Networks and optimizers that a call is given come back as they are after it, for training
changes them in place.
"""

import io
import operator
import os
import pickle
import select
import sys
import time
import traceback
from types import FunctionType, MethodType

import torch

from . import codec

NO_VALUE = "what comes back is no number, tensor or text, and no list of these"
PREDICATES = {"allclose", "equal", "isclose", "all", "any", "isfinite", "isnan", "isreal"}
PREDICATES |= {"is_complex", "is_floating_point", "eq", "ne", "lt", "le", "gt", "ge"}
TRAINED = (torch.nn.Module, torch.optim.Optimizer)


class Failed(AssertionError):
    """The answer of a student ended in an error; the message says where, and which."""


class Late(BaseException):
    """There was no reply in time."""


class Gone(BaseException):
    """The other end is no longer there."""


def is_importable(thing):
    """Whether a function or a class is found at the other end under its own name."""
    found = sys.modules.get(getattr(thing, "__module__", None))
    for name in thing.__qualname__.split("."):
        found = getattr(found, name, None)
    return found is thing


class Lending(pickle.Pickler):
    """Pickles; but functions and classes of the spot, and their objects, are lent."""

    def __init__(self, file, channel):
        super().__init__(file, protocol=5)
        self._channel = channel

    def persistent_id(self, thing):
        if isinstance(thing, Remote):
            return "yours", thing._number
        if isinstance(thing, torch.Generator):
            return "generator", bytes(thing.get_state().numpy())
        if isinstance(thing, MethodType):
            return None if is_importable(thing.__func__) else self._lent(thing)
        kind = thing if isinstance(thing, FunctionType | type) else type(thing)
        return (
            None
            if is_importable(kind) or kind.__module__ == "builtins"
            else self._lent(thing)
        )

    def _lent(self, thing):
        return "mine", self._channel.keep(thing)


class Borrowing(pickle.Unpickler):
    """Reads what `Lending` wrote."""

    def __init__(self, file, channel):
        super().__init__(file)
        self._channel = channel

    def persistent_load(self, key):
        kind, value = key
        if kind == "generator":
            state = torch.frombuffer(bytearray(value), dtype=torch.uint8)
            return torch.Generator().set_state(state)
        return (
            self._channel.kept[value] if kind == "yours" else Remote(self._channel, value)
        )


class Channel:
    """One end of a pair of pipes between a judge and a player."""

    def __init__(self, read, write, *, trusted_reader, deadline=None):
        self._read = read
        self._write = write
        self._pickles = trusted_reader  # what the judge sends may be pickled
        self.deadline = deadline
        self.clock = time.monotonic  # by which the deadline is
        self.kept = []
        self.values_alone = False  # whether a reference is refused

    def keep(self, thing):
        """The number under which a thing is kept for the other end."""
        self.kept.append(thing)
        return len(self.kept) - 1

    def packed(self, value):
        """The bytes of a value, in the form that goes in this direction."""
        if not self._pickles:
            return codec.encode(value, self.keep)
        file = io.BytesIO()
        Lending(file, self).dump(value)
        return file.getvalue()

    def unpacked(self, message):
        """The value in a message from the other end."""
        if self._pickles:
            return codec.decode(message, self._lent)
        return Borrowing(io.BytesIO(message), self).load()

    def _lent(self, number):
        if self.values_alone:
            raise Failed(NO_VALUE)
        return Remote(self, number)

    def send(self, value):
        """Send a value."""
        message = self.packed(value)
        data = len(message).to_bytes(8) + message
        try:
            while data:
                self._wait(write=True)
                data = data[os.write(self._write, data[: 2**16]) :]
        except OSError as error:
            raise Gone from error

    def receive(self):
        """The next value from the other end."""
        length = int.from_bytes(self._take(8))
        if length > codec.LARGEST:
            raise codec.Unreadable("what came back is too large")
        return self.unpacked(self._take(length))

    def _take(self, length):
        data = bytearray()
        while len(data) < length:
            self._wait(write=False)
            piece = os.read(self._read, min(length - len(data), 2**20))
            if not piece:
                raise Gone
            data += piece
        return bytes(data)

    def _wait(self, *, write):
        if self.deadline is None:
            return
        reads = [] if write else [self._read]
        writes = [self._write] if write else []
        while (left := self.deadline - self.clock()) > 0:
            if any(select.select(reads, writes, [], left)):
                return
        raise Late

    def ask(self, *request):
        """Ask the other end to do something, and do meanwhile what it asks for."""
        self.send(["ask", *request])
        while True:
            kind, *message = self.receive()
            if kind == "ask":
                self.answer(message)
            elif kind == "failed":
                raise Failed(str(message[0])[:400])
            else:
                return message

    def answer(self, request):
        """Do what the other end asks for, and send what comes of it."""
        try:
            reply = ["done", *self._done(*request)]
        except Exception as error:  # whatever the code of a student may raise
            reply = ["failed", described(error)]
        self.send(reply)

    def _done(self, name, number, args, kwargs):
        """What came of a request, and then the states of what it may have trained."""
        thing = self.kept[number]
        found = ACTIONS[name](thing, *args, **kwargs)
        trained = [] if self._pickles else trained_in([*args, *kwargs.values()])
        return [found, [one.state_dict() for one in trained]]


def trained_in(args):
    """The networks and optimizers among arguments, and in lists of them."""
    flat = [x for a in args for x in (a if isinstance(a, list | tuple) else [a])]
    return [x for x in flat if isinstance(x, TRAINED)]


def called(thing, *args, **kwargs):
    """The result of a call."""
    return thing(*args, **kwargs)


def from_the_right(operation):
    """An operation with its two sides exchanged."""
    return lambda a, b: operation(b, a)


ACTIONS = {
    **{"call": called, "getattr": getattr, "getitem": operator.getitem},
    **{"iter": iter, "next": next, "len": len},
    **{"matmul": operator.matmul, "rmatmul": from_the_right(operator.matmul)},
    **{"mul": operator.mul, "rmul": from_the_right(operator.mul)},
}


class Remote:
    """A thing that another process keeps.

    Nothing is asked of it that would be believed: it is not compared, and no predicate of
    it is called. Where the channel takes values alone, all that it can be is called.
    """

    def __init__(self, channel, number):
        self._channel = channel
        self._number = number

    def _ask(self, name, *args, **kwargs):
        if self._channel.values_alone and name != "call":
            raise Failed(NO_VALUE)
        found, states = self._channel.ask(name, self._number, list(args), kwargs)
        for one, state in zip(trained_in([*args, *kwargs.values()]), states, strict=False):
            one.load_state_dict(state)
        return found

    def __call__(self, *args, **kwargs):
        return self._ask("call", *args, **kwargs)

    def __getattr__(self, name):
        if name.startswith("__") or name in PREDICATES:
            raise AttributeError(name)
        return self._ask("getattr", name)

    def __getitem__(self, key):
        return self._ask("getitem", key)

    def __len__(self):
        return self._ask("len")

    def __matmul__(self, other):
        return self._ask("matmul", other)

    def __rmatmul__(self, other):
        return self._ask("rmatmul", other)

    def __mul__(self, other):
        return self._ask("mul", other)

    def __rmul__(self, other):
        return self._ask("rmul", other)

    def __next__(self):
        try:
            return self._ask("next")
        except Failed as error:
            if "StopIteration" in str(error):
                raise StopIteration from None
            raise

    def __iter__(self):
        found = self._ask("iter")
        return found if isinstance(found, Remote) else iter(found)


def described(error):
    """An error in the code of a student: their line, if it is known, and what it says."""
    lines = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == ANSWER]
    first = (str(error).strip().splitlines() or ["no reason is given"])[0][:200]
    line = f"your line `{lines[-1].line}` ends in " if lines else ""
    return f"{line}{type(error).__name__}: {first}"


ANSWER = "the answer"  # the name of the file that the cell of a student is compiled from
