"""Nonlinear models against their derivatives, and iterations against dense steps."""

import math
from itertools import islice, pairwise

import pytest
import torch

from course_utils.linear import LinearOperator, Matrix
from course_utils.nonlinear import (
    Diffusion,
    ForwardModel,
    Gamma,
    HardClip,
    Linear,
    Modulus,
    Saturation,
    UnrolledGaussNewton,
    gauss_newton,
    levenberg_marquardt,
)
from course_utils.nonlinear.diffusion import slopes, slopes_adjoint, solve
from course_utils.nonlinear.iterations import (
    Objective,
    levenberg_marquardt_step,
    step_length,
)
from course_utils.operators import Blur, Difference, Fourier, Gradient
from course_utils.solvers import run, tikhonov

close = torch.testing.assert_close
N = 12
PSF = torch.tensor([0.1, 0.5, 0.25, 0.15], dtype=torch.float64)  # no symmetry
MASK = torch.arange(N).reshape(3, 4).double() % 3 + 0.5


class Cubes(ForwardModel):
    """A model that writes ``forward`` alone: h(f)_i = f_i^3 f_{i + 1}."""

    def __init__(self):
        super().__init__()
        self.in_shape = (N,)
        self.out_shape = (N - 1,)

    def forward(self, f):
        return f[..., :-1] ** 3 * f[..., 1:]


def blur():
    return Blur(PSF, (N,))


MODELS = {
    "linear": lambda: Linear(blur()),
    "saturation": lambda: Saturation(blur(), s=0.7),
    "clip": lambda: HardClip(blur(), s=0.4),
    "clip, two ends": lambda: HardClip(blur(), s=0.6, low=0.1),
    "gamma": lambda: Gamma(blur(), gamma=1 / 2.2),
    "gamma above 1": lambda: Gamma(blur(), gamma=2.2, toe=0.2),
    "modulus": lambda: Modulus(blur()),
    "modulus of pairs": lambda: Modulus(Fourier(MASK), pairs=True),
    "modulus, complex f": lambda: Modulus(Fourier(MASK, complex_image=True), pairs=True),
    "diffusion": lambda: Diffusion(N),
    "diffusion, samples": lambda: Diffusion(N, every=3),
    "forward alone": Cubes,
}
each_model = pytest.mark.parametrize("build", MODELS.values(), ids=MODELS)


def dense(h, f):
    """h'(f) as a matrix, by torch's own differentiation."""
    jacobian = torch.autograd.functional.jacobian(h.forward, f)
    return jacobian.reshape(math.prod(h.out_shape), math.prod(h.in_shape))


@each_model
def test_the_linearisation_and_its_adjoint_are_those_of_autograd(build, randn):
    h = build()
    f = randn(*h.in_shape)
    H = h.at(f)
    assert isinstance(H, LinearOperator)
    assert (H.in_shape, H.out_shape) == (h.in_shape, h.out_shape)
    close(Matrix.of(H).A, dense(h, f), rtol=1e-9, atol=1e-12)
    close(Matrix.of(H.T).A, dense(h, f).mT, rtol=1e-9, atol=1e-12)


@each_model
def test_the_linearisation_is_the_limit_of_finite_differences(build, randn):
    h = build()
    f = randn(*h.in_shape)
    v = randn(*h.in_shape)
    t = 1e-5
    difference = (h(f + t * v) - h(f - t * v)) / (2 * t)
    assert (h.at(f)(v) - difference).norm() <= 1e-6 * difference.norm()


@each_model
def test_the_adjoint_gradient_is_that_of_finite_differences(build, randn):
    h = build()
    f = randn(*h.in_shape)
    v = randn(*h.in_shape)
    g = randn(*h.out_shape)
    t = 1e-5
    misfit = [(h(f + e * v) - g).square().sum() / 2 for e in (t, -t)]
    slope = (h.at(f).T(h(f) - g) * v).sum()
    assert ((misfit[0] - misfit[1]) / (2 * t) - slope).abs() <= 1e-6 * slope.abs()


