"""Filtered back-projection, conjugate gradients, gradient descent and total variation.

Each is at its best: what a method leaves open is chosen on validation images, for each
setting. Every function takes the setting, K and the seed of a row, and gives the row.
"""

from collections.abc import Callable, Iterator
from functools import cache
from itertools import product

import torch
from skimage.restoration import denoise_nl_means
from torch import Tensor

from course_utils.operators import Blur, Gradient, Radon
from course_utils.priors import L1, TotalVariation
from course_utils.signals import gaussian_psf
from course_utils.solvers import (
    conjugate_gradient,
    fista,
    gradient_descent,
    primal_dual,
    run,
)

from . import networks
from .scanner import MAIN, Scanner
from .scores import named, once_ms, pictures, score, scores, times_slower

WIDTHS = (0.0, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0, 1.3, 1.6)  # of the blur after FBP
TAUS = (0.5, 1, 1.5, 1.9, 2.5, 3.5, 5, 7, 10, 14, 20, 28, 40)  # of gradient descent
LAMBDAS = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8)  # of TV at 64 pixels,
FEW_LAMBDAS = (0.2, 0.4, 0.8, 1.6)  # and, in units of a pixel of 64, of larger pictures
ITERATIONS = (5, 10, 20, 50, 100)  # of FISTA
NON_LOCAL = {  # of non-local means: pixels of a patch, of the way to others, and strengths
    "patch_size": (3, 5, 7),
    "patch_distance": (5, 7, 9, 13),
    "h": (0.01, 0.015, 0.02, 0.03, 0.045, 0.07),
}
RATIOS = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0)  # of primal to dual steps, for TV without a prox


def tried(scanner: Scanner, choice: float, estimate: Callable, seed: int, repeats=3):
    """The row of an estimate from data alone, chosen on validation images."""
    g, f = scanner.validation()
    row = {"validation": score(estimate(g), f), "choice": choice, "train_s": 0.0}
    g, f = scanner.test(seed)
    row |= named(scores(estimate(g), f))
    return row | {"once_ms": once_ms(estimate, g, repeats)}


def best(scanner: Scanner, values, estimate: Callable) -> float:
    """The value with which ``estimate(g, value)`` has the best score for validation."""
    g, f = scanner.validation()
    return max(values, key=lambda value: score(estimate(g, value), f))


def fbp(scanner: Scanner, K: int, seed: int) -> dict:
    """Filtered back-projection, and a blur."""
    H = scanner.H

    def estimate(g: Tensor, width: float) -> Tensor:
        psf = gaussian_psf(width, ndim=2)
        return Blur(psf, H.in_shape).to(g)(H.fbp(g))

    width = best(scanner, WIDTHS, estimate)
    row = tried(scanner, width, lambda g: estimate(g, width), seed)
    if (scanner, seed) == (MAIN, 0):
        row |= {"pictures": pictures(lambda H, g: H.fbp(g), seed)}
    return row


@cache
def non_local_means(scanner: Scanner) -> tuple[Callable, float]:
    """Filtered back-projection and non-local means, and its strength.

    All three numbers are the best on validation images.
    """
    H = scanner.H

    def estimate(g: Tensor, choice: tuple) -> Tensor:
        numbers = dict(zip(NON_LOCAL, choice, strict=True))
        clean = [denoise_nl_means(f.numpy(), **numbers) for f in H.fbp(g)]
        return torch.stack([torch.from_numpy(f) for f in clean])

    choice = best(scanner, product(*NON_LOCAL.values()), estimate)
    return lambda g: estimate(g, choice), choice[-1]


def fbp_non_local(scanner: Scanner, K: int, seed: int) -> dict:
    """Filtered back-projection, whose patches are then averaged with others like them."""
    estimate, h = non_local_means(scanner)
    return tried(scanner, h, estimate, seed) | beside_prox(scanner, estimate, seed)


def cg(scanner: Scanner, K: int, seed: int) -> dict:
    """Conjugate gradients for the normal equations, stopped after K steps."""
    H = scanner.H
    way = lambda g: run(conjugate_gradient(H.gram, H.T(g)), K)  # noqa: E731
    return tried(scanner, K, way, seed)


def gradient(scanner: Scanner, K: int, seed: int) -> dict:
    """K steps of gradient descent from FBP, all of one length tau / ||H||^2."""
    H = scanner.H
    norm = H.norm()

    def estimate(g: Tensor, tau: float) -> Tensor:
        return run(gradient_descent(H, g, tau / norm**2, f=H.fbp(g)), K)

    tau = best(scanner, TAUS, estimate)
    return tried(scanner, tau, lambda g: estimate(g, tau), seed)


