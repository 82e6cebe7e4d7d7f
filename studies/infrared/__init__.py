"""Restore and segment small noisy thermal frames: the spectral network against its rivals.

Drawn scenes of 48 x 48 pixels (``signals.thermal_scene``) are looked at by a camera of 24 x
24 pixels whose noise is that of a small thermopile array at its fastest, 0.8 K. What is
measured on 48 test scenes: the error of the temperatures in kelvin (root of the mean square
over all pixels), the IoU of the labels wall, warm and hot (mean over the classes), and the
share of wrong labels among pixels that touch a border of the true labels. Then the same for
three cases that nobody trained for: things of emissivity 0.6 read as black, a detector with
a pattern and dead pixels, and a camera with a sixteenth of the noise.

``data``, ``wiener`` and ``tv`` have a strength and two thresholds, ``potts`` (on the first
6 test scenes, because it is slow) a beta and the same thresholds on the means of its
classes: all tuned on the 24 validation scenes of the same seed. The others are trained on
2048 frames, those of the N scenes again and again, whatever N is; the U-Net, which learns
more slowly, on twice as many, and ``u-net, long`` on 8192. ``frame + head`` has the head
and no physics. The state of the best validation loss is kept, so that N + 24 scenes are
labelled; the learning rate was chosen, on 2048 frames, on the validation scenes of a seed
that is not used again. ``seconds`` is the process time of a training on one thread, and
``few`` is "as trained" on the first 6 scenes. Keys: method, n, seed, rate.
"""

import torch
from torch import Tensor
from torch.nn.functional import max_pool2d

from course_utils import metrics

from ..table import Table
from . import classical, networks
from .frames import CASES, kelvin, sets

FEW = 6  # test scenes for Potts
SIZES = (8, 32, 512)  # N, the scenes of a training
SEEDS = (0, 1, 2)
RATES = (1e-3, 3e-3, 1e-2, 3e-2, 1e-1)  # the learning rates that are tried,
TUNING = (32, 90)  # with this N and seed


def judged(
    T_hat: Tensor, z_hat: Tensor, T: Tensor, z: Tensor
) -> tuple[float, float, float]:
    """Kelvin, IoU, and the share of wrong labels beside a border."""
    labels = z[:, None].to(T)
    beside = max_pool2d(labels, 3, 1, 1) != -max_pool2d(-labels, 3, 1, 1)
    wrong = (z_hat != z)[beside[:, 0]].double().mean().item()
    return (T_hat - T).square().mean().sqrt().item(), metrics.iou(z_hat, z), wrong


def method_of(method: str, count: int, seed: int, rate: float):
    """The tuned or trained method, frames to kelvin and labels; and of its training."""
    if method in classical.METHODS:
        return classical.tuned(method, seed), {}
    passes = 1 if seed == TUNING[1] else networks.PASSES.get(method, 1)
    net, training = networks.trained(method, count, seed, rate, passes)

    @torch.no_grad()
    def estimate(g: Tensor) -> tuple[Tensor, Tensor]:
        y = net(g)
        return kelvin(y[:, 0]), y[:, 1:].argmax(1)

    return estimate, training


def row(method: str, count: int, seed: int, rate: float) -> dict:
    """A method with N training scenes, judged in all cases; in tuning, its loss alone."""
    torch.set_default_dtype(torch.float32)
    estimate, found = method_of(method, count, seed, rate)
    if seed == TUNING[1]:
        return found
    T, z, data = sets(seed)["test"]
    few = slice(FEW) if method == "potts" else slice(None)
    for case in CASES:
        T_hat, z_hat = estimate(data[case][few])
        found[case] = judged(T_hat, z_hat, T[few], z[few])
        if case == "as trained":
            found["few"] = judged(T_hat[:FEW], z_hat[:FEW], T[:FEW], z[:FEW])
    return found


def table() -> Table:
    """The table, as it is now."""
    return Table("infrared", keys=("method", "n", "seed", "rate"))


def tuning_tasks() -> list[tuple]:
    """The rows that say which learning rate is best."""
    return [(method, *TUNING, rate) for method in networks.METHODS for rate in RATES]


def tasks() -> list[tuple]:
    """Every method, N and seed, at the best rate; a part of it again with other seeds."""
    tuning = table()

    def best(method: str) -> float:
        return min(RATES, key=lambda rate: tuning.row(method, *TUNING, rate)["validation"])

    rates = {method: best(method) for method in networks.METHODS}
    rates[networks.LONG] = rates["u-net"]
    return [
        *tuning_tasks(),
        *((method, 0, seed, 0.0) for method in classical.METHODS for seed in SEEDS),
        *((m, n, seed, rates[m]) for n in SIZES for m in rates for seed in SEEDS),
    ]


def main() -> None:
    """Fill the table: first the rates, then everything at the best of them."""
    table().fill(row, tuning_tasks())
    table().fill(row, tasks())
