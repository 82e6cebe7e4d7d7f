"""Tomography: quality against K, against time, against dose and views, on drawn and real scenes.

A row is one method on one setting with one seed. Its columns:

    method    FBP, CG, TV (FISTA with total variation, from FBP), steps (unrolled gradient descent:
              K learned steps from FBP), prox (K steps and K learned proxes, from FBP), primal-dual
              (learned, from FBP), CNN (FBP and one network), and "prox, long", which has as many
              scenes at K = 5 as a prox of K = 2
    size, views, photons   the setting; photons = 0 is Gaussian noise of half a percent of the
              largest datum of an average drawn scene, else the photons of each ray, at a
              transmission exp(-mu H f) with mu = 0.15 for each pixel of value 1 at 64 pixels
    K, seed   layers or iterations; the seed of training scenes, first weights, test scenes, noise
    validation, drawn, head, abdomen   PSNR in dB with peak 1, estimates clipped to [0, 1]: on
              drawn validation scenes (the same for all), on drawn test scenes (mean of the squared
              error over all), and on the two CT slices
    train_s, once_ms   process time of the training, and of one reconstruction, on one thread
    choice    what was chosen on validation scenes: lambda for TV, the width of a blur for FBP
    swap      for a prox of 64 pixels and 32 views: [drawn, head, abdomen] at other views and doses
    pictures  for FBP and prox at seed 0: a drawn scene and the head, at each number of views

Slices are divided by two, so that water is 1/2 and dense bone 1, clipped to [0, 1], and black
outside the disc that every view sees whole. A prox of K layers is trained on 450 / K scenes, three
times over, so that all trainings take about as long; CNN and primal-dual are given about that time
too. Learning rates, width and depth were chosen among a few on drawn scenes of other seeds;
classical settings are chosen here, for each setting.
"""

import zlib
from base64 import b64encode
from functools import cache
from math import pi
from statistics import median
from time import process_time

import torch
from torch import nn

from course_utils import images, noise, signals, solvers
from course_utils.metrics import psnr
from course_utils.networks import ConvNet
from course_utils.operators import Blur, Radon
from course_utils.priors import TotalVariation
from course_utils.training import fit
from course_utils.unrolled import LearnedPrimalDual, UnrolledProximal

from .table import Table

KEYS = ("method", "size", "views", "photons", "K", "seed")
LAYERS, ITERATIONS, CG = (1, 2, 3, 5, 10, 20), (5, 10, 20, 50, 100), (5, 10, 15, 20, 30)
DOSES, VIEWS, SEEDS, AGAIN = (1000, 10000, 100000), (16, 32, 64), (0, 1, 2), (10, 11, 12)
SHOWN = (8, 16, 32, 64)  # views at which a network of 32 is tried, and shown
LAMBDAS = (0.03, 0.1, 0.2, 0.4, 0.8, 1.6)
WIDTHS = (0.0, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0)
WORK = 450  # scenes times layers in each epoch


def seeded(seed: int) -> torch.Generator:
    """A generator of its own."""
    return torch.Generator().manual_seed(seed)


@cache
def radon(size: int, views: int) -> Radon:
    """The scanner, in single precision."""
    return Radon(size, torch.arange(views) / views * pi)


def measure(H, f, photons: int, seed: int):
    """Data with noise: Gaussian, or of photons that are counted and turned back into integrals."""
    g, scale = H(f), f.shape[-1] / 64
    if not photons:
        return g + noise.gaussian(g, 0.085 * scale, seeded(seed))
    mu = 0.15 / scale
    counts = noise.poisson(photons * torch.exp(-mu * g), seeded(seed))
    return -torch.log(counts.clamp(min=1) / photons) / mu


@cache
def drawn(count: int, size: int, seed: int):
    """Drawn scenes."""
    return signals.random_ellipses(count, size, seeded(seed))


@cache
def slices(size: int):
    """The head and the abdomen, in the range of the drawn scenes and within their disc."""
    x = (2 * torch.arange(size) + 1) / size - 1
    disc = x**2 + x[:, None] ** 2 <= 1
    return torch.stack(
        [(ct / 2).clamp(0, 1) * disc for ct in images.ct_slices(size).values()]
    )


def scenes(size: int, views: int, photons: int, seed: int):
    """The scenes of a test: drawn ones, then the head and the abdomen."""
    main = (size, views, photons) == (64, 32, 0)
    count = 16 if main else 6 if size == 64 else 2
    return torch.cat([drawn(count, size, 1000 * seed + 500), slices(size)])


def score(f_hat, f) -> float:
    """PSNR of all scenes together."""
    return round(psnr(f_hat.clamp(0, 1), f), 3)


def scores(f_hat, f) -> list[float]:
    """PSNR of the drawn scenes, of the head, of the abdomen."""
    return [score(f_hat[i], f[i]) for i in (slice(0, -2), -2, -1)]


def named(values: list[float]) -> dict:
    """The scores with their names."""
    return dict(zip(("drawn", "head", "abdomen"), values, strict=True))


