"""The study of tomography: cheap rows come out again, and what its choices are made on."""

from itertools import product

import pytest
import torch

from course_utils.metrics import relative_error
from course_utils.operators import Blur, Downsample, Radon
from course_utils.signals import gaussian_psf
from course_utils.training import fit
from studies import tomography
from studies.tomography import classical, networks
from studies.tomography.scanner import MAIN, Scanner
from studies.tomography.scores import scores
from studies.tomography.slices import NAMES, slices

ROWS = {tomography.table().task(row): row for row in tomography.table().rows}
SCORES = ("validation", "drawn", *NAMES)
OCCASIONAL = {"choice", "swap", "pictures", "images", "at 256", "in hindsight"}
OCCASIONAL |= {"times prox"}
FINE = (64, 32, 0, "fine")
CRIME = (64, 32, 0, "model")
PAID = [("FBP", 0), ("CG", 10), ("prox", 2), ("TV", 100)]


def mean(method, K, what, place=FINE, seeds=tomography.SEEDS):
    return sum(ROWS[method, *place, K, seed][what] for seed in seeds) / len(seeds)


def test_all_rows_have_the_same_columns_but_for_those_of_some_methods():
    assert len({frozenset(row.keys() - OCCASIONAL) for row in ROWS.values()}) == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    "task", [("FBP", *FINE, 0, 1), ("CG", 64, 16, 0, "fine", 10, 0), ("CG", *FINE, 8, 2)]
)
def test_a_cheap_row_comes_out_again(task):
    again = tomography.row(*task)
    for name in SCORES:
        assert again[name] == pytest.approx(ROWS[task][name], abs=0.05)


@pytest.mark.slow
def test_a_training_comes_out_again():
    task = ("steps", *FINE, 5, 0)
    again = tomography.row(*task)
    for name in SCORES:
        assert again[name] == pytest.approx(ROWS[task][name], abs=0.3)


def test_settings_are_chosen_on_images_that_no_test_and_no_training_sees():
    scanner = Scanner(16, 8)

    def images_and_noise(pair):
        g, f = pair
        return f, g - scanner.H(f)

    chosen_on = images_and_noise(scanner.validation())
    for seed in (*tomography.SEEDS, *tomography.AGAIN, networks.TUNING_SEED):
        for pair in (scanner.training(8, seed), scanner.test(seed)):
            for x, y in zip(images_and_noise(pair), chosen_on, strict=True):
                assert ((x[:, None] - y).abs().amax((-2, -1)) > 1e-3).all()


def test_a_detector_reads_the_mean_of_four_rays_of_a_finer_world():
    scanner = Scanner(16, 8)
    fine = scanner.drawn(2, 0)
    assert fine.shape == (2, 64, 64)
    g = scanner.integrals(fine)
    assert g.shape == (2, 8, 16, 4) and scanner.truth(fine).shape == (2, 16, 16)
    model = scanner._replace(data="model").integrals(fine)[..., 0]
    assert 0.01 < relative_error(g.mean(-1), model) < 0.1  # near, and not the same
    assert relative_error(g.mean(-1).sum(-1), model.sum(-1)) < 0.01


def test_the_scanner_measures_as_the_operator_of_the_chapter():
    fine = Scanner(16, 8).drawn(2, 0)
    rays = Radon(64, torch.arange(8) / 8 * torch.pi)
    world = 1 / 4 * Downsample((8, 64), (1, 4)) @ rays
    torch.testing.assert_close(Scanner(16, 8).integrals(fine).mean(-1), world(fine))
    picture = Downsample((64, 64), 4)
    torch.testing.assert_close(Scanner(16, 8).truth(fine), picture(fine))


@pytest.mark.parametrize("size, finer", [(64, 4), (128, 4), (256, 2)])
def test_the_world_is_four_times_finer_as_far_as_slices_go(size, finer):
    assert Scanner(size, 8).finer == finer


