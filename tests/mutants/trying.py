"""Tries a change in a copy of the checkout: do its tests see it?

A change says its file, the text that stands there once, what stands there instead, and its
tests, as words after `pytest`. What becomes of it:

    killed      the tests fail, or do not end in the time that is generously theirs
    SURVIVED    the tests pass all the same
    BROKEN      the old text does not stand there once, or the tests fail without the change
"""

import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
FAILED, PASSED = 1, 0  # exit statuses of pytest; others mean that it could not test
PYTEST = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider"]
JUPYTER_BOOK = Path(sys.executable).with_name("jupyter-book")
BEFORE = {  # what makes the files that tests read, as `make test` does
    "tests/book/test_pages.py": [JUPYTER_BOOK, "build", ".", "-W", "-n", "--keep-going"],
    "_build/tested": [sys.executable, "tools/tested.py", "_build/tested"],
}
LIST = ["git", "-c", "safe.directory=*", "ls-files", "-z"]  # whoever owns the checkout
MINE = ["--cached", "--others", "--exclude-standard"]


class Verdict(NamedTuple):
    """What became of a change, and why if it was not killed."""

    word: str
    why: str


def copy_to(folder):
    """Copy the files that git knows or would add, as they lie there."""
    listed = subprocess.run([*LIST, *MINE], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode != 0:
        raise ValueError(f"changes are tried in a checkout of git: {listed.stderr.strip()}")
    for name in set(listed.stdout.split("\0")) - {""}:
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)


def run(folder, tests, seconds):
    """The exit status of the tests in a folder, None if time is up, and their last line."""
    for files, command in BEFORE.items():
        if tests.startswith(files):
            status, said = execute(folder, command, seconds)
            if status != PASSED:
                return status and FAILED, said  # `make test` would end here
    return execute(folder, [*PYTEST, *shlex.split(tests)], seconds)


def execute(folder, command, seconds):
    """The exit status of a command in a folder, None if time is up, and its last line."""
    # No compiled files: one of the same second and size would hide a change.
    alone = {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1", "TQDM_DISABLE": "1"}
    options = {"cwd": folder, "env": os.environ | alone, "text": True}
    pipe = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    with subprocess.Popen(command, **options, **pipe, start_new_session=True) as process:
        try:
            said, _ = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            return None, "out of time"
        finally:
            with suppress(ProcessLookupError):  # else a change has left something running
                os.killpg(process.pid, signal.SIGKILL)
    return process.returncode, said.strip().rpartition("\n")[2]


@cache
def without_change(folder, tests):
    """Whether the tests pass as they are, the seconds they take, and their last line."""
    start = time.monotonic()
    status, said = run(folder, tests, 1800)
    return status == PASSED and " passed" in said, time.monotonic() - start, said


def verdict(folder, change):
    """What becomes of a change in a copy of the checkout."""
    path = folder / change.file
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    if text.count(change.old) != 1:
        found = f"{text.count(change.old)} times in {change.file}: {change.old!r}"
        return Verdict("BROKEN", found)
    passes, seconds, said = without_change(folder, change.tests)
    if not passes:
        return Verdict("BROKEN", f"without the change {change.tests}: {said}")
    path.write_text(text.replace(change.old, change.new), encoding="utf-8")
    try:
        status, said = run(folder, change.tests, 60 + 10 * seconds)
    finally:
        path.write_text(text, encoding="utf-8")
    if status in (FAILED, None):
        return Verdict("killed", "")
    if status == PASSED:
        return Verdict("SURVIVED", change.tests)
    return Verdict("BROKEN", said)


def verdicts(changes):
    """One change after the other, each with what becomes of it."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "checkout"
        copy_to(folder)
        for change in changes:
            yield change, verdict(folder, change)
