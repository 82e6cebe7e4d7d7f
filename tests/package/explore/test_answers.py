"""Three answers to one blurred picture: each against another way to its numbers."""

import pytest
import torch

from course_utils.explore import answers
from course_utils.operators import Blur
from course_utils.signals import gaussian_psf

N = 32


def spectrum():
    """A spectrum that falls, as that of photographs does. Shape: (rings,)."""
    ring = torch.arange(int(answers.rings(N).max()) + 1, dtype=torch.float64)
    return 4 / (1 + ring**2)


def drawn(count, randn):
    """Pictures with independent Gaussian coefficients of this mean spectrum."""
    noise = torch.fft.fft2(randn(count, N, N))
    return torch.fft.ifft2(spectrum()[answers.rings(N)].sqrt() * noise).real


@pytest.mark.parametrize("width", [0.5, 1.3, 2.5])
def test_the_blur_is_the_periodic_one_of_the_package(width, randn):
    f = randn(2, 64, 64)
    H = Blur(gaussian_psf(width, ndim=2).double(), (64, 64))
    torch.testing.assert_close(answers.blurred(f, width), H(f), rtol=0, atol=1e-7)


def test_each_picture_of_a_batch_has_its_own_width_and_noise(randn):
    g = randn(2, N, N)
    widths = torch.tensor([0.7, 2.0])
    sigmas = torch.tensor([0.1, 0.01])
    together = answers.wiener(g, widths, sigmas, spectrum())
    for i in range(2):
        alone = answers.wiener(g[i], widths[i], sigmas[i], spectrum())
        torch.testing.assert_close(together[i], alone)


def test_the_inverse_is_exact_without_noise_and_explodes_with_it(randn):
    f = randn(N, N)
    g = answers.blurred(f, 1.2)
    torch.testing.assert_close(answers.naive(g, 1.2), f)
    assert (answers.naive(g + 0.01 * randn(N, N), 1.2) - f).norm() > f.norm()


def test_wieners_filter_errs_as_expected_and_any_other_weight_more(randn):
    f = drawn(400, randn)
    g = answers.blurred(f, 1.2) + 0.2 * randn(*f.shape)

    def rms(weight):
        f_hat = answers.wiener(g, 1.2, 0.2, spectrum(), weight)
        return (f_hat - f).square().mean().sqrt()

    expected = answers.expected_error(1.2, 0.2, spectrum(), N)
    assert rms(1.0) == pytest.approx(expected.item(), rel=0.02)
    assert rms(1.0) < min(rms(0.5), rms(2.0))


def test_a_mean_spectrum_is_that_of_the_pictures_it_is_taken_from(randn):
    S = answers.mean_spectrum(drawn(400, randn))
    assert len(S) == len(spectrum())
    torch.testing.assert_close(S[1:], spectrum()[1:], rtol=0.15, atol=0)


def test_white_noise_has_a_flat_spectrum_of_its_variance(randn):
    torch.testing.assert_close(
        answers.mean_spectrum(3 * randn(4000, 8, 8)),
        torch.full((7,), 9.0).double(),
        rtol=0.1,
        atol=0,
    )


def changed(seed, randn):
    """A network whose every number is drawn anew."""
    network = answers.DetailNet(spectrum(), 2.0, seed=seed).double()
    for p in network.parameters():
        p.data = 0.3 * randn(*p.shape)
    return network.requires_grad_(False)


def test_the_network_is_small_and_begins_as_wieners_filter(randn):
    network = answers.DetailNet(spectrum(), 2.0).double()
    g = randn(3, N, N)
    f = answers.wiener(g, 1.5, 0.1, spectrum(), 2.0)
    torch.testing.assert_close(network(g, 1.5, 0.1), f)
    assert sum(p.numel() for p in network.parameters()) <= 5000


def test_the_network_looks_at_every_detail_and_both_settings(randn):
    network = changed(0, randn)
    g = randn(1, N, N)
    other = network(g, 1.7, 0.1)
    for i in range(answers.CHANNELS[0]):  # the pixels of details, the width, the noise
        blind = changed(0, randn)
        blind.load_state_dict(network.state_dict())
        blind.layers[0].weight[:, i] = 0
        assert not torch.allclose(blind(g, 1.7, 0.1), other)


def test_packed_weights_come_back_to_a_part_in_ten_thousand(randn):
    network = changed(0, randn)
    again = answers.unpacked(answers.packed(network), spectrum(), 2.0)
    g = randn(2, N, N)
    f = network(g, 1.5, 0.1)
    assert (again(g, 1.5, 0.1) - f).norm() < 1e-3 * f.norm()
    first, second = answers.packed(network), answers.packed(again)
    assert (second["whole"], second["biases"]) == (first["whole"], first["biases"])
    assert second["scales"] == pytest.approx(first["scales"])
