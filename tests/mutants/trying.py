"""Tries a change in a copy of the checkout: do its tests see it?

A change says its file, the text that stands there once, what stands there instead, and its
tests, as words after `pytest`. What becomes of it:

    killed      the tests fail, or do not end in the time that is generously theirs
    SURVIVED    the tests pass all the same
    BROKEN      the old text does not stand there once, or the tests fail without the change
"""

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import closing, suppress
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
FAILED, PASSED = 1, 0  # exit statuses of pytest; others mean that it could not test,
ENDED = 3  # such as this one
QUIETLY = ["-q", "-x", "-p", "no:cacheprovider"]
WARM = [sys.executable, "-m", "tests.mutants.warm"]
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


def surroundings(folder):
    """The environment in which the code in a folder is what is imported."""
    # No compiled files: one of the same second and size would hide a change.
    alone = {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1", "TQDM_DISABLE": "1"}
    return os.environ | alone


def kill(process):
    """Kill a process and what it has started, if anything of it is left."""
    with suppress(ProcessLookupError):
        os.killpg(process, signal.SIGKILL)


def cold(folder, words, seconds):
    """Run pytest as a process of its own; what ``execute`` gives."""
    return execute(folder, [sys.executable, "-m", "pytest", *words], seconds)


class Warm:
    """Runs pytest in a folder in copies of a process that has imported most already."""

    def __init__(self, folder):
        self.folder = folder
        self.said = folder.with_name("said")
        self.start()

    def start(self):
        """Begin the process that is copied."""
        ends = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        place = {"cwd": self.folder, "env": surroundings(self.folder)}
        self.process = subprocess.Popen(WARM, **ends, **place)

    def __call__(self, folder, words, seconds):
        if self.process.poll() is not None:  # something has killed it
            self.start()
        asked = json.dumps({"words": words, "said": str(self.said)})
        print(asked, file=self.process.stdin, flush=True)
        child = int(self.process.stdout.readline() or 0)
        if not child:
            return ENDED, "the process that is copied has ended"
        out_of_time = threading.Event()
        watch = threading.Timer(seconds, lambda: (out_of_time.set(), kill(child)))
        watch.start()
        status = int(self.process.stdout.readline() or ENDED)
        watch.cancel()
        kill(child)
        said = self.said.read_text(encoding="utf-8", errors="replace").strip()
        return None if out_of_time.is_set() else status, said.rpartition("\n")[2]

    def close(self):
        """End the process."""
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


def run(folder, tests, seconds, pytest=cold):
    """The exit status of the tests in a folder, None if time is up, and their last line."""
    for files, command in BEFORE.items():
        if tests.startswith(files):
            status, said = execute(folder, command, seconds)
            if status != PASSED:
                return status and FAILED, said  # `make test` would end here
    return pytest(folder, [*QUIETLY, *shlex.split(tests)], seconds)


def execute(folder, command, seconds):
    """The exit status of a command in a folder, None if time is up, and its last line."""
    options = {"cwd": folder, "env": surroundings(folder), "text": True}
    pipe = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    with subprocess.Popen(command, **options, **pipe, start_new_session=True) as process:
        try:
            said, _ = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            return None, "out of time"
        finally:
            kill(process.pid)  # or a change has left something running
    return process.returncode, said.strip().rpartition("\n")[2]


@cache
def without_change(folder, tests, pytest):
    """Whether the tests pass as they are, the seconds they take, and their last line."""
    start = time.monotonic()
    status, said = run(folder, tests, 1800, pytest)
    return status == PASSED and " passed" in said, time.monotonic() - start, said


def verdict(folder, change, pytest=cold):
    """What becomes of a change in a copy of the checkout."""
    path = folder / change.file
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    if text.count(change.old) != 1:
        found = f"{text.count(change.old)} times in {change.file}: {change.old!r}"
        return Verdict("BROKEN", found)
    passes, seconds, said = without_change(folder, change.tests, pytest)
    if not passes:
        return Verdict("BROKEN", f"without the change {change.tests}: {said}")
    path.write_text(text.replace(change.old, change.new), encoding="utf-8")
    try:
        status, said = run(folder, change.tests, 60 + 10 * seconds, pytest)
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
        with closing(Warm(folder)) as pytest:
            for change in changes:
                yield change, verdict(folder, change, pytest)
