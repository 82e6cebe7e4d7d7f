"""The study of training: its bound, its split, its ladders, and who is ahead where."""

import pytest
import torch
from scipy.fft import dct, idct

from course_utils import signals
from course_utils.noise import seeded
from studies import training_a_network as study
from studies.training_a_network import classical, logs, networks, posterior, problems

ROWS = study.table().rows
LADDERS = [row for row in ROWS if "ladder" in row]


def mean(kind, method, sigma=0.1, pairs=0):
    psnr = study.table().row(kind, method, sigma, pairs)["psnr"]
    return sum(psnr) / len(psnr)


@pytest.mark.parametrize("sigma, jumps", [(0.3, 6), (0.2, 2)])
def test_the_bound_is_the_mean_of_signals_weighted_by_their_likelihood(sigma, jumps):
    f = signals.piecewise_constant(200_000, 6, seeded(1), jumps).double()
    g = f[:3] + sigma * torch.randn(3, 6, generator=seeded(2), dtype=torch.float64)
    misfit = (g[:, None] - f).square().sum(-1)
    sampled = (-misfit / (2 * sigma**2)).softmax(1) @ f
    exact = posterior.posterior_mean(g, sigma, jumps)
    assert torch.allclose(exact, sampled, atol=0.01)


def test_the_bound_keeps_its_digits_far_outside_of_the_heights():
    g = torch.tensor([[-3.0] * 8, [4.0] * 8], dtype=torch.float64)
    f = posterior.posterior_mean(g, 0.05)
    assert torch.isfinite(f).all() and (f[0] < 0.01).all() and (f[1] > 0.99).all()


@pytest.mark.parametrize("sigma", study.SIGMAS)
def test_no_denoiser_passes_the_bound_on_signals(sigma):
    bound = mean("signals", "posterior mean", sigma)
    rows = [r for r in ROWS if r["kind"] == "signals" and r["sigma"] == sigma]
    others = [r for r in rows if r["method"] != "posterior mean"]
    assert len(others) >= 4 and all(max(row["psnr"]) < bound for row in others)


@pytest.mark.parametrize("row", LADDERS, ids=study.table().task)
def test_what_was_chosen_is_the_best_of_its_ladder_and_not_at_an_end(row):
    settings, losses = zip(*row["ladder"], strict=True)
    best = losses.index(min(losses))
    assert settings[best] == row["chosen"] and 0 < best < len(losses) - 1


def test_a_ladder_grows_until_its_best_is_inside():
    found = classical.ladder(lambda x: abs(x - 9), 1.0, 2.0)
    assert list(found) == [0.5, 1, 2, 4, 8, 16]
    found = classical.ladder(lambda x: abs(x - 0.2), 1.0, 2.0)
    assert list(found) == [0.125, 0.25, 0.5, 1, 2]


def test_photographs_are_split_by_picture_and_each_is_tested_once():
    folds = [problems.split(fold) for fold in problems.SEEDS]
    for train, checked, test in folds:
        assert not (set(train) & set(checked) or set(train + checked) & set(test))
        assert len(train + checked + test) == 17 and len(checked) == 3
    assert len({name for _, _, test in folds for name in test}) == 17


def test_no_pair_of_a_training_is_among_those_that_choose_or_judge():
    _, train = problems.training("signals", 64, 0.1, seed=1)
    _, checked = problems.checked("signals", 0.1, seed=1)
    _, test = problems.tested("signals", 0.1, seed=1)
    assert torch.cdist(train, torch.cat([checked, test])).min() > 0.1
    assert torch.cdist(checked, test).min() > 0.1


def test_wiener_on_mirror_images_is_a_filter_of_the_cosine_transform():
    f = problems.lines(20, seed=3)
    g = f + 0.1 * torch.randn(f.shape, generator=seeded(4))
    p = classical.power(f, dims=1)
    factor = (p / (p + 0.01))[: f.shape[-1]].numpy()
    expected = idct(factor * dct(g.numpy(), norm="ortho"), norm="ortho")
    found = classical.wiener(g, p, 0.01)
    assert torch.allclose(found, torch.from_numpy(expected), atol=1e-5)


def test_the_logs_show_what_their_faults_do():
    log = {row["method"]: row for row in ROWS if row["kind"] == "log"}
    data = logs.SIGMA**2
    ends = {m: [r[x][-1] for x in ("training", "validation")] for m, r in log.items()}
    assert max(ends["none"]) < 0.25 * data
    assert min(ends["rate too large"]) > 0.9 * data
    assert min(ends["rate too small"]) > 2 * max(ends["none"])
    assert log["rate too small"]["validation"][-1] < log["rate too small"]["validation"][5]
    few = log["too few pairs"]["validation"]
    assert ends["too few pairs"][0] < 0.01 * data and few[-1] > 1.2 * min(few)
    assert max(ends["validation is training"]) < 0.01 * data
    assert ends["targets shuffled"][1] > 5 * data
    assert max(log["gradients pile up"]["training"][10:]) > 2 * data


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["rate too large", "gradients pile up"])
def test_a_log_begins_as_it_did(monkeypatch, fault):
    monkeypatch.setattr(logs, "EPOCHS", 3)
    stored = study.table().row("log", fault, logs.SIGMA, 0)
    for name, losses in logs.log(fault).items():
        assert losses == pytest.approx(stored[name][:3], rel=0.3)


@pytest.mark.slow
@pytest.mark.parametrize("method, sigma", [("TV", 0.05), ("Wiener", 0.2)])
def test_a_row_of_a_formula_comes_out_again(method, sigma):
    stored = study.table().row("signals", method, sigma, 0)
    again = study.row("signals", method, sigma, 0)
    assert stored.keys() == {*study.table().keys, *again}
    assert again["psnr"] == pytest.approx(stored["psnr"], abs=0.02)
    assert again["chosen"] == stored["chosen"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "sigma, few, many",
    [(0.14, 8, 512), pytest.param(0.08, 16, 640, marks=pytest.mark.rare)],
)
def test_elsewhere_too_tv_wins_from_few_pairs_and_the_network_from_many(sigma, few, many):
    g, f = problems.tested("signals", sigma, 0)
    tv, _ = classical.tuned("signals", "TV", sigma, 0)
    scores = {}
    for N in (few, many):
        net, _ = networks.trained("signals", 16, N, sigma, seed=0, rate=6e-3)
        scores[N] = classical.score(networks.denoised(net, g), f)
    assert scores[few] < classical.score(tv(g), f) < scores[many]
