"""The risk of each structure in closed form, beside trials with random pairs."""

import pytest
import torch

from course_utils import mismatch
from course_utils.mismatch import Problem, estimate

N_F = 12  # unknowns
DRAWS = 300


def blurs(widths):
    """Rows of a Gaussian blur, each with its width."""
    x = torch.arange(N_F).double()
    H = torch.exp(-(((x[:, None] - x) / widths) ** 2) / 2)
    return H / H.sum(1, keepdim=True)


@pytest.fixture(scope="module")
def problem():
    """A blur that widens to the right and is taken for one that does not."""
    x = torch.arange(N_F).double()
    C = torch.exp(-(x[:, None] - x).abs() / 5)
    widths = torch.linspace(0.8, 2.4, N_F).double()[:, None]
    return Problem(blurs(widths), blurs(1.5), C, 0.1)


def pairs(p, count, draws=DRAWS, seed=0):
    """Draws of pairs f and g, (draws, unknowns or data, pairs)."""
    generator = torch.Generator().manual_seed(seed)
    randn = lambda *shape: torch.randn(shape, generator=generator, dtype=torch.float64)  # noqa: E731
    f = torch.linalg.cholesky(p.C) @ randn(draws, N_F, count)
    return f, p.H @ f + p.sigma * randn(draws, N_F, count)


def agrees(p, R, expected):
    """Whether the mean risk of estimates R is that expected, to three standard errors."""
    risks = torch.stack([torch.tensor(p.risk(one)) for one in R])
    return abs(risks.mean() - expected) <= 3 * risks.std() / len(R) ** 0.5


def test_the_risk_is_the_mean_error_of_an_estimate(problem):
    f, g = pairs(problem, 20_000, draws=1)
    for R in (estimate(problem.A, problem.C, problem.noise(0.02)), blurs(0.3)):
        errors = (f - R @ g).square().sum(1)[0]
        assert abs(errors.mean() - problem.risk(R)) <= 3 * errors.std() / len(errors) ** 0.5


def test_the_true_operator_cannot_be_beaten(problem):
    best = estimate(problem.H, problem.C, problem.noise(problem.sigma**2))
    R = best.clone().requires_grad_()
    G = problem.data
    loss = -2 * torch.trace(R @ problem.H @ problem.C) + torch.trace(R @ G @ R.mT)
    assert torch.autograd.grad(loss, R)[0].abs().max() < 1e-12
    posterior = torch.linalg.inv(
        problem.H.mT @ problem.H / problem.sigma**2 + torch.linalg.inv(problem.C)
    )
    assert mismatch.true(problem) == pytest.approx(posterior.trace().item(), rel=1e-9)


def test_what_is_learned_of_a_wrong_operator_helps_in_this_order(problem):
    risks = [f(problem) for f in (mismatch.true, mismatch.covariance, mismatch.fixed)]
    assert risks == sorted(risks)
    assert mismatch.true(problem) < mismatch.retuned(problem) < mismatch.fixed(problem)


def test_without_mismatch_nothing_is_lost_by_fixing_everything(problem):
    right = Problem(problem.H, problem.H, problem.C, problem.sigma)
    for structure in (mismatch.fixed, mismatch.retuned, mismatch.covariance):
        assert structure(right) == pytest.approx(mismatch.true(right), rel=1e-9)


@pytest.mark.parametrize("count", [4, 40])
def test_a_weight_for_each_mode_risks_what_trials_give(problem, count):
    f, g = pairs(problem, count)
    U, _, Vh = torch.linalg.svd(problem.A)
    a = Vh @ f
    b = U.mT @ g
    w = (a * b).sum(-1) / b.square().sum(-1)
    R = Vh.mT @ (w[:, :, None] * U.mT)
    assert agrees(problem, R, mismatch.spectral(problem, count))


@pytest.mark.parametrize(("count", "weight"), [(16, 0.0), (40, 0.3), (40, 3.0)])
def test_a_dense_layer_risks_what_trials_give(problem, count, weight):
    f, g = pairs(problem, count)
    R = f @ g.mT @ torch.linalg.inv(g @ g.mT + weight * torch.eye(N_F))
    assert agrees(problem, R, mismatch.dense(problem, count, weight))


@pytest.mark.parametrize("count", [8, 16])
def test_a_dense_layer_from_few_pairs_risks_what_trials_give_to_a_twelfth(problem, count):
    f, g = pairs(problem, count)
    R = f @ g.mT @ torch.linalg.inv(g @ g.mT + 0.3 * torch.eye(N_F))
    mean = sum(problem.risk(one) for one in R) / len(R)
    assert mismatch.dense(problem, count, 0.3) == pytest.approx(mean, rel=1 / 12)


