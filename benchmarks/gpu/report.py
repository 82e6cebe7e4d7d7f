"""What was found, written down after each row: who stops the run loses one row."""

import os
import platform
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import torch

from .. import table

KINDS = ("checks", "rows", "trainings")


def machine(there: torch.device) -> dict:
    """Where it was measured, in general words."""
    name = "none: the processor stands in"
    if there.type == "cuda":
        name = torch.cuda.get_device_name(there)
    return {
        "card": name,
        "processor": f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}",
        "threads": torch.get_num_threads(),
        "numbers": "float32",
        "versions": {
            "Python": platform.python_version(),
            "torch": torch.__version__,
            "CUDA": torch.version.cuda,
        },
    }


class Report:
    """The file gpu.json, whole after each row, and gpu-failures.txt with the tracebacks."""

    def __init__(self, there: torch.device, results: Path, failures: Path):
        self.results = results
        self.failures = failures
        self.start = perf_counter()
        self.found = {"machine": machine(there), **{kind: [] for kind in KINDS}}
        self.wrong = []
        failures.parent.mkdir(parents=True, exist_ok=True)
        failures.unlink(missing_ok=True)

    def add(self, kind: str, name: str, work: Callable[[], dict | None]) -> None:
        """Do a piece of work, and write down what it found, or how it failed."""
        start = perf_counter()
        row = {"name": name}
        try:
            row |= work() or {}
        except Exception as error:
            row |= {"error": f"{type(error).__name__}: {error}"[:500]}
            self.fail(name, traceback.format_exc())
        if row.get("holds") is False:
            row |= {"error": f"it does not hold: {row['numbers']}"}
            self.fail(name, row["error"])
        row.setdefault("seconds", round(perf_counter() - start, 3))
        self.found[kind].append(row)
        self.write()

    def fail(self, name: str, text: str) -> None:
        """Keep what went wrong, at full length."""
        self.wrong.append(name)
        with self.failures.open("a", encoding="utf-8") as file:
            file.write(f"{name}\n{text}\n\n")

    def seconds(self) -> float:
        """Since the beginning."""
        return perf_counter() - self.start

    def write(self) -> None:
        """The file as it is now."""
        self.found["machine"]["seconds"] = round(self.seconds(), 1)
        table.write(self.found, self.results)

    def say(self) -> None:
        """What was written, in words."""
        for kind in KINDS:
            rows = self.found[kind]
            failed = sum("error" in row for row in rows)
            print(f"{len(rows)} {kind}, {failed} of them failed")
            for row in rows:
                if "error" in row:
                    print(f"  {row['name']}: {row['error'].splitlines()[0]}")
        print(f"In {self.found['machine']['seconds']} s, written to {self.results}", end="")
        print(f"; tracebacks in {self.failures}" if self.wrong else "")
        sys.stdout.flush()
