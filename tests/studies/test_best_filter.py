"""The study of Wiener's filter beside filters of one number."""

import pytest
import torch

from course_utils import images
from course_utils.noise import gaussian, seeded
from course_utils.operators import Blur
from course_utils.signals import gaussian_psf
from studies import best_filter

NAMES = ("camera", "cat", "coffee", "coins", "motorcycle", "rocket")


def contest(n, width, sigma, monkeypatch, names=NAMES):
    """The columns for a few photographs, each with the others as teachers."""
    every = images.photographs(n)
    few = {name: every[name] for name in names}
    monkeypatch.setattr(images, "photographs", lambda size: few)
    return {k: torch.tensor(x) for k, x in best_filter.row(n, width, sigma).items()}


@pytest.mark.slow
def test_a_row_comes_out_again():
    stored = best_filter.table().row(64, 2.0, 0.01)
    for name, column in best_filter.row(64, 2.0, 0.01).items():
        assert column == pytest.approx(stored[name], rel=1e-3)


@pytest.mark.parametrize("n, width, sigma", [(48, 1.2, 0.05), (56, 1.0, 0.08)])
def test_a_spectrum_beats_one_number_for_all_waves_at_strong_noise(
    n, width, sigma, monkeypatch
):
    found = contest(n, width, sigma, monkeypatch)
    assert (found["wiener"] < found["size"]).all()
    assert (found["size"] <= found["learned_size"]).all()


@pytest.mark.parametrize("n, width, sigma", [(48, 1.2, 0.02), (56, 1.8, 0.005)])
def test_one_number_on_differences_does_as_well_as_the_spectrum(
    n, width, sigma, monkeypatch
):
    found = contest(n, width, sigma, monkeypatch)
    assert found["differences"].mean() < found["wiener"].mean()
    ratio = found["wiener"].mean() / found["learned_differences"].mean()
    assert 1 / 1.1 < ratio < 1.1


@pytest.mark.slow
def test_the_best_curve_over_the_frequency_gains_little_on_most_photographs():
    every = images.photographs(128)
    f = torch.stack([every[name].double() for name in every])
    H = Blur(gaussian_psf(1.5, ndim=2).double(), (128, 128))
    g = torch.stack([H(x) + gaussian(x, 0.01, seeded(0)) for x in f])
    s, a, c = H.singular_values(), H.synthesis.T(f), H.analysis(g)
    p = best_filter.over_rings(best_filter.of_the_others(a.square()))
    fitted = best_filter.over_rings(c * a) / best_filter.over_rings(c * c)
    wiener = s * p / (s**2 * p + 0.01**2)
    best, ours = ((phi * c - a).flatten(1).norm(dim=1) for phi in (fitted, wiener))
    gain = dict(zip(every, (1 - best / ours).tolist(), strict=True))
    assert 0 < gain["camera"] < 0.01 and 1 / 3 < gain["moon"] < 0.4


def test_rings_keep_the_sum_and_what_depends_on_the_distance(randn):
    p = randn(2, 12, 12).square()
    smooth = best_filter.over_rings(p)
    torch.testing.assert_close(smooth.sum((1, 2)), p.sum((1, 2)))
    torch.testing.assert_close(best_filter.over_rings(smooth), smooth)
    torch.testing.assert_close(smooth, smooth.transpose(1, 2))


def test_the_others_do_not_contain_oneself():
    x = torch.tensor([[1.0], [2.0], [6.0]])
    assert best_filter.of_the_others(x).flatten().tolist() == [4.0, 3.5, 1.5]