def once(estimate, g, repeats: int = 3) -> float:
    """Milliseconds of process time for one scene: the median of some, after one."""
    times = []
    for k in range(repeats + 1):
        start = process_time()
        estimate(g[k : k + 1])
        times.append(1000 * (process_time() - start))
    return round(median(times[1:]), 2)


def packed(f) -> str:
    """A picture of values in [0, 1] as bytes, compressed, in letters."""
    return b64encode(
        zlib.compress(bytes((255 * f).round().byte().flatten().tolist()), 9)
    ).decode()


def shown(estimate, seed: int) -> dict:
    """What ``estimate(H, g)`` makes of a drawn scene and of the head, for each number of views."""
    f = scenes(64, 32, 0, seed)[[0, -2]]
    pictures = {}
    for views in SHOWN:
        H = radon(64, views)
        f_hat = estimate(H, measure(H, f, 0, 7)).clamp(0, 1)
        pictures[str(views)] = [packed(x) for x in f_hat]
    return pictures


class FromFBP(nn.Module):
    """Filtered back-projection, and then the steps of a network on data of ||H|| = 1."""

    def __init__(self, H, build):
        super().__init__()
        self.H, self.size = H, H.norm()
        self.steps = build(1 / self.size * H)

    def forward(self, g):
        """f = steps(g / ||H||, FBP g)"""
        return self.steps(g / self.size, self.H.fbp(g))

    def through(self, H):
        """The same proxes and steps behind another scanner."""
        proxes, tau = self.steps.proxes, self.steps.tau.detach()
        return FromFBP(H, lambda A: UnrolledProximal(A, proxes, tau))


def network(method: str, H, K: int, seed: int) -> nn.Module:
    """The network before training."""

    def nets(first=0, **options):
        seeds = range(100 * seed + first, 100 * seed + first + K)
        return [ConvNet(width=16, depth=4, seed=one, **options) for one in seeds]

    if method == "steps":
        return FromFBP(H, lambda A: UnrolledProximal(A, [nn.Identity()] * K, 1.0))
    if method == "primal-dual":
        return FromFBP(
            H, lambda A: LearnedPrimalDual(A, nets(), nets(first=50, inputs=2), 0.5, 0.5)
        )
    if method == "CNN":
        return FromFBP(H, lambda A: Last(ConvNet(width=32, depth=5, seed=100 * seed)))
    return FromFBP(H, lambda A: UnrolledProximal(A, nets(), 1.0))


class Last(nn.Module):
    """A network that looks at the start alone."""

    def __init__(self, net):
        super().__init__()
        self.net = net

    def forward(self, g, f):
        """net(f)"""
        return self.net(f)


def count_of(method: str, size: int, K: int) -> int:
    """Scenes to train on, so that all trainings take about as long."""
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
    rate = 1e-1 if method == "steps" else 3e-3 if K <= 2 and method != "CNN" else 1e-3
    return rate, rate, rate / 5


def learned(method, size, views, photons, K, seed) -> dict:
    """Train one network, and try it on drawn scenes, on slices, and behind other scanners."""
    H = radon(size, views)
    net = network(method, H, K, seed)
    f = drawn(count_of(method, size, K), size, 1000 * seed)
    g = measure(H, f, photons, 1000 * seed + 1)
    start = process_time()
    for epoch, rate in enumerate(rates(method, K)):
        list(
            fit(net, (g, f), epochs=1, lr=rate, batch=4, seed=100 * seed + epoch, clip=1.0)
        )
    row = {"train_s": round(process_time() - start, 2), "scenes": len(f)}
    f, v = scenes(size, views, photons, seed), drawn(8, size, 777)
    with torch.no_grad():
        g = measure(H, f, photons, 1000 * seed + 501)
        row |= {"validation": score(net(measure(H, v, photons, 778)), v)} | named(
            scores(net(g), f)
        )
        row |= {"once_ms": once(net, g)}
        if method == "prox" and size == 64 and views == 32:
            row |= {"swap": swaps(net, f, photons, seed)}
        if (method, size, views, photons, seed) == ("prox", 64, 32, 0, 0):
            row |= {"pictures": shown(lambda H, g: net.through(H)(g), seed)}
    return row


def swaps(net, f, photons, seed) -> dict:
    """Scores behind scanners of other views with the same noise, and at other doses."""
    found = {}
    for views in VIEWS:
        H = radon(64, views)
        found[f"{views} views"] = scores(
            net.through(H)(measure(H, f, photons, 1000 * seed + 501)), f
        )
    for dose in DOSES:
        found[f"{dose} photons"] = scores(
            net(measure(net.H, f, dose, 1000 * seed + 501)), f
        )
    return found


def fbp(size, views, photons, K, seed) -> dict:
    """Filtered back-projection and a blur, whose width is chosen on validation scenes."""
    H = radon(size, views)

    def estimate(H, g, width):
        psf = signals.gaussian_psf(width, ndim=2)
        return Blur(psf, (size, size)).to(g)(H.fbp(g))

    v, f = drawn(8, size, 777), scenes(size, views, photons, seed)
    y, g = measure(H, v, photons, 778), measure(H, f, photons, 1000 * seed + 501)
    best = max((score(estimate(H, y, width), v), width) for width in WIDTHS)
    row = {"validation": best[0], "choice": best[1], "train_s": 0.0}
    row |= named(scores(estimate(H, g, best[1]), f)) | {"once_ms": once(H.fbp, g)}
    if (size, views, photons, seed) == (64, 32, 0, 0):
        row |= {"pictures": shown(lambda H, g: H.fbp(g), seed)}
    return row


