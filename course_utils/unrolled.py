"""Networks that are the iterations of ``solvers``, with parameters: K layers are K steps.

The line of the book is ``f = prox(f - tau * H.T(H(f) - g))``: a solver when ``prox`` is a
formula, a layer when ``prox`` is a module. Every network here starts from f = 0 (or from
the ``f`` that is given), and before training its layers are the iterations of a solver:

    UnrolledProximal(H, [Prox(R, tau * lam)] * K, tau)  ista(H, g, R, lam, tau)
    Lista(H, lam, tau, K), ListaCP(H, lam, tau, K)      ista(H, g, L1(), lam, tau)
    Alista(H, lam, tau, K)                              the same with Coupled(H, W)
    LearnedPrimalDual(H, proxes, duals, tau, sigma)     primal_dual(H, g, R, lam, tau, ...)

``network.iterates(g)`` yields f_1 ... f_K, as a solver does; ``network(g)`` is the last.
lam, tau and sigma may be tensors with a value for each layer (but for the tau of Lista).
``FromTikhonov`` and ``FromFBP`` start from an estimate instead; ``positive`` keeps steps
and thresholds above 0.
"""

from collections.abc import Callable, Iterator
from functools import partial
from math import prod

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

from .checks import require_positive
from .networks import Weights
from .priors import L1
from .solvers import Coupled, Identity, gram, primal_dual_step, proximal_step, tikhonov


class Unrolled(nn.Module):
    """A network whose layers yield one iterate each."""

    def iterates(self, g: Tensor, f: Tensor | None = None) -> Iterator[Tensor]:
        """The outputs f_1 ... f_K of the layers, from f = 0 or the ``f`` that is given."""
        raise NotImplementedError

    def forward(self, g: Tensor, f: Tensor | None = None) -> Tensor:
        for f_k in self.iterates(g, f):
            f = f_k
        return f


class Prox(nn.Module):
    """v -> prox of |step| R at v, where ``step`` is learned."""

    def __init__(self, R, step: float):
        super().__init__()
        self.R = R
        self.step = nn.Parameter(torch.as_tensor(step) * 1.0)

    def forward(self, v: Tensor) -> Tensor:
        return self.R.prox(v, self.step.abs())


class UnrolledProximal(Unrolled):
    """K proximal steps, f <- prox_k( f - tau_k W_k (H f - g) ); W_k = H^T before training.

    The layers share a prox if ``proxes`` holds one module K times. ``steps`` and
    ``weights`` say how tau and W are learned: not at all ("fixed"), one "shared" by the
    layers, or one "per layer". Learned weights are a matrix, so that H must be small.

    Shapes: g is (..., *H.out_shape) and f is (..., *H.in_shape).
    Source: Gregor & LeCun, ICML 2010; Monga, Li & Eldar, IEEE Signal Process. Mag. 38
        (2021) 18.
    """

    def __init__(self, H, proxes, tau, steps: str = "per layer", weights: str = "fixed"):
        super().__init__()
        self.H = H
        self.H_T = H.T
        self.H_T_H = gram(H)
        self.proxes = nn.ModuleList(proxes)
        layers = len(proxes)
        taus = layers if steps == "fixed" else _copies(steps, layers)
        matrices = 0 if weights == "fixed" else _copies(weights, layers)
        self.tau = nn.Parameter(_values(tau, taus, H), requires_grad=steps != "fixed")
        self.W = nn.ModuleList(adjoint_weights(H) for _ in range(matrices))

    def iterates(self, g: Tensor, f: Tensor | None = None) -> Iterator[Tensor]:
        """f <- prox_k( f - tau_k W_k (H f - g) )"""
        H = Coupled(self.H_T_H, Identity())  # H^T H and H^T g in the place of H and g,
        b = self.H_T(g)  # as in ``solvers.normal_equations``
        f = torch.zeros_like(b) if f is None else f
        for k, prox in enumerate(self.proxes):
            if self.W:
                H = Coupled(self.H, self.W[k % len(self.W)])
                b = g
            f = proximal_step(f, b, H, prox, self.tau[k % len(self.tau)])
            yield f


