"""Restore and segment small noisy thermal frames: the spectral network against its rivals.

Drawn scenes of 48 x 48 pixels (``signals.thermal_scene``) are looked at by a camera of 24 x 24
pixels whose noise is that of a small thermopile array at its fastest, 0.8 K. What is measured on
48 test scenes: the error of the temperatures in kelvin (root of the mean square over all pixels),
the IoU of the labels wall, warm and hot (mean over the classes), and the share of wrong labels
among pixels that touch a border of the true labels. Then the same for three cases that nobody
trained for: things of emissivity 0.6 read as black, a detector with a pattern and dead pixels, and
a camera with a sixteenth of the noise.

``data``, ``wiener`` and ``tv`` have a strength and two thresholds, ``potts`` (on the first 6 test
scenes, because it is slow) a beta and the same thresholds on the means of its classes: all tuned on
the validation scenes of the same seed. The others are trained on 2048 frames, those of the N scenes
again and again; the U-Net on twice as many, ``u-net, short`` on 2048 and ``u-net, long`` on 8192.
Two controls: ``frame + head`` has the head and no physics, ``wiener + head, f too`` a head that may
correct the radiance, as the U-Net may. The state of the best
validation loss is kept; the learning rate was chosen, on 2048 frames, on the validation scenes of a
seed that is not used again. ``seconds`` is the process time of a training on one thread, and
``few`` is "as trained" on the first 6 scenes.
"""

from functools import cache
from itertools import product
from time import process_time

import torch
from torch import nn
from torch.nn.functional import cross_entropy, max_pool2d

from course_utils import infrared, metrics, potts, signals, solvers, training
from course_utils.networks import SpectralNet, UNet
from course_utils.operators import Downsample, Hartley
from course_utils.priors import L1, Gradient

from .table import Table

SIZE, TEST, VALIDATION, FEW, BATCHES = 48, 48, 24, 6, 256
SIZES, SEEDS, OTHER_SEEDS = (8, 32, 512), (0, 1, 2), (10, 11, 12)
CLASSICAL = ("data", "potts", "tv", "wiener")
LEARNED = (
    "spectral + head",
    "u-net",
    "wiener + head",
    "frame + head",
    "wiener + head, f too",
)
SHORT, LONG = (
    "u-net, short",
    "u-net, long",
)  # at the smallest N and the largest; at the largest
PASSES = {
    "u-net": 2,
    LONG: 4,
}  # over 2048 frames; one for the others, and for the choice of rates
RATES = (1e-3, 3e-3, 1e-2, 3e-2, 1e-1)  # the learning rates that are tried,
TUNING = (32, 90)  # with this N and seed
LOW, HIGH = infrared.band_radiance(torch.tensor([293.0, 313.0])).tolist()
THRESHOLDS = [(a / 2, float(b)) for a, b in product(range(594, 606), range(309, 325))]


def camera(netd: float = 0.8) -> infrared.Camera:
    return infrared.Camera((SIZE, SIZE), blur_spot=24e-6, netd=netd)


def unit(L):
    """Radiances on a scale where 293 K is 0 and 313 K is 1."""
    return (L - LOW) / (HIGH - LOW)


def kelvin(x):
    return infrared.brightness_temperature((LOW + (HIGH - LOW) * x).clamp(min=5.0))


def scenes(count: int, generator):
    """Temperatures and labels."""
    pairs = [signals.thermal_scene(SIZE, generator) for _ in range(count)]
    return torch.stack([T for T, _ in pairs]), torch.stack([z for _, z in pairs])


def frames(T, z, generator, case: str = "as trained"):
    """The data of a camera: its counts, calibrated, on the scale of ``unit``."""
    eye = camera(0.05 if case == "quiet" else 0.8)
    emissivity = torch.where(z > 0, 0.6, 1.0) if case == "emissivity" else 1.0
    L = infrared.observed_radiance(T, emissivity, 293.15)
    pattern = eye.pattern(generator) if case == "pattern" else None
    return unit(eye.radiance(eye.counts(L, generator, pattern)))


CASES = ("as trained", "emissivity", "pattern", "quiet")


@cache
def sets(seed: int) -> dict:
    """Validation and test data of a seed."""
    generator, made = torch.Generator().manual_seed(1000 + seed), {}
    for name, count in (("validation", VALIDATION), ("test", TEST)):
        T, z = scenes(count, generator)
        made[name] = T, z, {case: frames(T, z, generator, case) for case in CASES}
    return made


def training_set(count: int, seed: int):
    """N pairs: frames, and radiances with labels."""
    generator = torch.Generator().manual_seed(seed)
    T, z = scenes(count, generator)
    return frames(T, z, generator), targets(T, z)


def targets(T, z):
    return torch.stack([unit(infrared.band_radiance(T)), z.to(T)], 1)


