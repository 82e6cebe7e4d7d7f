"""Each rule for lambda against its definition, written out with dense matrices."""

import math

import numpy as np
import pytest
import scipy.optimize
import scipy.stats
import torch

from course_utils import choose
from course_utils.linear import Matrix
from course_utils.operators import Blur, Downsample

SIGMA = 0.05
PSF = torch.tensor([0.05, 0.15, 0.22, 0.24, 0.2, 0.1, 0.04], dtype=torch.float64)


def fading(m, n, randn):
    """A matrix whose singular values fall from 1 to 1e-3."""
    r = min(m, n)
    U, V = torch.linalg.qr(randn(m, r)).Q, torch.linalg.qr(randn(n, r)).Q
    return Matrix(U * torch.logspace(0, -3, r, dtype=torch.float64) @ V.mT)


PROBLEMS = {
    "tall": lambda randn: fading(24, 12, randn),
    "wide": lambda randn: fading(16, 24, randn),
    "blur": lambda randn: Blur(PSF, (20,)),
    "blur-2d": lambda randn: Blur(PSF[:, None] * PSF[1:6], (7, 6)),
}


@pytest.fixture(params=PROBLEMS.values(), ids=PROBLEMS.keys())
def problem(request, randn):
    H = request.param(randn)
    f = H.T(randn(*H.out_shape)) + 0.2 * randn(*H.in_shape)
    return H, H(f) + SIGMA * randn(*H.out_shape)


class Dense:
    """The same problem in NumPy, without a singular value decomposition."""

    def __init__(self, H, g):
        self.A, self.g = Matrix.of(H).A.numpy(), g.flatten().numpy()
        self.m, self.n = self.A.shape

    def f(self, lam):
        return np.linalg.solve(self.A.T @ self.A + lam * np.eye(self.n), self.A.T @ self.g)

    def influence(self, lam):
        return self.A @ np.linalg.solve(self.A.T @ self.A + lam * np.eye(self.n), self.A.T)

    def residual(self, lam):
        return np.sum((self.g - self.A @ self.f(lam)) ** 2)

    def minimum(self, J, low=1e-7, high=1e3):
        """The lam of the smallest J: the best of 300, then Brent's method beside it."""
        x = np.linspace(math.log(low), math.log(high), 300)
        best = np.argmin([J(math.exp(t)) for t in x])
        assert 0 < best < 299, "the rule finds no compromise: the example is badly chosen"
        found = scipy.optimize.minimize_scalar(
            lambda t: J(math.exp(t)),
            bounds=(x[best - 1], x[best + 1]),
            method="bounded",
            options={"xatol": 1e-9},
        )
        return math.exp(found.x)


def test_discrepancy_leaves_a_residual_as_large_as_the_noise(problem):
    H, g = problem
    dense = Dense(H, g)
    sigma = math.sqrt(1.1 * dense.residual(1e-2) / dense.m)
    lam = choose.discrepancy(H, g, sigma)
    assert dense.residual(lam) == pytest.approx(dense.m * sigma**2, rel=1e-6)


def test_gcv_is_the_minimum_with_the_dense_trace(problem):
    H, g = problem
    dense = Dense(H, g)

    def J(lam):
        return dense.residual(lam) / np.trace(np.eye(dense.m) - dense.influence(lam)) ** 2

    assert choose.gcv(H, g) == pytest.approx(dense.minimum(J), rel=1e-4)


def test_sure_is_the_minimum_with_the_dense_trace(problem):
    H, g = problem
    dense = Dense(H, g)

    def J(lam):
        return dense.residual(lam) + 2 * SIGMA**2 * np.trace(dense.influence(lam))

    assert choose.sure(H, g, SIGMA) == pytest.approx(dense.minimum(J), rel=1e-4)


def test_evidence_is_the_maximum_of_the_dense_likelihood_over_lam_and_sigma(problem):
    H, g = problem
    dense = Dense(H, g)

    def minus_log(lam, log_variance):
        C = math.exp(log_variance) * (np.eye(dense.m) + dense.A @ dense.A.T / lam)
        return -scipy.stats.multivariate_normal(np.zeros(dense.m), C).logpdf(dense.g)

    def J(lam):
        best_sigma = scipy.optimize.minimize_scalar(
            lambda t: minus_log(lam, t), bounds=(-25, 10), method="bounded"
        )
        return best_sigma.fun

    lam = choose.evidence(H, g)
    near = [J(lam * math.exp(step)) for step in (-2, -0.5, -0.02, 0, 0.02, 0.5, 2)]
    assert np.argmin(near) == 3


