"""The networks that are trained, all of them from filtered back-projection.

Every function takes the method, the setting, K and the seed of a row; ``row`` gives the
row.
"""

from time import process_time

import torch
from torch import Tensor, nn

from course_utils.networks import ConvNet
from course_utils.training import fit
from course_utils.unrolled import FromFBP, LearnedPrimalDual, UnrolledProximal

from .scanner import MAIN, Scanner
from .scores import named, once_ms, pictures, score, scores

WORK = 450  # images times layers in each epoch
VIEWS = (16, 32, 64)  # behind which a prox of 32 views is tried,
DOSES = (1000, 10000, 100000)  # and with these photons


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
    if method == "prox, long":
        return WORK // 2
    if method == "CNN":
        return 2 * WORK // 5
    if method == "steps":
        return 100
    if method == "primal-dual":
        return WORK // (3 * K // 2)
    share = 2 if size > 64 else 1
    return max(16, WORK * 64**2 // (K * share * size**2))


def rates(method: str, K: int) -> tuple[float, ...]:
    """The learning rate of each epoch: the last one is smaller."""
    rate = 1e-3
    if method == "steps":
        rate = 1e-1
    elif K <= 2 and method != "CNN":
        rate = 3e-3
    return rate, rate, rate / 5


def trained(method: str, scanner: Scanner, K: int, seed: int) -> tuple[FromFBP, dict]:
    """The network after its training, and what the row says of that."""
    net = network(method, scanner.H, K, seed)
    pairs = scanner.training(count_of(method, scanner.size, K), seed)
    start = process_time()
    for epoch, rate in enumerate(rates(method, K)):
        options = {"batch": 4, "seed": 100 * seed + epoch, "clip": 1.0}
        list(fit(net, pairs, epochs=1, lr=rate, **options))
    seconds = round(process_time() - start, 2)
    return net, {"train_s": seconds, "scenes": len(pairs[0])}


def row(method: str, scanner: Scanner, K: int, seed: int) -> dict:
    """Train one network, and try it on drawn images, on slices, behind other scanners."""
    net, training = trained(method, scanner, K, seed)
    return training | tried(net, method, scanner, seed)


@torch.no_grad()
def tried(net: FromFBP, method: str, scanner: Scanner, seed: int) -> dict:
    """The scores of a network that is trained."""
    g, f = scanner.validation()
    found = {"validation": score(net(g), f)}
    g, f = scanner.test(seed)
    found |= named(scores(net(g), f)) | {"once_ms": once_ms(net, g)}
    if method == "prox" and (scanner.size, scanner.views) == (64, 32):
        found |= {"swap": swaps(net, f, scanner.photons, seed)}
    if (method, scanner, seed) == ("prox", MAIN, 0):
        found |= {"pictures": pictures(lambda H, g: net.through(H)(g), seed)}
    return found


def swaps(net: FromFBP, f: Tensor, photons: int, seed: int) -> dict:
    """Scores behind scanners of other views with the same noise, and at other doses."""
    found = {}
    for views in VIEWS:
        scanner = Scanner(64, views, photons)
        f_hat = net.through(scanner.H)(scanner.data(f, 1000 * seed + 501))
        found[f"{views} views"] = scores(f_hat, f)
    for dose in DOSES:
        g = Scanner(64, 32, dose).data(f, 1000 * seed + 501)
        found[f"{dose} photons"] = scores(net(g), f)
    return found
