"""Tries the mutants: all, or those in whose name a word of the command line stands.

Each is put into a copy of the checkout, where its tests run. A line says for each one:

    killed      the tests fail, or do not end in the time that is generously theirs
    SURVIVED    the tests pass all the same
    BROKEN      the old text does not stand there once, or the tests fail without the mutant

The exit status is 1 if one survived or is broken.
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

from .listed import MUTANTS

ROOT = Path(__file__).resolve().parents[2]
FAILED, PASSED = 1, 0  # exit statuses of pytest; others mean that it could not test
PYTEST = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider"]


def copy_to(folder):
    """Copy the files that git knows or would add, as they lie there."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    for name in set(listed.stdout.split("\0")) - {""}:
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)


def run(folder, tests, seconds):
    """The exit status of the tests in a folder, None if time is up, and their last line."""
    # No compiled files: one of the same second and size would hide a mutant.
    alone = {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1", "TQDM_DISABLE": "1"}
    command = [*PYTEST, *shlex.split(tests)]
    options = {"cwd": folder, "env": os.environ | alone, "text": True}
    pipe = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    with subprocess.Popen(command, **options, **pipe, start_new_session=True) as process:
        try:
            said, _ = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            return None, "out of time"
        finally:
            with suppress(ProcessLookupError):  # else a mutant has left something running
                os.killpg(process.pid, signal.SIGKILL)
    return process.returncode, said.strip().rpartition("\n")[2]


@cache
def without_mutant(folder, tests):
    """Whether the tests pass as they are, the seconds they take, and their last line."""
    start = time.monotonic()
    status, said = run(folder, tests, 1800)
    return status == PASSED and " passed" in said, time.monotonic() - start, said


def verdict(folder, mutant):
    """What becomes of a mutant, and why if it is broken."""
    path = folder / mutant.file
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    if text.count(mutant.old) != 1:
        return "BROKEN", f"{text.count(mutant.old)} times in {mutant.file}: {mutant.old!r}"
    passes, seconds, said = without_mutant(folder, mutant.tests)
    if not passes:
        return "BROKEN", f"without the mutant {mutant.tests}: {said}"
    path.write_text(text.replace(mutant.old, mutant.new), encoding="utf-8")
    try:
        status, said = run(folder, mutant.tests, 60 + 10 * seconds)
    finally:
        path.write_text(text, encoding="utf-8")
    if status in (FAILED, None):
        return "killed", ""
    return ("SURVIVED", mutant.tests) if status == PASSED else ("BROKEN", said)


def main(words):
    """Try the mutants that the words name, or all."""
    chosen = [m for m in MUTANTS if not words or any(word in m.name for word in words)]
    found = []
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "checkout"
        copy_to(folder)
        for number, mutant in enumerate(chosen, 1):
            word, why = verdict(folder, mutant)
            found.append(word)
            why = f" ({why})" if why else ""
            print(f"{number}/{len(chosen)} {word:8}  {mutant.name}{why}", flush=True)
    print(f"{found.count('killed')} of {len(found)} killed")
    return int(not found or set(found) != {"killed"})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
