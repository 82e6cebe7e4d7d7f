"""An iteration drawn as a network, and what different networks learn of its layers."""

from dataclasses import dataclass

from .canvas import Drawing, Point, in_two_layouts
from .neurons import added

WIDE = 720
NARROW = 344
BOX = (52, 40)  # a factor of a layer
ROW = 84  # the height of a row of the table
M = 250  # data,
N = 500  # unknowns
K = 16  # and layers of the counts
LAYER = (
    "Above, an iteration: a matrix times the last estimate plus a matrix times the data, "
    "then a proximal operator, again and again. Below, the same step as layers 1 to K in a "
    "row, each with the data, its parts learned."
)
PARTS = (
    "The factors of a layer in five networks, fixed in blue and learned in orange: LISTA "
    "learns two matrices, the coupled one a single matrix, ALISTA a step and a threshold, "
    "HyperLISTA three numbers for all layers, a schedule two."
)
H = ("$H$", False)
W = ("$W$", False)
KINDS = (  # the name, what a layer holds and whether it is learned, and its step
    (
        "LISTA",
        (("$W_{0,k}$", True), ("$W_k$", True), ("$t_k$", True)),
        "soft$(W_{0,k} g + W_k f,  t_k)$",
    ),
    (
        "coupled weights",
        (("$W_k$", True), H, ("$t_k$", True)),
        "soft$(f − W_k(Hf − g),  t_k)$",
    ),
    (
        "ALISTA",
        (W, H, ("$γ_k$", True), ("$t_k$", True)),
        "soft$(f − γ_k W(Hf − g),  t_k)$",
    ),
    ("HyperLISTA", (W, H, ("$c_1, c_2, c_3$", True)), "rules from the residual"),
    (
        "schedule",
        (W, H, ("$a$", True), ("$ρ$", True)),
        "with $γ_k = 1$, $t_k = aρ^{k−1}$",
    ),
)


@dataclass(frozen=True)
class Kind:
    """A network: the factors of a layer, whether each is learned, its step, their count."""

    name: str
    factors: tuple[tuple[str, bool], ...]
    step: str
    count: int


def kinds(m: int = M, n: int = N, layers: int = K) -> tuple[Kind, ...]:
    """Networks by what they learn, for m data, n unknowns and so many layers."""
    counts = (layers * (m * n + n * n + 1), layers * (m * n + 1), 2 * layers, 3, 2)
    return tuple(Kind(*kind, count) for kind, count in zip(KINDS, counts, strict=True))


def unrolled_layer() -> Drawing:
    """One step of an iteration, and K steps as the layers of a network."""
    return in_two_layouts(_unrolled)


def learned_parts() -> Drawing:
    """What five networks learn of their layers, and how many numbers that is."""
    return in_two_layouts(_parts)


def _unrolled(narrow: bool) -> Drawing:
    drawing = Drawing(*((NARROW, 574) if narrow else (WIDE, 360)), LAYER)
    drawing.text((4, 14), "iteration: repeat one step", "classical", "start")
    with drawing.moved((0, 30) if narrow else (170, 30)):
        _step(drawing)
    top = 236
    drawing.text((4, top), "network: $K$ steps, parts of them learned", "learned", "start")
    (_column if narrow else _row)(drawing, top + 24)
    return drawing


def _step(drawing: Drawing) -> None:
    """The step as a loop: W f_(k-1) + W_0 g, then the proximal operator. 344 x 180."""
    low = 104
    high = 26
    plus = (186, low)
    for name, y, start in (("$W_0$", high, "$g$"), ("$W$", low, "$f_{k-1}$")):
        drawing.text((24, y), start)
        drawing.arrow((40, y), (72, y), role="data" if y == high else "ink")
        drawing.box((76, y - 20), 62, 40, name, "classical")
    drawing.arrow((142, high), (plus[0], high), (plus[0], low - 14))
    drawing.arrow((142, low), (plus[0] - 14, low))
    added(drawing, plus)
    drawing.arrow((plus[0] + 14, low), (218, low))
    drawing.box((222, low - 20), 62, 40, "prox", "classical")
    drawing.arrow((288, low), (310, low))
    drawing.text((328, low), "$f_k$")
    drawing.arrow((328, low + 18), (328, 164), (24, 164), (24, low + 18))
    drawing.text((176, 152), "again", "quiet")


