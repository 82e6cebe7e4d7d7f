"""The rows of the table: one problem, one way to solve it, what it reached and cost."""

import zlib
from base64 import b64encode
from math import pi

import torch
from torch import Tensor

from course_utils.linear import Matrix
from course_utils.nonlinear.pinn import matrix

from .problems import (
    CHAPTERS,
    DATA,
    Adjoint,
    FreeEnds,
    GridPenalised,
    LoosePinn,
    Nets,
    NetworkSolved,
    Pinn,
    Problem,
    middles,
    problem,
)
from .trainings import (
    Counted,
    Course,
    adjoint_at,
    by_adam,
    by_discrepancy,
    by_lbfgs,
    by_levenberg_marquardt,
)

CHOSEN = {  # on the seeds of the part "tuning"
    "cells": 100,  # of the adjoint
    "points": 100,  # where the equation is asked for
    "width": 64,
    "depth": 1,
    "steep": 10.0,  # the first layer at the start
    "weight": 1.0,  # of the equation, over 1 / sigma^2
    "rate": 0.01,  # of Adam
    "first": 200,  # passes of Adam before L-BFGS
    "steps": 60,  # of Levenberg-Marquardt
    "passes": 600,  # of Adam, or of Adam and L-BFGS
    "data": DATA,
    "lam": 1.0,  # over that of the adjoint
}
SHORTER = {"steps": 40, "passes": 600}  # while the others are chosen


def row(part: str, method: str, noise: float, seed: int, setting: str) -> dict:
    """Dispatch on the part."""
    if part == "modes":
        return conditions(noise, seed)
    if part == "course":
        return course(method, noise, seed, setting)
    use = chosen(setting) | (SHORTER if part == "tuning" else {})
    return compared(method, noise, seed, use, ends=part == "ends")


def chosen(setting: str) -> dict:
    """The settings, of which some may be others: "width 32", "rate 0.003, passes 6000"."""
    others = [one.split() for one in setting.split(", ") if one]
    return CHOSEN | {name: type(CHOSEN[name])(value) for name, value in others}


def compared(method: str, noise: float, seed: int, use: dict, ends: bool) -> dict:
    """What one method reaches, and when it is within 1.1 of the adjoint's error."""
    given = problem(noise, seed, use["data"], ends=ends)
    model = FreeEnds if ends else Adjoint
    lam, f, adjoint = by_discrepancy(given, model, use["cells"])
    bound = given.error(f[: use["cells"]])
    if method in ("adjoint", "FreeEnds") and use["lam"]:
        return said(given, adjoint, model(given, lam, use["cells"]), f) | {
            "lam": lam,
            "solutions": len(adjoint.looks) * (len(given.g) + 2),
            "at_lam_s": round(adjoint_alone(given, lam, use["cells"]), 4),
        }
    h = build(method, given, lam * use["lam"], use)
    theta, found = trained(method, h, seed, use)
    reached = found.reached(1.1 * bound) or (None, None)
    return said(given, found, h, theta) | {
        "adjoint": round(bound, 5),
        "adjoint_s": round(adjoint.seconds, 4),
        "seconds_to": reached[0] and round(reached[0], 3),
        "passes_to": reached[1],
    }


def build(method: str, given: Problem, lam: float, use: dict):
    """The least squares of a method."""
    weight = use["weight"] / given.sigma**2
    nets = Nets(*(use[name] for name in Nets._fields))
    if method.startswith("adjoint"):
        return Adjoint(given, lam, use["cells"])
    if method == "network, solved":
        return NetworkSolved(given, lam, nets)
    if method == "grid, penalised":
        return GridPenalised(given, lam, weight)
    return (LoosePinn if "free ends" in method else Pinn)(given, lam, weight, nets)


def trained(method: str, h, seed: int, use: dict) -> tuple[Tensor, Course]:
    """The unknowns that a method ends with, and its course; what torch loads is loaded."""
    theta = h.start(seed)
    Counted(h)(theta.requires_grad_()).backward()
    matrix(h, theta.detach())
    if method.startswith("L-BFGS"):
        return by_lbfgs(h, seed, use["passes"], use["rate"], use["first"])
    if method.startswith("Adam"):
        return by_adam(h, seed, use["passes"], use["rate"])
    return by_levenberg_marquardt(h, seed, use["steps"])


def said(given: Problem, found: Course, h, theta: Tensor) -> dict:
    """What every row says."""
    last = found.looks[-1]
    off = h.target() - h(theta)
    answer = {
        "error": round(last.error, 5),
        "least": round(min(look.error for look in found.looks), 5),
        "constant": round(constant(given), 4),
        "seconds": round(last.seconds, 3),
        "passes": last.passes,
        "J": round(off.square().sum().item() / 2, 3),
        "chi2": round(off[: len(given.g)].square().mean().item(), 4),
    }
    if isinstance(h, Pinn):
        answer["residual"] = rms(h, theta)
    return answer


