"""The iteration player draws the iterates of ISTA and FISTA."""

from itertools import islice

import pytest
import torch

from course_utils.explore import IterationPlayer
from course_utils.linear import Matrix
from course_utils.metrics import relative_error
from course_utils.priors import L1
from course_utils.solvers import fista, ista, run
from tests.package.explore import in_node

SETTINGS = {"log10_lam": (-4.0, -0.5), "tau_L": (0.1, 2.1), "k": range(1, 200)}


class Normal:
    """What a gradient step asks of H, if H^T H and H^T g are given."""

    def __init__(self, A):
        self.A = A

    def __call__(self, f):
        """H^T H f"""
        return self.A @ f

    @property
    def T(self):
        """I"""
        return lambda g: g


def expected(figure):
    """The iterates of the package at k, and the errors of all."""
    f, gram, b = map(figure.numbers, ("scene", "gram", "b"))
    H = Normal(gram.view(len(f), len(f)))
    lam = 10**figure.log10_lam
    tau = figure.tau_L / figure.L
    start = torch.zeros_like(f)
    ways = [way(H, b, L1(), lam, tau, f=start) for way in (ista, fista)]
    slow, fast = ([start, *islice(way, 200)] for way in ways)
    return {
        "ista": slow[figure.k],
        "fista": fast[figure.k],
        "kept": [(way[figure.k] != 0).sum() for way in (slow, fast)],
        "slowErrors": [relative_error(f_k, f) for f_k in slow],
        "fastErrors": [relative_error(f_k, f) for f_k in fast],
    }


@pytest.fixture
def given(randn):
    H = Matrix(randn(6, 6))
    f = randn(6)
    g = H(f)
    return H, g, IterationPlayer(H, f, g, 0.5 * f, log10_lam=-1.0, tau_L=0.9, k=7)


def test_both_estimates_in_the_page_go_to_the_minimum(given):
    H, g, figure = given
    answer = in_node.drawn(figure, [{"log10_lam": -0.5, "tau_L": 1.0, "k": 200}])[0]
    best = run(fista(H, g, L1(), 10**-0.5, 1 / figure.L, restart=True), 5000)

    def J(f):
        return 0.5 * (g - H(f)).square().sum() + 10**-0.5 * f.abs().sum()

    gaps = [J(torch.tensor(answer[way]).double()) - J(best) for way in ("ista", "fista")]
    rho2 = best.square().sum()
    assert -1e-5 < gaps[0] < figure.L * rho2 / 400
    assert -1e-5 < gaps[1] < 2 * figure.L * rho2 / 201**2


def test_the_still_twin_has_the_estimates(given):
    H, g, figure = given
    lines = [line.get_ydata() for line in figure.twin().axes[0].lines]
    f_k = torch.zeros(6).double()
    for _ in range(7):
        f_k = L1().prox(f_k - 0.9 / figure.L * H.T(H(f_k) - g), 0.09 / figure.L)
    torch.testing.assert_close(torch.from_numpy(lines[2]), f_k)
    assert len(lines) == 4
