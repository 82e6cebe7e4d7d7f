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

from time import process_time

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
    """A CNN on images that are told as vectors."""

    def __init__(self, side: int, seed: int):
        super().__init__()
        self.side = side
        self.net = ConvNet(dims=2, width=WIDTH, depth=3, seed=seed)

    def forward(self, f: Tensor) -> Tensor:
        return self.net(f.unflatten(-1, (self.side, self.side))).flatten(-2)


class Unrolled(nn.Module):
    """The network of the head of this module."""

    def __init__(self, R: Tensor, B: Tensor, side: int, seed: int):
        super().__init__()
        self.register_buffer("R", R.float(), persistent=False)
        proxes = [Picture(side, LAYERS * seed + k) for k in range(LAYERS)]
        tau = 0.5 / torch.linalg.matrix_norm(B, 2).item() ** 2
        self.layers = UnrolledProximal(Matrix(B.float()), proxes, tau)

    def forward(self, g: Tensor) -> Tensor:
        return self.layers(g, g @ self.R.mT)


def error(net: nn.Module, g: Tensor, f: Tensor) -> float:
    """The mean of ||f - net(g)||^2. Shapes: (count, m) and (count, n)."""
    with torch.no_grad():
        return (net(g) - f).square().sum(1).mean().item()


def trained(build, rate: float, pairs, validation, seed: int):
    """The network with the state that is best on the validation pairs, and its error."""
    net = build()
    best = error(net, *validation)
    kept = {name: p.clone() for name, p in net.state_dict().items()}
    adam = torch.optim.Adam(net.parameters(), rate)
    draw = seeded(700 + seed)
    g, f = pairs
    for step in range(1, STEPS + 1):
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


def one(drawn: Drawn, sigma: float, side: int, seed: int, rates) -> dict:
    """The risks of one draw of the pairs, at the best of some rates."""
    draw = seeded(9000 + seed)
    f, g = drawn.paired
    chosen = torch.randperm(f.shape[1], generator=draw)[:PAIRS]
    f = f[:, chosen]
    g = g[:, chosen] + sigma * torch.randn(len(g), PAIRS, generator=draw, dtype=g.dtype)
    known = Known(drawn.A, drawn.C, sigma)
    f_test, g_test = drawn.test
    eps = torch.randn(g_test.shape, generator=draw, dtype=g_test.dtype)
    g_test = g_test + sigma * eps
    power = f_test.square().sum().item()
    risk = lambda R: (f_test - R @ g_test).square().sum().item() / power  # noqa: E731
    linear = [risk(learned(name, known, f, g).R) for name in STRUCTURES]
    start = process_time()
    rate, net = best_network(known, f, g, side=side, seed=seed, rates=rates)
    seconds = (process_time() - start) / len(rates)
    with torch.no_grad():
        f_hat = net(g_test.mT.float() / scale(f)).double().mT * scale(f)
    found = (f_test - f_hat).square().sum().item() / power
    return {"linear": linear, "risk": found, "rate": rate, "train_s": seconds}


def scale(f: Tensor) -> float:
    """What unknowns are divided by, so that a CNN sees numbers of the size of 1."""
    return f.square().mean().sqrt().item()


def best_network(known: Known, f: Tensor, g: Tensor, *, side: int, seed: int, rates):
    """The rate and the network that are best on an eighth of the pairs."""
    last = PAIRS // 8
    start = learned("correction", known, f[:, last:], g[:, last:])
    f_1, g_1 = (x.mT.float() / scale(f) for x in (f, g))
    build = lambda: Unrolled(start.R, start.B, side, seed)  # noqa: E731
    validation = (g_1[:last], f_1[:last])
    pairs = (g_1[last:], f_1[last:])
    nets = {rate: trained(build, rate, pairs, validation, seed) for rate in rates}
    rate = min(rates, key=lambda rate: nets[rate][0])
    return rate, nets[rate][1]


def row(family: str, images: str, noise: float, size: float) -> dict:
    """All seeds of a setting."""
    shape = (0.5, 0.7, 0.5, 0.5)
    surrogate = images == "surrogate"
    given = Setting(family, size, noise, PAIRS, shape, BANK, BANK, surrogate)
    drawn = DRAWN[family](given)
    sigma = noise * drawn.g.square().mean().sqrt().item()
    side = SIDE[family]
    found = [one(drawn, sigma, side, 0, RATES)]
    rate = found[0]["rate"]
    found += [one(drawn, sigma, side, seed, (rate,)) for seed in range(1, SEEDS)]
    gains = [1 - each["risk"] / min(each["linear"]) for each in found]
    short = lambda x: float(f"{x:.4g}")  # noqa: E731
    return {
        "mismatch": short(drawn.mismatch),
        "kurtosis": round(kurtosis(drawn.test[0], side), 2),
        "linear": [[short(x) for x in each["linear"]] for each in found],
        "risk": [short(each["risk"]) for each in found],
        "gain": [round(gain, 4) for gain in gains],
        "rate": rate,
        "pairs": PAIRS,
        "steps": STEPS,
        "train_s": round(sum(each["train_s"] for each in found) / SEEDS, 1),
    }


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