def test_a_scanner_adds_the_noise_of_its_photons_and_repeats_it():
    scanner = Scanner(16, 8)
    fine = scanner.drawn(2, 0)
    passed = torch.exp(-0.6 * scanner.integrals(fine)).mean(-1)  # what a detector gets
    clean = -passed.log() / 0.6
    few = Scanner(16, 8, 1000).measured(fine, 3)
    many = Scanner(16, 8, 100000).measured(fine, 3)
    assert 5 < (few - clean).norm() / (many - clean).norm() < 20  # 10 on average
    assert many.equal(Scanner(16, 8, 100000).measured(fine, 3))
    clean = scanner.integrals(fine).mean(-1)
    assert (scanner.measured(fine, 3) - clean).std() == pytest.approx(0.085 / 4, rel=0.2)


def test_the_slices_are_in_the_range_of_the_drawn_images_and_within_their_disc():
    found = slices(32)
    x = (2 * torch.arange(32) + 1) / 32 - 1
    assert found.shape == (5, 32, 32) and found.min() == 0 and found.max() <= 1
    assert (found[:, x**2 + x[:, None] ** 2 > 1] == 0).all()
    water = found[: NAMES.index("abdomen") + 1].flatten()  # most of a body
    assert 0.4 < water[water > 0.25].median() < 0.65


def test_more_layers_gain_on_drawn_scenes_if_they_see_as_many_and_nothing_on_slices():
    for what in ("drawn", *NAMES):
        few = mean("prox", 2, what)
        many = mean("prox, same images", 10, what)
        assert few + 0.8 < many if what == "drawn" else abs(many - few) < 0.6


def test_the_crime_pays_total_variation_most_and_the_network_hardly():
    for what in ("drawn", *NAMES):
        gains = [mean(m, K, what, CRIME) - mean(m, K, what) for m, K in PAID]
        assert gains[0] < 0.1 and abs(gains[2]) < 0.5 and gains[3] > 0.9
        assert max(gains) == gains[3]


@pytest.mark.parametrize("method", ["prox", "primal-dual", "steps", "CNN"])
def test_no_learning_rate_is_the_largest_or_the_smallest_that_was_tried(method):
    rates = sorted(
        {r["rate"] for r in networks.rates_table().rows if r["method"] == method}
    )
    for K in networks.TUNED_AT if method != "CNN" else (1,):
        assert rates[0] < networks.best_rate(method, K) < rates[-1]


def test_no_classical_choice_is_at_the_end_of_its_grid():
    def within(value, grid):
        assert min(grid) < value < max(grid)

    for (method, *place, K, _), row in ROWS.items():
        if method == "TV":
            scale = place[0] / 64
            few = [lam * scale for lam in classical.FEW_LAMBDAS]
            within(row["choice"], classical.LAMBDAS if scale == 1 else few)
        if method == "gradient" and K <= 20:
            within(row["choice"], classical.TAUS)
        if method == "FBP":
            assert row["choice"] < max(classical.WIDTHS)
    for place in {task[1:5] for task in ROWS}:
        rows = [row for task, row in ROWS.items() if task[:5] == ("CG", *place)]
        within(max(rows, key=lambda row: row["validation"])["K"], tomography.CG_STEPS)


def test_no_lambda_chosen_in_hindsight_would_have_been_much_better():
    row = ROWS["TV", *FINE, 100, 0]
    for name, best in zip(("drawn", *NAMES), row["in hindsight"], strict=True):
        assert row[name] <= best < row[name] + 0.2


def test_the_second_seeds_give_the_verdicts_of_the_first():
    for seeds in (tomography.SEEDS, tomography.AGAIN):
        for what in ("drawn", *NAMES):
            two = mean("prox", 2, what, seeds=seeds)
            assert mean("FBP", 0, what, seeds=seeds) < two
            assert two < mean("TV", 100, what, seeds=seeds)


