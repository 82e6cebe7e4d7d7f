"""Exercises: wrong answers take the place of dots, and are tried."""

import pytest
import tested
import torch
import trial
from anatomy.exercise_rules import networks_are_trained, steps
from anatomy.exercises import wrong_answers
from anatomy.running import faults_of_running
from normal_form import normalise
from student import without_solutions

from tests.tools.cells import SKIPPED, SPEAKS, code, notebook, whole_exercise

SET_UP = (
    "import torch\nfrom course_utils import quick\nfrom course_utils.noise import seeded"
)


def chapter(**changes):
    """A set-up and one exercise."""
    return notebook(code(SET_UP), *whole_exercise(**changes))


@pytest.mark.parametrize(
    ("starter", "wrong", "expected"),
    [
        ("k = ...", "4", "k = 4"),
        ("def f(x):\n    ...", "y = x\nreturn y", "def f(x):\n    y = x\n    return y"),
        ("a = ...\nb = ...", ["1", "2"], "a = 1\nb = 2"),
        ("a = ...\nb = ...", "a = b = 3", "a = b = 3"),
        ("def f(x):\n    return ...", "x", "def f(x):\n    return x"),
    ],
)
def test_a_wrong_answer_takes_the_place_of_the_dots(starter, wrong, expected):
    assert wrong_answers(code(starter), code("", wrong=[wrong])) == [expected]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, None),
        ({"starter": "k = 5; ..."}, "accepts the starter"),
        ({"starter": "k = 3; ..."}, "untouched starter the check says 'Not yet: too small"),
        ({"check": code(SPEAKS, "check", *SKIPPED, wrong=["5"])}, "wrong answer 'k = 5'"),
        (
            {"check": code(SPEAKS, "check", *SKIPPED, wrong=["j"])},
            "'k = j' stops with Name",
        ),
        ({"check": code(SPEAKS.replace("4", "'4'"), "check", *SKIPPED)}, "the solution"),
    ],
)
def test_a_check_has_to_tell_right_from_wrong(changes, words, tmp_path):
    found = list(faults_of_running(chapter(**changes), tmp_path))
    assert words in "\n".join(found) if words else found == []


def test_a_solution_may_use_what_its_starter_defines(tmp_path):
    given = {"starter": "hand = 5\nk = ...", "solution": "fingers = hand\nk = fingers"}
    assert list(faults_of_running(chapter(**given), tmp_path)) == []


def test_cells_and_answers_may_draw_from_torch_if_they_print_the_same(tmp_path):
    before = torch.get_rng_state()
    check = code(SPEAKS, "check", *SKIPPED, wrong=["-torch.rand(1).item()", "2"])
    given = {"check": check, "solution": "k = 5 + torch.rand(1).item()"}
    assert list(faults_of_running(chapter(**given), tmp_path)) == []
    layer = code("layer = torch.nn.Linear(2, 2)\ntorch.nn.init.zeros_(layer.weight)")
    assert list(faults_of_running(notebook(code(SET_UP), layer), tmp_path)) == []
    assert torch.equal(torch.get_rng_state(), before)
    drawn = notebook(code(SET_UP), code("print(torch.rand(1).item())"))
    assert "prints something else" in str(list(faults_of_running(drawn, tmp_path)))


def test_a_check_that_lets_an_error_through_is_a_fault():
    with pytest.raises(ZeroDivisionError):
        trial.rejects("1 / 0\nwith quick.check('x'):\n    pass", {})


def test_the_tested_form_tries_wrong_answers_too():
    check = next(c for c in tested.as_tested(chapter()).cells if "rejects" in c.source)
    assert "'k = 4'" in check.source and "'k = 9 - 2'" in check.source
    state = {}
    exec(f"{SET_UP}\nk = ...", state)
    with pytest.raises(AssertionError, match="accepts the wrong answer 'k = 5'"):
        trial.rejects(SPEAKS, "k = 4", "k = 5", state)


def test_a_solution_that_its_check_rejects_fails_with_what_it_says():
    state = {}
    exec(SET_UP, state)
    trial.accepts(SPEAKS, "k = 5", state)
    with pytest.raises(AssertionError, match="the check says 'Not yet: too large"):
        trial.accepts(SPEAKS, "k = 7", state)


def test_wrong_answers_stay_in_the_chapter_and_leave_the_student_version():
    kept = [c.metadata.get("wrong") for c in normalise(chapter()).cells]
    assert ["4", "9 - 2"] in kept
    student = without_solutions(chapter())
    assert "9 - 2" not in str(student) and "wrong" not in str(student)


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ("k = 5", 1),
        ("def f(x):\n    '''Text.'''\n    return x", 1),
        ("import torch\ndef f(x):\n    y = x\n    return y", 2),
        ("for k in range(3):\n    f(k)", 2),
    ],
)
def test_the_steps_of_a_solution_are_its_statements(source, count):
    assert steps(source) == count


def test_a_chapter_on_networks_trains_two():
    one = notebook(*whole_exercise(kind="Train", minutes=20))
    two = notebook(*one.cells, *whole_exercise(kind="Train", minutes=20))
    assert "1 exercises train" in networks_are_trained("09-x", one)[0]
    assert networks_are_trained("09-x", two) == networks_are_trained("08-x", one) == []
