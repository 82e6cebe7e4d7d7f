"""Unrolled networks trained on twice as many signals, and twice as many again.

Problem, methods and schedules are those of ``unrolling``. Doubling 0 is its budget, a few
seconds of one thread: three passes over ``METHODS[...].count`` signals each, at falling
rates. Each further doubling goes on from the network of the one before, on as many signals
as all before it together, in three passes at the same rates; no signal comes twice. A
gradient more than twice as long as the median of the last hundred is shortened to that:
without it the few signals whose iterates explode own Adam's memory, and nothing is learned
for the others. The price is that some go on exploding: see ``nmse_db``. Matrices learn at
a ``share`` of the rates, the best of ``SHARES`` after doubling 0, by the median of signals
for validation of seed 9, which trains nothing else; the rates were chosen there as well.

``signals`` and ``train_s`` count from the beginning, the latter in processor seconds
without the grid of the schedule. ``validation_db`` is the median of 1000 signals for
validation; a training has ``converged`` when the last two doublings have changed it by less
than 0.3 dB each, and ``LAST`` ends it in any case, after a minute or two of processor time
for each seed. ``median_db``, ``nmse_db`` with its 95 % ``interval_db``, ``q99_db`` and
``tail`` are those of ``unrolling``, on 2000 test signals. Keys: method, seed, doubling.

The network after each doubling is kept in ``_build/unrolling-budgets``: a run that was
broken off goes on from there, and one that is to go further (``LAST``) too.
"""

from functools import partial
from itertools import pairwise, product
from math import inf, isfinite
from pathlib import Path
from statistics import median
from time import process_time

import torch
from torch import Tensor, nn

from course_utils.checkpoint import load, save
from course_utils.training import mean_square
from course_utils.unrolled import positive

from . import unrolling
from .table import Table
from .unrolling import SELECT, K, Method, adam, errors, lista_cp, matrix, measure, pairs

Pair = tuple[Tensor, Tensor]

KEPT = Path(__file__).parents[1] / "_build" / "unrolling-budgets"
BATCH = 50
DRAW = 500  # signals at a time
RATES = (5e-3, 2e-3, 6e-4)  # of steps and thresholds, in the three passes
OTHERS = ("ALISTA-SS", "LISTA", "LISTA-CP, shared", "LISTA-CP-SS")
METHODS = {name: unrolling.METHODS[name] for name in OTHERS}
shared = partial(lista_cp, weights="shared", select=SELECT)
METHODS["LISTA-CP-SS, shared"] = Method(shared, count=1500)
SHARES = (1 / 80, 1 / 20, 1 / 5, 4 / 5, 16 / 5)  # of matrices, as a part of these rates
TUNING = 9  # the seed on whose signals a share is chosen
SEEDS = 3
LAST = 4  # the last doubling
CLOSE = 0.3  # dB
SHOWN = ("test", "nmse_db", "interval_db", "median_db", "q99_db", "tail")


def budget(method: str, doubling: int) -> int:
    """The signals that a training has seen after a doubling."""
    return 3 * METHODS[method].count * 2**doubling


