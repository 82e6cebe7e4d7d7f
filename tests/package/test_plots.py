"""Figures follow the house style and leave no state behind."""

import io
import re
from xml.etree import ElementTree

import matplotlib
import matplotlib.pyplot as plt
import pytest
import torch
from PIL import Image

from course_utils import plots

LINES = {"scene": ("scene", torch.arange(4.0)), "noise": ("noise", torch.ones(4))}
PICTURE = torch.eye(4)
SIZES = (plots.LINE, plots.WIDE, plots.SQUARE, plots.TALL)


def contrast_with_white(colour: str) -> float:
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in matplotlib.colors.to_rgb(colour)
    ]
    return 1.05 / (
        sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True)) + 0.05
    )


@pytest.mark.parametrize("role", plots.LOOK)
def test_every_role_stands_out_from_the_paper(role):
    assert contrast_with_white(plots.LOOK[role]["color"]) >= 3


def test_a_curve_wears_its_role_and_is_named():
    ax = plots.curves(LINES, "x", "y").axes[0]
    assert [line.get_color() for line in ax.lines] == ["#000000", "#009E73"]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["scene", "noise"]
    assert ax.get_title() == ""


def test_each_curve_may_have_places_of_its_own():
    x = {"scene": torch.tensor([1.0, 2, 4, 8]), "noise": torch.arange(4.0)}
    lines = plots.curves(LINES, "x", "y", x).axes[0].lines
    assert [list(line.get_xdata()) for line in lines] == [[1, 2, 4, 8], [0, 1, 2, 3]]


@pytest.mark.parametrize("length", [2, 12, 30])
def test_a_legend_lies_inside_the_figure_and_leaves_the_axes_their_width(length):
    names = [letter * length for letter in "abcd"]
    figure = plots.curves({name: ("scene", torch.ones(3)) for name in names}, "x", "y")
    figure.savefig(io.BytesIO())  # lays it out
    ax = figure.axes[0]
    assert ax.get_legend().get_window_extent().x1 <= figure.bbox.x1
    assert ax.get_window_extent().width > 0.7 * figure.bbox.width


def test_what_is_counted_has_whole_ticks():
    counted = {"error": ("learned", torch.rand(11, generator=torch.Generator()))}
    ticks = plots.curves(counted, "layer", "error").axes[0].get_xticks()
    assert (ticks == ticks.round()).all()
    halves = plots.curves(counted, "pixels", "error", torch.arange(11) / 2)
    assert 2.5 in halves.axes[0].lines[0].get_xdata()


def test_a_spectrum_is_logarithmic():
    assert plots.spectrum(LINES, "x", "y").axes[0].get_yscale() == "log"


def test_pictures_in_a_row_share_one_range_and_errors_are_centred_on_zero():
    row = {"a": PICTURE, "b": 3 * PICTURE}
    assert {ax.images[0].get_clim() for ax in plots.images(row).axes} == {(0, 3)}
    error = plots.images({"e": PICTURE - 0.25}, kind="error").axes[0].images[0]
    assert error.get_clim() == (-0.75, 0.75)


def test_the_numbers_of_a_scale_are_not_cut():
    row = {name: 0.74 * torch.eye(8) for name in ("differences", "Haar", "TV")}
    picture = Image.open(io.BytesIO(plots.png(plots.images(row, kind="error"))))
    edge = picture.convert("L").crop((picture.width - 2, 0, *picture.size))
    assert edge.getextrema() == (255, 255)


@pytest.mark.parametrize(
    "draw",
    [
        lambda: plots.images({"a": PICTURE}),
        lambda: plots.images({"a": PICTURE, "b": PICTURE}),
        lambda: plots.images({"a": PICTURE}, {"b": PICTURE}),
        lambda: plots.curves(LINES, "x", "y"),
    ],
)
def test_there_are_four_sizes_at_double_density_and_the_same_bytes_each_time(draw):
    figure = draw()
    assert tuple(figure.get_size_inches()) in SIZES
    data, metadata = figure._repr_mimebundle_()
    shown = metadata["image/png"]
    assert Image.open(io.BytesIO(data["image/png"])).width == pytest.approx(
        2 * shown["width"]
    )
    assert data["image/png"] == draw()._repr_mimebundle_()[0]["image/png"]


def test_a_figure_leaves_no_state_and_keeps_gradients_out():
    before = dict(matplotlib.rcParams)
    plots.images({"a": PICTURE.clone().requires_grad_()})
    assert plt.get_fignums() == [] and dict(matplotlib.rcParams) == before


