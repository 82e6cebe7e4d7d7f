"""Convolutional networks with their sizes, drawn from what the network itself does."""

from dataclasses import dataclass
from itertools import pairwise

from torch import nn

from .canvas import Drawing, Point, in_two_layouts
from .neurons import added
from .seen import Step, steps

WIDE = 722
NARROW = 344
LINE = 22


@dataclass(frozen=True)
class Stack:
    """How the channels of a block lie: the sides of one, and the way to the next."""

    sides: Point
    shift: Point
    most: int  # channels that are shown

    def extent(self, channels: int) -> Point:
        """The width and the height of so many channels."""
        more = min(channels, self.most) - 1
        return tuple(a + more * abs(b) for a, b in zip(self.sides, self.shift, strict=True))

    def fitting(self, room: float) -> "Stack":
        """The same, so small that it has room."""
        part = min(1, room / self.extent(self.most)[0])
        sides, shift = (tuple(part * x for x in pair) for pair in (self.sides, self.shift))
        return Stack(sides, shift, self.most)


STANDING = {1: Stack((9, 84), (6, -3), 8), 2: Stack((48, 48), (6, -6), 5)}
LYING = {1: Stack((108, 8), (3, 5), 8), 2: Stack((40, 40), (5, 5), 5)}


@dataclass(frozen=True)
class Layer:
    """A convolution, and whether a relu follows."""

    step: Step
    relu: bool

    def words(self) -> str:
        """The layer in words."""
        dilation = f", dilation {self.step.dilation}" if self.step.dilation > 1 else ""
        return f"kernel {sides(self.step.kernel)}{dilation}{', ReLU' if self.relu else ''}"

    def weights(self) -> str:
        """How many weights it has."""
        return f"{self.step.weights:,} weights"


@dataclass(frozen=True)
class Chain:
    """One convolution after the other, from an input with so many channels."""

    channels: int
    layers: list[Layer]
    residual: bool

    def blocks(self) -> list[int]:
        """The channels of the input, and those after each layer."""
        return [self.channels, *(layer.step.shape[0] for layer in self.layers)]

    def size(self) -> tuple[int, ...]:
        """The size of every channel."""
        return self.layers[0].step.shape[1:]

    def weights(self) -> str:
        """How many weights there are, and how many of them are biases."""
        weights = sum(layer.step.weights for layer in self.layers)
        biases = sum(layer.step.biases for layer in self.layers)
        return f"{weights:,} weights" + f", {biases} of them biases" * (biases > 0)

    def label(self) -> str:
        """The chain in a sentence."""
        count = len(self.layers)
        channels = ", ".join(map(str, self.blocks()))
        tail = "; the input is added to what comes out" if self.residual else ""
        start = (
            f"A network of {count} convolution{'s' * (count > 1)} with {self.weights()}: "
        )
        return f"{start}its channels, of size {sides(self.size())}, are {channels}{tail}."

    def table(self) -> dict[str, list[str]]:
        """What each layer is, line by line."""
        layers = self.layers
        rows = {"kernel": [sides(layer.step.kernel) for layer in layers]}
        if any(layer.step.dilation > 1 for layer in layers):
            rows["dilation"] = [f"{layer.step.dilation}" for layer in layers]
        if any(layer.relu for layer in layers):
            rows["then"] = ["ReLU" * layer.relu for layer in layers]
        rows["weights"] = [f"{layer.step.weights:,}" for layer in layers]
        return rows


def cnn(net: nn.Module, shape: tuple[int, ...]) -> Drawing:
    """A chain of convolutions: what comes out of each, and how many weights it has.

    ``net`` is run once, with an input of this shape; what is drawn is what it did. The
    input may be added at the end.

    Raises: ValueError for a network that is no such chain.
    """
    done = steps(net, shape)
    kinds = [step.kind for step in done]
    residual = kinds[-1] == "sum"
    if not set(kinds[: -1 if residual else None]) <= {"convolution", "relu"}:
        raise ValueError(f"{type(net).__name__} is no chain of convolutions")
    layers = [
        Layer(step, following == "relu")
        for step, following in zip(done, [*kinds[1:], ""], strict=True)
        if step.kind == "convolution"
    ]
    chain = Chain(layers[0].step.inputs, layers, residual)
    return in_two_layouts(lambda narrow: _column(chain) if narrow else _row(chain))


