"""Scenes and point-spread functions are what their sentences say."""

import pytest
import torch

from course_utils import signals
from course_utils.noise import seeded


def test_the_boxcar_is_the_same_scene_at_every_size():
    fine, coarse = signals.boxcar(4096), signals.boxcar(64)
    assert fine.min() == 0 and fine.max() == 1
    assert (fine.reshape(64, 64).mean(1) - coarse).abs().mean() < 0.05


@pytest.mark.parametrize("ndim", [1, 2, 3])
def test_a_gaussian_psf_sums_to_1_and_has_the_width_it_is_given(ndim):
    h = signals.gaussian_psf(1.7, ndim)
    assert h.ndim == ndim and h.sum() == pytest.approx(1)
    u = torch.arange(len(h)) - len(h) // 2
    line = h.flatten(1).sum(1) if ndim > 1 else h
    assert (line * u).sum() == pytest.approx(0, abs=1e-6)
    assert (line * u**2).sum() == pytest.approx(1.7**2, rel=0.01)


def test_a_psf_of_width_0_is_a_single_1():
    assert torch.equal(signals.gaussian_psf(0, 2), torch.ones(1, 1))


@pytest.mark.parametrize("width", [-1, float("nan"), float("inf")])
def test_an_impossible_width_is_refused(width):
    with pytest.raises(ValueError, match="width >= 0"):
        signals.gaussian_psf(width)


def test_piecewise_constant_signals_jump_at_most_so_often():
    f = signals.piecewise_constant(50, 200, seeded(), jumps=6)
    assert f.shape == (50, 200) and f.min() >= 0 and f.max() <= 1
    jumps = (f.diff() != 0).sum(-1)
    assert jumps.max() <= 6 and jumps.double().mean() > 5


def test_sparse_signals_have_the_density_and_spread_they_are_given():
    f = signals.sparse(200, 500, 0.1, seeded())
    assert (f != 0).double().mean() == pytest.approx(0.1, rel=0.03)
    assert f[f != 0].std() == pytest.approx(1, rel=0.03)


def test_the_phantom_has_a_bright_skull_around_a_grey_brain():
    f = signals.phantom(128)
    assert f.shape == (128, 128) and f.min() == 0 and f.max() == 1
    assert f[0].max() == 0 and f[64, 64] == pytest.approx(0.2)
    assert f[6:12, 64].max() == 1  # the top of the skull


def test_an_ellipse_is_placed_and_turned_as_in_the_plane():
    table = torch.tensor([[1.0, 0.4, 0.1, 0.5, 0.5, 90.0]], dtype=torch.float64)
    rows, columns = signals.ellipses(table, 100).nonzero().double().unbind(1)
    assert rows.mean() == pytest.approx(24.5) and columns.mean() == pytest.approx(
        74.5
    )  # up, right
    assert rows.std() == pytest.approx(
        4 * columns.std().item(), rel=0.05
    )  # the long axis stands upright


def test_random_ellipses_stay_in_the_disc_and_differ():
    f = signals.random_ellipses(3, 64, seeded())
    u = (2 * torch.arange(64) + 1) / 64 - 1
    assert f.shape == (3, 64, 64) and f.min() == 0 and f.max() <= 1
    assert f[:, u**2 + u[:, None] ** 2 > 1].max() == 0
    assert not torch.equal(f[0], f[1])


def test_random_scenes_have_four_to_twelve_ellipses_each_as_often(monkeypatch):
    counts = []

    def count(table, size):
        counts.append(len(table))
        return torch.zeros(size, size)

    monkeypatch.setitem(signals.random_ellipses.__globals__, "ellipses", count)
    signals.random_ellipses(900, 1, seeded())
    often = torch.tensor(counts).bincount(minlength=14)
    assert often[:4].sum() == often[13] == 0
    assert often[4:13].min() > 60 and often[4:13].max() < 140  # 100, within four deviations


@pytest.mark.parametrize(
    "draw",
    [
        lambda g: signals.piecewise_constant(2, 9, g),
        lambda g: signals.sparse(2, 9, 0.5, g),
        lambda g: signals.random_ellipses(2, 9, g),
    ],
)
def test_one_seed_means_one_scene_and_the_default_type_is_followed(draw):
    assert torch.equal(draw(seeded(3)), draw(seeded(3)))
    assert draw(seeded()).dtype == torch.get_default_dtype()


def test_a_thermal_scene_has_the_temperatures_of_its_labels():
    T, labels = signals.thermal_scene(48, torch.Generator().manual_seed(3))
    assert T.shape == labels.shape == (48, 48) and labels.dtype == torch.int64
    assert labels.unique().tolist() == [0, 1, 2]
    for label, (low, high) in enumerate([(291, 295), (303, 311), (325, 345)]):
        assert low <= T[labels == label].min() and T[labels == label].max() <= high
    again = signals.thermal_scene(48, torch.Generator().manual_seed(3))
    assert torch.equal(again[0], T) and torch.equal(again[1], labels)
    assert not torch.equal(
        signals.thermal_scene(48, torch.Generator().manual_seed(4))[1], labels
    )
