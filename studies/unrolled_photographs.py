"""How well K unrolled layers deblur photographs, beside K iterations and beside enough of them.

A Gaussian psf 1.5 pixels wide, periodic, and noise of 0.01, as in chapter 8, on whole pictures of
128 x 128. All methods start from Tikhonov's estimate (or from 0, where they say so). A network
takes K proximal steps with a small ConvNet as prox, per layer or shared, and learns its steps
too: Adam, three passes over 120 tiles of 64 x 64 each, at a third of the rate before. The tiles
are cut from six photographs in two sizes, turned and mirrored. An iteration has one price lam,
the best of five for each K on three other photographs, which also choose Tikhonov's. Tests are on
eight photographs that appear nowhere else.

``error`` is the mean of ||f_hat - f|| / ||g - f|| on the test pictures, ``validation`` that on the
validation pictures, ``picture_ms`` the processor time of one thread for one test picture,
``train_s`` that of the training or of the choice of lam. A seed is one draw of all noise, of the
tiles and of the initial weights. Keys: method, K, seed.
"""

from itertools import islice
from time import process_time

import torch

from course_utils import images, noise, operators, signals
from course_utils.networks import ConvNet
from course_utils.priors import TotalVariation, Wavelet
from course_utils.solvers import fista
from course_utils.training import fit
from course_utils.unrolled import UnrolledProximal

from .table import Table

SIGMA, DEPTHS, PASS = 0.01, (1, 2, 5, 10, 20), 120
VALIDATION = ("astronaut", "gravel", "tissue")
NETWORKS = {"network": ("per layer", DEPTHS), "network, shared": ("shared", (5,))}
NETWORKS["network, from 0"] = ("per layer", (5,))
ITERATIONS = {
    "FISTA, wavelets": (fista, lambda: Shifted(), (2e-4, 5e-4, 1e-3, 2e-3, 5e-3)),
    "FISTA, TV": (
        fista,
        lambda: TotalVariation(tol=1e-2, iterations=100),
        (2e-4, 5e-4, 1e-3, 2e-3, 4e-3),
    ),
}
TASKS = [
    (m, K, seed) for m, (_, depths) in NETWORKS.items() for K in depths for seed in range(3)
]
TASKS += [(m, K, seed) for m in ITERATIONS for K in (*DEPTHS, 30, 50) for seed in range(3)]
TASKS += [("Tikhonov", 0, seed) for seed in range(3)]


class Shifted(Wavelet):
    """Haar's wavelets on a grid that moves from call to call, as in chapter 8."""

    calls = 0

    def prox(self, v, step):
        self.calls += 1
        a = 3 * self.calls % 8
        return super().prox(v.roll((a, a), (-2, -1)), step).roll((-a, -a), (-2, -1))


class FromTikhonov(torch.nn.Module):
    """g -> network(g, f), where f is Tikhonov's estimate: the layer of chapter 9 before it."""

    def __init__(self, network, H, lam):
        super().__init__()
        self.network, self.H, self.lam = network, H, lam

    def forward(self, g):
        return self.network(g, tikhonov(self.H, g, self.lam))


def tikhonov(H, g, lam):
    return H.spectral_inverse(lambda s: s / (s**2 + lam), g)


def split() -> tuple[list[str], list[str], list[str]]:
    """The names of the photographs for training, validation and test."""
    names = list(images.photographs())
    train = [name for name in names[0::2] if name not in VALIDATION]
    return train, list(VALIDATION), names[1::2]


def blur(size: int):
    return operators.Blur(signals.gaussian_psf(1.5, ndim=2), (size, size))


def pictures(names, seed: int):
    """Data and scenes (g, f) of whole photographs."""
    album, draw = images.photographs(128), torch.Generator().manual_seed(seed)
    f = torch.stack([album[name] for name in names])
    return blur(128)(f) + noise.gaussian(f, SIGMA, draw), f


