"""The study of unrolling: its pairs, how its networks begin, a row that comes again."""

import pytest
import torch

from course_utils.linear import Matrix
from course_utils.priors import L1
from course_utils.solvers import ista, run
from studies import unrolling


def test_test_signals_are_not_those_of_training_or_validation():
    H = unrolling.matrix(0)
    seeds = (1000, 2000, 2001, 50_000, 51_000)
    first = [unrolling.pairs(H, 1, "none", seed)[1] for seed in seeds]
    assert all((a != b).any() for i, a in enumerate(first) for b in first[:i])


def test_errors_are_those_of_signals_that_no_training_and_no_choice_has_seen(monkeypatch):
    seeds = {seed for *_, seed in unrolling.tasks()}
    seen = {1000 + seed for seed in seeds}
    seen |= {2000 + 10 * seed + part for seed in seeds for part in range(3)}
    asked = []
    pairs = unrolling.pairs

    def noting(H, count, noise_db, seed):
        asked.append(seed)
        return pairs(H, 2, noise_db, seed)

    monkeypatch.setattr(unrolling, "pairs", noting)
    for seed in sorted(seeds):
        H = unrolling.matrix(seed)
        unrolling.errors(lambda g: [g @ torch.ones(250, 500)], H, "none", seed, 10_000)
    assert len(asked) == 10 * len(seeds) and not set(asked) & seen


def test_the_noise_is_as_far_below_the_data_as_it_says():
    H = unrolling.matrix(0)
    (clean, f), (noisy, same) = (unrolling.pairs(H, 2000, x, 7) for x in ("none", "20 dB"))
    assert torch.equal(f, same)
    snr = 10 * (clean.square().sum() / (noisy - clean).square().sum()).log10()
    assert snr == pytest.approx(20, abs=0.3)


def test_steps_and_thresholds_keep_their_values_when_they_become_logarithms():
    H = unrolling.matrix(0)
    theta = 0.3 * 0.9 ** torch.arange(unrolling.K)
    g, _ = unrolling.pairs(H, 3, "none", 7)
    network = unrolling.proximal(H, 0.1, theta, True)
    before = network(g).detach()
    torch.testing.assert_close(unrolling.positive(network)(g).detach(), before)
    assert all(p.ndim < 2 for p in network.parameters())


def test_a_method_that_begins_as_ista_is_ista_with_the_schedule():
    H = Matrix(torch.eye(4))
    theta = torch.full((unrolling.K,), 0.02)
    g = torch.tensor([[1.0, -0.5, 0.01, 0.0]])
    for name in ("LISTA", "LISTA, shared", "LISTA-CP", "LISTA-CP, shared", "steps"):
        network = unrolling.METHODS[name].build(H, 0.5, theta)
        expected = run(ista(H, g, L1(), 0.04, 0.5), unrolling.K)
        torch.testing.assert_close(network(g).detach(), expected)


def test_the_part_in_the_tail_and_the_interval_are_what_they_say():
    H = Matrix(torch.eye(unrolling.N))

    def iterates(g):
        return [0.9 * g, g + torch.tensor(0.1)]

    found = unrolling.measure(*unrolling.errors(iterates, H, "none", 0, 1000))
    assert found["nmse_by_layer"][0] == pytest.approx(-20, abs=0.01)
    low, high = found["interval_db"]
    assert low < found["nmse_db"] < high
    assert found["tail"] == pytest.approx(0.01, abs=1e-3)  # all errors are equal


@pytest.mark.parametrize("seeds", [range(3), range(10, 13)])
def test_with_another_matrix_too_what_is_computed_is_far_ahead_of_what_is_learned(seeds):
    rows = unrolling.table().rows
    median = {
        (r["method"], r["seed"]): r["median_db"] for r in rows if r["noise"] == "none"
    }
    for seed in seeds:
        learned = median["LISTA-CP", seed]
        for method in ("schedule-SS, W", "ALISTA-SS"):
            assert median[method, seed] < min(-65, learned - 45)


@pytest.mark.slow
def test_a_cheap_row_comes_out_again():
    task = ("schedule-SS, W", "20 dB", 0)
    stored = unrolling.table().row(*task)
    again = unrolling.row(*task)
    assert stored.keys() == {*unrolling.table().keys, *again}
    for key in ("nmse_db", "median_db"):
        assert again[key] == pytest.approx(stored[key], abs=0.1)


@pytest.mark.slow
def test_learned_steps_lie_beyond_the_limit_of_a_repeated_one_and_blow_a_signal_up():
    H = unrolling.matrix(0)
    network = unrolling.trained("steps", H, "none", 0)
    assert (network.tau * torch.linalg.matrix_norm(H.A, 2) ** 2 > 2).all()
    g, f = unrolling.pairs(H, 1000, "none", 50_000)
    with torch.no_grad():
        errors = torch.stack([(f_k - f).square().sum(-1) for f_k in network.iterates(g)])
    worst = errors[:, errors[-1].argmax()]
    assert worst.argmin() < 12 and worst[-1] > 100 * worst.min()
