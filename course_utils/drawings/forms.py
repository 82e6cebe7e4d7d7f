"""The two forms of Tikhonov's estimate: boxes in the sizes of the matrices."""

from dataclasses import dataclass

from .canvas import Drawing, Point, in_two_layouts

N = 130.0  # the height of a column of n unknowns, in pixels
M = 66.0  # of m data
THIN = 14.0  # the width of a single column
GAP = 12.0
ROLES = {"solved": "learned", "given": "classical", "data": "data", "result": "ink"}
HEADS = {"first": "$(H^TH + λI)^{−1} H^T g$", "second": "$H^T (HH^T + λI)^{−1} g$"}
SOLVES = {"first": "solve for $n$ unknowns", "second": "solve for $m$ weights"}
LABEL = (
    "For few data of many unknowns, the first form inverts a large matrix, "
    "n by n, the second form a small one, m by m, and both give the same estimate."
)


@dataclass(frozen=True)
class Block:
    """One factor of a product: its rows, its columns, its name and its role."""

    rows: float
    columns: float
    name: str
    role: str


FORMS = {
    "first": (
        Block(N, N, "$n × n$", "solved"),
        Block(N, M, "$H^T$", "given"),
        Block(M, THIN, "$g$", "data"),
    ),
    "second": (
        Block(N, M, "$H^T$", "given"),
        Block(M, M, "$m × m$", "solved"),
        Block(M, THIN, "$g$", "data"),
    ),
}
ESTIMATE = Block(N, THIN, "$f_λ$", "result")


def two_forms() -> Drawing:
    """Both forms as products of boxes: what is inverted is n x n, or m x m."""
    return in_two_layouts(_layout)


def _layout(narrow: bool) -> Drawing:
    places = {"first": (8, 34), "second": (8, 238) if narrow else (392, 34)}
    drawing = Drawing(*((344, 420) if narrow else (720, 216)), LABEL)
    for form, place in places.items():
        _product(drawing, place, form)
    return drawing


def _product(drawing: Drawing, corner: Point, form: str) -> None:
    """The estimate, an equals sign, and the factors, with their middles on one line."""
    x, top = corner
    drawing.text((x, top - 20), HEADS[form], anchor="start")
    x = _block(drawing, (x, top), ESTIMATE)
    drawing.text((x + 2 * GAP, top + N / 2), "=")
    x += 4 * GAP
    for block in FORMS[form]:
        if block.role == "solved":
            _named_inverse(drawing, (x, top), block, SOLVES[form])
        x = _block(drawing, (x, top), block) + GAP / 2
        if block.role == "solved":
            drawing.text((x, top + (N - block.rows) / 2), "−1", anchor="start")
            x += 2 * GAP


def _block(drawing: Drawing, corner: Point, block: Block) -> float:
    """A box around its middle line, with its name in it or below; gives its right end."""
    x, top = corner
    y = top + (N - block.rows) / 2
    inside = block.columns > 2 * THIN
    drawing.box(
        (x, y),
        block.columns,
        block.rows,
        block.name if inside else "",
        ROLES[block.role],
    )
    if not inside:
        drawing.text((x + block.columns / 2, y + block.rows + 15), block.name)
    return x + block.columns


def _named_inverse(drawing: Drawing, corner: Point, block: Block, words: str) -> None:
    """What has to be solved, below the box that is inverted."""
    x = corner[0] + block.columns / 2
    drawing.text((x, corner[1] + N + 16), words, "learned")
