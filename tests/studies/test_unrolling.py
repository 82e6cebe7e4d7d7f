"""The tables of chapter 10 hold every task of their studies, and a cheap row comes out again."""

import pytest
import torch

from course_utils import tables
from course_utils.linear import Matrix
from course_utils.priors import L1
from course_utils.solvers import ista, run
from studies import unrolled_photographs, unrolling


def row_of(name, **values):
    rows = tables.read(name)["rows"]
    return next(row for row in rows if values.items() <= row.items())


@pytest.mark.parametrize(
    ("name", "keys", "study"),
    [
        ("unrolling", ("method", "noise", "seed"), unrolling),
        ("unrolled-photographs", ("method", "K", "seed"), unrolled_photographs),
    ],
)
def test_the_table_holds_the_tasks_of_the_study_and_no_others(name, keys, study):
    rows = tables.read(name)["rows"]
    assert sorted(tuple(row[key] for key in keys) for row in rows) == sorted(study.TASKS)


def test_test_scenes_are_not_those_of_training_or_validation():
    H = unrolling.matrix(0)
    seeds = (1000, 2000, 2001, 50_000, 51_000)
    first = [unrolling.pairs(H, 1, "none", seed)[1] for seed in seeds]
    assert all((a != b).any() for i, a in enumerate(first) for b in first[:i])


def test_photographs_are_split_by_picture():
    train, validation, test = map(set, unrolled_photographs.split())
    assert not (train & validation or train & test or validation & test)
    assert len(train) == 6 and len(validation) == 3 and len(test) == 8


def test_the_noise_is_as_far_below_the_data_as_it_says():
    H = unrolling.matrix(0)
    (clean, f), (noisy, same) = (unrolling.pairs(H, 2000, x, 7) for x in ("none", "20 dB"))
    assert torch.equal(f, same)
    snr = 10 * (clean.square().sum() / (noisy - clean).square().sum()).log10()
    assert snr == pytest.approx(20, abs=0.3)


def test_steps_and_thresholds_keep_their_values_when_they_become_logarithms():
    H, theta = unrolling.matrix(0), 0.3 * 0.9 ** torch.arange(unrolling.K)
    g, _ = unrolling.pairs(H, 3, "none", 7)
    network = unrolling.proximal(H, 0.1, theta, True)
    before = network(g).detach()
    torch.testing.assert_close(unrolling.positive(network)(g).detach(), before)
    assert all(p.ndim < 2 for p in network.parameters())


def test_a_method_that_begins_as_ista_is_ista_with_the_schedule():
    H, theta = Matrix(torch.eye(4)), torch.full((unrolling.K,), 0.02)
    g = torch.tensor([[1.0, -0.5, 0.01, 0.0]])
    for name in ("LISTA", "LISTA, shared", "LISTA-CP", "LISTA-CP, shared", "steps"):
        network = unrolling.METHODS[name][0](H, 0.5, theta)
        expected = run(ista(H, g, L1(), 0.04, 0.5), unrolling.K)
        torch.testing.assert_close(network(g).detach(), expected)


def test_the_part_in_the_tail_and_the_interval_are_what_they_say():
    H = Matrix(torch.eye(unrolling.N))

    def iterates(g):
        return [0.9 * g, g + torch.tensor(0.1)]

    found = unrolling.measure(iterates, H, "none", 0, 1000)
    assert found["nmse_by_layer"][0] == pytest.approx(-20, abs=0.01)
    low, high = found["interval_db"]
    assert low < found["nmse_db"] < high
    assert found["tail"] == pytest.approx(0.01, abs=1e-3)  # all errors are equal


@pytest.mark.slow
def test_a_cheap_row_comes_out_again():
    stored = row_of("unrolling", method="schedule-SS, W", noise="20 dB", seed=0)
    again = unrolling.row("schedule-SS, W", "20 dB", 0)
    for key in ("nmse_db", "median_db"):
        assert again[key] == pytest.approx(stored[key], abs=0.1)
    stored = row_of("unrolled-photographs", method="Tikhonov", K=0, seed=0)
    again = unrolled_photographs.row("Tikhonov", 0, 0)
    assert again["error"] == pytest.approx(stored["error"], rel=0.01)


@pytest.mark.slow
def test_learned_steps_lie_beyond_the_limit_of_a_repeated_one_and_blow_a_scene_up():
    H, network, _ = unrolling.trained("steps", "none", 0)
    assert (network.tau * torch.linalg.matrix_norm(H.A, 2) ** 2 > 2).all()
    g, f = unrolling.pairs(H, 1000, "none", 50_000)
    with torch.no_grad():
        errors = torch.stack([(f_k - f).square().sum(-1) for f_k in network.iterates(g)])
    worst = errors[:, errors[-1].argmax()]
    assert worst.argmin() < 12 and worst[-1] > 100 * worst.min()
