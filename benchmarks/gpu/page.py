"""What a page says of a report of `make gpu`."""

from ..table import number

NONE = (
    "No graphics card has been measured yet. Where there is one, `make gpu` does it, and "
    "this page shows what it wrote to `benchmarks/gpu.json`."
)


def text(report: dict | None) -> str:
    """The section in Markdown, or a sentence where nothing was measured."""
    if report is None:
        return NONE
    parts = [machine(report), rows(report), trainings(report), failures(report)]
    return "\n\n".join(part for part in parts if part)


def machine(report: dict) -> str:
    """Where it was measured, and how many results agreed."""
    found = report["machine"]
    versions = found["versions"]
    checks = report["checks"]
    agreed = sum("error" not in row for row in checks)
    return (
        f"Measured on a {found['card']} beside a processor with {found['processor']} "
        f"({found['threads']} threads), in {found['numbers']}, with torch "
        f"{versions['torch']}. Of {len(checks)} checks that the card computes what the "
        f"processor computes, {agreed} passed."
    )


def rows(report: dict) -> str:
    """The times of both."""
    head = ["case", "processor", "card", "ratio", "memory on the card, MB"]
    lines = [
        [row["case"], *times(row), ratio(row), number(row["gpu_mb"])]
        for row in report["rows"]
        if "error" not in row
    ]
    return markdown(head, lines)


def times(row: dict) -> list[str]:
    """Both times, in milliseconds."""
    return [f"{number(row[key])} ms" for key in ("cpu_ms", "gpu_ms")]


def ratio(row: dict) -> str:
    """How many times as fast the card is, with the quartiles."""
    return "{} ({}–{})".format(*map(number, (row["ratio"], *row["quartiles"])))


def trainings(report: dict) -> str:
    """What the chapters say, on either device."""
    head = ["training", "seed", "device", "time", "dB"]
    lines = [
        [row["chapter"], str(row["seed"]), device(row), seconds(row), decibels(row)]
        for row in report["trainings"]
        if "error" not in row
    ]
    done = [row for row in report["trainings"] if "error" not in row]
    sentences = dict.fromkeys(f"{row['chapter']}: {row['sentence']}" for row in done)
    claims = "\n".join(f"- {sentence}" for sentence in sentences)
    if not lines:
        return ""
    held = "What was asserted of each training, on both devices, and held:"
    return f"{markdown(head, lines)}\n\n{held}\n\n{claims}"


def device(row: dict) -> str:
    """The processor, or the card."""
    return "processor" if row["device"] == "cpu" else "card"


def seconds(row: dict) -> str:
    """The time of a training."""
    return f"{number(row['seconds'])} s"


def decibels(row: dict) -> str:
    """The numbers of a training."""
    return ", ".join(f"{name} {x:.2f}" for name, x in row["numbers"].items())


def failures(report: dict) -> str:
    """What failed, if anything did."""
    kinds = ("checks", "rows", "trainings")
    wrong = [row for kind in kinds for row in report[kind] if "error" in row]
    if not wrong:
        return ""
    lines = [f"- {row['name']}: {row['error'].splitlines()[0]}" for row in wrong]
    return "\n".join(["These failed:", "", *lines])


def markdown(head: list[str], lines: list[list[str]]) -> str:
    """A table; nothing where it has no lines."""
    if not lines:
        return ""
    every = [head, ["---"] * len(head), *lines]
    return "\n".join("| " + " | ".join(line) + " |" for line in every)
