"""The parts of the page on clusters, from what ``benchmarks.scaling`` wrote."""

from .scaling import NETWORKS, step_seconds, sweep_seconds
from .table import number

FREE = {"begin_s": 0.0, "each_s": 0.0}  # what it costs to begin in one process
SWEEP = {"tasks": 1000, "task_s": 60.0}  # the sweep that is predicted
PAYS = 1.2  # a gain that is worth a second worker
MANY = (1, 4, 16, 64, 256)  # workers
RANKS = (1, 2, 4, 8, 16)
PARTS = ("machine", "sweeps", "read-sweeps", "steps", "read-steps")
PARTS += ("predicted-sweeps", "predicted-steps", "read-predicted")


NOT_YET = "Not measured yet: `python -m benchmarks.scaling` does it, on a quiet machine."


def parts(report: dict | None) -> dict[str, str]:
    """What each mark on the page stands for, in Markdown; a sentence without a report."""
    if report is None:
        first = {"machine": NOT_YET, "read-predicted": NOT_YET}
        return dict.fromkeys(PARTS, "") | first
    return {
        "machine": _machine(report),
        "sweeps": _sweeps(report),
        "read-sweeps": _read_sweeps(report),
        "steps": _steps(report),
        "read-steps": _read_steps(report),
        "predicted-sweeps": _predicted_sweeps(report),
        "predicted-steps": _predicted_steps(report),
        "read-predicted": _read_predicted(report),
    }


def gains(report: dict) -> dict[str, float]:
    """How many times as fast as one process each engine is."""
    alone = report["sweeps"][0]["wall_s"]
    return {row["engine"]: alone / row["wall_s"] for row in report["sweeps"]}


def _markdown(*lines: list[str]) -> str:
    """A table, the first line its head."""
    head, *rows = lines
    marks = ["---", *["--:"] * (len(head) - 1)]
    return "\n".join("| " + " | ".join(line) + " |" for line in (head, marks, *rows))


def _machine(report: dict) -> str:
    found = report["machine"]
    return f"The machine: {found['processor']}, with nothing else to do."


def _sweeps(report: dict) -> str:
    gain = gains(report)
    rows = [
        [
            row["engine"],
            str(row["workers"]),
            f"{number(row['wall_s'])} s",
            f"{number(row['task_s'])} s",
            f"{number(_by_formula(report, row))} s",
            number(gain[row["engine"]]),
        ]
        for row in report["sweeps"]
    ]
    return _markdown(
        ["sweep by", "workers", "all trainings", "one training", "by formula", "gain"],
        *rows,
    )


def _by_formula(report: dict, row: dict) -> float:
    """What the formula of the page gives for a row, from the time of a training alone."""
    cost = {one["engine"]: one for one in report["costs"]}.get(row["engine"], FREE)
    alone = report["sweeps"][0]["task_s"]
    return sweep_seconds(row["tasks"], alone, row["workers"], cost)


def _read_sweeps(report: dict) -> str:
    tasks = report["sweeps"][0]["tasks"]
    costs = "; ".join(
        f"{one['engine']} takes {number(one['begin_s'])} s to begin and "
        f"{number(1000 * one['each_s'])} ms for each task"
        for one in report["costs"]
    )
    return (
        f"All rows are the same {tasks} trainings of a small unrolled network, with the "
        f"same losses to the last bit. Beside the work, {costs}. {_lesson(report)} "
        "By formula is what the next section expects of two workers, from these costs and "
        "the time of a training alone: a training that takes longer beside another than "
        "alone, in the fourth column, is what it leaves out."
    )


def _lesson(report: dict) -> str:
    """What the gains of this machine say: workers that share a memory may gain nothing."""
    if max(gains(report).values()) > PAYS:
        return (
            "So a sweep pays as soon as a training takes seconds, and the longer it "
            "takes, the less the rest matters."
        )
    return (
        "On this machine two workers gain next to nothing: beside another, a training "
        "takes that much longer. Try both before a long sweep."
    )


def _steps(report: dict) -> str:
    rows = [
        [
            str(one["ranks"]),
            f"{number(1000 * one['step_s'])} ms",
            f"{number(1000 * one['transfer_s'])} ms",
            number(report["steps"][0]["step_s"] / one["step_s"]),
        ]
        for one in report["steps"]
    ]
    return _markdown(["ranks", "one step", "of which transfers", "gain"], *rows)


def _read_steps(report: dict) -> str:
    one = report["steps"][0]
    return (
        f"The network has {one['learned']:,} learned numbers, whose gradients are "
        f"{number(one['bytes'] / 1e6)} MB. Within one machine they travel through memory."
    )


def _predicted_sweeps(report: dict) -> str:
    cost = report["costs"][-1]
    alone = SWEEP["tasks"] * SWEEP["task_s"]
    rows = []
    for workers in MANY:
        seconds = sweep_seconds(**SWEEP, workers=workers, cost=cost)
        rows.append([str(workers), _duration(seconds), number(alone / seconds)])
    title = f"{SWEEP['tasks']:,} trainings of {SWEEP['task_s']:.0f} s, workers"
    return _markdown([title, "predicted time", "predicted gain"], *rows)


def _predicted_steps(report: dict) -> str:
    one = report["steps"][0]
    rows = []
    for ranks in RANKS:
        found = [
            one["step_s"] / step_seconds(one["step_s"], ranks, one["bytes"], wire)
            for wire in NETWORKS.values()
        ]
        rows.append([str(ranks), *map(number, found)])
    return _markdown(["ranks", *(f"predicted gain, {name}" for name in NETWORKS)], *rows)


def _read_predicted(report: dict) -> str:
    one = report["steps"][0]
    slow = 2 * one["bytes"] / next(iter(NETWORKS.values()))
    bound = max(1.0, one["step_s"] / slow)  # that of one rank, where transfers take longer
    return (
        "Over the slowest of these wires no number of ranks can gain more than a factor "
        f"of {number(bound)} for this network and batch. A larger batch, or a deeper "
        "network with shared layers, does more work for the same transfers, and moves the "
        "bound."
    )


def _duration(seconds: float) -> str:
    """Hours or minutes, as people say them."""
    if seconds >= 3600:
        return f"{number(seconds / 3600)} h"
    return f"{number(seconds / 60)} min"
