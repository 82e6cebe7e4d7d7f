"""How a network is trained: one step, again and again; and which data decide what."""

from itertools import pairwise

from .canvas import Drawing, Point, in_two_layouts

WIDE = 722
NARROW = 344
BOX = (176, 62)
WORDS = {
    "batch": ("a batch of\ntraining pairs $(g, f)$", "data"),
    "network": ("network\nwith weights $θ$", "learned"),
    "loss": ("loss: the mean\nof $(f̂ − f)^2$", "ink"),
    "gradient": ("gradient by the\nchain rule: $∂$loss/$∂θ$", "ink"),
    "step": ("step: $θ$ minus $τ$\ntimes the gradient", "learned"),
}
BETWEEN = ("$g$", "$f̂$", "", "")
AGAIN = "again with the next batch;\nan epoch takes every pair once"
PAIRS = ("training\npairs", "validation\npairs", "test\npairs")
DECIDE = (
    "the gradient: all weights",
    "the choices: learning rate,\nnetwork, when to stop",
    "nothing: one number,\nreported at the end",
)


def training_loop() -> Drawing:
    """From a batch of pairs to a loss, to its gradient, to a step of the weights."""
    return in_two_layouts(_loop)


def split() -> Drawing:
    """What the training, the validation and the test pairs decide."""
    return in_two_layouts(_split)


def _loop(narrow: bool) -> Drawing:
    label = (
        "A loop: a batch of training pairs goes through the network to the loss; its "
        "gradient makes a step of the weights, which go back into the network."
    )
    drawing = Drawing(*((NARROW, 512) if narrow else (WIDE, 262)), label)
    right = WIDE - 4 - BOX[0]
    middle = right / 2 + 2
    corners = (
        [(60, 4), (60, 112), (60, 220), (60, 328), (60, 436)]
        if narrow
        else [(4, 56), (middle, 56), (right, 56), (right, 190), (middle, 190)]
    )
    for (words, role), corner in zip(WORDS.values(), corners, strict=True):
        drawing.box(corner, *BOX, words, role)
    (_down if narrow else _around)(drawing, corners)
    return drawing


def _around(drawing: Drawing, corners: list[Point]) -> None:
    """The arrows of the wide loop."""
    width, height = BOX
    batch, network, loss = corners[:3]
    gradient, step = corners[3:]
    y = network[1] + height / 2
    low = step[1] + height / 2
    for start, end, words in ((batch, network, BETWEEN[0]), (network, loss, BETWEEN[1])):
        drawing.arrow((start[0] + width + 4, y), (end[0] - 4, y))
        drawing.text(((start[0] + width + end[0]) / 2, y - 16), words)
    tops = [(corner[0] + width / 2, corner[1] - 4) for corner in (batch, loss)]
    drawing.arrow(tops[0], (tops[0][0], 24), (tops[1][0], 24), tops[1], role="data")
    drawing.text((network[0] + width / 2, 12), "$f$")
    x = gradient[0] + width / 2
    drawing.arrow((x, loss[1] + height + 4), (x, gradient[1] - 4))
    drawing.arrow((gradient[0] - 4, low), (step[0] + width + 4, low))
    x = step[0] + width / 2
    drawing.arrow((x, step[1] - 4), (x, network[1] + height + 4), role="learned")
    drawing.text(
        (x + 12, (network[1] + height + step[1]) / 2), "new $θ$", "learned", "start"
    )
    drawing.text((4, low), AGAIN, "quiet", "start")


def _down(drawing: Drawing, corners: list[Point]) -> None:
    """The arrows of the narrow loop."""
    width, height = BOX
    x = corners[0][0] + width / 2
    for (upper, lower), words in zip(pairwise(corners), BETWEEN, strict=True):
        drawing.arrow((x, upper[1] + height + 4), (x, lower[1] - 4))
        drawing.text((x + 12, (upper[1] + height + lower[1]) / 2), words, anchor="start")
    right = corners[0][0] + width + 4
    first, last = (corners[k][1] + height / 2 for k in (0, 2))
    out = right + 28
    drawing.arrow((right, first), (out, first), (out, last), (right, last), role="data")
    drawing.text((right + 40, (first + last) / 2), "$f$", anchor="start")
    left = corners[0][0] - 4
    start, end = (corners[k][1] + height / 2 for k in (4, 1))
    out = left - 28
    drawing.arrow((left, start), (out, start), (out, end), (left, end), role="learned")
    drawing.text((left - 36, (start + end) / 2), "$θ$", "learned", "end")


def _split(narrow: bool) -> Drawing:
    label = (
        "Training pairs decide the gradient, and so the weights; validation pairs the "
        "choices; test pairs nothing: they give the number that is reported."
    )
    pitch = 84
    drawing = Drawing(NARROW if narrow else WIDE, 3 * pitch - 16, label)
    ends = (4, 94, 120) if narrow else (90, 246, 330)
    left, start, end = ends
    width = (NARROW if narrow else WIDE - 90) - end - 4
    roles = (("data", "learned"), ("data", "ink"), ("data", "noise"))
    for k, (pairs, decide) in enumerate(zip(PAIRS, DECIDE, strict=True)):
        y = 4 + pitch * k
        drawing.box((left, y), start - left - 4, 60, pairs, roles[k][0])
        drawing.arrow((start, y + 30), (end - 4, y + 30))
        drawing.box((end, y), width, 60, decide, roles[k][1])
    return drawing
