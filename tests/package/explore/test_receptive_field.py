"""The receptive field: the dots that light up are where torch's gradient is not 0."""

import pytest
import torch

from course_utils.explore import ReceptiveField
from course_utils.explore.receptive_field import DILATIONS

SETTINGS = {
    "kernel": [1, 3, 5, 7],
    "depth": range(1, 8),
    "stride": [1, 2],
    "dilation": list(DILATIONS),
    "position": range(24),
}


def expected(figure):
    """The pixels with a gradient, and the width of the field."""
    return {"inputs": figure.inputs(), "width": figure.width()}


@pytest.mark.parametrize("dilation", DILATIONS)
@pytest.mark.parametrize("stride", [1, 2])
def test_the_width_is_that_of_the_gradient_on_a_signal_without_ends(stride, dilation):
    for kernel in (1, 3, 5):
        figure = ReceptiveField(kernel, 3, stride=stride, dilation=dilation, size=257)
        inputs = figure.inputs()
        assert figure.width() == inputs[-1] - inputs[0] + 1


def test_ends_cut_the_field():
    figure = ReceptiveField(3, 3)
    figure.position = 0
    assert figure.inputs().tolist() == [0, 1, 2, 3] and figure.width() == 7


def test_holes_are_where_a_dilation_leaves_them():
    figure = ReceptiveField(3, 1, dilation="1 2 4", size=9)
    assert figure.inputs().tolist() == [3, 4, 5]
    figure = ReceptiveField(3, 3, dilation="1 2 1", size=33)
    assert figure.dilations() == [1, 2, 1]
    assert figure.inputs().tolist() == list(range(12, 21))


def test_seven_layers_that_rise_and_fall_see_33_pixels():
    figure = ReceptiveField(3, 7, dilation="1 2 1", size=64)
    assert figure.dilations() == [1, 2, 3, 4, 3, 2, 1]
    assert figure.width() == len(figure.inputs()) == 33


def test_the_goal_can_be_reached_and_not_by_depth_alone():
    doubling = ReceptiveField(3, 4, dilation="1 2 4")
    assert (doubling.width(), 3 * 4) == (31, 12)
    plain = [ReceptiveField(k, 12 // k).width() for k in (1, 3, 5, 7)]
    assert max(plain) < 31


def test_the_twin_marks_the_inputs():
    figure = ReceptiveField(5, 2)
    line = figure.twin().axes[0].lines[0]
    marked = torch.tensor(line.get_ydata()).nonzero()[:, 0]
    assert marked.tolist() == figure.inputs().tolist() == list(range(28, 37))
