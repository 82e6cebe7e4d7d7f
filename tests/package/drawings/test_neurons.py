"""The drawings of a neuron, a layer and a convolution are drawn to their numbers."""

import pytest
import torch
from torch.nn import functional

from course_utils.drawings import convolution, layer, neuron, residual
from course_utils.drawings.neurons import KERNEL, _circulant
from tests.package.drawings.sheet import assert_words_are_on_the_sheet, layouts, words


@pytest.mark.parametrize("draw", [neuron, layer, convolution, residual])
def test_words_are_on_the_sheet(draw):
    assert_words_are_on_the_sheet(draw())


@pytest.mark.parametrize("n", [5, 8])
def test_the_matrix_of_the_convolution_does_what_the_kernel_does(n):
    x = torch.rand(n, generator=torch.Generator().manual_seed(0))
    ends = functional.pad(x[None, None], (1, 1), mode="circular")
    slid = functional.conv1d(ends, KERNEL[None, None])[0, 0]
    torch.testing.assert_close(_circulant(n) @ x, slid)
    assert f"{n} × {n} = {n * n} entries," in words(layouts(convolution(n))[0])


def test_a_layer_counts_its_weights_and_biases():
    for tree in layouts(layer()):
        lines = words(tree)
        outputs = sum(line.startswith("y") and line[1:].isdigit() for line in lines)
        inputs = sum(line.startswith("x") and line[1:].isdigit() for line in lines)
        assert f"{outputs} × {inputs} weights, {outputs} biases" in lines


def test_what_is_learned_has_its_colour():
    for tree in layouts(neuron()):
        learned = [t for t in tree.iter("text") if t.get("class").startswith("learned")]
        assert ["".join(t.itertext()) for t in learned] == ["w1", "w2", "w3", "b"]
