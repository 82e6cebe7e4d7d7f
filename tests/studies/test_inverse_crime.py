"""The study of the inverse crime: its law, where the chapter does not show it."""

import pytest
import torch

from course_utils import images
from course_utils.noise import gaussian, seeded
from studies import inverse_crime


def stacked(names, size):
    every = images.photographs(size)
    return torch.stack([every[name].double() for name in names])


def measured(n, width, sigma, filter="size", names=("coins", "rocket")):
    """The columns of a setting that is in no row, for two photographs."""
    D, world, H = inverse_crime.world_and_model(n, width)
    fine = stacked(names, 4 * n)
    f = D(fine)
    eps = gaussian(f, sigma, seeded(5))
    weight = inverse_crime.differences(n) if filter == "differences" else 1.0
    return inverse_crime.compared(H, f, world(fine) - H(f), eps, weight)


@pytest.mark.parametrize("filter", ["size", "differences"])
def test_a_row_comes_out_again(filter, monkeypatch):
    few = stacked(("astronaut", "brick"), 256)  # the first two of the album
    monkeypatch.setattr(inverse_crime, "album", lambda side: few)
    again = inverse_crime.row(64, 1.5, 1e-4, filter)
    stored = inverse_crime.table().row(64, 1.5, 1e-4, filter)
    for name, column in again.items():
        assert column == pytest.approx(stored[name][:2], rel=1e-3)


@pytest.mark.parametrize("width, filter", [(0.8, "differences"), (1.2, "size")])
def test_the_gain_is_bounded_by_the_model_error_after_the_inverse(width, filter):
    found = measured(48, width, 3e-5, filter)
    assert (found["gain"] <= 1 + found["after"]).all()
    root = (1 + found["after"].square()).sqrt()
    assert (root / found["gain"] - 1).abs().max() < 1 / 8


@pytest.mark.parametrize("n, sigma", [(48, 2e-5), (32, 3e-5)])
def test_a_model_error_far_above_the_noise_does_no_harm_through_a_wide_blur(n, sigma):
    wide = measured(n, 2.0, sigma)
    narrow = measured(n, 0.8, sigma)
    assert (wide["before"] > 15 * sigma).all() and (wide["gain"] < 1.1).all()
    assert (narrow["gain"] > 3).all()


def test_no_curve_gives_a_criminal_away_through_a_wide_blur():
    D, world, H = inverse_crime.world_and_model(64, 2.0)
    fine = stacked(["camera"], 256)[0]
    s, a = H.singular_values(), H.synthesis.T(D(fine))

    def error(data, sigma):
        c = H.analysis(data + gaussian(data, sigma, seeded(0)))
        filters = (s / (s**2 + lam) for lam in inverse_crime.LAMBDAS)
        return min((phi * c - a).norm() for phi in filters)

    for data in (H(D(fine)), world(fine)):
        assert error(data, 1e-6) > 0.7 * error(data, 1e-5)


def test_a_best_lambda_outside_the_grid_is_refused_unless_the_error_is_flat():
    falling = torch.tensor([[3.0], [2.0], [1.0]])
    for errors in (falling, falling.flip(0)):
        with pytest.raises(ValueError, match="outside the grid"):
            inverse_crime.best(errors)
    assert inverse_crime.best(torch.tensor([[1.0], [1.0], [2.0]])) == 0