def test_a_dense_layer_without_ridge_is_exact(problem):
    exact = mismatch.true(problem) * (1 + N_F / (20 - N_F - 1))
    assert mismatch.dense(problem, 20, 0.0) == pytest.approx(exact, rel=1e-9)
    assert mismatch.dense(problem, 20) < exact


def test_a_correction_costs_what_trials_give_for_many_pairs(problem):
    count = 4000
    f, g = pairs(problem, count, draws=60)
    H_hat = g @ f.mT @ torch.linalg.inv(f @ f.mT)
    R = [estimate(H, problem.C, problem.noise(problem.sigma**2)) for H in H_hat]
    assert agrees(problem, R, mismatch.correction(problem, count))


def test_what_pairs_leave_unknown_is_what_ridge_leaves():
    power, unknowns, count, sigma = 0.5, 60, 40, 0.3
    generator = torch.Generator().manual_seed(0)
    left = []
    for _ in range(100):
        e = torch.randn(unknowns, generator=generator) * (power / unknowns) ** 0.5
        Z = torch.randn(unknowns, count, generator=generator)
        r = Z.mT @ e + sigma * torch.randn(count, generator=generator)
        mu = sigma**2 * unknowns / power
        found = Z @ torch.linalg.solve(Z.mT @ Z + mu * torch.eye(count), r)
        left.append((e - found).square().sum())
    left = torch.stack(left)
    expected = mismatch.left_over(power, unknowns, count, sigma)
    assert abs(left.mean() - expected) <= 3 * left.std() / len(left) ** 0.5


def test_pairs_leave_everything_at_first_and_noise_at_last():
    assert mismatch.left_over(0.5, 60, 0, 0.3) == pytest.approx(0.5)
    many = 10**7
    assert mismatch.left_over(0.5, 60, many, 0.3) == pytest.approx(
        0.09 * 60 / many, rel=1e-3
    )


def unaligned(size, sigma, seed=0):
    """A problem whose mismatch is as the rule supposes it: a random matrix, whitened."""
    generator = torch.Generator().manual_seed(seed)
    E = size * torch.randn(N_F, N_F, generator=generator, dtype=torch.float64)
    C = torch.eye(N_F, dtype=torch.float64)
    return Problem(blurs(1.5) + E / N_F**0.5, blurs(1.5), C, sigma)


def told(p, count, seed=0):
    """What the rule predicts from so many pairs."""
    f, g = pairs(p, count, draws=1, seed=seed)
    return mismatch.predicted(mismatch.seen(p.A, p.C, p.sigma, f[0], g[0]))


def test_the_rule_predicts_what_closed_forms_give_where_its_two_suppositions_hold():
    ratios = {name: [] for name in ("fixed", "retuned", "dense")}
    for seed in range(10):
        p = unaligned(0.1, 0.1, seed)
        found = told(p, 200, seed)
        ratios["fixed"].append(found["fixed"] / mismatch.fixed(p))
        ratios["retuned"].append(found["retuned"] / mismatch.retuned(p))
        ratios["dense"].append(found["dense"] / mismatch.dense(p, 200))
    for name, slack in {"fixed": 0.1, "retuned": 0.1, "dense": 0.3}.items():
        assert sum(ratios[name]) / 10 == pytest.approx(1, abs=slack), name


def test_the_rule_fixes_what_is_right_corrects_what_pairs_show_and_trusts_no_few():
    least = lambda found: min(found, key=found.get)  # noqa: E731
    assert least(told(unaligned(0.3, 0.05), 300)) == "correction"
    assert least(told(unaligned(0.3, 0.05), 4)) != "dense"
    right = told(unaligned(0.0, 0.1), 100)
    assert min(right.values()) == pytest.approx(right["fixed"], rel=0.02)


def test_the_rule_sees_the_power_of_the_mismatch(problem):
    f, g = pairs(problem, 20_000, draws=1)
    shown = mismatch.seen(problem.A, problem.C, problem.sigma, f[0], g[0])
    E = problem.H - problem.A
    power = torch.trace(E @ problem.C @ E.mT).item()
    assert shown.each.sum().item() == pytest.approx(power, rel=0.05)
    total = problem.C.trace().item()
    assert shown.w.sum().item() == pytest.approx(total, rel=1e-9)


def test_what_does_not_fit_is_refused(problem):
    with pytest.raises(ValueError, match="do not fit together"):
        Problem(problem.H, problem.A[:4], problem.C, 0.1)
    with pytest.raises(ValueError, match="standard deviation"):
        Problem(problem.H, problem.A, problem.C, -0.1)
    with pytest.raises(ValueError, match=r"pairs beyond n \+ 1"):
        mismatch.correction(problem, N_F + 1)
    with pytest.raises(ValueError, match="whole number"):
        mismatch.spectral(problem, 2)
