"""Every drawing: legible in both layouts, small, and described in words."""

import pytest

from course_utils import drawings
from course_utils.drawings import Drawing
from course_utils.networks import ConvNet, UNet
from tests.package.drawings.sheet import assert_words_are_on_the_sheet

GIVEN = {
    "claims_and_chapters": (
        [{"place": "Claim 1", "verdict": "holds", "where": ["1-a#b"]}],
    ),
    "cnn": (ConvNet(dims=1, width=8), (64,)),
    "unet": (UNet(4, levels=2), (32, 32)),
}
NAMES = [name for name in drawings.__all__ if name not in ("Drawing", "in_two_layouts")]


@pytest.mark.parametrize("name", NAMES)
def test_a_drawing_has_two_layouts_with_its_words_on_the_sheet_and_weighs_little(name):
    drawing = getattr(drawings, name)(*GIVEN.get(name, ()))
    assert isinstance(drawing, Drawing)
    assert drawing.narrow.width <= 360 < drawing.width <= 760
    assert_words_are_on_the_sheet(drawing)
    assert len(drawing.html()) < 20_000
    assert 40 < len(drawing.label) < 320


def test_a_module_in_training_stays_in_training():
    net = ConvNet(dims=1, width=2)
    drawings.cnn(net.train(), (8,))
    assert net.training