def _row(drawing: Drawing, top: float) -> None:
    """Layers from left to right, with the data on a line above."""
    y = top + 64
    line = top + 12
    drawing.text((14, line), "$g$")
    drawing.text((26, y), "$f_0 = 0$")
    places = (80, 250, 486)
    for x, name in zip(places, ("1", "2", "K"), strict=True):
        _layer(drawing, (x, y - 26), name)
        drawing.arrow((x + 70, line), (x + 70, y - 30), role="data")
    drawing.line((26, line), (places[-1] + 70, line), "data")
    drawing.arrow((56, y), (places[0] - 4, y))
    drawing.arrow((224, y), (places[1] - 4, y))
    drawing.arrow((394, y), (416, y))
    drawing.text((437, y), "· · ·")
    drawing.arrow((458, y), (places[2] - 4, y))
    drawing.arrow((630, y), (654, y))
    drawing.text((686, y), "$f_K = f̂$")


def _column(drawing: Drawing, top: float) -> None:
    """Layers from top to bottom, with the data on a line to their left."""
    x = 194
    line = 60
    drawing.text((line, top + 4), "$g$")
    drawing.text((x, top + 4), "$f_0 = 0$")
    places = (top + 44, top + 124, top + 226)
    for y, name in zip(places, ("1", "2", "K"), strict=True):
        drawing.arrow((x, y - 26), (x, y - 6))
        _layer(drawing, (x - 70, y - 2), name)
        drawing.arrow((line, y + 24), (x - 74, y + 24), role="data")
    drawing.line((line, top + 18), (line, places[-1] + 24), "data")
    drawing.text((x, top + 186), "· · ·")
    drawing.arrow((x, places[-1] + 52), (x, places[-1] + 68))
    drawing.text((x + 12, places[-1] + 64), "$f_K = f̂$", anchor="start")


def _layer(drawing: Drawing, corner: Point, k: str) -> None:
    """A layer by its number, with what it may learn."""
    x, y = corner
    drawing.box((x, y), 140, 52, "", "learned")
    drawing.text((x + 70, y + 14), f"layer ${k}$")
    drawing.text((x + 70, y + 38), f"$W_{{0,{k}}}, W_{k}, prox_{k}$")


def _parts(narrow: bool) -> Drawing:
    rows = kinds()
    height = ROW + 16 if narrow else ROW - 24
    drawing = Drawing(NARROW if narrow else WIDE, height * len(rows) + 34, PARTS)
    for i, kind in enumerate(rows):
        _kind(drawing, kind, (4, height * i + 4), narrow)
    y = drawing.height - 14
    drawing.text((4, y), "fixed: computed from $H$", "classical", "start")
    x = NARROW - 4 if narrow else 260
    drawing.text((x, y), "learned or tuned", "learned", "end" if narrow else "start")
    return drawing


def _kind(drawing: Drawing, kind: Kind, corner: Point, narrow: bool) -> None:
    """The name of a network, the factors of a layer, and how many numbers it learns."""
    x, y = corner
    drawing.text((x, y + (9 if narrow else 20)), kind.name, anchor="start")
    x, y = (x, y + 24) if narrow else (x + 134, y)
    for name, learned in kind.factors:
        width = 2 * BOX[0] + 10 if len(name) > 12 else BOX[0]
        drawing.box((x, y), width, BOX[1], name, "learned" if learned else "classical")
        x += width + 10
    if not narrow:
        drawing.text((388, y + 20), kind.step, "quiet", "start")
    place = (NARROW - 4, corner[1] + 9) if narrow else (WIDE - 4, y + 20)
    drawing.text(place, f"{kind.count:,} numbers", "learned", "end")
