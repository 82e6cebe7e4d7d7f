"""Networks against the estimators that they start from, and against what they cannot do."""

import numpy as np
import pytest
import torch

from course_utils.linear import Matrix
from course_utils.networks import (
    ConvNet,
    Dense,
    FourierFilter,
    Reader,
    SpectralNet,
    TwoLayer,
    UNet,
    Weights,
)
from course_utils.operators import Blur, Hartley, Mask

PSF_1D = torch.tensor([0.1, 0.2, 0.7], dtype=torch.float64)
PSF_2D = torch.tensor([[0.1, 0.2], [0.3, 0.25], [0.05, 0.1]], dtype=torch.float64)
BLURS = {"1-D": (PSF_1D, (12,)), "1-D odd": (PSF_1D, (11,)), "2-D": (PSF_2D, (6, 7))}
NETWORKS = {
    "Weights": lambda: Weights(torch.ones(16, 16), (4, 4), (4, 4)),
    "Dense": lambda: Dense((4, 4), (4, 4)),
    "MLP": lambda: Dense((4, 4), (4, 4), widths=(9, 7)),
    "TwoLayer": lambda: TwoLayer(Mask(torch.ones(4, 4)), lam=0.1),
    "FourierFilter": lambda: FourierFilter((4, 4)),
    "ConvNet": lambda: ConvNet(width=4),
    "UNet": lambda: UNet(width=2),
}
each_network = pytest.mark.parametrize("build", NETWORKS.values(), ids=NETWORKS)
each_blur = pytest.mark.parametrize("psf, shape", BLURS.values(), ids=BLURS)


