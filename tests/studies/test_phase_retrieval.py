"""Phase retrieval: its derivatives, its spectral start and what counts as a success."""

import math

import pytest
import torch

from course_utils.noise import seeded
from course_utils.nonlinear import Modulus
from studies import phase_retrieval as study

close = torch.testing.assert_close


@pytest.mark.parametrize("kind", ["random", "masked"])
def test_the_intensity_has_the_derivative_of_its_formula(kind, randn):
    A = study.matrix(kind, 2.0, seeded(0))
    h = study.Intensity(A, pairs=kind != "random")
    f, v = randn(2, study.N)
    close(h(f), Modulus(A, pairs=kind != "random")(f).square())
    e = 1e-6
    difference = (h(f + e * v) - h(f - e * v)) / (2 * e)
    close(h.at(f)(v), difference, rtol=1e-6, atol=1e-6)
    g = randn(*h.out_shape)
    close((h.at(f)(v) * g).sum(), (h.at(f).T(g) * v).sum())


def test_masked_data_are_moduli_of_fourier_transforms(randn):
    f = randn(study.N)
    A = study.matrix("unmasked", 1.0, seeded(0))
    g = Modulus(A, pairs=True)(f)
    close(g, torch.fft.fft(f).abs())
    close(Modulus(A, pairs=True)(f.roll(5).flip(0)), g)  # which no start can tell apart
    masked = study.matrix("masked", 2.0, seeded(0))
    draw = torch.rand(2, study.N, generator=seeded(0), dtype=torch.float64)
    masks = torch.exp(2j * math.pi * draw)
    expected = torch.fft.fft(masks * f).abs().flatten()
    close(Modulus(masked, pairs=True)(f), expected)


@pytest.mark.parametrize("kind", ["random", "masked"])
def test_the_spectral_start_points_along_f_where_data_abound(kind, randn):
    A = study.matrix(kind, 40.0, seeded(0))
    f = randn(study.N)
    g = Modulus(A, pairs=kind != "random")(f)
    assert study.distance(study.spectral(A, g), f) < 0.35
    assert study.spectral(A, g).norm() == pytest.approx(f.norm().item(), rel=0.1)


def test_a_distance_is_up_to_the_sign(randn):
    f, e = randn(2, 5)
    far = study.distance(torch.stack([f + e, -f - e, 3 * f]), f)
    ratio = torch.minimum(e.norm(), (2 * f + e).norm()) / f.norm()
    close(far, torch.stack([ratio, ratio, torch.tensor(2.0).double()]))


def test_with_known_phases_the_problem_is_linear(randn):
    A = study.matrix("random", 3.0, seeded(0))
    h = Modulus(A)
    f = randn(study.N)
    close(study.with_known_phases(h, h(f), f, 0.0), f)


@pytest.mark.slow
def test_trials_of_the_table_come_again(monkeypatch):
    task = ("random", 4.0, "intensity")
    row = study.table().row(*task)
    trials = [study.trial(*task, seed) for seed in range(study.TRIALS)]
    for place, k in enumerate(study.STARTS):
        assert sum(one[f"{k}"] for one in trials) == row["success"][place][0]
    assert sum(one["spectral"] for one in trials) == row["spectral"][0]


def test_the_table_says_that_the_objective_counts_more_than_the_starts():
    def share(fit, rows, kind="random"):
        return study.table().row(kind, rows, fit)["each_start"]

    for rows in (3.0, 4.0):
        assert share("intensity", rows) > 3 * share("modulus", rows)
