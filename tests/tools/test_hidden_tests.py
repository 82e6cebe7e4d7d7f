"""The hidden test of every exercise accepts the solution and rejects the wrong answers.

So for a chapter as it stands, and for whatever can be drawn: each number of each hidden
test and of each variant is drawn at least once, and beside others than before.
"""

import os

import pytest
from anatomy.exercises import wrong_answers
from book_files import ROOT, chapters
from grading import courses, marking, variants, walls

KNOWN = courses.tasks(ROOT)


def trials(label):
    """How often the draws of an exercise are tried: twice as often as there are choices."""
    about = variants.table().get(label, {})
    some = [*about.get("draw", {}).values(), *drawn_in(about).values()]
    return 2 * max(map(len, some), default=1)


def drawn_in(about):
    """What is drawn for the hidden test of an exercise."""
    return about.get("hidden", {}).get("draw", {})


def in_turn(about, number, *_):
    """In the place of `variants.draws`: each choice in its turn, then the same, shifted."""
    names = about.get("draw", {})
    longest = max(map(len, names.values()), default=1)
    shift, turn = divmod(int(number), longest)
    return {
        name: some[(turn + shift * place) % len(some)]
        for place, (name, some) in enumerate(names.items())
    }


def outcomes(stand, task):
    """What is said of answers that should be accepted, and of answers that should not."""
    for number in map(str, range(trials(task.label))):
        course = courses.Course(ROOT, number, [], [])
        source = variants.varied(task.cells["solution"].source, number, task.label)
        answer = marking.Answer(source)
        yield (True, *marking.judged(stand, task, answer, number, course))
    for source in wrong_answers(task.cells["starter"], task.cells["check"]):
        yield False, *marking.judged(stand, task, marking.Answer(source), "", course)


def test_every_choice_is_drawn_and_beside_different_ones():
    about = {"draw": {"a": [1, 2, 3], "b": [4, 5]}}
    found = [tuple(in_turn(about, str(k)).values()) for k in range(6)]
    assert {a for a, _ in found} == {1, 2, 3} and {b for _, b in found} == {4, 5}
    assert len(set(found)) > 3


def test_an_answer_that_is_a_function_is_not_judged_by_values_alone():
    """A function of the student cannot come back as a value: the solution would fail."""
    asked = [
        label for label, task in KNOWN.items() if "callable" in task.cells["check"].source
    ]
    assert len(asked) >= 5
    assert [label for label in asked if not variants.way_of(label)] == []


@pytest.mark.rare
@pytest.mark.slow
@pytest.mark.parametrize("path", chapters(), ids=lambda path: path.stem)
def test_a_hidden_test_tells_right_from_wrong(path, monkeypatch):
    if not os.path.exists("/proc/self/ns"):
        pytest.skip("name spaces are Linux's")
    monkeypatch.setattr(variants, "draws", in_turn)
    faults = []
    with marking.Stage(ROOT, [ROOT], 120) as stand:
        try:
            for task in marking.tried_on(stand, path, KNOWN):
                for expected, passed, said in outcomes(stand, task):
                    faults += [(task.label, said)] * (passed is not expected)
        except walls.Forbidden as error:
            pytest.skip(str(error))
    assert faults == []
