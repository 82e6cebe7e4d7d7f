"""Gauss-Newton and Levenberg-Marquardt, as generators, and the first one unrolled.

Both minimise

    J(f) = 1/2 ||g - h(f)||^2 + lam/2 ||D (f - mean)||^2

by linear problems: with H = h.at(f) each step solves, by conjugate gradients,

    (H^T H + lam D^T D) step = H^T (g - h(f)) - lam D^T D (f - mean)

whose right side is minus the gradient of J. They yield without end, f_1, f_2, ..., and
leave it to their caller to stop. J need not be convex: what they approach depends on where
they start, which is the mean, or 0, unless an ``f`` is given. Several starts are a batch of
f.

    run(gauss_newton(Saturation(H, s=1.0), g, lam=0.1), 10)

Shapes: g is (..., *h.out_shape), f and mean are (..., *h.in_shape); dimensions in front are
    a batch, solved one by one.
Raises: ValueError for a g or mean that is not finite or whose shape does not fit, when the
    first iterate is asked for.
"""

from collections.abc import Iterator

import torch
from torch import Tensor, nn

from ..checks import require_count, require_finite, require_shape
from ..solvers import Identity, Normal, conjugate_gradient, gram, run
from ..unrolled import Unrolled
from .model import ForwardModel

TOLERANCE = 1e-10  # of an inner linear problem: its residual, as a part of the right side
ARMIJO = 1e-4  # the part of the fall that the slope promises which a step must reach
HALVINGS = 30  # of a step, before it is given up


def gauss_newton(
    h, g: Tensor, lam, *, D=None, mean=None, f: Tensor | None = None, inner: int = 100
) -> Iterator[Tensor]:
    """Minimise J by full steps where they help, and shorter ones where not.

        f <- f + t (H^T H + lam D^T D)^-1 (-grad J(f)),   H = h.at(f)

    t is the first of 1, 1/2, 1/4, ... with J(f + t step) <= J(f) + 1e-4 t <grad J, step>,
    for each member of a batch; after 30 halvings it is 0 and f stays. The linear problem is
    left at a residual of 1e-10 or after ``inner`` steps of conjugate gradients. For a
    linear h one step is Tikhonov's estimate.

    Source: Nocedal & Wright, *Numerical Optimization* (Springer, 2006), alg. 3.1 and sec.
        10.3; Kaltenbacher, Neubauer & Scherzer, *Iterative Regularization Methods for
        Nonlinear Ill-Posed Problems* (de Gruyter, 2008), ch. 4.
    """
    J = Objective(h, g, lam, D=D, mean=mean)
    f = J.start(f)
    while True:
        f = gauss_newton_step(f, J, inner)
        yield f


def gauss_newton_step(f: Tensor, J: "Objective", inner: int) -> Tensor:
    """f <- f + t (H^T H + lam D^T D)^-1 (-grad J(f))"""
    A, b = J.normal_equations(f)
    step = run(conjugate_gradient(A, b, tol=TOLERANCE), inner)
    return f + step_length(J, f, step, b) * step


@torch.no_grad()
def step_length(J: "Objective", f: Tensor, step: Tensor, b: Tensor) -> Tensor:
    """The first t of 1, 1/2, 1/4, ... with J(f + t step) <= J(f) - 1e-4 t <b, step>.

    Here b = -grad J(f). 0 where 30 halvings find none.
    """
    before = J(f)
    promised = ARMIJO * J.inner(b, step)
    t = torch.ones_like(promised)
    for _ in range(HALVINGS):
        long = ~(J(f + t * step) <= before - t * promised)  # also where J is NaN
        if not long.any():
            return t
        t = torch.where(long, t / 2, t)
    return torch.where(long, 0, t)


def levenberg_marquardt(
    h,
    g: Tensor,
    lam,
    *,
    D=None,
    mean=None,
    f: Tensor | None = None,
    mu: float = 1e-2,
    inner: int = 100,
) -> Iterator[Tensor]:
    """Minimise J by steps that a damping mu holds where the linearisation can be trusted.

        step = (H^T H + lam D^T D + mu I)^-1 (-grad J(f)),   H = h.at(f)
        gain = (J(f) - J(f + step)) / (what the linearised J promises)

    Where gain > 0 the step is taken, and mu <- mu max(1/3, 1 - (2 gain - 1)^3); elsewhere f
    stays, and mu grows by 2, then 4, 8, ... until a step is taken. So J never rises. The
    first mu is given in units of the curvature <b, A b> / <b, b> of J along b = -grad J.

    Source: Levenberg, Quart. Appl. Math. 2 (1944) 164; Marquardt, SIAM J. Appl. Math. 11
        (1963) 431; the rule for mu is Nielsen's (report IMM-REP-1999-05, Technical
        University of Denmark, 1999).
    """
    J = Objective(h, g, lam, D=D, mean=mean)
    f = J.start(f)
    mu = mu * curvature(f, J)
    growth = torch.full_like(mu, 2)
    while True:
        f, mu, growth = levenberg_marquardt_step(f, mu, growth, J, inner)
        yield f


