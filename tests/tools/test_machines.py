"""Other machines: no home, other names and line ends, a build that is broken off."""

import ast
import fnmatch
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import notebooks
import pytest
import torch
import writable_home
from normal_form import dumps

from course_utils.operators import Radon
from tests.tools.cells import notebook, text

ROOT = Path(__file__).parents[2]
OURS = ("book", "course_utils", "studies", "tools", "tests", "benchmarks", ".github", ".ci")
RESERVED = {
    "con",
    "prn",
    "aux",
    "nul",
    *(f"{p}{n}" for p in ("com", "lpt") for n in "123456789"),
}
NEEDS_UNIX_ENDS = ("a.ipynb", "a.py", "a.js", "a.css", "a.json", "a.md", "a.yml", "a.toml")
BOOK = """#!/bin/sh
ls _build/html > seen 2>/dev/null
mkdir -p _build/html
echo half > _build/html/{page}
{end}
"""
UNFINISHED = "kill -KILL $$"  # a test in the background ignores INT, and so would this
with_make = pytest.mark.skipif(not shutil.which("make"), reason="there is no make")


def names():
    """The names of the files of the book, as git keeps them."""
    files = [p for folder in OURS for p in (ROOT / folder).rglob("*") if p.is_file()]
    files += [path for path in ROOT.iterdir() if path.is_file()]
    made = {"__pycache__", ".ipynb_checkpoints", ".pytest_cache"}
    below = [path.relative_to(ROOT) for path in files]
    return [path for path in below if not made & set(path.parts)]


def test_every_name_of_a_file_is_one_on_windows_too():
    for path in names():
        assert len(path.as_posix()) < 120, path
        for part in path.parts:
            assert not set(part) & set('<>:"|?*\\') and part.isprintable(), path
            assert part == part.rstrip(" ."), path
            assert part.partition(".")[0].lower() not in RESERVED, path


def test_no_two_names_differ_only_in_their_case():
    lower = [path.as_posix().lower() for path in names()]
    assert len(lower) == len(set(lower))


@pytest.mark.parametrize("name", [*NEEDS_UNIX_ENDS, "Makefile", ".ci/run"])
def test_git_gives_every_system_unix_line_ends(name):
    lines = (ROOT / ".gitattributes").read_text(encoding="utf-8").splitlines()
    rules = [line.split() for line in lines if line and not line.startswith("#")]
    said = [rule[1:] for rule in rules if fnmatch.fnmatch(name, rule[0])]
    assert "eol=lf" in said[-1]


def test_a_chapter_with_the_line_ends_of_windows_is_read_and_mended(tmp_path):
    path = tmp_path / "01-x.ipynb"
    normal = dumps(notebook(text("# X\n\nOne line.\nAnother."))).encode()
    path.write_bytes(normal)
    notebooks.tidy(path)
    tidy = path.read_bytes()
    path.write_bytes(tidy.replace(b"\n", b"\r\n"))
    assert "tidy" in next(notebooks.complaints(path))
    notebooks.tidy(path)
    assert path.read_bytes() == tidy


def test_one_oldest_python_is_asked_for_everywhere():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    oldest = project["project"]["requires-python"].removeprefix(">=")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"({oldest.replace('.', ', ')})" in makefile
    assert f"Python {oldest} or newer" in makefile and f"Python {oldest} or newer" in readme
    assert project["tool"]["ruff"]["target-version"] == f"py{oldest.replace('.', '')}"


