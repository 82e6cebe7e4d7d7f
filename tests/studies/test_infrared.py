"""The study of infrared: its choices lie within what was tried, its rows come again."""

import pytest
import torch

from course_utils.noise import seeded
from course_utils.operators import Hartley
from studies import infrared as study
from studies.infrared import classical, frames, layers, networks

CASES = ("few", *frames.CASES)


@pytest.fixture(scope="module")
def table():
    return study.table()


def test_no_learning_rate_lies_at_the_end_of_what_was_tried(table):
    for method in networks.METHODS:
        losses = [
            table.row(method, *study.TUNING, rate)["validation"] for rate in study.RATES
        ]
        assert 0 < losses.index(min(losses)) < len(losses) - 1, method


def test_every_row_has_all_cases_with_numbers_that_can_be(table):
    for row in (row for row in table.rows if row["seed"] != study.TUNING[1]):
        for case in CASES:
            kelvin, iou, wrong = row[case]
            assert 0 < kelvin < 20 and 0 < iou < 1 and 0 < wrong < 1, row


@pytest.fixture
def default_type():
    """The study sets the default type of its process: tests keep theirs."""
    before = torch.get_default_dtype()
    yield
    torch.set_default_dtype(before)


@pytest.mark.slow
@pytest.mark.parametrize("method, n", [("wiener", 0), ("wiener + head", 8)])
def test_a_row_comes_out_again(method, n, table, default_type):
    tasks = [task for task in study.tasks() if task[:3] == (method, n, 0)]
    stored = table.row(*tasks[0])
    again = study.row(*tasks[0])
    band = 0.005 if n == 0 else 0.15
    for case in CASES:
        assert again[case] == pytest.approx(stored[case], rel=band)


def test_each_curve_has_one_budget_and_only_the_long_one_crosses(table):
    def labels(method, n):
        rows = [row for row in table.rows if (row["method"], row["n"]) == (method, n)]
        return sum(row["as trained"][1] for row in rows if row["seed"] in study.SEEDS)

    heads = ("spectral + head", "wiener + head", "frame + head")
    for n in study.SIZES:
        assert labels("u-net", n) < labels("spectral + head", n)
        for rival in ("wiener", "tv"):
            assert all(labels(head, n) > labels(rival, 0) for head in heads)
    gaps = [labels("u-net, long", n) - labels("spectral + head", n) for n in study.SIZES]
    assert gaps[0] < 0 < gaps[-1] and gaps == sorted(gaps)


@pytest.mark.slow
@pytest.mark.parametrize(
    "n, seed", [(16, 20), pytest.param(64, 21, marks=pytest.mark.rare)]
)
def test_a_head_beats_thresholds_with_other_scenes_and_numbers_of_them(
    n, seed, default_type
):
    head = study.row("wiener + head", n, seed, 0.01)["as trained"][1]
    assert head > study.row("wiener", 0, seed, 0.0)["as trained"][1] + 0.02


def test_the_formula_is_the_best_linear_estimate():
    H = frames.camera().H
    theta = 100.0
    f = torch.randn(1, 48, 48, generator=seeded(0))
    g = f[:, ::2, ::2]
    f_hat = layers.wiener_net(theta)(g)
    nu = torch.cartesian_prod(*[torch.fft.fftfreq(48, 1 / 48)] * 2).norm(dim=1).view(48, 48)
    p = theta * (1 + nu) ** -3
    V = Hartley((48, 48))
    variance = (frames.camera().sigma / (frames.HIGH - frames.LOW)) ** 2
    u = (g - H(f_hat)) / variance  # f_hat = C H^T u, if it is the best
    torch.testing.assert_close(V(p * V(H.T(u))), f_hat, rtol=0.02, atol=0.02)


@pytest.mark.slow
def test_the_chapter_has_a_strength_and_thresholds_that_a_seed_chose(default_type):
    torch.set_default_dtype(torch.float32)
    chosen = [classical.tuned_wiener(seed) for seed in study.SEEDS]
    assert 100 in [strength for strength, _ in chosen]
    assert (300.0, 314.0) in [thresholds for _, thresholds in chosen]
    assert len(set(chosen)) == len(chosen)