def wiener_factors(H, theta: float):
    """Lambda = p / (H C H^T + sigma^2), with p = theta / (1 + nu)^3 the power of scenes."""
    nu = torch.cartesian_prod(*[torch.fft.fftfreq(SIZE, 1 / SIZE)] * 2).norm(dim=1)
    p = theta * (1 + nu.view(SIZE, SIZE)) ** -3
    delta = torch.zeros(H.out_shape)
    delta[0, 0] = 1
    seen = H(torch.fft.ifft2(p * torch.fft.fft2(H.T(delta))).real)
    variance = torch.fft.fft2(seen).real.repeat(2, 2)
    return p / (variance + (camera().sigma / (HIGH - LOW)) ** 2)


def wiener_net(theta: float) -> SpectralNet:
    """The four layers with Wiener's factors, and nothing to learn."""
    H = camera().H
    net = SpectralNet(H, basis=Hartley(H.in_shape))
    net[2].Lambda.data = by_group(net[2].group, wiener_factors(H, theta)[None], mean=True)
    return net.requires_grad_(False)


def by_group(group, x, mean: bool = False):
    """The sum of x over the scenes and over the coefficients of each group."""
    size = int(group.max()) + 1
    total = torch.zeros(size).index_add(0, group.flatten(), x.sum(0).flatten())
    return total / group.flatten().bincount() if mean else total


def fitted_net(g, f) -> SpectralNet:
    """The four layers, with the Lambda that fits the pairs best: least squares, entry by entry."""
    H = camera().H
    net = SpectralNet(H, basis=Hartley(H.in_shape))
    H_T, V_T, diagonal, V = net
    c, a = V_T(H_T(g)), V.T(f)
    diagonal.Lambda.data = by_group(diagonal.group, c * a) / by_group(diagonal.group, c * c)
    return net


class Reader(nn.Module):
    """g -> f and a score for each label: a start, and a network that looks at what it gives."""

    def __init__(self, start, head):
        super().__init__()
        self.start, self.head = start, head

    def forward(self, g):
        f = self.start(g)
        scores = self.head(f)
        if scores.shape[-3] == 4:  # the head may also correct f
            f = f + scores[..., 3, :, :]
        return torch.cat([f[..., None, :, :], scores[..., :3, :, :]], -3)


def loss(y, target):
    """The mean square error of f and the cross-entropy of the labels."""
    f, z = target[:, 0], target[:, 1].long()
    return (y[:, 0] - f).square().mean() + cross_entropy(y[:, 1:], z)


def network(method: str, g, f, theta: float, seed: int) -> Reader:
    if method == "spectral + head":
        return Reader(fitted_net(g, f), UNet(8, levels=0, classes=3, seed=seed))
    if method.startswith("wiener + head"):
        classes = 4 if method.endswith("f too") else 3
        return Reader(wiener_net(theta), UNet(8, levels=0, classes=classes, seed=seed))
    if method == "frame + head":
        return Reader(upsampling(), UNet(8, levels=0, classes=3, seed=seed))
    return Reader(upsampling(), UNet(8, levels=2, classes=4, seed=seed))


def upsampling():
    """Each pixel of the frame becomes four of the scene."""
    return 4 * Downsample((SIZE, SIZE), 2).T


