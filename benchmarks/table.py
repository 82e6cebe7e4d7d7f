"""The rows of measurements as text, as a file, and as the tables of a page."""

import json
from pathlib import Path

GROUPS = ("speed", "growth", "start-up")
HEAD = ["case", "ours", "peer", "peer's", "ratio", "target", "memory, MB: ours", "peer's"]


def number(x: float | None, digits: int = 2) -> str:
    """Two significant digits and no exponent; a dash for what was not measured."""
    if x is None:
        return "–"
    if abs(x) >= 10**digits:
        return f"{x:.0f}"
    return f"{float(f'{x:.{digits}g}'):g}"


def cells(row: dict) -> list[str]:
    """A row as the table shows it."""
    target = f"{row['target']} {'✓' if row['met'] else '✗'}" if row["target"] else ""
    times = [f"{number(row[key])} ms" for key in ("ours_ms", "peer_ms")]
    memory = [number(row[key]) for key in ("ours_mb", "peer_mb")]
    ratio = number(row["ratio"])
    if "quartiles" in row:
        ratio += " ({}–{})".format(*map(number, row["quartiles"]))
    return [row["case"], times[0], row["peer"], times[1], ratio, target, *memory]


def text(rows: list[dict]) -> str:
    """A table for the terminal."""
    lines = [HEAD, *map(cells, rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join("  ".join(map(str.ljust, line, widths)).rstrip() for line in lines)


def markdown(rows: list[dict]) -> str:
    """A table for the page."""
    lines = [HEAD, ["---"] * len(HEAD), *map(cells, rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def short(rows: list[dict]) -> str:
    """The rows that miss their targets, with reasons; a sentence if there are none."""
    missed = [row for row in rows if not row["met"]]
    if not missed:
        return "Every row reaches its target."
    return "\n".join(
        f"- **{row['case']}**, beside {row['peer']}: {number(row['ratio'])} in place of "
        f"{row['target']}. {row['why']}".rstrip()
        for row in missed
    )


def machine(report: dict) -> str:
    """Where and how it was measured."""
    found = report["machine"]
    rounds = [row["rounds"] for row in report["rows"]]
    sentence = (
        f"The figures on this page come from a machine with {found['processor']}, in "
        f"{found['numbers']} with {found['threads']} threads, and are medians of "
        f"{min(rounds)} to {max(rounds)} rounds. {found.get('remark', '')}"
    )
    return sentence.rstrip()


def versions(report: dict) -> str:
    """The libraries that were compared."""
    named = [f"{name} {version}" for name, version in report["versions"].items()]
    return ", ".join(named) + "."


def write(report: dict, path: Path) -> Path:
    """The report as a file, all of it or nothing."""
    path.parent.mkdir(exist_ok=True)
    draft = path.with_suffix(".part")
    lines = json.dumps(report, indent=1, ensure_ascii=False)
    draft.write_text(lines + "\n", encoding="utf-8")
    return draft.replace(path)
