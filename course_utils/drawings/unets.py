"""A U-Net with its sizes, drawn from what the network itself does."""

from dataclasses import dataclass

from torch import nn

from .canvas import Drawing, Point, in_two_layouts
from .networks import sides
from .seen import Step, steps

BOX = (128, 70)
PITCH = 122  # from level to level
TOP = 44
LINE = 22


@dataclass(frozen=True)
class Levels:
    """The convolutions of each level on the way down, and on the way up to the first."""

    down: list[list[Step]]
    up: list[list[Step]]

    def label(self) -> str:
        """The network in a sentence."""
        levels = len(self.up)
        finest = sides(self.down[0][-1].shape[1:])
        coarsest = sides(self.down[-1][-1].shape[1:])
        return (
            f"A U-Net with {self.weights()}: {levels} times the size is halved, from "
            f"{finest} to {coarsest}, and doubled again; each level joins what it had on "
            "the way down."
        )

    def weights(self) -> str:
        """How many weights there are."""
        stages = [*self.down, *self.up]
        return f"{sum(step.weights for stage in stages for step in stage):,} weights"


def unet(net: nn.Module, shape: tuple[int, ...]) -> Drawing:
    """The convolutions of each level, what comes out of them, and what joins them.

    ``net`` is run once, with an input of this shape; what is drawn is what it did.

    Raises: ValueError for a network that is no U-Net.
    """
    done = steps(net, shape)
    stages = [[]]
    for step in done:
        if step.kind in ("halving", "doubling"):
            stages.append([])
        elif step.kind == "convolution":
            stages[-1].append(step)
    levels = [step.kind for step in done].count("halving")
    turns = [step.kind for step in done if step.kind not in ("convolution", "relu")]
    if turns != ["halving"] * levels + ["doubling", "joining"] * levels or levels == 0:
        raise ValueError(f"{type(net).__name__} is no U-Net: it does {turns}")
    read = Levels(stages[: levels + 1], stages[:levels:-1])
    return in_two_layouts(lambda narrow: _layout(read, 344 if narrow else 722))


def _layout(levels: Levels, width: float) -> Drawing:
    """The way down on the left, the way up on the right."""
    count = len(levels.up)
    height = TOP + PITCH * count + BOX[1] + 3 * LINE + 16
    drawing = Drawing(width, height, levels.label())
    middle = (width - BOX[0]) / 2
    between = width - 8 - 2 * BOX[0]
    shift = min((middle - 4) / count, (between - 40) / 2 / max(count - 1, 1))
    across = [4 + k * shift for k in range(count)] + [middle]
    left = [(x, TOP + k * PITCH) for k, x in enumerate(across)]
    right = [(width - x - BOX[0], y) for x, y in left]
    for stage, corner in zip([*levels.down, *levels.up], [*left, *right], strict=False):
        _stage(drawing, corner, stage)
    for k in range(count):
        _way(drawing, left[k], left[k + 1], False)
        _way(drawing, right[k], right[k + 1], True)
        _join(drawing, left[k], right[k])
    _ends(drawing, left[0], right[0])
    bottom = height - 3 * LINE + 6
    drawing.text((4, bottom), "halving, doubling, joining: fixed", "classical", "start")
    words = f"convolutions: learned, {levels.weights()}"
    drawing.text((4, bottom + LINE), words, "learned", "start")
    words = "$c × h × w$: channels, height, width"
    drawing.text((4, bottom + 2 * LINE), words, "quiet", "start")
    return drawing


def _stage(drawing: Drawing, corner: Point, stage: list[Step]) -> None:
    """What comes out of some convolutions, their kernels and their weights."""
    kernels = ", ".join(str(step.kernel[0]) for step in stage)
    weights = sum(step.weights for step in stage)
    words = f"{sides(stage[-1].shape)}\nkernels {kernels}\n{weights:,} weights"
    drawing.box(corner, *BOX, words, "learned")


def _way(drawing: Drawing, upper: Point, lower: Point, back: bool) -> None:
    """From a level to the next coarser one, or back."""
    width, height = BOX
    first, last = sorted((upper[0], lower[0]))
    overlap = first + width - last
    x = (last + first + width) / 2 if overlap > 24 else upper[0] + width / 2
    points = [(x, upper[1] + height + 4), (x, lower[1] - 4)]
    if overlap <= 24:
        side = lower[0] + width + 4 if back else lower[0] - 4
        points[1] = (x, lower[1] + height / 2)
        points.append((side, lower[1] + height / 2))
    drawing.arrow(*(reversed(points) if back else points), role="classical")
    words, anchor, by = ("double", "start", 10) if back else ("halve", "end", -10)
    drawing.text((x + by, upper[1] + height + 24), words, "classical", anchor)


def _join(drawing: Drawing, left: Point, right: Point) -> None:
    """What a level had on the way down is there again on the way up."""
    y = left[1] + BOX[1] / 2
    ends = (left[0] + BOX[0] + 4, right[0] - 4)
    drawing.arrow((ends[0], y), (ends[1], y), role="classical")
    drawing.text((sum(ends) / 2, y - 14), "join", "classical")


def _ends(drawing: Drawing, left: Point, right: Point) -> None:
    """The data above the way down, and the estimate above the way up."""
    for (x, y), words in ((left, "$g$"), (right, "$f̂$")):
        middle = x + BOX[0] / 2
        way = [(middle, 22), (middle, y - 4)]
        drawing.arrow(*(way if words == "$g$" else reversed(way)))
        drawing.text((middle, 10), words)
