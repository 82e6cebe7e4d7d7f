"""Training logs with one fault each, which was really made.

All train the same small network on noisy signals, with plain code. The rate, the number of
pairs, and one line that is wrong are what differs.
"""

import torch
from torch import Tensor, nn

from course_utils.networks import ConvNet
from course_utils.noise import seeded
from course_utils.training import mean_square

from . import problems
from .networks import DILATIONS

SIGMA = 0.1
EPOCHS = 60
STEPS = 8  # in an epoch
BATCH = 32
RIGHT = {"rate": 3e-3, "pairs": 256}
FAULTS = {  # name: what differs from RIGHT
    "none": {},
    "rate too large": {"rate": 0.1},
    "rate too small": {"rate": 1e-5},
    "too few pairs": {"pairs": 4, "rate": 1e-2},
    "validation is training": {"pairs": 4, "rate": 1e-2},
    "targets shuffled": {},
    "gradients pile up": {},
}


def log(fault: str, seed: int = 0) -> dict:
    """The training and validation losses of each epoch."""
    rate, pairs = (RIGHT | FAULTS[fault]).values()
    g, f = problems.training("signals", pairs, SIGMA, seed)
    checked = problems.checked("signals", SIGMA, seed)
    if fault == "validation is training":
        checked = (g, f)
    if fault == "targets shuffled":
        f = f[torch.randperm(len(f), generator=seeded(seed))]
    net = ConvNet(dims=1, width=16, dilations=DILATIONS["signals"], seed=seed)
    optimizer = torch.optim.Adam(net.parameters(), lr=rate)
    draw = seeded(100 + seed)
    found = {"training": [], "validation": []}
    for _ in range(EPOCHS):
        losses = []
        for _ in range(STEPS):
            batch = torch.randint(pairs, (BATCH,), generator=draw)
            if fault != "gradients pile up":
                optimizer.zero_grad()
            losses.append(step(net, optimizer, g[batch], f[batch]))
        found["training"].append(sum(losses) / STEPS)
        found["validation"].append(look(net, *checked))
    return {name: [float(f"{x:.3g}") for x in column] for name, column in found.items()}


def step(net: nn.Module, optimizer, g: Tensor, f: Tensor) -> float:
    """One step downhill; the loss before it."""
    loss = mean_square(net(g), f)
    loss.backward()
    optimizer.step()
    return loss.item()


@torch.no_grad()
def look(net: nn.Module, g: Tensor, f: Tensor) -> float:
    """The loss of pairs, without learning from them."""
    return mean_square(net(g), f).item()
