"""What unrolled networks of 16 layers learn on the standard problem of sparse recovery.

    g = H f + eps,  H is 250 x 500 with Gaussian columns of norm 1,
                    one entry of f in ten is N(0, 1), the rest 0

Every method begins as a schedule: tau and thresholds a rho^k, the best of a grid on 200
signals for validation, which belong to its seed. Some stop there ("schedule"); the others
then train through all layers, by Adam in three passes over signals that it has not seen
(``METHODS`` says how many), each at a third of the rate before: about ten seconds of one
thread for each method. Steps and thresholds are learned by their logarithms, matrices at a
lower rate; that rate, and the fractions of the support selection ("-SS"), were chosen on
signals for validation of other seeds. A method with "W" uses the analytic weights, as
Alista does. ISTA and FISTA take the lambda and the multiple of 1 / L as a step that are
best after 16 iterations on the signals for validation.

A row holds, by layer, the NMSE of all test signals and the 5 %, 50 % and 95 % quantiles of
the errors of single signals; for the last layer also the 99 % quantile, the part of the
squared error in the worst 1 % of the signals, and a bootstrap interval of the NMSE (all in
dB but for the part); ``train_s`` is the processor time of one thread, grid included. Seeds
0 to 2 share a matrix and its test signals, 10 to 12 another matrix. Keys: method, noise
("none" or dB below H f), seed.
"""

from collections.abc import Callable
from functools import cache, partial
from itertools import product
from time import process_time
from typing import NamedTuple

import torch
from torch import Tensor, nn

from course_utils import linear, noise, signals
from course_utils.noise import seeded
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
    positive,
)

from .table import Table

K = 16  # layers
M = 250  # data
N = 500  # unknowns
DENSITY = 0.1  # the part of the unknowns that are not 0
SELECT = (0.02, 0.2)  # the fractions of the support selection
TAUS = (0.3, 0.5, 0.6)  # of a schedule with H^T; with W, tau is 1
FACTORS = (0.2, 0.3, 0.4, 0.5, 0.7)  # a, and
RATIOS = (0.7, 0.75, 0.8, 0.85, 0.9, 0.95)  # rho, of the thresholds of a schedule
LAMS = (0.05, 0.1, 0.15, 0.2, 0.3)  # of ISTA and FISTA, and
STEPS = (1.0, 1.5, 1.9)  # their multiples of 1 / L
RATES = (2e-2, 7e-3, 2e-3)  # the learning rate of each pass


class Method(NamedTuple):
    """How a network is built and trained: ISTA builds none, a schedule trains none."""

    build: Callable | None = None  # from H, tau and the thresholds theta
    count: int = 0  # signals in each pass of its training
    share: float = 0.0  # the rate of matrices, as a part of that of steps and thresholds


def lista(H, tau, theta, weights: str = "per layer") -> Lista:
    """Lista with thresholds theta, before training."""
    return Lista(H, theta / tau, tau, K, weights)


def lista_cp(H, tau, theta, weights: str = "per layer", select=(0.0, 0.0)) -> ListaCP:
    """ListaCP with thresholds theta, before training."""
    return ListaCP(H, theta / tau, tau, K, weights, select=select)


def alista(H, tau, theta, select=(0.0, 0.0)) -> Alista:
    """Alista with thresholds theta, before training."""
    return Alista(H, theta / tau, tau, K, select=select)


def proximal(H, tau, theta, with_thresholds: bool) -> UnrolledProximal:
    """ISTA with H^T and learned steps, one for each layer; thresholds too if so wished."""
    network = UnrolledProximal(H, [Prox(L1(), value) for value in theta], tau)
    network.proxes.requires_grad_(with_thresholds)
    return network


def from_analytic(H, tau, theta) -> ListaCP:
    """LISTA-CP-SS whose matrices, one for each layer, begin as the analytic one."""
    network = lista_cp(H, tau, theta, select=SELECT)
    W = analytic_weights(H)
    for weights in network.W:
        weights.A.data.copy_(W.A.data)
    return network


