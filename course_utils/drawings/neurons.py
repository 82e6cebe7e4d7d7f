"""What networks are made of: a neuron, a layer, a convolution, a sum around layers."""

import math

import torch

from .canvas import Drawing, Point, in_two_layouts

WIDE = 722
NARROW = 344
CELL = 24
KERNEL = torch.tensor([0.55, 1.0, 0.25])  # not symmetric
W = torch.tensor([[0.3, 0.9, 0.2], [1.0, 0.4, 0.7], [0.5, 0.2, 0.9], [0.2, 0.6, 0.4]])
LIT = 1  # the neuron of a layer whose weights are shown


def neuron() -> Drawing:
    """A weighted sum of inputs and a bias, and what a relu leaves of it."""
    return in_two_layouts(_neuron)


def layer() -> Drawing:
    """Neurons side by side: their weights are the rows of a matrix."""
    return in_two_layouts(_layer)


def convolution(n: int = 8) -> Drawing:
    """A kernel that slides along n pixels, and the matrix that does the same.

    Unit: n in pixels.
    """
    return in_two_layouts(lambda narrow: _convolution(n, narrow))


def residual() -> Drawing:
    """Layers whose output is added to their input."""
    return in_two_layouts(_residual)


def _neuron(narrow: bool) -> Drawing:
    label = (
        "A neuron: three inputs, each times a weight, are added to a bias; a ReLU keeps "
        "what is positive."
    )
    drawing = Drawing(NARROW if narrow else WIDE, 246, label)
    y = 92
    total = (150 if narrow else 320, y)
    relu = (244 if narrow else 480, y)
    out = 326 if narrow else 620
    _weighted(drawing, 24 if narrow else 130, total)
    drawing.circle(total, 25)
    drawing.text(total, "sum")
    drawing.arrow((total[0] + 29, y), (relu[0] - 35, y))
    _relu(drawing, relu)
    drawing.arrow((relu[0] + 35, y), (out - 12, y))
    drawing.text((out, y), "$y$")
    words = "$y$ = ReLU($w_1x_1 + w_2x_2 + w_3x_3 + b$)"
    drawing.text((drawing.width / 2, 226), words)
    return drawing


def _weighted(drawing: Drawing, left: float, total: Point) -> None:
    """Three inputs with their weights on the way to their sum, and the bias."""
    for k in range(3):
        place = (left, total[1] + 68 * (k - 1))
        start, end = between(place, total, 22, 29)
        drawing.arrow(start, end, role="learned")
        x, above = (a + 0.38 * (b - a) for a, b in zip(start, end, strict=True))
        drawing.text((x, above - 14), f"$w_{k + 1}$", "learned")
        drawing.circle(place, 18, "data")
        drawing.text(place, f"$x_{k + 1}$")
    x, y = total
    drawing.arrow((x, y + 78), (x, y + 29), role="learned")
    drawing.text((x + 10, y + 62), "$b$", "learned", "start")


def _relu(drawing: Drawing, centre: Point) -> None:
    """A box with the graph of a relu."""
    x, y = centre
    drawing.box((x - 31, y - 31), 62, 62, role="classical")
    drawing.line((x - 23, y + 16), (x + 23, y + 16), "quiet")
    drawing.polyline([(x - 23, y + 16), (x, y + 16), (x + 23, y - 20)], "classical")
    drawing.text((x, y + 46), "ReLU", "classical")


def _layer(narrow: bool) -> Drawing:
    label = (
        "A layer: three inputs go to four neurons; the weights of the second neuron are "
        "the second row of a matrix, and the layer is ReLU of the matrix times the input "
        "plus a bias."
    )
    drawing = Drawing(*((NARROW, 418) if narrow else (WIDE, 226)), label)
    _neurons(drawing, 72 if narrow else 60)
    with drawing.moved((22, 236) if narrow else (330, 36)):
        _matrix_form(drawing)
    return drawing


def _neurons(drawing: Drawing, left: float) -> None:
    """Three inputs and four neurons, one of them with its weights."""
    inputs = [(left, 26 + 58 * (k + 0.5)) for k in range(3)]
    outputs = [(left + 190, 26 + 58 * k) for k in range(4)]
    for i, place in enumerate(outputs):
        for source in inputs:
            role = "learned" if i == LIT else "quiet"
            start, end = between(source, place, 21, 21)
            if role == "learned":
                drawing.arrow(start, end, role=role)
            else:
                drawing.line(start, end, role)
        drawing.circle(place, 18, "learned" if i == LIT else "ink")
        drawing.text(place, f"$y_{i + 1}$")
    for k, place in enumerate(inputs):
        drawing.circle(place, 18, "data")
        drawing.text(place, f"$x_{k + 1}$")


def _matrix_form(drawing: Drawing) -> None:
    """y = ReLU(W x + b), every vector and matrix as cells."""
    rows, columns = W.shape
    x = torch.tensor([[0.7], [0.3], [0.9]])
    b = torch.tensor([[0.2], [0.5], [0.1], [0.4]])
    at = 0.0
    for name, values, role, words in (
        ("y", W @ x + b, "ink", "= ReLU("),
        ("W", W, "learned", ""),
        ("x", x, "data", "+"),
        ("b", b, "learned", ")"),
    ):
        at = _cells(drawing, at, name, values, role)
        room = 12 + 9 * len(words)
        drawing.text((at + room / 2, rows * CELL / 2), words)
        at += room
    words = f"row {LIT + 1} of $W$: neuron {LIT + 1};\n"
    words += f"{rows} × {columns} weights, {rows} biases"
    drawing.text((0, rows * CELL + 62), words, anchor="start")


