"""Solvers against closed forms, other people's solvers and the rates of theory."""

from itertools import islice, pairwise

import numpy as np
import pytest
import scipy.sparse.linalg
import torch

from course_utils.linear import Matrix
from course_utils.operators import Blur, Difference
from course_utils.priors import L1, L2, Gradient, TotalVariation
from course_utils.solvers import (
    admm,
    conjugate_gradient,
    fista,
    gradient_descent,
    ista,
    primal_dual,
    proximal_step,
    run,
    tikhonov,
)

close = torch.testing.assert_close
LAM = 0.8


@pytest.fixture
def H(randn):
    """A tall matrix of moderate condition, of norm 1."""
    A = randn(40, 20) * torch.linspace(0.2, 1, 20, dtype=torch.float64)
    return Matrix(A / torch.linalg.matrix_norm(A, 2))


@pytest.fixture
def g(H, randn):
    f = randn(20)
    f[5:] = 0
    return 10 * H(f) + 0.3 * randn(40)


SOLVERS = {
    "ista": lambda H, g: ista(H, g, L1(), LAM, tau=1.0),
    "fista": lambda H, g: fista(H, g, L1(), LAM, tau=1.0),
    "fista with restart": lambda H, g: fista(H, g, L1(), LAM, tau=1.0, restart=True),
    "admm": lambda H, g: admm(H, g, L1(), LAM, rho=0.3),
    "primal-dual": lambda H, g: primal_dual(H, g, L1(), LAM, tau=0.99, sigma=0.99),
    "gradient descent": lambda H, g: gradient_descent(H, g, tau=1.0),
    "conjugate gradients": lambda H, g: conjugate_gradient(H.T @ H, H.T(g)),
}
ENOUGH = {"admm": 300, "primal-dual": 3000}  # iterations; 2000 for the others
LASSO = list(SOLVERS)[:5]


@pytest.fixture(params=SOLVERS.values(), ids=SOLVERS.keys())
def solver(request):
    return request.param


