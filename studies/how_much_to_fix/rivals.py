"""A residual CNN and a small U-Net beside the unrolled network, with no operator inside.

    f = v + CNN(v)   or   f = v + UNet(v),   v = R g

R is that of the correction, where the unrolled network of ``networks`` begins, too, and
what is added begins as 0. Pairs, noise, seeds, tests, steps and linear structures are those
of ``networks``. On the validation pairs the width is chosen as well as the rate, and a best
rate at an end of ``RATES`` is followed beyond it; of the unrolled network, whose rows these
stand beside, only the rate was tuned.

``learned`` counts the numbers that a network learns; the other columns are those of
``networks``. One noise and one mismatch, the larger ones, were tried.

Keys: network, family, images, noise, size.
"""

from torch import Tensor, nn

from course_utils.networks import ConvNet, UNet

from ..table import Table
from . import networks
from .families import SIDE

RATES = (5e-4, 2e-3, 8e-3)
DEPTH = 5
LEVELS = 1
WIDTHS = {"CNN": (12, 24), "U-Net": (6, 12)}
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
    return After(R, ConvNet(dims=2, width=width, depth=DEPTH, seed=seed), side)


def row(network: str, family: str, images: str, noise: float, size: float) -> dict:
    """All seeds of a setting."""
    drawn, sigma = networks.problem(family, images, noise, size)

    def build(start, seed: int, width: int) -> After:
        return untrained(network, start.R, SIDE[family], seed, width)

    widths = tuple((width,) for width in WIDTHS[network])
    kind = networks.Kind(build, widths, RATES, beyond=True)
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
        if task[2:] == SETTING
    ]