def _cells(
    drawing: Drawing, at: float, name: str, values: torch.Tensor, role: str
) -> float:
    """A vector or a matrix with its name below, and where it ends."""
    height = len(W) * CELL
    size = CELL * values.shape[1]
    drawing.matrix((at, (height - CELL * len(values)) / 2), values, CELL, role)
    drawing.text((at + size / 2, height + 18), f"${name}$")
    if name in ("y", "W"):
        top = LIT * CELL
        corners = [(at, top), (at + size, top), (at + size, top + CELL), (at, top + CELL)]
        drawing.polyline([*corners, corners[0]])
    return at + size


def _convolution(n: int, narrow: bool) -> Drawing:
    taps = len(KERNEL)
    label = (
        f"A kernel of {taps} weights slides along {n} pixels; the same map as a matrix of "
        f"{n} rows, in which the {taps} weights stand on diagonals."
    )
    side = CELL * n
    size = (NARROW, 222 + side + 70) if narrow else (WIDE, side + 66)
    drawing = Drawing(*size, label)
    with drawing.moved(((NARROW - side) / 2 + 12, 8) if narrow else (40, 12)):
        _sliding(drawing, n)
    with drawing.moved(
        ((NARROW - side) / 2 + 12, 232) if narrow else (WIDE - 40 - side, 8)
    ):
        _band(drawing, n)
    return drawing


def _sliding(drawing: Drawing, n: int) -> None:
    """The kernel over some pixels, and the pixel that it makes of them."""
    taps = len(KERNEL)
    at = n // 2 - 1  # the pixel that is made
    first = at - taps // 2
    x = torch.tensor([0.2, 0.35, 0.75, 0.95, 0.8, 0.3, 0.45, 0.6]).repeat(n)[None, :n]
    y = _circulant(n) @ x.T
    drawing.text((-14, CELL / 2), "$w$", anchor="end")
    drawing.matrix((first * CELL, 0), KERNEL[None], CELL, "learned")
    beside = (n * CELL, CELL / 2)
    drawing.arrow((beside[0] - 60, beside[1]), (beside[0] - 14, beside[1]), role="learned")
    drawing.text((-14, 88), "$x$", anchor="end")
    drawing.matrix((0, 76), x, CELL, "data")
    for k in range(taps):
        middle = (first + k + 0.5) * CELL
        drawing.line((middle, CELL + 6), (middle, 70), "learned")
        drawing.arrow((middle, 106), ((at + 0.5) * CELL + (k - 1) * 5, 148), role="quiet")
    drawing.text((-14, 164), "$y$", anchor="end")
    drawing.matrix((0, 152), y.T, CELL)
    drawing.text((n * CELL / 2, 194), "products, then their sum", "quiet")


def _band(drawing: Drawing, n: int) -> None:
    """The matrix of the convolution."""
    drawing.text((-14, CELL * n / 2), "$W$", anchor="end")
    drawing.matrix((0, 0), _circulant(n), CELL, "learned")
    words = f"{n} × {n} = {n * n} entries,\n{len(KERNEL)} learned weights"
    drawing.text((CELL * n / 2, CELL * n + 30), words)


def _circulant(n: int) -> torch.Tensor:
    """The convolution with KERNEL and periodic ends, as a matrix."""
    taps = len(KERNEL)
    shifts = [torch.eye(n).roll(k - taps // 2, 1) for k in range(taps)]
    return sum(w * shift for w, shift in zip(KERNEL, shifts, strict=True))


def _residual(narrow: bool) -> Drawing:
    label = (
        "A residual connection: the input goes through the layers and around them, and "
        "both are added."
    )
    drawing = Drawing(NARROW if narrow else WIDE, 150, label)
    box = 58 if narrow else 190
    width = 150 if narrow else 220
    plus = 256 if narrow else 480
    y = 92
    start = box - 38 if narrow else box - 100
    end = plus + 70 if narrow else plus + 130
    fork = (start + box) / 2 + 2
    drawing.text((start, y), "$g$")
    drawing.arrow((start + 12, y), (box - 4, y))
    drawing.box((box, y - 30), width, 60, "layers:\nminus the noise", "learned")
    drawing.arrow((box + width + 4, y), (plus - 13, y))
    drawing.arrow((fork, y), (fork, 30), (plus, 30), (plus, y - 13), role="data")
    added(drawing, (plus, y))
    drawing.arrow((plus + 13, y), (end - 14, y))
    drawing.text((end, y), "$f̂$")
    drawing.text(((fork + plus) / 2, 14), "$g$, unchanged", "quiet")
    return drawing


def added(drawing: Drawing, place: Point) -> None:
    """Two values are added here."""
    x, y = place
    drawing.circle(place, 11)
    drawing.line((x - 6, y), (x + 6, y))
    drawing.line((x, y - 6), (x, y + 6))


def between(start: Point, end: Point, first: float, last: float) -> tuple[Point, Point]:
    """Two places on a line: so far from its start, and so far from its end."""
    dx = end[0] - start[0]
    dy = end[1] - start[1]
    a = first / math.hypot(dx, dy)
    b = 1 - last / math.hypot(dx, dy)
    return (
        (start[0] + a * dx, start[1] + a * dy),
        (start[0] + b * dx, start[1] + b * dy),
    )
