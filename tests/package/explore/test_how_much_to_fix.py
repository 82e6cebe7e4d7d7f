"""The page's rule is the package's, and its modes are those that many pairs show."""

import pytest
import torch

from course_utils import mismatch
from course_utils.explore.how_much_to_fix import LOG2_PAIRS, modes
from course_utils.mismatch import Problem
from tests.package.explore.examples import N, how_much_to_fix

SETTINGS = {
    "level": [0, 1, 2],
    "log10_sigma": (-2.5, -0.5),
    "log2_pairs": (2.0, 12.0),
}


def expected(figure):
    risks = list(figure.risks(round(2**figure.log2_pairs)).values())
    curves = [list(figure.risks(round(2 ** log2.item())).values()) for log2 in LOG2_PAIRS]
    return {
        "known": figure.least(),
        "curves": curves,
        "risks": risks,
        "choice": risks.index(min(risks)),
    }


def problem(randn, size):
    """A random operator of the examples' size, another near it, and a covariance."""
    C = torch.cov(randn(N, 4 * N))
    A = randn(N, N) / N**0.5
    return Problem(A + size * randn(N, N), A, C, 0.1)


def test_the_modes_are_those_that_many_pairs_show(randn):
    p = problem(randn, 0.05)
    f = torch.linalg.cholesky(p.C) @ randn(N, 40_000)
    shown = mismatch.seen(p.A, p.C, p.sigma, f, p.H @ f + p.sigma * randn(N, 40_000))
    exact = modes(p.A, p.C, p.H)
    assert torch.allclose(exact.a, shown.a)
    assert torch.allclose(exact.each, shown.each, rtol=0.05)
    E = p.H - p.A
    assert exact.each.sum().item() == pytest.approx(torch.trace(E @ p.C @ E.T).item())


def test_with_no_mismatch_nothing_is_better_than_to_fix_all(randn):
    figure = how_much_to_fix(randn)
    figure.level = 0
    assert figure.risks(64)["fixed"] == pytest.approx(figure.least(), rel=1e-3)
    p = problem(randn, 0.0)
    m = modes(p.A, p.C, p.H)
    found = (m.w * p.sigma**2 / (m.a.square() + p.sigma**2)).sum().item()
    assert found == pytest.approx(mismatch.true(p), rel=1e-9)


def test_operators_of_another_shape_are_refused(randn):
    figure = type(how_much_to_fix(randn))
    with pytest.raises(ValueError, match="the operators are"):
        figure(
            torch.eye(4),
            torch.eye(4),
            {0.0: torch.eye(3)},
            level=0,
            log10_sigma=-1.0,
            log2_pairs=2.0,
        )
