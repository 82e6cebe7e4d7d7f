"""What one student needs of a machine: `tools/students.py [CHAPTER ...]`.

Each chapter runs in a kernel of its own, as a student leaves it who has solved all of its
exercises: every starter holds the solution, and every check runs. At the end the kernel is
asked how much memory it had at its peak, and how much processor time it took. Beside it
stands the server of JupyterLab, which every student has, too. A chapter takes about a
minute of one core; with names, only those are measured anew.
"""

import json
import os
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REPORT = ROOT / "benchmarks" / "students.json"
THREADS = 1
READY = re.compile(r"is running at")
MIB = 2**20
ASK = """import resource, sys
used = resource.getrusage(resource.RUSAGE_SELF)
unit = 1 if sys.platform == "darwin" else 1024
print(used.ru_maxrss * unit, used.ru_utime + used.ru_stime)"""
SERVER = ("-m", "jupyterlab", "--no-browser", "--allow-root", "--ServerApp.port=0")


def weigh(path: Path) -> dict:
    """The peak of memory and the processor time of a chapter that is run to its end."""
    from execution import execute
    from nbformat.v4 import new_code_cell
    from normal_form import read
    from solved import solved

    notebook = solved(read(path))
    notebook.cells.append(new_code_cell(ASK))
    execute(notebook, path.parent)
    memory, seconds = notebook.cells[-1].outputs[0].text.split()
    return row(path.stem, float(memory), float(seconds))


def row(name: str, memory: float, seconds: float) -> dict:
    """A row of the report: MiB and seconds, as finely as they can be repeated."""
    return {"name": name, "memory_mib": round(memory / MIB, -1), "cpu_s": round(seconds)}


def server() -> float:
    """The memory of a server of JupyterLab that waits, in MiB."""
    with subprocess.Popen(
        [sys.executable, *SERVER], stderr=subprocess.PIPE, encoding="utf-8", cwd=ROOT
    ) as process:
        for line in process.stderr:
            if READY.search(line):
                break
        memory = peak_of(process.pid)
        process.kill()  # it has nothing to save, and may not hear anything gentler yet
    return round(memory / MIB, -1)


def peak_of(pid: int) -> float:
    """The peak of memory of a process, in bytes; Linux tells it."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return 1024 * float(re.search(r"VmHWM:\s+(\d+)", status)[1])


def disk() -> float:
    """What the environment with all its packages takes of a disk, in MiB."""
    files = (path for path in Path(sys.prefix).rglob("*") if path.is_file())
    return round(sum(path.stat().st_size for path in files) / MIB, -2)


def known() -> dict:
    """The report as it stands; without rows if there is none yet."""
    if not REPORT.exists():
        return {"rows": []}
    return json.loads(REPORT.read_text(encoding="utf-8"))


def write(rows: dict[str, dict]) -> None:
    """Write the report, with the rows in the order of reading."""
    report = {"threads": THREADS, "server_mib": server(), "disk_mib": disk()}
    report |= {"measured": str(date.today())}
    ordered = [rows[name] for name in sorted(rows)]
    text = json.dumps(report | {"rows": ordered}, indent=1)
    REPORT.write_text(text + "\n", encoding="utf-8")


def main(names: list[str]) -> None:
    """Measure the chapters that are named, or all, and write the report."""
    from book_files import chapters

    os.environ["OMP_NUM_THREADS"] = str(THREADS)
    os.environ["TQDM_DISABLE"] = "1"
    rows = {row["name"]: row for row in known()["rows"]}
    for path in chapters():
        if path.stem in names or not names:
            rows[path.stem] = weigh(path)
            print(rows[path.stem], flush=True)
    write({path.stem: rows[path.stem] for path in chapters() if path.stem in rows})
    print(f"Written to {REPORT}")


if __name__ == "__main__":
    main(sys.argv[1:])