def _row(chain: Chain) -> Drawing:
    """From left to right, with the numbers of each layer in a table below."""
    left = 118
    pitch = (WIDE - left - (132 if chain.residual else 92)) / len(chain.layers)
    stack = STANDING[len(chain.size())].fitting(pitch - 30)
    high = max(stack.extent(channels)[1] for channels in chain.blocks())
    axis = (34 if chain.residual else 6) + high / 2
    table = chain.table()
    below = axis + high / 2 + 20
    drawing = Drawing(WIDE, below + LINE * (len(table) + 2), chain.label())
    ends = []
    for k, channels in enumerate(chain.blocks()):
        place = (left + k * pitch, axis)
        _sheets(drawing, place, channels, stack, "ink" if k else "data")
        reach = stack.extent(channels)[0] / 2
        ends.append((place[0] - reach, place[0] + reach))
    for before, after in pairwise(ends):
        drawing.arrow((before[1] + 5, axis), (after[0] - 5, axis), role="learned")
    _table(drawing, {"channels": chain.blocks(), **table}, (left, below), pitch)
    drawing.text((ends[0][0] - 9, axis), "$g$", anchor="end")
    start = (left, axis - stack.extent(chain.channels)[1] / 2 - 4)
    _end_of_row(drawing, start if chain.residual else None, (ends[-1][1] + 5, axis))
    words = f"{chain.weights()}; each channel has {sides(chain.size())} values"
    last = (4, below + LINE * (len(table) + 1) + 4)
    drawing.text(last, words, anchor="start")
    return drawing


def _table(drawing: Drawing, table: dict, corner: Point, pitch: float) -> None:
    """Rows with their names on the left: the first below the blocks, others in between."""
    for line, (name, entries) in enumerate(table.items()):
        y = corner[1] + LINE * line
        role = "learned" if name == "weights" else "ink"
        drawing.text((4, y), name, "quiet", "start")
        for k, entry in enumerate(entries):
            if entry:
                x = corner[0] + (k + 0.5 * (line > 0)) * pitch
                drawing.text((x, y), f"{entry}", role)


def _end_of_row(drawing: Drawing, start: Point | None, place: Point) -> None:
    """The estimate, and the way of the input around the layers."""
    x, axis = place
    if start:
        drawing.arrow((x, axis), (x + 30, axis))
        x += 42
        drawing.arrow(start, (start[0], 14), (x, 14), (x, axis - 12), role="data")
        added(drawing, (x, axis))
        x += 12
    drawing.arrow((x, axis), (x + 32, axis))
    drawing.text((x + 40, axis), "$f̂$", anchor="start")


def _column(chain: Chain) -> Drawing:
    """From top to bottom, with the words of each layer beside its arrow."""
    stack = LYING[len(chain.size())]
    half = max(stack.extent(channels)[1] for channels in chain.blocks()) / 2
    pitch = 2 * half + 62
    x = 92
    top = half + 4
    bottom = top + pitch * len(chain.layers)
    low = bottom + stack.extent(chain.blocks()[-1])[1] / 2 + 6
    drawing = Drawing(NARROW, low + (156 if chain.residual else 106), chain.label())
    for k, channels in enumerate(chain.blocks()):
        y = top + pitch * k
        _sheets(drawing, (x, y), channels, stack, "ink" if k else "data")
        words = f"{'' if k else '$g$: '}{channels} channel{'s' * (channels > 1)}"
        drawing.text((172, y), words, anchor="start")
    for k, layer in enumerate(chain.layers):
        y = top + pitch * (k + 0.5)
        tail = y - pitch / 2 + stack.extent(chain.blocks()[k])[1] / 2 + 6
        head = y + pitch / 2 - stack.extent(chain.blocks()[k + 1])[1] / 2 - 6
        drawing.arrow((x, tail), (x, head), role="learned")
        drawing.text((x + 14, y - 10), layer.words(), anchor="start")
        drawing.text((x + 14, y + 10), layer.weights(), "learned", "start")
    around = (x - stack.extent(chain.channels)[0] / 2 - 6, top)
    _end_of_column(drawing, around if chain.residual else None, (x, low))
    words = f"{chain.weights()};\neach channel has {sides(chain.size())} values"
    drawing.text((4, drawing.height - 24), words, anchor="start")
    return drawing


def _end_of_column(drawing: Drawing, start: Point | None, place: Point) -> None:
    """The estimate, and the way of the input around the layers."""
    x, y = place
    if start:
        drawing.arrow((x, y), (x, y + 26))
        y += 38
        drawing.arrow(start, (14, start[1]), (14, y), (x - 12, y), role="data")
        added(drawing, (x, y))
        y += 12
    drawing.arrow((x, y), (x, y + 26))
    drawing.text((x, y + 42), "$f̂$")


def _sheets(
    drawing: Drawing, centre: Point, channels: int, stack: Stack, role: str
) -> None:
    """A sheet for each channel, up to those that are shown."""
    width, height = stack.sides
    dx, dy = stack.shift
    more = min(channels, stack.most) - 1
    for k in range(more, -1, -1):
        x = centre[0] + (k - more / 2) * dx
        y = centre[1] + (k - more / 2) * dy
        turns = ((-1, -1), (1, -1), (1, 1), (-1, 1))
        corners = [(x + a * width / 2, y + b * height / 2) for a, b in turns]
        drawing.polygon(corners, role)


def sides(size: tuple[int, ...]) -> str:
    """A size in words: 3 × 3."""
    return " × ".join(map(str, size))