@each_model
def test_each_member_of_a_batch_has_its_own_linearisation(build, randn):
    h = build()
    f = randn(3, 2, *h.in_shape)
    v = randn(3, 2, *h.in_shape)
    g = randn(3, 2, *h.out_shape)
    H = h.at(f)
    close(h(f)[1, 0], h(f[1, 0]))
    close(H(v)[1, 0], h.at(f[1, 0])(v[1, 0]))
    close(H.T(g)[1, 0], h.at(f[1, 0]).T(g[1, 0]))
    close(h.at(f[1, 0])(v)[2, 1], h.at(f[1, 0])(v[2, 1]))
    close(h.at(f[1, 0]).T(g)[2, 1], h.at(f[1, 0]).T(g[2, 1]))
    shared = H(v[1, 0]).expand(3, 2, *h.out_shape)
    close(shared[2, 1], h.at(f[2, 1])(v[1, 0]))


@each_model
def test_a_model_and_its_linearisation_move_to_another_type(build, randn):
    h = build()
    f = randn(*h.in_shape)
    expected = h.at(f)(f).float()
    assert h.at(f).float()(f.float()).dtype == torch.float32
    h = h.float()
    close(h.at(f.float())(f.float()), expected, rtol=1e-3, atol=1e-4)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU here")
@each_model
def test_gives_the_same_on_a_gpu(build, randn):
    h = build()
    f = randn(2, *h.in_shape)
    g = h(f + 0.1)
    there = gauss_newton(build().cuda(), g.cuda(), 0.5, f=f.cuda())
    close(run(there, 2).cpu(), run(gauss_newton(h, g, 0.5, f=f), 2))
    there = levenberg_marquardt(build().cuda(), g.cuda(), 0.5, f=f.cuda())
    close(run(there, 2).cpu(), run(levenberg_marquardt(h, g, 0.5, f=f), 2))


@each_model
def test_a_linearisation_is_the_same_in_inference_mode_and_without_gradients(build, randn):
    h = build()
    f = randn(*h.in_shape)
    expected = h.at(f).gram(f)
    for mode in (torch.no_grad, torch.inference_mode):
        with mode():
            close(h.at(f).gram(f), expected)


def test_the_formulas_of_the_sensors(randn):
    H = blur()
    f = randn(N)
    x = H(f)
    close(Saturation(H, 0.5)(f), 0.5 * torch.tanh(x / 0.5))
    close(Saturation(H, 1e6)(f), x)
    close(HardClip(H, 0.5)(f), x.clip(-0.5, 0.5))
    close(HardClip(H, 0.5, low=0)(f), x.clip(0, 0.5))
    close(Gamma(H, 0.5)(f.abs()), H(f.abs()).sqrt())
    close(Gamma(H, 1.0)(f), x)
    close(Modulus(H)(f), x.abs())
    z = torch.fft.fft2(f.reshape(3, 4), norm="ortho")
    close(Modulus(Fourier(MASK), pairs=True)(f.reshape(3, 4)), MASK * z.abs())


def test_the_tangent_below_its_toe_joins_a_gamma_curve_smoothly():
    identity = Matrix(torch.ones(1, 1).double())
    h = Gamma(identity, 0.4, toe=0.1)
    below, above = torch.tensor([[[0.1 - 1e-9]], [[0.1 + 1e-9]]], dtype=torch.float64)
    close(h(below), h(above), rtol=0, atol=1e-8)
    close(h.at(below)(below), h.at(above)(above), rtol=1e-6, atol=0)
    assert h.at(torch.zeros(1).double())(torch.ones(1).double()).isfinite().all()


def test_a_modulus_has_no_slope_at_0():
    f = torch.zeros(3, 4, dtype=torch.float64)
    H = Modulus(Fourier(MASK), pairs=True).at(f)
    close(H(f + 1), f)
    close(H.T(f + 1), f)


