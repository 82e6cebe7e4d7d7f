"""Small convolutional networks, trained with a rate that the validation pairs choose.

    f = g + CNN(g)

of convolutions that are three pixels wide and dilated: an output pixel sees 33 pixels of a
signal, and 19 x 19 of a photograph. Adam takes STEPS steps on batches of BATCH pairs at the
rate, and half as many at a quarter of it, from the best state so far; where PATIENCE epochs
bring no better validation loss, it goes on to the next rate, or ends. On photographs it
begins with a tenth of the steps at a tenth of the rate: without them some trainings switch
all relus off at once. An epoch is at least EPOCH pairs: fewer are taken several times.

Source: the dilations are those of Zhang, Zuo, Gu & Zhang, CVPR 2017, 2808.
"""

from math import ceil

import torch
from torch import Tensor, nn

from course_utils.networks import ConvNet
from course_utils.training import fit

from . import problems
from .classical import ladder

DILATIONS = {"signals": (1, 2, 3, 4, 3, 2, 1), "photographs": (1, 2, 3, 2, 1)}
STEPS = {"signals": 640, "photographs": 1200}
BATCH = {"signals": 16, "photographs": 8}
EPOCH = {"signals": 256, "photographs": 128}
PHASES = {  # parts of the steps, and of the rate
    "signals": ((1, 1), (0.5, 0.25)),
    "photographs": ((0.1, 0.1), (1, 1), (0.5, 0.25)),
}
PATIENCE = 15
BEGIN = 0.006  # the rate that a ladder begins with
STEP = 10**0.5  # from one rate to the next


def network(kind: str, width: int, seed: int) -> nn.Module:
    """The untrained network, which is the identity."""
    return ConvNet(problems.DIMS[kind], width, dilations=DILATIONS[kind], seed=seed)


def trained(kind: str, width: int, pairs: int, sigma: float, *, seed: int, rate: float):
    """A network after its training, and its best validation loss."""
    net = network(kind, width, seed)
    g, f = problems.training(kind, pairs, sigma, seed)
    times = ceil(EPOCH[kind] / pairs)
    data = tuple(x.repeat(times, *[1] * problems.DIMS[kind]) for x in (g, f))
    checked = problems.checked(kind, sigma, seed)
    steps_of_epoch = ceil(len(data[0]) / BATCH[kind])
    losses = []
    for share, part in PHASES[kind]:
        epochs = max(1, round(share * STEPS[kind] / steps_of_epoch))
        options = {"validation": checked, "patience": PATIENCE, "seed": seed}
        losses += fit(net, data, epochs, part * rate, BATCH[kind], **options)
    return net, min(loss[1] for loss in losses)


def chosen(kind: str, width: int, pairs: int, sigma: float) -> tuple[dict, nn.Module]:
    """The validation losses of the rates of a ladder, and the network of the best one.

    All are of seed 0; the best rate lies inside the ladder.
    """
    nets = {}

    def loss(rate: float) -> float:
        nets[rate], found = trained(kind, width, pairs, sigma, seed=0, rate=rate)
        return found

    tried = ladder(loss, BEGIN, STEP)
    return tried, nets[min(tried, key=tried.get)]


@torch.no_grad()
def denoised(net: nn.Module, g: Tensor) -> Tensor:
    """The output of a network that is done with training."""
    net.eval()
    return torch.cat([net(part) for part in g.split(64)])
