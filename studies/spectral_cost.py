"""What one forward pass of the four-layer network costs on a photograph, beside its FFTs.

Its four transforms are called as the layers call them, with nothing between; network and
transforms take turns in one process and on one thread, and a row holds the medians of the
processor time and of the ratios. Memory is the peak of what torch holds during the pass
beyond what it held before, in units of the picture; ``dense_gb`` is what one learned matrix
from pixels to pixels would take, in float32.

Key: side, the number of pixels along one side of the photograph.
"""

from statistics import median
from time import process_time

import torch
from torch import Tensor
from torch.profiler import ProfilerActivity, profile

from course_utils import images
from course_utils.networks import SpectralNet
from course_utils.operators import Blur
from course_utils.signals import gaussian_psf

from .table import Table

ROUNDS = 21


def transforms(g: Tensor) -> Tensor:
    """The FFTs of H^T, a pair of half size, and those of V^T and of V, which are whole."""
    x = torch.fft.irfft2(torch.fft.rfft2(g), g.shape)
    torch.fft.fft2(x, norm="ortho")
    return torch.fft.fft2(x, norm="ortho")


def seconds(line, g: Tensor) -> float:
    """The processor time of one call."""
    start = process_time()
    line(g)
    return process_time() - start


def peak(line, g: Tensor) -> float:
    """The most that torch held at once during a call beyond what it held before.

    Units: pictures.
    """
    with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as watched:
        kept = line(g)
    held = highest = 0
    for event in watched.profiler.kineto_results.events():
        held += event.nbytes() if event.name() == "[memory]" else 0
        highest = max(highest, held)
    return highest / kept.nbytes


@torch.no_grad()
def row(side: int) -> dict:
    """One forward pass on a picture of side x side pixels."""
    g = images.photographs(side)["camera"].float()
    net = SpectralNet(Blur(gaussian_psf(2.0, ndim=2).float(), (side, side)))
    pairs = [(seconds(net, g), seconds(transforms, g)) for _ in range(ROUNDS + 3)][3:]
    ours, theirs = (median(t) for t in zip(*pairs, strict=True))
    return {
        "network_s": ours,
        "transforms_s": theirs,
        "ratio": median(a / b for a, b in pairs),
        "memory_in_pictures": peak(net, g),
        "dense_gb": 4 * side**4 / 1e9,
    }


def table() -> Table:
    """The table, as it is now."""
    return Table("spectral-cost", keys=("side",))


def tasks() -> list[tuple]:
    """What the table holds in the end."""
    return [(2**k,) for k in range(7, 11)]


def main() -> None:
    """Fill the table, one picture after the other."""
    table().fill(row, tasks(), workers=1)
