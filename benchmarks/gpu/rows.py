"""What is timed: one function for each line, which the processor and the card both run."""

from collections.abc import Callable
from copy import deepcopy
from functools import cache, partial
from statistics import median, quantiles
from typing import NamedTuple

import torch
from torch import Tensor

from course_utils.networks import ConvNet, SpectralNet
from course_utils.noise import gaussian, seeded
from course_utils.operators import Blur, Radon
from course_utils.priors import L1, Wavelet
from course_utils.signals import phantom
from course_utils.solvers import fista, run
from course_utils.unrolled import UnrolledProximal

from .. import blobs
from ..measure import Line, WrongResult, distance, interleaved
from .agreement import CPU, uneven

SIDES = {256: 32, 512: 48, 1024: 64, 128: 32, 64: 16}  # and what stands for them in a trial


class Case(NamedTuple):
    """A line, and how far the two results may differ; TF32 is left as torch has it."""

    name: str
    set_up: Callable[[torch.device], Line]
    tolerance: float = 1e-3


@cache
def scanner(side: int) -> Radon:
    """The projector of 180 views, built once."""
    return Radon(side, blobs.angles().float())


def projection(side: int, batch: int, there: torch.device) -> Line:
    """H f."""
    H = deepcopy(scanner(side)).to(there)
    f = blobs.image(side, batch).to(there)
    return lambda: H(f)


def back_projection(side: int, batch: int, there: torch.device) -> Line:
    """H^T g."""
    H = deepcopy(scanner(side)).to(there)
    g = blobs.projections(side, batch).to(there)
    return lambda: H.T(g)


def filtered_back_projection(side: int, batch: int, there: torch.device) -> Line:
    """Every pixel looks at every view."""
    H = deepcopy(scanner(side)).to(there)
    g = blobs.projections(side, batch).to(there)
    return lambda: H.fbp(g)


def blurred(side: int, there: torch.device) -> tuple[Blur, Tensor]:
    """A blur of norm 1, and data."""
    H = Blur(uneven(9, 11).float(), (side, side))
    g = H(phantom(side).float())
    g = g + gaussian(g, 0.02, seeded(0))
    return H.to(there), g.to(there)


def four_layers(side: int, there: torch.device) -> Line:
    """The spectral network."""
    H, g = blurred(side, there)
    network = SpectralNet(H).requires_grad_(False)
    return lambda: network(g)


def solver(side: int, prior: Callable, there: torch.device) -> Line:
    """50 iterations of FISTA."""
    H, g = blurred(side, there)
    return lambda: run(fista(H, g, prior(), 0.01, 1.0), 50)


def training_step(side: int, batch: int, there: torch.device) -> Line:
    """The loss of ten layers, its gradient and a step of Adam; gives the output before."""
    H, g = blurred(side, there)
    data = g.expand(batch, side, side)
    target = phantom(side).float().to(there).expand(batch, side, side)
    layers = [ConvNet(width=16, seed=k) for k in range(10)]
    network = UnrolledProximal(H, layers, 1.0).to(there)
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-6)

    def line() -> Tensor:
        output = network(data)
        optimizer.zero_grad()
        (output - target).square().mean().backward()
        optimizer.step()
        return output.detach()

    return line


def cases(quick: bool) -> list[Case]:
    """All of them, at their sizes or at small ones."""
    n = {side: small if quick else side for side, small in SIDES.items()}
    scans = [(256, 1), (512, 1), (256, 16)]
    listed = []
    for what, line in (("Projection", projection), ("Back-projection", back_projection)):
        for side, batch in scans:
            name = f"{what}, {n[side]}², 180 views" + f", {batch} images" * (batch > 1)
            listed.append(Case(name, partial(line, n[side], batch)))
    scan = partial(filtered_back_projection, n[256], 1)
    listed.append(Case(f"Filtered back-projection, {n[256]}², 180 views", scan))
    side = n[1024]
    listed.append(Case(f"Spectral network, {side}²", partial(four_layers, side)))
    for side, prior in ((n[128], L1), (n[1024], L1), (n[512], Wavelet)):
        name = f"FISTA, 50 iterations, {prior.__name__}, {side}²"
        listed.append(Case(name, partial(solver, side, prior)))
    for batch in (8, 64):
        name = f"Training step, 10 layers, {n[64]}², {batch} images"
        listed.append(Case(name, partial(training_step, n[64], batch), 1e-2))
    return listed


def waited_for(line: Line, there: torch.device) -> Line:
    """The line and the wait until the card has done it."""
    if there.type != "cuda":
        return line

    def both() -> Tensor:
        result = line()
        torch.cuda.synchronize(there)
        return result

    return both


def measure(case: Case, there: torch.device) -> dict:
    """One row, in turns: the medians of both times and of their ratios, and the memory.

    Raises: WrongResult where the two results differ.
    """
    ours = case.set_up(CPU)
    theirs = waited_for(case.set_up(there), there)
    error = distance(theirs().cpu(), ours())
    if not error <= case.tolerance:
        raise WrongResult(f"{case.name}: the results differ by {error:.2g}")
    pairs = interleaved(ours, theirs)
    ratios = quantiles([a / b for a, b in pairs], n=4, method="inclusive")
    return {
        "case": case.name,
        "cpu_ms": median(a for a, _ in pairs),
        "gpu_ms": median(b for _, b in pairs),
        "ratio": ratios[1],
        "quartiles": [ratios[0], ratios[2]],
        "rounds": len(pairs),
        "difference": error,
        "gpu_mb": peak(theirs, there),
    }


def peak(line: Line, there: torch.device) -> float | None:
    """The most memory that torch holds on the card during the line, in MB."""
    if there.type != "cuda":
        return None
    torch.cuda.reset_peak_memory_stats(there)
    line()
    return torch.cuda.max_memory_allocated(there) / 2**20
