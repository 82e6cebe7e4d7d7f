"""The study of training budgets: no signal twice, and a broken run that goes on."""

import pytest
import torch
from torch.nn.utils import skip_init

from studies import unrolling
from studies import unrolling_budgets as study


@pytest.fixture
def small(monkeypatch, tmp_path):
    """Trainings of a few signals, kept in a folder of their own."""
    monkeypatch.setattr(study, "KEPT", tmp_path)
    monkeypatch.setattr(study, "DRAW", 10)
    monkeypatch.setattr(study, "BATCH", 5)
    method = study.METHODS["ALISTA-SS"]._replace(count=10)
    monkeypatch.setitem(study.METHODS, "ALISTA-SS", method)
    theta = 0.5 * 0.7 ** torch.arange(study.K)
    monkeypatch.setattr(unrolling, "schedule", lambda *_: (1.0, theta))


def linear(n):
    """One layer with weights 0."""
    layer = skip_init(torch.nn.Linear, n, 1, bias=False)
    torch.nn.init.zeros_(layer.weight)
    return layer


def test_each_doubling_doubles_the_signals_seen():
    for method in study.METHODS:
        seen = [study.budget(method, doubling) for doubling in range(4)]
        assert seen == [seen[0] * 2**k for k in range(4)]
        assert seen[0] % (3 * study.DRAW) == 0 and study.DRAW % study.BATCH == 0


@pytest.mark.slow
def test_no_signal_comes_twice_in_a_training_and_none_is_of_a_test(monkeypatch):
    asked = []

    def noting(H, count, noise_db, seed):
        asked.append(seed)
        return torch.zeros(count, 1), torch.zeros(count, 1)

    monkeypatch.setattr(study, "pairs", noting)
    monkeypatch.setattr(study, "step", lambda *_: None)
    for seed in (0, 1):
        for doubling in range(3):
            study.go_on(linear(1), "ALISTA-SS", seed, doubling, 0.0)
    signals = 2 * study.budget("ALISTA-SS", 2)
    assert len(set(asked)) == len(asked) == signals // study.DRAW
    assert min(asked) > 100_000  # test and validation are below


@pytest.mark.slow
def test_a_run_that_was_broken_off_goes_on_to_the_same_network(small):
    one, _ = study.trained("ALISTA-SS", 0, 1)
    again, _ = study.trained("ALISTA-SS", 0, 1)  # as it was kept
    for path in study.KEPT.glob("*1.pt*"):
        path.unlink()
    resumed, _ = study.trained("ALISTA-SS", 0, 1)  # from doubling 0
    for other in (again, resumed):
        assert torch.equal(one.theta, other.theta) and torch.equal(one.gamma, other.gamma)


@pytest.mark.slow
def test_a_gradient_far_longer_than_the_others_is_shortened():
    network = linear(3)
    optimizer = torch.optim.SGD(network.parameters(), 1.0)
    before = network.weight.detach().clone()
    g, f = torch.ones(2, 3), torch.full((2, 1), 1e6)
    study.step(network, optimizer, (g, f), norms := [0.1, 0.2, 0.3])
    assert (network.weight - before).norm().item() == pytest.approx(0.4, rel=1e-4)
    assert len(norms) == 4


def test_the_share_of_matrices_is_the_best_of_its_grid(monkeypatch, tmp_path):
    monkeypatch.setattr(study, "KEPT", tmp_path)
    monkeypatch.setattr(study, "untrained", lambda *_: [])
    monkeypatch.setattr(study, "go_on", lambda network, *task: network.append(task[-1]))
    monkeypatch.setattr(study, "median_db", lambda network, _: abs(network[0] - 0.25))
    assert study.best_share("LISTA") == 1 / 5
    monkeypatch.setattr(study, "go_on", lambda *_: pytest.fail("it was chosen before"))
    assert study.best_share("LISTA") == 1 / 5 and study.best_share("ALISTA-SS") == 0


def test_a_training_has_converged_after_two_small_changes_in_a_row():
    def rows(*medians):
        return [{"doubling": k, "validation_db": x} for k, x in enumerate(medians)]

    assert study.converged(rows(-30.0, -34.0, -34.2, -34.3))
    assert not study.converged(rows(-30.0, -34.0, -34.2))
    assert not study.converged(rows(-34.0, -34.1, -34.2, -35.0))
    assert not study.converged(rows(-34.0, -34.1))


@pytest.mark.slow
@pytest.mark.parametrize("seed", [20, 30])  # two matrices that no table has
def test_the_computed_matrix_with_selection_is_far_ahead_of_the_adjoint_untrained(seed):
    H = unrolling.matrix(seed)
    g, f = unrolling.pairs(H, 300, "none", 7)
    select = unrolling.SELECT
    bold = unrolling.alista(H, 1.0, 0.7 * 0.7 ** torch.arange(study.K), select)
    cautious = unrolling.lista_cp(
        H, 0.5, 0.3 * 0.85 ** torch.arange(study.K), "shared", select
    )
    with torch.no_grad():
        medians = [
            ((net(g) - f).square().sum(-1) / f.square().sum(-1)).median()
            for net in (bold, cautious)
        ]
    assert medians[0] < 1e-3 * medians[1]


def test_at_every_budget_the_computed_matrix_is_ahead_by_more_than_twenty_decibels():
    rows = study.table().rows
    computed = [row["median_db"] for row in rows if row["method"] == "ALISTA-SS"]
    learned = [row["median_db"] for row in rows if row["method"] != "ALISTA-SS"]
    assert max(computed) < min(learned) - 20


def test_no_share_of_a_learned_matrix_is_at_the_end_of_its_grid():
    shares = {row["share"] for row in study.table().rows} - {0.0}
    assert min(study.SHARES) < min(shares) and max(shares) < max(study.SHARES)


@pytest.fixture
def trainings():
    """The rows of each training, by method and seed, doubling by doubling."""
    found = {}
    for row in sorted(study.table().rows, key=lambda row: row["doubling"]):
        found.setdefault((row["method"], row["seed"]), []).append(row)
    return found


def test_each_seed_has_the_whole_budget_and_says_whether_it_has_converged(trainings):
    assert len(trainings) == len(study.METHODS) * study.SEEDS
    for (method, _), rows in trainings.items():
        assert len(rows) == study.LAST + 1
        for count, row in enumerate(rows, 1):
            assert row["converged"] == study.converged(rows[:count])
        assert method == "ALISTA-SS" or not any(row["converged"] for row in rows)


def test_one_coupled_matrix_goes_on_learning_and_after_a_selection_nothing_is_gained(
    trainings,
):
    worse = {"LISTA-CP-SS": 0, "LISTA-CP-SS, shared": 0}
    for (method, _), rows in trainings.items():
        medians = [row["median_db"] for row in rows]
        if method == "LISTA-CP, shared":
            assert medians[-1] < medians[-2] - 5
        if method in worse:
            assert medians[-1] > medians[0] - 0.3
            worse[method] += medians[-1] > medians[0] + 5
    assert worse == {"LISTA-CP-SS": 3, "LISTA-CP-SS, shared": 2}
