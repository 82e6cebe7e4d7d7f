"""Figures follow the house style and leave no state behind."""

import io

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


def test_a_spectrum_is_logarithmic():
    assert plots.spectrum(LINES, "x", "y").axes[0].get_yscale() == "log"


def test_pictures_in_a_row_share_one_range_and_errors_are_centred_on_zero():
    row = {"a": PICTURE, "b": 3 * PICTURE}
    assert {ax.images[0].get_clim() for ax in plots.images(row).axes} == {(0, 3)}
    error = plots.images({"e": PICTURE - 0.25}, kind="error").axes[0].images[0]
    assert error.get_clim() == (-0.75, 0.75)


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
