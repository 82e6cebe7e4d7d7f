"""The study of what the four layers cost: its memory and its transforms, not its times."""

import pytest
import torch

from course_utils.noise import seeded
from studies import spectral_cost


@pytest.mark.slow
def test_the_peak_counts_what_is_held_at_once():
    g = torch.ones(64, 64)
    assert spectral_cost.peak(torch.clone, g) == pytest.approx(1, abs=0.01)
    twice = spectral_cost.peak(lambda g: (g + 1) + 1, g)
    assert twice == pytest.approx(2, abs=0.01)
    freed = spectral_cost.peak(lambda g: torch.stack([g + 1, g + 2])[0].clone(), g)
    assert freed == pytest.approx(4, abs=0.01)


def test_a_row_comes_out_again_but_for_its_times():
    again = spectral_cost.row(128)
    stored = spectral_cost.table().row(128)
    assert stored.keys() == {"side", *again}
    assert again["dense_gb"] == stored["dense_gb"]
    for row in spectral_cost.table().rows:
        assert row["dense_gb"] == pytest.approx(4 * row["side"] ** 4 / 1e9)
        held = pytest.approx(again["memory_in_pictures"], rel=0.1)
        assert row["memory_in_pictures"] == held  # on every side the same


def test_the_transforms_that_are_timed_end_in_that_of_the_picture():
    f = torch.rand(8, 8, generator=seeded(0))
    whole = torch.fft.fft2(f, norm="ortho")
    torch.testing.assert_close(spectral_cost.transforms(f), whole)