def test_the_tridiagonal_system_is_solved_for_each_a_and_b(randn):
    a = randn(2, 1, 6).exp()
    b = randn(3, 5)
    nodes = torch.eye(5, dtype=torch.float64)
    for k in range(2):
        A = slopes_adjoint(a[k, 0] * slopes(nodes))
        assert torch.equal(A.triu(2), torch.zeros_like(A)) and A[0, 1] != 0
        close(A, A.mT)
        close(solve(a, b)[k], torch.linalg.solve(A, b.mT).mT)


def test_a_rod_of_constant_conductivity_has_the_parabola_as_its_solution():
    x = torch.arange(1, N, dtype=torch.float64) / N
    f = torch.full((N,), 0.3, dtype=torch.float64)
    u = x * (1 - x) / (2 * math.exp(0.3))
    close(Diffusion(N)(f), u)
    close(Diffusion(N, every=4)(f), u[3::4])


def test_the_diffusion_converges_with_order_2_for_a_smooth_conductivity():
    errors = []
    for n in (20, 40, 80):
        cells = (torch.arange(n, dtype=torch.float64) + 0.5) / n
        x = torch.arange(1, n, dtype=torch.float64) / n
        c = (1 - 2 / math.e) / (1 - 1 / math.e)  # a = exp(x): a u' = c - x
        u = (x - c + 1) * (-x).exp() + c - 1
        errors.append((Diffusion(n)(cells) - u).abs().max())
    for coarse, fine in pairwise(errors):
        assert 1.95 < math.log2(coarse / fine) < 2.05


ITERATIONS = {"Gauss-Newton": gauss_newton, "Levenberg-Marquardt": levenberg_marquardt}
each_iteration = pytest.mark.parametrize("iterate", ITERATIONS.values(), ids=ITERATIONS)


def measured(h, randn):
    """Two signals, and what they give with a little noise."""
    f = 0.5 * randn(2, *h.in_shape)
    return f, h(f) + 0.01 * randn(2, *h.out_shape)


def objective(h, f, g, lam, D=None, mean=0.0):
    """J(f) for one f."""
    v = f - mean if D is None else D(f - mean)
    return (g - h(f)).square().sum() / 2 + lam / 2 * v.square().sum()


@each_model
def test_a_step_of_gauss_newton_is_the_dense_one_as_far_as_the_objective_falls(
    build, randn
):
    h = build()
    _, g = measured(h, randn)
    f, mean = randn(2, *h.in_shape)
    lam = 0.2
    D = Gradient(h.in_shape) + 0.5 * Gradient(h.in_shape)
    H, D_dense = dense(h, f), Matrix.of(D).A
    residual = (g[0] - h(f)).flatten()
    gram = D_dense.mT @ D_dense
    slope = -H.mT @ residual + lam * gram @ (f - mean).flatten()
    step = torch.linalg.lstsq(H.mT @ H + lam * gram, -slope, driver="gelsd").solution
    t = 1.0
    before = objective(h, f, g[0], lam, D, mean)
    while (
        objective(h, f + t * step.reshape(f.shape), g[0], lam, D, mean)
        > before + 1e-4 * t * slope @ step
    ):
        t /= 2
    found = next(gauss_newton(h, g[0], lam, D=D, mean=mean, f=f))
    close(found, f + t * step.reshape(f.shape), rtol=1e-6, atol=1e-7)


def test_a_step_that_overshoots_is_halved_until_the_objective_falls():
    h = Saturation(Matrix(torch.ones(1, 1).double()), 1.0)
    f = torch.tensor([2.5], dtype=torch.float64)  # the tangent there is nearly flat
    g = torch.zeros(1, dtype=torch.float64)
    found = next(gauss_newton(h, g, 1e-6, f=f))
    full = -torch.tanh(f) / (1 / torch.cosh(f) ** 2)
    t = (found - f) / full
    assert t < 1 and math.log2(t) == pytest.approx(round(math.log2(t)), abs=1e-2)
    assert objective(h, found, g, 1e-6) < objective(h, f, g, 1e-6)


