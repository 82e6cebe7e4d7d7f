"""The study of labels: where Potts beats a threshold, in the table and outside it."""

import pytest
import torch

from studies import materials as study

ROWS = study.table().rows


def wrong(scenes, size, sigma, method):
    """The mean percentage of wrong labels."""
    errors = study.table().row(scenes, size, sigma, method)["wrong"]
    return sum(errors) / len(errors)


def name(task):
    """Scenes, size and noise."""
    return "-".join(map(str, task))


SETTINGS = sorted({task[:3] for task in study.tasks()})


@pytest.mark.parametrize("task", SETTINGS, ids=name)
def test_labels_win_where_dark_touches_bright_and_only_there(task):
    rivals = min(wrong(*task, method) for method in ("Tikhonov", "TV"))
    touches = task[0] in ("overlapping", "own grid")
    assert (wrong(*task, "Potts") < rivals) == touches


@pytest.mark.parametrize("task", [t for t in SETTINGS if t[0] == "overlapping"], ids=name)
def test_what_labels_win_there_is_the_rim_of_the_middle_material(task):
    rows = [study.table().row(*task, method) for method in ("TV", "Potts")]
    gained = wrong(*task, "TV") - wrong(*task, "Potts")
    assert rows[0]["ring"] - rows[1]["ring"] > gained > 0


@pytest.mark.parametrize("row", ROWS, ids=lambda row: name(study.table().task(row)))
def test_every_lambda_lies_inside_its_ladder(row):
    first, last = row["ends"]
    assert first < row["number"] < last or (row["method"], row["number"]) == ("Potts", 8)


def test_a_ladder_goes_on_until_the_best_is_inside_or_it_ends():
    assert study.climb(lambda x: abs(x - 5), 1.0, 9) == (4.0, [0.5, 8.0])
    assert study.climb(lambda x: -x, 1.0, 3) == (8.0, [0.5, 8.0])


def test_a_rim_is_what_is_falsely_in_the_middle_near_dark_and_bright():
    z = torch.zeros(8, 8, dtype=torch.long)
    z[:, 4:] = 2
    found = z.clone()
    found[:, 4] = 1
    found[0, 0] = 1
    assert study.ring(found, z) == 12.5


@pytest.mark.slow
@pytest.mark.parametrize("size, sigma", [(24, 0.15), (40, 0.3)])
def test_with_two_materials_a_threshold_does_as_well_elsewhere(size, sigma):
    def errors(scenes, method, number):
        problems = [study.problem(scenes, size, sigma, seed) for seed in range(20, 24)]
        label = study.METHODS[method][0]
        classes = 2 if scenes == "two" else 3
        return sum(study.wrong(label(g, classes, number), z) for g, z in problems)

    def ratio(scenes):
        return errors(scenes, "Potts", 1.0) / errors(scenes, "Tikhonov", 0.125)

    assert ratio("overlapping") < 0.75 < ratio("two")


def test_a_cheap_row_comes_out_again():
    task = ("nested", 32, 0.2, "Tikhonov")
    stored = study.table().row(*task)
    assert study.row(*task)["wrong"] == pytest.approx(stored["wrong"], abs=0.5)
