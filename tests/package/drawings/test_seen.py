"""What a network is seen to do is what it does."""

import pytest
import torch
from torch import nn
from torch.nn.utils import skip_init

from course_utils.drawings.seen import steps
from course_utils.networks import ConvNet, Dense, UNet


def test_the_steps_of_a_cnn_are_its_convolutions_its_relus_and_the_sum():
    net = ConvNet(dims=1, width=8, depth=3)
    done = steps(net, (64,))
    kinds = ["convolution", "relu", "convolution", "relu", "convolution", "sum"]
    assert [step.kind for step in done] == kinds
    convolutions = [step for step in done if step.kind == "convolution"]
    for step, layer in zip(convolutions, net.layers, strict=True):
        assert step.inputs == layer.in_channels
        assert step.shape == (layer.out_channels, 64)
        assert step.kernel == layer.kernel_size
        assert step.weights == sum(p.numel() for p in layer.parameters())
        assert step.biases == layer.bias.numel()


def test_dilations_and_missing_biases_are_seen():
    options = {"padding": "same", "dilation": (4, 4), "bias": False}
    layer = skip_init(nn.Conv2d, 2, 3, (3, 5), **options)
    (step,) = steps(layer, (2, 20, 30))
    assert (step.dilation, step.kernel, step.weights) == (4, (3, 5), 2 * 3 * 15)
    assert step.biases == 0
    assert step.shape == (3, 20, 30)


def test_the_sizes_of_a_unet_are_those_of_its_own_activations():
    net = UNet(width=4, levels=2)
    found = []
    for part in net.modules():
        if isinstance(part, nn.Conv2d):
            part.register_forward_hook(lambda *io: found.append(tuple(io[2].shape[1:])))
    done = steps(net, (32, 48))
    assert [step.shape for step in done if step.kind == "convolution"] == found
    assert [step.kind for step in done].count("halving") == 2


def test_only_the_input_itself_makes_a_sum():
    class Shifted(nn.Conv1d):
        def forward(self, x):
            return super().forward(x) + 1.0

    done = steps(skip_init(Shifted, 1, 1, 3, padding=1), (1, 8))
    assert [step.kind for step in done] == ["convolution"]


def test_weights_outside_of_convolutions_are_refused():
    with pytest.raises(ValueError, match="hold 0 of its 72 weights"):
        steps(Dense((8,), (8,)), (8,))


def test_looking_changes_nothing():
    net = ConvNet(dims=1, width=4)
    before = [p.clone() for p in net.parameters()]
    steps(net, (16,))
    assert all(torch.equal(*pair) for pair in zip(before, net.parameters(), strict=True))
    assert all(p.grad is None for p in net.parameters())
