"""How many data and how many starts phase retrieval needs: g = |A f| + eps, f to its sign.

Twenty-four real unknowns f ~ N(0, I). "random" has m rows of N(0, 1), "masked" the moduli
of the Fourier transforms of f behind m / 24 masks of random phases, "unmasked" only the
first of these, with no mask: then shifts and mirror images of f fit as well. sigma is one
hundredth of the root mean square of |A f|.

Each start is fitted by Levenberg-Marquardt, all starts of a trial as one batch:

    modulus      50 steps for |A f| and g, with a penalty of sigma^2
    intensity    40 steps for |A f|^2 and g^2, which is smooth, and 10 for the modulus

The starts are 16 draws of N(0, I), and the "spectral" one: the first eigenvector of
A^T diag(y) A, with y = (d - 1) / (d + r^(1/2) - 1) for d = g^2 over its mean and r = m / n,
made as long as f must be. Of k starts the one with the least objective (of the modulus) is
taken: no look at the truth. A trial has its own A, f and eps. It is a success if the f that
is found, or its negative, is less than ``NEAR`` times as far from f as the estimate that
knows all phases.

Columns: ``success`` holds, for 1, 4 and 16 random starts, the successes of each of
three sets of 8 trials; ``spectral`` those of the spectral start alone; ``both`` those of
the spectral start and 15 random ones; ``each_start``, the mean share of random starts that
succeed; ``known``, the mean relative error with known phases.

Keys: kind, rows (m / n), fit.
"""

import math

import torch
from torch import Tensor

from course_utils.linear import LinearOperator, Matrix
from course_utils.noise import seeded
from course_utils.nonlinear import Modulus, Sensor, levenberg_marquardt
from course_utils.nonlinear.iterations import Objective
from course_utils.nonlinear.sensors import AlongPhase
from course_utils.solvers import run

from .table import Table

N = 24
STEPS = {"modulus": (0, 50), "intensity": (40, 10)}  # for g^2, and then for g
STARTS = (1, 4, 16)
SETS = 3
TRIALS = 8
NEAR = 3.0
NOISE = 0.01
TASKS = (("random", 2.0), ("random", 3.0), ("random", 4.0), ("masked", 2.0))


class Intensity(Modulus):
    """h(f) = |H f|^2, whose derivative is 2 <H f, H v>, without a kink at 0."""

    def response(self, x: Tensor) -> Tensor:
        return x.square().sum(-1) if self.pairs else x.square()

    def slope(self, x: Tensor) -> LinearOperator:
        """v -> 2 x v, summed over each pair."""
        if not self.pairs:
            return Sensor.slope(self, x)
        return AlongPhase(2 * x, self.H.out_shape)


