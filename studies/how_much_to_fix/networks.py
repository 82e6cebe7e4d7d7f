"""A small unrolled network beside the linear structures, on images and their surrogates.

f_0 = R g with the R of "correction", then two steps, each a gradient step with A + E^, the
corrected operator, and a small CNN that begins as the identity:

    f <- CNN_k(f - tau_k (A + E^)^T ((A + E^) f - g))

The network begins near the best correction and can only add what is not linear. Surrogates
are Gaussian images with the covariance of the images: on them no estimate is better than
the best linear one, to which 1000 pairs lead to a percent or so. ``kurtosis`` is the excess
kurtosis of the differences of neighbouring pixels, 0 for Gaussian images.

Of the ``PAIRS`` pairs an eighth validates; R and E^ are learned from the others alone.
Training is by Adam; the state that is best on the validation pairs is kept, and the rate
that is best there for the first seed serves all. ``risk`` has one number for each seed,
that of the pairs, too; ``linear`` the six structures of all pairs, for the same seeds.
``gain`` is 1 - risk by the least of the six, ``train_s`` the processor time of a training.
The best rate lies inside ``RATES`` but for surrogates, on which it does not matter.

Keys: family, images, noise, size.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import product
from time import process_time
from typing import NamedTuple

import torch
from torch import Tensor, nn

from course_utils.linear import Matrix
from course_utils.networks import ConvNet
from course_utils.noise import seeded
from course_utils.unrolled import UnrolledProximal

from ..table import Table
from .families import DRAWN, SIDE, Drawn, Setting
from .structures import STRUCTURES, Known, learned

PAIRS = 1000
BANK = 3
SEEDS = 3
RATES = (2.5e-4, 1e-3, 4e-3, 1.6e-2)
STEPS = 300
BATCH = 32
LOOK = 25
WIDTH = 12
SIZES = {"photographs": (0.4, 0.1), "infrared": (0.4, 0.1)}  # of the mismatch
LAYERS = 2


class Picture(nn.Module):
    """A network of images, for images that are told as vectors."""

    def __init__(self, net: nn.Module, side: int):
        super().__init__()
        self.net = net
        self.side = side

    def forward(self, f: Tensor) -> Tensor:
        return self.net(f.unflatten(-1, (self.side, self.side))).flatten(-2)


class Unrolled(nn.Module):
    """The network of the head of this module."""

    def __init__(self, R: Tensor, B: Tensor, side: int, seed: int, width: int = WIDTH):
        super().__init__()
        self.register_buffer("R", R.float(), persistent=False)
        seeds = [LAYERS * seed + k for k in range(LAYERS)]
        nets = [ConvNet(dims=2, width=width, depth=3, seed=each) for each in seeds]
        proxes = [Picture(net, side) for net in nets]
        tau = 0.5 / torch.linalg.matrix_norm(B, 2).item() ** 2
        self.layers = UnrolledProximal(Matrix(B.float()), proxes, tau)

    def forward(self, g: Tensor) -> Tensor:
        return self.layers(g, g @ self.R.mT)


def error(net: nn.Module, g: Tensor, f: Tensor) -> float:
    """The mean of ||f - net(g)||^2. Shapes: (count, m) and (count, n)."""
    with torch.no_grad():
        return (net(g) - f).square().sum(1).mean().item()


def trained(build, rate: float, pairs, validation, *, seed: int, steps: int):
    """The network with the state that is best on the validation pairs, and its error."""
    net = build()
    best = error(net, *validation)
    kept = {name: p.clone() for name, p in net.state_dict().items()}
    adam = torch.optim.Adam(net.parameters(), rate)
    draw = seeded(700 + seed)
    g, f = pairs
    for step in range(1, steps + 1):
        index = torch.randint(len(g), (BATCH,), generator=draw)
        adam.zero_grad()
        (net(g[index]) - f[index]).square().mean().backward()
        adam.step()
        if step % LOOK == 0 and (now := error(net, *validation)) < best:
            best = now
            kept = {name: p.clone() for name, p in net.state_dict().items()}
    net.load_state_dict(kept)
    return best, net


def kurtosis(f: Tensor, side: int) -> float:
    """Excess kurtosis of the differences of neighbouring pixels. Shape: (side^2, count)."""
    d = f.unflatten(0, (side, side)).diff(dim=1).flatten()
    return (d.pow(4).mean() / d.square().mean() ** 2 - 3).item()


@dataclass(frozen=True)
class Trial:
    """The pairs of a seed, and the test images with noisy data. Shapes: f is (n, count)."""

    known: Known
    f: Tensor
    g: Tensor
    f_test: Tensor
    g_test: Tensor

    @classmethod
    def of(cls, drawn: Drawn, sigma: float, seed: int) -> "Trial":
        """Pairs and all noise, drawn for this seed."""
        draw = seeded(9000 + seed)

        def noisy(g: Tensor) -> Tensor:
            return g + sigma * torch.randn(g.shape, generator=draw, dtype=g.dtype)

        f, g = drawn.paired
        chosen = torch.randperm(f.shape[1], generator=draw)[:PAIRS]
        g = noisy(g[:, chosen])
        f_test, g_test = drawn.test
        known = Known(drawn.A, drawn.C, sigma)
        return cls(known, f[:, chosen], g, f_test, noisy(g_test))

    @property
    def scale(self) -> float:
        """What images are divided by, so that a CNN sees numbers of the size of 1."""
        return self.f.square().mean().sqrt().item()

    def risk(self, f_hat: Tensor) -> float:
        """The squared error on the test images, by their power."""
        error = (self.f_test - f_hat).square().sum().item()
        return error / self.f_test.square().sum().item()

    def linear(self) -> list[float]:
        """The risks of the six structures, learned from all pairs."""
        found = (learned(name, self.known, self.f, self.g) for name in STRUCTURES)
        return [self.risk(each.R @ self.g_test) for each in found]


class Kind(NamedTuple):
    """Networks that are tuned alike: ``build(start, seed, *setting)`` makes one.

    ``start`` is the correction, learned from the pairs that do not validate. ``settings``
    are those to choose from, and a training has one of the ``rates``, and ``steps``. With
    ``beyond`` a best rate at an end of them is followed, by factors of 4, until it is none.
    """

    build: Callable[..., nn.Module]
    settings: tuple[tuple, ...] = ((),)
    rates: tuple[float, ...] = RATES
    steps: int = STEPS
    beyond: bool = False


def further(rates: list[float], best: float) -> float | None:
    """The rate beyond the best one, if that is an end of those that were tried."""
    if best == max(rates):
        return 4 * best
    return best / 4 if best == min(rates) else None


class Best(NamedTuple):
    """The network that is best on the validation pairs, and of how many."""

    setting: tuple
    rate: float
    net: nn.Module
    tried: int


def best_network(kind: Kind, trial: Trial, seed: int) -> Best:
    """The network that is best on an eighth of the pairs, over settings and rates."""
    last = PAIRS // 8
    start = learned("correction", trial.known, trial.f[:, last:], trial.g[:, last:])
    f, g = (x.mT.float() / trial.scale for x in (trial.f, trial.g))
    halves = ((g[last:], f[last:]), (g[:last], f[:last]))

    def train(setting: tuple, rate: float):
        build = partial(kind.build, start, seed, *setting)
        return trained(build, rate, *halves, seed=seed, steps=kind.steps)

    nets = {both: train(*both) for both in product(kind.settings, kind.rates)}
    best = min(nets, key=lambda both: nets[both][0])
    while kind.beyond and (rate := further([rate for _, rate in nets], best[1])):
        nets[best[0], rate] = train(best[0], rate)
        best = min(nets, key=lambda both: nets[both][0])
    return Best(*best, nets[best][1], len(nets))


def one(kind: Kind, drawn: Drawn, sigma: float, seed: int) -> dict:
    """The risks of one draw of the pairs, at the best setting and rate."""
    trial = Trial.of(drawn, sigma, seed)
    linear = trial.linear()
    begin = process_time()
    best = best_network(kind, trial, seed)
    seconds = (process_time() - begin) / best.tried
    with torch.no_grad():
        f_hat = best.net(trial.g_test.mT.float() / trial.scale).double().mT * trial.scale
    found = {"linear": linear, "risk": trial.risk(f_hat), "train_s": seconds}
    chosen = {"setting": best.setting, "rate": best.rate, "learned": count(best.net)}
    return found | chosen


def count(net: nn.Module) -> int:
    """How many numbers a network learns."""
    return sum(p.numel() for p in net.parameters())


def problem(family: str, images: str, noise: float, size: float) -> tuple[Drawn, float]:
    """The images of a setting with their data, and sigma."""
    shape = (0.5, 0.7, 0.5, 0.5)
    surrogate = images == "surrogate"
    given = Setting(family, size, noise, PAIRS, shape, BANK, BANK, surrogate)
    drawn = DRAWN[family](given)
    return drawn, noise * drawn.g.square().mean().sqrt().item()


def seeds(kind: Kind, drawn: Drawn, sigma: float) -> list[dict]:
    """What ``one`` finds for each seed; the first chooses setting and rate for all."""
    found = [one(kind, drawn, sigma, 0)]
    one_rate = {"rates": (found[0]["rate"],), "beyond": False}
    chosen = kind._replace(settings=(found[0]["setting"],), **one_rate)
    return found + [one(chosen, drawn, sigma, seed) for seed in range(1, SEEDS)]


def summary(kind: Kind, found: list[dict]) -> dict:
    """The seeds of a setting in one row."""
    short = lambda x: float(f"{x:.4g}")  # noqa: E731
    gains = [1 - each["risk"] / min(each["linear"]) for each in found]
    return {
        "linear": [[short(x) for x in each["linear"]] for each in found],
        "risk": [short(each["risk"]) for each in found],
        "gain": [round(gain, 4) for gain in gains],
        "rate": found[0]["rate"],
        "pairs": PAIRS,
        "steps": kind.steps,
        "train_s": round(sum(each["train_s"] for each in found) / SEEDS, 1),
    }


def row(family: str, images: str, noise: float, size: float) -> dict:
    """All seeds of a setting."""
    drawn, sigma = problem(family, images, noise, size)
    side = SIDE[family]
    kind = Kind(lambda start, seed: Unrolled(start.R, start.B, side, seed))
    found = seeds(kind, drawn, sigma)
    return {
        "mismatch": float(f"{drawn.mismatch:.4g}"),
        "kurtosis": round(kurtosis(drawn.test[0], side), 2),
    } | summary(kind, found)


def table() -> Table:
    """The table, as it is now."""
    keys = ("family", "images", "noise", "size")
    return Table("how-much-to-fix-networks", keys)


def tasks() -> list[tuple]:
    """What the table holds in the end."""
    return [
        (family, images, noise, size)
        for family, sizes in SIZES.items()
        for size in sizes
        for noise in (0.1, 0.02)
        for images in ("real", "surrogate")
    ]