def test_l_curve_is_where_finite_differences_bend_most(problem):
    H, g = problem
    dense, h = Dense(H, g), 1e-3

    def point(t):
        f = dense.f(math.exp(t))
        r = dense.g - dense.A @ f
        return np.log([np.linalg.norm(r), np.linalg.norm(f)])

    def minus_curvature(lam):
        before, here, after = (point(math.log(lam) + step) for step in (-h, 0, h))
        (x1, y1), (x2, y2) = (after - before) / (2 * h), (after - 2 * here + before) / h**2
        return -(x1 * y2 - x2 * y1) / (x1**2 + y1**2) ** 1.5

    end = H.singular_values().min().item() ** 2
    lam = dense.minimum(minus_curvature, low=end, high=10)
    assert choose.l_curve(H, g) == pytest.approx(lam, rel=1e-2)
    curvature = choose._Data.of(H, g).curvature(torch.tensor([[lam]], dtype=torch.float64))
    assert curvature.item() == pytest.approx(-minus_curvature(lam), rel=1e-3)


def test_the_l_curve_ends_at_the_smallest_singular_value(randn):
    """Beyond, nothing changes but by round-off, and the curve seems to bend at will."""
    for _ in range(5):
        U, V = torch.linalg.qr(randn(24, 12)).Q, torch.linalg.qr(randn(12, 12)).Q
        H = Matrix(U * torch.linspace(1, 0.05, 12, dtype=torch.float64) @ V.mT)
        assert choose.l_curve(H, H(randn(12)) + SIGMA * randn(24)) >= 0.05**2 * (1 - 1e-6)


def test_nothing_is_left_over_where_h_reaches_all_data(randn):
    for name in ("wide", "blur"):
        H = PROBLEMS[name](randn)
        assert choose._Data.of(H, randn(*H.out_shape)).rest == 0


def test_sure_is_an_unbiased_estimate_of_the_error_of_the_data(randn, monkeypatch):
    H, lam, draws = fading(24, 12, randn), 0.05, 600
    monkeypatch.setattr(
        choose._Data, "minimise", lambda data, J: J(torch.tensor([[lam]]).double()).item()
    )
    H_f = H(randn(12))
    g = H_f + 0.3 * randn(draws, 24)
    A = torch.from_numpy(Dense(H, g[0]).influence(lam))
    truth = (H_f - g @ A.mT).square().sum(-1)
    estimate = torch.tensor([choose.sure(H, one, 0.3) for one in g]) - 24 * 0.3**2
    gap = estimate - truth
    doubt = 3 * gap.std() / math.sqrt(draws)
    assert gap.mean().abs() < doubt < 0.3 * truth.mean()


def test_evidence_finds_the_ratio_of_the_variances_it_assumes(randn):
    H = Blur(PSF, (4000,))
    g = H(2.0 * randn(4000)) + 0.5 * randn(4000)
    assert choose.evidence(H, g) == pytest.approx(0.5**2 / 2.0**2, rel=0.15)


RULES = {
    "discrepancy": lambda H, g, sigma: choose.discrepancy(H, g, sigma),
    "gcv": lambda H, g, sigma: choose.gcv(H, g),
    "sure": lambda H, g, sigma: choose.sure(H, g, sigma),
    "l_curve": lambda H, g, sigma: choose.l_curve(H, g),
    "evidence": lambda H, g, sigma: choose.evidence(H, g),
}
WITH_SIGMA = ["discrepancy", "sure"]
each_rule = pytest.mark.parametrize("rule", RULES.values(), ids=RULES.keys())


@pytest.fixture
def tall(randn):
    H = fading(24, 12, randn)
    return H, H(randn(12)) + SIGMA * randn(24)


@each_rule
def test_lam_scales_with_h_squared_and_not_with_the_data(rule, tall):
    H, g = tall
    lam = rule(H, g, 0.1)
    assert rule(Matrix(3 * H.A), g, 0.1) == pytest.approx(9 * lam, rel=1e-5)
    assert rule(H, 3 * g, 0.3) == pytest.approx(lam, rel=1e-5)


@each_rule
def test_a_matrix_and_the_blur_it_is_give_one_lam(rule, randn):
    H = Blur(PSF, (20,))
    g = H(H.T(randn(20))) + 0.1 * randn(20)
    assert rule(Matrix.of(H), g, 0.1) == pytest.approx(rule(H, g, 0.1), rel=1e-4)


@each_rule
def test_single_precision_gives_the_lam_of_double(rule, tall):
    H, g = tall
    lam = rule(H, g, 0.1)
    assert rule(H.float(), g.float(), 0.1) == pytest.approx(lam, rel=1e-2)


@each_rule
def test_the_data_are_left_alone(rule, tall):
    H, g = tall
    before = g.clone()
    rule(H, g, 0.1)
    assert torch.equal(g, before)