def imported(path):
    """The packages of others that a module imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name.partition(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module.partition(".")[0]


def test_what_the_package_imports_is_what_it_says_it_needs():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))[
        "project"
    ]
    extra = project["optional-dependencies"]["cluster"]  # imported where it is asked for
    lines = [*project["dependencies"], *extra]
    needed = {re.match(r"[\w-]+", line)[0] for line in lines}
    modules = (ROOT / "course_utils").rglob("*.py")
    names = {name for path in modules for name in imported(path)} - sys.stdlib_module_names
    names -= {"course_utils"}
    called = {"PIL": "pillow", "skimage": "scikit-image", "data_store": "pydicom-data"}
    called["dask"] = "distributed"  # which carries it
    assert {called.get(name, name) for name in names} <= needed


def test_filtered_back_projection_is_documented_as_wrong_beyond_the_disc():
    """And it is: rays through the corners of a square miss the detector."""
    said = " ".join(Radon.fbp.__doc__.split())
    assert "f lies within the disc" in said and "the estimate is wrong everywhere" in said
    H = Radon(32, torch.arange(48, dtype=torch.float64) * torch.pi / 48)
    x = torch.arange(32) - 15.5
    distance = (x**2 + x[:, None] ** 2).sqrt()

    def gap(radius, where):
        f = (distance < radius).double()
        return (H.fbp(H(f)) - f)[where].abs().max()

    middle = distance < 10
    assert gap(13, middle) < 0.05 < gap(99, middle)
    assert gap(13, distance > 16) < 0.08 < gap(99, distance > 16) / 5


@pytest.fixture
def place(tmp_path):
    """A folder with our Makefile, in which everything seems to be installed."""
    folder = tmp_path / "a b" / "é"
    (folder / ".venv" / "bin").mkdir(parents=True)
    shutil.copyfile(ROOT / "Makefile", folder / "Makefile")
    for name in ("requirements.txt", "pyproject.toml"):
        (folder / name).write_text(f"# {name}\n", encoding="utf-8")
    stamp = "# requirements.txt\n# pyproject.toml\n"
    (folder / ".venv" / "installed").write_text(stamp, encoding="utf-8")
    program(folder / ".venv" / "bin" / "python", "#!/bin/sh\n")
    return folder


def program(path, lines):
    """Write a script that can be run."""
    path.write_text(lines, encoding="utf-8")
    path.chmod(0o755)


def make(folder, *words):
    """Run make in a folder: its exit status and what it says."""
    command = ["make", *words]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600)
    return done.returncode, done.stdout + done.stderr


@with_make
def test_a_build_that_was_broken_off_is_begun_anew(place):
    build = place / ".venv" / "bin" / "jupyter-book"
    program(build, BOOK.format(page="half.html", end=UNFINISHED))
    assert make(place, "book")[0] != 0
    program(build, BOOK.format(page="whole.html", end=""))
    assert make(place, "book")[0] == 0
    assert (place / "seen").read_text(encoding="utf-8") == ""
    assert [p.name for p in (place / "_build" / "html").iterdir()] == ["whole.html"]


@with_make
def test_a_build_that_came_to_its_end_is_gone_on_from(place):
    build = place / ".venv" / "bin" / "jupyter-book"
    for page in ("one.html", "two.html"):
        program(build, BOOK.format(page=page, end=""))
        assert make(place, "book")[0] == 0
    assert (place / "seen").read_text(encoding="utf-8") == "one.html\n"


@with_make
def test_an_old_python_is_refused_in_words_and_leaves_nothing(place):
    (place / ".venv" / "installed").unlink()
    program(place / "old", "#!/bin/sh\nexit 1\n")
    status, said = make(place, "book", "PYTHON=./old")
    assert status != 0
    assert "The book needs Python 3.11 or newer" in said
    assert not (place / ".venv" / "installed").exists()
    assert not (place / ".venv" / "unfinished").exists()


def homes(home):
    """The folders that `provide` names for a process with this home."""
    code = "import os, writable_home as w; w.provide(); print(*map(os.environ.get, w.KEPT))"
    bare = {k: v for k, v in os.environ.items() if k not in writable_home.KEPT}
    env = bare | {"HOME": str(home), "PYTHONPATH": str(ROOT / "tools")}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_without_a_home_the_folders_of_others_are_elsewhere(tmp_path):
    assert homes(tmp_path) == ["None"] * len(writable_home.KEPT)
    for home in ("/dev/null", tmp_path / "none"):
        named = [Path(name) for name in homes(home)]
        assert len(named) == len(writable_home.KEPT)
        assert not any(path.parent.exists() for path in named)


@pytest.mark.rare
def test_the_tests_run_without_a_home():
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    command += ["tests/tools/test_tested.py", "-k", "leaves_no_trace"]
    env = {k: v for k, v in os.environ.items() if k not in writable_home.KEPT}
    env |= {"HOME": "/dev/null"}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
