"""The page walks as the package's Gauss-Newton does, and shows what was logged."""

import math

import pytest
import torch

from course_utils import explore
from course_utils.linear import Matrix
from course_utils.metrics import relative_error
from course_utils.nonlinear import Diffusion
from course_utils.nonlinear.iterations import Objective, gauss_newton, step_length
from tests.package.explore.examples import adjoint_and_pinn, courses
from tests.package.explore.in_node import drawn

STEPS = 12
SETTLED = 1e-10
SETTINGS = {
    "noise": ["0.1 %", "5 %"],
    "training": ["Adam", "LM, lam 0"],
    "log10_lam": (-1.0, 3.0),
    "log10_effort": (1.0, 3.0),
}


def walk(figure):
    """The iterates of the package from 0, and the solutions until each."""
    n = figure.cells
    level = figure.noises.index(figure.noise)
    g = figure.numbers("data").view(len(figure.noises), -1)[level]
    lam = 10**figure.log10_lam * figure.numbers("sigmas")[level] ** 2 * n
    D = Matrix(torch.eye(n).double().diff(dim=0))
    J = Objective(Diffusion(n, n // (len(g) + 1)), g, lam, D=D)
    iterates = [J.start()]
    spent = [1]
    for _ in range(STEPS):
        f, tried = stepped(J, iterates[-1])
        spent.append(spent[-1] + (len(g) + tried if tried else 0))
        iterates.append(f)
    return iterates, spent


def stepped(J, f):
    """A step by a dense solution, with the length of the package, and how many it tried."""
    A, b = J.normal_equations(f)
    step = torch.linalg.solve(A(torch.eye(len(f)).double()), b)
    if b @ step <= SETTLED * J(f):
        return f, 0
    t = step_length(J, f, step, b).item()
    return f + t * step, 1 - round(math.log2(t))


def last_within(spent, effort):
    return max(0, sum(s <= effort * (1 + 1e-9) for s in spent) - 1)


def expected(figure):
    """Both estimates after an effort, and the errors after each step and look."""
    truth = figure.numbers("truth")
    iterates, spent = walk(figure)
    place = figure.noises.index(figure.noise) * len(figure.trainings)
    place += figure.trainings.index(figure.training)
    shape = (-1, figure.looks)
    passes = figure.numbers("passes").view(*shape)[place]
    a = figure.numbers("log_a").view(*shape, figure.cells)[place].exp()
    effort = 10**figure.log10_effort
    step = last_within(spent, effort)
    look = last_within(passes.tolist(), effort)
    return {
        "adjoint": iterates[step].exp(),
        "pinn": a[look],
        "step": step,
        "look": look,
        "spent": spent,
        "errors": [relative_error(f.exp(), truth) for f in iterates],
        "passes": passes,
        "pinnErrors": [relative_error(x, truth) for x in a],
        "residuals": figure.numbers("residuals").view(*shape)[place],
    }


def test_the_page_walks_as_gauss_newton_of_the_package(randn):
    figure = adjoint_and_pinn(randn)
    iterates, _ = walk(figure)
    g = figure.numbers("data").view(2, -1)[0]
    n = figure.cells
    lam = 10**figure.log10_lam * figure.numbers("sigmas")[0] ** 2 * n
    D = Matrix(torch.eye(n).double().diff(dim=0))
    by_package = gauss_newton(Diffusion(n, 4), g, lam, D=D, inner=500)
    for f, again in zip(iterates[1:4], by_package, strict=False):
        torch.testing.assert_close(f, again, rtol=1e-4, atol=1e-5)


def test_where_the_first_step_goes_too_far_it_is_halved_and_each_length_costs(randn):
    rows = courses(randn)
    for row in rows:
        row["g"] = [20 * v for v in row["g"]]  # a is 1 / 20 of that: log a is far from 0
    figure = explore.AdjointAndPinn(rows, "0.1 %", "Adam")
    iterates, spent = walk(figure)
    assert spent[1] > 1 + 5  # 4 data and one length
    (found,) = drawn(figure, [{"log10_effort": 3.0}])
    assert found["spent"] == spent
    assert found["adjoint"] == pytest.approx(iterates[-1].exp().tolist(), rel=1e-4)


@pytest.mark.parametrize("noise", ["0.1 %", "5 %"])
def test_gauss_newton_has_settled_after_the_steps_that_are_shown(noise, randn):
    (found,) = drawn(adjoint_and_pinn(randn), [{"noise": noise, "log10_effort": 3.0}])
    assert found["step"] == STEPS
    assert found["errors"][-1] == pytest.approx(found["errors"][-2], rel=1e-3)


def test_rows_without_a_course_are_left_out_and_rows_in_any_order_are_sorted(randn):
    rows = courses(randn)
    figure = explore.AdjointAndPinn([*rows[::-1], {"noise": 1}], "5 %", "Adam")
    assert figure.noises == ["0.1 %", "5 %"]
