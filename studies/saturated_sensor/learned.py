"""What is trained on pairs: a small network that knows no h, and unrolled Gauss-Newton."""

from itertools import islice
from time import process_time

import torch
from torch import Tensor, nn

from course_utils.networks import Dense
from course_utils.noise import seeded
from course_utils.nonlinear import UnrolledGaussNewton

from ..physics_or_data import Together
from .problem import BestAffine, N, draws, model, prior

SEEDS = 3
WIDTHS = (96, 96)
RATE = 2e-3
BATCH = 64
PAIRS = 30_000
STEPS = 2000  # the rate falls to a third after a half, and again after three quarters
LOOK = 250  # steps between two looks at the validation pairs
LAYERS = 4
UNROLLED_BATCH = 32
UNROLLED_STEPS = 30


class Residual(nn.Module):
    """f = the best affine map of g, learned on, plus a perceptron that begins at 0."""

    def __init__(self, affine: BestAffine, scale: float, seed: int):
        super().__init__()
        L = prior()[1]
        self.register_buffer("mean", affine.mean.float(), persistent=False)
        self.scale = scale
        self.W = nn.Parameter((L @ affine.W).float() * scale)
        self.rest = Dense((N,), (N,), WIDTHS, seed=seed)
        nn.init.zeros_(self.rest.layers[-1].weight)

    def forward(self, g: Tensor) -> Tensor:
        v = (g - self.mean) / self.scale
        return v @ self.W.mT + self.rest(v)


def pairs(sensor: str, level: float, sigma: float, count: int, seed: int):
    """Pairs (g, f) in single precision."""
    g, x = draws(sensor, level, sigma, count, seed)
    return g.float(), (x @ prior()[1].mT).float()


def batches(g: Tensor, f: Tensor):
    """Batches without end, in an order of its own for each seed."""
    generators = [seeded(700 + seed) for seed in range(SEEDS)]
    while True:
        order = torch.stack([torch.randperm(len(g), generator=d) for d in generators])
        for index in order[:, : len(g) // BATCH * BATCH].split(BATCH, 1):
            yield g[index], f[index]


def network(sensor: str, level: float, sigma: float):
    """Three networks trained on ``PAIRS`` pairs, each kept as it was best in validation.

    Gives a function of g with one x_hat for each seed, and what the row says of it.
    """
    start = process_time()
    g, f = pairs(sensor, level, sigma, PAIRS, 300)
    affine = BestAffine(sensor, level, sigma)
    scale = g.std().item()
    nets = [Residual(affine, scale, seed) for seed in range(SEEDS)]
    together = Together(nets, (RATE,))
    validation = pairs(sensor, level, sigma, 1000, 400)
    best = torch.full((SEEDS,), torch.inf)
    kept = {name: p.detach().clone() for name, p in together.p.items()}
    for step, batch in enumerate(islice(batches(g, f), STEPS), 1):
        together.step(*batch)
        if step in (STEPS // 2, STEPS * 3 // 4):
            together.rates = together.rates / 3
        if step % LOOK == 0:
            best = keep_the_better(together, validation, best, kept)
    together.p = kept
    said = {"pairs": PAIRS, "steps": STEPS}
    seconds = round((process_time() - start) / SEEDS, 1)
    return whitened(together), said | {"train_s": seconds}


@torch.no_grad()
def keep_the_better(together: Together, validation, best: Tensor, kept: dict) -> Tensor:
    """Keep the parameters of members that are better than before; their errors."""
    g, f = validation
    errors = (together(g.expand(len(best), *g.shape)) - f).square().mean((1, 2))
    better = errors < best
    for name, p in together.p.items():
        kept[name][better] = p.detach()[better]
    return torch.minimum(errors, best)


def whitened(together: Together):
    """g -> x_hat of each seed. Shape: (seeds, count, n)."""

    @torch.no_grad()
    def estimate(g: Tensor) -> Tensor:
        f = together(g.float().expand(SEEDS, *g.shape)).double()
        L = prior()[1]
        return torch.linalg.solve_triangular(L, f.mT, upper=False).mT

    return estimate


def unrolled(sensor: str, level: float, sigma: float):
    """Four layers of Gauss-Newton whose lam_k are trained, with three seeds.

    Adam on batches of fresh pairs; each lam_k begins at sigma^2.
    """
    start = process_time()
    h = model(sensor, level)
    layers = [
        UnrolledGaussNewton(h, sigma**2, LAYERS, inner=16).double() for _ in range(SEEDS)
    ]
    L = prior()[1]
    for seed, net in enumerate(layers):
        adam = torch.optim.Adam(net.parameters(), 0.15 * sigma**2)
        g, x = draws(sensor, level, sigma, UNROLLED_STEPS * UNROLLED_BATCH, 500 + seed)
        for g_k, x_k in zip(g.split(UNROLLED_BATCH), x.split(UNROLLED_BATCH), strict=True):
            adam.zero_grad()
            ((net(g_k) - x_k) @ L.mT).square().mean().backward()
            adam.step()
    lams = [[round(v / sigma**2, 3) for v in net.lam.abs().tolist()] for net in layers]
    said = {"pairs": UNROLLED_STEPS * UNROLLED_BATCH, "steps": UNROLLED_STEPS, "lams": lams}

    def estimate(g: Tensor) -> Tensor:
        with torch.no_grad():
            return torch.stack([net(g) for net in layers])

    return estimate, said | {"train_s": round((process_time() - start) / SEEDS, 1)}


METHODS = {"network": network, "unrolled": unrolled}
