"""What a class needs of its machines, from what `tools/students.py` wrote."""

import json
from pathlib import Path

import teaching_facts as facts
from book_files import ROOT

REPORT = Path("benchmarks/students.json")
COMMAND = ".venv/bin/python tools/students.py"
MISSING = f"Not measured yet: `{COMMAND}` does it."
GIB = 1024  # MiB
IN_USE = 160  # MiB, by `ps`, of each of two servers of a JupyterHub in use


def report(root: Path = ROOT) -> dict | None:
    """What was measured; None before that."""
    path = Path(root) / REPORT
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def largest(found: dict) -> dict:
    """The row of the chapter that needs most memory."""
    return max(found["rows"], key=lambda row: row["memory_mib"])


def text(words: str = "", root: Path = ROOT) -> str:
    """The table of chapters, and in sentences what one student needs at most."""
    found = report(root)
    if not found:
        return MISSING
    lines = ["| chapter | peak memory (MiB) | processor time (s) |", "|:---|---:|---:|"]
    rows = {row["name"]: row for row in found["rows"]}
    for chapter in facts.book().values():
        name = f"{chapter.number}. [{chapter.title}]({chapter.stem}.ipynb)"
        lines.append(f"| {name} | {numbers(rows.get(chapter.stem))} |")
    return "\n".join(lines) + "\n\n" + sentences(found)


def numbers(row: dict | None) -> str:
    """The two numbers of a chapter; words for those that have not been measured."""
    if not row:
        return "not measured | yet"
    return f"{row['memory_mib']:.0f} | {row['cpu_s'] or 'not measured yet'}"


def sentences(found: dict) -> str:
    """How it was measured, and what it comes to."""
    most = facts.book()[largest(found)["name"]]
    threads = f"{found['threads']} thread{'s' * (found['threads'] > 1)}"
    return (
        f"Measured on {found['measured']} by `{COMMAND}`, on Linux, processor times with "
        f"{threads}. {together(found['rows'])}"
        f"The server of JupyterLab takes {found['server_mib']:.0f} MiB while it waits, and "
        f"two of a JupyterHub took {IN_USE} MiB each in use. So one student who works in "
        f"{most.link}, the largest of those measured, needs {each(found):.0f} MiB. "
        "The installed packages, with torch for processors and what the tests need, take "
        f"{found['disk_mib'] / GIB:.1f} GiB of disk, once for all who share them."
    )


def together(rows: list[dict]) -> str:
    """The processor time of all chapters, in a sentence; nothing while one is missing."""
    times = [row["cpu_s"] for row in rows if row["cpu_s"]]
    if len(times) < len(facts.book()):
        return ""
    return f"All chapters together take {sum(times) / 60:.0f} minutes of one core. "


def each(found: dict) -> float:
    """The memory of one student at the most, in MiB: server and largest kernel."""
    return IN_USE + largest(found)["memory_mib"]


def class_of(words: str, root: Path = ROOT) -> str:
    """The memory of a class in which all work at once, in words."""
    found = report(root)
    if not found:
        return MISSING
    whole = int(words) * each(found) / GIB
    return f"{words} students × {each(found):.0f} MiB = {whole:.0f} GiB"
