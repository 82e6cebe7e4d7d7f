"""How long the two forms of Tikhonov's estimate take, as m / n runs from 1/16 to 16.

    first form    (H^T H + lam I)^-1 H^T g        an n x n matrix
    second form   H^T (H H^T + lam I)^-1 g        an m x m matrix

The forms are timed in turn, in one process and on one thread, since a second one competes with
whatever else runs; a row holds their medians and the median of their ratios. A row that is there
already is kept, so that an interrupted study goes on: delete the table to begin anew.
"""

from statistics import median
from time import perf_counter

import torch
from tqdm import tqdm

from .table import Table

ROUNDS, LAM = 7, 1e-3


def first_form(A, g):
    return torch.linalg.solve(A.T @ A + LAM * torch.eye(A.shape[1]), A.T @ g)


def second_form(A, g):
    return A.T @ torch.linalg.solve(A @ A.T + LAM * torch.eye(len(A)), g)


def seconds(form, *arguments) -> float:
    """How long one call takes."""
    start = perf_counter()
    form(*arguments)
    return perf_counter() - start


def row(m: int, n: int) -> dict:
    """The two forms on one random matrix, in turn, after one round that is not counted."""
    generator = torch.Generator().manual_seed(0)
    A = torch.randn(m, n, generator=generator, dtype=torch.float32)
    g = torch.randn(m, generator=generator, dtype=torch.float32)
    times = [
        (seconds(first_form, A, g), seconds(second_form, A, g)) for _ in range(ROUNDS + 1)
    ]
    first, second = (median(t) for t in zip(*times[1:], strict=True))
    ratio = median(b / a for a, b in times[1:])
    return {"m": m, "n": n, "first_s": first, "second_s": second, "ratio": ratio}


def main() -> None:
    """Fill the table, row by row."""
    torch.set_num_threads(1)
    table = Table("two-forms", keys=("m", "n"))
    sizes = [(256 * 2**k, 4096 // 2**k) for k in range(5)]
    for m, n in tqdm(sizes, unit="size"):
        if not table.has(m, n):
            table.add(row(m, n))