METHODS = {
    "ISTA": Method(),
    "FISTA": Method(),
    "schedule, H^T": Method(partial(lista_cp, weights="shared")),
    "schedule, W": Method(alista),
    "schedule-SS, W": Method(partial(alista, select=SELECT)),
    "schedule-SS, H^T": Method(partial(lista_cp, weights="shared", select=SELECT)),
    "steps": Method(partial(proximal, with_thresholds=False), 3000),
    "steps and thresholds": Method(partial(proximal, with_thresholds=True), 3000),
    "ALISTA": Method(alista, 2000),
    "ALISTA-SS": Method(partial(alista, select=SELECT), 2000),
    "LISTA": Method(lista, 1500, 1 / 100),
    "LISTA, shared": Method(partial(lista, weights="shared"), 1500, 1 / 200),
    "LISTA-CP": Method(lista_cp, 1500, 1 / 20),
    "LISTA-CP, shared": Method(partial(lista_cp, weights="shared"), 1500, 1 / 60),
    "LISTA-CP-SS": Method(partial(lista_cp, select=SELECT), 1500, 1 / 20),
    "LISTA-CP-SS from W": Method(from_analytic, 1500, 1 / 200),
}
# Methods whose error lies in few signals; those tried with noise, and with another matrix
HEAVY_TAILED = ("schedule-SS, W", "ALISTA-SS", "LISTA-CP-SS from W")
TRIED_WITH_NOISE = ("FISTA", "schedule-SS, W", "ALISTA-SS")
TRIED_AGAIN = (*TRIED_WITH_NOISE, "LISTA-CP")


