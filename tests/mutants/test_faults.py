"""Every fault has a guard, each guard stands in its file, and its test fails without it."""

import subprocess
import sys

import pytest

from tests.mutants.faults.__main__ import is_meant
from tests.mutants.faults.listed import FAULTS, GUARDS
from tests.mutants.trying import ROOT


def test_faults_are_numbered_without_a_gap():
    assert list(FAULTS) == list(range(1, len(FAULTS) + 1))


@pytest.mark.parametrize("row", FAULTS)
def test_fault_has_a_guard(row):
    assert [guard for guard in GUARDS if guard.row == row], FAULTS[row]


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: f"{guard.row}-{guard.name}")
def test_what_a_guard_is_stands_in_its_file_once(guard):
    text = (ROOT / guard.file).read_text(encoding="utf-8")
    assert text.count(guard.old) == 1
    assert guard.old != guard.new
    assert guard.row in FAULTS
    assert (ROOT / guard.tests.split()[0].partition("::")[0]).is_file()


def test_no_two_guards_have_one_name():
    names = [guard.name for guard in GUARDS]
    assert len(names) == len(set(names))


def test_a_guard_is_chosen_by_its_row_or_by_a_word_of_its_name():
    chosen = [guard.row for guard in GUARDS if is_meant(guard, ["4", "no such name"])]
    assert set(chosen) <= {4}
    assert all(is_meant(guard, [guard.name]) for guard in GUARDS)


@pytest.mark.rare  # a few seconds for each guard
def test_without_a_guard_its_test_fails():
    command = [sys.executable, "-m", "tests.mutants.faults"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
