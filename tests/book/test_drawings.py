"""Drawings as a browser shows them, with the style of the book and without it."""

from pathlib import Path

import pytest

from course_utils import audit, drawings
from course_utils.networks import ConvNet, UNet

pytestmark = pytest.mark.slow

STYLE = Path(__file__).parents[2] / "book" / "_static" / "course.css"
DRAWN = {
    "circulant_and_modes": drawings.circulant_and_modes,
    "claims_and_chapters": lambda: drawings.claims_and_chapters(
        [audit.told(row) for row in audit.read()]
    ),
    "cnn": lambda: drawings.cnn(ConvNet(dims=1, width=8, depth=3), (64,)),
    "convolution": drawings.convolution,
    "fixed_and_learned_parts": drawings.fixed_and_learned_parts,
    "fixed_layers": drawings.fixed_layers,
    "heat_to_count": drawings.heat_to_count,
    "filtered_back_projection": drawings.filtered_back_projection,
    "hierarchical_model": drawings.hierarchical_model,
    "layer": drawings.layer,
    "learned_parts": drawings.learned_parts,
    "neuron": drawings.neuron,
    "parallel_beam": drawings.parallel_beam,
    "point_and_ray": drawings.point_and_ray,
    "prior_times_likelihood": drawings.prior_times_likelihood,
    "projection_and_step": drawings.projection_and_step,
    "reading_lambda": drawings.reading_lambda,
    "residual": drawings.residual,
    "split": drawings.split,
    "tangent_steps": drawings.tangent_steps,
    "there_and_back": drawings.there_and_back,
    "training_loop": drawings.training_loop,
    "two_forms": drawings.two_forms,
    "two_solves_or_one_loss": drawings.two_solves_or_one_loss,
    "unet": lambda: drawings.unet(UNet(width=8, levels=2), (64, 64)),
    "unrolled_layer": drawings.unrolled_layer,
}
WIDTHS = {"wide": 760, "narrow": 345}
# The lines of words of the layout that is shown, each with its box.
LINES = """() => [...document.querySelectorAll(".cu-drawing text")]
  .map((line) => [line.textContent, line.getBoundingClientRect().toJSON()])
  .filter(([, box]) => box.width)"""
COLOURS = """() => [...document.querySelectorAll(".cu-drawing svg *")]
  .filter((node) => node.getBoundingClientRect().width)
  .map((node) => getComputedStyle(node).stroke + getComputedStyle(node).fill)"""


@pytest.fixture(scope="module")
def context(chromium):
    """A browser window."""
    return chromium.new_context()


@pytest.fixture
def show(context):
    """A function that shows HTML in a page so wide, in a theme of the book or in none."""
    pages = []

    def shown(html, width, theme=""):
        style = f"<style>{STYLE.read_text(encoding='utf-8')}</style>" if theme else ""
        page = context.new_page()
        pages.append(page)
        page.set_viewport_size({"width": width, "height": 800})
        page.set_content(f'<!doctype html><html data-theme="{theme}">{style}{html}</html>')
        return page

    yield shown
    for page in pages:
        page.close()


def overlap(one, other):
    """How far two boxes lie in one another, in pixels: the smaller of both ways."""
    ways = (("left", "right"), ("top", "bottom"))
    return min(min(one[b], other[b]) - max(one[a], other[a]) for a, b in ways)


def test_every_drawing_is_tried():
    made = {name for name in drawings.__all__ if name not in ("Drawing", "in_two_layouts")}
    assert made == set(DRAWN)


@pytest.mark.parametrize("layout", WIDTHS)
@pytest.mark.parametrize("name", DRAWN)
def test_no_words_lie_on_others_or_beside_the_page(show, name, layout):
    page = show(DRAWN[name]().html(), WIDTHS[layout], "light")
    found = page.evaluate(LINES)
    assert found
    for number, (words, box) in enumerate(found):
        assert box["left"] >= 0 and box["right"] <= WIDTHS[layout], words
        for others, other in found[:number]:
            assert overlap(box, other) < 4, f"{words!r} lies on {others!r}"
    assert page.evaluate("() => document.documentElement.scrollWidth") <= WIDTHS[layout]


@pytest.mark.parametrize("layout", WIDTHS)
def test_one_layout_is_shown_and_words_keep_their_size(show, layout):
    page = show(DRAWN["there_and_back"]().html(), WIDTHS[layout])
    svgs = page.locator(".cu-drawing svg")
    assert [svgs.nth(k).is_visible() for k in (0, 1)] == [
        layout == "wide",
        layout != "wide",
    ]
    assert not page.locator(".cu-drawing-words").is_visible()
    turn = svgs.nth(list(WIDTHS).index(layout)).get_by_text("turn", exact=True).first
    height = turn.bounding_box()["height"]
    assert height > 15


def test_the_colours_are_those_of_the_theme(show):
    html = DRAWN["there_and_back"]().html()
    light, dark = (show(html, 760, theme).evaluate(COLOURS) for theme in ("light", "dark"))
    assert len(light) == len(dark) > 20
    assert "rgb(0, 114, 178)" in " ".join(light)  # classical, on white paper
    assert "rgb(86, 180, 233)" in " ".join(dark)
    assert not any(a == b for a, b in zip(light, dark, strict=True) if "rgb" in a + b)


def test_without_the_book_the_colours_are_those_of_white_paper(show):
    colours = " ".join(show(DRAWN["there_and_back"]().html(), 760).evaluate(COLOURS))
    assert "rgb(0, 114, 178)" in colours and "rgb(0, 158, 115)" in colours


def test_jupyterlab_gives_its_own_ink(show):
    ink = "<style>:root{--jp-ui-font-color1:rgb(1,2,3)}</style>"
    page = show(ink + DRAWN["there_and_back"]().html(), 760)
    assert "rgb(1, 2, 3)" in " ".join(page.evaluate(COLOURS))


def test_what_jupyterlab_leaves_of_a_drawing_is_its_label(show):
    drawing = DRAWN["there_and_back"]()
    style, *_ = drawing.html().partition("</style>")  # of another, trusted notebook
    words = '<p class="cu-drawing-words">The label.</p>'
    left = f'<div class="cu-drawing" hidden>v1v2 turn</div>{words}'
    page = show(f"{style}</style>{left}", 760)
    assert page.locator("body").inner_text().strip() == "The label."
