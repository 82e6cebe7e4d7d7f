"""Networks with and without physics: otherwise the same blocks, and as many."""

import torch
from torch import Tensor, nn

from course_utils.networks import ConvNet, Weights
from course_utils.noise import seeded
from course_utils.unrolled import Lista, ListaCP, UnrolledProximal

from .problems import matrix


class Dense(nn.Module):
    """v + W_2 relu(W_1 v + b_1) + b_2; W_2 and the b begin at 0."""

    def __init__(self, n: int, width: int, seed: int):
        super().__init__()
        W_1 = torch.randn(width, n, generator=seeded(seed)) * (2 / n) ** 0.5
        self.W_1 = nn.Parameter(W_1)
        self.W_2 = nn.Parameter(torch.zeros(n, width))
        self.b_1 = nn.Parameter(torch.zeros(width))
        self.b_2 = nn.Parameter(torch.zeros(n))

    def forward(self, v: Tensor) -> Tensor:
        hidden = (v @ self.W_1.mT + self.b_1).relu()
        return v + hidden @ self.W_2.mT + self.b_2


class Blocks(nn.Module):
    """f = first(g), then the blocks, each after a gradient step if H is given."""

    def __init__(self, first: nn.Module, blocks: list[nn.Module], H=None):
        super().__init__()
        self.first = first
        self.knows_H = H is not None
        self.layers = nn.Sequential(*blocks)
        if self.knows_H:
            tau = 1 / torch.linalg.matrix_norm(H.A, 2).item() ** 2
            self.layers = UnrolledProximal(H, blocks, tau)

    def forward(self, g: Tensor) -> Tensor:
        f = self.first(g)
        return self.layers(g, f) if self.knows_H else self.layers(f)


def soft(H, with_physics: bool, depth: int, seed: int) -> nn.Module:
    """LISTA-CP from ISTA, or LISTA from random matrices."""
    tau = 1 / torch.linalg.matrix_norm(H.A, 2).item() ** 2
    if with_physics:
        return ListaCP(H, 0.1, tau, depth)
    network = Lista(H, 0.1, tau, depth)
    draw = seeded(seed)
    for layer in (*network.W0, *network.W):
        m = layer.A.shape[1]
        layer.A.data = torch.randn(layer.A.shape, generator=draw) / m**0.5
    return network


def build(problem: str, block: str, physics: str, depth: int, n: int, *, seed: int):
    """A network before its training."""
    H = matrix(problem, "right" if physics == "none" else physics, n)
    if block == "soft":
        return soft(H, physics != "none", depth, seed)
    seeds = [1000 * seed + k for k in range(depth)]
    if block == "conv":
        blocks = [ConvNet(dims=1, width=8, depth=2, seed=s) for s in seeds]
    else:
        blocks = [Dense(n, 32, s) for s in seeds]
    first = nn.Identity()
    if problem == "sparse":
        A = H.A.mT
        if physics == "none":
            A = torch.randn(A.shape, generator=seeded(1000 * seed + 999)) / n**0.5
        first = Weights(A, H.out_shape, H.in_shape)
    return Blocks(first, blocks, None if physics == "none" else H)