def tv(scanner: Scanner, K: int, seed: int) -> dict:
    """FISTA with total variation, from FBP, after K iterations."""
    H = scanner.H
    tau = tv_step(H)
    validation, lam = tv_choices(scanner)[K]
    row = {"validation": validation, "choice": lam, "train_s": 0.0}
    row |= named(tv_scores(scanner, lam, seed)[K])
    g, _ = scanner.test(seed)
    once = once_ms(lambda g: run(tv_iterates(H, g, lam, tau), K), g, repeats=1)
    row |= {"once_ms": once}
    if (scanner, K, seed) == (MAIN, ITERATIONS[-1], 0):
        row |= {"in hindsight": in_hindsight(scanner, seed)}
    return row


def in_hindsight(scanner: Scanner, seed: int) -> list[float]:
    """The scores with the lambda that is best for each of them, which nobody can know."""
    every = [tv_scores(scanner, lam, seed)[ITERATIONS[-1]] for lam in LAMBDAS]
    return [max(column) for column in zip(*every, strict=True)]


def tv_step(H: Radon) -> float:
    """1 / ||H||^2 and a little less: the power method finds ||H|| from below."""
    return 1 / (1.01 * H.norm() ** 2)


def tv_iterates(H: Radon, g: Tensor, lam: float, tau: float) -> Iterator[Tensor]:
    """The iterates of FISTA, from FBP."""
    return fista(H, g, TotalVariation(), lam, tau, f=H.fbp(g))


def tv_kept(H: Radon, g: Tensor, lam: float) -> dict:
    """The iterates that are looked at, by their number."""
    iterates = tv_iterates(H, g, lam, tv_step(H))
    kept = zip(range(1, ITERATIONS[-1] + 1), iterates, strict=False)
    return {k: f for k, f in kept if k in ITERATIONS}


@cache
def tv_choices(scanner: Scanner) -> dict:
    """For each number of iterations, the best validation score and its lambda."""
    small = scanner.size == 64
    g, f = scanner.validation(4 if small else 2)
    lams = LAMBDAS if small else [lam * scanner.size / 64 for lam in FEW_LAMBDAS]
    tries = [(lam, tv_kept(scanner.H, g, lam)) for lam in lams]
    return {k: max((score(kept[k], f), lam) for lam, kept in tries) for k in ITERATIONS}


@cache
def tv_scores(scanner: Scanner, lam: float, seed: int) -> dict:
    """The scores after each number of iterations with this lambda."""
    g, f = scanner.test(seed)
    return {k: scores(f_k, f) for k, f_k in tv_kept(scanner.H, g, lam).items()}


@cache
def primal_dual_tv(scanner: Scanner, K: int) -> tuple[Callable, float]:
    """K primal-dual steps with total variation, from FBP: no prox of TV inside.

    The lambda, and the ratio of both steps, are the best on validation images.
    """
    H = scanner.H
    norm = 1.01 * H.norm()
    both = 2**0.5 * norm  # bounds the norm of H and of D together
    scale = norm / 8**0.5
    D = scale * Gradient(H.in_shape)

    def estimate(g: Tensor, choice: tuple[float, float]) -> Tensor:
        lam, ratio = choice
        steps = {"tau": ratio / both, "sigma": 1 / (ratio * both)}
        ways = primal_dual(H, g, L1(axis=-3), lam / scale, **steps, D=D, f=H.fbp(g))
        return run(ways, K)

    choice = best(scanner, product(LAMBDAS[2:6], RATIOS), estimate)
    return lambda g: estimate(g, choice), choice[0]


def tv_by_primal_dual(scanner: Scanner, K: int, seed: int) -> dict:
    """Total variation by primal-dual steps, and its time beside that of two layers."""
    estimate, lam = primal_dual_tv(scanner, K)
    return tried(scanner, lam, estimate, seed) | beside_prox(scanner, estimate, seed)


def beside_prox(scanner: Scanner, estimate: Callable, seed: int) -> dict:
    """The time of an estimate beside that of a learned prox of two layers."""
    net = networks.network("prox", scanner.H, 2, seed).requires_grad_(False)
    g, _ = scanner.test(seed)
    return {"times prox": times_slower(estimate, net, g)}


CLASSICAL = {
    "FBP": fbp,
    "FBP, non-local": fbp_non_local,
    "CG": cg,
    "gradient": gradient,
    "TV": tv,
    "TV, primal-dual": tv_by_primal_dual,
}