def cg(size, views, photons, K, seed) -> dict:
    """Conjugate gradients for the normal equations, stopped after K steps."""
    H = radon(size, views)

    def estimate(g):
        return solvers.run(solvers.conjugate_gradient(H.gram, H.T(g)), K)

    v, f = drawn(8, size, 777), scenes(size, views, photons, seed)
    g = measure(H, f, photons, 1000 * seed + 501)
    row = {"validation": score(estimate(measure(H, v, photons, 778)), v), "train_s": 0.0}
    return row | named(scores(estimate(g), f)) | {"once_ms": once(estimate, g)}


def tv_estimates(H, g, lam: float) -> dict:
    """FISTA with total variation, from FBP: the iterates that are kept, by their number."""
    L = 1.01 * H.norm() ** 2  # the power method finds ||H|| from below
    way = solvers.fista(H, g, TotalVariation(), lam, 1 / L, f=H.fbp(g))
    kept = zip(range(1, ITERATIONS[-1] + 1), way, strict=False)
    return {k: f for k, f in kept if k in ITERATIONS}


@cache
def tv_choices(size: int, views: int, photons: int) -> dict:
    """For each number of iterations: the best score on validation scenes, and its lambda."""
    H, v = (
        radon(size, views),
        drawn(8, size, 777)[: 4 if (views, photons) == (32, 0) else 2],
    )
    g, grid = measure(H, v, photons, 778), LAMBDAS if size == 64 else LAMBDAS[1:4]
    tries = [(lam, tv_estimates(H, g, lam)) for lam in grid]
    return {k: max((score(f[k], v), lam) for lam, f in tries) for k in ITERATIONS}


@cache
def tv_found(size: int, views: int, photons: int, lam: float, seed: int) -> dict:
    """The scores of each number of iterations with this lambda."""
    H, f = radon(size, views), scenes(size, views, photons, seed)
    g = measure(H, f, photons, 1000 * seed + 501)
    return {k: scores(f_hat, f) for k, f_hat in tv_estimates(H, g, lam).items()}


def tv(size, views, photons, K, seed) -> dict:
    """FISTA-TV after K iterations, with the lambda that is best for them on validation scenes."""
    validation, lam = tv_choices(size, views, photons)[K]
    H = radon(size, views)
    L = 1.01 * H.norm() ** 2

    def estimate(g):
        return solvers.run(solvers.fista(H, g, TotalVariation(), lam, 1 / L, f=H.fbp(g)), K)

    f = scenes(size, views, photons, seed)
    row = {"validation": validation, "choice": lam, "train_s": 0.0}
    row |= named(tv_found(size, views, photons, lam, seed)[K])
    return row | {"once_ms": once(estimate, measure(H, f, photons, 1000 * seed + 501), 1)}


CLASSICAL = {"FBP": fbp, "CG": cg, "TV": tv}


def work(method, size, views, photons, K, seed) -> dict:
    """One row."""
    if method in CLASSICAL:
        return CLASSICAL[method](size, views, photons, K, seed)
    return learned(method, size, views, photons, K, seed)


def tasks() -> list[tuple]:
    """All rows, the most important first."""
    main, dials = (64, 32, 0), [(64, 16, 0), (64, 32, 1000)]
    rows = [("FBP", *main, 0, seed) for seed in SEEDS + AGAIN]
    rows += [("CG", *main, K, seed) for seed in SEEDS + AGAIN for K in CG]
    rows += [("prox", *main, K, seed) for seed in SEEDS for K in LAYERS]
    rows += [("TV", *main, K, seed) for seed in SEEDS for K in ITERATIONS]
    rows += [("steps", *main, K, seed) for seed in SEEDS for K in (1, 5, 20)]
    rows += [
        (m, *main, K, seed) for seed in SEEDS for m, K in [("CNN", 1), ("primal-dual", 2)]
    ]
    for place in dials:
        one = [("FBP", 0), ("TV", 100), ("prox", 2), *[("CG", K) for K in CG]]
        rows += [(m, *place, K, seed) for seed in SEEDS for m, K in one]
    rows += [("TV", *main, 100, seed) for seed in AGAIN]
    rows += [("prox", *main, K, seed) for seed in AGAIN for K in (2, 20)]
    one = [("FBP", 0), *[("CG", K) for K in CG], ("TV", 100), ("prox", 2)]
    rows += [(m, 128, 64, 0, K, seed) for seed in SEEDS for m, K in one]
    rows += [(m, 256, 128, 0, K, seed) for seed in SEEDS for m, K in one if m != "TV"]
    return [*rows, ("prox, long", *main, 5, 0)]


def main() -> None:
    """Fill the table, row by row."""
    Table("tomography", KEYS).fill(work, tasks())
