"""How many pairs each method needs: the error of a dozen methods against the number of pairs N.

Two tables. In ``data-efficiency-settings`` each network has, for a problem and an N, the depth,
width, rate and number of steps that did best on validation pairs; between the values of N they are
interpolated over log N; both sizes of a network are tried at one N only. In ``data-efficiency`` a
row is a method on a problem with N pairs: its error on 512 test pairs (320 on photographs, all
there are) for each of five trainings (three on photographs), each with pairs and a start of its
own. A closed form has one weight, chosen on the same validation pairs for each N.

Set "b" repeats a part of set "a" with other training pairs, other starts and other test pairs (on
photographs: other photographs). The networks of the four broken problems have the settings of
"edges". Everything that is closed runs in double precision; networks are float32, on a GPU if
there is one.
"""

from functools import cache
from itertools import product
from math import exp, log
from time import process_time

from course_utils.training import device

from .estimators import CLOSED, nmse_db, trained
from .problems import problem
from .table import Table

SIZES = [2**k for k in range(13)]
NETWORK_SIZES = [1, 2, 4, 8, 16, 32, 64, 256, 1024, 4096]
TRAININGS = {"a": 5, "b": 5, "tuning": 3}
BROKEN = ["dark ends", "changing width", "wrong width", "displaced"]
EVERYWHERE = [name for name in CLOSED if name != "matrix, from identity"]
ON_PHOTOGRAPHS = [name for name in EVERYWHERE if not name.startswith("two layers")]
OF_A_SET = [
    8,
    16,
    51,
    128,
    256,
    512,
]  # on photographs: 10, 25, 50 and 100 % of 512 are among them

NETS = ["MLP", "CNN", "Tikhonov + CNN"]
ARCHITECTURES = {
    "MLP": [{"widths": [256]}, {"widths": [256, 256]}],
    "CNN": [{"width": 16, "depth": 6}, {"width": 32, "depth": 8}],
    "U-Net": [{"width": 8}],
}
STEPS = {4: (50, 200), 16: (100, 400), 64: (200, 800), 256: (400, 1200), 512: (200, 500)}
STEPS |= {1024: (800, 1600)}
TUNED_AT = {"edges": [4, 64, 1024], "stationary": [16, 256], "spikes": [16, 256]}
TUNED_AT |= {"photographs": [16, 512]}


def candidates(name: str, method: str, N: int) -> list[dict]:
    """The settings that are tried on validation pairs.

    Both sizes of a network are tried at N = 64; with fewer pairs, and for pictures, the smaller
    one is taken, with more the larger one.
    """
    small, *large = ARCHITECTURES[method.removeprefix("Tikhonov + ")]
    sizes = [small, *large] if N == 64 else [small]
    if N > 64 and name != "photographs":
        sizes = large
    choices = product(sizes, (1e-3, 3e-3), STEPS[N])
    return [{**size, "lr": lr, "steps": steps} for size, lr, steps in choices]


def tune(name: str, method: str, N: int) -> dict:
    """The best of the candidates for N pairs, on validation pairs, and what each one reached."""
    world = problem(name)
    g, f = world.training(N, "tuning", 0)
    g_v, f_v = world.validation()
    tried = []
    for setting in candidates(name, method, N):
        estimate, _ = trained(world.H, g, f, method, setting, 0, here())
        tried.append([round(nmse_db(estimate(g_v), f_v), 3), setting])
    best = min(tried, key=lambda pair: pair[0])[1]
    return {"setting": best, "tried": [error for error, _ in tried]}


def setting_for(name: str, method: str, N: int) -> dict:
    """The setting for N pairs, from those of the sizes that were tuned."""
    name = "edges" if name in BROKEN else name
    known = {
        row["pairs"]: row["setting"] for row in settings().rows if of(row, name, method)
    }
    low = max((M for M in known if M <= N), default=min(known))
    high = min((M for M in known if M >= N), default=max(known))
    weight = 0.0 if high == low else log(N / low) / log(high / low)
    nearest = known[low if weight < 0.5 else high]

    def between(key: str) -> float:
        return exp((1 - weight) * log(known[low][key]) + weight * log(known[high][key]))

    return {**nearest, "lr": between("lr"), "steps": round(between("steps"))}


