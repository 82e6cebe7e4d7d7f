"""The table of a study: rows that are written down one by one, and kept."""

import json
import os
import platform
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from importlib import metadata
from multiprocessing import get_context
from pathlib import Path

import torch
from tqdm import tqdm

TABLES = Path(__file__).parents[1] / "course_utils" / "tables"


class Table:
    """A JSON file in course_utils/tables, whole after each row; ``keys`` tell rows apart."""

    def __init__(self, name: str, keys: tuple[str, ...]):
        self.path, self.keys = TABLES / f"{name}.json", keys
        known = json.loads(self.path.read_text("utf-8")) if self.path.exists() else {}
        self.rows = known.get("rows", [])

    def has(self, *values) -> bool:
        """Whether the row with these values of the keys is there."""
        return any(tuple(row[key] for key in self.keys) == values for row in self.rows)

    def row(self, *values) -> dict:
        """The row with these values of the keys, which is there."""
        return next(
            row for row in self.rows if tuple(row[key] for key in self.keys) == values
        )

    def add(self, row: dict) -> None:
        """Write the table with one more row, in the order of the keys; the old file gives way."""
        self.rows = sorted(
            [*self.rows, row], key=lambda row: [row[key] for key in self.keys]
        )
        versions = {name: metadata.version(name) for name in ("torch", "numpy")}
        machine = f"{os.cpu_count()} cores, {platform.machine()}"
        if torch.cuda.is_available():
            machine += f", {torch.cuda.get_device_name()}"
        made = {"made_by": "make studies", "machine": machine, "versions": versions}
        draft = self.path.with_suffix(".new")
        head = json.dumps(made, indent=1).removesuffix("\n}")
        lines = ",\n".join("  " + json.dumps(row) for row in self.rows)
        draft.write_text(f'{head},\n "rows": [\n{lines}\n ]\n}}\n', "utf-8")
        draft.replace(self.path)

    def fill(
        self, work: Callable[..., dict], tasks: list[tuple], workers: int | None = None
    ):
        """Add the row ``work(*task)`` for each task that has none, in processes of one thread each.

        A task is the tuple of the values of the keys. A study that is interrupted goes on with
        the tasks that are left: delete the table to begin anew.
        """
        left = [task for task in tasks if not self.has(*task)]
        workers = (
            1 if torch.cuda.is_available() else workers or len(os.sched_getaffinity(0))
        )
        os.environ["TQDM_DISABLE"] = "1"  # in the processes; the bar here is on already
        settings = {"mp_context": get_context("spawn"), "initializer": one_thread}
        with ProcessPoolExecutor(workers, **settings) as pool:
            running = {pool.submit(work, *task): task for task in left}
            bar = tqdm(
                as_completed(running), total=len(left), unit="row", desc=self.path.stem
            )
            try:
                for done in bar:
                    self.add(
                        dict(zip(self.keys, running[done], strict=True)) | done.result()
                    )
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise


def one_thread() -> None:
    """Two processes of one thread each beat one process of two, and their sums repeat."""
    torch.set_num_threads(1)
