"""The study of stars: who wins on the pixels and between, in settings not in the table."""

import pytest
import torch

from course_utils import linear, noise, operators, signals, solvers
from course_utils.noise import seeded
from course_utils.priors import L1
from studies import sparse_signals as study

pytestmark = pytest.mark.usefixtures("doubles")


def test_a_best_lambda_at_an_end_is_refused():
    g = torch.ones(2, 4)
    with pytest.raises(AssertionError, match="at an end"):
        study.best(lambda H, g, lam: lam * g, [1.0, 2.0, 3.0], H=None, g=g, f=g)
    assert study.best(lambda H, g, lam: lam * g, [0.5, 1, 2], H=None, g=g, f=g).sum() == 0


@pytest.mark.parametrize("n, sigma", [(96, 0.008), (160, 0.015)])
@pytest.mark.slow
def test_between_pixels_the_stars_are_not_found_as_well_as_on_them(n, sigma):
    on = study.ratios("on", n, sigma, count=12).median()
    between = study.ratios("between", n, sigma, count=12).median()
    assert on < 0.35 and between > on + 0.1


def test_a_pixel_is_the_sum_of_its_finer_ones():
    _, f, g = study.lines(64, 0.0, 3, finer=4)
    assert torch.allclose(f.sum(-1), g.sum(-1))
    H, f, g = study.lines(64, 0.0, 3)
    assert torch.equal(H(f), g)


def test_every_row_has_the_shares_of_its_lines():
    for row in study.table().rows:
        assert 0 <= row["quarter"] <= row["half"] <= 1 and row["median"] <= row["most"]
        assert (row["median"] < 0.5) == (row["half"] > 0.5)


def test_under_a_blur_restart_is_ahead_on_some_lines_and_behind_on_others():
    H = operators.Blur(signals.gaussian_psf(1.8), (64,))
    f = signals.sparse(20, 64, 0.1, seeded(6))
    g = H(f) + noise.gaussian(f, 0.01, seeded(7))
    ways = [solvers.fista(H, g, L1(), 0.02, 1.0, restart=r) for r in (True, False)]
    ends = [solvers.run(way, 100) for way in ways]
    J = [(H(x) - g).square().sum(-1) / 2 + 0.02 * x.abs().sum(-1) for x in ends]
    assert 0 < (J[0] < J[1]).sum() < 20


def draw(seed):
    A = torch.randn(100, 200, generator=seeded(seed))
    A = linear.Matrix(A / A.norm(dim=0))
    f = signals.sparse(1, 200, 0.1, seeded(100 + seed))[0]
    return A, A(f) + noise.gaussian(A(f), 0.02, seeded(200 + seed))


def bounded(solver, seed, tau_L):
    A, g = draw(seed)
    way = solver(A, g, L1(), 0.05, tau_L / A.norm() ** 2)
    return bool(solvers.run(way, 800).norm() < 1e3)


@pytest.mark.slow
def test_far_beyond_the_limit_the_draw_decides_whether_ista_stays_bounded():
    assert 0 < sum(bounded(solvers.ista, seed, 2.3) for seed in range(12)) < 12


@pytest.mark.slow
def test_below_the_limit_ista_stays_bounded_and_fista_may_overflow():
    assert all(bounded(solvers.ista, seed, 1.9) for seed in range(3))
    assert not all(bounded(solvers.fista, seed, 1.9) for seed in range(3))