class Lista(Unrolled):
    """f <- soft_k( W0_k g + W_k f ); W0 = tau H^T, W = I - tau H^T H before training.

    ``weights`` says whether the matrices W0 and W are learned "per layer" or are one pair
    "shared" by all; the thresholds theta_k = tau lam are always learned per layer.

    Shapes: g is (..., *H.out_shape) and f is (..., *H.in_shape).
    Source: Gregor & LeCun, ICML 2010.
    """

    def __init__(self, H, lam, tau: float, layers: int, weights: str = "per layer"):
        super().__init__()
        copies = _copies(weights, layers)
        H_T = adjoint_weights(H).A
        W = torch.eye(len(H_T), device=H_T.device).to(H_T) - tau * H_T @ H_T.mT
        f = H.in_shape
        g = H.out_shape
        self.W0 = nn.ModuleList(Weights(tau * H_T, g, f) for _ in range(copies))
        self.W = nn.ModuleList(Weights(W, f, f) for _ in range(copies))
        self.theta = nn.Parameter(_values(tau * lam, layers, H))

    def iterates(self, g: Tensor, f: Tensor | None = None) -> Iterator[Tensor]:
        """f <- soft_k( W0_k g + W_k f )"""
        f = torch.zeros_like(self.W0[0](g)) if f is None else f
        for k, theta in enumerate(self.theta):
            W0 = self.W0[k % len(self.W0)]
            W = self.W[k % len(self.W)]
            f = L1().prox(W0(g) + W(f), theta.abs())
            yield f


class ListaCP(Unrolled):
    """f <- soft_k( f - gamma_k W_k (H f - g) ), with weights coupled to H.

    Before training W_k = H^T and gamma_k = tau. H stays in the layer. ``weights`` says
    whether W is learned "per layer" (gamma_k then stays) or is one matrix "shared" by all
    (gamma_k is then learned). ``select`` = (p, p_max) trusts large entries: layer k leaves
    the fraction min(k p, p_max) of the entries, the largest ones, unthresholded.

    Shapes: g is (..., *H.out_shape) and f is (..., *H.in_shape).
    Source: Chen, Liu, Wang & Yin, NeurIPS 2018 (LISTA-CP and support selection).
    """

    def __init__(
        self, H, lam, tau, layers: int, weights: str = "per layer", *, select=(0.0, 0.0)
    ):
        super().__init__()
        self.H = H
        self.dims = len(H.in_shape)
        self.W = nn.ModuleList(adjoint_weights(H) for _ in range(_copies(weights, layers)))
        self.gamma = nn.Parameter(_values(tau, layers, H), weights == "shared")
        self.theta = nn.Parameter(_values(tau * lam, layers, H))
        n = prod(H.in_shape)
        growth, limit = select
        self.trusted = [round(n * min(k * growth, limit)) for k in range(1, layers + 1)]

    def iterates(self, g: Tensor, f: Tensor | None = None) -> Iterator[Tensor]:
        """f <- soft_k( f - gamma_k W_k (H f - g) )"""
        f = torch.zeros_like(self.W[0](g)) if f is None else f
        for k, gamma in enumerate(self.gamma):
            H = Coupled(self.H, self.W[k % len(self.W)])
            f = proximal_step(f, g, H, partial(self.threshold, k), gamma)
            yield f

    def threshold(self, k: int, v: Tensor) -> Tensor:
        """The soft threshold |theta_k|; the largest entries above it are spared."""
        theta = self.theta[k].abs()
        size = v.abs()
        shrunk = L1().prox(v, theta)
        if self.trusted[k] == 0:
            return shrunk
        bar = size.flatten(-self.dims).topk(self.trusted[k]).values[..., -1]
        bar = bar[(..., *(None,) * self.dims)]
        return torch.where((size >= bar) & (size > theta), v, shrunk)


