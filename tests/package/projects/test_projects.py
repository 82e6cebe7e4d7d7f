"""The command that scores files which students hand in."""

import pytest
import torch

from course_utils.projects import __main__ as command
from course_utils.projects import error_bars, half_dose, rubric, telescope, under_a_budget

ROW = rubric.Row("an error", 10, full=0.0, none=1.0)


@pytest.fixture(autouse=True)
def easily_scored(monkeypatch):
    """A project that asks its function for a number."""

    def score(restore, seed):
        return rubric.measured([ROW], lambda seed: [restore(seed)], seed)

    monkeypatch.setattr(telescope, "score", score)


def written(folder, text, name="answer.py"):
    (folder / name).write_text(text, encoding="utf-8")
    return str(folder / name)


def test_every_file_is_scored_on_the_same_data(tmp_path, capsys):
    one = written(tmp_path, "def restore(seed):\n    return 0.5\n", "one.py")
    two = written(tmp_path, "def restore(seed):\n    return 1 / 0\n", "two.py")
    assert command.main(["telescope", one, two, "--seed", "3"]) == 0
    said = capsys.readouterr().out
    assert "5 of 10 points. Seed of the test: 3." in said
    assert "0 points: ZeroDivisionError" in said and one in said and two in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = 1\n", "defines no function restore"),
        ("def restore(:\n", "cannot be run: SyntaxError"),
        ("restore = 3\n", "defines no function restore"),
        ("import no_such_package\n", "cannot be run: ModuleNotFoundError"),
    ],
)
def test_a_file_without_the_function_ends_in_a_sentence(tmp_path, text, said):
    with pytest.raises(SystemExit, match=said):
        command.main(["telescope", written(tmp_path, text)])


def test_an_unknown_project_is_named_with_those_that_there_are(tmp_path, capsys):
    with pytest.raises(SystemExit):
        command.main(["microscope", written(tmp_path, "")])
    assert "telescope" in capsys.readouterr().err


def test_what_a_file_sets_does_not_reach_the_next(tmp_path, capsys):
    sets = "import torch\ntorch.set_default_dtype(torch.float64)\n"
    one = written(tmp_path, sets + "def restore(seed):\n    return 0.5\n", "one.py")
    before = torch.get_default_dtype()
    assert command.main(["telescope", one, "--seed", "3"]) == 0
    assert torch.get_default_dtype() == before


@pytest.mark.parametrize(
    "drawn",
    [
        lambda: telescope.night(1)[0].g,
        lambda: error_bars.frame(1)[0].g,
        lambda: half_dose.scan(1)[1].f,
        lambda: under_a_budget.pairs(3, 1)[0],
    ],
)
def test_data_do_not_depend_on_the_type_that_tensors_have(drawn):
    found = []
    for dtype in (torch.float32, torch.float64):
        with rubric.precision(dtype):
            found.append(drawn())
    assert found[0].dtype == found[1].dtype and found[0].equal(found[1])
