"""The inverse problem of ``Diffusion`` as a physics-informed network (PINN) poses it.

u and log a become two networks, the equation becomes data, and the unknown is theta, all
weights of both. What is left is least squares, and Adam, L-BFGS and Levenberg-Marquardt are
generators of theta_1, theta_2, ... that leave it to their caller to stop.
"""

from collections.abc import Callable, Iterator
from itertools import pairwise
from math import prod

import torch
from torch import Tensor

from ..checks import require_count
from ..held import Shape, fixed
from ..linear import LinearOperator, Matrix
from .model import ForwardModel

ROUND_OFF = 1e-14  # the least damping of a step, as a part of the largest entry


class PhysicsInformed(ForwardModel):
    """Data and equation, as networks meet them: h(theta), and what it should be.

        u = x (1 - x) / 2 + w(x) N_1(x),   log a = N_2(x),   q = 1/2 - x + N_3(x)
        r = a u' - q,   s = q' + 1,   w = x (1 - x)

    so that r = s = 0 is (a u')' = -1 with the flux q = a u' as an unknown of its own: no
    derivative is higher than the first. With data at the ``places`` x_i and the equation
    asked for at the midpoints y_j of p = ``points`` equal cells of [0, 1],

        h(theta) = (u(x_i) / sigma,  (lam / p)^1/2 (log a)'(y_j),
                    (weight / p)^1/2 r(y_j),  (weight / p)^1/2 s(y_j))

        1/2 ||target(g) - h(theta)||^2,   target(g) = (g / sigma, 0, 0, 0),
            ~ 1/2 ||u - g||^2 / sigma^2 + lam/2 int (log a)'^2 + weight/2 int r^2 + s^2

    This is the objective of ``Diffusion`` with its H1 penalty, but that the equation has a
    weight instead of a solution. u vanishes at both ends whatever the networks learn;
    without them u and q solve the equation for a = 1.

    Shapes: theta is (..., size), h(theta) is (..., places + 3 points).
    Units: sigma is the standard deviation of the noise in g.
    Source: Raissi, Perdikaris & Karniadakis, J. Comput. Phys. 378 (2019) 686; the factor
        x (1 - x): Lagaris, Likas & Fotiadis, IEEE Trans. Neural Netw. 9 (1998) 987; the
        flux: Cai, Chen, Liu & Liu, J. Comput. Phys. 420 (2020) 109707.
    """

    def __init__(
        self,
        places: Tensor,
        sigma: float,
        *,
        lam: float,
        weight: float,
        points: int = 100,
        width: int = 16,
        depth: int = 2,
        steep: float = 1.0,
    ):
        super().__init__()
        require_count("points", points)
        places = fixed("places", places)
        self.steep = steep
        self.networks = TanhNetworks(3, width, depth)
        self.in_shape = (self.networks.size,)
        self.out_shape = (len(places) + 3 * points,)
        cells = (torch.arange(points).to(places) + 0.5) / points
        self.register_buffer("x", torch.cat([places, cells]), persistent=False)
        squares = [sigma**-2, lam / points, weight / points, weight / points]
        scales = places.new_tensor(squares).sqrt()
        self.register_buffer("scales", scales, persistent=False)
        self.split = len(places)

    def start(self, seed: int) -> Tensor:
        """Weights to begin with."""
        return self.networks.start(seed, self.steep).to(self.x)

    def target(self, g: Tensor) -> Tensor:
        """(g / sigma, 0, 0, 0)"""
        zeros = g.new_zeros(*g.shape[:-1], self.out_shape[0] - self.split)
        return torch.cat([g * self.scales[0], zeros], -1)

    def log_a(self, theta: Tensor, x: Tensor) -> Tensor:
        """log a(x). Shapes: x is (points,), log a is (..., points)."""
        return self.networks(theta, x)[0][..., 1, :]

    def meets(self, theta: Tensor, x: Tensor) -> Tensor:
        """u, (log a)', r and s at x. Shapes: x is (points,), the four (..., 4, points)."""
        (N, f, q), (dN, df, dq) = (y.unbind(-2) for y in self.networks(theta, x))
        w, dw = self.edge(x)
        u = x * (1 - x) / 2 + w * N
        du = 0.5 - x + dw * N + w * dN
        return torch.stack([u, df, f.exp() * du - (0.5 - x + q), dq], -2)

    def edge(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """w and w', which hold u at the ends of [0, 1]; 1 and 0 would let it go."""
        return x * (1 - x), 1 - 2 * x

    def forward(self, theta: Tensor) -> Tensor:
        return self._stacked(self.meets(theta, self.x))

    def at(self, theta: Tensor) -> LinearOperator:
        """h'(theta): for one theta as a matrix, whose row i differentiates one point."""
        if theta.ndim > 1:
            return super().at(theta)
        self._check_place(theta)
        one = torch.func.jacrev(lambda theta, x: self.meets(theta, x[None])[:, 0])
        J = torch.vmap(one, (None, 0))(theta, self.x)
        return Matrix(self._stacked(J.permute(2, 1, 0)).mT)

    def _stacked(self, met: Tensor) -> Tensor:
        """u at the places, and the others at the points, each times its scale."""
        met = self.scales[:, None] * met
        m = self.split
        return torch.cat([met[..., 0, :m], met[..., 1:, m:].flatten(-2)], -1)


class TanhNetworks:
    """Some networks R -> R side by side, of one shape, as a function of all their weights.

        y <- W tanh(y) + b,  layer by layer, from y = W (2 x - 1) + b on

    Along with y goes y', by the chain rule: y' <- W (1 - tanh(y)^2) y'.
    """

    def __init__(self, count: int, width: int, depth: int):
        require_count("width", width)
        require_count("depth", depth)
        sizes = (1, *[width] * depth, 1)
        self.shapes: list[Shape] = [(count, m, n + 1) for n, m in pairwise(sizes)]
        self.sizes = [prod(shape) for shape in self.shapes]
        self.size = sum(self.sizes)

    def start(self, seed: int, steep: float = 1.0) -> Tensor:
        """W and b uniform within 1 / sqrt(n) for n inputs, as those of ``nn.Linear``.

        Those of the first layer times ``steep``, for curves that turn more often.
        """
        draw = torch.Generator().manual_seed(seed)
        uniform = 2 * torch.rand(self.size, generator=draw, dtype=torch.float64) - 1
        bounds = [steep, *((shape[-1] - 1) ** -0.5 for shape in self.shapes[1:])]
        parts = zip(uniform.split(self.sizes), bounds, strict=True)
        return torch.cat([part * bound for part, bound in parts])

    def __call__(self, theta: Tensor, x: Tensor) -> tuple[Tensor, Tensor]:
        """The networks and y'. Shapes: x is (points,), each (..., count, points)."""
        y = (2 * x - 1)[None]
        dy = 2 * torch.ones_like(y)
        for k, weights in enumerate(self.weights(theta)):
            W = weights[..., :-1]
            b = weights[..., -1:]
            if k:
                y = y.tanh()
                dy = (1 - y * y) * dy
            y = W @ y + b
            dy = W @ dy
        return y.squeeze(-2), dy.squeeze(-2)

    def weights(self, theta: Tensor) -> list[Tensor]:
        """(W, b) of each layer."""
        parts = zip(theta.split(self.sizes, -1), self.shapes, strict=True)
        return [part.unflatten(-1, shape) for part, shape in parts]


def adam(J: Callable, theta: Tensor, lr: float) -> Iterator[Tensor]:
    """Steps of Adam for J(theta)."""
    theta = theta.clone().requires_grad_()
    optimizer = torch.optim.Adam([theta], lr)
    while True:
        optimizer.zero_grad()
        J(theta).backward()
        optimizer.step()
        yield theta.detach().clone()


def lbfgs(J: Callable, theta: Tensor, steps: int = 20, history: int = 50) -> Iterator:
    """L-BFGS for J(theta), with the line search of Wolfe: yields after each ``steps``."""
    theta = theta.clone().requires_grad_()
    optimizer = torch.optim.LBFGS(
        [theta],
        max_iter=steps,
        history_size=history,
        tolerance_grad=0,
        tolerance_change=0,
        line_search_fn="strong_wolfe",
    )

    def closure() -> Tensor:
        optimizer.zero_grad()
        value = J(theta)
        value.backward()
        return value

    while True:
        optimizer.step(closure)
        yield theta.detach().clone()


def dense_levenberg_marquardt(
    h, g: Tensor, f: Tensor, mu: float = 1e-2
) -> Iterator[Tensor]:
    """Levenberg-Marquardt for 1/2 ||g - h(f)||^2, with h'(f) as a matrix A.

        step = A^T (A A^T + mu I)^-1 (g - h(f)) = (A^T A + mu I)^-1 A^T (g - h(f))

    whichever is smaller, solved by Cholesky: no inner iteration stops early. mu starts in
    units of the largest entry on the diagonal, and follows the gain as that of
    ``levenberg_marquardt`` does.

    Shapes: g is (m,), f is (n,).
    """
    A = matrix(h, f)
    r = g - h(f)
    mu = mu * largest(A)
    growth = 2.0
    while True:
        step = damped_step(A, r, mu)
        r_new = g - h(f + step)
        promised = (A @ step) @ (2 * r - A @ step)
        gain = (r.square().sum() - r_new.square().sum()) / promised
        if gain > 0:
            f = f + step
            A = matrix(h, f)
            r = r_new
            mu = mu * (1 - (2 * gain - 1) ** 3).clamp(min=1 / 3)
            growth = 2.0
        else:
            mu = mu * growth
            growth = 2 * growth
        mu = mu.clamp(ROUND_OFF * largest(A), largest(A) / ROUND_OFF)
        yield f


def largest(A: Tensor) -> Tensor:
    """The largest entry on the diagonal of the smaller of A A^T and A^T A."""
    return A.square().sum(1 if A.shape[0] < A.shape[1] else 0).max()


def damped_step(A: Tensor, r: Tensor, mu: Tensor) -> Tensor:
    """(A^T A + mu I)^-1 A^T r, in the space of the smaller matrix."""
    wide = A.shape[0] < A.shape[1]
    G = A @ A.mT if wide else A.mT @ A
    L = torch.linalg.cholesky(G + mu * torch.eye(len(G)).to(G))
    if wide:
        return A.mT @ torch.cholesky_solve(r[:, None], L).squeeze(-1)
    return torch.cholesky_solve((A.mT @ r)[:, None], L).squeeze(-1)


def matrix(h: ForwardModel, f: Tensor) -> Tensor:
    """h'(f), row by row: H^T e_i is one adjoint solution for each datum."""
    H = h.at(f)
    if isinstance(H, Matrix):
        return H.A
    return H.T(torch.eye(*H.out_shape).to(f))
