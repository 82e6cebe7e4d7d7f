"""One look for every figure and table: a colour means the same thing on every page.

A figure costs one call. It has no title, because its caption states what it shows.
"""

from collections.abc import Sequence
from io import BytesIO

from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from torch import Tensor

from .tabular import Table, table

__all__ = ["Table", "curves", "images", "png", "spectrum", "table"]

LINE = (5.4, 2.5)  # inches
WIDE = (7.2, 2.4)
SQUARE = (3.4, 3.4)
TALL = (7.2, 4.8)
LOOK = {  # role: colour (>= 3:1 on white), and a line style that says the same without it
    "scene": {"color": "#000000", "ls": "-", "lw": 1.2},
    "data": {"color": "#7F7F7F", "ls": "-", "lw": 1.0},
    "classical": {"color": "#0072B2", "ls": "-", "lw": 1.6},
    "learned": {"color": "#D55E00", "ls": "--", "lw": 1.6},
    "noise": {"color": "#009E73", "ls": ":", "lw": 1.8},
}
MAPS = {
    "picture": "gray",
    "error": "RdBu_r",
    "spectrum": "viridis",
    "temperature": "inferno",
}
STYLE = {
    "font.size": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "legend.frameon": False,
}

Lines = dict[str, tuple[str, Tensor]]
Places = Tensor | dict[str, Tensor] | None


class Plate(Figure):
    """A figure that shows itself at double density, and leaves no state behind."""

    def _repr_mimebundle_(self, include=None, exclude=None):
        width, height = self.get_size_inches()
        size = {"width": round(100 * width), "height": round(100 * height)}
        text = f"<figure of {width:.1f} x {height:.1f} inches>"
        return {"image/png": png(self), "text/plain": text}, {"image/png": size}


def png(figure: Figure) -> bytes:
    """The figure as a PNG file of 200 dots per inch, with no date in it."""
    buffer = BytesIO()
    figure.savefig(buffer, format="png", dpi=200, metadata={"Software": None})
    return buffer.getvalue()


def curves(lines: Lines, xlabel: str, ylabel: str, x: Places = None) -> Plate:
    """Draw ``{label: (role, values)}`` on one pair of axes.

    ``x`` says where the values stand, for all lines or, as ``{label: x}``, for each.

    Shapes: values and x are (n,).
    """
    return _lines(lines, xlabel, ylabel, x)


def spectrum(lines: Lines, xlabel: str, ylabel: str, x: Places = None) -> Plate:
    """``curves`` on a logarithmic axis, for what falls over many powers of ten."""
    return _lines(lines, xlabel, ylabel, x, yscale="log")


def images(*rows: dict[str, Tensor], kind: str = "picture", limits=None) -> Plate:
    """Draw rows of ``{label: picture}``, one grey range for each row.

    ``kind`` is "picture"; or, with a scale beside it, "error" (centred on 0), "spectrum" or
    "temperature".

    Shape of a picture: (height, width).
    """
    with rc_context(STYLE):
        one_row = SQUARE if len(rows[0]) == 1 else WIDE
        size = TALL if len(rows) > 1 else one_row
        figure = Plate(figsize=size, layout="constrained")
        axes = figure.subplots(len(rows), max(map(len, rows)), squeeze=False)
        for row, line in zip(rows, axes, strict=True):
            _row(figure, row, line, kind, limits)
    return figure


def _row(figure: Figure, row: dict[str, Tensor], axes: Sequence, kind: str, limits) -> None:
    low, high = limits or _limits(row.values(), kind)
    for ax in axes:
        ax.set_axis_off()
    for (label, picture), ax in zip(row.items(), axes, strict=False):
        look = {"cmap": MAPS[kind], "vmin": low, "vmax": high, "interpolation": "nearest"}
        drawn = ax.imshow(_numbers(picture), aspect=_aspect(picture), **look)
        ax.set_axis_on()
        ax.set(xticks=[], yticks=[], xlabel=label)
        ax.spines[:].set_visible(False)
    if kind != "picture":
        figure.colorbar(drawn, ax=list(axes), fraction=0.03, pad=0.02)
        figure.draw_without_rendering()  # the room for its numbers is known after that


def _limits(pictures, kind: str) -> tuple[float, float]:
    pictures = [_numbers(p) for p in pictures]
    low = min(p.min().item() for p in pictures)
    high = max(p.max().item() for p in pictures)
    return (-max(-low, high), max(-low, high)) if kind == "error" else (low, high)


def _numbers(x: Tensor):
    if x.is_complex():
        raise TypeError("a figure shows real numbers: take .abs(), .angle() or .real")
    return x.detach().cpu().numpy()


def _aspect(picture: Tensor) -> str:
    height, width = picture.shape
    return "equal" if 0.5 <= height / width <= 2 else "auto"


def _lines(lines: Lines, xlabel: str, ylabel: str, x, yscale: str = "linear") -> Plate:
    with rc_context(STYLE):
        figure = Plate(figsize=LINE, layout="constrained")
        ax = figure.subplots()
        for label, (role, y) in lines.items():
            places = x[label] if isinstance(x, dict) else x
            places = range(len(y)) if places is None else _numbers(places)
            ax.plot(places, _numbers(y), label=label, **LOOK[role])
        ax.set(xlabel=xlabel, ylabel=ylabel, yscale=yscale)
        whole = all(float(v).is_integer() for line in ax.lines for v in line.get_xdata())
        ax.xaxis.get_major_locator().set_params(integer=whole)  # no layer 2.5
        _legend(figure, ax)
    return figure


def _legend(figure: Figure, ax) -> None:
    """A legend above the axes, in as many columns as fit into the width of the figure."""
    renderer = FigureCanvasAgg(figure).get_renderer()
    for columns in range(len(ax.lines), 0, -1):
        place = {"loc": "lower left", "bbox_to_anchor": (0, 1), "borderaxespad": 0}
        legend = ax.legend(ncols=columns, columnspacing=1.2, **place)
        if legend.get_window_extent(renderer).width < 0.85 * figure.bbox.width:
            return
