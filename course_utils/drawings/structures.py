"""What is fixed and what is learned in eight structures, from nothing to everything."""

from dataclasses import dataclass

from .canvas import Drawing, Point, in_two_layouts

WIDE = 720
NARROW = 344
BOX = (56, 36)  # a part of a structure
ROW = 54  # the height of a row
TALL = 92  # of a row on a telephone
N = 32  # unknowns, and as many data, of the counts
LABEL = (
    "Eight structures in rows, what is fixed in blue and what is learned in orange. From "
    "the top: nothing is learned; a noise level; an error covariance; a correction of A; "
    "a weight for each mode; all of R; and step and prox of an unrolled network, shared or "
    "for each layer."
)
A = ("$A$", False)
C = ("$C$", False)
NOISE = ("$σ^2$", False)
ROWS = (  # the name, its parts and whether each is learned, what it computes
    ("fixed", (A, C, NOISE), "$C A^T (A C A^T + σ^2 I)^{−1}$"),
    ("retuned", (A, C, ("$v$", True)), "$C A^T (A C A^T + v I)^{−1}$"),
    ("covariance", (A, C, ("$Σ$", True)), "$C A^T (A C A^T + Σ)^{−1}$"),
    ("correction", (("$A + E$", True), C, NOISE), "fixed, with $A + E$ for $A$"),
    ("spectral", (("$U, V$", False), ("$w$", True)), "$V$ diag$(w) U^T$"),
    ("dense", (("$R$", True),), "$R$"),
    (
        "unrolled, shared",
        (A, ("$τ$", True), ("prox", True)),
        "prox$(f − τ A^T (A f − g))$",
    ),
    (
        "unrolled, free",
        (A, ("$τ_k$", True), ("prox$_k$", True)),
        "prox$_k (f − τ_k A^T (A f − g))$",
    ),
)


@dataclass(frozen=True)
class Structure:
    """A name, parts that are learned or not, a formula, and how many numbers it learns."""

    name: str
    parts: tuple[tuple[str, bool], ...]
    formula: str
    count: str


def structures(n: int = N) -> tuple[Structure, ...]:
    """The eight structures for n unknowns and n data; p is the size of a prox."""
    linear = (0, 1, n * (n + 1) // 2, n * n, n, n * n)
    counts = [f"{count:,}" for count in linear] + ["$p + 1$", "$K (p + 1)$"]
    both = zip(ROWS, counts, strict=True)
    return tuple(Structure(*row, count) for row, count in both)


def fixed_and_learned_parts() -> Drawing:
    """Eight structures by what they fix, in blue, and what they learn, in orange."""
    return in_two_layouts(_layout)


def _layout(narrow: bool) -> Drawing:
    rows = structures()
    height = TALL if narrow else ROW
    drawing = Drawing(NARROW if narrow else WIDE, height * len(rows) + 36, LABEL)
    for i, structure in enumerate(rows):
        _row(drawing, structure, (4, height * i + 6), narrow)
    y = drawing.height - 14
    drawing.text((4, y), "fixed: physics, prior", "classical", "start")
    x = NARROW - 4 if narrow else 260
    end = "end" if narrow else "start"
    drawing.text((x, y), "learned from pairs", "learned", end)
    return drawing


def _row(drawing: Drawing, structure: Structure, corner: Point, narrow: bool) -> None:
    """The name, the parts as boxes, the formula, and how many numbers are learned."""
    x, y = corner
    middle = y + BOX[1] / 2
    drawing.text((x, y + 8 if narrow else middle), structure.name, anchor="start")
    x, y = (x, y + 24) if narrow else (x + 134, y)
    for words, learned in structure.parts:
        drawing.box((x, y), *BOX, words, "learned" if learned else "classical")
        x += BOX[0] + 8
    if not narrow:
        drawing.text((350, middle), structure.formula, "quiet", "start")
    place = (NARROW - 4, corner[1] + 8) if narrow else (WIDE - 4, middle)
    role = "quiet" if structure.count == "0" else "learned"
    drawing.text(place, f"learns {structure.count}", role, "end")
