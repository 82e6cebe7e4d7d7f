"""The study of adjoints and PINNs: its problems, its clocks, and what its rows say."""

import pytest
import torch

from course_utils.nonlinear import Diffusion
from course_utils.nonlinear.iterations import Objective
from course_utils.nonlinear.pinn import matrix
from studies import adjoint_or_pinn as study
from studies.adjoint_or_pinn import problems, rows, trainings

close = torch.testing.assert_close


def given():
    return problems.problem(1.0, 3)


def test_the_data_come_from_the_fine_grid_with_the_noise_that_is_said():
    loud, quiet = (problems.problem(noise, 3) for noise in (5.0, 1e-9))
    assert problems.FINE == 10 * problems.CELLS
    a = quiet.truth(problems.middles(problems.FINE))
    u = Diffusion(problems.FINE, every=40)(a.log())
    close(quiet.g, u)
    assert loud.sigma == pytest.approx(0.05 * Diffusion(2000)(a.log()).max().item())
    assert ((loud.g - u) / loud.sigma).square().mean() == pytest.approx(1, abs=0.6)


def test_an_error_is_a_part_of_the_truth_and_0_for_it():
    p = given()
    f = p.truth(problems.middles(problems.FINE)).log()
    assert p.error(f) < 1e-12
    assert p.error(f + torch.tensor(1.1).double().log()) == pytest.approx(0.1)


def test_the_least_squares_of_the_adjoint_are_the_objective_of_the_package():
    p = given()
    h = problems.Adjoint(p, 2.0, 100)
    f = 0.1 * torch.randn(100, generator=torch.Generator().manual_seed(0)).double()
    D = problems.Matrix(torch.eye(100).double().diff(dim=0))
    J = Objective(Diffusion(100, 2), p.g, 2.0 * 100 * p.sigma**2, D=D)
    off = h.target() - h(f)
    close(off.square().sum() / 2, J(f)[0] / p.sigma**2)


@pytest.mark.parametrize("kind", ["Adjoint", "FreeEnds", "NetworkSolved", "GridPenalised"])
def test_each_way_to_write_the_problem_knows_its_derivative(kind):
    last = {"NetworkSolved": [problems.Nets(0, 4, 2, 2.0)], "GridPenalised": [3.0]}.get(
        kind, []
    )
    h = getattr(problems, kind)(given(), 2.0, *last)
    x = h.start(0)
    x = x + 0.1 * torch.randn(len(x), generator=torch.Generator().manual_seed(1)).double()
    close(matrix(h, x), torch.func.jacrev(h.forward)(x), rtol=1e-7, atol=1e-6)


def test_where_the_grid_obeys_the_equation_its_penalty_is_0():
    p = given()
    solved, penalised = problems.Adjoint(p, 2.0), problems.GridPenalised(p, 2.0, 1e6)
    f = p.truth(problems.middles(200)).log()
    unknowns = torch.cat([f, Diffusion(200)(f)])
    rows = penalised(unknowns)
    close(rows[: len(solved(f))], solved(f))
    close(rows[len(solved(f)) :], torch.zeros(199).double(), atol=1e-5, rtol=0)


def test_free_ends_add_the_u_that_joins_them():
    p = problems.problem(1e-9, 4, ends=True)
    h = problems.FreeEnds(p, 1.0, 2000)
    f = p.truth(problems.middles(2000)).log()
    a = f.exp()
    ends = torch.tensor([0.02, -0.01]).double()
    A = torch.diag(a[1:] + a[:-1]) - torch.diag(a[1:-1], 1) - torch.diag(a[1:-1], -1)
    load = torch.full((1999,), 1 / 2000**2).double()
    load[0] += a[0] * ends[0]
    load[-1] += a[-1] * ends[1]
    u = torch.linalg.solve(A, load)
    close(h.data(torch.cat([f, ends])), u[39::40], rtol=1e-6, atol=1e-9)


def test_lambda_is_the_first_whose_misfit_is_within_the_noise():
    p = given()
    lam, f, course = trainings.by_discrepancy(p, n=100)
    assert lam in trainings.LAMS and lam < trainings.LAMS[0]

    def misfit(f):
        return ((Diffusion(100, 2)(f) - p.g) / p.sigma).square().mean()

    assert misfit(f) <= 1
    h = problems.Adjoint(p, trainings.LAMS[trainings.LAMS.index(lam) - 1], 100)
    *_, before = trainings.adjoint_at(h, h.start(0))
    assert misfit(before) > 1
    assert course.looks[-1].error == pytest.approx(p.error(f))


def test_a_clock_stands_still_while_errors_are_measured_and_counts_what_is_asked():
    course = trainings.Course()
    course.looks = [trainings.Look(*x) for x in ((1.0, 10, 0.5), (2.0, 20, 0.1))]
    assert course.reached(0.2) == (2.0, 20) and course.reached(0.05) is None
    course = trainings.Course()
    course.watch(iter([1, 2]), lambda: 0, lambda _: sum(range(3_000_000)))
    assert course.seconds < 0.01 and len(course.looks) == 2


