"""What a wrong psf, or a wrong boundary, costs on photographs, and what learning mends.

Photographs of 128 x 128 behind a Gaussian psf 1.5 pixels wide, with noise of 0.01. In the
world "periodic" the boundary is as the methods assume, and they are told a psf of another
``width``. In the world "open" the psf is right, but the photograph is the middle of one of
twice the size, whose surroundings are in the data, and the methods assume that it repeats.

    same lam    a quadratic penalty on differences, with the weight that is best on the
                validation photographs for the right psf and boundary
    retuned     the weight that is best there for what the method is told
    kernel      the same, then 121 numbers, a convolution that is fitted to the training
                photographs by least squares
    kernel alone   such a convolution of the data, told no psf
    network     kernel, and what a CNN of five layers adds to it, trained on the same pairs

The network begins as the kernel, and sees as far around each pixel of what that gives. Its
width (8 or 12: at most 4,153 weights) and the rate of Adam (one of four) are those that
are best on the validation photographs. Adam takes 40 passes over the photographs, one at a
time, 10 at a third of the rate and 10 at a tenth; each part ends with the weights that are
best on the validation photographs. In the periodic world the network sees the photograph go
on beyond its edge; in the open world it sees zeros there, and so where the frame is.

What the right H does in the open world is in the table borders ("unknown"). Three seeds
draw the noise, the first weights and the order of a training. Training, validation and test
are split by photograph, as in unrolled-photographs: six, three and eight.

Columns: ``error`` is the mean of ||f_hat - f|| / ||g - f|| over the test photographs, one
for each seed; ``inside`` and ``frame`` the same more than 16 pixels inside the frame and in
the rest; ``drifted``, the error after the psf of the instrument has grown to 1.75 pixels,
with nothing tuned or trained anew; ``photographs``, the mean of the seeds for each;
``bands``, the mean of ||f_hat - f||^2 / ||f||^2 for the frequencies that the true psf lets
pass to more than a half, more than a twentieth, and less, without the mean grey. Of
networks: ``weights``, ``rate``, and the ``tried`` error on the validation photographs of
each width and rate.

Keys: world, width (that is told), method.
"""

from functools import cache
from itertools import product

import torch
from torch import Tensor, nn

from course_utils import images, noise, signals
from course_utils.networks import ConvNet
from course_utils.noise import seeded
from course_utils.operators import Blur
from course_utils.training import fit

from . import borders
from .table import Table
from .unrolled_photographs import split

TRUE = 1.5
SIGMA = 0.01
DRIFTED = 1.75
SEEDS = 3
REACH = 5  # of the kernel, in pixels
LAMS = torch.arange(-4.5, 1.1, 0.25).tolist()  # log10
WIDTHS = (1.0, 1.25, 1.4, 1.5, 1.6, 1.75, 2.0)
CHANNELS = (8, 12)  # of a network
RATES = (3e-4, 1e-3, 3e-3, 1e-2)
PASSES = ((1, 40), (1 / 3, 10), (1 / 10, 10))  # parts of the rate, and how many


def blur(width: float, shape) -> Blur:
    """The blur by a Gaussian of this width, periodic."""
    return Blur(signals.gaussian_psf(width, ndim=2).double(), tuple(shape))


def seen(f: Tensor, world: str, seed: int, true: float = TRUE) -> tuple[Tensor, Tensor]:
    """Data and unknowns (g, f); in the open world of the middle of f alone."""
    g = blur(true, f.shape[-2:])(f)
    if world == "open":
        edge = f.shape[-1] // 4
        middle = (..., slice(edge, -edge), slice(edge, -edge))
        g = g[middle]
        f = f[middle]
    return g + noise.gaussian(g, SIGMA, seeded(seed)), f


def photographs(
    names: list[str], world: str, seed: int, true: float = TRUE
) -> tuple[Tensor, Tensor]:
    """Data and unknowns of whole photographs."""
    album = images.photographs(256 if world == "open" else 128)
    f = torch.stack([album[name] for name in names]).double()
    return seen(f, world, seed, true)


def validation(world: str) -> tuple[Tensor, Tensor]:
    """The photographs on which settings are chosen."""
    return photographs(split()[1], world, 100)


def restored(g: Tensor, width: float, lam: float) -> Tensor:
    """Minimise ||g - H f||^2 + lam ||D f||^2 with the psf that is told."""
    d2 = [4 * torch.sin(torch.pi * torch.arange(n) / n).double() ** 2 for n in g.shape[1:]]
    penalty = lam * (d2[0][:, None] + d2[1])
    H = blur(width, g.shape[1:])
    return H.spectral_inverse(lambda s: s / (s**2 + penalty).clamp(min=1e-12), g)


def ratios(f_hat: Tensor, g: Tensor, f: Tensor) -> Tensor:
    """||f_hat - f|| / ||g - f|| of each photograph."""
    return (f_hat - f).norm(dim=(1, 2)) / (g - f).norm(dim=(1, 2))


@cache
def best_lam(world: str, width: float) -> float:
    """The weight that is best on the validation photographs."""
    g, f = validation(world)
    found = {x: ratios(restored(g, width, 10**x), g, f).mean().item() for x in LAMS}
    at = min(found, key=found.get)
    assert LAMS[0] < at < LAMS[-1], "the best weight is not inside"
    return 10**at