def test_a_step_is_as_long_as_the_objective_falls_by_a_part_of_its_slope():
    identity = Linear(Matrix(torch.ones(1, 1).double()))
    J = Objective(identity, torch.zeros(1).double(), 0.0)
    f = torch.ones(4, 1, dtype=torch.float64)
    b = -f
    step = torch.tensor([[-1.0], [-2.0 + 2e-5], [-9.0], [1.0]], dtype=torch.float64)
    t = step_length(J, f, step, b)  # the second falls, but by too little; the last rises
    assert t.flatten().tolist() == [1.0, 0.5, 0.125, 0.0]


def dense_levenberg_marquardt(h, g, lam, f, mu):
    """The rule of the docstring, with matrices, for one f."""
    growth = 2.0
    eye = torch.eye(len(f), dtype=torch.float64)
    while True:
        H = dense(h, f)
        b = H.mT @ (g - h(f)) - lam * f
        A = H.mT @ H + lam * eye
        mu = (b @ A @ b / (b @ b)).item() * 1e-2 if mu is None else mu
        step = torch.linalg.solve(A + mu * eye, b)
        promised = b @ step - step @ A @ step / 2
        fall = objective(h, f, g, lam) - objective(h, f + step, g, lam)
        if fall > 0:
            gain = (fall / promised).item()
            f, mu, growth = f + step, mu * max(1 / 3, 1 - (2 * gain - 1) ** 3), 2.0
        else:
            mu, growth = mu * growth, 2 * growth
        yield f


@pytest.mark.parametrize("name", ["saturation", "gamma above 1", "modulus", "diffusion"])
def test_levenberg_marquardt_is_its_rule_with_matrices(name, randn):
    h = MODELS[name]()
    _, g = measured(h, randn)
    f = 3 * randn(N)  # far enough for steps that are refused
    expected = list(islice(dense_levenberg_marquardt(h, g[0], 0.01, f, None), 10))
    found = list(islice(levenberg_marquardt(h, g[0], 0.01, f=f), 10))
    for found_k, expected_k in zip(found, expected, strict=True):
        close(found_k, expected_k, rtol=1e-6, atol=1e-7)


def test_a_damping_grows_ever_faster_until_a_step_is_taken_and_then_anew():
    h = Saturation(Matrix(torch.ones(1, 1).double()), 1.0)
    J = Objective(h, torch.zeros(1).double(), 1e-9)
    f = start = torch.tensor([2.5], dtype=torch.float64)  # a full step overshoots
    mu = torch.tensor([1e-5], dtype=torch.float64)
    growth = torch.full_like(mu, 2)
    found = []
    while torch.equal(f, start):
        found.append((mu / 1e-5).item())
        f, mu, growth = levenberg_marquardt_step(f, mu, growth, J, 20)
    assert len(found) > 3
    assert found == pytest.approx([2 ** (k * (k + 1) / 2) for k in range(len(found))])
    assert growth == 2 and mu / 1e-5 != pytest.approx(found[-1] * 2 ** len(found))


def test_a_damping_never_leaves_the_numbers_that_can_grow_and_shrink(randn):
    J = Objective(Saturation(blur(), 0.5), randn(N), 0.1)
    for mu in (0.0, math.inf):
        mu = torch.tensor([mu], dtype=torch.float64)
        f, mu, _ = levenberg_marquardt_step(randn(N), mu, torch.full_like(mu, 2), J, 20)
        assert f.isfinite().all() and 0 < mu < math.inf


def test_a_linear_h_gives_tikhonov_in_one_step_and_stays_there(randn):
    H = blur()
    g = randn(3, N)
    first, second = islice(gauss_newton(Linear(H), g, 0.1), 2)
    close(first, tikhonov(H, g, 0.1), rtol=1e-9, atol=1e-9)
    close(second, first, rtol=1e-9, atol=1e-9)


