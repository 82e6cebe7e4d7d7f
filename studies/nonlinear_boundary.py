"""From which distortion on a linear method loses, and for which detectors that holds.

The rows of nonlinear-detectors say for 882 settings by how much the best affine map is
worse than the posterior mean. "Loses" means by more than a tenth. Five rules say so from
what is known before any method runs:

    share                 share >= a
    distortion            distortion >= a
    distortion and free   distortion >= a  and  free < b
    possible              linear / possible >= a
    possible and free     linear / possible >= a  and  free < b

a and b are those with the most hits for tanh and the spectrum "equal" alone, in the middle
of the gap between the settings that they part. All else is new to them: clip, gamma,
modulus and the other spectrum. The last two rules were written down after the first three
had met clip and modulus, where the distortion is for the most part lost to every method;
hyperbola, floor and rounded were looked at by none.

Columns: a and b; settings, how many of them lose, hits, false alarms, misses.

Keys: rule, spectrum, sensor.
"""

from itertools import pairwise, product
from math import log

from course_utils import tables

from . import nonlinear_detectors
from .table import Table

WORSE = 1.1
KEYS = ("rule", "spectrum", "sensor")
RULES = {  # what must reach a, and whether free must stay below b
    "share": (lambda row: row["share"], False),
    "distortion": (lambda row: row["distortion"], False),
    "distortion and free": (lambda row: row["distortion"], True),
    "possible": (lambda row: row["linear"] / row["possible"], False),
    "possible and free": (lambda row: row["linear"] / row["possible"], True),
}
FITTED = ("equal", "tanh")


def settings(spectrum: str, sensor: str) -> list[dict]:
    """The rows of one detector."""
    rows = tables.read("nonlinear-detectors")["rows"]
    return [r for r in rows if (r["spectrum"], r["sensor"]) == (spectrum, sensor)]


def loses(row: dict) -> bool:
    """Whether the best affine map is more than a tenth worse than the posterior mean."""
    return row["linear"] > WORSE * row["posterior"]


def says(rule: str, row: dict, a: float, b: float) -> bool:
    """What a rule says of a setting."""
    index, looks_at_free = RULES[rule]
    return index(row) >= a and (row["free"] < b or not looks_at_free)


def between(values: list[float]) -> dict[float, float]:
    """The middles of neighbours, as ratios, and how far apart the two are."""
    above_0 = sorted({max(value, 1e-9) for value in values})
    return {(x * y) ** 0.5: log(y / x) for x, y in pairwise(above_0)}


def fitted(rule: str) -> tuple[float, float]:
    """The a and b with the most hits; of equally good ones, in the widest gaps."""
    rows = settings(*FITTED)
    index, looks_at_free = RULES[rule]
    a_gaps = between([index(row) for row in rows])
    b_gaps = between([row["free"] for row in rows]) if looks_at_free else {1.0: 0.0}

    def merit(pair: tuple[float, float]) -> tuple[int, float]:
        hits = sum(says(rule, row, *pair) == loses(row) for row in rows)
        return hits, a_gaps[pair[0]] + b_gaps[pair[1]]

    return max(product(a_gaps, b_gaps), key=merit)


def row(rule: str, spectrum: str, sensor: str) -> dict:
    """How often a rule is right about one detector."""
    a, b = fitted(rule)
    rows = settings(spectrum, sensor)
    said = [(says(rule, row, a, b), loses(row)) for row in rows]
    return {
        "a": float(f"{a:.4g}"),
        "b": float(f"{b:.4g}"),
        "settings": len(rows),
        "lose": sum(truth for _, truth in said),
        "hits": sum(answer == truth for answer, truth in said),
        "false_alarms": said.count((True, False)),
        "misses": said.count((False, True)),
    }


def table() -> Table:
    """The table, as it is now."""
    return Table("nonlinear-boundary", keys=KEYS)


def tasks() -> list[tuple]:
    """What the table holds in the end."""
    detectors = [
        (spectrum, sensor)
        for spectrum in nonlinear_detectors.SPECTRA
        for sensor in nonlinear_detectors.LEVELS
    ]
    return [(rule, *detector) for rule in RULES for detector in detectors]


def main() -> None:
    """Fill the table."""
    table().fill(row, tasks(), workers=1)
