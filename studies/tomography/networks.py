"""The networks that are trained, all of them from filtered back-projection.

Every function takes the method, the setting, K and the seed of a row; ``row`` gives the
row.
"""

from itertools import product
from time import process_time

import torch
from torch import Tensor, nn

from course_utils.networks import ConvNet
from course_utils.training import fit
from course_utils.unrolled import FromFBP, LearnedPrimalDual, UnrolledProximal

from ..table import Table
from .scanner import MAIN, Scanner
from .scores import SHOWN_DEPTHS, named, once_ms, pictures, score, scores

WORK = 450  # images times layers in each epoch
SAME = 225  # images of all networks of "prox, same images"
VIEWS = (16, 32, 64)  # behind which a prox of 32 views is tried,
DOSES = (1000, 10000, 100000)  # and with these photons
OF_STEPS = (1e-2, 3e-2, 1e-1, 3e-1, 1.0, 3.0, 10.0, 30.0)  # the learning rates tried,
OF_NETS = (3e-4, 1e-3, 3e-3, 1e-2)  # of all other methods
TUNED_AT = (1, 2, 5, 20)  # layers; others take the rate of the next smaller one
TUNING_SEED = 900
EQUAL = 0.05  # dB that do not tell two learning rates apart
TAUGHT_BY_MODEL = "prox, taught by the model"


class Last(nn.Module):
    """A network that looks at the start alone."""

    def __init__(self, net: nn.Module):
        super().__init__()
        self.net = net

    def forward(self, g: Tensor, f: Tensor) -> Tensor:
        """net(f)"""
        return self.net(f)


def network(method: str, H, K: int, seed: int) -> FromFBP:
    """The network before training."""

    def nets(first: int = 0, inputs: int = 1) -> list[ConvNet]:
        seeds = range(100 * seed + first, 100 * seed + first + K)
        return [ConvNet(width=16, depth=4, inputs=inputs, seed=one) for one in seeds]

    if method == "steps":
        return FromFBP(H, lambda A: UnrolledProximal(A, [nn.Identity()] * K, 1.0))
    if method == "primal-dual":
        duals = nets(first=50, inputs=2)
        return FromFBP(H, lambda A: LearnedPrimalDual(A, nets(), duals, 0.5, 0.5))
    if method == "CNN":
        return FromFBP(H, lambda A: Last(ConvNet(width=32, depth=5, seed=100 * seed)))
    return FromFBP(H, lambda A: UnrolledProximal(A, nets(), 1.0))


def count_of(method: str, size: int, K: int) -> int:
    """Images to train on, so that all trainings take about as long."""
    if method == "prox, same images":
        return SAME
    if method == "CNN":
        return 2 * WORK // 5
    if method == "steps":
        return 100
    if method == "primal-dual":
        K = 3 * K / 2
    share = 2 if size > 64 else 1
    return max(16, round(WORK * 64**2 / (K * share * size**2)))


def rates_table() -> Table:
    """What each learning rate comes to, on validation images."""
    return Table("tomography-rates", keys=("method", "K", "rate"))


def rates_tasks() -> list[tuple]:
    """The trainings from which learning rates are chosen."""
    return [
        *product(("prox", "primal-dual"), TUNED_AT, OF_NETS),
        *product(["steps"], TUNED_AT, OF_STEPS),
        *product(["CNN"], [1], OF_NETS),
    ]


def rates_row(method: str, K: int, rate: float) -> dict:
    """The score for validation of one training, on images of a seed of its own."""
    net, _ = trained(method, MAIN, K, TUNING_SEED, rate)
    g, f = MAIN.validation()
    with torch.no_grad():
        return {"validation": score(net(g), f)}


def best_rate(method: str, K: int) -> float:
    """The rate that was best at 64 pixels and 32 views: the smallest of equal ones."""
    method = method.split(",")[0]
    rows = [row for row in rates_table().rows if row["method"] == method]
    tuned = max(row["K"] for row in rows if row["K"] <= K)
    rows = [row for row in rows if row["K"] == tuned]
    best = max(row["validation"] for row in rows)
    return min(row["rate"] for row in rows if row["validation"] > best - EQUAL)


def rates(rate: float) -> tuple[float, ...]:
    """The learning rate of each epoch: the last one is smaller."""
    return rate, rate, rate / 5


def trained(method: str, scanner: Scanner, K: int, seed: int, rate: float) -> tuple:
    """The network after its training, and what the row says of that."""
    net = network(method, scanner.H, K, seed)
    teacher = scanner._replace(data="model") if method == TAUGHT_BY_MODEL else scanner
    pairs = teacher.training(count_of(method, scanner.size, K), seed)
    start = process_time()
    for epoch, lr in enumerate(rates(rate)):
        options = {"batch": 4, "seed": 100 * seed + epoch, "clip": 1.0}
        list(fit(net, pairs, epochs=1, lr=lr, **options))
    seconds = round(process_time() - start, 2)
    return net, {"train_s": seconds, "images": len(pairs[0]), "choice": rate}


def row(method: str, scanner: Scanner, K: int, seed: int) -> dict:
    """Train one network, and try it on drawn images, on slices, behind other scanners."""
    net, training = trained(method, scanner, K, seed, best_rate(method, K))
    return training | tried(net, method, scanner, seed)


@torch.no_grad()
def tried(net: FromFBP, method: str, scanner: Scanner, seed: int) -> dict:
    """The scores of a network that is trained."""
    g, f = scanner.validation()
    found = {"validation": score(net(g), f)}
    g, f = scanner.test(seed)
    found |= named(scores(net(g), f)) | {"once_ms": once_ms(net, g)}
    if method == "prox" and scanner._replace(photons=0) == MAIN:
        found |= {"swap": swaps(net, scanner, seed)}
    if method in ("steps", "prox") and scanner.size == 128:
        found |= {"at 256": at_256(net, seed)}
    depth = len(getattr(net.steps, "proxes", ()))
    if (method, scanner, seed) == ("prox", MAIN, 0) and depth in SHOWN_DEPTHS:
        found |= {"pictures": pictures(lambda H, g: net.through(H)(g), seed)}
    return found


def swaps(net: FromFBP, scanner: Scanner, seed: int) -> dict:
    """Scores behind scanners of other views with the same noise, and at other doses."""
    found = {}
    for views in VIEWS:
        g, f = scanner._replace(views=views).test(seed)
        found[f"{views} views"] = scores(net.through(Scanner(64, views).H)(g), f)
    for dose in DOSES:
        g, f = scanner._replace(photons=dose).test(seed)
        found[f"{dose} photons"] = scores(net(g), f)
    return found


def at_256(net: FromFBP, seed: int) -> list[float]:
    """Scores of a network of 128 pixels behind the scanner of 256."""
    larger = Scanner(256, 128)
    g, f = larger.test(seed)
    through = net.through(larger.H)
    return scores(torch.cat([through(part) for part in g.split(1)]), f)