@each_iteration
@each_model
def test_the_objective_never_rises(iterate, build, randn):
    h = build()
    _, g = measured(h, randn)
    f = randn(2, *h.in_shape)
    values = []
    for f_k in (f, *islice(iterate(h, g, 0.05, f=f), 8)):
        values.append(objective(h, f_k, g, 0.05))
    assert all(b <= a * (1 + 1e-12) for a, b in pairwise(values))
    assert values[-1] < 0.9 * values[0]


@each_iteration
@pytest.mark.parametrize("name", ["saturation", "gamma", "diffusion"])
def test_the_gradient_is_0_where_an_iteration_comes_to_rest(iterate, name, randn):
    h = MODELS[name]()
    f, g = measured(h, randn)
    lam = 0.01
    found = run(iterate(h, g, lam, f=f), 12)
    slope = h.at(found).T(h(found) - g) + lam * found
    assert slope.abs().max() < 1e-7
    assert found.isfinite().all()


@each_iteration
@each_model
def test_a_batch_is_solved_one_by_one(iterate, build, randn):
    h = build()
    f, g = measured(h, randn)
    D = Difference(h.in_shape)
    mean = randn(*h.in_shape)
    f = f + 0.3 * randn(2, *h.in_shape)
    together = run(iterate(h, g, 0.3, D=D, mean=mean, f=f), 3)
    for k in range(2):
        alone = run(iterate(h, g[k], 0.3, D=D, mean=mean, f=f[k]), 3)
        close(together[k], alone, rtol=1e-7, atol=1e-8)


@each_iteration
def test_several_starts_are_a_batch_and_none_is_the_mean(iterate, randn):
    h = Saturation(blur(), 0.5)
    _, g = measured(h, randn)
    starts = randn(4, N)
    found = run(iterate(h, g[0], 0.3, f=starts), 2)
    close(found[3], run(iterate(h, g[0], 0.3, f=starts[3]), 2))
    mean = randn(N)
    close(
        run(iterate(h, g, 0.3, mean=mean), 2),
        run(iterate(h, g, 0.3, mean=mean, f=mean.expand(2, N)), 2),
    )


@each_iteration
def test_an_iteration_rests_at_a_solution_for_as_long_as_it_is_asked(iterate, randn):
    h = Saturation(blur(), 0.5)
    f = torch.zeros(N, dtype=torch.float64)
    close(run(iterate(h, h(f), 0.1), 3), f)
    f32 = randn(N).float()
    g = h.float()(f32)
    assert run(iterate(h, g, 0.1), 25).isfinite().all()


def test_a_conductivity_is_found_from_its_temperatures():
    n = 40
    x = (torch.arange(n, dtype=torch.float64) + 0.5) / n
    f = (1 + 0.5 * (2 * math.pi * x).sin()).log()
    h = Diffusion(n, every=2)
    found = run(gauss_newton(h, h(f), 1e-6, D=Gradient((n,))), 4)
    assert (found.exp() - f.exp()).norm() < 0.01 * f.exp().norm()
    assert (f.exp() - f.exp().mean()).norm() > 0.3 * f.exp().norm()


UNROLLED = ["saturation", "gamma", "modulus of pairs", "diffusion", "forward alone"]


@pytest.mark.parametrize("name", UNROLLED)
def test_k_layers_are_k_iterations_of_gauss_newton(name, randn):
    h = MODELS[name]()
    f, g = measured(h, randn)
    mean = randn(*h.in_shape)
    D = Difference(h.in_shape)
    network = UnrolledGaussNewton(h, 0.3, 4, D=D, mean=mean).double()
    layers = list(network.iterates(g, f))
    assert len(layers) == 4
    iterates = gauss_newton(h, g, network.lam[0].item(), D=D, mean=mean, f=f)
    for layer, f_k in zip(layers, iterates, strict=False):
        close(layer.detach(), f_k)
    close(network(g, f), layers[-1])
    network.lam.data *= -1  # what training may do to it
    close(network(g, f), layers[-1])


