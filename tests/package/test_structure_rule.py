"""The rule beside closed forms and trials: a mismatch is seen for what it is."""

import pytest
import torch

from course_utils import mismatch, structure_rule
from course_utils.mismatch import Problem

N_F = 12  # unknowns
EYE = torch.eye(N_F, dtype=torch.float64)


def blur(width):
    """Rows of a Gaussian blur, not the same on both sides."""
    x = torch.arange(N_F).double()
    far = x[:, None] - x
    H = torch.exp(-((far / (width + 0.3 * (far > 0))) ** 2) / 2)
    return H / H.sum(1, keepdim=True)


def drawn(H, sigma, count, seed=0):
    """Pairs (f, g) of white f."""
    generator = torch.Generator().manual_seed(seed)
    f = torch.randn(N_F, count, generator=generator, dtype=torch.float64)
    eps = torch.randn(N_F, count, generator=generator, dtype=torch.float64)
    return f, H @ f + sigma * eps


def parts(H, A, sigma, count, seed=0):
    """What the rule sees."""
    f, g = drawn(H, sigma, count, seed)
    return structure_rule.seen(A, EYE, sigma, f, g)


def gained(A, gain):
    """A with a gain in each of its modes."""
    U, _, Vh = torch.linalg.svd(A)
    return A + U @ gain.diag() @ Vh


def test_a_gain_of_each_mode_is_seen_as_a_gain_and_nothing_beside_it():
    gain = torch.linspace(-0.3, 0.2, N_F).double()
    found = parts(gained(blur(1.0), gain), blur(1.0), 0.05, 20_000)
    assert (found.modes.gain - gain).abs().max() < 5 * 0.05 / 20_000**0.5
    assert found.modes.beside == pytest.approx(0.0025 * torch.ones(N_F), rel=0.05)
    assert found.linear.abs().max() < 1e-5


def test_a_random_matrix_is_seen_as_linear_and_a_square_is_not():
    E = 0.3 * torch.randn(N_F, N_F, generator=torch.Generator().manual_seed(1)).double()
    U, _, Vh = torch.linalg.svd(blur(1.0))
    inside = U.mT @ E @ Vh.mT
    expected = inside.square().sum(1) - inside.diagonal().square()
    found = parts(blur(1.0) + E, blur(1.0), 0.05, 20_000)
    assert found.linear == pytest.approx(expected, rel=0.1)
    f, g = drawn(blur(1.0), 0.05, 20_000)
    bent = structure_rule.seen(blur(1.0), EYE, 0.05, f, g + 0.3 * (f.square() - 1))
    assert bent.linear.abs().max() < 0.02 * bent.modes.beside.min()


@pytest.mark.parametrize("count", [6, 40])
def test_the_linear_part_has_no_bias_however_few_the_pairs(count):
    generator = torch.Generator().manual_seed(0)
    found = []
    for _ in range(500):
        z = torch.randn(5, count, generator=generator)
        r = z[1:2] - 2 * z[3:4] + torch.randn(1, count, generator=generator)
        r = torch.cat([r, r, r, r, r])
        found.append(structure_rule.shared(r, z))
    found = torch.stack(found)
    error = found.std(0) / len(found) ** 0.5
    expected = torch.tensor([5.0, 4.0, 5.0, 1.0, 5.0])
    assert ((found.mean(0) - expected).abs() < 4 * error).all()


@pytest.mark.parametrize(("noise", "count"), [(0.09, 40), (0.01, 60), (0.3, 200)])
def test_bias_and_variance_of_the_best_ridge_are_what_it_leaves(noise, count):
    bias, variance = structure_rule.ridge_shares(0.5, noise, 60, count)
    expected = mismatch.left_over(0.5, 60, count, noise**0.5)
    assert 0.5 * bias + noise * variance == pytest.approx(expected, rel=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("size", [0.0, 0.1, 0.3])
def test_the_rule_predicts_what_closed_forms_give(size):
    """Dense only where E is small beside A: the spectrum of A is taken for that of H."""
    ratios = {name: [] for name in ("fixed", "retuned", "spectral", "dense")}
    for seed in range(10):
        E = torch.randn(N_F, N_F, generator=torch.Generator().manual_seed(seed)).double()
        p = Problem(blur(1.5) + size * E / N_F**0.5, blur(1.5), EYE, 0.1)
        found = structure_rule.predicted(parts(p.H, p.A, 0.1, 200, seed))
        ratios["fixed"].append(found["fixed"] / mismatch.fixed(p))
        ratios["retuned"].append(found["retuned"] / mismatch.retuned(p))
        ratios["spectral"].append(found["spectral"] / mismatch.spectral(p, 200))
        ratios["dense"].append(found["dense"] / mismatch.dense(p, 200))
    means = {name: sum(values) / 10 for name, values in ratios.items()}
    assert means.pop("dense") == pytest.approx(1, abs=0.3) or size > 0.1
    assert list(means.values()) == pytest.approx([1, 1, 1], abs=0.1)


def test_the_rule_weighs_modes_where_a_gain_is_wrong_and_the_first_rule_does_not():
    H = gained(blur(1.0), torch.full((N_F,), -0.25).double())
    f, g = drawn(H, 0.02, 20)
    least = lambda found: min(found, key=found.get)  # noqa: E731
    given = (blur(1.0), EYE, 0.02, f, g)
    assert least(structure_rule.predicted(structure_rule.seen(*given))) == "spectral"
    assert least(mismatch.predicted(mismatch.seen(*given))) != "spectral"


def test_too_few_pairs_are_refused():
    f, g = drawn(blur(1.0), 0.1, 2)
    with pytest.raises(ValueError, match="pairs beyond the second"):
        structure_rule.seen(blur(1.0), EYE, 0.1, f, g)
    with pytest.raises(ValueError, match="standard deviation"):
        structure_rule.seen(blur(1.0), EYE, -1.0, *drawn(blur(1.0), 0.1, 9))