def test_complex_numbers_are_refused_rather_than_halved():
    wave = torch.ones(4, 4) * 1j
    for draw in (
        lambda: plots.curves({"a": ("data", wave[0])}, "x", "y"),
        lambda: plots.images({"a": wave}),
        lambda: plots.images({"a": wave}, limits=(0, 1)),
    ):
        with pytest.raises(TypeError, match=r"real numbers: take \.abs"):
            draw()


METHODS = {
    "method": ["naive", "Wiener", "network"],
    "error (dB)": [12.345, -7.149, -9.96],
    "weights": [0, None, 4321],
}


def cells_of(table):
    """The texts of an HTML table, row by row, as a reader sees them."""
    tree = ElementTree.fromstring(table._repr_html_().replace("overflow-x", "o"))
    return [["".join(cell.itertext()) for cell in row] for row in tree.iter("tr")]


def test_a_table_says_the_same_in_html_and_in_plain_text():
    shown = plots.table(METHODS, best={"error (dB)": min}, digits={"error (dB)": 1})
    head, *rows = cells_of(shown)
    assert head == list(METHODS)
    assert [row[1] for row in rows] == ["12.3", "−7.1", "−10.0 (best)"]
    assert [row[2] for row in rows] == ["0", "not measured", "4321"]
    plain = repr(shown).splitlines()
    for row, line in zip(rows, plain[2:], strict=False):
        assert [cell.replace("(best)", "*") for cell in row] == re.split(r"  +", line)
    assert plain[-1] == "* the best of its column"


def test_points_stand_below_each_other_in_plain_text():
    shown = plots.table({"x": [1.5, -22.25, 300]}, digits={"x": 2}, spread={"x": [1, 2, 3]})
    lines = repr(shown).splitlines()[2:]
    assert len({line.index(".") for line in lines}) == 1
    assert lines[1].strip() == "−22.25 ± 2.00"


def test_a_table_can_be_read_out():
    shown = plots.table(METHODS, best={"error (dB)": min}, caption="Errors <of> three")
    tree = ElementTree.fromstring(shown._repr_html_())
    assert [head.get("scope") for head in tree.iter("th")] == ["col"] * 3 + ["row"] * 3
    assert tree.find(".//caption").text == "Errors <of> three"
    assert [bold.text for bold in tree.iter("strong")] == ["−10", ".0"]


def test_what_looks_like_the_best_is_marked_too_and_what_is_missing_is_not():
    values = [float("nan"), 0.1201, 0.1204, torch.tensor(0.5)]
    shown = plots.table({"x": values}, best={"x": min}, digits={"x": 3})
    said = [row[0] for row in cells_of(shown)[1:]]
    assert said == ["not measured", "0.120 (best)", "0.120 (best)", "0.500"]


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ([1, 20], ["1", "20"]),
        ([0.5, 0.25], ["0.500", "0.250"]),
        ([123.4, 5.6], ["123", "6"]),
        ([30.0, 0.25, 0.01], ["30.00", "0.25", "0.01"]),
        ([1.5e-9, 1.0], ["1.50 · 10⁻⁹", "1.00 · 10⁰"]),
        ([1.5e-5, 2e-5], ["1.50 · 10⁻⁵", "2.00 · 10⁻⁵"]),
        ([0.0, -0.5], ["0.000", "−0.500"]),
        ([2.5e7, 1.0], ["25000000", "1"]),
        ([2.5e7, 1.5], ["2.50 · 10⁷", "1.50 · 10⁰"]),
        ([float("inf"), 0.5], ["∞", "0.500"]),
    ],
)
def test_numbers_have_three_digits_or_a_power_of_ten(values, texts):
    assert [row[0] for row in cells_of(plots.table({"x": values}))[1:]] == texts


def test_digits_that_are_given_hold_unless_they_would_hide_every_number():
    shown = [plots.table({"x": [0.3, x]}, digits={"x": 0}) for x in (1e-3, 25.0)]
    texts = [[row[0] for row in cells_of(table)[1:]] for table in shown]
    assert texts == [["3 · 10⁻¹", "1 · 10⁻³"], ["0", "25"]]


def test_a_table_of_unequal_columns_or_an_unknown_head_is_refused():
    with pytest.raises(ValueError, match=r"equally long, not \{'a': 1, 'b': 2\}"):
        plots.table({"a": [1], "b": [1, 2]})
    with pytest.raises(ValueError, match="no column is called 'c'"):
        plots.table({"a": [1]}, best={"c": min})
    with pytest.raises(ValueError, match="1 values and 2 spreads"):
        plots.table({"a": [1.5]}, spread={"a": [1, 2]})
