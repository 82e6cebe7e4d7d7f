"""The study of tomography: all its rows are there, and a cheap one comes out again."""

import json

import pytest

from course_utils import tables
from studies import tomography

ROWS = {
    tuple(row[key] for key in tomography.KEYS): row
    for row in tables.read("tomography")["rows"]
}
SCORES = ("validation", "drawn", "head", "abdomen")


def test_the_table_holds_all_tasks_of_the_study_and_no_other():
    assert set(ROWS) == set(tomography.tasks())
    assert (
        len(
            {
                len(row.keys() - {"choice", "swap", "pictures", "scenes"})
                for row in ROWS.values()
            }
        )
        == 1
    )


@pytest.mark.parametrize("task", [("FBP", 64, 32, 0, 0, 1), ("CG", 64, 16, 0, 10, 0)])
def test_a_cheap_row_comes_out_again(task):
    again = tomography.work(*task)
    for name in SCORES:
        assert again[name] == pytest.approx(ROWS[task][name], abs=0.05)


@pytest.mark.slow
def test_a_training_comes_out_again():
    task = ("steps", 64, 32, 0, 5, 0)
    again = tomography.work(*task)
    for name in SCORES:
        assert again[name] == pytest.approx(ROWS[task][name], abs=0.3)


def test_settings_are_chosen_on_scenes_that_no_test_and_no_training_sees():
    seeds = tomography.SEEDS + tomography.AGAIN
    used = {1000 * seed + add for seed in seeds for add in (0, 1, 500, 501)}
    assert len(used) == 4 * len(seeds) and not used & {777, 778}


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
    assert len(json.dumps(tables.read("tomography"))) < 300_000