def tiles(names, count: int, seed: int):
    """Data and scenes (g, f) of tiles, turned and mirrored, in random order."""
    draw, albums = (
        torch.Generator().manual_seed(seed),
        [images.photographs(n) for n in (128, 256)],
    )
    f = torch.cat([images.patches(album[name], 64) for album in albums for name in names])
    f = torch.cat([f, f.mT])
    f = torch.cat([f, f.flip(-1)])
    f = torch.cat([f, f.flip(-2)])
    f = f[torch.randperm(len(f), generator=draw)[:count]]
    return blur(64)(f) + noise.gaussian(f, SIGMA, draw), f


def ratio(f_hat, g, f) -> float:
    """The error over that of the data, mean over pictures."""
    return ((f_hat - f).norm(dim=(1, 2)) / (g - f).norm(dim=(1, 2))).mean().item()


def price(seed: int) -> float:
    """Tikhonov's lam, the best of five on the photographs for validation."""
    g, f = pictures(split()[1], 100 + seed)
    return min(
        (2e-3, 5e-3, 1e-2, 2e-2, 4e-2), key=lambda x: ratio(tikhonov(blur(128), g, x), g, f)
    )


def network(method: str, K: int, seed: int, size: int):
    """The untrained network for tiles or pictures of this size; from 0 if it says so."""
    one = NETWORKS[method][0] == "shared"
    nets = [ConvNet(width=8, seed=100 * seed + k) for k in range(1 if one else K)]
    unrolled = UnrolledProximal(blur(size), nets * K if one else nets, 1.0)
    return (
        unrolled
        if method.endswith("from 0")
        else FromTikhonov(unrolled, blur(size), price(seed))
    )


def trained(method: str, K: int, seed: int):
    """The network for whole pictures, trained on tiles; the processor time."""
    start, net = process_time(), network(method, K, seed, 64)
    g, f = tiles(split()[0], 3 * PASS, 200 + seed)
    for part, rate in enumerate((2e-3, 7e-4, 2e-4)):
        pair = [x[part * PASS : (part + 1) * PASS] for x in (g, f)]
        list(fit(net, pair, epochs=1, lr=rate, batch=4, seed=part, clip=1.0))
    whole = network(method, K, seed, 128)
    whole.load_state_dict(net.state_dict())
    return whole, process_time() - start


def iteration(method: str, K: int, seed: int):
    """K iterations from Tikhonov's estimate, with the lam that is best on validation pictures."""
    (way, R, lams), H, lam_0 = ITERATIONS[method], blur(128), price(seed)

    def estimate(lam):
        def f_K(g):
            *_, f = islice(way(H, g, R(), lam, 1.0, tikhonov(H, g, lam_0)), K)
            return f

        return f_K

    g, f = pictures(split()[1], 100 + seed)
    start = process_time()
    lam = min(lams, key=lambda lam: ratio(estimate(lam)(g), g, f))
    return estimate(lam), process_time() - start, lam


def row(method: str, K: int, seed: int) -> dict:
    """Train or tune, then look at the test pictures."""
    extra = {}
    if method in NETWORKS:
        estimate, seconds = trained(method, K, seed)
        extra["learned"] = sum(p.numel() for p in estimate.parameters())
    elif method in ITERATIONS:
        estimate, seconds, extra["lam"] = iteration(method, K, seed)
    else:
        lam, seconds = price(seed), 0.0
        estimate, extra["lam"] = lambda g: tikhonov(blur(128), g, lam), lam
    with torch.no_grad():
        g, f = pictures(split()[1], 100 + seed)
        validation = ratio(estimate(g), g, f)
        g, f = pictures(split()[2], 300 + seed)
        start = process_time()
        error = ratio(estimate(g), g, f)
        picture_ms = 1000 * (process_time() - start) / len(g)
    found = {"error": round(error, 4), "validation": round(validation, 4)}
    return {
        **found,
        "picture_ms": round(picture_ms, 2),
        "train_s": round(seconds, 1),
        **extra,
    }


def main() -> None:
    """Fill the table."""
    Table("unrolled-photographs", keys=("method", "K", "seed")).fill(row, TASKS)