def levenberg_marquardt_step(f, mu: Tensor, growth: Tensor, J: "Objective", inner: int):
    """f <- f + (A + mu I)^-1 b where J falls, and mu by the gain."""
    A, b = J.normal_equations(f)
    step = run(conjugate_gradient(Damped(A, mu), b, tol=TOLERANCE), inner)
    with torch.no_grad():
        promised = J.inner(step, b - A(step) / 2)
        gain = (J(f) - J(f + step)) / promised
        falls = gain > 0  # not where it is NaN
        less = mu * (1 - (2 * gain - 1) ** 3).clamp(min=1 / 3)
        smallest = torch.finfo(mu.dtype).tiny ** 0.5  # 0 would never grow again
        mu = torch.where(falls, less, mu * growth).clamp(smallest, 1 / smallest)
        growth = torch.where(falls, 2, 2 * growth)
    return torch.where(falls, f + step, f), mu, growth


@torch.no_grad()
def curvature(f: Tensor, J: "Objective") -> Tensor:
    """<b, A b> / <b, b> along b = -grad J(f), and 1 where f is at rest."""
    A, b = J.normal_equations(f)
    ratio = J.inner(b, A(b)) / J.inner(b, b)
    return torch.where(ratio > 0, ratio, 1)


class UnrolledGaussNewton(Unrolled):
    """K steps of Gauss-Newton, each with a learned |lam_k|: ``layers`` is K.

    Before training they are the iterations of ``gauss_newton``; with lam_k that fall they
    are the iteratively regularised Gauss-Newton method. t is no part of the gradient.

    Shapes: g is (..., *h.out_shape) and f is (..., *h.in_shape).
    Source: Kaltenbacher, Neubauer & Scherzer, *Iterative Regularization Methods for
        Nonlinear Ill-Posed Problems* (de Gruyter, 2008), sec. 4.3.
    """

    def __init__(
        self, h: ForwardModel, lam, layers: int, *, D=None, mean=None, inner: int = 100
    ):
        super().__init__()
        require_count("layers", layers)
        self.h = h
        self.D = D
        self.inner = inner
        self.register_buffer("mean", mean, persistent=False)
        lam = torch.as_tensor(lam).to(h.device, h.dtype or torch.get_default_dtype())
        self.lam = nn.Parameter(lam.expand(layers).clone())

    def iterates(self, g: Tensor, f: Tensor | None = None) -> Iterator[Tensor]:
        """One step of Gauss-Newton for each lam_k."""
        for lam in self.lam.abs():
            J = Objective(self.h, g, lam, D=self.D, mean=self.mean)
            f = gauss_newton_step(J.start(f), J, self.inner)
            yield f


class Objective:
    """J(f) = 1/2 ||g - h(f)||^2 + lam/2 ||D (f - mean)||^2, for each member of a batch.

    Without a D it is the identity, and without a mean that is 0.

    Shapes: f is (..., *h.in_shape), J(f) the same with axes of length 1.
    """

    def __init__(self, h: ForwardModel, g: Tensor, lam, *, D=None, mean=None):
        require_finite("g", g)
        require_shape("g", g, h.out_shape)
        if mean is not None:
            require_finite("mean", mean)
            require_shape("mean", mean, h.in_shape)
        self.h = h
        self.g = g
        self.lam = lam
        self.D = Identity() if D is None else D
        self.mean = g.new_zeros(h.in_shape) if mean is None else mean

    def __call__(self, f: Tensor) -> Tensor:
        residual = (self.g - self.h(f)).square().flatten(-len(self.h.out_shape)).sum(-1)
        residual = residual[(..., *(None,) * len(self.h.in_shape))]
        v = f - self.mean
        return (residual + self.lam * self.inner(v, gram(self.D)(v))) / 2

    def normal_equations(self, f: Tensor):
        """A = H^T H + lam D^T D and b = -grad J(f), with H = h.at(f)."""
        H = self.h.at(f)
        penalty = self.lam * gram(self.D)(f - self.mean)
        return Normal(H, self.D, self.lam), H.T(self.g - self.h(f)) - penalty

    def inner(self, x: Tensor, y: Tensor) -> Tensor:
        """<x, y>, for each member of a batch."""
        return (x * y).sum(tuple(range(-len(self.h.in_shape), 0)), keepdim=True)

    def start(self, f: Tensor | None = None) -> Tensor:
        """The f that is given, or else the mean."""
        f = self.mean if f is None else f
        require_finite("f", f)
        require_shape("f", f, self.h.in_shape)
        return f


class Damped:
    """A + mu I, with a mu for each member of a batch."""

    def __init__(self, A, mu: Tensor):
        self.A = A
        self.mu = mu
        self.in_shape = A.in_shape

    def __call__(self, f: Tensor) -> Tensor:
        return self.A(f) + self.mu * f
