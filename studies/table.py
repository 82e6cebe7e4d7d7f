"""The table of a study: rows that are written down one by one, and kept."""

import json
import os
import platform
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

import torch

from course_utils.checkpoint import alone
from course_utils.sweep import sweep

TABLES = Path(__file__).parents[1] / "course_utils" / "tables"


class Table:
    """A JSON file of course_utils/tables, whole after each row; ``keys`` name its rows.

    ``cluster`` is that of ``course_utils.sweep``; None makes the rows on this machine.
    """

    cluster = None

    def __init__(self, name: str, keys: tuple[str, ...]):
        self.path = TABLES / f"{name}.json"
        self.keys = keys
        self.rows = self.written()

    def written(self) -> list[dict]:
        """The rows that are in the file, whoever wrote them."""
        if not self.path.exists():
            return []
        return json.loads(self.path.read_text(encoding="utf-8"))["rows"]

    def task(self, row: dict) -> tuple:
        """The values of the keys in a row: the task that the row answers."""
        return tuple(row[key] for key in self.keys)

    def has(self, *task) -> bool:
        """Whether the row of this task is there."""
        return any(self.task(row) == task for row in self.rows)

    def row(self, *task) -> dict:
        """The row of this task, which is there."""
        return next(row for row in self.rows if self.task(row) == task)

    def add(self, row: dict) -> None:
        """Write the table with one more row, in the order of the keys.

        Rows that another process has added since stay; processes wait for one another.
        """
        with alone(self.path.parent) as locked:
            rows = {self.task(row): row for row in [*self.rows, *self.written(), row]}
            self.rows = [rows[task] for task in sorted(rows)]
            self.write("" if locked else f".{os.getpid()}")

    def write(self, mark: str) -> None:
        """Let the rows take the place of the file; ``mark`` tells drafts apart."""
        head = json.dumps(made(), indent=1).removesuffix("\n}")
        lines = ",\n".join("  " + json.dumps(row) for row in self.rows)
        draft = self.path.with_suffix(f".new{mark}")
        draft.write_text(f'{head},\n "rows": [\n{lines}\n ]\n}}\n', encoding="utf-8")
        draft.replace(self.path)

    def fill(
        self, work: Callable[..., dict], tasks: list[tuple], workers: int | None = None
    ) -> None:
        """Add the row ``work(*task)`` of each task that has none, one thread for each.

        A task is the tuple of the values of the keys. With ``workers`` = 1, as where times
        are compared, rows are made in this process; else on all cores, or on the
        ``cluster``. A study that is interrupted goes on with the tasks that are left:
        delete the table to begin anew.
        """

        def seen(task: tuple, row: dict) -> None:
            self.add(dict(zip(self.keys, task, strict=True)) | row)

        left = [task for task in tasks if not self.has(*task)]
        cluster = None if workers == 1 else self.cluster
        sweep(work, left, workers=processes(workers), cluster=cluster, seen=seen)


def made() -> dict:
    """How a table came about: the command, the machine in general words, the versions."""
    machine = f"{os.cpu_count()} cores, {platform.machine()}"
    if torch.cuda.is_available():
        machine += f", {torch.cuda.get_device_name()}"
    versions = {name: metadata.version(name) for name in ("torch", "numpy")}
    return {"made_by": "make studies", "machine": machine, "versions": versions}


def processes(wanted: int | None) -> int:
    """One beside a GPU; else as many as are wanted, or one for each core."""
    if torch.cuda.is_available():
        return 1
    if hasattr(os, "sched_getaffinity"):  # not on macOS
        return wanted or len(os.sched_getaffinity(0))
    return wanted or os.cpu_count() or 1
