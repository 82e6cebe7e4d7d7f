"""How long the two forms of Tikhonov's estimate take, as m / n runs from 1/64 to 64.

    first form    (H^T H + lam I)^-1 H^T g        an n x n matrix
    second form   H^T (H H^T + lam I)^-1 g        an m x m matrix

The forms take turns in one process and on one thread; a row holds the medians of their
processor times, in seconds, and the median of their ratios. There are three sizes of H,
m n = 2^16, 2^18 and 2^20; of the largest the matrices of 64 : 1 are left out.

Keys: m and n, the numbers of rows and columns of H.
"""

from statistics import median
from time import process_time

import torch

from course_utils.noise import seeded

from .table import Table

ROUNDS = 7
LAM = 1e-3
LARGEST = 4096


def first_form(A, g):
    """(A^T A + lam I)^-1 A^T g"""
    return torch.linalg.solve(A.T @ A + LAM * torch.eye(A.shape[1]), A.T @ g)


def second_form(A, g):
    """A^T (A A^T + lam I)^-1 g"""
    return A.T @ torch.linalg.solve(A @ A.T + LAM * torch.eye(len(A)), g)


def seconds(form, A, g) -> float:
    """The processor time of one call."""
    start = process_time()
    form(A, g)
    return process_time() - start


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
    """What the table holds in the end: three times m n, no side longer than 4096."""
    sides = [(root * 2**k, root // 2**k) for root in (256, 512, 1024) for k in range(4)]
    short = [(m, n) for m, n in sides if m <= LARGEST]
    return sorted({*short, *((n, m) for m, n in short)})


def main() -> None:
    """Fill the table, one row after the other."""
    table().fill(row, tasks(), workers=1)
