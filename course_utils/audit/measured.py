"""The numbers that decide the verdicts, read from the tables of the studies.

Each function returns a list with one number for each training, or for each scene.
"""

from itertools import pairwise
from statistics import mean

from .. import tables

MOST = 1024  # pairs of the study on physics and data
SCANNER = {"size": 64, "views": 32, "photons": 0, "data": "fine"}


def rows(table: str, keys: dict) -> list[dict]:
    """The rows of a table in which the keys have these values.

    Raises: ValueError for a table that is not there, or if there is no such row.
    """
    found = [
        row
        for row in tables.read(table)["rows"]
        if all(row[key] == value for key, value in keys.items())
    ]
    if not found:
        raise ValueError(f"the table {table!r} has no row with {keys}")
    return found


def nmse(problem: str, method: str, pairs: int) -> list[float]:
    """Errors in dB of a method that N pairs taught, one for each training."""
    keys = {"problem": problem, "method": method, "pairs": pairs, "seeds": "a"}
    return rows("data-efficiency", keys)[0]["nmse_db"]


def gap(problem: str, method: str, pairs: int, rival: str, rivals: int | None = None):
    """A method's error less that of a rival, with as many or ``rivals`` pairs, in dB."""
    ours = nmse(problem, method, pairs)
    theirs = nmse(problem, rival, pairs if rivals is None else rivals)
    return [a - b for a, b in zip(ours, theirs, strict=True)]


def learned_share(problem: str, method: str, pairs: int, rival: str) -> list[float]:
    """How many numbers a method learns, as a part of what a rival learns."""
    keys = {"problem": problem, "pairs": pairs, "seeds": "a"}
    both = [
        rows("data-efficiency", keys | {"method": m})[0]["learned"] for m in (method, rival)
    ]
    return [both[0] / both[1]]


def by_budget(problem: str, block: str, physics: str, rival: str, budget: int):
    """The error with some physics less that with other physics, in dB, after a budget.

    ``budget`` 0 is the first, -1 the last of seven, each twice the one before.
    """
    ours, theirs = (
        rows(
            "physics-or-data",
            {"problem": problem, "block": block, "physics": kind, "pairs": MOST},
        )
        for kind in (physics, rival)
    )
    both = zip(ours[0]["nmse_db"][budget], theirs[0]["nmse_db"][budget], strict=True)
    return [a - b for a, b in both]


def over_longer(problem: str, block: str) -> list[float]:
    """The error with right physics less that of a rival with ten times the steps, in dB."""
    keys = {"problem": problem, "block": block, "pairs": MOST}
    ours = rows("physics-or-data", keys | {"physics": "right"})[0]["nmse_db"][-1]
    theirs = rows("physics-or-data-longer", keys)[0]["nmse_db"][-1]
    return [a - b for a, b in zip(ours, theirs, strict=True)]


def over_classical(problem: str, block: str) -> list[float]:
    """The error of the best trained layers less that of 200 classical iterations, in dB."""
    trained = rows(
        "physics-or-data",
        {"problem": problem, "block": block, "physics": "right", "pairs": 1024},
    )
    classical = rows("physics-or-data", {"problem": problem, "block": "classical"})
    reference = classical[0]["nmse_db"][0][0]
    return [error - reference for error in trained[0]["nmse_db"][-1]]


def psnr_gap(method: str, K: int, rival: str, rival_K: int, picture: str):
    """PSNR of a method less that of a rival in dB, for each seed that both have."""
    ours = rows("tomography", SCANNER | {"method": method, "K": K})
    theirs = rows("tomography", SCANNER | {"method": rival, "K": rival_K})
    reference = {row["seed"]: row[picture] for row in theirs}
    shared = [row for row in ours if row["seed"] in reference]
    return [row[picture] - reference[row["seed"]] for row in shared]


def times_prox(method: str, K: int) -> list[float]:
    """The time of K iterations over that of two layers with a learned prox, scanner."""
    found = rows("tomography", SCANNER | {"method": method, "K": K})
    return [row["times prox"] for row in found]


def photograph_ratio(method: str, K: int, rival: str, rival_K: int, of: str = "error"):
    """What a method costs on photographs, as a part of a rival's, for each seed."""
    ours = rows("unrolled-photographs", {"method": method, "K": K})
    theirs = rows("unrolled-photographs", {"method": rival, "K": rival_K})
    return [a[of] / b[of] for a, b in zip(ours, theirs, strict=True)]


def tail(method: str, noise: str) -> list[float]:
    """By how many dB the mean error lies above the median: what a few signals do."""
    found = rows("unrolling", {"method": method, "noise": noise})
    return [row["nmse_db"] - row["median_db"] for row in found]