def trained(method: str, count: int, seed: int, rate: float) -> tuple[Reader, dict]:
    """Batches of 8 of the N pairs, which are repeated until they are 256, and so on."""
    g, target = training_set(count, 100_000 + 1000 * seed)
    T, z, data = sets(seed)["validation"]
    theta = tuned_wiener(seed)[0] if method.startswith("wiener") else 0.0
    before = process_time()
    net = network(method, g, target[:, 0], theta, seed)
    repeats = -(-256 // count)
    pairs = g.repeat(repeats, 1, 1), target.repeat(repeats, 1, 1, 1)
    passes = 1 if seed == TUNING[1] else PASSES.get(method, 1)
    epochs = 8 * BATCHES * passes // len(pairs[0])
    checks = data["as trained"], targets(T, z)
    losses = list(training.fit(net, pairs, epochs, rate, 8, loss, checks, seed=seed))
    best = min(value for _, value in losses)
    learned = sum(p.numel() for p in net.parameters() if p.requires_grad)
    return net, {
        "seconds": process_time() - before,
        "validation": best,
        "parameters": learned,
    }


def judged(T_hat, z_hat, T, z) -> tuple[float, float, float]:
    """Kelvin, IoU, and the share of wrong labels beside a border."""
    t = z[:, None].to(T)
    beside = max_pool2d(t, 3, 1, 1) != -max_pool2d(-t, 3, 1, 1)
    wrong = (z_hat != z)[beside[:, 0]].double().mean().item()
    return (T_hat - T).square().mean().sqrt().item(), metrics.iou(z_hat, z), wrong


def by_thresholds(T_hat, low: float, high: float):
    return (T_hat > low).long() + (T_hat > high).long()


def best_thresholds(T_hat, z) -> tuple[float, float]:
    return max(THRESHOLDS, key=lambda pair: metrics.iou(by_thresholds(T_hat, *pair), z))


def total_variation(g, lam: float):
    """The minimiser of 1/2 ||g - H f||^2 + lam TV(f), by 120 primal-dual steps."""
    D = Gradient((SIZE, SIZE))
    steps = solvers.primal_dual(camera().H, g, L1(axis=-3), lam, 0.34, 0.34, D)
    return solvers.run(steps, 120)


def best_strength(restore, strengths, seed: int):
    """The strength with the smallest error on validation scenes, and the thresholds for it."""
    T, z, data = sets(seed)["validation"]
    f = unit(infrared.band_radiance(T))
    found = [restore(data["as trained"], strength) for strength in strengths]
    best = min(range(len(found)), key=lambda i: (found[i] - f).square().mean().item())
    return strengths[best], best_thresholds(kelvin(found[best]), z)


@cache
def tuned_wiener(seed: int):
    return best_strength(
        lambda g, theta: wiener_net(theta)(g), (10, 30, 100, 300, 1e3, 3e3), seed
    )


def segmented(g, theta: float, beta: float, thresholds):
    """Kelvin and labels of one frame by the mean field, which starts from Wiener's estimate."""
    steps = potts.potts_mean_field(camera().H, g, 3, beta, wiener_net(theta)(g))
    q = solvers.run(steps, 25)
    return kelvin(q.f), by_thresholds(kelvin(q.m), *thresholds)[q.labels]


def by_potts(g, theta: float, beta: float, thresholds):
    pairs = [segmented(frame, theta, beta, thresholds) for frame in g]
    return tuple(map(torch.stack, zip(*pairs, strict=True)))


def classical(method: str, seed: int):
    """The method, tuned on validation scenes: a map from frames to kelvin and labels."""
    theta, thresholds = tuned_wiener(seed)
    if method == "potts":
        _, z, data = sets(seed)["validation"]
        g = data["as trained"][:3]

        def quality(beta):
            return metrics.iou(by_potts(g, theta, beta, thresholds)[1], z[:3])

        beta = max((0.5, 1.0, 2.0), key=quality)
        return lambda g: by_potts(g, theta, beta, thresholds)
    restore, strengths = {
        "data": (lambda g, _: upsampling()(g), (0.0,)),
        "wiener": (lambda g, theta: wiener_net(theta)(g), (theta,)),
        "tv": (total_variation, (3e-4, 1e-3, 3e-3, 0.01, 0.03)),
    }[method]
    strength, thresholds = best_strength(restore, strengths, seed)

    def apply(g):
        T_hat = kelvin(restore(g, strength))
        return T_hat, by_thresholds(T_hat, *thresholds)

    return apply


def row(method: str, count: int, seed: int, rate: float) -> dict:
    """A method with N training scenes, judged in all cases; while tuning, its loss alone."""
    torch.set_default_dtype(torch.float32)
    if method in CLASSICAL:
        apply, found = classical(method, seed), {}
    else:
        net, found = trained(method, count, seed, rate)

        @torch.no_grad()
        def apply(g):
            y = net(g)
            return kelvin(y[:, 0]), y[:, 1:].argmax(1)

    if seed == TUNING[1]:
        return found
    T, z, data = sets(seed)["test"]
    few = slice(FEW) if method == "potts" else slice(None)
    for case in CASES:
        T_hat, z_hat = apply(data[case][few])
        found[case] = judged(T_hat, z_hat, T[few], z[few])
        if case == "as trained":
            found["few"] = judged(T_hat[:FEW], z_hat[:FEW], T[:FEW], z[:FEW])
    return found


def main() -> None:
    """Fill the table: first the rates, then everything at the best of them."""
    table = Table("infrared", keys=("method", "n", "seed", "rate"))
    table.fill(row, tuning_tasks())
    table.fill(row, tasks(table))


def tuning_tasks() -> list[tuple]:
    return [(method, *TUNING, rate) for method in LEARNED for rate in RATES]


def tasks(table: Table) -> list[tuple]:
    """Every method, N and seed; the other seeds repeat the classical methods and one N."""

    def best(method):
        return min(RATES, key=lambda rate: table.row(method, *TUNING, rate)["validation"])

    found = [(method, 0, seed, 0.0) for method in CLASSICAL for seed in SEEDS]
    found += [(m, n, seed, best(m)) for n in SIZES for m in LEARNED for seed in SEEDS]
    found += [("wiener", 0, seed, 0.0) for seed in OTHER_SEEDS]
    found += [(m, 32, seed, best(m)) for m in LEARNED[:2] for seed in OTHER_SEEDS]
    found += [(LONG, SIZES[-1], seed, best("u-net")) for seed in SEEDS]
    return found + [(SHORT, n, seed, best("u-net")) for n in SIZES[::2] for seed in SEEDS]
