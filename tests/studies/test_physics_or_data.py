"""The study of physics against data: equal networks, trained side by side."""

import pytest
import torch

from course_utils.noise import seeded
from studies import physics_or_data as study


@pytest.mark.parametrize("block", ["conv", "dense"])
def test_networks_with_and_without_physics_differ_by_their_steps_alone(block):
    built = [
        study.build("lines", block, physics, 3, 32, seed=0) for physics in ("right", "none")
    ]
    g = torch.randn(4, 32, generator=seeded(0))
    (with_physics, steps), (without, _) = (
        [dict(n.named_parameters()), getattr(n.layers, "tau", None)] for n in built
    )
    assert len(steps) == 3
    count = [sum(p.numel() for p in x.values()) for x in (with_physics, without)]
    assert count[0] == count[1] + 3
    torch.testing.assert_close(built[1](g), g)
    H = study.matrix("lines", "right", 32)
    f = g
    for tau in steps:
        f = f - tau * H.T(H(f) - g)
    torch.testing.assert_close(built[0](g), f)


def test_a_wrong_psf_is_displaced_and_a_wrong_matrix_is_another():
    f = torch.randn(64, generator=seeded(0))
    right, wrong = (study.matrix("lines", x, 64)(f) for x in ("right", "wrong"))
    torch.testing.assert_close(wrong, right.roll(3))
    right, near, wrong = (
        study.matrix("sparse", x, 64).A for x in ("right", "near", "wrong")
    )
    cosines = [(right * x).sum(0).mean() for x in (near, wrong)]
    assert 0.9 < cosines[0] < 0.98 and abs(cosines[1]) < 0.1


def test_the_noise_is_as_far_below_the_data_as_it_says():
    g, f = study.pairs("sparse", 2000, 20, 64, 5)
    clean = study.matrix("sparse", "right", 64)(f)
    snr = 10 * (clean.square().sum() / (g - clean).square().sum()).log10()
    assert snr == pytest.approx(20, abs=0.3)


def test_side_by_side_each_network_trains_as_it_would_alone():
    rates = (1e-3, 1e-2)
    nets = [study.build("lines", "dense", "right", 2, 32, seed=s) for s in (0, 1)]
    together = study.Together(nets, rates)
    alone = [torch.optim.Adam(n.parameters(), r) for n, r in zip(nets, rates, strict=True)]
    for count in range(3):
        g, f = study.pairs("lines", 8, 30, 32, count)
        together.step(g.expand(2, 8, 32), f.expand(2, 8, 32))
        for network, optimizer in zip(nets, alone, strict=True):
            optimizer.zero_grad()
            (network(g) - f).square().mean().backward()
            optimizer.step()
    for member, network in enumerate(nets):
        for name, p in network.named_parameters():
            torch.testing.assert_close(together.p[name][member], p, rtol=1e-3, atol=1e-5)


def test_batches_are_those_of_a_seed_for_all_its_rates():
    g = torch.arange(3 * 40.0).view(3, 40, 1)
    batch, same = next(study.batches(g, g, 2))
    assert batch.shape == (6, study.BATCH, 1) and torch.equal(batch, same)
    assert torch.equal(batch[0], batch[1]) and not torch.equal(batch[0], batch[2] - 40)
    assert (batch[2:4] >= 40).all() and (batch[2:4] < 80).all()


def test_the_best_rate_of_a_rival_without_physics_is_inside_the_grid():
    rows = [r for r in study.table().rows if r["physics"] == "none" and r["pairs"] > 64]
    assert len(rows) == 8
    for row in rows:
        best = row["validation_db"].index(min(row["validation_db"]))
        ends = study.RATES[row["block"]][0], study.RATES[row["block"]][-1]
        assert row["rates"][best] not in ends


def test_a_longer_training_is_the_study_s_and_goes_on():
    longer, short = study.table("physics-or-data-longer"), study.table()
    assert len(longer.rows) == len(study.longer_tasks())
    for row in longer.rows:
        assert row["steps"] == study.LATER and row["physics"] == "none"
        before = short.row(*longer.task(row))
        assert row["rates"][0] == before["rates"][-1]
        for ours, theirs in zip(row["nmse_db"][0], before["nmse_db"][-1], strict=True):
            assert ours == pytest.approx(theirs, abs=0.02)


def test_with_ten_times_the_steps_dense_rivals_come_level_or_pass_and_no_others():
    longer, short = study.table("physics-or-data-longer"), study.table()
    for problem, block in study.kinds():
        right = torch.tensor(short.row(problem, block, "right", *study.BASE)["nmse_db"])[-1]
        row = longer.row(problem, block, "none", *study.BASE)
        none = torch.tensor(row["nmse_db"])
        behind = (none[-1] - right).mean()
        if block == "dense":
            assert behind < (0.25 if problem == "lines" else -0.2)
        else:
            assert right.max() < none.min() and behind > 0.3
        if (problem, block) != ("sparse", "dense"):  # the one that passes
            grid = study.slower(block)
            best = row["validation_db"].index(min(row["validation_db"]))
            assert grid[0] < row["rates"][best] < grid[-1]


@pytest.mark.slow
@pytest.mark.parametrize("setting", [(3, 96, 25, 32), (4, 128, 35, 48)])
def test_physics_is_ahead_at_each_length_of_training(monkeypatch, setting):
    monkeypatch.setattr(study, "LOOKS", [10, 40])
    right, none = (study.row("lines", "dense", x, *setting) for x in ("right", "none"))
    for ours, theirs in zip(right["nmse_db"], none["nmse_db"], strict=True):
        assert sum(ours) < sum(theirs) - 0.3 * len(ours)
