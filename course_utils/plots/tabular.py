"""Tables of numbers: aligned by their points, the best of each column in bold.

The same numbers stand in HTML, for pages and JupyterLab, and in plain text.
"""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

MISSING = "not measured"
HIDDEN = (
    "position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);"
    "white-space:nowrap"
)
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
LARGE = 1e6  # from here on numbers are written with a power of ten
RANGE = 1e4  # and where the largest is so many times the smallest
WIDTHS = {".": 0.5, " ": 0.5, "·": 0.5, "±": 1.1} | dict.fromkeys("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", 0.65)


@dataclass(frozen=True)
class Cell:
    """What stands in one place: ``whole`` before the point, ``rest`` from it on."""

    whole: str
    rest: str = ""
    best: bool = False

    @property
    def text(self) -> str:
        """The whole entry."""
        return self.whole + self.rest


@dataclass(frozen=True)
class Column:
    """A head and the cells below it, which are numbers or words."""

    head: str
    cells: list[Cell]
    numeric: bool


class Table:
    """A table that shows itself as HTML and as plain text."""

    def __init__(self, columns: list[Column], caption: str):
        self._columns = columns
        self._caption = caption

    def __repr__(self) -> str:
        return plain(self._columns, self._caption)

    def _repr_html_(self) -> str:
        return html(self._columns, self._caption)


def table(
    columns: dict[str, Sequence],
    best: dict[str, Callable] | None = None,
    digits: dict[str, int] | None = None,
    spread: dict[str, Sequence] | None = None,
    caption: str = "",
) -> Table:
    """A table of ``{head: values}``; a head ends with its unit, as in "error (dB)".

    ``best`` says of a column which of its numbers is best, ``{"error (dB)": min}``; what
    looks the same is marked, too. ``digits`` is how many stand behind the point, if not so
    many that the largest number has three; ``spread`` stands after ± in the same cell. None
    and NaN are "not measured". Words in the first column name their rows.

    Shapes: all columns and spreads are (n,).

    Raises: ValueError for columns of different lengths, and for a head that is none.
    """
    lengths = {head: len(values) for head, values in columns.items()}
    if len(set(lengths.values())) != 1:
        raise ValueError(f"the columns of a table are equally long, not {lengths}")
    given = [best or {}, digits or {}, spread or {}]
    for head in sorted(set().union(*given) - set(columns)):
        raise ValueError(f"no column is called {head!r}: there are {list(columns)}")
    made = [
        column(head, list(values), *(options.get(head) for options in given))
        for head, values in columns.items()
    ]
    return Table(made, caption)


def column(head: str, values: list, best, digits, spread) -> Column:
    """One column, of words as they are or of numbers as they are written."""
    if any(isinstance(value, str) for value in values):
        return Column(head, [Cell(words(value)) for value in values], numeric=False)
    numbers = [number(value) for value in values]
    measured = [x for x in numbers if math.isfinite(x)]
    whole = all(x == int(x) for x in measured) and not spread and digits is None
    places, powers = (0, False) if whole else form_of(measured, digits)
    texts = [written(x, places, powers) for x in numbers]
    winner = written(best(measured), places, powers) if best and measured else None
    spreads = [number(x) for x in spread] if spread is not None else []
    if len(spreads) not in (0, len(values)):
        raise ValueError(f"{head!r} has {len(values)} values and {len(spreads)} spreads")
    tails = [f" ± {written(x, places, powers)}" for x in spreads] or [""] * len(texts)
    cells = [
        Cell(*split(text, tail if text != MISSING else ""), best=text == winner)
        for text, tail in zip(texts, tails, strict=True)
    ]
    return Column(head, cells, numeric=True)


def words(value) -> str:
    """A value in a column of words."""
    return MISSING if value is None else str(value)


def number(value) -> float:
    """A value as a float; NaN if there is none."""
    return math.nan if value is None else float(value)


def form_of(numbers: list[float], digits: int | None) -> tuple[int, bool]:
    """How many places stand behind the point, and whether powers of ten do.

    Without ``digits`` the largest number has three, and the smallest one at least.
    """
    sizes = [abs(x) for x in numbers if x] or [1.0]
    largest = max(sizes)
    smallest = min(sizes)
    if digits is not None:
        return digits, largest >= LARGE or largest < 0.5 * 10**-digits
    if largest >= LARGE or largest > RANGE * smallest or largest < 1 / RANGE:
        return 2, True
    return max(0, 2 - order(largest), -order(smallest)), False


def order(size: float) -> int:
    """The power of ten of a size: 2 for 345."""
    return math.floor(math.log10(size))


