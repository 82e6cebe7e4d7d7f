"""The tables of the page on speed, from what `make bench` and `make gpu` wrote."""

import json
import re
import sys
from pathlib import Path

# Sphinx has tools/ on its path and not the folder above, where `benchmarks` lies.
sys.path.append(str(Path(__file__).resolve().parent.parent))

RESULTS = Path("benchmarks/results.json")
CARD = Path("benchmarks/gpu.json")
PAGES = Path("benchmarks/pages.json")
MARK = re.compile(r"<!-- bench: ([a-z-]+) -->")


def parts(
    report: dict, card: dict | None = None, loads: dict | None = None
) -> dict[str, str]:
    """What each mark on the page stands for, in Markdown."""
    from benchmarks import pages, table  # only a book with this page has them
    from benchmarks.gpu import page

    rows = report["rows"]
    groups = {name: [r for r in rows if r["group"] == name] for name in table.GROUPS}
    return {name: table.markdown(chosen) for name, chosen in groups.items()} | {
        "short": table.short(rows),
        "machine": table.machine(report),
        "versions": table.versions(report),
        "gpu": page.text(card),
        "pages": pages.markdown(loads),
    }


def fill(app, docname: str, source: list[str]) -> None:
    """Put the tables where the page asks for them; a page is made anew when they change."""
    if MARK.search(source[0]):
        reports = []
        for path in (Path(app.srcdir) / file for file in (RESULTS, CARD, PAGES)):
            app.env.note_dependency(str(path))
            text = path.read_text(encoding="utf-8") if path.exists() else "null"
            reports.append(json.loads(text))
        found = parts(*reports)
        source[0] = MARK.sub(lambda mark: found[mark[1]], source[0])


def setup(app) -> dict:
    """Called by Sphinx."""
    app.connect("source-read", fill)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