def of(row: dict, name: str, method: str) -> bool:
    return (row["problem"], row["method"]) == (name, method)


def measure(name: str, method: str, N: int, seeds: str) -> dict:
    """The errors of a method on test pairs, over the trainings of a set of seeds."""
    world = problem(name)
    g_test, f_test = world.test(seeds)
    closed = method in CLOSED
    setting = {"mu": weight(name, method, N)} if closed else setting_for(name, method, N)
    errors, seconds = [], []
    for number in range(3 if name == "photographs" else TRAININGS[seeds]):
        g, f = world.training(N, seeds, number)
        start = process_time()
        if closed:
            estimate = CLOSED[method][0](world.H, g, f, setting["mu"])
            learned = CLOSED[method][2](tuple(g.shape[1:]))
        else:
            estimate, learned = trained(world.H, g, f, method, setting, number, here())
        seconds.append(process_time() - start)
        errors.append(round(nmse_db(estimate(g_test), f_test), 3))
    middle = round(sorted(seconds)[len(seconds) // 2], 4)
    return {"nmse_db": errors, "seconds": middle, "learned": learned, "setting": setting}


def weight(name: str, method: str, N: int) -> float:
    """The weight of a closed form that is best on validation pairs, over three trainings."""
    fitted, weights, _ = CLOSED[method]
    if len(weights) == 1:
        return weights[0]
    world = problem(name)
    g_v, f_v = world.validation()
    pairs = [world.training(N, "tuning", number) for number in range(TRAININGS["tuning"])]
    return min(
        weights,
        key=lambda mu: sum(nmse_db(fitted(world.H, g, f, mu)(g_v), f_v) for g, f in pairs),
    )


@cache
def here():
    """Where networks are trained."""
    return device()


def settings() -> Table:
    """The table of settings, as it is now."""
    return Table("data-efficiency-settings", keys=("problem", "method", "pairs"))


def to_tune() -> list[tuple]:
    """What the table of settings holds in the end."""
    tasks = [(name, m, N) for name in ("edges", "stationary", "spikes") for m in NETS
             for N in TUNED_AT[name]]  # fmt: skip
    methods = ["CNN", "Tikhonov + CNN", "U-Net"]
    return tasks + [("photographs", m, N) for m in methods for N in TUNED_AT["photographs"]]


def to_measure() -> list[tuple]:
    """What the table of errors holds in the end."""
    tasks = [("edges", m, N, seeds) for m in CLOSED for N in SIZES for seeds in "ab"]
    tasks += [("edges", m, N, "a") for m in NETS for N in NETWORK_SIZES]
    tasks += [("edges", m, N, "b") for m in NETS for N in (4, 8, 16, 64)]
    for name in ("stationary", "spikes"):
        tasks += [(name, m, N, "a") for m in EVERYWHERE for N in SIZES[::2]]
        tasks += [(name, m, N, "a") for m in NETS for N in (16, 256)]
    for name in BROKEN:
        tasks += [(name, m, N, "a") for m in EVERYWHERE for N in SIZES[::2]]
        tasks += [(name, m, 64, "a") for m in NETS[1:]]
    for seeds in "ab":
        tasks += [("photographs", m, N, seeds) for m in ON_PHOTOGRAPHS for N in OF_A_SET]
    tasks += [("photographs", m, N, "a") for m in NETS[1:] for N in OF_A_SET[1:]]
    tasks += [("photographs", m, N, "b") for m in NETS[1:] for N in (51, 128)]
    return tasks + [("photographs", "U-Net", N, "a") for N in (51, 512)]


def main() -> None:
    """Fill the tables, long trainings first."""
    settings().fill(tune, sorted(to_tune(), key=lambda task: -task[2]))
    errors = Table("data-efficiency", keys=("problem", "method", "pairs", "seeds"))
    errors.fill(
        measure, sorted(to_measure(), key=lambda task: (task[1] in CLOSED, -task[2]))
    )