def test_passes_are_evaluations_with_their_gradient():
    p = given()
    h = problems.Pinn(p, 1.0, 1 / p.sigma**2, problems.Nets(10, 4, 1, 1.0))
    _, course = trainings.by_adam(h, 0, 40, 0.01)
    assert [look.passes for look in course.looks] == [20, 40]
    _, course = trainings.by_lbfgs(h, 0, 60, 0.01, first=20)
    assert course.looks[0].passes == 20 and course.looks[-1].passes >= 60
    _, course = trainings.by_levenberg_marquardt(h, 0, 3)
    assert [look.passes for look in course.looks] == [4, 8, 12]


def test_sine_modes_have_the_condition_number_of_their_fourth_power():
    for K in (2, 8):
        assert rows.condition(rows.sines(K)) == pytest.approx(K**4, rel=0.01)


@pytest.mark.slow
def test_a_cheap_row_comes_out_again():
    task = ("test", "adjoint", 1.0, 0, "")
    stored = study.table().row(*task)
    again = study.row(*task)
    assert stored.keys() == {*study.table().keys, *again}
    assert again["error"] == pytest.approx(stored["error"], rel=1e-3)
    assert again["lam"] == stored["lam"]


def ratios(part, method, noise, setting=""):
    """The errors over the adjoint's on the same data: seeds 0 to 4, and 5 to 9."""
    found = [study.table().row(part, method, noise, s, setting) for s in study.SEEDS]
    every = [row["error"] / row["adjoint"] for row in found]
    return every[:5], every[5:]


def test_at_one_percent_a_pinn_is_as_good_as_the_adjoint_for_both_sets():
    for half in ratios("test", "LM", 1.0):
        assert all(0.85 < x < 1.1 for x in half)
    for seed in study.SEEDS:
        row = study.table().row("test", "LM", 1.0, seed, "")
        assert row["seconds_to"] < 20 * row["adjoint_s"]


def test_neither_the_network_nor_the_penalty_alone_costs_accuracy():
    for method in ("network, solved", "grid, penalised"):
        for half in ratios("halves", method, 1.0):
            assert all(0.95 < x < 1.05 for x in half)


def test_equal_residuals_go_with_errors_that_differ_by_the_weight():
    for seed in study.SEEDS:
        one, plain = (
            study.table().row("dials", "Adam", 1.0, seed, x) for x in ("", "weight 49")
        )
        assert plain["error"] > 1.3 * one["error"]
        assert plain["residual"] < 2 * one["residual"]


def test_the_weight_that_spoils_steps_of_first_order_costs_second_order_nothing():
    assert max(map(max, ratios("dials", "LM", 1.0, "weight 49"))) < 1.05
    assert min(map(min, ratios("dials", "Adam", 1.0, "weight 49"))) > 1.5


def test_ten_times_the_passes_bring_adam_level_and_its_rate_was_tuned_elsewhere():
    few, many = (
        ratios("dials", "Adam", 1.0, setting)
        for setting in (study.TUNED_RATE, f"{study.TUNED_RATE}, passes 6000")
    )
    for half_of_few, half_of_many in zip(few, many, strict=True):
        assert sorted(half_of_few)[2] > 1.02 * sorted(half_of_many)[2]
        assert sorted(half_of_many)[2] < 1.1
    assert max(sorted(half)[2] for half in few) > 1.5
    found = {
        setting: study.table().row("tuning", "Adam", 1.0, 100, setting)["error"]
        for setting in ("rate 0.001", "rate 0.003", "", "rate 0.03")
    }
    assert min(found, key=found.get) == study.TUNED_RATE  # inside what was tried


def test_at_a_ten_thousandth_few_arrive_and_three_times_the_steps_bring_more():
    arrived = [
        sum(x < 1.1 for half in ratios(*row) for x in half)
        for row in (("test", "LM", 0.01), ("dials", "LM", 0.01, "steps 180"))
    ]
    assert arrived[0] == 2 and arrived[1] > 4


def test_a_setting_changes_what_it_names_and_nothing_else():
    assert rows.chosen("") == rows.CHOSEN
    found = rows.chosen("rate 0.003, passes 6000")
    assert found == rows.CHOSEN | {"rate": 0.003, "passes": 6000}
    assert isinstance(found["passes"], int)


def test_without_a_prior_both_fit_the_noise_and_networks_fall_less_far():
    for pinn, adjoint in zip(
        ratios("dials", "LM", 1.0, "lam 0"),
        ratios("dials", "adjoint", 1.0, "lam 0"),
        strict=True,
    ):
        assert sorted(pinn)[2] > 2
        assert all(a > 1000 * p for p, a in zip(pinn, adjoint, strict=True))


def test_ends_that_are_let_go_mend_both_methods_and_ends_that_are_held_spoil_one():
    free, held = (
        ratios("ends", method, 1.0) for method in ("LM, free ends", "adjoint, 0 at ends")
    )
    for half in free:
        assert all(0.8 < x < 1.15 for x in half)
    for half in held:
        assert sorted(half)[2] > 1.3


@pytest.mark.parametrize(("method", "noise"), [("LM", 0.1), ("adjoint", 1.0)])
def test_no_setting_that_was_tried_is_clearly_better_than_the_chosen_one(method, noise):
    def total(setting):
        found = [
            study.table().row("tuning", method, noise, seed, setting)
            for seed in study.TUNING
        ]
        return sum(row["error"] for row in found)

    tried = [f"{k} {v:g}" for k, values in study.TRIED[method].items() for v in values]
    assert all(total("") < 1.1 * total(setting) for setting in tried)
