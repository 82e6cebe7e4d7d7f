"""Classical reconstructions as generators: each ``next`` is one more iterate f_k.

The line of the book is

    f = prox(f - tau * H.T(H(f) - g))

Every method below is a stateless step like this one, and a generator that repeats it
without end, from f = 0 or from the ``f`` that is given. H is anything that can be called
and has a ``.T``; R is anything with a ``.prox(v, step)``. Dimensions in front are a batch,
solved one by one.

    run(ista(H, g, L1(), lam=0.1, tau=0.9), 100)                # the hundredth iterate
    for f in islice(ista(H, g, L1(), lam=0.1, tau=0.9), 100):   # all of them

``tikhonov`` alone needs no iteration, where H has a spectrum.

Raises: ValueError where the g or b of an iteration is not finite, with the place of its
    first bad value, when the first iterate is asked for.
"""

from collections import deque
from collections.abc import Callable, Iterator
from itertools import islice

import torch
from torch import Tensor

from .checks import require_finite


def run(iterates: Iterator[Tensor], n: int) -> Tensor:
    """The n-th iterate, or the last one of a method that stops before."""
    if n < 1:
        raise ValueError(f"run needs at least one iteration, got n = {n}")
    return deque(islice(iterates, n), maxlen=1).pop()


def gradient_step(f: Tensor, g: Tensor, H, tau) -> Tensor:
    """f <- f - tau H^T (H f - g)"""
    return f - tau * H.T(H(f) - g)


def proximal_step(f: Tensor, g: Tensor, H, prox: Callable, tau) -> Tensor:
    """f <- prox( f - tau H^T (H f - g) )"""
    return prox(f - tau * H.T(H(f) - g))


def tikhonov(H, g: Tensor, lam) -> Tensor:
    """Minimise ||g - H f||^2 + lam ||f||^2 at once, where H = U S V^T has a cheap spectrum.

        f = (H^T H + lam I)^-1 H^T g = V s / (s^2 + lam) U^T g

    Shapes: g is (..., *H.out_shape) and f is (..., *H.in_shape).
    Raises: what H raises where it has no spectrum; ``conjugate_gradient`` needs none.
    Source: Tikhonov, Soviet Math. Dokl. 4 (1963) 1035; Hansen, *Discrete Inverse Problems*
        (SIAM, 2010), ch. 4.
    """
    return H.spectral_inverse(lambda s: s / (s**2 + lam), g)


def gradient_descent(H, g: Tensor, tau, f: Tensor | None = None) -> Iterator[Tensor]:
    """Minimise 1/2 ||g - H f||^2 by the steps of Landweber.

    After k steps from 0 the filter factors are 1 - (1 - tau s^2)^k: small singular values
    come last, so stopping early regularises. Converges for 0 < tau < 2 / ||H||^2.
    """
    f = _start(f, H, g)
    H, g = normal_equations(H, g)
    while True:
        f = gradient_step(f, g, H, tau)
        yield f


def ista(H, g: Tensor, R, lam, tau, *, f: Tensor | None = None) -> Iterator[Tensor]:
    """Minimise J(f) = 1/2 ||g - H f||^2 + lam R(f).

    J(f_k) - J(f*) <= ||f_0 - f*||^2 / (2 tau k) for tau <= 1 / ||H||^2; it converges below
    twice that.

    Source: Daubechies, Defrise & De Mol, Comm. Pure Appl. Math. 57 (2004) 1413.
    """
    f = _start(f, H, g)
    H, g = normal_equations(H, g)
    while True:
        f = proximal_step(f, g, H, lambda v: R.prox(v, tau * lam), tau)
        yield f


def fista(
    H, g: Tensor, R, lam, tau, *, f: Tensor | None = None, restart: bool = False
) -> Iterator[Tensor]:
    """Minimise J(f) = 1/2 ||g - H f||^2 + lam R(f), each step from beyond the last one.

    J(f_k) - J(f*) <= 2 ||f_0 - f*||^2 / (tau (k + 1)^2) for tau <= 1 / ||H||^2. With
    ``restart`` the momentum is dropped wherever it points uphill, which a strongly convex J
    rewards.

    Source: Beck & Teboulle, SIAM J. Imaging Sci. 2 (2009) 183; O'Donoghue & Candes, Found.
        Comput. Math. 15 (2015) 715.
    """
    f = y = _start(f, H, g)
    H, g = normal_equations(H, g)
    t = 1.0
    while True:
        f_old = f
        t_old = t
        f = proximal_step(y, g, H, lambda v: R.prox(v, tau * lam), tau)
        if restart:
            t_old = torch.where(_inner(y - f, f - f_old, H) > 0, 1.0, t).to(f)
        t = (1 + (1 + 4 * t_old**2) ** 0.5) / 2
        y = f + (t_old - 1) / t * (f - f_old)
        yield f


def conjugate_gradient(
    A, b: Tensor, f: Tensor | None = None, tol: float = 0.0
) -> Iterator[Tensor]:
    """Solve A f = b for a symmetric positive definite A; stops at ||A f - b|| <= tol ||b||.

    Source: Hestenes & Stiefel, J. Res. Nat. Bur. Standards 49 (1952) 409.
    """
    require_finite("b", b)
    r = b if f is None else b - A(f)
    f = torch.zeros_like(b) if f is None else f
    p = r
    rr = _inner(r, r, A)
    enough = tol**2 * _inner(b, b, A)
    while True:
        Ap = A(p)
        pAp = _inner(p, Ap, A)
        alpha = _ratio(rr, pAp)
        f = f + alpha * p
        r = r - alpha * Ap
        rr_old = rr
        rr = _inner(r, r, A)
        p = r + _ratio(rr, rr_old) * p
        yield f
        if (rr <= enough).all():
            return


