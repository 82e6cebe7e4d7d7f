"""The networks that learn from N pairs: they start as the identity, and give f from g."""

from math import ceil

import torch
from torch import Tensor, nn

from course_utils.networks import ConvNet, Dense, UNet
from course_utils.training import fit

from .closed_forms import Estimator, tikhonov

BATCH = 16


class Wrapped(nn.Module):
    """A network of convolutions that sees a periodic signal go on by r pixels."""

    def __init__(self, network: nn.Module, r: int, dims: int):
        super().__init__()
        self.network = network
        self.r = r
        self.dims = dims

    def forward(self, g: Tensor) -> Tensor:
        n = g.shape[-1]
        beyond = torch.arange(-self.r, n + self.r, device=g.device) % n
        if self.dims == 2:
            g = g[..., beyond, :]
        inside = slice(self.r, -self.r)
        return self.network(g[..., beyond])[(..., *(inside,) * self.dims)]


class Added(nn.Module):
    """g + network(g), which starts as the identity: the ``last`` layer begins at 0."""

    def __init__(self, network: nn.Module, last: nn.Module):
        super().__init__()
        self.network = network
        nn.init.zeros_(last.weight)
        nn.init.zeros_(last.bias)

    def forward(self, g: Tensor) -> Tensor:
        return g + self.network(g)


class CoolingAdam(torch.optim.Adam):
    """Adam whose steps shrink to zero, in a straight line, over so many of them."""

    def __init__(self, params, lr: float, steps: int):
        super().__init__(params, lr=lr)
        self.first = lr
        self.steps = steps
        self.taken = 0

    def step(self, closure=None):
        """A step of Adam at the rate that is left."""
        for group in self.param_groups:
            group["lr"] = self.first * (1 - self.taken / self.steps)
        self.taken += 1
        return super().step(closure)


def network(method: str, setting: dict, shape: tuple[int, ...], seed: int) -> nn.Module:
    """An untrained network: the identity."""
    dims = len(shape)
    if method == "MLP":
        dense = Dense(shape, shape, setting["widths"], seed=seed)
        return Added(dense, dense.layers[-1])
    if method == "U-Net":
        unet = UNet(width=setting["width"], seed=seed)
        return Added(Wrapped(unet, 4, dims), unet.head)
    depth = setting["depth"]
    return Wrapped(ConvNet(dims, setting["width"], depth, seed=seed), depth, dims)


def trained(
    method: str, H, pairs: tuple[Tensor, Tensor], setting: dict, *, seed: int, device
) -> tuple[Estimator, int]:
    """A network after ``setting["steps"]`` steps, and how many numbers it learned."""
    g, f = pairs
    start = tikhonov(H, g, f) if method == "Tikhonov + CNN" else (lambda g: g)
    model = network(method, setting, tuple(g.shape[1:]), seed).float().to(device)
    batches = ceil(len(g) / BATCH)
    epochs = ceil(setting["steps"] / batches)

    def optimizer(parameters, lr: float) -> CoolingAdam:
        return CoolingAdam(parameters, lr, epochs * batches)

    options = {"lr": setting["lr"], "batch": BATCH, "seed": seed, "optimizer": optimizer}
    list(fit(model, (start(g).float(), f.float()), epochs=epochs, **options))

    @torch.no_grad()
    def estimate(g: Tensor) -> Tensor:
        parts = start(g).float().to(device).split(128)
        return torch.cat([model(part).cpu() for part in parts])

    return estimate, sum(p.numel() for p in model.parameters())
