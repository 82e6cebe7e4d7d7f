"""A residual CNN and a small U-Net beside the unrolled network, with no operator inside.

    f = v + CNN(v)   or   f = v + UNet(v),   v = R g

R is that of the correction, where the unrolled network of ``networks`` begins, too, and
what is added begins as 0. "CNN on the data" has R = I: no physics is left. Pairs, noise,
seeds, tests and linear structures are those of ``networks``, and so are the steps; from the
data, where there is more to learn, they are three times as many. On the validation pairs
the width is chosen, but from the data, as well as the rate, and a best rate at an end of
``RATES`` is followed beyond it; of the unrolled network, whose rows these stand beside,
only the rate was tuned.

``learned`` counts the numbers that a network learns; the other columns are those of
``networks``. One noise and one mismatch, the larger ones, were tried, and from the data
no surrogates.

Keys: network, family, images, noise, size.
"""

import torch
from torch import Tensor, nn

from course_utils.networks import ConvNet, UNet

from ..table import Table
from . import networks
from .families import SIDE

RATES = (5e-4, 2e-3, 8e-3)
DEPTH = 5
LEVELS = 1
WIDTHS = {"CNN": (12, 24), "U-Net": (6, 12), "CNN on the data": (12,)}
LONGER = 3  # the steps from the data, by those of the others
SETTING = (0.1, 0.4)  # noise, and size of the mismatch


class Residual(nn.Module):
    """v + UNet(v), at first v."""

    def __init__(self, width: int, seed: int):
        super().__init__()
        self.net = UNet(width, LEVELS, seed=seed)
        nn.init.zeros_(self.net.head.weight)

    def forward(self, v: Tensor) -> Tensor:
        return v + self.net(v)


class After(nn.Module):
    """A network of images that is given R g."""

    def __init__(self, R: Tensor, net: nn.Module, side: int):
        super().__init__()
        self.register_buffer("R", R.float(), persistent=False)
        self.net = networks.Picture(net, side)

    def forward(self, g: Tensor) -> Tensor:
        return self.net(g @ self.R.mT)


def untrained(network: str, R: Tensor, side: int, seed: int, width: int) -> After:
    """The network of that name after the matrix R."""
    if network == "U-Net":
        return After(R, Residual(width, seed), side)
    R = torch.eye(side**2) if network == "CNN on the data" else R
    return After(R, ConvNet(dims=2, width=width, depth=DEPTH, seed=seed), side)


def row(network: str, family: str, images: str, noise: float, size: float) -> dict:
    """All seeds of a setting."""
    drawn, sigma = networks.problem(family, images, noise, size)

    def build(start, seed: int, width: int) -> After:
        return untrained(network, start.R, SIDE[family], seed, width)

    widths = tuple((width,) for width in WIDTHS[network])
    steps = networks.STEPS * (LONGER if network == "CNN on the data" else 1)
    kind = networks.Kind(build, widths, RATES, steps, beyond=True)
    found = networks.seeds(kind, drawn, sigma)
    chosen = {"width": found[0]["setting"][0], "learned": found[0]["learned"]}
    return networks.summary(kind, found) | chosen


def table() -> Table:
    """The table, as it is now."""
    keys = ("network", "family", "images", "noise", "size")
    return Table("how-much-to-fix-rivals", keys)


def tasks() -> list[tuple]:
    """What the table holds in the end."""
    return [
        (network, *task)
        for network in WIDTHS
        for task in networks.tasks()
        if task[2:] == SETTING and (network != "CNN on the data" or task[1] == "real")
    ]