def matrix(seed: int) -> linear.Matrix:
    """H, one for each ten seeds."""
    H = torch.randn(M, N, generator=seeded(seed // 10), dtype=torch.float64).float()
    return linear.Matrix(H / H.norm(dim=0))


def pairs(H, count: int, noise_db: str, seed: int) -> tuple[Tensor, Tensor]:
    """Data and unknowns (g, f)."""
    draw = seeded(seed)
    f = signals.sparse(count, N, DENSITY, draw).float()
    g = H(f)
    sigma = 0.0
    if noise_db != "none":
        sigma = (DENSITY * N / M) ** 0.5 * 10 ** (-float(noise_db[:2]) / 20)
    return g + noise.gaussian(g, sigma, draw), f


def validation(H, noise_db: str, seed: int) -> tuple[Tensor, Tensor]:
    """The pairs on which a seed chooses schedules, lambdas and steps."""
    return pairs(H, 200, noise_db, 1000 + seed)


@cache
def schedule(with_W: bool, select, noise_db: str, seed: int) -> tuple[float, Tensor]:
    """Of the grid, the (tau, theta) with the least NMSE on signals for validation."""
    H = matrix(seed)
    g, f = validation(H, noise_db, seed)
    layers = alista if with_W else partial(lista_cp, weights="shared")

    @torch.no_grad()
    def error(setting) -> float:
        f_hat = layers(H, *setting, select=select)(g)  # all methods are the same here
        return (f_hat - f).double().square().sum().item()

    thetas = [a * rho ** torch.arange(K) for a, rho in product(FACTORS, RATIOS)]
    return min(product((1.0,) if with_W else TAUS, thetas), key=error)


def schedule_of(method: str, noise_db: str, seed: int) -> tuple[float, Tensor]:
    """The schedule that is best for the kind of a method: with W, with selection."""
    select = SELECT if "SS" in method else (0.0, 0.0)
    return schedule("W" in method or "ALISTA" in method, select, noise_db, seed)


def best_schedule(method: str, H, noise_db: str, seed: int) -> nn.Module:
    """The network before its training."""
    return METHODS[method].build(H, *schedule_of(method, noise_db, seed))


def adam(parameters, lr: float, share: float) -> torch.optim.Adam:
    """Matrices learn at a ``share`` of the rate of steps and thresholds."""
    small = [p for p in parameters if p.ndim < 2]
    matrices = [p for p in parameters if p.ndim >= 2]
    groups = [{"params": small, "lr": lr}, {"params": matrices, "lr": lr * share}]
    return torch.optim.Adam([group for group in groups if group["params"]])


def trained(method: str, H, noise_db: str, seed: int) -> nn.Module:
    """The network after its training."""
    _, count, share = METHODS[method]
    network = best_schedule(method, H, noise_db, seed)
    if not count:
        return network
    positive(network)
    optimizer = partial(adam, share=share)
    for part, rate in enumerate(RATES):
        data = pairs(H, count, noise_db, 2000 + 10 * seed + part)
        options = {"batch": 100, "seed": part, "optimizer": optimizer}
        list(fit(network, data, epochs=1, lr=rate, **options))
    return network


def tuned(method: str, H, noise_db: str, seed: int) -> Callable:
    """ISTA or FISTA, with the lambda and the step that are best after K iterations."""
    way = {"ISTA": ista, "FISTA": fista}[method]
    L = torch.linalg.matrix_norm(H.A, 2) ** 2

    def iterates(setting, g) -> list[Tensor]:
        lam, over_L = setting
        return [f for f, _ in zip(way(H, g, L1(), lam, over_L / L), range(K), strict=False)]

    def error(setting) -> float:
        return (iterates(setting, g)[-1] - f).square().sum().item()

    g, f = validation(H, noise_db, seed)
    return partial(iterates, min(product(LAMS, STEPS), key=error))


@torch.no_grad()
def errors(iterates, H, noise_db: str, seed: int, count: int) -> tuple[Tensor, Tensor]:
    """||f_k - f||^2 by layer, and ||f||^2. Shapes: (layers, count) and (count,)."""
    error = []
    energy = []
    for part in range(count // 1000):
        test = 50_000 + 1000 * (seed // 10) + part
        g, f = pairs(H, 1000, noise_db, test)
        found = [(f_k - f).double().square().sum(-1) for f_k in iterates(g)]
        error.append(torch.stack(found))
        energy.append(f.double().square().sum(-1))
    return torch.cat(error, -1), torch.cat(energy)


def total_db(error: Tensor, energy: Tensor) -> Tensor:
    """The NMSE of all signals together, in dB."""
    return 10 * (error.sum(-1) / energy.sum(-1)).log10()


def interval_db(error: Tensor, energy: Tensor) -> Tensor:
    """What 95 % of the NMSEs lie in when the test signals are drawn from themselves."""
    count = len(energy)
    draws = torch.randint(count, (500, count), generator=seeded(0))
    again = total_db(error[draws], energy[draws]).float()
    return again.quantile(again.new_tensor([0.025, 0.975]))


def rounded(values: Tensor, digits: int) -> list[float]:
    """The values as a table shows them."""
    return [round(value, digits) for value in values.tolist()]


def measure(error: Tensor, energy: Tensor) -> dict:
    """What a row says of the errors of ``errors``."""
    each = 10 * (error / energy).log10()
    low, middle, high = each.quantile(each.new_tensor([0.05, 0.5, 0.95]), -1)
    last = error[-1]
    worst = last.topk(max(1, len(last) // 100)).values
    return {
        "test": len(last),
        "nmse_db": round(total_db(last, energy).item(), 3),
        "interval_db": rounded(interval_db(last, energy), 3),
        "median_db": round(middle[-1].item(), 3),
        "q99_db": round(each[-1].quantile(0.99).item(), 3),
        "tail": round((worst.sum() / last.sum()).item(), 4),
        "nmse_by_layer": rounded(total_db(error, energy), 2),
        "q05": rounded(low, 2),
        "q50": rounded(middle, 2),
        "q95": rounded(high, 2),
    }


def row(method: str, noise_db: str, seed: int) -> dict:
    """Train, and measure on test signals: more of them where few of them hold the error."""
    start = process_time()
    H = matrix(seed)
    learned = 0
    if METHODS[method].build is None:
        iterates = tuned(method, H, noise_db, seed)
    else:
        network = trained(method, H, noise_db, seed)
        iterates = lambda g: list(network.iterates(g))  # noqa: E731
        if METHODS[method].count:
            learned = sum(p.numel() for p in network.parameters() if p.requires_grad)
    seconds = process_time() - start
    count = 10_000 if noise_db == "none" and method in HEAVY_TAILED else 2_000
    found = measure(*errors(iterates, H, noise_db, seed, count))
    return {"learned": learned, "train_s": round(seconds, 1), **found}


def table() -> Table:
    """The table, as it is now."""
    return Table("unrolling", keys=("method", "noise", "seed"))


def tasks() -> list[tuple]:
    """What the table holds in the end."""
    noises = [f"{snr} dB" for snr in (40, 30, 20)]
    return [
        *product(METHODS, ["none"], range(3)),
        *product(TRIED_AGAIN, ["none"], range(10, 13)),
        *product(TRIED_WITH_NOISE, noises, range(3)),
    ]


def main() -> None:
    """Fill the table."""
    table().fill(row, tasks())