def kernel(r: Tensor, f: Tensor) -> Tensor:
    """The convolution that takes r to f with the least squares over all photographs."""
    reach = range(-REACH, REACH + 1)
    moved = [r.roll((y, x), (-2, -1)).flatten() for y in reach for x in reach]
    A = torch.stack(moved)
    gram = A @ A.mT
    ridge = 1e-9 * gram.diagonal().mean() * torch.eye(len(A), dtype=A.dtype)
    k = torch.linalg.solve(gram + ridge, A @ f.flatten())
    return k.reshape(2 * REACH + 1, -1)


class Network(nn.Module):
    """v + CNN(v), which sees as far as the kernel; a periodic v goes on beyond its edge."""

    def __init__(self, world: str, channels: int, seed: int):
        super().__init__()
        self.beyond = REACH if world == "periodic" else 0
        self.net = ConvNet(width=channels, depth=REACH, seed=seed)

    def forward(self, v: Tensor) -> Tensor:
        d = self.beyond
        around = nn.functional.pad(v[:, None], (d,) * 4, mode="circular")[:, 0]
        return self.net(around)[:, d : d + v.shape[1], d : d + v.shape[2]]


@cache
def trained(world: str, width: float, channels: int, rate: float, seed: int):
    """A network after its training, as a function of g."""
    first = estimator(world, width, "kernel", seed)
    seen_by_all = (photographs(split()[0], world, 500 + seed), validation(world))
    data, held_out = ((first(g).float(), f.float()) for g, f in seen_by_all)
    net = Network(world, channels, seed)
    for part, epochs in PASSES:
        steps = fit(net, data, epochs, part * rate, 1, validation=held_out, seed=seed)
        list(steps)
    return lambda g: net(first(g).float()).detach().to(g)


@cache
def tried(world: str, width: float) -> dict[tuple[int, float], float]:
    """The validation error of each width and rate of a network, with the seed 0."""
    g, f = validation(world)
    return {
        choice: ratios(trained(world, width, *choice, 0)(g), g, f).mean().item()
        for choice in product(CHANNELS, RATES)
    }


def estimator(world: str, width: float, method: str, seed: int):
    """A function of g, after what it needs has been tuned or trained."""
    if method == "network":
        errors = tried(world, width)
        return trained(world, width, *min(errors, key=errors.get), seed)
    lam = best_lam("periodic", TRUE) if method == "same lam" else best_lam(world, width)

    def first(g: Tensor) -> Tensor:
        return g if method == "kernel alone" else restored(g, width, lam)

    if method.startswith("kernel"):
        g, f = photographs(split()[0], world, 500 + seed)
        k = kernel(first(g), f)
        return lambda g: Blur(k, g.shape[1:])(first(g))
    return first


@torch.no_grad()
def scored(f_hat: Tensor, g: Tensor, f: Tensor) -> dict[str, Tensor]:
    """The errors of the photographs, everywhere, inside, at the frame, and by frequency."""
    inside = torch.zeros_like(f[0])
    borders.cropped(inside)[...] = 1
    parts = {"error": 1, "inside": inside, "frame": 1 - inside}
    found = {name: ratios(f_hat * m, g * m, f * m) for name, m in parts.items()}
    passed = blur(TRUE, f.shape[1:]).transfer.abs()
    passed[0, 0] = 2  # the mean grey is in no band
    power = torch.fft.fft2(f).abs().square()
    wrong = torch.fft.fft2(f_hat - f).abs().square()
    edges = ((0.5, 1.5), (0.05, 0.5), (-1.0, 0.05))
    bands = [(passed > low) & (passed <= high) for low, high in edges]
    shares = [(wrong * b).sum((1, 2)) / (power * b).sum((1, 2)) for b in bands]
    return found | {"bands": torch.stack(shares).mean(1)}


def row(world: str, width: float, method: str) -> dict:
    """One method, for three seeds."""
    seeds = []
    for seed in range(SEEDS):
        estimate = estimator(world, width, method, seed)
        g, f = photographs(split()[2], world, 300 + seed)
        score = scored(estimate(g).detach(), g, f)
        g, f = photographs(split()[2], world, 300 + seed, DRIFTED)
        seeds.append(score | {"drifted": ratios(estimate(g).detach(), g, f)})
    kept = {
        name: [round(one[name].mean().item(), 4) for one in seeds]
        for name in ("error", "inside", "frame", "drifted")
    }
    each = torch.stack([one["error"] for one in seeds]).mean(0)
    bands = torch.stack([one["bands"] for one in seeds]).mean(0)
    found = kept | {
        "photographs": [round(x, 4) for x in each.tolist()],
        "bands": [float(f"{x:.4g}") for x in bands.tolist()],
    }
    return found | (said(world, width) if method == "network" else {})


def said(world: str, width: float) -> dict:
    """What a row says of the choice of its network."""
    errors = tried(world, width)
    channels, rate = min(errors, key=errors.get)
    weights = sum(p.numel() for p in Network(world, channels, 0).parameters())
    listed = [[*key, round(value, 4)] for key, value in errors.items()]
    return {"weights": weights, "rate": rate, "tried": listed}


def table() -> Table:
    """The table, as it is now."""
    return Table("wrong-psf", keys=("world", "width", "method"))


def tasks() -> list[tuple]:
    """What the table holds in the end."""
    told = ("same lam", "retuned", "kernel")
    widths = [("periodic", width, method) for width in WIDTHS for method in told]
    boundary = [("open", TRUE, method) for method in told]
    networks = [("periodic", TRUE), ("periodic", 2.0), ("open", TRUE)]
    return [
        *widths,
        ("periodic", TRUE, "kernel alone"),
        *boundary,
        *((*setting, "network") for setting in networks),
    ]


def main() -> None:
    """Fill the table."""
    table().fill(row, tasks())
