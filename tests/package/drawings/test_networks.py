"""The drawing of a chain of convolutions says what the chain is."""

import pytest
from torch import nn

from course_utils.drawings import cnn
from course_utils.networks import ConvNet, UNet
from tests.package.drawings.sheet import assert_words_are_on_the_sheet, layouts, words

DILATIONS = (1, 2, 3, 4, 3, 2, 1)
NETWORKS = {
    "signals": (ConvNet(dims=1, width=8, depth=3), (64,)),
    "pictures": (ConvNet(dims=2, width=32, dilations=DILATIONS), (96, 96)),
    "one kernel": (nn.Conv1d(1, 1, 9, padding=4, bias=False), (1, 64)),
}
each_network = pytest.mark.parametrize("name", NETWORKS)


@each_network
def test_words_are_on_the_sheet(name):
    assert_words_are_on_the_sheet(cnn(*NETWORKS[name]))


@each_network
def test_the_weights_are_those_of_the_layers_and_their_sum_that_of_the_network(name):
    net, shape = NETWORKS[name]
    layers = [m for m in net.modules() if isinstance(m, nn.Conv1d | nn.Conv2d)]
    counts = [sum(p.numel() for p in layer.parameters()) for layer in layers]
    wide, narrow = map(words, layouts(cnn(net, shape)))
    table = wide[wide.index("weights") + 1 :]
    assert table[: len(counts)] == [f"{count:,}" for count in counts]
    assert [w for w in narrow if w.endswith(" weights")] == [
        f"{c:,} weights" for c in counts
    ]
    total = sum(p.numel() for p in net.parameters())
    biases = sum(layer.bias.numel() for layer in layers if layer.bias is not None)
    tail = f", {biases} of them biases" if biases else ""
    assert wide[-1].startswith(f"{total:,} weights{tail}; ")
    assert narrow[-2] == f"{total:,} weights{tail};"


def test_channels_kernels_and_dilations_are_those_of_the_network():
    lines = words(layouts(cnn(*NETWORKS["pictures"]))[0])
    channels = lines[lines.index("channels") + 1 : lines.index("kernel")]
    assert channels == ["1", *["32"] * 6, "1"]
    assert lines.count("3 × 3") == 7 and lines.count("ReLU") == 6
    dilations = lines[lines.index("dilation") + 1 : lines.index("then")]
    assert dilations == [str(d) for d in DILATIONS]


def test_the_way_around_is_drawn_where_the_input_is_added():
    drawings = {name: cnn(*NETWORKS[name]) for name in NETWORKS}
    around = {name: "the input is added" in d.label for name, d in drawings.items()}
    assert around == {"signals": True, "pictures": True, "one kernel": False}
    heads = [drawings[name].svg().count('class="full data"') for name in NETWORKS]
    assert heads == [1, 1, 0]


def test_a_network_that_is_no_chain_is_refused():
    with pytest.raises(ValueError, match="UNet is no chain of convolutions"):
        cnn(UNet(width=2, levels=1), (8, 8))
