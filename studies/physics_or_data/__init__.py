"""Whether unrolled networks learn faster than purely data-driven ones of their own size.

Two problems on n unknowns: "lines", piecewise constant and blurred by a Gaussian of 2
pixels, periodic, and "sparse", one entry in ten N(0, 1), seen by a random matrix with n / 2
rows and columns of norm 1. The noise is ``snr`` dB below the data.

A network is ``depth`` blocks with f <- f + block(f), which begin at the identity. Physics
puts the step f <- f - tau_k H^T (H f - g), with tau_k learned, before each block; without
("none") it is a plain residual network of the same depth and, but for the tau_k, the same
numbers. Blocks: "conv", two convolutions with 8 channels between; "dense", two matrices
with 32 values between. Lines begin at f = g, sparse signals at A g with a learned A, which
begins as H^T with physics and at random without. "soft", for sparse signals, are the layers
of LISTA-CP, which keep H and begin as ISTA, with physics, and those of LISTA, begun at
random and with three times their numbers, without. The H that a network is told is "right",
"near" (lines: a psf a quarter wider; sparse: a third of another matrix is added) or "wrong"
(displaced by three pixels; another matrix).

All networks of a row train side by side: for each of three seeds (pairs, start and order of
batches) one with each rate of ``RATES``, by Adam, on batches of 16. After 10, 20, 40 ...
steps (``LOOKS``) they are looked at, and each length of training takes the rate that is
best on 256 validation pairs, mean of the seeds in dB: ``rates``, ``validation_db``.
``nmse_db`` holds the errors of 1000 test pairs at these rates, one list for each length
with one number for each seed; ``untrained_db`` is the error before. An epoch is pairs / 16
steps, and ``step_ms`` the processor time of one step of one network alone on one thread.
"classical" is FISTA, 200 iterations with the lambda that is best on 128 validation pairs,
with TV for lines and the L1 norm for sparse signals.

Networks without physics train once more on 1024 pairs and go on to a hundred epochs, with
one smaller rate: the table "physics-or-data-longer" has their errors after ``LATER``
``steps``. With 64 pairs the 640 steps are 160 epochs already. Dense layers on sparse
signals end at the largest rate, and pass right physics all the same.

Where the best length of training ends at an end of ``RATES``, it is a network with physics,
or one that 64 pairs only spoil: the rivals have their best rates inside.

Keys: problem, block, physics, depth, pairs, snr, n.
"""

from collections.abc import Sequence
from itertools import islice
from statistics import median
from time import process_time
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.func import functional_call, vmap

from course_utils.noise import seeded
from course_utils.priors import L1, TotalVariation
from course_utils.solvers import fista, run

from ..table import Table
from .networks import build
from .problems import matrix, pairs

Pair = tuple[Tensor, Tensor]

SEEDS = 3
BATCH = 16
RATES = {
    "conv": (1e-3, 3e-3, 1e-2, 3e-2),
    "dense": (1e-4, 3e-4, 1e-3, 3e-3, 1e-2),
    "soft": (1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2),
}
LOOKS = [10 * 2**k for k in range(7)]  # steps
LATER = [640, 1600, 3200, 6400]  # of the trainings that go on
BASE = (5, 1024, 30, 64)  # depth, pairs, snr, n
FEWER = [(5, 64, 30, 64), (5, 256, 30, 64)]
BLOCKS = {"lines": ("conv", "dense"), "sparse": ("dense", "soft")}
LAMS = (1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1)


