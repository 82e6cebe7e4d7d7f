"""Conductivities, their data, and four ways to write the same inverse problem down."""

from math import pi
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import pad

from course_utils.linear import LinearOperator, Matrix
from course_utils.noise import seeded
from course_utils.nonlinear import Diffusion, ForwardModel
from course_utils.nonlinear.diffusion import sampled, slopes, slopes_adjoint, solve
from course_utils.nonlinear.pinn import PhysicsInformed, TanhNetworks

FINE = 2000  # cells of the truth, ten for each one of an estimate
CELLS = 200
DATA = 49  # places 1/50, 2/50, ...


def middles(n: int) -> Tensor:
    """The middles of n equal cells of [0, 1]."""
    return (torch.arange(n).double() + 0.5) / n


class Problem(NamedTuple):
    """Data g with noise sigma at some places, and the a that they come from."""

    g: Tensor
    sigma: float
    places: Tensor
    truth: "Conductivity"

    def error(self, f: Tensor) -> float:
        """||a - truth|| / ||truth|| on the fine grid, of f = log a in the middles of cells.

        Between them f is linear.
        """
        x = middles(FINE)
        a = self.truth(x)
        f = torch.from_numpy(np.interp(x, middles(len(f)), f.detach()))
        return ((f.exp() - a).norm() / a.norm()).item()


class Conductivity(NamedTuple):
    """a(x) = 1 + A sin 2 pi (x + b) + [x > c] J"""

    A: float
    b: float
    c: float
    J: float

    def __call__(self, x: Tensor) -> Tensor:
        wave = self.A * torch.sin(2 * pi * (x + self.b))
        return 1 + wave + self.J * (x > self.c)


CHAPTERS = Conductivity(0.5, 0.0, 0.6, 0.4)


def drawn(seed: int) -> Conductivity:
    """A is in (.3, .6), b in (0, 1), c in (.3, .7) and J in (.2, .6)."""
    x = torch.rand(4, generator=seeded(1000 + seed), dtype=torch.float32).tolist()
    return Conductivity(0.3 + 0.3 * x[0], x[1], 0.3 + 0.4 * x[2], 0.2 + 0.4 * x[3])


def problem(
    percent: float,
    seed: int,
    data: int = DATA,
    *,
    ends: bool = False,
    truth: Conductivity | None = None,
) -> Problem:
    """Data from the fine grid, with noise of ``percent`` of the largest u.

    With ``ends`` the rod is not held at 0 there, but at N(0, 1) times a tenth of that u.
    """
    truth = truth or drawn(seed)
    draw = seeded(2000 + seed)
    u = Diffusion(FINE)(truth(middles(FINE)).log())
    sigma = percent / 100 * u.max().item()
    eps = torch.randn(data, generator=draw, dtype=torch.float32).double()
    if ends:
        values = (
            0.1 * u.max() * torch.randn(2, generator=draw, dtype=torch.float32).double()
        )
        u = u + between(truth(middles(FINE)), values)
    every = FINE // (data + 1)
    places = torch.arange(1, data + 1).double() / (data + 1)
    return Problem(u[every - 1 :: every] + sigma * eps, sigma, places, truth)


def between(a: Tensor, ends: Tensor) -> Tensor:
    """The u with (a u')' = 0 and these values at both ends, at the inner nodes."""
    part = (1 / a).cumsum(-1)
    part = (part / part[..., -1:])[..., :-1]
    return ends[..., :1] + (ends[..., 1:] - ends[..., :1]) * part


