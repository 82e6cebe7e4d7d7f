"""The table of a study: rows that are written down one by one, and kept."""

import json
import os
import platform
from importlib import metadata
from pathlib import Path

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

    def add(self, row: dict) -> None:
        """Write the table with one more row, beside the old file and then in its place."""
        self.rows.append(row)
        versions = {name: metadata.version(name) for name in ("torch", "numpy")}
        machine = f"{os.cpu_count()} cores, {platform.machine()}"
        made = {"made_by": "make studies", "machine": machine, "versions": versions}
        draft = self.path.with_suffix(".new")
        draft.write_text(json.dumps(made | {"rows": self.rows}, indent=1) + "\n", "utf-8")
        draft.replace(self.path)
