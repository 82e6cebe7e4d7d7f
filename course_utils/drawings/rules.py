"""How five rules read lambda: a level that is reached, a corner, and three minima."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from .canvas import Drawing, Point, in_two_layouts

LABEL = (
    "Five small plots over lambda: the residual crosses the level of the noise, GCV, SURE "
    "and the evidence each have a minimum, and the L-curve has a corner. A dot marks where "
    "each rule reads lambda."
)
PLOT = (124, 96)  # pixels
WIDE = {"size": (722, 180), "pitch": (148, 0), "columns": 5}
NARROW = {"size": (344, 536), "pitch": (176, 178), "columns": 2}
FIRST = (4, 34)  # the upper left corner of the first plot
LAM = torch.logspace(-5, 0.5, 56, dtype=torch.float64)
SIGMA = 0.05
N = 40


@dataclass(frozen=True)
class Reading:
    """A curve, where it is read, and what stands above and below it.

    Shapes: x and y are (k,), in [0, 1]; ``at`` is a place among the k.
    """

    name: str
    words: str
    x: Tensor
    y: Tensor
    at: int
    level: float | None = None


def reading_lambda() -> Drawing:
    """Five plots over log lambda, with a dot where each rule reads its lambda.

    The curves are those of a problem whose singular values fall exponentially, with the
    squares of the data coefficients at their means, (s a)^2 + sigma^2.
    """
    return in_two_layouts(_layout)


def squares() -> tuple[Tensor, Tensor]:
    """The singular values, and the mean squares of the data coefficients. Shapes: (n,)."""
    i = torch.arange(N, dtype=torch.float64)
    s = torch.exp(-i / 5)
    a = 1 / (1 + 0.3 * i)
    return s, (s * a) ** 2 + SIGMA**2


def readings() -> list[Reading]:
    """The five rules, each with its curve over LAM."""
    s, c2 = squares()
    w = LAM[:, None] / (s**2 + LAM[:, None])
    residual = (w**2 * c2).sum(-1)
    risk = residual + 2 * SIGMA**2 * (1 - w).sum(-1)
    gcv = residual / w.sum(-1) ** 2
    evidence = N * (w * c2).sum(-1).log() - w.log().sum(-1)
    level = N * SIGMA**2
    crossing = int((residual - level).abs().argmin())
    return [
        _over_lam("discrepancy", "residual $= mσ^2$", residual.log(), crossing, level),
        _minimum("GCV", "least quotient", gcv.log()),
        _minimum("SURE", "least estimated risk", risk.log()),
        _corner(s, w, c2),
        _minimum("evidence", "least $−2$ log $p(g)$", evidence),
    ]


def _over_lam(
    name: str, words: str, values: Tensor, at: int, level: float | None = None
) -> Reading:
    scale = _unit(values)
    height = None if level is None else scale(torch.tensor(level).log()).item()
    x = torch.linspace(0, 1, len(LAM), dtype=torch.float64)
    return Reading(name, words, x, scale(values), at, height)


def _minimum(name: str, words: str, values: Tensor) -> Reading:
    return _over_lam(name, words, values, int(values.argmin()))


def _corner(s: Tensor, w: Tensor, c2: Tensor) -> Reading:
    """The L-curve; its curvature is that of ``choose.l_curve``."""
    residual = (w**2 * c2).sum(-1)
    size = ((w * s / LAM[:, None]) ** 2 * c2).sum(-1)
    slope = 2 * (w**2 * c2 * (1 - w)).sum(-1)
    x = slope / residual
    y = -slope / (LAM * size)
    bend = 2 * x * y * (x - y - 1) / (x**2 + y**2) ** 1.5
    across = _unit(residual.log())(residual.log())
    upwards = _unit(size.log())(size.log())
    return Reading("L-curve", "the corner", across, upwards, int(bend.argmax()))


def _unit(values: Tensor) -> Callable[[Tensor], Tensor]:
    """The map that takes these values to [0, 1]."""
    low = values.min()
    span = values.max() - low
    return lambda v: (v - low) / span


def _layout(narrow: bool) -> Drawing:
    place = NARROW if narrow else WIDE
    drawing = Drawing(*place["size"], LABEL)
    for k, reading in enumerate(readings()):
        row, column = divmod(k, place["columns"])
        x = FIRST[0] + column * place["pitch"][0] + 10 * narrow
        _plot(drawing, (x, FIRST[1] + row * place["pitch"][1]), reading)
    return drawing


def _plot(drawing: Drawing, corner: Point, reading: Reading) -> None:
    """One small plot: axes, the curve, a dot where it is read."""
    left, top = corner
    width, height = PLOT
    bottom = top + height
    drawing.text((left + width / 2, top - 20), reading.name)
    drawing.arrow((left, bottom), (left, top - 4), role="quiet")
    drawing.arrow((left, bottom), (left + width + 8, bottom), role="quiet")
    places = [
        (left + 6 + (width - 12) * x, bottom - 6 - (height - 14) * y)
        for x, y in zip(reading.x.tolist(), reading.y.tolist(), strict=True)
    ]
    if reading.level is not None:
        y = bottom - 6 - (height - 14) * reading.level
        drawing.line((left + 2, y), (left + width, y), "noise")
        drawing.text((left + 22, y - 12), "$mσ^2$", "noise")
    drawing.polyline(places, "classical")
    at = places[reading.at]
    if reading.name != "L-curve":
        drawing.line(at, (at[0], bottom), "quiet")
    drawing.dot(at)
    axis = "log residual" if reading.name == "L-curve" else "log $λ$"
    drawing.text((left + width, bottom + 14), axis, "quiet", "end")
    drawing.text((left + width / 2, bottom + 37), reading.words)
