"""The figures of the page on clusters, from what `python -m benchmarks.scaling` wrote."""

import json
import re
import sys
from pathlib import Path

# Sphinx has tools/ on its path and not the folder above, where `benchmarks` lies.
sys.path.append(str(Path(__file__).resolve().parent.parent))

RESULTS = Path("benchmarks/scaling.json")
MARK = re.compile(r"<!-- scaling: ([a-z-]+) -->")


def fill(app, docname: str, source: list[str]) -> None:
    """Put the figures where the page asks for them; it is made anew when they change."""
    if MARK.search(source[0]):
        from benchmarks import scaling_page  # only a book with this page has it

        path = Path(app.srcdir) / RESULTS
        app.env.note_dependency(str(path))
        text = path.read_text(encoding="utf-8") if path.exists() else "null"
        found = scaling_page.parts(json.loads(text))
        source[0] = MARK.sub(lambda mark: found[mark[1]], source[0])


def setup(app) -> dict:
    """Called by Sphinx."""
    app.connect("source-read", fill)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
