"""The study of the front page: its split, its choices, and where the network loses."""

import pytest
import torch

from course_utils.explore import answers
from course_utils.metrics import nmse_db
from course_utils.noise import seeded
from studies import front_page as study

TABLE = study.table()
SEEDS = (0, 1, 2)
INSIDE = [sigma for sigma in study.SIGMAS if 0.003 < sigma <= 0.1]


def gain(picture, sigma, width):
    """By how many dB the network is better than the filter, for each seed."""
    found = {}
    for answer in ("network", "filter"):
        rows = [TABLE.row(answer, seed) for seed in SEEDS]
        row, column = rows[0]["sigmas"].index(sigma), rows[0]["widths"].index(width)
        found[answer] = [r["errors"][picture][row][column] for r in rows]
    pairs = zip(found["filter"], found["network"], strict=True)
    return [ofFilter - ofNetwork for ofFilter, ofNetwork in pairs]


@pytest.mark.slow
def test_pictures_of_the_page_and_of_the_choices_take_no_part_in_the_training():
    names = study.training_names()
    assert not set(names) & {*study.PAGE, *study.VALIDATION}
    assert len(names) + len(study.PAGE) + len(study.VALIDATION) == 17
    assert len(study.tiles()) > 100


def test_a_step_has_fresh_noise_widths_and_sigmas_in_their_ranges():
    f = torch.rand(5, 128, 128, generator=seeded(0))
    draw = seeded(1)
    first, second = (study.batch(f, draw) for _ in range(2))
    assert not torch.equal(first[0], second[0])
    for _, _, (width, sigma) in (first, second):
        assert ((width >= 0.5) & (width <= 2.5)).all()
        assert ((sigma >= 0.003) & (sigma <= 0.1)).all()


def test_data_are_the_blurred_pictures_with_noise_of_each_sigma():
    f = torch.rand(2, 128, 128, generator=seeded(0))
    sigma = torch.tensor([0.01, 0.1])
    g = study.measured(f, torch.tensor([1.0, 2.0]), sigma, seeded(1))
    for i, width in enumerate((1.0, 2.0)):
        rest = g[i] - answers.blurred(f[i], width)
        assert rest.std().item() == pytest.approx(sigma[i].item(), rel=0.02)


def test_the_rate_rises_and_falls_to_nothing():
    rates = [study.rate(step) for step in range(study.STEPS)]
    assert max(rates) <= study.RATE and rates[0] < rates[100] > rates[-1]
    assert rates[-1] < 1e-4 * study.RATE


@pytest.mark.parametrize("answer", ["filter", "TV"])
def test_every_choice_lies_inside_what_was_tried(answer):
    for row in (r for r in TABLE.rows if r["answer"] == answer):
        if answer == "filter":
            assert row["ends"][0] < row["chosen"] < row["ends"][1]
        else:
            pairs = zip(row["chosen"], row["ends"], strict=True)
            assert all(low < chosen < high for chosen, (low, high) in pairs)


def test_the_trainings_are_short_and_recorded():
    rows = [TABLE.row("network", seed) for seed in SEEDS]
    assert all(row["steps"] == study.STEPS and row["train_s"] < 600 for row in rows)


@pytest.mark.parametrize("picture", [*study.PAGE, "rings", "chessboard"])
def test_the_network_wins_on_every_picture_under_the_noise_that_it_knows(picture):
    for sigma in INSIDE:
        for width in study.WIDTHS:
            assert min(gain(picture, sigma, width)) > 0, (sigma, width)


@pytest.mark.parametrize("picture", study.PAGE)
def test_it_loses_on_every_photograph_under_fainter_noise_and_a_weak_blur(picture):
    for sigma in (0.0003, 0.001):
        assert max(gain(picture, sigma, 0.5)) < -1, sigma


def test_total_variation_comes_within_half_a_decibel_on_the_average_over_photographs():
    row = TABLE.row("TV", 0)
    behind = []
    for picture in study.PAGE:
        for i, sigma in enumerate(row["sigmas"]):
            for j, width in enumerate(row["widths"]):
                network, at = TABLE.row("network", 0), TABLE.row("filter", 0)
                place = at["sigmas"].index(sigma), at["widths"].index(width)
                of_network = network["errors"][picture][place[0]][place[1]]
                behind.append(row["errors"][picture][i][j] - of_network)
    assert 0 < sum(behind) / len(behind) < 0.5


def test_it_loses_on_stars_under_a_stronger_noise_and_blur_than_on_faces():
    assert sum(gain("hubble", 0.3, 2.5)) < 0 < min(gain("astronaut", 0.3, 2.5))
    assert max(gain("hubble", 0.3, 2.0)) < 0 < min(gain("hubble", 0.1, 2.0))


def page_network():
    """The network that the page runs, in double precision."""
    S = torch.tensor(TABLE.row("filter", 0)["spectrum"], dtype=torch.float64)
    weight = 2.0 ** TABLE.row("filter", 0)["chosen"]
    return answers.unpacked(TABLE.row("network", 0)["weights"], S, weight)


@torch.no_grad()
def gain_elsewhere(names, sigma, width):
    """The gain on photographs, under a noise that the table has not: one for each."""
    network = page_network()
    f = study.pictures(names).double()
    g = answers.blurred(f, width) + sigma * torch.randn(f.shape, generator=seeded(7))
    filtered = answers.wiener(g, width, sigma, network.S, network.weight)
    return nmse_db(filtered, f, each=True) - nmse_db(network(g, width, sigma), f, each=True)


@pytest.mark.slow
def test_what_decides_holds_between_the_settings_of_the_table():
    assert (gain_elsewhere(study.PAGE, 0.02, 1.2) > 0.2).all()
    assert (gain_elsewhere(study.PAGE, 0.0005, 0.55) < -1).all()


@pytest.mark.slow
def test_what_decides_holds_on_the_photographs_of_the_choices():
    assert (gain_elsewhere(study.VALIDATION, 0.02, 1.2) > 0).all()
    assert (gain_elsewhere(study.VALIDATION, 0.0005, 0.55) < 0).all()


@pytest.mark.slow
def test_a_row_of_the_filter_comes_out_again():
    found = study.row("filter", 1)
    stored = TABLE.row("filter", 1)
    assert found["chosen"] == stored["chosen"]
    for picture, errors in stored["errors"].items():
        known = torch.tensor(errors)
        assert torch.allclose(torch.tensor(found["errors"][picture]), known, atol=0.03)


@pytest.mark.slow
def test_the_numbers_of_the_first_network_are_those_of_the_weights_that_the_page_runs():
    network = page_network()
    at = study.settings((0.01, 0.3), (1.0, 2.5))
    found = study.errors(lambda g, *setting: network(g.double(), *setting), 0, at)
    row = TABLE.row("network", 0)
    for picture, errors in found.items():
        for i, sigma in enumerate((0.01, 0.3)):
            stored = row["errors"][picture][row["sigmas"].index(sigma)]
            assert errors[i] == pytest.approx([stored[1], stored[4]], abs=0.02)
