"""The tables of the page on speed, from the file that `make bench` wrote."""

import json
import re
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent))  # where `benchmarks` lies

RESULTS = Path("benchmarks/results.json")
MARK = re.compile(r"<!-- bench: ([a-z-]+) -->")


def parts(report: dict) -> dict[str, str]:
    """What each mark on the page stands for, in Markdown."""
    from benchmarks import table  # only a book with this page has it

    rows = report["rows"]
    groups = {name: [r for r in rows if r["group"] == name] for name in table.GROUPS}
    return {name: table.markdown(chosen) for name, chosen in groups.items()} | {
        "short": table.short(rows),
        "machine": table.machine(report),
        "versions": table.versions(report),
    }


def fill(app, docname: str, source: list[str]) -> None:
    """Put the tables where the page asks for them; a page is made anew when they change."""
    if MARK.search(source[0]):
        path = Path(app.srcdir) / RESULTS
        app.env.note_dependency(str(path))
        found = parts(json.loads(path.read_text(encoding="utf-8")))
        source[0] = MARK.sub(lambda mark: found[mark[1]], source[0])


def setup(app) -> dict:
    """Called by Sphinx."""
    app.connect("source-read", fill)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