def rms(h: Pinn, theta: Tensor) -> float:
    """The root of the mean of r^2 + s^2 at the points."""
    rs = h.meets(theta, h.x[h.split :])[2:]
    return float(f"{rs.square().sum(0).mean().sqrt().item():.2e}")


def constant(given: Problem) -> float:
    """The error of the best a that is constant."""
    a = given.truth(middles(2000))
    return ((a - a.mean()).norm() / a.norm()).item()


def adjoint_alone(given: Problem, lam: float, n: int) -> float:
    """The seconds of Gauss-Newton from a = 1 for one lam that is given."""
    h = Adjoint(given, lam, n)
    alone = Course()
    alone.watch(adjoint_at(h, h.start(0)), lambda: 0, lambda f: 0.0)
    return alone.seconds


def conditions(noise: float, seed: int) -> dict:
    """Condition numbers of what each way of asking would descend on."""
    given = problem(noise, seed)
    lam = by_discrepancy(given)[0]
    h = build("LM", given, lam, CHOSEN)
    theta = by_levenberg_marquardt(h, seed, CHOSEN["steps"])[0]
    grid = GridPenalised(given, lam, CHOSEN["weight"] / given.sigma**2)
    return {
        "sine": {K: condition(sines(K)) for K in (1, 2, 4, 8, 16, 32)},
        "whitened": condition(whitened(given, lam)),
        "grid": condition(matrix(grid, grid.start(0))),
        "pinn": [residual_spectrum(h, t) for t in (h.start(seed), theta)],
    }


def sines(K: int, n: int = 200) -> Tensor:
    """-u'' of the first K sine modes, on a grid, in the orthonormal sine basis."""
    x = torch.arange(1, n).double() / n
    S = (2 / n) ** 0.5 * torch.sin(pi * torch.outer(x, torch.arange(1, K + 1)))
    padded = torch.nn.functional.pad(S.mT, (1, 1))
    return -(n**2) * padded.diff().diff().mT


def condition(A: Tensor) -> float:
    """s_1^2 / s_n^2: the condition number of A^T A."""
    s = Matrix(A).singular_values()
    return float(f"{(s[0] / s[-1]).square().item():.4g}")


def whitened(given: Problem, lam: float) -> Tensor:
    """Rows of data and prior of the adjoint, in units of the prior: f = f_0 + L z."""
    h = Adjoint(given, lam)
    n = h.n
    L = torch.ones(n, n).double().tril()
    L[:, 1:] /= h.scale
    J = matrix(h, h.start(0)) @ L
    return J / torch.cat([J[:, 0].norm()[None], torch.ones(n - 1)])


def residual_spectrum(h: Pinn, theta: Tensor) -> list[float]:
    """(s_1 / s_k)^2 of the residual's derivative by the weights, k = 1, 2, 4, ..., 32."""
    s = Matrix(matrix(h, theta)[-2 * CHOSEN["points"] :]).singular_values()
    return [float(f"{(s[0] / s[k - 1]).square().item():.3g}") for k in (1, 2, 4, 8, 16, 32)]


def course(method: str, noise: float, seed: int, setting: str) -> dict:
    """A training with its log, for a figure: the conductivity of the chapter, 20 looks."""
    use = chosen(setting)
    given = problem(noise, seed, truth=CHAPTERS)
    lam = by_discrepancy(given, n=CHOSEN["cells"])[0]
    h = build(method, given, lam * use["lam"], use)
    looks = [(0, h.start(seed)), *spaced(trained(method, h, seed, use)[1])]
    log_a = torch.stack([h.log_a(theta, middles(100)) for _, theta in looks])
    steps = (1e4 * log_a).round().clamp(-32767, 32767).to(torch.int16)
    return {
        "lam": lam,
        "sigma": given.sigma,
        "g": [round(v, 8) for v in given.g.tolist()],
        "truth": [round(v, 5) for v in given.truth(middles(100)).tolist()],
        "passes_at": [passes for passes, _ in looks],
        "residuals": [rms(h, theta) for _, theta in looks],
        "log_a": b64encode(zlib.compress(steps.numpy().tobytes(), 9)).decode(),
    }


def spaced(found: Course) -> list[tuple[int, Tensor]]:
    """(passes, theta) after 10 to 10,000 passes, evenly on a logarithmic scale."""
    passes = [look.passes for look in found.looks]
    wanted = torch.logspace(1, 4, 20).tolist()
    places = [sum(p <= w for p in passes) - 1 for w in wanted]
    kept = [found.looks[max(0, place)] for place in places]
    return [(look.passes, look.theta) for look in kept]