def test_proxes_taught_with_little_noise_fall_below_fbp_on_most_slices_at_a_low_dose():
    moved = mean_of_swaps("1000 photons")
    fbp = [mean("FBP", 0, name, place=(64, 32, 1000, "fine")) for name in NAMES]
    assert sum(a < b for a, b in zip(moved, fbp, strict=True)) >= 4


def mean_of_swaps(what):
    """The scores on the slices of two layers that were taught elsewhere, over seeds."""
    found = [ROWS["prox", *FINE, 2, seed]["swap"][what][1:] for seed in tomography.SEEDS]
    return [sum(column) / len(found) for column in zip(*found, strict=True)]


@pytest.mark.slow
@pytest.mark.parametrize("scanner", [Scanner(32, 16), Scanner(40, 20)])
def test_one_prox_beats_conjugate_gradients_in_settings_that_no_page_shows(scanner):
    net = networks.network("prox", scanner.H, 1, 0)
    list(fit(net, scanner.training(150, 0), epochs=3, lr=3e-3, batch=4, seed=0, clip=1.0))
    g, f = scanner.test(0)
    stopped = [tomography.row("CG", *scanner, K, 0) for K in (4, 6, 8, 10, 12, 15)]
    best = max(stopped, key=lambda row: row["validation"])
    with torch.no_grad():
        learned = dict(zip(("drawn", *NAMES), scores(net(g), f), strict=True))
    assert learned["drawn"] > best["drawn"] + 2
    assert sum(learned[name] - best[name] for name in NAMES) / len(NAMES) > 0.5


def test_the_table_is_small():
    assert tomography.table().path.stat().st_size < 400_000
    assert Scanner(*FINE) == MAIN


def test_conjugate_gradients_lose_to_fbp_at_a_thousand_photons_wherever_they_stop():
    fbp, *stopped = (
        sum(mean(method, K, name, (64, 32, 1000, "fine")) for name in NAMES) / 5
        for method, K in [("FBP", 0), *(("CG", K) for K in tomography.CG_STEPS)]
    )
    assert max(stopped) < fbp - 0.2


def test_a_prox_gains_with_more_views_than_it_was_trained_on():
    for K, seed in product((1, 2), tomography.SEEDS):
        swap = ROWS["prox", *FINE, K, seed]["swap"]
        gain = torch.tensor(swap["64 views"]) - torch.tensor(swap["32 views"])
        assert gain.min() > 0


def test_trainings_take_as_long_as_the_chapter_says():
    def seconds(method, K):
        return mean(method, K, "train_s")

    for method, K in product(("prox", "primal-dual"), tomography.LAYERS):
        assert 7 < seconds(method, K) < 10
        assert 1 < seconds("steps", K) < 6
    assert 7.5 < seconds("CNN", 1) < 8.5
    assert 30 < seconds("prox, same images", 10) < 40
    settings = [(64, 16, 0), (64, 32, 1000), (128, 64, 0), (256, 128, 0)]
    assert all(
        ROWS["prox", *setting, "fine", 2, seed]["train_s"] < 14
        for setting, seed in product(settings, tomography.SEEDS)
    )


def test_depth_pays_on_phantoms_alone_and_only_with_more_of_them():
    one, deep, more, cnn = (
        {name: mean(*of, name) for name in ("drawn", *NAMES)}
        for of in (("prox", 1), ("prox", 20), ("prox, same images", 10), ("CNN", 1))
    )
    assert deep["drawn"] < one["drawn"] - 0.8 and cnn["drawn"] < one["drawn"] - 0.8
    assert more["drawn"] > max(one["drawn"] + 1, mean("prox", 10, "drawn") + 1.8)
    for K, name in product(tomography.LAYERS, ("drawn", *NAMES)):
        assert mean("prox", K, name) > mean("TV", 5, name) + 0.3
    on_sections = [sum(row[name] for name in NAMES) / 5 for row in (one, deep, more, cnn)]
    assert max(on_sections) - min(on_sections) < 0.2