def written(x: float, places: int, powers: bool) -> str:
    """A number with a true minus sign, and a power of ten if ``powers``."""
    if math.isnan(x):
        return MISSING
    if math.isinf(x):
        return "∞" if x > 0 else "−∞"
    if not powers:
        return f"{x:.{places}f}".replace("-", "−")
    mantissa, _, exponent = f"{x:.{min(places, 2)}e}".partition("e")
    return f"{mantissa} · 10{str(int(exponent)).translate(RAISED)}".replace("-", "−")


def split(text: str, tail: str) -> tuple[str, str]:
    """A number before its point, and from there on with what follows."""
    found = re.match(r"−?[\d∞]+", text)
    end = found.end() if found else len(text)
    return text[:end], text[end:] + tail


def plain(columns: list[Column], caption: str) -> str:
    """The table in letters of one width; a star marks the best."""
    made = [lines_of(column) for column in columns]
    rows = ["  ".join(row).rstrip() for row in zip(*made, strict=True)]
    starred = any(cell.best for column in columns for cell in column.cells)
    ends = ["* the best of its column"] if starred else []
    return "\n".join([caption, *rows, *ends] if caption else [*rows, *ends])


def lines_of(column: Column) -> list[str]:
    """A head, a rule and the cells of a column, all of one width."""
    if column.numeric:
        rest = max((len(tail(c)) for c in column.cells if c.text != MISSING), default=0)
        padded = [0 if cell.text == MISSING else rest for cell in column.cells]
        pairs = zip(column.cells, padded, strict=True)
        texts = [cell.whole + tail(cell).ljust(width) for cell, width in pairs]
    else:
        texts = [cell.text for cell in column.cells]
    width = max(map(len, [column.head, *texts]))
    align = str.rjust if column.numeric else str.ljust
    head = align(column.head, width)
    return [head, "-" * width, *(align(text, width) for text in texts)]


def tail(cell: Cell) -> str:
    """What stands from the point on, with the star of the best."""
    return cell.rest + " *" * cell.best


def html(columns: list[Column], caption: str) -> str:
    """The table as HTML that needs no style sheet."""
    heads = "".join(head_of(column) for column in columns)
    rows = zip(*(entries(column, k == 0) for k, column in enumerate(columns)), strict=True)
    body = "\n".join(f"<tr>{''.join(row)}</tr>" for row in rows)
    title = f"<caption>{escape(caption)}</caption>\n" if caption else ""
    return (
        '<div class="cu-table pst-scrollable-table-container" style="overflow-x:auto">\n'
        f'<table class="table" style="font-variant-numeric:tabular-nums">\n{title}'
        f"<thead><tr>{heads}</tr></thead>\n"
        f"<tbody>\n{body}\n</tbody>\n</table>\n</div>"
    )


def head_of(column: Column) -> str:
    """A head, with its unit on one line if it is short."""
    side = "right" if column.numeric else "left"
    name, unit = re.fullmatch(r"(.*?)( \([^()]{1,9}\))?", column.head).groups()
    unit = f'<span style="white-space:nowrap">{escape(unit)}</span>' if unit else ""
    return f'<th scope="col" style="text-align:{side}">{escape(name)}{unit}</th>'


def entries(column: Column, first: bool) -> list[str]:
    """The cells of a column as HTML; words in the first one name their rows."""
    if not column.numeric:
        tag = 'th scope="row"' if first else "td"
        style = 'style="text-align:left;font-weight:inherit"'
        return [f"<{tag} {style}>{escape(cell.text)}</{tag[:2]}>" for cell in column.cells]
    width = max((width_of(cell.rest) for cell in column.cells), default=0)
    return [numeral(cell, width) for cell in column.cells]


def whole_line(text: str) -> str:
    """The style that keeps a short text on one line."""
    return ";white-space:nowrap" if len(text) <= 24 else ";min-width:10em"


def width_of(text: str) -> float:
    """How wide a text is, about, if a digit is 1 wide."""
    return sum(WIDTHS.get(sign, 1) for sign in text)


def numeral(cell: Cell, width: float) -> str:
    """A number whose point stands below the one above it."""
    look = "text-align:right;white-space:nowrap;position:relative"
    weigh = "<strong>{}</strong>".format if cell.best else str
    place = f"display:inline-block;width:{width:.1f}ch;text-align:left;white-space:pre"
    rest = f'<span style="{place}">'
    rest += f"{weigh(escape(cell.rest))}</span>" if cell.rest else "</span>"
    mark = f'<span style="{HIDDEN}"> (best)</span>' if cell.best else ""
    if cell.text == MISSING:
        return f'<td style="{look}">{MISSING}</td>'
    return f'<td style="{look}">{weigh(cell.whole)}{rest if width else ""}{mark}</td>'