def fresh(H, count: int, seed: int, first: int):
    """Batches of ``count`` signals that no other training, choice or test has seen."""
    for part in range(first // DRAW, (first + count) // DRAW):
        data = pairs(H, DRAW, "none", 1_000_000 * (seed + 1) + part)
        yield from zip(*(x.split(BATCH) for x in data), strict=True)


def step(network: nn.Module, optimizer, data: Pair, norms: list[float]) -> None:
    """One step of the optimizer, with a gradient at most twice as long as most so far."""
    g, f = data
    optimizer.zero_grad()
    mean_square(network(g), f).backward()
    longest = 2 * median(norms[-100:]) if norms else inf
    norm = nn.utils.clip_grad_norm_(network.parameters(), longest).item()
    if isfinite(norm):
        norms.append(norm)
        optimizer.step()


def go_on(network: nn.Module, method: str, seed: int, doubling: int, share: float) -> None:
    """Train through one doubling, in place."""
    first = budget(method, doubling - 1) if doubling else 0
    count = (budget(method, doubling) - first) // len(RATES)
    norms = []
    for part, rate in enumerate(RATES):
        learned = [p for p in network.parameters() if p.requires_grad]
        optimizer = adam(learned, rate, share)
        for data in fresh(matrix(seed), count, seed, first + part * count):
            step(network, optimizer, data, norms)


def untrained(method: str, seed: int) -> nn.Module:
    """The network of the best schedule."""
    schedule = unrolling.schedule_of(method, "none", seed)
    return positive(METHODS[method].build(matrix(seed), *schedule))


@torch.no_grad()
def median_db(network: nn.Module, seed: int) -> float:
    """The median of the errors of single signals for validation."""
    g, f = pairs(matrix(seed), 1000, "none", 3000 + seed)
    each = (network(g) - f).square().sum(-1) / f.square().sum(-1)
    return 10 * each.log10().median().item()


def kept(name: str) -> Path:
    """Where something is kept."""
    KEPT.mkdir(parents=True, exist_ok=True)
    return KEPT / f"{name}.pt"


def best_share(method: str) -> float:
    """The share whose median is best after the shortest training."""
    if "ALISTA" in method:
        return 0.0  # no matrix is learned
    path = kept(f"{method}, shares")
    found = load(path) or {}
    for share in SHARES:
        if share not in found:
            network = untrained(method, TUNING)
            go_on(network, method, TUNING, 0, share)
            found[share] = median_db(network, TUNING)
            save(path, found)
    return min(found, key=found.get)


def so_far(method: str, seed: int, doubling: int) -> tuple[nn.Module, float]:
    """The network before a doubling, and the processor time that it took."""
    if doubling:
        return trained(method, seed, doubling - 1)
    return untrained(method, seed), 0.0


def trained(method: str, seed: int, doubling: int) -> tuple[nn.Module, float]:
    """The network after a doubling, and the processor time that it took in all."""
    path = kept(f"{method}, {seed}, {doubling}")
    if found := load(path):
        network = METHODS[method].build(matrix(seed), 1.0, torch.ones(K))
        positive(network).load_state_dict(found["network"])
        return network, found["seconds"]
    network, before = so_far(method, seed, doubling)
    share = best_share(method)
    start = process_time()
    go_on(network, method, seed, doubling, share)
    seconds = before + process_time() - start
    save(path, {"network": network.state_dict(), "seconds": seconds})
    return network, seconds


def before(method: str, seed: int, doubling: int) -> list[dict]:
    """The rows of the same training before a doubling."""
    rows = [row for row in table().rows if (row["method"], row["seed"]) == (method, seed)]
    return [row for row in rows if row["doubling"] < doubling]


def row(method: str, seed: int, doubling: int) -> dict:
    """Go on from the doubling before, and measure."""
    network, seconds = trained(method, seed, doubling)
    layers = lambda g: list(network.iterates(g))  # noqa: E731
    found = measure(*errors(layers, matrix(seed), "none", seed, 2000))
    validation_db = round(median_db(network, seed), 3)
    new = {"doubling": doubling, "validation_db": validation_db}
    return {
        "share": best_share(method),
        "signals": budget(method, doubling),
        "train_s": round(seconds, 1),
        "validation_db": validation_db,
        "converged": converged([*before(method, seed, doubling), new]),
        **{name: found[name] for name in SHOWN},
    }


def converged(rows: list[dict]) -> bool:
    """Whether the last two doublings of a training have changed its median by little."""
    medians = [row["validation_db"] for row in sorted(rows, key=lambda r: r["doubling"])]
    changes = [abs(new - old) for old, new in pairwise(medians)]
    return len(changes) >= 2 and max(changes[-2:]) < CLOSE


def table() -> Table:
    """The table, as it is now."""
    return Table("unrolling-budgets", keys=("method", "seed", "doubling"))


def tasks() -> list[tuple]:
    """What the table holds in the end: doubling by doubling, each for all seeds."""
    every = product(range(LAST + 1), range(SEEDS), METHODS)
    return [(method, seed, doubling) for doubling, seed, method in every]


def main() -> None:
    """Fill the table, one row after the other: each needs the one before."""
    table().fill(row, tasks(), workers=1)