@pytest.mark.slow
def test_fbp_that_is_tuned_at_little_noise_loses_to_the_network_at_a_thousand_photons():
    g, f = MAIN._replace(photons=1000).test(0)
    psf = gaussian_psf(ROWS["FBP", *FINE, 0, 0]["choice"], ndim=2)
    fbp = scores(Blur(psf, MAIN.H.in_shape).to(g)(MAIN.H.fbp(g)), f)
    network = ROWS["prox", *FINE, 2, 0]["swap"]["1000 photons"]
    tuned = ROWS["FBP", 64, 32, 1000, "fine", 0, 0]
    below = [x < tuned[name] for x, name in zip(network[1:], NAMES, strict=True)]
    assert sum(below) >= 3
    assert all(x < y for x, y in zip(fbp, network, strict=True))


def test_total_variation_by_primal_dual_steps_is_ahead_at_a_few_times_the_cost():
    seeds = tomography.SEEDS + tomography.AGAIN
    for seed in seeds:
        few = ROWS["TV, primal-dual", *FINE, 30, seed]
        many = ROWS["TV, primal-dual", *FINE, 100, seed]
        net = ROWS["prox", *FINE, 2, seed]
        assert few["drawn"] > net["drawn"] + 0.5 and many["drawn"] > few["drawn"]
        assert 3 < few["times prox"] < 9 < many["times prox"]
        assert many["drawn"] > ROWS["TV", *FINE, 100, seed]["drawn"]


def test_non_local_means_come_near_a_layer_and_take_longer_than_two():
    for seed in tomography.SEEDS:
        rival = ROWS["FBP, non-local", *FINE, 0, seed]
        one, two = (ROWS["prox", *FINE, K, seed] for K in (1, 2))
        assert all(ROWS["FBP", *FINE, 0, seed][name] + 1 < rival[name] for name in NAMES)
        assert all(rival[name] < one[name] for name in NAMES)
        assert sum(rival[name] for name in NAMES) + 2 < sum(two[name] for name in NAMES)
        assert 1 < rival["times prox"] < 2.5
        ten = ROWS["TV, primal-dual", *FINE, 10, seed]
        assert rival["drawn"] < ten["drawn"] < one["drawn"]  # nearest on sections alone


def test_the_strength_of_non_local_means_is_inside_its_grid():
    low, *_, high = classical.NON_LOCAL["h"]
    found = [row["choice"] for task, row in ROWS.items() if task[0] == "FBP, non-local"]
    assert len(found) == 6 and all(low < h < high for h in found)


def test_learned_lengths_are_worth_a_few_tenths_at_most():
    more = [
        mean("steps", K, "drawn") - mean("gradient", K, "drawn") for K in tomography.LAYERS
    ]
    assert 0.2 < max(more) < 0.3


def test_the_lambda_of_primal_dual_steps_is_inside_its_grid_but_for_the_fewest_steps():
    low, *_, high = classical.LAMBDAS[2:6]
    for K, seed in product(tomography.PRIMAL_DUAL_STEPS, tomography.SEEDS):
        lam = ROWS["TV, primal-dual", *FINE, K, seed]["choice"]
        assert lam == low if K == 10 else low < lam < high


@pytest.mark.slow
def test_ten_primal_dual_steps_on_a_finer_grid_gain_little_and_stay_below_the_networks():
    row = ROWS["TV, primal-dual", *FINE, 10, 0]
    finer = classical.primal_dual_tv.__wrapped__
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(classical, "LAMBDAS", (0, 0, 0.1, 0.2))
        patch.setattr(classical, "RATIOS", (0.7, 1.0, 1.5))
        estimate, lam = finer(MAIN, 10)
    g, f = MAIN.test(0)
    drawn, *real = scores(estimate(g), f)
    assert lam == 0.1 and row["drawn"] < drawn < row["drawn"] + 0.3
    gain = sum(real) / 5 - sum(row[name] for name in NAMES) / 5
    assert 0.1 < gain < 0.5
    assert sum(real) < sum(ROWS["prox", *FINE, 2, 0][name] for name in NAMES) - 1
