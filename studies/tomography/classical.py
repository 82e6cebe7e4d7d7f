"""Filtered back-projection, conjugate gradients and total variation, each at its best.

What a method leaves open is chosen on validation images, for each setting. Every function
takes the setting, K and the seed of a row, and gives the row.
"""

from collections.abc import Iterator
from functools import cache

from torch import Tensor

from course_utils.operators import Blur, Radon
from course_utils.priors import TotalVariation
from course_utils.signals import gaussian_psf
from course_utils.solvers import conjugate_gradient, fista, run

from .scanner import MAIN, Scanner
from .scores import named, once_ms, pictures, score, scores

WIDTHS = (0.0, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0)  # of the blur after FBP
LAMBDAS = (0.03, 0.1, 0.2, 0.4, 0.8, 1.6)  # of total variation
ITERATIONS = (5, 10, 20, 50, 100)  # of FISTA


def fbp(scanner: Scanner, K: int, seed: int) -> dict:
    """Filtered back-projection, and a blur."""
    H = scanner.H

    def estimate(g: Tensor, width: float) -> Tensor:
        psf = gaussian_psf(width, ndim=2)
        return Blur(psf, H.in_shape).to(g)(H.fbp(g))

    g, f = scanner.validation()
    validation, width = max((score(estimate(g, width), f), width) for width in WIDTHS)
    g, f = scanner.test(seed)
    row = {"validation": validation, "choice": width, "train_s": 0.0}
    row |= named(scores(estimate(g, width), f)) | {"once_ms": once_ms(H.fbp, g)}
    if (scanner, seed) == (MAIN, 0):
        row |= {"pictures": pictures(lambda H, g: H.fbp(g), seed)}
    return row


def cg(scanner: Scanner, K: int, seed: int) -> dict:
    """Conjugate gradients for the normal equations, stopped after K steps."""
    H = scanner.H

    def estimate(g: Tensor) -> Tensor:
        return run(conjugate_gradient(H.gram, H.T(g)), K)

    g, f = scanner.validation()
    row = {"validation": score(estimate(g), f), "train_s": 0.0}
    g, f = scanner.test(seed)
    return row | named(scores(estimate(g), f)) | {"once_ms": once_ms(estimate, g)}


def tv(scanner: Scanner, K: int, seed: int) -> dict:
    """FISTA with total variation, from FBP, after K iterations."""
    H = scanner.H
    tau = tv_step(H)
    validation, lam = tv_choices(scanner)[K]
    row = {"validation": validation, "choice": lam, "train_s": 0.0}
    row |= named(tv_scores(scanner, lam, seed)[K])
    g, _ = scanner.test(seed)
    once = once_ms(lambda g: run(tv_iterates(H, g, lam, tau), K), g, repeats=1)
    return row | {"once_ms": once}


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
    many = (scanner.views, scanner.photons) == (32, 0)
    g, f = scanner.validation(4 if many else 2)
    lams = LAMBDAS if scanner.size == 64 else LAMBDAS[1:4]
    tries = [(lam, tv_kept(scanner.H, g, lam)) for lam in lams]
    return {k: max((score(kept[k], f), lam) for lam, kept in tries) for k in ITERATIONS}


@cache
def tv_scores(scanner: Scanner, lam: float, seed: int) -> dict:
    """The scores after each number of iterations with this lambda."""
    g, f = scanner.test(seed)
    return {k: scores(f_k, f) for k, f_k in tv_kept(scanner.H, g, lam).items()}


CLASSICAL = {"FBP": fbp, "CG": cg, "TV": tv}
