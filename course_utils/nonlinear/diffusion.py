"""The coefficient of a diffusion, -(a u')' = 1: unknown log a, data u."""

import torch
from torch import Tensor
from torch.nn.functional import pad

from ..checks import require_count
from ..linear import LinearOperator
from .model import ForwardModel


class Diffusion(ForwardModel):
    """What a rod heated everywhere alike shows of its conductivity a.

        -(a u')' = 1  on [0, 1],   u(0) = u(1) = 0,   f = log a,   h(f) = S u

    n cells of width 1 / n have one a each, and u stands at the n - 1 nodes between them; S
    keeps every ``every``-th node. With D u, the n slopes of u, this is the tridiagonal
    system

        A(a) u = D^T (a D u) = 1

    It is solved without iteration, and differentiated as the equation that it is, not
    through its solver: A(a) u = 1 gives A(a) u' + D^T (a v D u) = 0 in the direction v of
    log a.

    Shapes: f is (..., n) and g is (..., n / every - 1).
    Units: f is the logarithm of a conductivity in units of heat x length^2 / temperature.
    Raises: ValueError for an n below 2, or an ``every`` that does not divide it.
    Source: Vogel, *Computational Methods for Inverse Problems* (SIAM, 2002), ch. 6.
    """

    def __init__(self, n: int, every: int = 1):
        super().__init__()
        require_count("n", n)
        require_count("every", every)
        if n % every or n // every < 2:
            raise ValueError(f"every = {every} leaves no inner node, or no whole of {n}")
        self.every = every
        self.in_shape = (n,)
        self.out_shape = (n // every - 1,)

    def forward(self, f: Tensor) -> Tensor:
        a = f.exp()
        return sampled(solve(a, torch.ones_like(a[..., 1:])), self.every)

    def at(self, f: Tensor) -> LinearOperator:
        """h'(f), which costs one solution of A(a) u = b for each product."""
        self._check_place(f)
        return Sensitivity(f.exp(), self.every)


class Sensitivity(LinearOperator):
    """h'(f) of a ``Diffusion``, by implicit differentiation.

        H v   = -S A(a)^-1 D^T (a D u * v)
        H^T g = -a D u * D A(a)^-1 S^T g

    A is symmetric, so that the adjoint state w = A(a)^-1 S^T g obeys the equation of u.

    Shapes: a and f are (..., n), g is (..., n / every - 1).
    Source: Plessix, Geophys. J. Int. 167 (2006) 495.
    """

    def __init__(self, a: Tensor, every: int):
        super().__init__()
        n = a.shape[-1]
        self.every = every
        self.in_shape = (n,)
        self.out_shape = (n // every - 1,)
        u = solve(a, torch.ones_like(a[..., 1:]))
        self.register_buffer("a", a, persistent=False)
        self.register_buffer("flux", a * slopes(u), persistent=False)

    def forward(self, v: Tensor) -> Tensor:
        return -sampled(solve(self.a, slopes_adjoint(self.flux * v)), self.every)

    def adjoint(self, g: Tensor) -> Tensor:
        return -self.flux * slopes(solve(self.a, spread(g, self.every)))


def solve(a: Tensor, b: Tensor) -> Tensor:
    """The u with D^T (a D u) = b: the tridiagonal system, by two running sums.

    D^T q = b fixes the flux q = a D u but for a constant c, and that the slopes q / a add
    to u(1) - u(0) = 0 fixes c:

        q = c - B / n,   B = (0, b_1, b_1 + b_2, ...),   c = (sum B / a) / (n sum 1 / a)

    Shapes: a is (..., n), b and u are (..., n - 1).
    """
    n = a.shape[-1]
    B = pad(b.cumsum(-1), (1, 0)) / n
    c = (B / a).sum(-1, keepdim=True) / (1 / a).sum(-1, keepdim=True)
    return ((c - B) / a).cumsum(-1)[..., :-1] / n


def slopes(u: Tensor) -> Tensor:
    """D u, the slopes of u in the n cells, with u = 0 at both ends."""
    return (u.shape[-1] + 1) * pad(u, (1, 1)).diff()


def slopes_adjoint(q: Tensor) -> Tensor:
    """D^T q, minus the slope of q at the n - 1 inner nodes."""
    return -q.shape[-1] * q.diff()


def sampled(u: Tensor, every: int) -> Tensor:
    """S u, every ``every``-th node."""
    return u[..., every - 1 :: every]


def spread(g: Tensor, every: int) -> Tensor:
    """S^T g, with 0 at the nodes between."""
    between = pad(g.unsqueeze(-1), (every - 1, 0)).flatten(-2)
    return pad(between, (0, every - 1))
