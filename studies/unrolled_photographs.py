"""How well K unrolled layers deblur photographs, beside K iterations and many of them.

A Gaussian psf 1.5 pixels wide, periodic, and noise of 0.01, on whole photographs of 128 x
128. All methods start from Tikhonov's estimate (or from 0, where they say so). A network
takes K proximal steps with a small ConvNet as prox, per layer or shared, and learns its
steps too: Adam, three passes over 120 tiles of 64 x 64 each, at a third of the rate before.
The tiles are cut from six photographs in two sizes, turned and mirrored. An iteration has
one lambda, the best of five for each K on three other photographs, which also choose
Tikhonov's. Tests are on eight photographs that appear nowhere else.

``error`` is the mean of ||f_hat - f|| / ||g - f|| on the test photographs, ``validation``
that on the validation photographs, ``picture_ms`` the processor time of one thread for one
test photograph, ``train_s`` that of the training or of the choice of lambda. A seed is one
draw of all noise, of the tiles and of the initial weights. Keys: method, K, seed.
"""

from itertools import islice
from time import process_time

import torch
from torch import Tensor

from course_utils import images, noise, operators, signals
from course_utils.networks import ConvNet
from course_utils.noise import seeded
from course_utils.priors import ShiftedWavelet, TotalVariation
from course_utils.solvers import fista, tikhonov
from course_utils.training import fit
from course_utils.unrolled import FromTikhonov, UnrolledProximal

from .table import Table

SIGMA = 0.01
DEPTHS = (1, 2, 5, 10, 20)
PASS = 120  # tiles in each of the three passes
RATES = (2e-3, 7e-4, 2e-4)  # the learning rate of each pass
LAMS = (2e-3, 5e-3, 1e-2, 2e-2, 4e-2)  # Tikhonov's, to choose from
VALIDATION = ("astronaut", "gravel", "tissue")
NETWORKS = {  # method: the numbers of layers that are tried
    "network": DEPTHS,
    "network, shared": (5,),
    "network, from 0": (5,),
}
ITERATIONS = {  # method: the prior of FISTA, and the lambdas to choose from
    "FISTA, wavelets": (ShiftedWavelet, (2e-4, 5e-4, 1e-3, 2e-3, 5e-3)),
    "FISTA, TV": (
        lambda: TotalVariation(tol=1e-2, iterations=100),
        (2e-4, 5e-4, 1e-3, 2e-3, 4e-3),
    ),
}


def split() -> tuple[list[str], list[str], list[str]]:
    """The names of the photographs for training, validation and test."""
    names = list(images.photographs())
    train = [name for name in names[0::2] if name not in VALIDATION]
    return train, list(VALIDATION), names[1::2]


def blur(size: int) -> operators.Blur:
    """The forward operator H for photographs or tiles of this size."""
    return operators.Blur(signals.gaussian_psf(1.5, ndim=2), (size, size))


def photographs(names: list[str], seed: int) -> tuple[Tensor, Tensor]:
    """Data and unknowns (g, f) of whole photographs."""
    album = images.photographs(128)
    f = torch.stack([album[name] for name in names])
    return blur(128)(f) + noise.gaussian(f, SIGMA, seeded(seed)), f


def validation(seed: int) -> tuple[Tensor, Tensor]:
    """The photographs on which lambdas are chosen."""
    return photographs(split()[1], 100 + seed)


def tiles(names: list[str], count: int, seed: int) -> tuple[Tensor, Tensor]:
    """Data and unknowns (g, f) of tiles, turned and mirrored, in random order."""
    draw = seeded(seed)
    albums = [images.photographs(size) for size in (128, 256)]
    f = torch.cat([images.patches(album[name], 64) for album in albums for name in names])
    f = torch.cat([f, f.mT])
    f = torch.cat([f, f.flip(-1)])
    f = torch.cat([f, f.flip(-2)])
    f = f[torch.randperm(len(f), generator=draw)[:count]]
    return blur(64)(f) + noise.gaussian(f, SIGMA, draw), f


def ratio(f_hat: Tensor, g: Tensor, f: Tensor) -> float:
    """The error over that of the data, mean over photographs."""
    return ((f_hat - f).norm(dim=(1, 2)) / (g - f).norm(dim=(1, 2))).mean().item()


