"""The layers that are drawn are those of the networks that they stand for."""

import pytest
import torch

from course_utils.drawings import fixed_layers
from course_utils.drawings.fixed_layers import LAM, PSF, N, blur, modes, networks
from course_utils.linear import Matrix
from course_utils.networks import SpectralNet, TwoLayer
from course_utils.operators import Blur
from tests.package.drawings.sheet import layouts, words


def operator():
    """The blur of the drawing."""
    return Blur(torch.tensor(PSF, dtype=torch.float64), (N,))


def built():
    """The networks of the package, in the order of the drawing."""
    H = operator()
    ways = [TwoLayer(H, LAM, inverse) for inverse in ("second", "first")]
    return [*ways, SpectralNet(H, lam=LAM)]


def test_the_product_of_the_four_drawn_layers_is_the_untrained_network(randn):
    g = randn(N)
    f_hat = g
    for layer in networks()[2].layers:
        f_hat = layer.values @ f_hat
    torch.testing.assert_close(f_hat, built()[2](g).detach())


@pytest.mark.parametrize("k", range(3))
def test_what_each_layer_learns_is_counted(k):
    counts = {"0": 0, "$n^2$": N**2, "$n/2 + 1$": N // 2 + 1}
    found = [
        sum(p.numel() for p in layer.parameters() if p.requires_grad)
        for layer in built()[k]
    ]
    layers = networks()[k].layers
    assert [counts[layer.count] for layer in layers] == found
    assert [layer.role == "learned" for layer in layers] == [n > 0 for n in found]


def test_the_fixed_layers_are_the_adjoint_and_the_modes_of_the_blur():
    H = operator()
    torch.testing.assert_close(blur(), Matrix.of(H.T).A)
    torch.testing.assert_close(modes(), Matrix.of(H.synthesis).A)


def test_both_layouts_name_every_layer():
    for tree in layouts(fixed_layers()):
        found = words(tree)
        assert [found.count(name) for name in ("HT", "W", "VT", "Λ", "V")] == [
            3,
            2,
            1,
            1,
            1,
        ]
