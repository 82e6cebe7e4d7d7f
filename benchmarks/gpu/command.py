"""What `make gpu` does, in order, and what it says at the end."""

import argparse
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import torch
from tqdm import tqdm

from course_utils.training import device

from ..measure import ROOT
from . import of_methods, of_networks, of_operators, rows, trainings
from .agreement import full_precision
from .report import Report

CHECKS = of_operators.CHECKS | of_methods.CHECKS | of_networks.CHECKS
NO_GPU = "There is no CUDA GPU here: --device cpu lets the processor stand in for it."
SEEDS = 3
ENOUGH = 300  # seconds, after which no training of a further seed is begun
WHAT = "Measure a graphics card beside the processor, and check what it computes."


class Job(NamedTuple):
    """A piece of work, the kind of row that it gives, and whether it may be left out."""

    kind: str
    name: str
    work: Callable[[], dict | None]
    optional: bool = False


def checked(name: str, there: torch.device) -> None:
    """One check, in true float32."""
    with full_precision():
        CHECKS[name](there)


def marked() -> list[str]:
    """The test files that hold tests marked ``gpu`` which are none of the checks here."""
    tests = sorted((ROOT / "tests").rglob("test_*.py"))
    found = [path for path in tests if "mark.gpu" in path.read_text(encoding="utf-8")]
    return [str(path.relative_to(ROOT)) for path in found if path.name != "test_gpu.py"]


def tested() -> None:
    """The tests marked ``gpu``, by pytest."""
    command = [sys.executable, "-m", "pytest", "-q", "-m", "gpu", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*command, *marked()], cwd=ROOT, capture_output=True, text=True, encoding="utf-8"
    )
    if done.returncode:
        raise AssertionError(done.stdout + done.stderr)


def jobs(there: torch.device, quick: bool) -> list[Job]:
    """All that is done: the checks first, then the times, then the trainings."""
    found = [Job("checks", name, partial(checked, name, there)) for name in CHECKS]
    if not quick and find_spec("pytest"):
        found.append(Job("checks", "the tests marked gpu", tested))
    for case in rows.cases(quick):
        found.append(Job("rows", case.name, partial(rows.measure, case, there)))
    for seed in range(1 if quick else SEEDS):
        for chapter in trainings.CHAPTERS:
            for place in (torch.device("cpu"), there):
                name = f"{chapter}, seed {seed}, {place.type}"
                work = partial(trainings.row, chapter, seed, place, quick)
                found.append(Job("trainings", name, work, optional=seed > 0))
    return found


def places(out: str | None, there: torch.device) -> tuple[Path, Path]:
    """The files that are written: a stand-in leaves the measured ones alone."""
    build = ROOT / "_build"
    results = ROOT / "benchmarks" if there.type == "cuda" else build
    folders = (Path(out), Path(out)) if out else (results, build)
    return folders[0] / "gpu.json", folders[1] / "gpu-failures.txt"


def main(words: list[str]) -> int:
    """0 if all went well, 1 if something failed, 2 where there is no GPU."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gpu", description=WHAT)
    parser.add_argument("--device", default="cuda", help="cuda, or cpu as a stand-in")
    parser.add_argument("--out", metavar="FOLDER", help="where files are written")
    parser.add_argument("--quick", action="store_true", help="small sizes, one seed")
    parser.add_argument("--only", default="", metavar="WORDS", help="rows with these words")
    given = parser.parse_args(words)
    if given.device == "cuda" and not torch.cuda.is_available():
        print(NO_GPU, file=sys.stderr)
        return 2
    there = device(given.device)
    report = Report(there, *places(given.out, there))
    chosen = [job for job in jobs(there, given.quick) if given.only in job.name]
    for job in (bar := tqdm(chosen, disable=False, mininterval=2, unit="row")):
        bar.set_description(f"{job.name:40.40}", refresh=False)
        if job.optional and report.seconds() > ENOUGH:
            print(f"{job.name}: left out, for want of time")
            continue
        report.add(job.kind, job.name, job.work)
    report.say()
    return 1 if report.wrong else 0
