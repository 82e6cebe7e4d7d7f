"""What unrolled networks of 16 layers learn on the standard problem of sparse recovery.

    g = H f + eps,  250 x 500, Gaussian columns of norm 1, one entry in ten is N(0, 1), the rest 0

Every method begins as a schedule: tau and thresholds a rho^k, the best of a grid on 200 scenes
for validation, which belong to its seed. Some stop there ("schedule"); the others then train
through all layers, by Adam in three passes over scenes that it has not seen (``METHODS`` says how
many), each at a third of the rate before: about ten seconds of one thread for each method. Steps
and thresholds are learned by their logarithms, matrices at a lower rate; that rate, and the
fractions of the support selection ("-SS"), were chosen on scenes for validation of other seeds.
A method with "W" uses the analytic weights, as Alista does. ISTA and FISTA take the lam and the
multiple of 1 / L as a step that are best after 16 iterations on the scenes for validation.

A row holds, by layer, the NMSE of all test scenes and the 5 %, 50 % and 95 % quantiles of the
errors of single scenes; for the last layer also the 99 % quantile, the part of the squared error
in the worst 1 % of the scenes, and a bootstrap interval of the NMSE (all in dB but for the part);
``train_s`` is the processor time of one thread, grid included. Seeds 0 to 2 share a matrix and
its test scenes, 10 to 12 another matrix. Keys: method, noise ("none" or dB below H f), seed.
"""

from functools import partial
from itertools import product
from time import process_time

import torch
from torch import nn
from torch.nn.utils import parametrize

from course_utils import linear, noise, signals
from course_utils.priors import L1
from course_utils.solvers import fista, ista
from course_utils.training import fit
from course_utils.unrolled import (
    Alista,
    Lista,
    ListaCP,
    Prox,
    UnrolledProximal,
    analytic_weights,
)

from .table import Table

K, M, N, DENSITY, SELECT = 16, 250, 500, 0.1, (0.02, 0.2)
A, RHO, TAU = (0.2, 0.3, 0.4, 0.5, 0.7), (0.7, 0.75, 0.8, 0.85, 0.9, 0.95), (0.3, 0.5, 0.6)
LAM, OVER_L = (0.05, 0.1, 0.15, 0.2, 0.3), (1.0, 1.5, 1.9)
METHODS = {  # how it is built from tau and theta; the scenes of each pass; the rate of matrices
    "ISTA": (None, 0, 0),
    "FISTA": (None, 0, 0),
    "schedule, H^T": (lambda H, t, c: ListaCP(H, c / t, t, K, "shared"), 0, 0),
    "schedule, W": (lambda H, t, c: Alista(H, c / t, t, K), 0, 0),
    "schedule-SS, W": (lambda H, t, c: Alista(H, c / t, t, K, SELECT), 0, 0),
    "schedule-SS, H^T": (lambda H, t, c: ListaCP(H, c / t, t, K, "shared", SELECT), 0, 0),
    "steps": (lambda H, t, c: proximal(H, t, c, False), 3000, 0),
    "steps and thresholds": (lambda H, t, c: proximal(H, t, c, True), 3000, 0),
    "ALISTA": (lambda H, t, c: Alista(H, c / t, t, K), 2000, 0),
    "ALISTA-SS": (lambda H, t, c: Alista(H, c / t, t, K, SELECT), 2000, 0),
    "LISTA": (lambda H, t, c: Lista(H, c / t, t, K), 1500, 1 / 100),
    "LISTA, shared": (lambda H, t, c: Lista(H, c / t, t, K, "shared"), 1500, 1 / 200),
    "LISTA-CP": (lambda H, t, c: ListaCP(H, c / t, t, K), 1500, 1 / 20),
    "LISTA-CP, shared": (lambda H, t, c: ListaCP(H, c / t, t, K, "shared"), 1500, 1 / 60),
    "LISTA-CP-SS": (lambda H, t, c: ListaCP(H, c / t, t, K, select=SELECT), 1500, 1 / 20),
    "LISTA-CP-SS from W": (lambda H, t, c: from_analytic(H, t, c), 1500, 1 / 200),
}
SECOND = (
    "FISTA",
    "schedule-SS, W",
    "ALISTA-SS",
)  # what is tried with noise, and again elsewhere
TASKS = [(method, "none", seed) for method in METHODS for seed in range(3)]
TASKS += [
    (method, "none", seed) for method in (*SECOND, "LISTA-CP") for seed in range(10, 13)
]
TASKS += [
    (m, f"{snr} dB", seed) for m in SECOND for snr in (40, 30, 20) for seed in range(3)
]