class Together:
    """Networks of one kind side by side: Adam, with a rate for each."""

    def __init__(self, networks: list[nn.Module], rates: Sequence[float]):
        self.network = networks[0]
        parts = [dict(network.named_parameters()) for network in networks]
        self.p = {k: torch.stack([x[k].detach() for x in parts]) for k in parts[0]}
        for p in self.p.values():
            p.requires_grad_()
        self.rates = torch.tensor(rates).repeat(len(networks) // len(rates))
        self.moments = {k: torch.zeros(2, *p.shape) for k, p in self.p.items()}
        self.count = 0

    def __call__(self, g: Tensor, members=slice(None)) -> Tensor:
        one = lambda p, g: functional_call(self.network, p, (g,))  # noqa: E731
        return vmap(one)({k: p[members] for k, p in self.p.items()}, g)

    def step(self, g: Tensor, f: Tensor) -> None:
        """One step of each network on its batch."""
        loss = (self(g) - f).square().mean((1, 2)).sum()
        gradients = torch.autograd.grad(loss, list(self.p.values()))
        self.count += 1
        for (name, p), gradient in zip(self.p.items(), gradients, strict=True):
            first, second = self.moments[name]
            first.lerp_(gradient, 0.1)
            second.lerp_(gradient.square(), 0.001)
            size = (second / (1 - 0.999**self.count)).sqrt() + 1e-8
            rate = self.rates.view(-1, *[1] * (p.ndim - 1)) / (1 - 0.9**self.count)
            p.data -= rate * first / size


@torch.no_grad()
def nmse_db(networks: Together, data: Pair, rates=slice(None)) -> Tensor:
    """The errors on the pairs of each seed. Shape: (seeds, rates)."""
    members = torch.arange(len(networks.rates)).view(SEEDS, -1)[:, rates]
    g, f = (x.repeat_interleave(members.shape[1], 0) for x in data)
    error = (networks(g, members.flatten()) - f).double().square().sum((1, 2))
    error = error / f.double().square().sum((1, 2))
    return 10 * error.nan_to_num(torch.inf).log10().view(SEEDS, -1)


def each_seed(problem: str, count: int, snr: int, n: int, first: int) -> Pair:
    """Pairs (g, f) of each seed. Shapes: (seeds, count, ...)."""
    drawn = [pairs(problem, count, snr, n, first + seed) for seed in range(SEEDS)]
    g, f = zip(*drawn, strict=True)
    return torch.stack(g), torch.stack(f)


def batches(g: Tensor, f: Tensor, rates: int):
    """Batches without end, in an order of its own for each seed, the same for its rates."""
    draws = [seeded(700 + seed) for seed in range(SEEDS)]
    while True:
        orders = [torch.randperm(g.shape[1], generator=draw) for draw in draws]
        for index in torch.stack(orders).split(BATCH, 1):
            index = index[..., None]
            batch = (x.take_along_dim(index, 1) for x in (g, f))
            yield tuple(x.repeat_interleave(rates, 0) for x in batch)


def step_ms(network: nn.Module, g: Tensor, f: Tensor) -> float:
    """The processor time of one step of one network, the median of 15."""
    optimizer = torch.optim.Adam(network.parameters(), 1e-6)
    seconds = []
    for _ in range(18):
        start = process_time()
        optimizer.zero_grad()
        (network(g) - f).square().mean().backward()
        optimizer.step()
        seconds.append(process_time() - start)
    return round(1000 * median(seconds[3:]), 2)


def classical(problem: str, snr: int, n: int) -> dict:
    """FISTA with the best lambda."""
    H = matrix(problem, "right", n)
    tau = 1 / torch.linalg.matrix_norm(H.A, 2) ** 2
    R = TotalVariation(dims=1, tol=1e-2, iterations=100) if problem == "lines" else L1()

    def error(lam: float, g: Tensor, f: Tensor) -> float:
        f_hat = run(fista(H, g, R, lam, tau), 200)
        return 10 * ((f_hat - f).square().sum() / f.square().sum()).log10().item()

    lam = min(LAMS, key=lambda lam: error(lam, *pairs(problem, 128, snr, n, 100)))
    found = error(lam, *pairs(problem, 1000, snr, n, 200))
    return {"lam": lam, "nmse_db": [[round(found, 2)]]}


def course(together: Together, rates, validation: Pair, test: Pair) -> dict:
    """What the networks have learned by now, at the rate that is best so far."""
    on_validation = nmse_db(together, validation).mean(0)
    best = on_validation.argmin().item()
    on_test = nmse_db(together, test, slice(best, best + 1)).flatten()
    return {
        "rates": rates[best],
        "validation_db": round(on_validation[best].item(), 2),
        "nmse_db": [round(x, 2) for x in on_test.tolist()],
    }


class Task(NamedTuple):
    """What the keys of a row say."""

    problem: str
    block: str
    physics: str
    depth: int
    pairs: int
    snr: int
    n: int


def networks(task: Task) -> list[nn.Module]:
    """The networks of the seeds, before their training."""
    return [build(*task[:4], task.n, seed=seed) for seed in range(SEEDS)]


def data(task: Task) -> list[Pair]:
    """Pairs to train on, for validation and for the test, of each seed."""
    counts = {300: task.pairs, 100: 256, 200: 1000}  # by the first of their seeds
    return [
        each_seed(task.problem, count, task.snr, task.n, first)
        for first, count in counts.items()
    ]


def trained(task: Task, rates: Sequence[float], looks: Sequence[int]) -> dict:
    """Train with all rates and seeds, and look at the test pairs after so many steps."""
    train, validation, test = data(task)
    together = Together([one for one in networks(task) for _ in rates], rates)
    found = []
    for step, batch in enumerate(islice(batches(*train, len(rates)), looks[-1]), 1):
        together.step(*batch)
        if step in looks:
            found.append(course(together, rates, validation, test))
    return {key: [look[key] for look in found] for key in found[0]}


def row(*keys) -> dict:
    """What training brings, and what it costs."""
    task = Task(*keys)
    if task.block == "classical":
        return classical(task.problem, task.snr, task.n)
    train, _, test = data(task)
    one = networks(task)
    return {
        "parameters": sum(p.numel() for p in one[0].parameters()),
        "step_ms": step_ms(one[0], *(x[0, :BATCH] for x in train)),
        "untrained_db": round(nmse_db(Together(one, [0.0]), test).mean().item(), 2),
        **trained(task, RATES[task.block], LOOKS),
    }


def slower(block: str) -> tuple[float, ...]:
    """The rates of the trainings that go on: a smaller one is among them."""
    return (float(f"{RATES[block][0] / 3:.0e}"), *RATES[block])


def longer_row(*keys) -> dict:
    """The same training when it goes on."""
    task = Task(*keys)
    return {"steps": LATER, **trained(task, slower(task.block), LATER)}


def table(name: str = "physics-or-data") -> Table:
    """The table of the study, or of its longer trainings, as it is now."""
    keys = ("problem", "block", "physics", "depth", "pairs", "snr", "n")
    return Table(name, keys)


def kinds() -> list[tuple]:
    """The pairs of networks that are compared: problem and block."""
    return [(problem, block) for problem in BLOCKS for block in BLOCKS[problem]]


def tasks() -> list[tuple]:
    """What the table holds in the end."""
    all_physics = ("right", "none", "near", "wrong")
    return [
        *((problem, "classical", "right", 200, 0, *BASE[2:]) for problem in BLOCKS),
        *((*kind, p, *BASE) for kind in kinds() for p in all_physics),
        *((*kind, p, *s) for s in FEWER for kind in kinds() for p in ("right", "none")),
    ]


def longer_tasks() -> list[tuple]:
    """The trainings that go on: without physics, on the most pairs."""
    return [(*kind, "none", *BASE) for kind in kinds()]


def main() -> None:
    """Fill both tables."""
    table().fill(row, tasks(), workers=1)
    table("physics-or-data-longer").fill(longer_row, longer_tasks(), workers=1)
