"""What chapter 15 says of its opening figure and of its exercises, by trials beside it."""

import pytest
import torch

from course_utils import mismatch
from course_utils.explore import HowMuchToFix
from course_utils.explore.how_much_to_fix import LOG2_PAIRS
from course_utils.mismatch import Problem, estimate
from course_utils.noise import seeded
from studies.how_much_to_fix.structures import STRUCTURES, Known, learned

N = 32
SIGMA = 0.01
X = torch.arange(N, dtype=torch.float64)
C = torch.exp(-(X[:, None] - X).abs() / 8)
L = torch.linalg.cholesky(C)
LEVELS = [k / 20 for k in range(13)]


def blur(varies, width=1.6):
    """The blur of the chapter."""
    widths = width * (1 + varies * torch.linspace(-1, 1, N, dtype=X.dtype))[:, None]
    B = torch.exp(-(((X[:, None] - X) / widths) ** 2) / 2)
    return B / B.sum(1, keepdim=True)


A = blur(0.0)


def problem(varies, sigma=SIGMA, width=1.6):
    return Problem(blur(varies, width), A, C, sigma)


def pairs(p, count, seed):
    draw = seeded(seed)
    f = L @ torch.randn(N, count, generator=draw, dtype=X.dtype)
    eps = torch.randn(N, count, generator=draw, dtype=X.dtype)
    return f, p.H @ f + p.sigma * eps


def opening_figure(**setting):
    operators = {varies: blur(varies) for varies in LEVELS}
    setting = {"level": 4, "log10_sigma": -2.0, "log2_pairs": 2.0} | setting
    return HowMuchToFix(A, C, operators, **setting)


@pytest.mark.slow
@pytest.mark.parametrize("varies", [0.1, 0.2, 0.6])
@pytest.mark.parametrize("log10_sigma", [-2.5, -2.0, -0.5])
@pytest.mark.parametrize("count", [4, 64])
def test_for_the_blur_of_the_opening_figure_the_first_rule_chooses_well(
    varies, log10_sigma, count
):
    p = problem(varies, 10**log10_sigma)
    known = Known(A, C, p.sigma)
    drawn = [pairs(p, count, seed) for seed in range(4)]
    risks = {
        name: sum(p.risk(learned(name, known, f, g).R) for f, g in drawn)
        for name in STRUCTURES
    }
    figure = opening_figure(level=LEVELS.index(varies), log10_sigma=log10_sigma)
    predicted = figure.risks(count)
    assert risks[min(predicted, key=predicted.get)] < 1.05 * min(risks.values())


def test_noise_ten_times_as_large_as_the_mismatch_leaves_nothing_to_choose():
    p = problem(0.2, 10**-0.5)
    E = p.H - A
    assert (E @ C @ E.mT).trace() < N * p.sigma**2 / 100
    figure = opening_figure(log10_sigma=-0.5)
    for count in (2**LOG2_PAIRS).round().int().tolist():
        risks = figure.risks(count)
        assert risks["fixed"] < 1.01 * min(risks.values())


@pytest.mark.parametrize(("varies", "seed"), [(0.4, 101), (0.6, 102)])
def test_the_mean_square_of_large_residuals_is_a_level_to_start_at(varies, seed):
    f, g = pairs(problem(varies), 32, seed)

    def error(v):
        R = estimate(A, C, v * torch.eye(N, dtype=X.dtype))
        return (R @ g - f).square().sum().item()

    level = (g - A @ f).square().mean().item()
    assert error(level) < 1.03 * min(map(error, torch.logspace(-6, 0, 200).tolist()))


def fitted(f, g, steps=300):
    """The blur whose two numbers explain the pairs."""
    theta = torch.tensor([0.0, 1.6], dtype=X.dtype, requires_grad=True)
    optimizer = torch.optim.Adam([theta], lr=0.02)
    for _ in range(steps):
        optimizer.zero_grad()
        ((g - blur(*theta) @ f) / SIGMA).square().mean().backward()
        optimizer.step()
    return blur(*theta).detach()


@pytest.mark.slow
def test_one_pair_and_the_form_of_the_mismatch_do_more_than_a_thousand_pairs():
    p = problem(0.4)
    noise = SIGMA**2 * torch.eye(N, dtype=X.dtype)
    one = [p.risk(estimate(fitted(*pairs(p, 1, seed)), C, noise)) for seed in range(6)]
    known = Known(A, C, SIGMA)
    many = [p.risk(learned("correction", known, *pairs(p, 1000, k)).R) for k in range(2)]
    assert mismatch.true(p) < sum(one) / 6 < sum(many) / 2 < 1.03 * mismatch.true(p)