def admm(
    H, g: Tensor, R, lam, rho, *, D=None, f: Tensor | None = None, inner: int = 10
) -> Iterator[Tensor]:
    """Minimise 1/2 ||g - H f||^2 + lam R(D f), with a copy z of D f for the prox.

    The linear system of each step is left after ``inner`` steps of CG from the last f.
    Converges for every rho > 0; without a D it is the identity.

    Source: Boyd et al., Found. Trends Machine Learning 3 (2011) 1.
    """
    D = Identity() if D is None else D
    f = _start(f, H, g)
    z = D(f)
    u = torch.zeros_like(D(f))

    def prox(v):
        return R.prox(v, lam / rho)

    while True:
        f, z, u = admm_step(f, z, u, g, H, D=D, prox=prox, rho=rho, inner=inner)
        yield f


def admm_step(f, z, u, g: Tensor, H, *, D, prox: Callable, rho, inner: int):
    """f <- (H^T H + rho D^T D)^-1 (H^T g + rho D^T (z - u)),  z <- prox(D f + u),
    u <- u + D f - z
    """
    b = H.T(g) + rho * D.T(z - u)
    f = run(conjugate_gradient(Normal(H, D, rho), b, f), inner)
    Df = D(f)
    z = prox(Df + u)
    return f, z, u + Df - z


def primal_dual(
    H, g: Tensor, R, lam, tau, *, sigma, D=None, f: Tensor | None = None
) -> Iterator[Tensor]:
    """Minimise 1/2 ||g - H f||^2 + lam R(D f) by products with H, D and their adjoints.

    The data g have a dual variable, D f has another; without a D, f itself has the prox.
    Converges for tau sigma (||H||^2 + ||D||^2) < 1.

    Source: Chambolle & Pock, J. Math. Imaging Vision 40 (2011) 120; Sidky, Jorgensen & Pan,
        Phys. Med. Biol. 57 (2012) 3065.
    """
    f = f_bar = _start(f, H, g)

    def prox(v):
        return R.prox(v, tau * lam) if D is None else v

    def dual_prox_of_data(u):
        return (u - sigma * g) / (1 + sigma)

    def dual_prox_of_R(u):  # Moreau: the prox of the conjugate is what the prox takes away
        return u - sigma * R.prox(u / sigma, lam / sigma)

    K = [H] if D is None else [H, D]
    dual_proxes = [dual_prox_of_data, dual_prox_of_R][: len(K)]
    u = [torch.zeros_like(A(f)) for A in K]
    while True:
        f, f_bar, u = primal_dual_step(
            f, f_bar, u, K, prox, dual_proxes=dual_proxes, tau=tau, sigma=sigma
        )
        yield f


def primal_dual_step(
    f, f_bar, u: list, K: list, prox: Callable, *, dual_proxes: list, tau, sigma
):
    """u_i <- dual_prox_i(u_i + sigma K_i f_bar),  f <- prox(f - tau sum_i K_i^T u_i),
    f_bar <- f + (f - f_old)
    """
    steps = zip(u, K, dual_proxes, strict=True)
    u = [dual_prox(u_i + sigma * K_i(f_bar)) for u_i, K_i, dual_prox in steps]
    slope = sum(K_i.T(u_i) for u_i, K_i in zip(u, K, strict=True))
    f_old = f
    f = prox(f - tau * slope)
    return f, 2 * f - f_old, u


def normal_equations(H, g: Tensor):
    """Stand-ins for H and g that give the same H^T (H f - g) at the cost of one product.

    They are A = H^T H, with a transpose that does nothing, and b = H^T g: A f - b is the
    gradient.
    """
    return Coupled(gram(H), Identity()), H.T(g)


class Normal:
    """H^T H + rho D^T D, the matrix of a least-squares problem with two terms."""

    def __init__(self, H, D, rho):
        self.H_T_H = gram(H)
        self.D_T_D = gram(D)
        self.rho = rho
        self.in_shape = getattr(H, "in_shape", None)

    def __call__(self, f: Tensor) -> Tensor:
        return self.H_T_H(f) + self.rho * self.D_T_D(f)


def gram(H) -> Callable[[Tensor], Tensor]:
    """H^T H, as one operator where H knows it."""
    return getattr(H, "gram", None) or (lambda f: H.T(H(f)))


class Coupled:
    """H with a ``.T`` that is given, such as weights in the place of H^T."""

    def __init__(self, H, transpose):
        self.H = H
        self.T = transpose
        self.in_shape = getattr(H, "in_shape", None)

    def __call__(self, f: Tensor) -> Tensor:
        return self.H(f)


class Identity:
    """D f = f."""

    def __call__(self, f: Tensor) -> Tensor:
        return f

    @property
    def T(self) -> "Identity":
        return self


def _start(f: Tensor | None, H, g: Tensor) -> Tensor:
    """Where an iteration starts: at 0, unless an ``f`` is given."""
    require_finite("g", g)
    return torch.zeros_like(H.T(g)) if f is None else f


def _ratio(x: Tensor, y: Tensor) -> Tensor:
    """x / y, and 0 where y is 0: a system that is solved already rests.

    Its derivatives are 0 there too, where those of 0 / 0 would be NaN.
    """
    solves = y > 0
    return torch.where(solves, x / torch.where(solves, y, 1), 0)


def _inner(x: Tensor, y: Tensor, A) -> Tensor:
    """<x, y> for each member of a batch, if A has an ``in_shape``, else over everything."""
    shape = getattr(A, "in_shape", None) or x.shape
    return (x * y).sum(tuple(range(-len(shape), 0)), keepdim=True)
