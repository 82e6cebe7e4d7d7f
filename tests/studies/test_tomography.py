"""The study of tomography: cheap rows come out again, and what its choices are made on."""

import pytest

from studies import tomography
from studies.tomography.scanner import Scanner, drawn

ROWS = {tomography.table().task(row): row for row in tomography.table().rows}
SCORES = ("validation", "drawn", "head", "abdomen")
OCCASIONAL = {"choice", "swap", "pictures", "scenes"}


def test_all_rows_have_the_same_columns_but_for_those_of_some_methods():
    assert len({frozenset(row.keys() - OCCASIONAL) for row in ROWS.values()}) == 1


@pytest.mark.parametrize("task", [("FBP", 64, 32, 0, 0, 1), ("CG", 64, 16, 0, 10, 0)])
def test_a_cheap_row_comes_out_again(task):
    again = tomography.row(*task)
    for name in SCORES:
        assert again[name] == pytest.approx(ROWS[task][name], abs=0.05)


@pytest.mark.slow
def test_a_training_comes_out_again():
    task = ("steps", 64, 32, 0, 5, 0)
    again = tomography.row(*task)
    for name in SCORES:
        assert again[name] == pytest.approx(ROWS[task][name], abs=0.3)


def test_settings_are_chosen_on_images_that_no_test_and_no_training_sees():
    scanner = Scanner(16, 8)

    def images_and_noise(pair):
        g, f = pair
        return f, g - scanner.H(f)

    chosen_on = images_and_noise(scanner.validation())
    for seed in tomography.SEEDS + tomography.AGAIN:
        for pair in (scanner.training(8, seed), scanner.test(seed)):
            for x, y in zip(images_and_noise(pair), chosen_on, strict=True):
                assert ((x[:, None] - y).abs().amax((-2, -1)) > 1e-3).all()


def test_a_scanner_adds_the_noise_of_its_photons_and_repeats_it():
    f = drawn(2, 16, 0)
    clean = Scanner(16, 8).H(f)
    few = Scanner(16, 8, 1000).data(f, 3)
    many = Scanner(16, 8, 100000).data(f, 3)
    assert 5 < (few - clean).norm() / (many - clean).norm() < 20  # 10 on average
    assert many.equal(Scanner(16, 8, 100000).data(f, 3))


def test_the_second_seeds_give_the_verdicts_of_the_first():
    def mean(method, K, seeds, what):
        return sum(ROWS[method, 64, 32, 0, K, s][what] for s in seeds) / len(seeds)

    for seeds in (tomography.SEEDS, tomography.AGAIN):
        assert mean("prox", 2, seeds, "drawn") > 35.5
        for what in ("drawn", "head", "abdomen"):
            assert mean("TV", 100, seeds, what) > mean("prox", 2, seeds, what)
        for what in ("head", "abdomen"):
            assert mean("prox", 20, seeds, what) > mean("prox", 2, seeds, what)


def test_the_table_is_small():
    assert tomography.table().path.stat().st_size < 300_000
