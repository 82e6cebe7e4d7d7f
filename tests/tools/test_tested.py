"""The tested form of a chapter: one run compares outputs and tries exercises."""

from contextlib import nullcontext

import pytest
import tested
import trial
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from tests.tools.cells import code, exercise, notebook, printed


def run(chapter, folder):
    """Run the tested form of a chapter as a whole."""
    return execute(tested.as_tested(chapter), folder)


def execute(chapter, folder):
    """Run a notebook beside what the cells of a tested one call."""
    (folder / "trial.py").write_text(
        (tested.TOOLS / "trial.py").read_text(encoding="utf-8"), encoding="utf-8"
    )
    place = {"metadata": {"path": str(folder)}}
    return NotebookClient(chapter, kernel_name="python3", resources=place).execute()


@pytest.mark.slow
def test_a_right_exercise_prints_its_solution_and_leaves_no_trace_of_it(tmp_path):
    ran = run(notebook(*exercise(solution="k = 5\nprint(k)"), code("print(k)")), tmp_path)
    said = ["".join(o.text for o in c.outputs) for c in ran.cells if c.cell_type == "code"]
    assert said == ["", "", "5\n", "Ellipsis\n"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"starter": "k = 5"}, "the check accepts the starter"),
        ({"starter": "k = 1 / 0"}, "ZeroDivisionError"),
        ({"solution": "k = 7"}, "too large"),
        ({"solution": "k = 1 / 0"}, "ZeroDivisionError"),
        ({"check": code("assert 1 / 0", "check")}, "ZeroDivisionError"),
    ],
)
def test_a_fault_of_an_exercise_fails_the_run(change, words, tmp_path):
    with pytest.raises(CellExecutionError, match=words):
        run(notebook(*exercise(**change)), tmp_path)


def test_a_check_that_tells_what_is_wrong_rejects():
    trial.rejects("assert k > 4, 'too small'", {"k": 3})
    with pytest.raises(AssertionError, match="accepts the starter"):
        trial.rejects("assert k > 4, 'too small'", {"k": 5})


@pytest.mark.slow
@pytest.mark.parametrize("red", [True, False])
def test_what_a_reader_would_see_in_red_fails_the_run_and_an_answer_in_red_does_not(
    red, tmp_path
):
    warn = "import warnings\nwarnings.warn('beware')\n"
    change = {"starter" if red else "solution": f"{warn}k = {3 if red else 5}"}
    chapter = tested.watched(tested.as_tested(notebook(*exercise(**change))))
    fails = pytest.raises(CellExecutionError, match=r"in red: .*beware")
    with fails if red else nullcontext():
        execute(chapter, tmp_path)


def test_cells_of_the_text_stay_as_they_are():
    body = code("print(1)", "nbval-ignore-output", outputs=[printed("1\n")], band=0.1)
    assert tested.as_tested(notebook(body)).cells[0] == notebook(body).cells[0]