def test_the_lam_of_each_layer_learns_by_its_exact_gradient(randn):
    h = Saturation(blur(), 0.7)
    f, g = measured(h, randn)

    def loss(lam):
        network = UnrolledGaussNewton(h, lam, 3)
        return network, (network(g) - f).square().mean()

    lam = torch.tensor([0.5, 0.2, 0.1], dtype=torch.float64)
    network, value = loss(lam)
    value.backward()
    for k, e in enumerate(1e-5 * torch.eye(3, dtype=torch.float64)):
        slope = (loss(lam + e)[1] - loss(lam - e)[1]) / 2e-5
        close(network.lam.grad[k], slope.detach(), rtol=1e-5, atol=1e-9)


REFUSED = {
    "no s": (lambda: Saturation(blur(), 0.0), "s, the level of saturation, must be"),
    "s of NaN": (lambda: Saturation(blur(), math.nan), "s, the level .* not finite"),
    "no clip": (lambda: HardClip(blur(), -1.0), "s, the level of clipping, must be"),
    "low above s": (lambda: HardClip(blur(), 1.0, low=2.0), "low must be below s = 1.0"),
    "no gamma": (lambda: Gamma(blur(), 0.0), "gamma must be positive and finite, not 0"),
    "no toe": (lambda: Gamma(blur(), 2.0, toe=-1.0), "toe must be positive"),
    "no pairs": (lambda: Modulus(blur(), pairs=True), r"\(\.\.\., 2\), H gives \(12,\)"),
    "half a cell": (lambda: Diffusion(10, every=3), "every = 3 .* whole of 10"),
    "no node": (lambda: Diffusion(4, every=4), "every = 4 leaves no inner node"),
    "no cells": (lambda: Diffusion(0), "n must be a whole number above 0"),
    "no layers": (lambda: UnrolledGaussNewton(Diffusion(4), 0.1, 0), "layers must be"),
}


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED)
def test_what_makes_no_model_is_refused_in_a_sentence(case):
    build, sentence = case
    with pytest.raises(ValueError, match=sentence):
        build()


@each_model
def test_input_that_does_not_fit_is_refused_with_both_shapes(build, randn):
    h = build()
    expected = ", ".join(map(str, h.in_shape))
    f = randn(*h.in_shape[:-1], 5)
    both = rf"shape \(\.\.\., {expected}\), got \((\d, )*5,?\)"
    for call in (h, h.at):
        with pytest.raises(ValueError, match=both):
            call(f)
    for call in (h.at(randn(*h.in_shape)), h.at(randn(*h.in_shape)).T):
        with pytest.raises(ValueError, match=r"shape \(\.\.\., .*\), got \(1,\)"):
            call(randn(1))
    with pytest.raises(TypeError, match=r"real floats, got torch\.int64"):
        h(torch.ones(h.in_shape, dtype=torch.int64))
    with pytest.raises(ValueError, match="f is not finite"):
        h.at(torch.full(h.in_shape, math.nan, dtype=torch.float64))
    assert h(torch.full(h.in_shape, math.nan, dtype=torch.float64)).isnan().any()


def test_a_sensor_behind_an_array_is_refused():
    for build in (Linear, Modulus):
        with pytest.raises(TypeError, match=rf"{build.__name__} needs a linear operator"):
            build(torch.eye(3))


@each_iteration
def test_an_iteration_refuses_data_that_are_bad(iterate, randn):
    h = Saturation(blur(), 0.5)
    g = randn(N)
    bad = torch.full((N,), math.nan, dtype=torch.float64)
    for options in ({"g": bad}, {"g": g, "mean": bad}, {"g": g, "f": bad}):
        with pytest.raises(ValueError, match="is not finite: it has nan at index"):
            next(iterate(h, lam=0.1, **options))
    for options in ({"g": g[1:]}, {"g": g, "mean": g[1:]}, {"g": g, "f": g[1:]}):
        with pytest.raises(ValueError, match=r"shape \(\.\.\., 12\), got \(11,\)"):
            next(iterate(h, lam=0.1, **options))
