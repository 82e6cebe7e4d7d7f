"""Which chapters decide which claims: a line from each part of a text to its evidence."""

from collections.abc import Sequence

from .canvas import Drawing, Point, in_two_layouts

WIDE = 722
NARROW = 344
STEP = 27  # from line to line
NAMES = {"fourier": "Fourier", "svd": "SVD"}  # what is not written small
ROLES = {
    "holds": "classical",
    "holds if": "noise",
    "fails": "learned",
    "not testable here": "data",
}


def claims_and_chapters(claims: Sequence[dict]) -> Drawing:
    """A line for each claim, from its part of the text to each chapter that it leads to.

    ``claims`` have a "place", a "verdict" and a list "where" of ``chapter#label``, as
    ``audit.told`` makes them; the verdict is the colour and the style of the line.

    Raises: ValueError for no claim at all, or for a verdict that is none of the four.
    """
    strange = sorted({claim["verdict"] for claim in claims} - set(ROLES))
    if strange or not claims:
        known = ", ".join(ROLES)
        raise ValueError(f"one claim at least, with a verdict of {known}; got {strange}")
    return in_two_layouts(lambda narrow: _graph(claims, narrow))


def part(claim: dict) -> str:
    """The part of the text that a claim stands in: its place without what counts it."""
    return claim["place"].split(" · ")[0].rstrip(" 0123456789")


def links(claims: Sequence[dict]) -> list[tuple[str, str, str]]:
    """The part, the chapter and the verdict of each line, every line once."""
    found = [
        (part(claim), where.split("#")[0], claim["verdict"])
        for claim in claims
        for where in claim["where"]
    ]
    return list(dict.fromkeys(found))


def _graph(claims: Sequence[dict], narrow: bool) -> Drawing:
    lines = links(claims)
    parts = list(dict.fromkeys(name for name, _, _ in lines))
    chapters = sorted({chapter for _, chapter, _ in lines})
    rows = max(len(parts), len(chapters)) + 1
    label = (
        f"Lines from {len(parts)} parts of the summary to the {len(chapters)} chapters "
        "that their claims lead to, in the colour of the verdict."
    )
    drawing = Drawing(
        NARROW if narrow else WIDE, STEP * (rows + (4 if narrow else 1)), label
    )
    height = STEP * (rows - 1)
    left = _places(len(parts), height, 164 if narrow else 190)
    right = _places(len(chapters), height, 300 if narrow else 500)
    for name, (x, y) in zip(parts, left, strict=True):
        drawing.text((x - 8, y), name, anchor="end")
    for name, (x, y) in zip(chapters, right, strict=True):
        drawing.text((x + 8, y), _title(name, narrow), anchor="start")
    for name, chapter, verdict in lines:
        ends = (left[parts.index(name)], right[chapters.index(chapter)])
        drawing.line(*ends, ROLES[verdict])
    _key(drawing, STEP * rows, narrow)
    return drawing


def _places(count: int, height: float, x: float) -> list[Point]:
    """Places below one another, spread over the height."""
    return [(x, height * (line + 0.5) / count) for line in range(count)]


def _title(chapter: str, short: bool) -> str:
    """A chapter as its file is called: its number, and its words if there is room."""
    number, *words = chapter.split("-")
    if not number.isdigit():
        return chapter
    if short:
        return f"{int(number)}."
    title = " ".join(NAMES.get(word, word) for word in words)
    return f"{int(number)}. {title[0].upper()}{title[1:]}"


def _key(drawing: Drawing, top: float, narrow: bool) -> None:
    """What each colour says: in a row, or below one another."""
    for number, (verdict, role) in enumerate(ROLES.items()):
        x = 60 if narrow else 60 + 165 * number
        y = top + (STEP * number if narrow else 0)
        drawing.line((x, y), (x + 34, y), role)
        drawing.text((x + 42, y), verdict, anchor="start")