@pytest.mark.slow
@pytest.mark.parametrize("name", LASSO)
def test_the_lasso_of_scikit_learn_has_the_same_solution(name, H, g):
    linear_model = pytest.importorskip("sklearn.linear_model")
    lasso = linear_model.Lasso(
        LAM / len(g), fit_intercept=False, tol=1e-14, max_iter=100_000, random_state=0
    )
    expected = torch.tensor(lasso.fit(H.A.numpy(), g.numpy()).coef_)
    assert 0 < (expected == 0).sum() < 20
    close(run(SOLVERS[name](H, g), ENOUGH.get(name, 2000)), expected, rtol=0, atol=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("name", LASSO)
def test_the_optimality_conditions_of_the_lasso_hold(name, H, g):
    f = run(SOLVERS[name](H, g), ENOUGH.get(name, 2000))
    slope = H.T(g - H(f))
    assert slope.abs().max() <= LAM + 1e-6
    on = f.abs() > 1e-5
    close(slope[on], LAM * f[on].sign(), rtol=0, atol=1e-6)


def test_tikhonov_agrees_with_lsqr(H, g):
    lam = 0.05
    damped = scipy.sparse.linalg.lsqr(
        H.A.numpy(), g.numpy(), lam**0.5, atol=1e-14, btol=1e-14
    )
    expected = torch.tensor(damped[0])
    close(tikhonov(H, g, lam), expected)
    close(run(fista(H, g, L2(), lam, tau=1.0), 1000), expected)
    identity = Matrix(torch.eye(20, dtype=torch.float64))
    close(run(conjugate_gradient(H.T @ H + lam * identity, H.T(g)), 60), expected)


SPECTRA = {
    "tall": lambda randn: Matrix(randn(8, 5)),
    "wide": lambda randn: Matrix(randn(5, 8)),
    "of pictures": lambda randn: Matrix(randn(8, 6), in_shape=(2, 3), out_shape=(4, 2)),
    "blur": lambda randn: Blur(randn(3, 2).abs(), (5, 4)),
}


@pytest.mark.parametrize("build", SPECTRA.values(), ids=SPECTRA)
def test_tikhonov_solves_the_dense_normal_equations_for_each_g_of_a_batch(build, randn):
    H, lam = build(randn), 0.3
    g = randn(2, 3, *H.out_shape)
    A = Matrix.of(H).A
    gram = A.mT @ A + lam * torch.eye(len(A.mT)).double()
    solved = torch.linalg.solve(gram, A.mT @ g.reshape(6, -1).mT).mT
    close(tikhonov(H, g, lam), solved.reshape(2, 3, *H.in_shape))
    close(tikhonov(H, g[1, 2], lam), solved[5].reshape(H.in_shape))


def test_tikhonov_of_an_h_without_a_spectrum_names_the_way_out(randn):
    H = Blur(randn(3), (8,), boundary="zero")
    with pytest.raises(NotImplementedError, match=r"Blur .* Matrix\.of\(H\)"):
        tikhonov(H, randn(8), 0.1)


def test_k_steps_of_gradient_descent_are_the_filter_of_landweber(H, g):
    tau, k = 0.7, 25
    expected = H.spectral_inverse(lambda s: (1 - (1 - tau * s**2) ** k) / s, g)
    close(run(gradient_descent(H, g, tau), k), expected)


def test_the_iterates_of_ista_are_proximal_steps_from_zero(H, g):
    R, tau, f = L1(), 0.9, torch.zeros(20, dtype=torch.float64)
    for f_k in islice(ista(H, g, R, LAM, tau), 5):
        f = proximal_step(f, g, H, lambda v: R.prox(v, tau * LAM), tau)
        close(f_k, f, rtol=0, atol=1e-14)


def test_fista_gathers_no_momentum_before_its_second_step(H, g):
    f = run(fista(H, g, L1(), LAM, tau=1.0), 2)
    close(f, run(ista(H, g, L1(), LAM, tau=1.0), 2), rtol=0, atol=0)


def J(H, g, f):
    return 0.5 * (g - H(f)).square().sum() + LAM * L1()(f)


@pytest.fixture
def ill(randn):
    """A lasso of condition 1e8, where the rates of theory show: H, g, f*, J(f*)."""
    U, V = (torch.linalg.qr(randn(30, 30))[0] for _ in range(2))
    H = Matrix(U @ torch.logspace(0, -4, 30, dtype=torch.float64).diag() @ V.mT)
    g = 50 * H(randn(30)) + 0.1 * randn(30)
    best = run(fista(H, g, L1(), LAM, tau=1.0, restart=True), 2000)
    return H, g, best, J(H, g, best)


def test_ista_falls_at_least_as_1_over_k_and_fista_as_1_over_k_squared(ill):
    H, g, best, least = ill
    distance = best.square().sum()
    for k, f in enumerate(islice(ista(H, g, L1(), LAM, tau=1.0), 300), 1):
        slow = J(H, g, f) - least
        assert -1e-9 <= slow <= distance / (2 * k)
    for k, f in enumerate(islice(fista(H, g, L1(), LAM, tau=1.0), 300), 1):
        fast = J(H, g, f) - least
        assert -1e-9 <= fast <= 2 * distance / (k + 1) ** 2
    assert fast < slow / 20


def test_ista_never_climbs_below_2_over_l_and_diverges_beyond(H, g):
    heights = [J(H, g, f) for f in islice(ista(H, g, L1(), LAM, tau=1.99), 300)]
    assert all(b <= a + 1e-9 for a, b in pairwise(heights))
    assert run(ista(H, g, L2(), 1e-3, tau=2.1), 300).norm() > 1e6
    assert run(gradient_descent(H, g, tau=2.1), 300).norm() > 1e6


@pytest.mark.slow
def test_restart_helps_where_momentum_overshoots(H, g):
    least = J(H, g, run(fista(H, g, L1(), LAM, tau=1.0, restart=True), 3000))
    plain = J(H, g, run(fista(H, g, L1(), LAM, tau=1.0), 150)) - least
    restarted = J(H, g, run(fista(H, g, L1(), LAM, tau=1.0, restart=True), 150)) - least
    assert restarted < plain / 10


@pytest.mark.slow
def test_total_variation_by_three_methods_is_one_solution(randn):
    psf = torch.tensor([[0.1, 0.3], [0.4, 0.2]], dtype=torch.float64)
    H, D, lam = Blur(psf, (8, 8)), Gradient((8, 8)), 0.05
    f = torch.zeros(8, 8, dtype=torch.float64)
    f[2:6, 3:7] = 1
    g, split = H(f) + 0.05 * randn(8, 8), L1(axis=-3)
    by_prox = run(fista(H, g, TotalVariation(tol=1e-4), lam, tau=0.99, restart=True), 40)
    close(
        run(primal_dual(H, g, split, lam, 0.3, sigma=0.36, D=D), 1000),
        by_prox,
        rtol=0,
        atol=1e-5,
    )
    close(run(admm(H, g, split, lam, 1.0, D=D, inner=5), 300), by_prox, rtol=0, atol=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize("method", ["admm", "primal-dual"])
def test_a_quadratic_prior_of_d_f_has_its_closed_form(method, randn):
    H, D, g = Blur(randn(3).abs(), (16,)), Difference((16,)), randn(16)
    H_, D_ = Matrix.of(H).A, Matrix.of(D).A
    expected = torch.linalg.solve(H_.mT @ H_ + 0.3 * D_.mT @ D_, H_.mT @ g)
    step = 0.99 / (H.norm() ** 2 + 4) ** 0.5
    f = {
        "admm": lambda: run(admm(H, g, L2(), 0.3, 0.3, D=D, inner=16), 80),
        "primal-dual": lambda: run(
            primal_dual(H, g, L2(), 0.3, step, sigma=step, D=D), 3000
        ),
    }[method]()
    close(f, expected, rtol=0, atol=1e-6)


def test_conjugate_gradients_end_after_as_many_steps_as_there_are_eigenvalues(randn):
    Q = torch.linalg.qr(randn(12, 12))[0]
    A = Matrix(Q @ torch.tensor([1.0, 2, 5] * 4, dtype=torch.float64).diag() @ Q.mT)
    b = randn(12)
    close(run(conjugate_gradient(A, b), 3), torch.linalg.solve(A.A, b))
    assert (run(conjugate_gradient(A, b), 2) - torch.linalg.solve(A.A, b)).norm() > 1e-3


def test_conjugate_gradients_agree_with_scipy_step_by_step(H, g):
    A, b, theirs = H.T @ H, H.T(g), []
    scipy.sparse.linalg.cg(
        (H.A.mT @ H.A).numpy(),
        b.numpy(),
        maxiter=8,
        callback=lambda f: theirs.append(f.copy()),
    )
    ours = torch.stack(list(islice(conjugate_gradient(A, b), 8)))
    close(ours, torch.tensor(np.array(theirs)))


def test_conjugate_gradients_stop_at_the_tolerance_and_start_where_they_are_told(H, g):
    A, b = H.T @ H, H.T(g)
    *_, f = conjugate_gradient(A, b, tol=1e-8)
    assert (A(f) - b).norm() <= 1.01e-8 * b.norm()
    assert len(list(conjugate_gradient(A, b, f, tol=1e-7))) == 1
    close(run(conjugate_gradient(A, torch.zeros_like(b)), 5), torch.zeros_like(b))


def test_a_batch_is_solved_one_by_one(solver, H, g, randn):
    batch = torch.stack([g, torch.zeros_like(g), 5 * randn(40)])
    together = run(solver(H, batch), 25)
    for f, one in zip(together, batch, strict=True):
        close(f, run(solver(H, one), 25), rtol=1e-6, atol=1e-8)


def test_strides_do_not_matter_and_the_data_are_left_alone(solver, H, g):
    strided = torch.stack([g, g], -1)[:, 0]
    assert not strided.is_contiguous()
    close(run(solver(H, strided), 10), run(solver(H, g), 10))
    close(strided, g, rtol=0, atol=0)


@pytest.mark.parametrize("bad", [torch.nan, torch.inf])
def test_data_that_are_not_finite_are_refused_with_their_place(bad, solver, H, g):
    g[7] = bad
    with pytest.raises(ValueError, match=r"is not finite: it has \S+ at index \("):
        run(solver(H, g), 1)
    with pytest.raises(ValueError, match=rf"g is not finite: it has {bad} at index \(7,\)"):
        run(ista(H, g, L1(), LAM, 1.0), 1)


def test_single_precision_stays_single(solver, H, g):
    f = run(solver(H.float(), g.float()), 6)
    assert f.dtype == torch.float32
    close(f.double(), run(solver(H.double(), g), 6), rtol=1e-4, atol=1e-4)


class Doubled:
    """Not an operator of the package: all that a solver asks for is a call and a ``.T``."""

    def __call__(self, f):
        return 2 * f

    @property
    def T(self):
        return self


def test_anything_that_can_be_called_and_transposed_is_an_h(randn):
    g = randn(6)
    expected = L1().prox(g / 2, LAM / 4)
    for method in (ista, fista):
        close(run(method(Doubled(), g, L1(), LAM, 0.2), 300), expected)
    close(run(admm(Doubled(), g, L1(), LAM, 1.0), 300), expected)
    close(run(primal_dual(Doubled(), g, L1(), LAM, 0.49, sigma=0.49), 2000), expected)


def test_a_solver_goes_on_from_where_it_is_told(H, g):
    f = run(ista(H, g, L1(), LAM, 1.0), 10)
    close(run(ista(H, g, L1(), LAM, 1.0, f=f), 5), run(ista(H, g, L1(), LAM, 1.0), 15))
    close(run(gradient_descent(H, g, 1.0, H.T(g)), 1), H.T(g) - H.T(H(H.T(g)) - g))


def test_gradients_flow_to_the_data_the_step_and_lambda(H, g):
    g, lam, tau = (torch.as_tensor(x).double().requires_grad_() for x in (g, 0.5, 0.9))
    assert torch.autograd.gradcheck(
        lambda *a: run(ista(H, a[0], L1(), *a[1:]), 4), (g, lam, tau)
    )
    assert torch.autograd.gradcheck(
        lambda g: run(conjugate_gradient(H.T @ H, H.T(g)), 4), (g,)
    )


def test_run_gives_the_nth_iterate_and_asks_for_no_more():
    numbers = iter(range(1, 10))
    assert run(numbers, 4) == 4 and next(numbers) == 5
    assert run(numbers, 100) == 9
    with pytest.raises(ValueError, match="at least one iteration, got n = 0"):
        run(iter([1]), 0)
