"""The drawn counts are those of the networks, and each layer has the data."""

import torch

from course_utils.drawings import learned_parts, unrolled_layer
from course_utils.drawings.unrolled_layers import kinds
from course_utils.linear import Matrix
from course_utils.unrolled import Alista, Lista, ListaCP
from tests.package.drawings.sheet import layouts, words


def test_the_counts_are_those_of_the_networks(randn):
    H, K = Matrix(randn(6, 10)), 3
    nets = [layers(H, 0.1, 0.1, K) for layers in (Lista, ListaCP, Alista)]
    counts = [sum(p.numel() for p in net.parameters() if p.requires_grad) for net in nets]
    assert [kind.count for kind in kinds(6, 10, K)] == [*counts, 3, 2]


def test_what_is_drawn_as_learned_is_learned(randn):
    names = [[name for name, learned in kind.factors if learned] for kind in kinds()]
    assert [len(learned) for learned in names] == [3, 2, 2, 1, 2]
    assert not any("H" in name for learned in names for name in learned)


def test_both_layouts_have_a_row_for_each_network_with_its_count():
    for tree in layouts(learned_parts()):
        text = words(tree)
        for kind in kinds():
            assert kind.name in text and f"{kind.count:,} numbers" in text


def test_three_layers_are_drawn_each_with_the_data():
    for tree in layouts(unrolled_layer()):
        text = " ".join(words(tree))
        assert all(f"layer {k}" in text for k in "12K")
        boxes = [r for r in tree.iter("rect") if "learned" in r.get("class")]
        arrows = [p for p in tree.iter("path") if p.get("class") == "full data"]
        assert len(boxes) == 3 and len(arrows) == 4  # one more into the iteration
        assert torch.tensor([float(b.get("width")) for b in boxes]).unique().numel() == 1