def slowest_layer(method: str, of: str) -> list[float]:
    """What the layer that helps least changes of an error in dB, no noise, each seed."""
    found = rows("unrolling", {"method": method, "noise": "none"})
    return [max(b - a for a, b in pairwise(row[of])) for row in found]


def after_training(method: str, of: str, doubling: int, since: int) -> list[float]:
    """How an error in dB has changed while a training went on, for each seed."""
    late, early = (
        {
            row["seed"]: row[of]
            for row in rows("unrolling-budgets", {"method": method, "doubling": d})
        }
        for d in (doubling, since)
    )
    return [late[seed] - early[seed] for seed in sorted(late)]


def sparse_gap(method: str, rival: str, noise: str = "none", of: str = "median_db"):
    """The error of a method on sparse signals less that of a rival, in dB."""
    ours = rows("unrolling", {"method": method, "noise": noise})
    theirs = rows("unrolling", {"method": rival, "noise": noise})
    return [a[of] - b[of] for a, b in zip(ours, theirs, strict=False)]


def labels_gap(method: str, rival: str, scenes: int, rivals: int | None = None):
    """The IoU of a method's labels less that of a rival's, for each seed."""
    return judged_gap(1, (method, scenes), (rival, scenes if rivals is None else rivals))


def kelvin_gap(method: str, rival: str, scenes: int, rivals: int | None = None):
    """The error of a method's temperatures less that of a rival's, in kelvin."""
    return judged_gap(0, (method, scenes), (rival, scenes if rivals is None else rivals))


def judged_gap(number: int, *both: tuple[str, int]) -> list[float]:
    """One number of a judged method less that of another, each with its scenes."""
    ours, theirs = (judged(rows("infrared", {"method": m, "n": n})) for m, n in both)
    pairs = zip(ours, theirs, strict=True)
    return [a["as trained"][number] - b["as trained"][number] for a, b in pairs]


def judged(found: list[dict]) -> list[dict]:
    """The rows that were tested, and not only tried while a rate was chosen."""
    return [row for row in found if "as trained" in row]


def made_worse(scenes: str, sigma: float, centred: bool = False) -> list[float]:
    """The share of scenes with dark ends on which Wiener's filter does harm.

    One number for each size and psf; ``centred``: their brightness is subtracted first.
    """
    keys = {"scenes": scenes, "sigma": sigma, "centred": centred}
    return [row["worse"] for row in rows("zero-boundary", keys)]


def spectral_cost(side: int, of: str) -> list[float]:
    """What one pass of the four layers costs on a photograph: a ratio, pictures, or GB."""
    return [rows("spectral-cost", {"side": side})[0][of]]


def sharper_prior(question: str, prior: str) -> list[float]:
    """The mean error under a prior with learned scales, over that of the best Gaussian.

    One number for each size and noise.
    """
    found = rows("learned-numbers", {"question": question})
    return [mean(row[prior]) / mean(row["gaussian"]) for row in found]


def risk_ratio(sensor: str, level: float, sigma: float, method: str, rival: str):
    """The risk of a method behind a nonlinear detector over that of a rival.

    One number for each set of test signals.
    """
    ours, theirs = (
        rows(
            "saturated-sensor",
            {"sensor": sensor, "level": level, "sigma": sigma, "method": name},
        )[0]
        for name in (method, rival)
    )
    return [a / b for a, b in zip(ours["risk"], theirs["risk"], strict=True)]


def over_adjoint(part: str, method: str, noise: float, setting: str = "") -> list[float]:
    """The error of a physics-informed network over the adjoint's on the same data."""
    keys = {"part": part, "method": method, "noise": noise, "setting": setting}
    return [row["error"] / row["adjoint"] for row in rows("adjoint-or-pinn", keys)]


def chosen(chooser: str, of: str) -> list[float]:
    """A score of a way to choose a structure, on the problems held out of each family."""
    found = rows("how-much-to-fix-scores", {"chooser": chooser})
    return [row[of] for row in found if row["family"] != "all"]


def regret_of(chooser: str) -> list[float]:
    """The mean regret of a way to choose a structure, in each family."""
    return chosen(chooser, "regret")


def right_of(chooser: str) -> list[float]:
    """How often a way to choose a structure names the best, in each family."""
    return chosen(chooser, "right")


def regret_less(chooser: str, rival: str) -> list[float]:
    """The mean regret of a way to choose less that of a rival, in each family."""
    both = zip(regret_of(chooser), regret_of(rival), strict=True)
    return [ours - theirs for ours, theirs in both]


def network_gain(images: str) -> list[float]:
    """How much less than the best linear structure a network errs, for each training."""
    found = rows("how-much-to-fix-networks", {"images": images})
    return [gain for row in found for gain in row["gain"]]
