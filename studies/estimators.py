"""The methods that are compared, each with all that it may learn from N pairs.

A closed form is fitted by least squares with a weight ``mu`` on what pulls it towards its start;
a network is trained by ``course_utils.training.fit``. Both give a function from g to f.

Shapes: g and f are (N, *shape); inside, scenes are rows. Complex numbers occur only in a filter.
"""

from collections.abc import Callable
from math import ceil, prod

import torch
from torch import Tensor, nn

from course_utils.networks import ConvNet, Dense, UNet
from course_utils.training import fit

Estimator = Callable[[Tensor], Tensor]
LAMS = torch.logspace(-5, 1, 61, dtype=torch.float64).tolist()


def nmse_db(f_hat: Tensor, f: Tensor) -> float:
    """10 log10( sum ||f_hat - f||^2 / sum ||f||^2 ), over all scenes."""
    f_hat = f_hat.to(f)
    return (10 * torch.log10((f_hat - f).square().sum() / f.square().sum())).item()


def nothing(H, g, f, mu) -> Estimator:
    """f = g"""
    return lambda g: g


def tikhonov(H, g, f, mu=None) -> Estimator:
    """f = V s / (s^2 + lam) U^T g, with the lam that is best for the pairs."""
    s, c, a = H.singular_values(), H.analysis(g), H.synthesis.T(f)
    errors = [(s / (s**2 + lam) * c - a).square().sum().item() for lam in LAMS]
    return filtered(H, LAMS[errors.index(min(errors))])


def filtered(H, lam: float) -> Estimator:
    """Tikhonov's estimate with a price lam."""
    return lambda g: H.spectral_inverse(lambda s: s / (s**2 + lam), g)


def wiener(H, g, f, mu) -> Estimator:
    """f = V s p / (s^2 p + sigma^2) U^T g, with powers p and a noise estimated from the pairs."""
    noise = (g - H(f)).square().mean()
    p = tied(H, H.synthesis.T(f).square().mean(0))
    return lambda g: H.spectral_inverse(lambda s: s * p / (s**2 * p + noise), g)


def spectral(H, g, f, mu) -> Estimator:
    """g -> H^T -> V^T -> Lambda -> V, with the Lambda of least squares, and no start."""
    V = H.synthesis
    a, b = V.T(f), V.T(H.T(g))
    Lambda = tied(H, (a * b).sum(0)) / (tied(H, b.square().sum(0)) + mu * len(g))
    return lambda g: V(Lambda * V.T(H.T(g)))


def spectral_from_start(H, g, f, mu) -> Estimator:
    """The same, where its start, Tikhonov's estimate, counts as mu further pairs."""
    start, learned, N = tikhonov(H, g, f), spectral(H, g, f, 0.0), len(g)
    return lambda g: (N * learned(g) + mu * start(g)) / (N + mu)


def fourier_filter(H, g, f, mu) -> Estimator:
    """f = F^-1 [ w * F g ], with the complex w of least squares: H is not used."""
    axes, shape = tuple(range(1, g.ndim)), g.shape[1:]
    G, F = (torch.fft.rfftn(x, dim=axes) for x in (g, f))
    w = (G.conj() * F).sum(0) / (G.abs().square().sum(0) + mu * len(g) * shape.numel())
    return lambda g: torch.fft.irfftn(w * torch.fft.rfftn(g, dim=axes), shape, axes)


def ridge(x: Tensor, y: Tensor, mu: float) -> Tensor:
    """W = argmin sum ||y - W x||^2 + mu N ||W||^2, where x and y are rows."""
    x, y = x.flatten(1), y.flatten(1)
    if len(x) < x.shape[1]:  # as many equations as pairs
        return y.T @ torch.linalg.solve(x @ x.T + mu * len(x) * torch.eye(len(x)).to(x), x)
    return torch.linalg.solve(
        x.T @ x + mu * len(x) * torch.eye(x.shape[1]).to(x), x.T @ y
    ).T


def matrix(W: Tensor) -> Estimator:
    """f = W g"""
    return lambda g: (g.flatten(1) @ W.T).reshape(g.shape)


def dense(H, g, f, mu) -> Estimator:
    """f = W g, every entry learned."""
    return matrix(ridge(g, f, mu))


def dense_from_identity(H, g, f, mu) -> Estimator:
    """f = W g, where W starts at the identity: what is learned is the difference."""
    D = matrix(ridge(g, f - g, mu))
    return lambda g: g + D(g)


def adjoint_dense(H, g, f, mu) -> Estimator:
    """f = W H^T g, every entry of W learned."""
    W = matrix(ridge(H.T(g), f, mu))
    return lambda g: W(H.T(g))


def two_layer_second(H, g, f, mu) -> Estimator:
    """f = W H^T g, where W starts at (H^T H + lam I)^-1: what is learned is the difference."""
    start = tikhonov(H, g, f)
    D = matrix(ridge(H.T(g), f - start(g), mu))
    return lambda g: start(g) + D(H.T(g))