def best_lam(lams, estimate, seed: int) -> float:
    """The lambda whose ``estimate(g, lam)`` is best on the validation photographs."""
    g, f = validation(seed)
    return min(lams, key=lambda lam: ratio(estimate(g, lam), g, f))


def tikhonov_lam(seed: int) -> float:
    """The lambda of Tikhonov's estimate."""
    return best_lam(LAMS, lambda g, lam: tikhonov(blur(128), g, lam), seed)


def network(method: str, K: int, seed: int, size: int) -> torch.nn.Module:
    """The untrained network for tiles or photographs of this size; from 0 if it says so."""
    shared = method == "network, shared"
    nets = [ConvNet(width=8, seed=100 * seed + k) for k in range(1 if shared else K)]
    unrolled = UnrolledProximal(blur(size), nets * K if shared else nets, 1.0)
    if method == "network, from 0":
        return unrolled
    return FromTikhonov(unrolled, blur(size), tikhonov_lam(seed))


def trained(method: str, K: int, seed: int) -> torch.nn.Module:
    """The network for whole photographs, trained on tiles."""
    net = network(method, K, seed, 64)
    g, f = tiles(split()[0], len(RATES) * PASS, 200 + seed)
    passes = zip(RATES, g.split(PASS), f.split(PASS), strict=True)
    for part, (rate, *pairs) in enumerate(passes):
        list(fit(net, pairs, epochs=1, lr=rate, batch=4, seed=part, clip=1.0))
    whole = network(method, K, seed, 128)
    whole.load_state_dict(net.state_dict())
    return whole


def iteration(method: str, K: int, lam_0: float):
    """K iterations of FISTA from Tikhonov's estimate, as a function of g and lambda."""
    H = blur(128)
    prior, _ = ITERATIONS[method]

    def estimate(g: Tensor, lam: float) -> Tensor:
        steps = fista(H, g, prior(), lam, 1.0, f=tikhonov(H, g, lam_0))
        *_, f_K = islice(steps, K)
        return f_K

    return estimate


def found(method: str, K: int, seed: int):
    """The method after its training or choice of lambda, and what the row says of that."""
    if method in NETWORKS:
        start = process_time()
        net = trained(method, K, seed)
        learned = sum(p.numel() for p in net.parameters())
        return net, {"train_s": round(process_time() - start, 1), "learned": learned}
    lam_0 = tikhonov_lam(seed)
    if method == "Tikhonov":
        return lambda g: tikhonov(blur(128), g, lam_0), {"train_s": 0.0, "lam": lam_0}
    estimate = iteration(method, K, lam_0)
    start = process_time()
    lam = best_lam(ITERATIONS[method][1], estimate, seed)
    seconds = round(process_time() - start, 1)
    return lambda g: estimate(g, lam), {"train_s": seconds, "lam": lam}


@torch.no_grad()
def tested(estimate, seed: int) -> dict:
    """The errors on validation and test photographs, and the time that one takes."""
    g, f = validation(seed)
    on_validation = ratio(estimate(g), g, f)
    g, f = photographs(split()[2], 300 + seed)
    start = process_time()
    error = ratio(estimate(g), g, f)
    milliseconds = 1000 * (process_time() - start) / len(g)
    return {
        "error": round(error, 4),
        "validation": round(on_validation, 4),
        "picture_ms": round(milliseconds, 2),
    }


def row(method: str, K: int, seed: int) -> dict:
    """Train or tune, then look at the test photographs."""
    estimate, training = found(method, K, seed)
    return tested(estimate, seed) | training


def table() -> Table:
    """The table, as it is now."""
    return Table("unrolled-photographs", keys=("method", "K", "seed"))


def tasks() -> list[tuple]:
    """What the table holds in the end."""
    depths = {**NETWORKS, **dict.fromkeys(ITERATIONS, (*DEPTHS, 30, 50)), "Tikhonov": (0,)}
    return [(m, K, seed) for m, Ks in depths.items() for K in Ks for seed in range(3)]


def main() -> None:
    """Fill the table."""
    table().fill(row, tasks())
