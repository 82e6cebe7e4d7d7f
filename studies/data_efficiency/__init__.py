"""How many pairs each method needs: the errors of a dozen methods against their number N.

In ``data-efficiency`` a row is a method on a problem with N pairs: its error on 512 test
pairs (320 on photographs, all there are) for each of five trainings (three on photographs),
each with pairs and a start of its own. The weight of a closed form is chosen by
cross-validation within the N pairs, for each training anew, so that no other pair is
needed; one pair alone leaves nothing to choose by: what has a start stays there. In
``data-efficiency-settings`` each network has, for a problem and an N, the depth, width,
rate and number of steps that did best on 256 validation pairs, which are not counted in N;
between the values of N they are interpolated over log N; both sizes of a network are tried
at one N only.

Set "b" repeats a part of set "a" with other training pairs, other starts and other test
pairs, on photographs with other photographs. The networks of the four broken problems have
the settings of "edges". "total variation" learns its lambda, the best for the N pairs. A
sweep has lines of 64 and 128 pixels with three noises, and the same with ends that are no
longer periodic. "finer grid" has its data from four times the pixels, "model data" has the
same unknowns and data of the model. Everything that is closed runs in double precision;
networks are float32, on a GPU if there is one. Errors are in decibels of sum |f_hat - f|^2
/ sum |f|^2. Keys: problem, method, pairs, seeds.
"""

from functools import cache
from itertools import product
from math import exp, log
from time import process_time

import torch

from course_utils.metrics import nmse_db
from course_utils.training import device

from ..table import Table
from .closed_forms import CLOSED_FORMS, Estimator, cross_validated
from .iterations import total_variation
from .networks import trained
from .problems import ENDS, FINER_GRID, LINES, problem

SIZES = [2**k for k in range(13)]
NETWORK_SIZES = [1, 2, 4, 8, 16, 32, 64, 256, 1024, 4096]
FEWER = [1, 2, 4, 16, 64, 256, 1024]
PHOTOGRAPH_SIZES = [16, 51, 128, 256, 512]  # with 10, 25, 50 and 100 % of 512
TRAININGS = {"a": 5, "b": 5, "tuning": 3}
BROKEN = ["dark ends", "changing width", "wrong width", "displaced"]
LINEAR = ["matrix", "filter without H", "four layers", "Tikhonov", "Wiener"]
RIVALS = ["matrix", "filter without H"]
CURVES = [*RIVALS, "matrix, from identity", "four layers", "Tikhonov"]
WEIGHTED = [name for name in CLOSED_FORMS if len(CLOSED_FORMS[name].weights) > 1]

NETS = ["MLP", "CNN", "Tikhonov + CNN"]
ARCHITECTURES = {
    "MLP": [{"widths": [256]}, {"widths": [256, 256]}],
    "CNN": [{"width": 16, "depth": 6}, {"width": 32, "depth": 8}],
    "U-Net": [{"width": 8}],
}
RATES = (1e-3, 3e-3)
STEPS = {
    4: (50, 200),
    16: (100, 400),
    64: (200, 800),
    256: (400, 1200),
    512: (200, 500),
    1024: (800, 1600),
}
TUNED_AT = {
    "edges": [4, 64, 1024],
    "stationary": [16, 256],
    "spikes": [16, 256],
    "photographs": [16, 512],
}


def candidates(name: str, method: str, N: int) -> list[dict]:
    """The settings that are tried on validation pairs.

    Both sizes of a network are tried at N = 64; with fewer pairs, and for pictures, the
    smaller one is taken, with more the larger one.
    """
    small, *large = ARCHITECTURES[method.removeprefix("Tikhonov + ")]
    sizes = [small, *large] if N == 64 else [small]
    if N > 64 and name != "photographs":
        sizes = large
    choices = product(sizes, RATES, STEPS[N])
    return [{**size, "lr": lr, "steps": steps} for size, lr, steps in choices]


def tune(name: str, method: str, N: int) -> dict:
    """The candidate that is best on validation pairs, and what each one reached."""
    world = problem(name)
    pairs = world.training(N, "tuning", 0)
    g, f = world.validation()
    tried = []
    for setting in candidates(name, method, N):
        estimate, _ = trained(method, world.H, pairs, setting, seed=0, device=here())
        tried.append([round(nmse_db(estimate(g), f), 3), setting])
    best = min(tried, key=lambda pair: pair[0])[1]
    return {"setting": best, "tried": [error for error, _ in tried]}


