"""What a detector adds has the distribution it claims; only the generator decides it."""

import pytest
import torch

from course_utils.noise import gaussian, poisson, seeded


def test_a_seed_decides_a_series_of_draws():
    generator = seeded(3)
    first = torch.rand(4, generator=generator)
    second = torch.rand(4, generator=generator)
    both = torch.rand(8, generator=torch.Generator().manual_seed(3))
    assert torch.equal(torch.cat([first, second]), both)
    assert not torch.equal(first, torch.rand(4, generator=seeded(4)))
    assert generator.device.type == "cpu"


def test_no_seed_is_seed_0():
    draws = [torch.rand(4, generator=generator) for generator in (seeded(), seeded(0))]
    assert torch.equal(*draws)


def test_gaussian_noise_has_mean_0_and_standard_deviation_sigma():
    eps = gaussian(torch.zeros(100_000, dtype=torch.float64), 0.3, seeded())
    assert abs(eps.mean()) < 4 * 0.3 / 100_000**0.5
    assert eps.std() == pytest.approx(0.3, rel=0.01)


def test_gaussian_noise_follows_shape_type_and_seed():
    like = torch.zeros(2, 3, dtype=torch.float32)
    eps = gaussian(like, 1.0, seeded(7))
    assert eps.shape == like.shape and eps.dtype == like.dtype
    assert torch.equal(eps, gaussian(like, 1.0, seeded(7)))
    assert not torch.equal(eps, gaussian(like, 1.0, seeded(8)))


def test_photon_counts_have_a_variance_equal_to_their_mean():
    counts = poisson(torch.full((100_000,), 5.0), seeded())
    assert torch.equal(counts, counts.round())
    assert counts.mean() == pytest.approx(5, rel=0.01)
    assert counts.var() == pytest.approx(5, rel=0.03)


def test_impossible_noise_is_refused():
    with pytest.raises(ValueError, match="standard deviation"):
        gaussian(torch.zeros(3), -1, seeded())
    for mean in (-1.0, float("nan")):
        with pytest.raises(ValueError, match=">= 0 everywhere"):
            poisson(torch.tensor([1.0, mean]), seeded())


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), -1.0])
def test_noise_that_is_not_finite_is_refused(bad):
    with pytest.raises(ValueError, match=f"cannot be {bad}"):
        gaussian(torch.zeros(3), bad, seeded())
    with pytest.raises(ValueError, match="finite and >= 0"):
        poisson(torch.tensor([1.0, bad]), seeded())


def test_noise_for_integers_is_refused_with_the_way_out():
    for draw in (
        lambda x: gaussian(x, 1.0, seeded()),
        lambda x: poisson(x, seeded()),
    ):
        with pytest.raises(TypeError, match=r"convert with \.float"):
            draw(torch.ones(3, dtype=torch.int64))


def test_a_draw_is_the_same_whatever_device_torch_takes_by_default():
    expected = gaussian(torch.zeros(3), 1.0, seeded())
    with torch.device("meta"):
        assert torch.equal(gaussian(expected, 1.0, seeded()), expected)
