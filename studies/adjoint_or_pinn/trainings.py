"""How an estimate is found, with its clock and its course."""

from collections.abc import Iterator
from itertools import islice
from time import process_time
from typing import NamedTuple

import torch
from torch import Tensor

from course_utils.nonlinear.pinn import adam, dense_levenberg_marquardt, lbfgs

from .problems import Adjoint, Problem

LAMS = torch.logspace(3, -5, 33, dtype=torch.float64).tolist()  # four in each decade
SETTLED = 1e-5  # a step, as a part of f, at which an iteration of the adjoint ends


class Look(NamedTuple):
    """What was spent and reached by an iteration, and its unknowns."""

    seconds: float
    passes: int
    error: float
    theta: Tensor | None = None


class Course:
    """A look after each iteration."""

    def __init__(self):
        self.seconds = 0.0
        self.looks: list[Look] = []

    def watch(self, iterates: Iterator, passes, error) -> Tensor:
        """Run through the iterates; the clock stands still while an error is measured."""
        start = process_time()
        for theta in iterates:
            self.seconds += process_time() - start
            self.looks.append(Look(self.seconds, passes(), error(theta), theta))
            start = process_time()
        return theta

    def reached(self, bound: float) -> tuple[float, int] | None:
        """Seconds and passes until the error was first within a bound, if it ever was."""
        within = [look for look in self.looks if look.error <= bound]
        return (within[0].seconds, within[0].passes) if within else None


class Counted:
    """1/2 ||target - h(theta)||^2, and how often it was asked for."""

    def __init__(self, h):
        self.h = h
        self.g = h.target()
        self.count = 0

    def __call__(self, theta: Tensor) -> Tensor:
        self.count += 1
        return (self.g - self.h(theta)).square().sum() / 2


def by_levenberg_marquardt(h, seed: int, steps: int) -> tuple[Tensor, Course]:
    """A Jacobian and a value for each step: counted as four passes."""
    course = Course()
    count = iter(range(4, 4 * steps + 5, 4))
    walk = dense_levenberg_marquardt(h, h.target(), h.start(seed))
    walk = while_it_falls(Counted(h), islice(walk, steps))
    theta = course.watch(walk, lambda: next(count), error_of(h))
    return theta, course


@torch.no_grad()
def while_it_falls(J: Counted, walk: Iterator) -> Iterator:
    """The iterates until ten of them have lowered J by less than one in a thousand."""
    values = []
    for theta in walk:
        yield theta
        values.append(J(theta).item())
        if len(values) > 10 and values[-1] > 0.999 * values[-11]:
            return


def by_adam(h, seed: int, passes: int, rate: float) -> tuple[Tensor, Course]:
    """Adam alone, looked at every 20 passes."""
    course = Course()
    J = Counted(h)
    walk = islice(adam(J, h.start(seed), rate), 19, passes, 20)
    return course.watch(walk, lambda: J.count, error_of(h)), course


def by_lbfgs(h, seed: int, passes: int, rate: float, first: int = 1000):
    """Adam for ``first`` passes, then L-BFGS until all passes are spent."""
    theta, course = by_adam(h, seed, first, rate)
    J = Counted(h)
    walk = while_less(J, passes - first, lbfgs(J, theta))
    return course.watch(walk, lambda: first + J.count, error_of(h)), course


def while_less(J: Counted, passes: int, walk: Iterator) -> Iterator:
    """The iterates until J was asked for so many passes."""
    for theta in walk:
        yield theta
        if J.count >= passes:
            return


def error_of(h):
    """The error of the f that unknowns of h stand for."""

    @torch.no_grad()
    def error(theta: Tensor) -> float:
        return h.given.error(h.f(theta))

    return error


def settled(walk: Iterator, f: Tensor) -> Iterator:
    """Iterates until one hardly differs from the one before, 20 at most."""
    for f_new in islice(walk, 20):
        yield f_new
        if (f_new - f).norm() <= SETTLED * (1 + f_new.norm()):
            return
        f = f_new


def adjoint_at(h, f: Tensor) -> Iterator[Tensor]:
    """Gauss-Newton for one lambda, with a damping that only keeps it safe."""
    return settled(dense_levenberg_marquardt(h, h.target(), f, mu=1e-8), f)


def by_discrepancy(given: Problem, model=Adjoint, n: int = 200):
    """lambda falls until ||g - h(f)|| <= sigma m^1/2; each begins where the last ended.

    Returns lambda, f and the course of the errors, whose passes are steps.
    """
    course = Course()
    h = model(given, LAMS[0], n=n)
    f = h.start(0)
    for lam in LAMS:
        h = model(given, lam, n=n)
        f = course.watch(adjoint_at(h, f), lambda: len(course.looks) + 1, error_of(h))
        misfit = (h.data(f) - given.g) / given.sigma
        if misfit.square().mean() <= 1:
            break
    return lam, f, course
