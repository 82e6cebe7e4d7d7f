"""How a case is judged: first that both sides are right, then their time and memory."""

import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import median, quantiles

import torch
from torch import Tensor

STATUS = Path("/proc/self/status")
ROOT = Path(__file__).resolve().parent.parent
SECONDS = 1.5  # that a case may take, both sides together
AT_LEAST = 0.02  # seconds: a line that takes less is repeated until it takes as long

Line = Callable[[], Tensor]  # what is timed
SetUp = Callable[[], Line]  # what comes before, which is not


@dataclass(frozen=True)
class Target:
    """What a row should reach: in words, and whether it does."""

    words: str
    met: Callable[[dict], bool]


def ratio(at_least: float) -> Target:
    """Our line is so many times as fast as the peer's."""
    return Target(f"ratio ≥ {at_least:g}", lambda row: row["ratio"] >= at_least)


def memory(at_most: float) -> Target:
    """Our peak memory, in MB."""
    return Target(f"≤ {at_most:g} MB", lambda row: row["ours_mb"] <= at_most)


def duration(at_most: float) -> Target:
    """Our time, in milliseconds."""
    return Target(f"≤ {at_most:g} ms", lambda row: row["ours_ms"] <= at_most)


def delay(at_most: float) -> Target:
    """What our time exceeds the peer's by, in milliseconds."""
    return Target(
        f"+ {at_most:g} ms", lambda row: row["ours_ms"] - row["peer_ms"] <= at_most
    )


@dataclass(frozen=True)
class Case:
    """Two lines that do the same, and how it is seen that they do.

    Without a ``truth`` the peer's result must equal ours to the relative ``tolerance``;
    with one, both must approximate it, and ours at least as well as the peer's if
    ``no_worse``. ``part`` picks what is compared; it is None where a line has no result.
    ``why`` explains a row that misses its target.
    """

    name: str
    peer: str
    ours: SetUp
    theirs: SetUp
    tolerance: float = 1e-4
    truth: Callable[[], Tensor] | None = None
    no_worse: bool = False
    target: Target | None = None
    why: str = ""
    group: str = "speed"
    part: Callable[[Tensor], Tensor] | None = torch.Tensor.detach
    weighed: bool = True

    @property
    def title(self) -> str:
        """A name that no other case has."""
        return f"{self.name} | {self.peer}"


class WrongResult(Exception):
    """Two lines that should compute the same do not."""


def distance(x: Tensor, y: Tensor) -> float:
    """||x - y|| / ||y||; infinite where the shapes differ or a number is not finite."""
    if x.shape != y.shape or not x.isfinite().all():
        return float("inf")
    return ((x.double() - y.double()).norm() / y.double().norm()).item()


def agree(case: Case, ours: Tensor, theirs: Tensor) -> None:
    """Raise WrongResult unless the two results are as near as the case promises."""
    if case.truth is None:
        found = {"the peer's from ours": distance(theirs, ours)}
    else:
        truth = case.part(case.truth())
        found = {"ours from the truth": distance(ours, truth)}
        found["the peer's from the truth"] = distance(theirs, truth)
        if case.no_worse and distance(ours, truth) > distance(theirs, truth):
            raise WrongResult(f"{case.title}: our error exceeds the peer's: {found}")
    for what, error in found.items():
        if not error <= case.tolerance:
            raise WrongResult(
                f"{case.title}: {what} by {error:.2g}, at most {case.tolerance:g}"
            )


def milliseconds(line: Line, times: int) -> float:
    """The mean time of a line that is run a few times."""
    start = time.perf_counter()
    for _ in range(times):
        line()
    return 1000 * (time.perf_counter() - start) / times


def interleaved(ours: Line, theirs: Line) -> list[tuple[float, float]]:
    """Pairs of milliseconds, taken in turn, so that a disturbance meets both."""
    once = [max(milliseconds(line, 1) / 1000, 1e-6) for line in (ours, theirs)]
    times = [max(1, round(AT_LEAST / seconds)) for seconds in once]
    rounds = SECONDS / sum(n * seconds for n, seconds in zip(times, once, strict=True))
    rounds = 2 * int(min(max(rounds, 5), 25) / 2) + 1
    return [
        (milliseconds(ours, times[0]), milliseconds(theirs, times[1]))
        for _ in range(rounds)
    ]


def time_both(case: Case) -> dict:
    """One row of the table; raises WrongResult before anything is timed."""
    ours = case.ours()
    theirs = case.theirs()
    results = ours(), theirs()
    if case.part:
        agree(case, *map(case.part, results))
    pairs = interleaved(ours, theirs)
    ratios = quantiles([b / a for a, b in pairs], n=4, method="inclusive")
    return {
        "case": case.name,
        "ours_ms": median(a for a, _ in pairs),
        "peer": case.peer,
        "peer_ms": median(b for _, b in pairs),
        "ratio": ratios[1],
        "quartiles": [ratios[0], ratios[2]],
        "rounds": len(pairs),
        "group": case.group,
    }


def weigh_both(case: Case, row: dict, weigh: Callable[[str, str], float]) -> dict:
    """The row with its memory, and with what it should have reached."""
    row = row | {"ours_mb": None, "peer_mb": None}
    if case.weighed:
        row["ours_mb"] = weigh(case.title, "ours")
        row["peer_mb"] = weigh(case.title, "theirs")
    met = case.target is None or case.target.met(row)
    target = case.target.words if case.target else None
    return row | {"target": target, "met": met, "why": "" if met else case.why}


def peak() -> float:
    """The most memory that this process has held so far, in MB."""
    if STATUS.exists():  # Linux: getrusage would count what the parent held, too
        held = re.search(r"VmHWM:\s*(\d+)", STATUS.read_text(encoding="utf-8"))
        return int(held[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def weigh_here(set_up: SetUp) -> float:
    """Peak memory of a set-up and one run of its line, above what the libraries take."""
    torch.fft.rfft(torch.ones(64))  # what torch allocates once is no part of the line
    torch.ones(64, 64) @ torch.ones(64, 64)
    if STATUS.exists():  # forget the peak of the imports
        STATUS.with_name("clear_refs").write_text("5", encoding="utf-8")
    start = peak()
    line = set_up()
    line()
    return peak() - start


@cache
def weigh_in_child(title: str, side: str) -> float:
    """The same in a process of its own, where nothing has been held before."""
    command = [sys.executable, "-m", "benchmarks", "weigh", title, side]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return float(done.stdout.split()[-1])