def setting_for(name: str, method: str, N: int) -> dict:
    """The setting for N pairs, from those of the sizes that were tuned."""
    task = ("edges" if name in BROKEN else name, method)
    rows = [row for row in settings().rows if (row["problem"], row["method"]) == task]
    known = {row["pairs"]: row["setting"] for row in rows}
    low = max((M for M in known if M <= N), default=min(known))
    high = min((M for M in known if M >= N), default=max(known))
    weight = 0.0 if high == low else log(N / low) / log(high / low)
    nearest = known[low if weight < 0.5 else high]

    def between(key: str) -> float:
        return exp((1 - weight) * log(known[low][key]) + weight * log(known[high][key]))

    return {**nearest, "lr": between("lr"), "steps": round(between("steps"))}


def learned(
    name: str, method: str, pairs: tuple, number: int
) -> tuple[Estimator, int, dict]:
    """The method after it has learned from the pairs; how many numbers; its setting."""
    H = problem(name).H
    if method in CLOSED_FORMS:
        closed = CLOSED_FORMS[method]
        mu = cross_validated(closed, H, *pairs)
        shape = tuple(pairs[0].shape[1:])
        return closed.fit(H, *pairs)(mu), closed.learned(shape), {"mu": mu}
    if method == "total variation":
        return total_variation(H, *pairs), 1, {}
    setting = setting_for(name, method, len(pairs[0]))
    estimate, count = trained(method, H, pairs, setting, seed=number, device=here())
    return estimate, count, setting


def row(name: str, method: str, N: int, seeds: str) -> dict:
    """The errors of a method on test pairs, over the trainings of a set of seeds."""
    world = problem(name)
    g, f = world.test(seeds)
    errors = []
    seconds = []
    settings = []
    for number in range(3 if name == "photographs" else TRAININGS[seeds]):
        pairs = world.training(N, seeds, number)
        start = process_time()
        estimate, count, setting = learned(name, method, pairs, number)
        seconds.append(process_time() - start)
        settings.append(setting)
        errors.append(round(nmse_db(estimate(g), f), 3))
    middle = round(sorted(seconds)[len(seconds) // 2], 4)
    found = {"nmse_db": errors, "seconds": middle, "learned": count}
    if method in WEIGHTED:
        return found | {"mu": [float(f"{setting['mu']:.3g}") for setting in settings]}
    return found


@cache
def here() -> torch.device:
    """Where networks are trained."""
    return device()


def settings() -> Table:
    """The table of settings, as it is now."""
    return Table("data-efficiency-settings", keys=("problem", "method", "pairs"))


def table() -> Table:
    """The table of errors, as it is now."""
    return Table("data-efficiency", keys=("problem", "method", "pairs", "seeds"))


def tuning_tasks() -> list[tuple]:
    """What the table of settings holds in the end."""
    nets = dict.fromkeys(("edges", "stationary", "spikes"), NETS)
    nets["photographs"] = [*NETS[1:], "U-Net"]
    return [(name, m, N) for name in nets for m in nets[name] for N in TUNED_AT[name]]


def tasks() -> list[tuple]:
    """What the table of errors holds in the end."""
    nets = NETS[1:]
    swept = [name for name in LINES if name != "128 pixels, noise 0.02"]
    swept += ["wide blur", "small pictures"]
    few = (2, 16, 256)
    begun = ("four layers, started", "four layers", "Tikhonov", "Wiener")
    return [
        *product(["edges"], CURVES, SIZES, "a"),
        *product(["edges"], CURVES, SIZES[:-1], "b"),
        *product(["edges"], [m for m in CLOSED_FORMS if m not in CURVES], FEWER, "a"),
        *product(["edges"], NETS, NETWORK_SIZES, "a"),
        *product(["edges"], NETS, (4, 8, 16, 64), "b"),
        *product(["photographs"], [*LINEAR, *nets], PHOTOGRAPH_SIZES, "a"),
        *product(["photographs"], ["Wiener", *nets], (51, 128), "b"),
        *product(["photographs"], ["U-Net"], (51, 512), "a"),
        *product(["stationary", "spikes"], [*LINEAR, "nothing", *NETS], (16, 256), "a"),
        *product(BROKEN, [*LINEAR, "nothing", "two layers, H' W", *nets], (64,), "a"),
        *product(swept, ["matrix"], SIZES[4:-1], "a"),
        *product(swept, ["filter without H"], SIZES[1:9], "a"),
        *product(swept, begun, few, "a"),
        *product(swept, ["nothing"], few[:1], "a"),
        *product(FINER_GRID, ("nothing", *RIVALS, *begun), few, "a"),
        *product(ENDS, ("nothing", *begun), (64,), "a"),
        *product(["edges", *BROKEN[:3]], ["total variation"], (64,), "a"),
        ("photographs", "nothing", 51, "a"),
    ]


def main() -> None:
    """Fill the tables, long trainings first."""
    settings().fill(tune, sorted(tuning_tasks(), key=lambda task: -task[2]))
    long_first = sorted(tasks(), key=lambda task: (task[1] in CLOSED_FORMS, -task[2]))
    table().fill(row, long_first)
