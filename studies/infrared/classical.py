"""Restoration without learning, and thresholds: both tuned on validation scenes."""

from collections.abc import Callable
from functools import cache
from itertools import product

import torch
from torch import Tensor

from course_utils import metrics
from course_utils.operators import Gradient
from course_utils.potts import potts_mean_field
from course_utils.priors import L1
from course_utils.solvers import primal_dual, run

from .frames import SIZE, camera, kelvin, sets, targets
from .layers import upsampling, wiener_net

METHODS = ("data", "potts", "tv", "wiener")
THRESHOLDS = [(a / 2, float(b)) for a, b in product(range(594, 606), range(309, 325))]
POWERS = (10, 30, 100, 300, 1e3, 3e3)  # Wiener's theta
LAMS = (3e-4, 1e-3, 3e-3, 0.01, 0.03)  # of total variation
BETAS = (0.5, 1.0, 2.0)  # of Potts


def by_thresholds(T_hat: Tensor, low: float, high: float) -> Tensor:
    """Labels: wall, warm and hot."""
    return (T_hat > low).long() + (T_hat > high).long()


def best_thresholds(T_hat: Tensor, z: Tensor) -> tuple[float, float]:
    """The thresholds with the largest IoU."""
    return max(THRESHOLDS, key=lambda pair: metrics.iou(by_thresholds(T_hat, *pair), z))


def enlarged(g: Tensor, strength: float) -> Tensor:
    """The frame itself."""
    return upsampling()(g)


def wiener(g: Tensor, theta: float) -> Tensor:
    """Wiener's estimate."""
    return wiener_net(theta)(g)


def total_variation(g: Tensor, lam: float) -> Tensor:
    """The minimiser of 1/2 ||g - H f||^2 + lam TV(f), by 120 primal-dual steps."""
    D = Gradient((SIZE, SIZE))
    R = L1(axis=-3)
    return run(primal_dual(camera().H, g, R, lam, 0.34, sigma=0.34, D=D), 120)


def best_strength(restore: Callable, strengths: tuple, seed: int):
    """The strength with the smallest error on validation scenes, and its thresholds."""
    T, z, data = sets(seed)["validation"]
    f = targets(T, z)[:, 0]
    found = [restore(data["as trained"], strength) for strength in strengths]
    best = min(range(len(found)), key=lambda i: (found[i] - f).square().mean().item())
    return strengths[best], best_thresholds(kelvin(found[best]), z)


@cache
def tuned_wiener(seed: int):
    """Wiener's theta, and the thresholds for it."""
    return best_strength(wiener, POWERS, seed)


def potts(g: Tensor, theta: float, beta: float, thresholds) -> tuple[Tensor, Tensor]:
    """Kelvin and labels of each frame by the mean field, from Wiener's estimate."""
    temperatures = []
    labels = []
    for frame in g:
        q = run(potts_mean_field(camera().H, frame, 3, beta, wiener(frame, theta)), 25)
        temperatures.append(kelvin(q.f))
        labels.append(by_thresholds(kelvin(q.m), *thresholds)[q.labels])
    return torch.stack(temperatures), torch.stack(labels)


def best_beta(theta: float, thresholds, seed: int) -> float:
    """The beta with the largest IoU on the first three validation scenes."""
    _, z, data = sets(seed)["validation"]
    g = data["as trained"][:3]

    def quality(beta: float) -> float:
        return metrics.iou(potts(g, theta, beta, thresholds)[1], z[:3])

    return max(BETAS, key=quality)


def tuned(method: str, seed: int) -> Callable[[Tensor], tuple[Tensor, Tensor]]:
    """The method, tuned on validation scenes: a map from frames to kelvin and labels."""
    theta, thresholds = tuned_wiener(seed)
    if method == "potts":
        beta = best_beta(theta, thresholds, seed)
        return lambda g: potts(g, theta, beta, thresholds)
    restore, strengths = {
        "data": (enlarged, (0.0,)),
        "wiener": (wiener, (theta,)),
        "tv": (total_variation, LAMS),
    }[method]
    strength, thresholds = best_strength(restore, strengths, seed)

    def estimate(g: Tensor) -> tuple[Tensor, Tensor]:
        T_hat = kelvin(restore(g, strength))
        return T_hat, by_thresholds(T_hat, *thresholds)

    return estimate