def matrix(kind: str, rows: float, draw: torch.Generator) -> Matrix:
    """A, with pairs of real and imaginary parts for Fourier transforms."""
    m = round(rows * N)
    if kind == "random":
        return Matrix(torch.randn(m, N, generator=draw, dtype=torch.float64))
    turns = torch.rand(m // N, N, generator=draw, dtype=torch.float64)
    masks = torch.polar(torch.ones_like(turns), 2 * math.pi * turns)
    if kind == "unmasked":
        masks = torch.ones_like(masks)
    F = torch.fft.fft(torch.eye(N, dtype=torch.complex128))
    A = torch.view_as_real((F * masks[:, None]).flatten(0, 1)).transpose(1, 2)
    return Matrix(A.reshape(-1, N), out_shape=(m, 2))


def spectral(A: Matrix, g: Tensor) -> Tensor:
    """The first eigenvector of A^T diag(y) A, as long as f must be.

    Source: Mondelli & Montanari, Found. Comput. Math. 19 (2019) 703; Luo, Alghamdi & Lu,
        IEEE Trans. Signal Process. 67 (2019) 2347.
    """
    d = g.square() / g.square().mean()
    y = (d - 1) / (d + (len(g) / N) ** 0.5 - 1)
    each = y if A.A.shape[0] == len(g) else y.repeat_interleave(2)
    _, vectors = torch.linalg.eigh(A.A.mT @ (each[:, None] * A.A))
    length = g.norm() / A.A.norm() * N**0.5
    return length * vectors[:, -1]


def with_known_phases(h: Modulus, g: Tensor, f: Tensor, lam: float) -> Tensor:
    """The linear estimate that knows the sign or the phase of each datum of f."""
    H = Matrix.of(h.at(f)).A
    eye = torch.eye(N, dtype=torch.float64)
    return torch.linalg.solve(H.mT @ H + lam * eye, H.mT @ g)


def distance(f_hat: Tensor, f: Tensor) -> Tensor:
    """The smaller of ||f_hat - f|| and ||f_hat + f||, over ||f||."""
    return torch.minimum((f_hat - f).norm(dim=-1), (f_hat + f).norm(dim=-1)) / f.norm()


def fitted(A: Matrix, pairs: bool, g: Tensor, sigma: float, starts: Tensor, *, fit: str):
    """What Levenberg-Marquardt finds from each start."""
    for_intensity, for_modulus = STEPS[fit]
    f = starts
    if for_intensity:
        lam = 4 * sigma**2 * g.square().mean().item()  # the noise of g^2 is 2 g sigma
        h = Intensity(A, pairs)
        f = run(levenberg_marquardt(h, g**2, lam, f=f, inner=N), for_intensity)
    h = Modulus(A, pairs)
    return run(levenberg_marquardt(h, g, sigma**2, f=f, inner=N), for_modulus)


def trial(kind: str, rows: float, fit: str, seed: int) -> dict:
    """Whether each choice of starts succeeds, in one trial."""
    draw = seeded(seed)
    A = matrix(kind, rows, draw)
    h = Modulus(A, pairs=kind != "random")
    f = torch.randn(N, generator=draw, dtype=torch.float64)
    sigma = NOISE * h(f).square().mean().sqrt().item()
    eps = torch.randn(h.out_shape, generator=draw, dtype=torch.float64)
    g = h(f) + sigma * eps
    starts = torch.randn(STARTS[-1], N, generator=draw, dtype=torch.float64)
    starts = torch.cat([spectral(A, g)[None], starts])
    found = fitted(A, h.pairs, g, sigma, starts, fit=fit)
    J = Objective(h, g, sigma**2)(found).flatten()
    known = distance(with_known_phases(h, g, f, sigma**2), f).item()
    right = distance(found, f) < NEAR * known
    taken = {f"{k}": right[1 : k + 1][J[1 : k + 1].argmin()].item() for k in STARTS}
    return taken | {
        "spectral": right[0].item(),
        "both": right[:16][J[:16].argmin()].item(),
        "each": right[1:].double().mean().item(),
        "known": known,
    }


def row(kind: str, rows: float, fit: str) -> dict:
    """Three sets of trials."""
    sets = [
        [trial(kind, rows, fit, 1000 * k + t) for t in range(TRIALS)] for k in range(SETS)
    ]
    every = [one for part in sets for one in part]

    def count(name: str) -> list[int]:
        return [sum(one[name] for one in part) for part in sets]

    def mean(name: str) -> float:
        return float(f"{sum(one[name] for one in every) / len(every):.4g}")

    return {
        "success": [count(f"{k}") for k in STARTS],
        "spectral": count("spectral"),
        "both": count("both"),
        "each_start": mean("each"),
        "known": mean("known"),
    }


def table() -> Table:
    """The table, as it is now."""
    return Table("phase-retrieval", keys=("kind", "rows", "fit"))


def tasks() -> list[tuple]:
    """What the table holds in the end."""
    return [(kind, rows, fit) for kind, rows in TASKS for fit in STEPS]


def main() -> None:
    """Fill the table."""
    table().fill(row, tasks())
