"""How long a page keeps the processor busy while it loads: `python -m benchmarks.pages`.

It reads the built book from the disk in a browser, and counts the time of the main thread
that is spent on scripts, styles, layout and drawing until the page has come to rest. The
clock is the processor's own, so that what else the machine does hardly counts.
"""

import json
import sys
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
HTML = ROOT / "_build" / "html"
FRONT = "book/intro"
TARGETS = {True: 0.5, False: 1.0}  # seconds: the front page, and any other
ROUNDS = 5
REST = 1500  # milliseconds after the last figure and formula
PARTS = {"script_s": "ScriptDuration", "task_s": "TaskDuration"}
HEAD = ["page", "scripts", "all work", "target"]


def load(context, page):
    """Seconds of the main thread for one load of a page in a new tab."""
    from tests.book import browser

    tab = context.new_page()
    session = context.new_cdp_session(tab)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    tab.goto(f"{HTML.as_uri()}/{page}.html")
    tab.wait_for_function(browser.READY)
    tab.wait_for_timeout(REST)
    found = session.send("Performance.getMetrics")["metrics"]
    tab.close()
    seconds = {metric["name"]: metric["value"] for metric in found}
    return {key: seconds[name] for key, name in PARTS.items()}


def row(page, loads):
    """One row of the table: medians of some loads, and whether they reach the target."""
    middle = {key: median(one[key] for one in loads) for key in PARTS}
    target = TARGETS[page == FRONT]
    return {
        "page": page,
        **middle,
        "target_s": target,
        "met": middle["task_s"] <= target,
        "rounds": len(loads),
    }


def measure(pages):
    """The rows of all pages; the first load of each warms up, and is not counted."""
    from tests.book import browser

    with browser.running() as chromium:
        context = chromium.new_context(viewport={"width": 1280, "height": 900})
        return [
            row(page, [load(context, page) for _ in range(ROUNDS + 1)][1:])
            for page in pages
        ]


def cells(found):
    """A row as a table shows it."""
    times = [f"{found[key]:.2f} s" for key in PARTS]
    mark = "✓" if found["met"] else "✗"
    name = Path(found["page"]).name
    return [name, *times, f"≤ {found['target_s']:g} s {mark}"]


def markdown(report):
    """The table for the page on speed, or a sentence where nothing has been measured."""
    if not report:
        return "Not measured yet: `make bench` does it."
    lines = [HEAD, ["---"] * len(HEAD), *map(cells, report["rows"])]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def main(words):
    """Measure the pages whose names hold the words, or all; write and print the table."""
    from tests.book.pages import PAGES

    rows = measure([page for page in PAGES if all(word in page for word in words)])
    path = ROOT / "_build" / "bench-pages.json"
    path.write_text(json.dumps({"rows": rows}, indent=1) + "\n", encoding="utf-8")
    print(markdown({"rows": rows}))
    print(f"Written to {path}; to renew the page: cp {path} benchmarks/pages.json")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
