"""What a saturated sensor takes from linear methods, and what is left for others.

g = phi(H f) + eps: 48 unknowns f ~ N(0, C) with C = exp(-distance / 6 pixels), a Gaussian
blur H of 1.5 pixels and a bent detector: s tanh(x / s) with s = ``level`` (1000: straight),
or one of the other curves of ``studies/curves.py``. Two sets of 60 test signals; what is
tuned or trained has pairs of its own.

    told           Wiener's filter for the slope of phi at 0: the linear MAP
    tuned          the same with the best gain and noise level, on 500 pairs
    affine         the best affine map that infinitely many pairs can teach, from moments
    undone         phi^-1 of g, cut off where phi ends, then the linear MAP; the cut and the
                   noise level are the best on 500 pairs
    undone, weighed   the same with the noise sigma / phi' of each datum; the cut tuned
    network        the best affine map plus a perceptron (two layers of 96), 30,000 pairs
    four steps     of Gauss-Newton from 0
    unrolled       the same with lam_1 ... lam_4 trained
    map            Gauss-Newton until it rests
    posterior      the mean of p(f | g): Hamiltonian Monte Carlo, 4 chains

``risk`` is ||f_hat - f||^2 / ||f||^2 over a test set, one number for each set; for what is
trained the mean of three seeds, and ``each`` the seeds. ``expected`` is the exact risk of
the affine map; for the posterior it is the mean variance of the samples, which has to agree
with the risk: ``rhat`` and ``ess`` are the largest split R-hat, and the smallest and the
median effective sample size, of every eighth pixel of all signals.

Keys: sensor, level, sigma, method.
"""

from itertools import islice

import torch
from torch import Tensor

from course_utils.noise import seeded
from course_utils.nonlinear import gauss_newton
from course_utils.nonlinear.sampling import (
    effective_size,
    hamiltonian,
    split_rhat,
)
from course_utils.solvers import run

from ..curves import CURVES
from ..table import Table
from . import learned
from .problem import BestAffine, blur, draws, model, prior, risk, share

SETS = (0, 1)
SIGNALS = 60
TUNING = (500, 200)  # pairs, and their seed
NOISES = 2.0 ** torch.arange(-2, 15)  # times sigma^2, to be told to a linear method
ENDS = (0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 0.9999)  # of the range of phi
SAMPLES = 400


def wiener(v: Tensor, A: Tensor, noise: Tensor | float) -> Tensor:
    """A^T (A A^T + noise I)^-1 v; a noise for each datum is a tensor like v."""
    if isinstance(noise, Tensor):
        return torch.linalg.solve(A @ A.mT + torch.diag_embed(noise), v) @ A
    eye = torch.eye(len(A)).to(v)
    return v @ torch.linalg.solve(A @ A.mT + noise * eye, A)


def tangent(phi, x: Tensor) -> Tensor:
    """phi'(x), by a difference."""
    return (phi(x + 1e-4) - phi(x - 1e-4)) / 2e-4


def told(sensor: str, level: float, sigma: float):
    """The linear MAP for the tangent at 0."""
    phi = CURVES[sensor](level)
    zero = torch.zeros(1, dtype=torch.float64)
    A = tangent(phi, zero) * blur() @ prior()[1]
    return lambda g: wiener(g - phi(zero), A, sigma**2), {}


def best(candidates: dict, sensor: str, level: float, sigma: float):
    """The estimate that is best on the tuning pairs, with the best factor; and its key."""
    g, x = draws(sensor, level, sigma, *TUNING)
    L = prior()[1]
    found = {}
    for key, estimate in candidates.items():
        x_hat = estimate(g)
        factor = ((x_hat @ L.mT) * (x @ L.mT)).sum() / (x_hat @ L.mT).square().sum()
        found[key] = (risk(factor * x_hat, x), factor)
    key = min(found, key=lambda k: found[k][0])
    return lambda g: found[key][1] * candidates[key](g), key


def tuned(sensor: str, level: float, sigma: float):
    """The linear MAP with the best noise level and gain, for data about their mean."""
    A = blur() @ prior()[1]
    mean = BestAffine(sensor, level, sigma).mean
    candidates = {
        k: lambda g, k=k: wiener(g - mean, A, k * sigma**2) for k in NOISES.tolist()
    }
    estimate, key = best(candidates, sensor, level, sigma)
    return estimate, {"noise": key}


def undo(phi, g: Tensor, end: float) -> Tensor:
    """phi^-1(g) within this part of the range of phi, on the branch where phi rises."""
    x = torch.linspace(-6, 6, 24001, dtype=torch.float64)
    x = x[phi(x).argmin() :]
    values = phi(x).cummax(0)[0]
    middle = (values[0] + values[-1]) / 2
    half = (values[-1] - values[0]) / 2
    inside = g.clamp(middle - end * half, middle + end * half).contiguous()
    return x[torch.searchsorted(values, inside).clamp(max=len(x) - 1)]


def undone(sensor: str, level: float, sigma: float):
    """The inverse of the curve, then the linear MAP: cut and noise level tuned."""
    phi = CURVES[sensor](level)
    A = blur() @ prior()[1]
    candidates = {
        (end, k): lambda g, end=end, k=k: wiener(undo(phi, g, end), A, k * sigma**2)
        for end in ENDS
        for k in NOISES.tolist()
    }
    estimate, key = best(candidates, sensor, level, sigma)
    return estimate, {"end": key[0], "noise": key[1]}