class Alista(ListaCP):
    """f <- soft_k( f - gamma_k W (H f - g) ) with two learned numbers a layer.

    W is not learned: it is ``analytic_weights`` of H; theta_k = tau lam and gamma_k = tau
    before training.

    Shapes: g is (..., *H.out_shape) and f is (..., *H.in_shape).
    Source: Liu, Chen, Wang & Yin, ICLR 2019.
    """

    def __init__(self, H, lam, tau, layers: int, select=(0.0, 0.0)):
        super().__init__(H, lam, tau, layers, "shared", select=select)
        self.W = nn.ModuleList([analytic_weights(H)]).requires_grad_(False)


class LearnedPrimalDual(Unrolled):
    """K steps of the primal-dual method: networks for its proximal maps, and learned steps.

        u <- dual_k( (u + sigma_k (H f_bar - g)) / (1 + sigma_k), g )
        f_new <- prox_k( f - tau_k H^T u )
        f_bar <- 2 f_new - f,  f <- f_new

    Where a dual returns its first argument, as ``ConvNet(inputs=2)`` does before training,
    the layer is a step of ``primal_dual``.

    Shapes: g is (..., *H.out_shape) and f is (..., *H.in_shape).
    Source: Adler & Oktem, IEEE Trans. Med. Imaging 37 (2018) 1322, without extra channels.
    """

    def __init__(self, H, proxes, duals, tau, sigma):
        super().__init__()
        self.H = H
        self.H_T = H.T
        self.proxes = nn.ModuleList(proxes)
        self.duals = nn.ModuleList(duals)
        layers = len(self.proxes)
        if len(self.duals) != layers:
            raise ValueError(f"{layers} proxes do not pair with {len(self.duals)} duals")
        self.tau = nn.Parameter(_values(tau, layers, H))
        self.sigma = nn.Parameter(_values(sigma, layers, H))

    def iterates(self, g: Tensor, f: Tensor | None = None) -> Iterator[Tensor]:
        """One primal-dual step for each layer."""
        H = Coupled(self.H, self.H_T)
        f = f_bar = torch.zeros_like(self.H_T(g)) if f is None else f
        u = [torch.zeros_like(g)]
        layers = zip(self.proxes, self.tau, self.sigma, strict=True)
        for k, (prox, tau, sigma) in enumerate(layers):
            dual_proxes = [partial(self.dual_prox, k, g)]
            f, f_bar, u = primal_dual_step(
                f, f_bar, u, [H], prox, dual_proxes=dual_proxes, tau=tau, sigma=sigma
            )
            yield f

    def dual_prox(self, k: int, g: Tensor, u: Tensor) -> Tensor:
        """dual_k( (u - sigma_k g) / (1 + sigma_k), g )"""
        return self.duals[k]((u - self.sigma[k] * g) / (1 + self.sigma[k]), g)


class FromTikhonov(Unrolled):
    """The layers of ``network``, from Tikhonov's estimate: a fixed layer before them.

        f_0 = (H^T H + lam I)^-1 H^T g

    Shapes: g is (..., *H.out_shape) and f is (..., *H.in_shape).
    Raises: what H raises where it has no spectrum.
    """

    def __init__(self, network: Unrolled, H, lam: float):
        super().__init__()
        self.network = network
        self.H = H
        self.lam = lam

    def iterates(self, g: Tensor, f: Tensor | None = None) -> Iterator[Tensor]:
        """The iterates of the network, from Tikhonov's estimate or the given ``f``."""
        start = tikhonov(self.H, g, self.lam) if f is None else f
        return self.network.iterates(g, start)


