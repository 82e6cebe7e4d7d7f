r"""Project *A network under a budget*: the best network from 64 pairs, small and quick.

    g = D B f + noise        lines of 128 pixels, blurred on a grid four times as fine

Asked for is a function that trains a network. It is run three times, with three seeds, and
the networks are judged on new lines: beside Wiener's filter from the same pairs, at another
noise level, and by what they cost.
"""

import math
import time
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import torch
from torch import Tensor, nn

from .. import noise
from ..metrics import nmse_db
from ..operators import Blur, Downsample
from ..signals import gaussian_psf, piecewise_constant
from .rubric import Refused, Row, Score, measured, precision, tensor

ASKED = "train"  # the name of the function that a file hands in
PIXELS = 128  # of a line
FINE = 4  # pixels of the unknown line in one of the data
WIDTH = 2.5  # of the psf, in pixels of the data
SIGMA = 0.05
PAIRS = 64
TEST = 500  # lines on which a network is judged
SEEDS = 3  # trainings
ROWS = [
    Row("gain on Wiener's filter from the same pairs (dB)", 30, full=1.2, none=0.0),
    Row("the same, for the worst of three seeds (dB)", 15, full=1.0, none=0.0),
    Row("the same, where the noise is twice as strong (dB)", 25, full=0.5, none=-1.5),
    Row("learned numbers", 15, full=300, none=3000),
    Row("processor time of a training (s)", 15, full=15, none=90),
]


class Task(NamedTuple):
    """What there is to learn from: ``g`` and ``f``, (64, 128), the ``psf``, and ``sigma``.

    The training shall draw all its random numbers from ``seed``.
    """

    g: Tensor
    f: Tensor
    psf: Tensor
    sigma: float
    seed: int


@precision(torch.float64)
def pairs(count: int, seed: int, sigma: float = SIGMA) -> tuple[Tensor, Tensor]:
    """Data and lines, both (count, 128), in single precision; the lines are periodic."""
    draw = noise.seeded(seed)
    f = piecewise_constant(count, FINE * PIXELS, draw).double()
    B = Blur(gaussian_psf(FINE * WIDTH).double(), (FINE * PIXELS,))
    D = Downsample((FINE * PIXELS,), FINE)
    g = D(B(f))
    g = g + noise.gaussian(g, sigma, draw)
    return g.float(), D(f).float()


def wiener(g: Tensor, f: Tensor) -> Callable[[Tensor], Tensor]:
    """The best filter on these pairs: for each frequency least squares, in closed form."""
    G = torch.fft.rfft(g.double())
    F = torch.fft.rfft(f.double())
    phi = (F * G.conj()).mean(0) / G.abs().square().mean(0)
    return lambda x: torch.fft.irfft(phi * torch.fft.rfft(x.double()), PIXELS)


def learned_numbers(network: nn.Module) -> int:
    """How many numbers a training may change."""
    return sum(p.numel() for p in network.parameters() if p.requires_grad)


def trained(train: Callable[[Task], nn.Module], task: Task) -> tuple[nn.Module, float]:
    """A network, and the seconds of processor time that its training took.

    Raises: Refused for what is no network with numbers to learn.
    """
    begin = time.process_time()
    network = train(task)
    seconds = time.process_time() - begin
    if network is None or network is ...:
        raise Refused("nothing has been returned yet; expected is a network")
    if not isinstance(network, nn.Module):
        raise Refused(f"expected is a torch.nn.Module, not {type(network).__name__}")
    if learned_numbers(network) == 0:
        raise Refused("the network has no number that is learned")
    return network.eval(), seconds


def gain(network: nn.Module, filtered: Callable, test: tuple[Tensor, Tensor]) -> float:
    """By how many decibels the network's squared error is below that of a filter."""
    g, f = test
    with torch.no_grad():
        f_hat = tensor("the output of the network", network(g), tuple(f.shape))
    return nmse_db(filtered(g), f.double()) - nmse_db(f_hat, f.double())


def numbers_of(train: Callable[[Task], nn.Module], seed: int) -> list[float]:
    """What the rubric measures of three trainings on the pairs of one seed.

    What a network costs counts only if it gains something.
    """
    draws = range(4 * seed, 4 * seed + 4)
    usual = pairs(PAIRS, draws[0])
    loud = pairs(PAIRS, draws[1], 2 * SIGMA)
    tests = pairs(TEST, draws[2]), pairs(TEST, draws[3], 2 * SIGMA)
    task = partial(Task, *usual, gaussian_psf(WIDTH).float(), SIGMA)
    runs = [trained(train, task(start)) for start in range(SEEDS)]
    networks, seconds = zip(*runs, strict=True)
    gains = [gain(network, wiener(*usual), tests[0]) for network in networks]
    in_noise = [gain(network, wiener(*loud), tests[1]) for network in networks]
    costs = [max(map(learned_numbers, networks)), sum(seconds) / SEEDS]
    if sum(gains) <= 0:
        costs = [math.nan, math.nan]
    return [sum(gains) / SEEDS, min(gains), sum(in_noise) / SEEDS, *costs]


@precision(torch.float32)
def score(train: Callable[[Task], nn.Module], seed: int | None = None) -> Score:
    """The points of a function that takes a `Task` and returns a network.

    The network takes data, (count, 128), to estimates of the same shape. The time of a
    training depends a little on the machine, and its points with it.
    """
    return measured(ROWS, partial(numbers_of, train), seed)