def weighed(sensor: str, level: float, sigma: float):
    """The same, where each datum has the noise that the inverse of the curve gives it."""
    phi = CURVES[sensor](level)
    A = blur() @ prior()[1]

    def estimate(g: Tensor, end: float) -> Tensor:
        u = undo(phi, g, end)
        return wiener(u, A, (sigma / tangent(phi, u).abs().clamp(min=1e-4)) ** 2)

    candidates = {end: lambda g, end=end: estimate(g, end) for end in ENDS}
    estimate_best, key = best(candidates, sensor, level, sigma)
    return estimate_best, {"end": key}


def affine(sensor: str, level: float, sigma: float):
    """The best affine map, with what it knows before any data come."""
    W = BestAffine(sensor, level, sigma)
    said = {
        "expected": W.risk,
        "free": W.free,
        "possible": W.possible,
        "distortion": W.distortion,
        "share": share(sensor, level),
    }
    return W, {name: float(f"{value:.5g}") for name, value in said.items()}


def steps(count: int):
    """Gauss-Newton from x = 0."""

    def method(sensor: str, level: float, sigma: float):
        h = model(sensor, level)
        return lambda g: run(gauss_newton(h, g, sigma**2), count), {}

    return method


QUICK = {
    "told": told,
    "tuned": tuned,
    "affine": affine,
    "undone": undone,
    "undone, weighed": weighed,
    "four steps": steps(learned.LAYERS),
    "map": steps(50),
}
CHEAP = ("told", "affine", "undone", "undone, weighed", "map")
METHODS = QUICK | learned.METHODS
TRAINED = (1.5, 1.0, 0.7, 0.4)  # levels at which methods are trained
SAMPLED = (1000.0, 1.5, 1.0, 0.7, 0.4)  # levels at which the posterior is sampled


def test_sets(sensor: str, level: float, sigma: float) -> tuple[Tensor, Tensor]:
    """The test pairs (g, x) of all sets, one set after the other."""
    drawn = [draws(sensor, level, sigma, SIGNALS, 10 + k) for k in SETS]
    return torch.cat([g for g, _ in drawn]), torch.cat([x for _, x in drawn])


def by_set(x_hat: Tensor, x: Tensor) -> list[float]:
    """The risk of each set."""
    parts = zip(x_hat.split(SIGNALS), x.split(SIGNALS), strict=True)
    return [float(f"{risk(*part):.5g}") for part in parts]


def posterior(sensor: str, level: float, sigma: float) -> dict:
    """The posterior mean of all test signals, and how far the chains can be trusted."""
    g, x = test_sets(sensor, level, sigma)
    h = model(sensor, level)
    _, L = prior()
    mean = torch.zeros_like(x)
    square = torch.zeros_like(x)
    kept = []
    for sample in islice(hamiltonian(h, g, sigma, seeded(77)), SAMPLES):
        mean += sample.mean(0) / SAMPLES
        f = sample @ L.mT
        square += f.square().mean(0) / SAMPLES
        kept.append(f[..., ::8].clone())
    samples = torch.stack(kept)
    rhat = split_rhat(samples)
    sizes = effective_size(samples)
    spread = (square - (mean @ L.mT).square()).sum() / (x @ L.mT).square().sum()
    return {
        "risk": by_set(mean, x),
        "expected": float(f"{spread.item():.5g}"),
        "rhat": round(rhat.max().item(), 4),
        "agree": round((rhat < 1.05).double().mean().item(), 4),
        "ess": [round(sizes.min().item()), round(sizes.median().item())],
    }


def row(sensor: str, level: float, sigma: float, method: str) -> dict:
    """Tune or train, then look at the test signals."""
    if method == "posterior":
        return posterior(sensor, level, sigma)
    estimate, said = METHODS[method](sensor, level, sigma)
    g, x = test_sets(sensor, level, sigma)
    x_hat = estimate(g)
    if x_hat.ndim == 2:
        return {"risk": by_set(x_hat, x)} | said
    each = [by_set(one, x) for one in x_hat]
    mean = [float(f"{sum(risks) / len(each):.5g}") for risks in zip(*each, strict=True)]
    return {"risk": mean, "each": each} | said


def table() -> Table:
    """The table, as it is now."""
    return Table("saturated-sensor", keys=("sensor", "level", "sigma", "method"))


def tasks() -> list[tuple]:
    """What the table holds in the end."""
    levels = (1000.0, 3.0, 1.5, 1.0, 0.7, 0.4)
    others = (("tanh", 1.5, 0.02), ("tanh", 1.5, 0.2))
    others += tuple(("clip", s, 0.05) for s in (2.0, 1.5, 1.0))
    others += (("gamma", 0.4, 0.05), ("modulus", 2.0, 0.05))
    return [
        *(("tanh", s, 0.05, method) for s in levels for method in QUICK),
        *((*setting, method) for setting in others for method in CHEAP),
        *(("tanh", s, 0.05, method) for s in TRAINED for method in learned.METHODS),
        *(("tanh", s, 0.05, "posterior") for s in SAMPLED),
    ]


def main() -> None:
    """Fill the table."""
    table().fill(row, tasks())