def trained(network, g, f, steps=3, lr=0.01):
    """The network after a few steps of gradient descent: no longer what it started as."""
    optimizer = torch.optim.SGD([p for p in network.parameters() if p.requires_grad], lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        (network(g) - f).square().sum().backward()
        optimizer.step()
    return network


@pytest.mark.parametrize("m, n", [(5, 8), (8, 5), (6, 6)])
@pytest.mark.parametrize("inverse", ["first", "second"])
def test_both_forms_of_the_map_estimator_are_tikhonov_before_training(randn, m, n, inverse):
    A, g = randn(m, n), randn(3, m)
    augmented = np.vstack([A.numpy(), np.sqrt(0.3) * np.eye(n)])
    data = np.vstack([g.numpy().T, np.zeros((n, 3))])
    f_tikhonov = np.linalg.lstsq(augmented, data, rcond=None)[0].T

    network = TwoLayer(Matrix(A), lam=0.3, inverse=inverse)
    torch.testing.assert_close(network(g).detach(), torch.from_numpy(f_tikhonov))


def test_the_two_forms_put_the_square_layer_on_either_side(randn):
    A = randn(3, 5)
    second, first = (
        TwoLayer(Matrix(A), 0.3, form).parameters() for form in ("second", "first")
    )
    assert [tuple(w.shape) for w in second] == [(5, 3), (5, 5)]
    assert [tuple(w.shape) for w in first] == [(3, 3), (5, 3)]


@pytest.mark.parametrize(
    "learn, free", [("inverse", [1]), ("adjoint", [0]), ("both", [0, 1])]
)
def test_training_changes_the_layers_that_learn_names_and_no_other(randn, learn, free):
    network = TwoLayer(Matrix(randn(4, 6)), lam=0.3, learn=learn)
    before = [layer.A.detach().clone() for layer in network]
    trained(network, randn(5, 4), randn(5, 6))
    assert [i for i in (0, 1) if not torch.equal(before[i], network[i].A)] == free


def test_two_layers_take_any_shape_of_scene_and_data(randn):
    H = Blur(PSF_2D, (4, 5))
    g = randn(2, 3, 4, 5)
    expected = H.spectral_inverse(lambda s: s / (s**2 + 0.1), g)
    torch.testing.assert_close(TwoLayer(H, lam=0.1)(g).detach(), expected)


@pytest.mark.parametrize("choice", [{"inverse": "third"}, {"learn": "all"}])
def test_an_unknown_form_is_refused_in_words(randn, choice):
    with pytest.raises(ValueError, match="TwoLayer knows no"):
        TwoLayer(Matrix(randn(3, 3)), lam=0.1, **choice)


@each_blur
def test_the_untrained_spectral_network_of_a_blur_is_tikhonov(randn, psf, shape):
    H, g = Blur(psf, shape), randn(2, *shape)
    h = H.transfer.numpy()
    axes = tuple(range(1, 1 + len(shape)))
    f_hat = h.conj() * np.fft.fftn(g.numpy(), axes=axes) / (abs(h) ** 2 + 0.2)
    expected = torch.from_numpy(np.fft.ifftn(f_hat, axes=axes).real)
    torch.testing.assert_close(SpectralNet(H, lam=0.2)(g).detach(), expected)


@pytest.mark.parametrize("m, n", [(5, 8), (8, 5)])
def test_the_untrained_spectral_network_of_a_matrix_is_tikhonov(randn, m, n):
    A, g = randn(m, n), randn(3, m)
    f_tikhonov = torch.linalg.solve(A.mT @ A + 0.2 * torch.eye(n), A.mT @ g.mT).mT
    torch.testing.assert_close(SpectralNet(Matrix(A), lam=0.2)(g).detach(), f_tikhonov)


def test_the_untrained_spectral_network_in_a_foreign_basis_is_a_step_of_landweber(randn):
    H = Matrix(randn(9, 12))
    g = randn(2, 9)
    network = SpectralNet(H, basis=Hartley((12,)))
    torch.testing.assert_close(network(g).detach(), H.T(g) / H.norm() ** 2)


@each_blur
def test_a_trained_spectral_network_of_a_blur_is_still_a_convolution(randn, psf, shape):
    network = trained(SpectralNet(Blur(psf, shape)), randn(4, *shape), randn(4, *shape))
    g, axes = randn(*shape), tuple(range(len(shape)))
    for shift in [(1,) * len(shape), (0,) * (len(shape) - 1) + (2,)]:
        torch.testing.assert_close(
            network(g.roll(shift, axes)), network(g).roll(shift, axes)
        )


def test_a_trained_spectral_network_learns_one_number_per_pair_of_frequencies(randn):
    def count(H, basis=None):
        return sum(p.numel() for p in SpectralNet(H, basis).parameters())

    assert count(Blur(PSF_1D, (12,))) == 7  # 0, 6 and five pairs
    assert count(Blur(PSF_1D, (11,))) == 6  # 0 and five pairs
    assert count(Blur(PSF_2D, (4, 4))) == 10  # four of their own and six pairs
    assert count(Matrix(randn(9, 12)), Hartley((12,))) == 7
    assert count(Matrix(randn(12, 12))) == 12
    assert count(Matrix(randn(12, 12)), Matrix(torch.linalg.qr(randn(12, 12))[0])) == 12
    assert count(Blur(PSF_1D.float(), (512,))) == 257


@pytest.mark.parametrize("angle, learned", [(0.0, 7), (3e-3, 12)])
def test_a_basis_that_is_turned_a_little_is_no_fourier_basis(randn, angle, learned):
    V, turn = Matrix.of(Hartley((12,))).A, torch.eye(12, dtype=torch.float64)
    angle = torch.tensor(angle, dtype=torch.float64)
    turn[1, 1] = turn[3, 3] = angle.cos()
    turn[1, 3], turn[3, 1] = angle.sin(), -angle.sin()
    network = SpectralNet(Matrix(randn(9, 12)), Matrix(V @ turn))
    assert network[2].Lambda.numel() == learned


def test_the_learned_diagonal_reaches_the_wiener_formula(randn):
    H = Blur(PSF_1D, (8,))
    f = randn(2000, 8)
    g = H(f) + 0.5 * randn(2000, 8)
    c, c_f = H.synthesis.T(H.T(g)), H.synthesis.T(f)
    products, squares = ((c * x).mean(0) for x in (c_f, c))
    products, squares = (x + x.flip(0).roll(1, 0) for x in (products, squares))
    network = SpectralNet(H)
    optimizer = torch.optim.LBFGS(
        network.parameters(), lr=1, max_iter=60, tolerance_grad=1e-12
    )

    def closure():
        optimizer.zero_grad()
        loss = (network(g) - f).square().sum(-1).mean()
        loss.backward()
        return loss

    optimizer.step(closure)
    torch.testing.assert_close(
        network[2].Lambda, (products / squares)[:5], rtol=1e-5, atol=1e-6
    )
    wiener = 1 / (H.singular_values() ** 2 + 0.25)
    torch.testing.assert_close(network[2].Lambda, wiener[:5], rtol=0.1, atol=0.02)


def test_the_spectral_network_is_four_layers_of_which_one_learns():
    network = SpectralNet(Blur(PSF_1D, (12,)))
    assert [sum(p.numel() for p in layer.parameters()) for layer in network] == [0, 0, 7, 0]
    assert list(network.state_dict()) == ["2.Lambda"]


def test_a_spectral_network_needs_a_spectrum_or_a_basis(randn):
    H = Blur(PSF_1D, (12,), boundary="zero")
    with pytest.raises(NotImplementedError, match=r"Matrix\.of"):
        SpectralNet(H)
    assert SpectralNet(H, basis=Hartley((12,)))(randn(12)).shape == (12,)


@pytest.mark.parametrize("shape", [(8,), (7,), (4, 6), (5, 3)])
def test_the_untrained_fourier_filter_is_the_identity(randn, shape):
    g = randn(2, *shape)
    torch.testing.assert_close(FourierFilter(shape).double()(g).detach(), g)


def test_a_fourier_filter_can_be_any_convolution(randn):
    H = Blur(PSF_2D, (5, 6))
    network = FourierFilter((5, 6)).double()
    network.pairs.data = torch.view_as_real(H.transfer[:, :4]).clone()
    f = randn(2, 5, 6)
    torch.testing.assert_close(network(f).detach(), H(f))


def test_a_fourier_filter_learns_the_inverse_of_an_unknown_blur_from_data(randn):
    H = Blur(PSF_1D, (8,))
    f = randn(30, 8)
    network = FourierFilter((8,)).double()
    trained(network, H(f), f, steps=400, lr=0.005)
    inverse = torch.view_as_real(1 / H.transfer[:5])
    torch.testing.assert_close(network.pairs.detach(), inverse, rtol=0, atol=1e-3)


def test_one_dense_layer_is_affine(randn):
    network = Dense((3, 2), (5,)).double()
    x, y = randn(4, 3, 2), randn(4, 3, 2)
    zero = network(torch.zeros_like(x))
    torch.testing.assert_close(
        network(x + 2 * y) - zero, network(x) + 2 * network(y) - 3 * zero
    )


def test_a_dense_layer_with_widths_is_the_formula_of_an_mlp(randn):
    network, g = Dense((4,), (2, 3), widths=(5,)).double(), randn(7, 4)
    W1, b1, W2, b2 = (p.detach().numpy() for p in network.parameters())
    expected = np.maximum(g.numpy() @ W1.T + b1, 0) @ W2.T + b2
    torch.testing.assert_close(
        network(g).detach(), torch.from_numpy(expected).reshape(7, 2, 3)
    )


@pytest.mark.parametrize("dims", [1, 2])
def test_an_untrained_residual_network_is_the_identity(randn, dims):
    v, g = (randn(2, 3, *(7, 9)[:dims]) for _ in range(2))
    assert torch.equal(ConvNet(dims).double()(v), v)
    assert torch.equal(ConvNet(dims, inputs=2).double()(v, g), v)


@pytest.mark.parametrize("dims", [1, 2])
def test_a_convolutional_network_commutes_with_shifts_away_from_the_edge(randn, dims):
    network = ConvNet(dims, width=4).double()
    torch.nn.init.ones_(network.layers[-1].weight)
    v = torch.zeros((16, 16)[:dims], dtype=torch.float64)
    v[(slice(5, 8),) * dims] = randn(3, 3)[0] if dims == 1 else randn(3, 3)
    axes = tuple(range(dims))
    assert not torch.equal(network(v), v)
    shifted = network(v.roll((2,) * dims, axes)) - network(torch.zeros_like(v))
    expected = (network(v) - network(torch.zeros_like(v))).roll((2,) * dims, axes)
    torch.testing.assert_close(shifted, expected)


@pytest.mark.parametrize("dims", [1, 2])
def test_a_dilated_network_sees_as_many_pixels_as_it_says(dims):
    dilations = (1, 3, 2)
    network = ConvNet(dims, width=4, dilations=dilations).double()
    torch.nn.init.ones_(network.layers[-1].weight)
    for layer in network.layers:
        layer.weight.data.abs_()  # no relu switches anything off
    f = torch.ones((21,) * dims, dtype=torch.float64, requires_grad=True)
    network(f)[(10,) * dims].backward()
    seen = f.grad.abs().reshape(21, -1).sum(1).nonzero().flatten()
    reach = sum(dilations)
    assert seen.min() == 10 - reach and seen.max() == 10 + reach


def test_without_dilations_the_depth_counts_and_every_dilation_is_one():
    network = ConvNet(depth=5, width=4)
    assert [layer.dilation for layer in network.layers] == [(1, 1)] * 5
    assert len(ConvNet(depth=5, dilations=(1, 2)).layers) == 2


def test_a_convolutional_network_is_not_affine_and_its_picture_ends_at_the_edge(randn):
    network = ConvNet(width=4).double()
    torch.nn.init.ones_(network.layers[-1].weight)
    bare, v = torch.zeros(12, 12, dtype=torch.float64), randn(12, 12)
    bend = network(v) + network(-v) - 2 * network(bare)
    assert bend.abs().max() > 1e-3 * network(v).abs().max()
    corner = bare.clone()
    corner[0, 0] = 1
    assert torch.equal((network(corner) - network(bare))[6:, 6:], bare[6:, 6:])


def test_a_unet_passes_on_the_largest_of_four(randn):
    network, passed = UNet(width=2, levels=1).double(), {}
    network.down[0].register_forward_hook(lambda *call: passed.update(fine=call[2]))
    network.down[1].register_forward_hook(lambda *call: passed.update(coarse=call[1][0]))
    network(randn(6, 8))
    fours = passed["fine"].unfold(-2, 2, 2).unfold(-2, 2, 2)
    torch.testing.assert_close(passed["coarse"], fours.amax((-1, -2)))


@pytest.mark.parametrize("shape", [(8, 8), (17, 9), (5, 23), (4, 4)])
@pytest.mark.parametrize("classes", [None, 1, 3])
def test_a_unet_keeps_the_size_of_the_picture_even_if_it_is_odd(randn, shape, classes):
    channels = () if classes is None else (classes,)
    network = UNet(width=2, classes=classes).double()
    assert network(randn(*shape)).shape == (*channels, *shape)
    assert network(randn(2, 3, *shape)).shape == (2, 3, *channels, *shape)


def test_a_unet_refuses_a_picture_that_it_cannot_halve_as_often(randn):
    with pytest.raises(ValueError, match="cannot halve 3 x 9 2 times: fewer levels"):
        UNet(width=2).double()(randn(3, 9))


def test_a_unet_sees_far_and_a_small_convnet_does_not(randn):
    def reach(network):
        g = randn(40, 40).requires_grad_()
        network(g)[20, 20].backward()
        rows = (g.grad.abs().sum(1) > 0).nonzero()
        return (rows.max() - rows.min() + 1).item()

    convnet = ConvNet(width=4, depth=3).double()
    torch.nn.init.ones_(convnet.layers[-1].weight)
    assert reach(convnet) == 7
    assert reach(UNet(width=4).double()) > 14


def test_a_reader_gives_what_its_start_finds_and_what_its_head_says_of_it(randn):
    start, head = TwoLayer(Mask(torch.ones(4, 6)), lam=0.1), UNet(2, levels=0, classes=3)
    network, g = Reader(start.double(), head.double()), randn(2, 5, 4, 6)
    f, *scores = network(g).unbind(-3)
    torch.testing.assert_close(f, start(g))
    torch.testing.assert_close(torch.stack(scores, -3), head(start(g)))
    assert {name.split(".")[0] for name in network.state_dict()} == {"start", "head"}


def test_the_fourth_channel_of_a_head_corrects_what_the_start_found(randn):
    class Head(torch.nn.Module):
        def forward(self, f):
            return torch.stack([f + 1, f + 2, f + 3, 10 * f], -3)

    g = randn(2, 4, 6)
    f, *scores = Reader(torch.nn.Identity(), Head())(g).unbind(-3)
    torch.testing.assert_close(f, 11 * g)
    for k, score in enumerate(scores, 1):  # the head looks at f before the correction
        torch.testing.assert_close(score, g + k)
    assert len(scores) == 3


def test_a_reader_refuses_a_head_for_another_number_of_labels(randn):
    network = Reader(torch.nn.Identity(), UNet(2, levels=0, classes=5).double())
    with pytest.raises(ValueError, match="a head with 3 or 4 channels, got 5"):
        network(randn(4, 6))


@pytest.mark.parametrize("build", [NETWORKS["Dense"], NETWORKS["MLP"], NETWORKS["UNet"]])
def test_a_seed_decides_the_weights(build):
    first, again = build(), build()
    assert all(map(torch.equal, first.parameters(), again.parameters()))
    assert not torch.equal(
        next(UNet(width=2, seed=1).parameters()), next(UNet(2).parameters())
    )


@pytest.mark.parametrize(
    "layer, inputs",
    [
        (Dense((40,), (9,), widths=(5000,)).layers[0], 40),
        (ConvNet(width=64).layers[1], 9 * 64),
    ],
    ids=["dense", "convolution"],
)
def test_weights_are_drawn_so_that_a_relu_keeps_the_mean_square(layer, inputs):
    weights = layer.weight.detach()  # E relu(w x)^2 = E (w x)^2 / 2 = x^2 if n var(w) = 2
    assert weights.square().mean().item() == pytest.approx(2 / inputs, rel=0.03)
    assert abs(weights.mean().item()) < 0.03 * (2 / inputs) ** 0.5
    assert torch.equal(layer.bias, torch.zeros_like(layer.bias))


@each_network
def test_a_batch_is_its_members_one_by_one(randn, build):
    network, g = build().double(), randn(2, 3, 4, 4)
    one_by_one = torch.stack([torch.stack([network(x) for x in row]) for row in g])
    torch.testing.assert_close(network(g), one_by_one)


@each_network
def test_strides_do_not_matter_and_the_input_stays_as_it_was(randn, build):
    network, g = build().double(), randn(4, 4, 3).movedim(-1, 0).mT
    before = g.clone()
    torch.testing.assert_close(network(g), network(g.contiguous()))
    assert torch.equal(g, before)


@each_network
def test_gradients_reach_what_is_learned_and_the_input(randn, build):
    network = build().double()
    for p in network.parameters():  # a last layer of zeros would hide the others
        p.data += 0.1 * randn(*p.shape)
    g = randn(2, 4, 4).requires_grad_()
    network(g).square().sum().backward()
    learned = [p for p in network.parameters() if p.requires_grad]
    assert learned and all(p.grad.abs().sum() > 0 for p in [*learned, g])


@each_network
@pytest.mark.parametrize(
    "g, error, words",
    [
        (torch.ones(4, 4, dtype=torch.uint8), TypeError, r"uint8.*\.float\(\)"),
        (torch.ones(4, 4, dtype=torch.complex64), TypeError, "complex64"),
        (torch.ones(4, 4, dtype=torch.float64), TypeError, r"float64.*\.to\(\)"),
        (torch.ones(4), ValueError, r"shape \(\.\.\., .*\), got \(4,\)"),
        (torch.ones(0, 4, 4), ValueError, r"empty batch of shape \(0, 4, 4\)"),
        (torch.ones(4, 4, device="meta"), ValueError, "lives on cpu, its input on meta"),
    ],
    ids=["integers", "complex", "double", "rank", "empty", "device"],
)
def test_what_the_layers_would_misread_is_refused_in_words(build, g, error, words):
    with pytest.raises(error, match=words):
        build().float()(g)


@pytest.mark.parametrize("name", ["Weights", "Dense", "MLP", "TwoLayer", "FourierFilter"])
def test_a_picture_of_another_size_is_refused_with_both_shapes(name):
    with pytest.raises(ValueError, match=r"\(\.\.\., 4, 4\), got \(2, 4, 5\)"):
        NETWORKS[name]()(torch.ones(2, 4, 5))


@each_network
def test_a_bad_value_is_not_hidden(build):
    g = torch.ones(4, 4)
    g[1, 2] = torch.nan
    assert build()(g).isnan().any()


def test_what_is_learned_leaves_the_matrix_that_it_starts_from_alone(randn):
    H = Matrix(randn(3, 4))
    before = H.A.clone()
    layer = Weights(H.A, (4,), (3,))
    with torch.no_grad():
        layer.A += 1
    assert torch.equal(H.A, before)
