"""The list of mutants fits the code, and the runner says what becomes of each."""

from pathlib import Path

import pytest

from tests.mutants import Mutant
from tests.mutants.listed import MUTANTS, ROOMS
from tests.mutants.trying import verdict

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_what_a_mutant_changes_stands_in_its_file_once(mutant):
    text = (ROOT / mutant.file).read_text(encoding="utf-8")
    assert text.count(mutant.old) == 1
    assert mutant.old != mutant.new
    tests = mutant.tests.split()[0].partition("::")[0]
    assert (ROOT / tests.replace("_build/tested/", "book/")).is_file()


def test_every_file_of_mutants_is_tried():
    files = {path.stem for path in Path(__file__).parent.glob("of_*.py")}
    assert files == {room.__name__.rpartition(".")[2] for room in ROOMS}


def test_no_two_mutants_have_one_name():
    names = [mutant.name for mutant in MUTANTS]
    assert len(names) == len(set(names))


@pytest.mark.slow
@pytest.mark.parametrize(
    "old, new, test, word",
    [
        ("1 + 1", "1 - 1", "assert two == 2", "killed"),
        ("1 + 1", "1 * 2", "assert two == 2", "SURVIVED"),
        ("1", "0", "assert two == 2", "BROKEN"),
        ("1 + 1", "1 - 1", "assert two == 3", "BROKEN"),
        ("1 + 1", "1 - 1", "pytest.skip()", "BROKEN"),
    ],
    ids=["seen", "equal", "twice", "fails anyway", "tests nothing"],
)
def test_each_mutant_has_its_verdict(old, new, test, word, tmp_path, monkeypatch):
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # most of the time
    (tmp_path / "pair.py").write_text("two = 1 + 1\n", encoding="utf-8")
    program = f"import pytest\nfrom pair import two\n\n\ndef test_two():\n    {test}\n"
    (tmp_path / "test_pair.py").write_text(program, encoding="utf-8")
    mutant = Mutant("a slip", "pair.py", old, new, "test_pair.py")
    assert verdict(tmp_path, mutant).word == word
    assert (tmp_path / "pair.py").read_text(encoding="utf-8") == "two = 1 + 1\n"
