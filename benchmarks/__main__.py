"""The command: `make bench` is `python -m benchmarks` in an environment with the peers."""

import os
import platform
import sys

import torch
from tqdm import tqdm

from . import learning, peers, projections, solving, table
from .measure import (
    ROOT,
    Case,
    WrongResult,
    time_both,
    weigh_both,
    weigh_here,
    weigh_in_child,
)

CASES = projections.CASES + solving.CASES + learning.CASES
THREADS = 2


def machine() -> dict:
    """Where it was measured, in general words."""
    processor = f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}"
    return {"processor": processor, "threads": THREADS, "numbers": "float32"}


def judge(cases: list[Case]) -> tuple[list[dict], list[str]]:
    """The rows of the table, and what is wrong: first all times, then memory."""
    timed = []
    wrong = []
    for case in (bar := tqdm(cases, unit="case")):
        bar.set_description(f"{case.title:60.60}")
        try:
            timed.append((case, time_both(case)))
        except WrongResult as error:
            wrong.append(str(error))
    bar = tqdm(timed, desc="Memory", unit="case")
    return [weigh_both(case, row, weigh_in_child) for case, row in bar], wrong


def main(words: list[str]) -> int:
    """Measure what the words name, or everything; 1 for a wrong result, not for a time."""
    torch.set_num_threads(THREADS)
    if words[:1] == ["weigh"]:
        print(weigh_here(getattr(next(c for c in CASES if c.title == words[1]), words[2])))
        return 0
    rows, wrong = judge([c for c in CASES if all(word in c.title for word in words)])
    report = {"machine": machine(), "versions": peers.versions(), "rows": rows}
    print(table.text(rows))
    place = table.write(
        report, ROOT / "_build" / ("bench.json" if not words else "part.json")
    )
    print(f"Written to {place}. The page of the book reads benchmarks/results.json:")
    print(f"to renew it, cp {place} benchmarks/results.json")
    print(*wrong, sep="\n")
    return 1 if wrong else 0


sys.exit(main(sys.argv[1:]))
