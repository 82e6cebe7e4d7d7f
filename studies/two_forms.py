"""How long the two forms of Tikhonov's estimate take, as m / n runs from 1/16 to 16.

    first form    (H^T H + lam I)^-1 H^T g        an n x n matrix
    second form   H^T (H H^T + lam I)^-1 g        an m x m matrix

The forms are timed in turn, in one process and on one thread, since a second one competes
with whatever else runs; a row holds their medians and the median of their ratios.

Keys: m and n, the numbers of rows and columns of H.
"""

from statistics import median
from time import perf_counter

import torch

from course_utils.noise import seeded

from .table import Table

ROUNDS = 7
LAM = 1e-3


def first_form(A, g):
    """(A^T A + lam I)^-1 A^T g"""
    return torch.linalg.solve(A.T @ A + LAM * torch.eye(A.shape[1]), A.T @ g)


def second_form(A, g):
    """A^T (A A^T + lam I)^-1 g"""
    return A.T @ torch.linalg.solve(A @ A.T + LAM * torch.eye(len(A)), g)


def seconds(form, A, g) -> float:
    """How long one call takes."""
    start = perf_counter()
    form(A, g)
    return perf_counter() - start


def row(m: int, n: int) -> dict:
    """The two forms on one random matrix, in turn, after one round that is not counted."""
    generator = seeded(0)
    A = torch.randn(m, n, generator=generator, dtype=torch.float32)
    g = torch.randn(m, generator=generator, dtype=torch.float32)
    times = [
        (seconds(first_form, A, g), seconds(second_form, A, g)) for _ in range(ROUNDS + 1)
    ]
    first, second = (median(t) for t in zip(*times[1:], strict=True))
    ratio = median(b / a for a, b in times[1:])
    return {"first_s": first, "second_s": second, "ratio": ratio}


def table() -> Table:
    """The table, as it is now."""
    return Table("two-forms", keys=("m", "n"))


def tasks() -> list[tuple]:
    """What the table holds in the end: m n is always 2^20."""
    return [(256 * 2**k, 4096 // 2**k) for k in range(5)]


def main() -> None:
    """Fill the table, one row after the other."""
    table().fill(row, tasks(), workers=1)