class Logarithm(nn.Module):
    """A number above 0 that is learned by its logarithm: a step changes it by so many percent."""

    def forward(self, x):
        return x.exp()

    def right_inverse(self, value):
        return value.log()


def matrix(seed: int) -> linear.Matrix:
    """H, one for each ten seeds."""
    draw = torch.Generator().manual_seed(seed // 10)
    H = torch.randn(M, N, generator=draw, dtype=torch.float64).float()
    return linear.Matrix(H / H.norm(dim=0))


def pairs(H, count: int, noise_db: str, seed: int, density: float = DENSITY):
    """Data and scenes (g, f)."""
    draw = torch.Generator().manual_seed(seed)
    f = signals.sparse(count, N, density, draw).float()
    level = (
        0.0
        if noise_db == "none"
        else (DENSITY * N / M) ** 0.5 * 10 ** (-float(noise_db[:2]) / 20)
    )
    return (g := H(f)) + noise.gaussian(g, level, draw), f


def proximal(H, tau, theta, with_thresholds: bool):
    """ISTA with H^T, one learned step for each layer, and one threshold if that is learned."""
    network = UnrolledProximal(H, [Prox(L1(), value) for value in theta], tau)
    network.proxes.requires_grad_(with_thresholds)
    return network


def from_analytic(H, tau, theta):
    """LISTA-CP-SS, with matrices that begin as the analytic one and are learned for each layer."""
    network, W = ListaCP(H, theta / tau, tau, K, select=SELECT), analytic_weights(H)
    for weights in network.W:
        weights.A.data.copy_(W.A.data)
    return network


def positive(network):
    """Learn steps and thresholds by their logarithms."""
    for module in list(network.modules()):
        for name, p in list(module.named_parameters(recurse=False)):
            if p.ndim < 2 and p.requires_grad:
                parametrize.register_parametrization(module, name, Logarithm())
    return network


def adam(parameters, lr: float, share: float):
    """Matrices learn at a ``share`` of the rate of steps and thresholds."""
    groups = [[p for p in parameters if (p.ndim < 2) == small] for small in (True, False)]
    rates = zip(groups, (lr, lr * share), strict=True)
    return torch.optim.Adam(
        [{"params": group, "lr": rate} for group, rate in rates if group]
    )


def nmse(error, energy):
    """In dB; of all scenes together."""
    return (10 * (error.sum(-1) / energy.sum(-1)).log10()).tolist()


def best_schedule(method: str, H, noise_db: str, seed: int):
    """The network of the grid with the least NMSE on scenes for validation."""
    g, f = pairs(H, 200, noise_db, 1000 + seed)
    with_W = "W" in method or "ALISTA" in method
    layer = (
        Alista if with_W else partial(ListaCP, weights="shared")
    )  # the same before training
    layer = partial(layer, select=SELECT if "SS" in method else (0.0, 0.0))

    @torch.no_grad()
    def error(found):
        f_hat = layer(H, found[1] / found[0], found[0], K)(g)
        return (f_hat - f).double().square().sum().item()

    powers = [a * rho ** torch.arange(K) for a, rho in product(A, RHO)]
    return METHODS[method][0](
        H, *min(product((1.0,) if with_W else TAU, powers), key=error)
    )


def classical(method, H, noise_db: str, seed: int):
    """The iteration with the lam and the step that are best after K iterations on validation."""
    way, L = {"ISTA": ista, "FISTA": fista}[method], torch.linalg.matrix_norm(H.A, 2) ** 2

    def iterates(setting, g):
        lam, over_L = setting
        return [f for f, _ in zip(way(H, g, L1(), lam, over_L / L), range(K), strict=False)]

    def error(setting):
        return (iterates(setting, g)[-1] - f).square().sum().item()

    g, f = pairs(H, 200, noise_db, 1000 + seed)
    return partial(iterates, min(product(LAM, OVER_L), key=error))


def measure(iterates, H, noise_db: str, seed: int, count: int, density=DENSITY) -> dict:
    """The errors of ``count`` test scenes, by layer."""
    quantiles, errors = torch.tensor([0.05, 0.5, 0.95], dtype=torch.float64), []
    with torch.no_grad():
        for part in range(0, count, 1000):
            test = 50_000 + 1000 * (seed // 10) + part // 1000
            g, f = pairs(H, min(count, 1000), noise_db, test, density)
            error = torch.stack(
                [(f_k - f).double().square().sum(-1) for f_k in iterates(g)]
            )
            errors.append((error, f.double().square().sum(-1)))
    error, energy = (torch.cat(x, -1) for x in zip(*errors, strict=True))
    each = 10 * (error / energy).log10()
    last, worst = error[-1], error[-1].topk(max(1, count // 100)).values
    draws = torch.randint(count, (500, count), generator=torch.Generator().manual_seed(0))
    interval = torch.tensor(nmse(last[draws], energy[draws])).quantile(
        torch.tensor([0.025, 0.975])
    )
    by_layer = each.quantile(quantiles, -1)
    return {
        "test": count,
        "nmse_db": round(nmse(last, energy), 3),
        "interval_db": [round(x, 3) for x in interval.tolist()],
        "median_db": round(by_layer[1, -1].item(), 3),
        "q99_db": round(each[-1].quantile(0.99).item(), 3),
        "tail": round((worst.sum() / last.sum()).item(), 4),
        "nmse_by_layer": [round(x, 2) for x in nmse(error, energy)],
        **{
            name: [round(x, 2) for x in row.tolist()]
            for name, row in zip(("q05", "q50", "q95"), by_layer, strict=True)
        },
    }


def trained(method: str, noise_db: str, seed: int):
    """The network after its training, and the processor time that it took."""
    (_, count, share), H, start = METHODS[method], matrix(seed), process_time()
    network = best_schedule(method, H, noise_db, seed)
    if count:
        positive(network)
    for part, rate in enumerate((2e-2, 7e-3, 2e-3) if count else ()):
        data = pairs(H, count, noise_db, 2000 + 10 * seed + part)
        optimizer = partial(adam, share=share)
        list(
            fit(network, data, epochs=1, lr=rate, batch=100, seed=part, optimizer=optimizer)
        )
    return H, network, process_time() - start


def row(method: str, noise_db: str, seed: int) -> dict:
    """Train, and measure on test scenes: more of them where few scenes hold the error."""
    many = noise_db == "none" and method in (
        "schedule-SS, W",
        "ALISTA-SS",
        "LISTA-CP-SS from W",
    )
    count = 10_000 if many else 2_000
    if METHODS[method][0] is None:
        start, H = process_time(), matrix(seed)
        iterates = classical(method, H, noise_db, seed)
        learned, seconds = 0, process_time() - start
    else:
        H, network, seconds = trained(method, noise_db, seed)
        iterates = lambda g: list(network.iterates(g))  # noqa: E731
        learned = sum(p.numel() for p in network.parameters() if p.requires_grad)
        learned *= METHODS[method][1] > 0
    found = measure(iterates, H, noise_db, seed, count)
    return {"learned": learned, "train_s": round(seconds, 1), **found}


def main() -> None:
    """Fill the table."""
    Table("unrolling", keys=("method", "noise", "seed")).fill(row, TASKS)