class FromFBP(Unrolled):
    """The layers of a network on data of ||H|| = 1, from filtered back-projection.

        f_0 = FBP g,  then the layers of build(H / ||H||) on g / ||H||

    ``build`` makes the ``steps``, a network that is called as steps(g, f), of an operator.

    Shapes: g is (..., *H.out_shape) and f is (..., *H.in_shape).
    """

    def __init__(self, H, build: Callable):
        super().__init__()
        self.H = H
        self.size = H.norm()
        self.steps = build(1 / self.size * H)

    def iterates(self, g: Tensor, f: Tensor | None = None) -> Iterator[Tensor]:
        """The iterates of the steps, from filtered back-projection or the given ``f``."""
        return self.steps.iterates(g / self.size, self.H.fbp(g) if f is None else f)

    def forward(self, g: Tensor, f: Tensor | None = None) -> Tensor:
        return self.steps(g / self.size, self.H.fbp(g) if f is None else f)

    def through(self, H) -> "FromFBP":
        """The same proxes and steps behind another H.

        Raises: ValueError for layers other than those of UnrolledProximal, or learned
            weights.
        """
        if not isinstance(self.steps, UnrolledProximal) or self.steps.W:
            raise ValueError("only UnrolledProximal with fixed weights can change its H")
        proxes = self.steps.proxes
        tau = self.steps.tau.detach()
        return FromFBP(H, lambda A: UnrolledProximal(A, proxes, tau))


class Logarithm(nn.Module):
    """A number above 0 that is learned by its logarithm: steps change it by percentages.

    It is a parametrisation, for ``torch.nn.utils.parametrize.register_parametrization``.
    """

    def forward(self, x: Tensor) -> Tensor:
        return x.exp()

    def right_inverse(self, value: Tensor) -> Tensor:
        """The x with exp(x) = value."""
        return value.log()


def positive(network: nn.Module) -> nn.Module:
    """Learn the steps and thresholds of a network by their logarithms, from where they are.

    These are all of its learned parameters that are numbers or lists of numbers.

    Raises: ValueError for one that is not positive.
    """
    for module in list(network.modules()):
        for name, p in list(module.named_parameters(recurse=False)):
            if p.ndim < 2 and p.requires_grad:
                require_positive(name, p)
                parametrize.register_parametrization(module, name, Logarithm())
    return network


def adjoint_weights(H) -> Weights:
    """H^T as a matrix that may be learned: column i is H^T of the i-th unit datum."""
    m = prod(H.out_shape)
    unit = torch.eye(m, dtype=_dtype(H), device=getattr(H, "device", None))
    A = H.T(unit.reshape(m, *H.out_shape)).reshape(m, -1).mT
    return Weights(A, H.out_shape, H.in_shape)


def analytic_weights(H) -> Weights:
    """The W with the smallest ||W H||_F among those with (W H)_ii = 1.

    Row by row w_i = (H H^T)^-1 h_i / (h_i^T (H H^T)^-1 h_i), where h_i is a column of H.

    Raises: ValueError where a column of H is 0.
    Source: the problem is that of Liu, Chen, Wang & Yin, ICLR 2019, who solve it
        numerically; the closed form takes one Lagrange multiplier.
    """
    W = adjoint_weights(H)
    A = W.A.detach().double().mT
    W_A = torch.linalg.pinv(A @ A.mT, hermitian=True) @ A
    scale = (A * W_A).sum(0)
    if not (scale > 0).all():
        raise ValueError("an entry of f leaves no trace in H f: no weights can find it")
    W.A.data = (W_A / scale).mT.to(W.A)
    return W


def _values(value, layers: int, H) -> Tensor:
    """One value for each layer, in the float type of H; at least one layer."""
    if layers < 1:
        raise ValueError(f"a network needs at least one layer, got {layers}")
    value = torch.as_tensor(value).to(getattr(H, "device", None), _dtype(H))
    return value.expand(layers).clone(memory_format=torch.contiguous_format)


def _dtype(H) -> torch.dtype:
    return getattr(H, "dtype", None) or torch.get_default_dtype()


def _copies(sharing: str, layers: int) -> int:
    """How many copies of a parameter the layers have between them."""
    if sharing not in ("shared", "per layer"):
        raise ValueError(f"what layers learn is shared or per layer, not {sharing!r}")
    return 1 if sharing == "shared" else layers
