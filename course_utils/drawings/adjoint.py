"""Two ways to a coefficient of an equation: two solutions a step, or one loss for all."""

from .canvas import Drawing, Point, in_two_layouts

LABEL = (
    "Left, a loop of four boxes: solve for u with the present a, compare with the data, "
    "solve the adjoint equation, and step. Right, two networks for u and a feed one loss "
    "of three terms, whose gradient goes back to their weights."
)
WIDE = {"size": (720, 268), "left": (4, 0), "right": (378, 0)}
NARROW = {"size": (348, 540), "left": (4, 0), "right": (4, 272)}
BOX = (148, 46)


def two_solves_or_one_loss() -> Drawing:
    """The adjoint's loop in the colour of what is computed, the PINN's in that of learning.

    Left, the equation holds in every step; right, it is one term of the loss.
    """
    return in_two_layouts(_layout)


def _layout(narrow: bool) -> Drawing:
    place = NARROW if narrow else WIDE
    drawing = Drawing(*place["size"], LABEL)
    for panel, name in ((_loop, "left"), (_loss, "right")):
        part = Drawing(340, 268, LABEL)
        panel(part)
        drawing.paste(part, place[name])
    return drawing


def _box(drawing: Drawing, corner: Point, words: str, role: str) -> None:
    drawing.box(corner, *BOX, words, role)


def _loop(drawing: Drawing) -> None:
    """a -> u -> r -> w -> the gradient, and back to a."""
    width, height = BOX
    right = 340 - width
    drawing.text((170, 14), "adjoint: the equation holds")
    _box(drawing, (0, 40), "solve\n$A(a) u = 1$", "classical")
    _box(drawing, (right, 40), "compare\n$r = g − S u$", "noise")
    _box(drawing, (right, 160), "solve\n$A(a) w = S^T r$", "classical")
    _box(drawing, (0, 160), "step along\n$−a u' w'$", "classical")
    middle = 40 + height / 2
    drawing.arrow((width, middle), (right, middle))
    drawing.text((170, middle - 14), "$u$")
    drawing.arrow((right + width / 2, 40 + height), (right + width / 2, 160))
    drawing.text((right + width / 2 + 14, 123), "$r$")
    drawing.arrow((right, 160 + height / 2), (width, 160 + height / 2))
    drawing.text((170, 160 + height / 2 - 14), "$w$")
    drawing.arrow((width / 2, 160), (width / 2, 40 + height))
    drawing.text((width / 2 - 40, 123), "new $a$")
    drawing.text((170, 240), "two solutions for a gradient", "quiet")


def _loss(drawing: Drawing) -> None:
    """Two networks, one loss, and the gradient back to their weights."""
    width, height = BOX
    right = 340 - width
    drawing.text((170, 14), "PINN: the equation is a term")
    _box(drawing, (0, 40), "network for\n$u(x)$", "learned")
    _box(drawing, (right, 40), "network for\n$a(x)$", "learned")
    drawing.box((34, 146), 272, 74, role="noise")
    drawing.text((170, 160), "$|(a u')' + 1|^2$ at points", "noise")
    drawing.text((170, 183), "$+ |g − S u|^2$ at the data")
    drawing.text((170, 206), "$+ λ |(log a)'|^2$, the prior")
    for x in (width / 2, right + width / 2):
        drawing.arrow((x - 8, 40 + height), (x - 8, 146))
        drawing.arrow((x + 8, 146), (x + 8, 40 + height), role="learned")
    drawing.text((170, 118), "gradient", "learned")
    drawing.text((170, 240), "thousands of steps on all weights", "quiet")
