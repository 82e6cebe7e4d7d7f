"""The study of what the four layers cost: its memory and its transforms, not its times."""

import pytest
import torch

from studies import spectral_cost


def test_the_peak_counts_what_is_held_at_once():
    g = torch.ones(64, 64)
    assert spectral_cost.peak(torch.clone, g) == pytest.approx(1, abs=0.01)
    twice = spectral_cost.peak(lambda g: (g + 1) + 1, g)
    assert twice == pytest.approx(2, abs=0.01)


def test_a_row_comes_out_again_but_for_its_times():
    stored = spectral_cost.table().row(128)
    again = spectral_cost.row(128)
    assert stored.keys() == {"side", *again}
    assert again["dense_gb"] == stored["dense_gb"]
    assert again["memory_in_pictures"] == pytest.approx(
        stored["memory_in_pictures"], rel=0.1
    )