class Rows(ForwardModel):
    """Data over sigma, and the slope of f times (lam / n)^1/2: least squares in all.

    A subclass writes ``f`` of its unknowns and ``data``, the u at the places.
    """

    def __init__(self, given: Problem, lam: float, unknowns: int, n: int = CELLS):
        super().__init__()
        self.given = given
        self.n = n
        self.scale = (lam * n) ** 0.5  # of f_{i+1} - f_i
        self.h = Diffusion(n, n // (len(given.g) + 1))
        self.in_shape = (unknowns,)
        self.out_shape = (len(given.g) + n - 1,)

    def f(self, unknowns: Tensor) -> Tensor:
        """log a in the n cells."""
        return unknowns[..., : self.n]

    def data(self, unknowns: Tensor) -> Tensor:
        """u at the places of the data."""
        return self.h(self.f(unknowns))

    def forward(self, unknowns: Tensor) -> Tensor:
        misfit = self.data(unknowns) / self.given.sigma
        return torch.cat([misfit, self.scale * self.f(unknowns).diff()], -1)

    def target(self) -> Tensor:
        """(g / sigma, 0)"""
        g = self.given.g / self.given.sigma
        return torch.cat([g, g.new_zeros(self.out_shape[0] - len(g))])

    def start(self, seed: int) -> Tensor:
        """Unknowns to begin with: a = 1."""
        return torch.zeros(self.in_shape, dtype=torch.float64)


class Adjoint(Rows):
    """The unknown is f on the grid; the equation is solved."""

    def __init__(self, given: Problem, lam: float, n: int = CELLS):
        super().__init__(given, lam, n, n)
        self.D = self.scale * torch.eye(n).double().diff(dim=0)

    def at(self, unknowns: Tensor) -> LinearOperator:
        H = self.h.at(unknowns)
        rows = H.T(torch.eye(*H.out_shape).double())  # one adjoint solution for each datum
        return Matrix(torch.cat([rows / self.given.sigma, self.D]))


class FreeEnds(Adjoint):
    """The unknown is f on the grid and u at both ends; the equation is solved."""

    def __init__(self, given: Problem, lam: float, n: int = CELLS):
        super().__init__(given, lam, n)
        self.in_shape = (n + 2,)

    def data(self, unknowns: Tensor) -> Tensor:
        u = between(self.f(unknowns).exp(), unknowns[..., self.n :])
        return super().data(unknowns) + sampled(u, self.h.every)

    def at(self, unknowns: Tensor) -> LinearOperator:
        """The rows of the adjoint, and what f and the ends do to the u that joins these."""
        f = unknowns[: self.n]
        ends = unknowns[self.n :]
        m = len(self.given.g)
        part = sampled(between(f.exp(), torch.tensor([0.0, 1.0]).to(f)), self.h.every)
        before = (
            torch.ones(self.n, self.n).to(f).tril()[self.h.every - 1 :: self.h.every][:m]
        )
        by_f = (ends[1] - ends[0]) * (part[:, None] - before) * (-f).softmax(0)
        by_ends = torch.stack([1 - part, part], -1) / self.given.sigma
        A = super().at(f).A
        A[:m] += by_f / self.given.sigma
        return Matrix(torch.cat([A, pad(by_ends, (0, 0, 0, self.n - 1))], 1))


class Nets(NamedTuple):
    """How many points ask for the equation, and the shape of the networks."""

    points: int
    width: int
    depth: int
    steep: float


class NetworkSolved(Rows):
    """The unknown is a network for f; the equation is solved."""

    def __init__(self, given: Problem, lam: float, nets: Nets):
        self.network = TanhNetworks(1, nets.width, nets.depth)
        super().__init__(given, lam, self.network.size)
        self.adjoint = Adjoint(given, lam)
        self.steep = nets.steep

    def f(self, unknowns: Tensor) -> Tensor:
        return self.network(unknowns, middles(self.n))[0][..., 0, :]

    def at(self, unknowns: Tensor) -> LinearOperator:
        one = torch.func.jacrev(lambda t, x: self.network(t, x[None])[0][0, 0])
        slopes_of_f = torch.vmap(one, (None, 0))(unknowns, middles(self.n))
        return Matrix(self.adjoint.at(self.f(unknowns)).A @ slopes_of_f)

    def start(self, seed: int) -> Tensor:
        return self.network.start(seed, self.steep)


class GridPenalised(Rows):
    """The unknowns are f and u on the grid; the equation has a weight, as in a PINN."""

    def __init__(self, given: Problem, lam: float, weight: float):
        super().__init__(given, lam, 2 * CELLS - 1)
        self.weight = (weight / self.n) ** 0.5
        self.out_shape = (self.out_shape[0] + self.n - 1,)

    def data(self, unknowns: Tensor) -> Tensor:
        return unknowns[..., self.n :][..., self.h.every - 1 :: self.h.every]

    def residual(self, unknowns: Tensor) -> Tensor:
        """D^T (a D u) - 1 at the inner nodes."""
        flux = self.f(unknowns).exp() * slopes(unknowns[..., self.n :])
        return slopes_adjoint(flux) - 1

    def forward(self, unknowns: Tensor) -> Tensor:
        rows = [super().forward(unknowns), self.weight * self.residual(unknowns)]
        return torch.cat(rows, -1)

    def at(self, unknowns: Tensor) -> LinearOperator:
        return Matrix(torch.func.jacrev(self.forward)(unknowns))

    def start(self, seed: int) -> Tensor:
        f = super().start(seed)[: self.n]
        return torch.cat([f, solve(f.exp(), torch.ones_like(f[1:]))])


class Pinn(PhysicsInformed):
    """The unknowns are networks for f and u; the equation has a weight."""

    def __init__(self, given: Problem, lam: float, weight: float, nets: Nets):
        settings = nets._asdict() | {"lam": lam, "weight": weight}
        super().__init__(given.places, given.sigma, **settings)
        self.given = given

    def f(self, theta: Tensor) -> Tensor:
        """log a in the middles of the cells."""
        return self.log_a(theta, middles(CELLS))

    def target(self) -> Tensor:
        return super().target(self.given.g)


class LoosePinn(Pinn):
    """The same where nothing is known of u at both ends."""

    def edge(self, x: Tensor) -> tuple[Tensor, Tensor]:
        return torch.ones_like(x), torch.zeros_like(x)
