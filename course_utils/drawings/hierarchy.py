"""Two priors with hidden variables as graphs: a variance, or a label, for each pixel."""

from itertools import pairwise

from .canvas import Drawing, Point, in_two_layouts

LABEL = (
    "Two graphs. Left, arrows lead from theta to a hidden variance z, to the unknown f and "
    "to the data g; a plate holds z and f, one of each for every pixel. Right, "
    "labels z are joined to their neighbours; each points to its f, and so does theta. "
    "Sigma points to g on both sides."
)
RADIUS = 19
STEP = 74  # from one row of nodes to the next
WIDE = {"size": (720, 326), "left": (150, 62), "right": (550, 62)}
NARROW = {"size": (344, 664), "left": (150, 62), "right": (204, 402)}


def hierarchical_model() -> Drawing:
    """The graph of p(theta) p(z | theta) p(f | z, theta) p(g | f), twice.

    A node depends only on those that point to it, and what is measured is blue. A plate
    stands for a copy at each pixel; an arrow that ends on a frame means all nodes inside.
    The line between labels has no direction.
    """
    return in_two_layouts(_layout)


def _layout(narrow: bool) -> Drawing:
    place = NARROW if narrow else WIDE
    drawing = Drawing(*place["size"], LABEL)
    _variances(drawing, place["left"])
    _labels(drawing, place["right"])
    return drawing


def _down(top: Point, rows: float, aside: float = 0) -> Point:
    return top[0] + aside, top[1] + rows * STEP


def _node(drawing: Drawing, centre: Point, name: str, role: str = "ink") -> None:
    """An unknown as a circle; the role "classical" is for what is measured."""
    drawing.circle(centre, RADIUS, role)
    drawing.text(centre, name)


def _edge(drawing: Drawing, start: Point, end: Point) -> None:
    """An arrow from the rim of one node to that of another."""
    dx = end[0] - start[0]
    dy = end[1] - start[1]
    part = RADIUS / (dx**2 + dy**2) ** 0.5
    first = (start[0] + part * dx, start[1] + part * dy)
    last = (end[0] - 1.1 * part * dx, end[1] - 1.1 * part * dy)
    drawing.arrow(first, last, role="ink")


def _chain(drawing: Drawing, nodes: dict[str, Point]) -> None:
    """Nodes from above to below, each pointing to the next; the last is measured."""
    places = list(nodes.values())
    for start, end in pairwise(places):
        _edge(drawing, start, end)
    for name, place in nodes.items():
        _node(drawing, place, name, "classical" if name == "$g$" else "ink")


def _noise(drawing: Drawing, g: Point) -> None:
    """sigma, which points to the data."""
    sigma = (g[0] - 82, g[1])
    _edge(drawing, sigma, g)
    _node(drawing, sigma, "$σ$")


def _variances(drawing: Drawing, top: Point) -> None:
    """theta, z_j, f_j and g, with the law of each arrow beside it."""
    drawing.text((top[0] + 34, top[1] - 42), "a variance for each pixel")
    rows = {name: _down(top, k) for k, name in enumerate(("$θ$", "$z_j$", "$f_j$", "$g$"))}
    x, y = rows["$z_j$"]
    drawing.box((x - 44, y - 29), 88, STEP + 60, role="quiet")
    drawing.text((x - 52, y + STEP + 24), "pixels $j$", "quiet", "end")
    _noise(drawing, rows["$g$"])
    _chain(drawing, rows)
    laws = ("", "$1/z_j$ ~ Gamma", "$f_j$ ~ $N(0, z_j)$", "$g$ ~ $N(Hf, σ^2)$")
    for k, law in enumerate(laws):
        if law:
            drawing.text(_down(top, k, 54), law, anchor="start")


def _labels(drawing: Drawing, top: Point) -> None:
    """Labels of neighbouring pixels, the unknown at each, and the data of all."""
    drawing.text((top[0], top[1] - 42), "a label for each pixel")
    apart = (-64, 0, 64)
    g = _down(top, 3)
    theta = _down(top, 2, -142)
    for left, right in pairwise(apart):
        ends = _down(top, 1, left + RADIUS), _down(top, 1, right - RADIUS)
        drawing.line(*ends, "learned")
        drawing.text(_down(top, 0.8, (left + right) / 2), "$β$", "learned")
    for k, aside in enumerate(apart):
        z = _down(top, 1, aside)
        f = _down(top, 2, aside)
        _edge(drawing, z, f)
        _edge(drawing, f, g)
        _node(drawing, z, f"$z_{k + 1}$")
        _node(drawing, f, f"$f_{k + 1}$")
    left, y = _down(top, 2, apart[0] - 30)
    drawing.box((left, y - 30), 2 * (30 - apart[0]), 60, role="quiet")
    drawing.arrow((theta[0] + RADIUS, y), (left, y))
    _node(drawing, theta, "$θ$")
    _noise(drawing, g)
    _node(drawing, g, "$g$", "classical")
    drawing.text(_down(top, 0.2), "$f_j$ ~ $N(m_k, v_k)$ where $z_j = k$")
    drawing.text((theta[0], theta[1] + 34), "$m, v$", "quiet")