def two_layer_first(H, g, f, mu) -> Estimator:
    """f = H^T W g, where W starts at (H H^T + lam I)^-1.

    The difference D minimises sum ||f - start - H^T D g||^2 + mu N ||D||^2, that is
    (H H^T) D (sum g g^T) + mu N D = sum H (f - start) g^T, which is diagonal in two bases.
    """
    start = tikhonov(H, g, f)
    right = H(f - start(g)).T @ g
    q, Q = torch.linalg.eigh(g.T @ g)
    s, U_T = H.singular_values(), H.analysis
    D = U_T.T(((U_T(right.T).T @ Q) / (s[:, None] ** 2 * q + mu * len(g))).T).T @ Q.T
    return lambda g: start(g) + H.T(matrix(D)(g))


def tied(H, x: Tensor) -> Tensor:
    """The mean over the frequencies k and -k, which belong together."""
    axes = tuple(range(x.ndim))
    return (x + x.flip(axes).roll((1,) * x.ndim, axes)) / 2


class Wrapped(nn.Module):
    """A convolutional network that sees a periodic scene go on beyond its ends, by r pixels."""

    def __init__(self, network: nn.Module, r: int, dims: int):
        super().__init__()
        self.network, self.r, self.dims = network, r, dims

    def forward(self, g: Tensor) -> Tensor:
        n, inside = g.shape[-1], slice(self.r, -self.r)
        beyond = torch.arange(-self.r, n + self.r, device=g.device) % n
        if self.dims == 2:
            g = g[..., beyond, :]
        return self.network(g[..., beyond])[(..., *(inside,) * self.dims)]


class Added(nn.Module):
    """g + network(g), which starts as the identity: the ``last`` layer begins at 0."""

    def __init__(self, network: nn.Module, last: nn.Module):
        super().__init__()
        self.network = network
        nn.init.zeros_(last.weight)
        nn.init.zeros_(last.bias)

    def forward(self, g: Tensor) -> Tensor:
        return g + self.network(g)


class CoolingAdam(torch.optim.Adam):
    """Adam whose steps shrink to zero, in a straight line, over so many of them."""

    def __init__(self, params, lr: float, steps: int):
        super().__init__(params, lr=lr)
        self.first, self.steps, self.taken = lr, steps, 0

    def step(self, closure=None):
        for group in self.param_groups:
            group["lr"] = self.first * (1 - self.taken / self.steps)
        self.taken += 1
        return super().step(closure)


def network(method: str, setting: dict, shape: tuple[int, ...], seed: int) -> nn.Module:
    """An untrained network: the identity."""
    dims = len(shape)
    if method == "MLP":
        dense = Dense(shape, shape, setting["widths"], seed=seed)
        return Added(dense, dense.layers[-1])
    if method == "U-Net":
        unet = UNet(width=setting["width"], seed=seed)
        return Added(Wrapped(unet, 4, dims), unet.head)
    depth = setting["depth"]
    return Wrapped(ConvNet(dims, setting["width"], depth, seed=seed), depth, dims)


def trained(
    H, g, f, method: str, setting: dict, seed: int, device
) -> tuple[Estimator, int]:
    """A network after ``setting["steps"]`` steps on the pairs, and how many numbers it learned."""
    start = tikhonov(H, g, f) if method == "Tikhonov + CNN" else (lambda g: g)
    model = network(method, setting, tuple(g.shape[1:]), seed).float().to(device)
    epochs = ceil(setting["steps"] / ceil(len(g) / 16))
    steps = epochs * ceil(len(g) / 16)
    data = start(g).float(), f.float()
    options = {"lr": setting["lr"], "batch": 16, "seed": seed, "epochs": epochs}
    cooling = lambda params, lr: CoolingAdam(params, lr, steps)  # noqa: E731
    list(fit(model, data, optimizer=cooling, **options))

    @torch.no_grad()
    def estimate(g: Tensor) -> Tensor:
        parts = start(g).float().to(device).split(128)
        return torch.cat([model(part).cpu() for part in parts])

    return estimate, sum(p.numel() for p in model.parameters())


def waves(shape: tuple[int, ...]) -> int:
    """How many of the frequencies of an even shape are left if k and -k count as one."""
    return (prod(shape) + 2 ** len(shape)) // 2


FROM_ZERO = [0.0, *(10 ** (-k / 2) for k in range(2, 17))]
RIDGE = [10 ** (-k / 2) for k in range(13)]
FROM_START = [1000.0, 100.0, 10.0, *RIDGE]  # a price that holds a layer where it starts
CLOSED = {  # method: its closed form, the weights to choose from, and how many numbers it learns
    "nothing": (nothing, [0.0], lambda shape: 0),
    "Tikhonov": (tikhonov, [0.0], lambda shape: 1),
    "Wiener": (wiener, [0.0], lambda shape: waves(shape) + 1),
    "four layers": (spectral, FROM_ZERO, waves),
    "four layers, started": (
        spectral_from_start,
        [0.0, *(4.0**k for k in range(8))],
        waves,
    ),
    "filter without H": (fourier_filter, FROM_ZERO, prod),
    "two layers, H' W": (two_layer_first, FROM_START, lambda shape: prod(shape) ** 2),
    "two layers, W H'": (two_layer_second, FROM_START, lambda shape: prod(shape) ** 2),
    "matrix after H'": (adjoint_dense, RIDGE, lambda shape: prod(shape) ** 2),
    "matrix": (dense, RIDGE, lambda shape: prod(shape) ** 2),
    "matrix, from identity": (
        dense_from_identity,
        FROM_START,
        lambda shape: prod(shape) ** 2,
    ),
}
