"""A PINN against derivatives by torch, the equation that it asks for, and least squares."""

from itertools import islice, pairwise

import pytest
import torch

from course_utils.linear import Matrix
from course_utils.nonlinear import Diffusion, ForwardModel
from course_utils.nonlinear.pinn import (
    PhysicsInformed,
    adam,
    damped_step,
    dense_levenberg_marquardt,
    lbfgs,
)

close = torch.testing.assert_close
PLACES = torch.tensor([0.2, 0.5, 0.55], dtype=torch.float64)


def pinn(**settings):
    given = {"lam": 0.3, "weight": 7.0, "points": 4, "width": 5, "steep": 2.0}
    return PhysicsInformed(PLACES, 0.1, **(given | settings))


def functions(h, theta, x):
    """u, f and q from the networks at x, with x (1 - x) written out."""
    N, f, q = h.networks(theta, x)[0]
    return x * (1 - x) * (0.5 + N), f, 0.5 - x + q


def slope(y, x):
    return torch.autograd.grad(y.sum(), x, create_graph=True)[0]


def test_what_is_met_are_the_derivatives_of_the_networks_by_autograd():
    h = pinn()
    theta = h.start(1)
    x = torch.linspace(0.05, 0.9, 7).double().requires_grad_()
    u, f, q = functions(h, theta, x)
    met = h.meets(theta, x)
    expected = [u, slope(f, x), f.exp() * slope(u, x) - q, slope(q, x) + 1]
    close(met, torch.stack(expected))
    close(h.log_a(theta, x), f)
    second_order = slope(f.exp() * slope(u, x), x) + 1
    close(slope(met[2], x) + met[3], second_order)  # r' + s = (a u')' + 1


def test_the_objective_is_misfit_and_prior_and_weighted_equation():
    h = pinn()
    theta = h.start(2)
    g = torch.tensor([0.1, 0.2, 0.05]).double()
    y = (torch.arange(4).double() + 0.5) / 4
    u = functions(h, theta, PLACES)[0]
    _, df, r, s = h.meets(theta, y)
    J = ((u - g) / 0.1).square().sum() / 2 + 0.3 / 2 * df.square().mean()
    J = J + 7 / 2 * (r.square() + s.square()).mean()
    close((h.target(g) - h(theta)).square().sum() / 2, J)


def test_u_vanishes_at_both_ends_and_no_network_solves_the_equation_for_a_1():
    h = pinn()
    ends = torch.tensor([0.0, 1.0]).double()
    close(h.meets(h.start(3), ends)[0], torch.zeros(2).double())
    x = torch.arange(1, 10).double() / 10
    u, df, r, s = h.meets(0 * h.start(3), x)
    close(u, Diffusion(10)(torch.zeros(10).double()))
    close(torch.stack([df, r, s]), torch.zeros(3, 9).double(), atol=1e-12, rtol=0)


@pytest.mark.parametrize("depth", [1, 3])
def test_the_matrix_of_a_pinn_is_its_derivative(depth):
    h = pinn(depth=depth)
    theta = h.start(4)
    expected = torch.autograd.functional.jacobian(h.forward, theta)
    close(h.at(theta).A, expected)
    batch = torch.stack([h.start(5), theta])
    v = h.start(6)
    close(h.at(batch)(v)[1], expected @ v)
    close(h(batch)[1], h(theta))


def test_the_start_is_that_of_linear_layers_and_the_first_one_steeper():
    one, five = pinn(width=50, steep=1.0), pinn(width=50, steep=5.0)
    first = 3 * 50 * 2
    close(five.start(0)[:first], 5 * one.start(0)[:first])
    close(five.start(0)[first:], one.start(0)[first:])
    rest = one.start(0)[first:].abs().max().item()
    assert rest == pytest.approx(50**-0.5, rel=0.01)


class Bent(ForwardModel):
    """h(f) = A f + (A f)^3"""

    def __init__(self, A):
        super().__init__()
        self.A = A
        self.out_shape, self.in_shape = A.shape[:1], A.shape[1:]

    def forward(self, f):
        g = f @ self.A.mT
        return g + g**3


@pytest.mark.parametrize("shape", [(4, 7), (7, 4), (5, 5)])
def test_a_damped_step_solves_the_damped_normal_equations(shape, randn):
    A, r = randn(*shape), randn(shape[0])
    expected = torch.linalg.solve(A.mT @ A + 0.3 * torch.eye(shape[1]), A.mT @ r)
    close(damped_step(A, r, torch.tensor(0.3)), expected)


def test_dense_levenberg_marquardt_never_rises_and_fits_what_can_be_fitted(randn):
    h = Bent(randn(4, 6))
    g = h(3 * randn(6))
    walk = islice(dense_levenberg_marquardt(h, g, torch.zeros(6).double()), 60)
    misfit = [(g - h(f)).norm().item() for f in walk]
    assert all(b <= a for a, b in pairwise(misfit))
    assert misfit[-1] < 1e-9 * misfit[0]


def test_dense_levenberg_marquardt_is_its_rule_for_the_damping(randn):
    h = Bent(randn(7, 4))
    g = 3 * randn(7)
    f = randn(4)
    walk = dense_levenberg_marquardt(h, g, f, mu=1e-2)
    mu, growth = None, 2.0
    for found in islice(walk, 25):
        A = torch.autograd.functional.jacobian(h.forward, f)
        r = g - h(f)
        mu = 1e-2 * (A.mT @ A).diagonal().max() if mu is None else mu
        step = torch.linalg.solve(A.mT @ A + mu * torch.eye(4), A.mT @ r)
        promised = r.square().sum() - (r - A @ step).square().sum()
        gain = (r.square().sum() - (g - h(f + step)).square().sum()) / promised
        if gain > 0:
            f, mu, growth = f + step, mu * max(1 / 3, 1 - (2 * gain - 1) ** 3), 2.0
        else:
            mu, growth = mu * growth, 2 * growth
        close(found, f, rtol=1e-6, atol=1e-8)


def test_dense_levenberg_marquardt_stays_at_a_minimum(randn):
    A, g = randn(7, 4), randn(7)
    f = torch.linalg.lstsq(A, g).solution
    h = Bent(A)
    h.forward = lambda f: f @ A.mT
    *_, last = islice(dense_levenberg_marquardt(h, g, f), 100)
    close(last, f)


def test_the_rows_of_an_adjoint_model_are_those_of_its_matrix(randn):
    h = Diffusion(12, every=3)
    f = randn(12) / 3
    one = next(dense_levenberg_marquardt(h, h(f), torch.zeros(12).double(), mu=1e-3))
    A = Matrix.of(h.at(torch.zeros(12).double())).A
    mu = 1e-3 * A.square().sum(1).max()
    close(one, damped_step(A, h(f) - h(torch.zeros(12).double()), mu))


def test_adam_and_lbfgs_walk_as_those_of_torch_and_leave_their_start_alone(randn):
    A, b = randn(5, 5), randn(5)
    start = randn(5)
    kept = start.clone()

    def J(x):
        return (A @ x - b).square().sum() / 2

    x = start.clone().requires_grad_()
    optimizer = torch.optim.Adam([x], 0.1)
    for found in islice(adam(J, start, 0.1), 3):
        optimizer.zero_grad()
        J(x).backward()
        optimizer.step()
        close(found, x.detach())
    *_, last = islice(lbfgs(J, start), 5)
    close(last, torch.linalg.solve(A, b), rtol=1e-5, atol=1e-6)
    close(start, kept)
