"""How sweeps and shared trainings grow with workers: `python -m benchmarks.scaling`.

One list of small trainings is swept in one process, and by two workers of joblib and of
Dask, in turns; tasks that do nothing show what a task costs beside its work. What a process
needs before its first training, imports above all, is the cost to begin: each worker pays
it, and the one process before it is measured. Two ranks share the steps of a network that
one rank takes alone. What more workers would do is a prediction from these figures, by
``sweep_seconds`` and ``step_seconds``.
"""

import json
import os
import platform
import subprocess
import sys
from math import ceil
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

import torch

ROOT = Path(__file__).resolve().parent.parent
TASKS = 8
EPOCHS = 32
EMPTY = 200
ROUNDS = 3
TILES = 32
QUIET = (
    0.5  # other programs at most: two workers on two cores that others want gain nothing
)
WAITED = 1.15  # times its processor time is the longest that a training may take, likewise
WORKERS = 2
SEEDS = [(seed,) for seed in range(TASKS)]
ENGINES = {
    "one process": {"workers": 1},
    "joblib": {"workers": WORKERS},
    "Dask": {"workers": WORKERS, "cluster": "local"},
}
STEP = ["--layers=3", "--width=24", "--batch=8", "--steps=9"]
NETWORKS = {"1 Gbit/s": 1e9 / 8, "10 Gbit/s": 1e10 / 8, "100 Gbit/s": 1e11 / 8}


def training(seed: int, epochs: int = EPOCHS, count: int = TILES) -> dict:
    """A training like those of the studies, of some seconds, and the time it took."""
    from course_utils.training import fit
    from studies.unrolled_photographs import network, split, tiles

    start = perf_counter()
    busy = process_time()
    net = network("network, from 0", 2, seed, 64)
    pairs = tiles(split()[0], count, seed)
    losses = list(fit(net, pairs, epochs, batch=4, seed=seed))
    took = {"seconds": perf_counter() - start, "cpu_s": process_time() - busy}
    return {"loss": losses[-1]} | took


def first(seed: int) -> dict:
    """One step of such a training: what a new process needs to be ready."""
    return training(seed, epochs=1, count=4)


def nothing(seed: int) -> int:
    """A task without work."""
    return seed


def swept(work, tasks: list, engine: str) -> tuple[float, list]:
    """How long a sweep takes, workers begun and ended, and what it gives."""
    from joblib.externals.loky import get_reusable_executor

    from course_utils.sweep import sweep

    start = perf_counter()
    results = sweep(work, tasks, **ENGINES[engine])
    seconds = perf_counter() - start
    if engine == "joblib":  # whose processes would wait for the next sweep
        get_reusable_executor().shutdown(wait=True)
    return seconds, results


def row(engine: str, found: list[tuple[float, list]]) -> dict:
    """The medians of the rounds of one engine."""
    each = [one["seconds"] for _, results in found for one in results]
    busy = [one["cpu_s"] for _, results in found for one in results]
    return {
        "engine": engine,
        "workers": ENGINES[engine]["workers"],
        "tasks": len(found[0][1]),
        "wall_s": median(wall for wall, _ in found),
        "task_s": median(each),
        "cpu_s": median(busy),
    }


def sweeps(count: int) -> list[dict]:
    """The engines in turns, on the same trainings, whose losses must agree."""
    first(0)
    rounds = [
        {name: swept(training, SEEDS, name) for name in ENGINES} for _ in range(count)
    ]
    losses = {
        tuple(one["loss"] for one in results)
        for found in rounds
        for _, results in found.values()
    }
    if len(losses) > 1:
        raise SystemExit("the engines do not give the same losses to the last bit")
    return [row(name, [found[name] for found in rounds]) for name in ENGINES]


def costs(count: int) -> list[dict]:
    """What a sweep costs beside its work: to begin, and for each task."""
    found = []
    for engine in ("joblib", "Dask"):

        def seconds(work, tasks: int, engine: str = engine) -> float:
            given = [(k,) for k in range(tasks)]
            return median(swept(work, given, engine)[0] for _ in range(count))

        more = seconds(nothing, EMPTY + WORKERS) - seconds(nothing, WORKERS)
        begin = seconds(first, WORKERS)
        found.append(
            {"engine": engine, "begin_s": begin, "each_s": max(more / EMPTY, 1e-6)}
        )
    return found


def waited(rows: list[dict]) -> bool:
    """Whether trainings took longer than their processor time: others had the cores."""
    return any(row["task_s"] > WAITED * row["cpu_s"] for row in rows)


def steps() -> list[dict]:
    """A step of a shared training on one rank and on two."""
    found = []
    for ranks in (1, WORKERS):
        run = [sys.executable, "-m", "torch.distributed.run", "--standalone"]
        run += [f"--nproc-per-node={ranks}", "-m", "benchmarks.shared_step", *STEP]
        environment = os.environ | {"OMP_NUM_THREADS": "1"}
        done = subprocess.run(
            run, cwd=ROOT, env=environment, capture_output=True, text=True, check=True
        )
        found.append(json.loads(done.stdout.splitlines()[-1]))
    return found


def sweep_seconds(tasks: int, task_s: float, workers: int, cost: dict) -> float:
    """The predicted time of a sweep: begin, hand out one by one, work side by side.

        T = begin + n c + ceil(n / p) t        n tasks of t seconds on p workers

    Source: Amdahl, AFIPS 30 (1967) 483: what is handed out one by one bounds the gain.
    """
    return cost["begin_s"] + tasks * cost["each_s"] + ceil(tasks / workers) * task_s


def step_seconds(one_s: float, ranks: int, size: int, bandwidth: float) -> float:
    """The predicted time of a shared step: parts side by side, then a ring of transfers.

        T = t / p + 2 (p - 1) / p * bytes / bandwidth

    Source: Patarasuk & Yuan, J. Parallel Distrib. Comput. 69 (2009) 117, for the ring.
    """
    return one_s / ranks + 2 * (ranks - 1) / ranks * size / bandwidth


def machine(load: float) -> dict:
    """Where it was measured, in general words, and how busy others kept it."""
    processor = f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}"
    return {"processor": processor, "load": round(load, 1), "torch": torch.__version__}


def main(words: list[str]) -> int:
    """Measure, in as many rounds as a number says, and say how to renew the page."""
    rounds = int(words[0]) if words else ROUNDS
    load = os.getloadavg()[0]
    if load > QUIET:
        print(f"{load:.1f} other programs want the cores: wait until they rest")
        return 1
    report = {"machine": machine(load), "rounds": rounds}
    report |= {"sweeps": sweeps(rounds), "costs": costs(rounds)}
    if waited(report["sweeps"]):
        print("other programs took the cores meanwhile: wait until they rest")
        return 1
    report["steps"] = steps()
    path = ROOT / "_build" / "scaling.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(report, indent=1))
    print(f"Written to {path}; to renew the page: cp {path} benchmarks/scaling.json")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