@each_rule
def test_a_batch_is_refused(rule, tall):
    H, g = tall
    with pytest.raises(
        ValueError, match=r"one g of shape \(24,\), got \(2, 24\): no batch"
    ):
        rule(H, torch.stack([g, g]), 0.1)


@each_rule
@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_data_that_are_not_finite_are_refused_with_their_place(rule, tall, value):
    H, g = tall
    g[[5, 7]] = value
    with pytest.raises(ValueError, match=rf"{value} at index \(5,\)"):
        rule(H, g, 0.1)


@each_rule
def test_other_types_are_refused_with_the_remedy(rule, tall):
    H, g = tall
    with pytest.raises(TypeError, match=r"\.float\(\)"):
        rule(H, g.long(), 0.1)
    with pytest.raises(TypeError, match=r"\.to\(\)"):
        rule(H, g.float(), 0.1)


@each_rule
def test_an_h_without_a_spectrum_names_the_way_out(rule):
    H = Downsample((8,), 2)
    with pytest.raises(NotImplementedError, match=r"Downsample .* Matrix\.of\(H\)"):
        rule(H, torch.ones(4), 0.1)


@pytest.mark.parametrize("name", WITH_SIGMA)
@pytest.mark.parametrize("sigma", [0.0, -1.0, math.nan, math.inf])
def test_a_sigma_that_is_not_positive_is_refused(name, sigma, tall):
    with pytest.raises(ValueError, match="must be positive"):
        RULES[name](*tall, sigma)


def test_discrepancy_refuses_noise_that_no_lam_leaves(tall):
    H, g = tall
    least = math.sqrt(choose._Data.of(H, g).residual(0.0).item() / 24)
    most = g.norm().item() / math.sqrt(24)
    for sigma in (0.99 * least, 1.01 * most):
        with pytest.raises(ValueError, match="no lam leaves a residual"):
            choose.discrepancy(H, g, sigma)
    assert choose.discrepancy(H, g, 1.01 * least) < choose.discrepancy(H, g, 0.99 * most)


# what H does not reach


def lost(r, m, n, randn):
    """A matrix of rank r, whose other singular values are round-off and not 0."""
    U, V = torch.linalg.qr(randn(m, r)).Q, torch.linalg.qr(randn(n, r)).Q
    return U * torch.linspace(1, 0.1, r, dtype=torch.float64) @ V.mT


@each_rule
@pytest.mark.parametrize("kind", [torch.float64, torch.float32])
@pytest.mark.parametrize("size", [1e-30, 1.0, 1e30])
@pytest.mark.parametrize("m, n, r", [(20, 20, 6), (30, 8, 5), (8, 30, 5), (4, 4, 1)])
def test_a_rule_makes_no_signal_of_round_off(rule, kind, size, m, n, r, randn):
    A, f = lost(r, m, n, randn), randn(n)
    eps = 0.05 * randn(m)
    H = Matrix((size * A).to(kind))
    g = (size * (A @ f + eps)).to(kind)
    sigma = size * 1.01 * (eps - A @ torch.linalg.pinv(A, rtol=1e-9) @ eps).norm() / m**0.5
    lam = rule(H, g, sigma.item())
    f_lam = H.spectral_inverse(lambda s: s / (s**2 + lam), g)
    assert 0 < lam < math.inf and f_lam.norm() < 3 * f.norm()


UNREACHED = {
    "nothing": (torch.eye(3), torch.zeros(3)),
    "nothing, by H": (torch.zeros(3, 3), torch.ones(3)),
    "what is across": (torch.diag(torch.tensor([1.0, 0.0])), torch.tensor([0.0, 1.0])),
    "what is beyond": (torch.eye(3)[:, :1], torch.tensor([0.0, 1.0, 1.0])),
}


@each_rule
@pytest.mark.parametrize("A, g", UNREACHED.values(), ids=UNREACHED.keys())
def test_data_that_h_does_not_reach_are_refused_in_words(rule, A, g):
    with pytest.raises(ValueError, match="H reaches nothing of g"):
        rule(Matrix(A), g, 0.1)


@pytest.mark.parametrize("m, n, r", [(20, 20, 6), (8, 30, 5)])
def test_no_lam_is_found_for_a_noise_below_what_h_cannot_reach(m, n, r, randn):
    A, g = lost(r, m, n, randn), randn(m)
    beyond = (g - A @ torch.linalg.pinv(A, rtol=1e-9) @ g).norm().item() / m**0.5
    with pytest.raises(ValueError, match="no lam leaves a residual"):
        choose.discrepancy(Matrix(A), g, 0.9 * beyond)
    assert choose.discrepancy(Matrix(A), g, 1.02 * beyond) > 1e-6
