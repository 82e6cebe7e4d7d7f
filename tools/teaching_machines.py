"""What a class needs of its machines, from what `python -m benchmarks.students` wrote."""

import json
from pathlib import Path

import teaching_facts as facts
from book_files import ROOT

REPORT = Path("benchmarks/students.json")
COMMAND = "python -m benchmarks.students"
MISSING = f"Not measured yet: `{COMMAND}` does it."
GIB = 1024  # MiB


def report(root: Path = ROOT) -> dict | None:
    """What was measured; None before that."""
    path = Path(root) / REPORT
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def largest(found: dict) -> dict:
    """The row of the chapter that needs most memory."""
    return max(found["rows"], key=lambda row: row["memory_mib"])


def text(words: str = "", root: Path = ROOT) -> str:
    """The table of chapters, and in a sentence what one student needs at most."""
    found = report(root)
    if not found:
        return MISSING
    chapters = facts.book()
    lines = ["| chapter | peak memory (MiB) | processor time (s) |", "|:---|---:|---:|"]
    for row in found["rows"]:
        chapter = chapters[row["name"]]
        name = f"{chapter.number}. [{chapter.title}]({chapter.stem}.ipynb)"
        lines.append(f"| {name} | {row['memory_mib']:.0f} | {row['cpu_s']} |")
    most = largest(found)
    seconds = sum(row["cpu_s"] for row in found["rows"])
    return (
        "\n".join(lines) + f"\n\nMeasured on {found['measured']}, on Linux with "
        f"{found['threads']} threads, by `{COMMAND}`. All chapters together take "
        f"{seconds / 60:.0f} minutes of one core. The server of JupyterLab takes "
        f"{found['server_mib']:.0f} MiB more for each student. So one student who works in "
        f"{chapters[most['name']].link} needs {each(found):.0f} MiB."
    )


def each(found: dict) -> float:
    """The memory of one student at the most, in MiB: the server and the largest kernel."""
    return found["server_mib"] + largest(found)["memory_mib"]


def class_of(words: str, root: Path = ROOT) -> str:
    """The memory of a class in which all work at once, in words."""
    found = report(root)
    if not found:
        return MISSING
    whole = int(words) * each(found) / GIB
    return f"{words} students × {each(found):.0f} MiB = {whole:.0f} GiB"
