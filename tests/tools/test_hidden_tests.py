"""The hidden test of every exercise accepts the solution and rejects the wrong answers.

So for a chapter as it stands, for two secrets, and for the variants of two students.
"""

import os

import pytest
from anatomy.exercises import wrong_answers
from book_files import ROOT, chapters
from grading import courses, marking, variants, walls

SECRETS = ("a secret of a course", "another one of a course")
KNOWN = courses.tasks(ROOT)


def outcomes(stand, task):
    """What is said of answers that should be accepted, and of answers that should not."""
    for secret in SECRETS:
        course = courses.Course(ROOT, secret, [], [])
        for student in ("ada", "emmy") if variants.has_variants(task.label) else ("",):
            source = variants.varied(task.cells["solution"].source, student, task.label)
            yield (
                True,
                *marking.judged(stand, task, marking.Answer(source), student, course),
            )
    for source in wrong_answers(task.cells["starter"], task.cells["check"]):
        yield False, *marking.judged(stand, task, marking.Answer(source), "", course)


@pytest.mark.rare
@pytest.mark.slow
@pytest.mark.parametrize("path", chapters(), ids=lambda path: path.stem)
def test_a_hidden_test_tells_right_from_wrong(path):
    if not os.path.exists("/proc/self/ns"):
        pytest.skip("name spaces are Linux's")
    faults = []
    with marking.Stage(ROOT, [ROOT], 120) as stand:
        try:
            for task in marking.tried_on(stand, path, KNOWN):
                for expected, passed, said in outcomes(stand, task):
                    faults += [(task.label, said)] * (passed is not expected)
        except walls.Forbidden as error:
            pytest.skip(str(error))
    assert faults == []
