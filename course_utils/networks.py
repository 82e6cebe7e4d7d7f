"""Functions with parameters, from data g to an image or signal f.

``Dense``, ``FourierFilter``, ``ConvNet`` and ``UNet`` know nothing of H and learn
everything; ``TwoLayer`` and ``SpectralNet`` are built from H, start as a classical
estimator, and learn the part that is left open. ``Reader`` finds labels in the f of another
network. Dimensions in front are a batch; there is no channel axis.

Raises: TypeError for integers, complex numbers or another float type than the parameters';
    ValueError for a shape that does not fit, an empty batch or another device. A NaN goes
    through.
"""

from itertools import pairwise
from math import prod

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils import skip_init

from .checks import refuse_empty, require_device, require_dtype, require_shape
from .linear import LinearOperator, Matrix, Shape


class Weights(nn.Module):
    """x -> A x, where every entry of the matrix A is learned.

    Shapes: A is (m, n); x is (..., *in_shape) with n entries, A x (..., *out_shape) with m.
    """

    def __init__(self, A: Tensor, in_shape: Shape, out_shape: Shape):
        super().__init__()
        self.A = nn.Parameter(A.detach().clone())
        self.in_shape = tuple(in_shape)
        self.out_shape = tuple(out_shape)

    def forward(self, x: Tensor) -> Tensor:
        _check_input(x, self, self.in_shape)
        return (x.flatten(-len(self.in_shape)) @ self.A.mT).unflatten(-1, self.out_shape)


class Dense(nn.Module):
    """f = W g + b; with ``widths`` one more layer for each of them, and relus between.

    Shapes: g is (..., *in_shape) and f is (..., *out_shape).
    """

    def __init__(
        self, in_shape: Shape, out_shape: Shape, widths: Shape = (), seed: int = 0
    ):
        super().__init__()
        self.in_shape = tuple(in_shape)
        self.out_shape = tuple(out_shape)
        sizes = [prod(in_shape), *widths, prod(out_shape)]
        self.layers = nn.ModuleList(skip_init(nn.Linear, n, m) for n, m in pairwise(sizes))
        _draw_weights(self, torch.Generator().manual_seed(seed))

    def forward(self, g: Tensor) -> Tensor:
        _check_input(g, self, self.in_shape)
        x = g.flatten(-len(self.in_shape))
        for layer in self.layers[:-1]:
            x = layer(x).relu()
        return self.layers[-1](x).unflatten(-1, self.out_shape)


class TwoLayer(nn.Sequential):
    """The MAP estimate of Gaussians as two linear layers, in either of its two forms.

        inverse="second"   f = (H^T H + lam I)^-1 H^T g     a square layer of the size of f
        inverse="first"    f = H^T (H H^T + lam I)^-1 g     a square layer of the size of g

    The layers are matrices and start at these values. ``learn`` names what training may
    change: the "inverse", the "adjoint" H^T, or "both".

    Shapes: g is (..., *H.out_shape) and f is (..., *H.in_shape); H must fit as a matrix.
    """

    def __init__(
        self, H: LinearOperator, lam: float, inverse: str = "second", learn: str = "inverse"
    ):
        layers = ("inverse", "adjoint", "both")
        if inverse not in ("first", "second") or learn not in layers:
            raise ValueError(f"TwoLayer knows no inverse={inverse!r} with learn={learn!r}")
        A = Matrix.of(H).A
        second = inverse == "second"
        gram = A.mT @ A if second else A @ A.mT
        shape = H.in_shape if second else H.out_shape
        identity = torch.eye(len(gram), device=gram.device).to(gram)
        W = torch.linalg.inv(gram + lam * identity)
        W = Weights(W, shape, shape).requires_grad_(learn != "adjoint")
        H_T = Weights(A.mT, H.out_shape, H.in_shape).requires_grad_(learn != "inverse")
        super().__init__(*((H_T, W) if second else (W, H_T)))


class Diagonal(nn.Module):
    """c -> Lambda c: one learned number for each coefficient, or for each group of them.

    Shapes: ``Lambda`` has one entry for each group; ``group`` has the shape of c and says
        to which group a coefficient belongs.
    """

    def __init__(self, start: Tensor, group: Tensor):
        super().__init__()
        self.register_buffer("group", group, persistent=False)
        none = start.new_zeros(int(group.max()) + 1)
        total = none.index_add(0, group.flatten(), start.flatten())
        self.Lambda = nn.Parameter(total / group.flatten().bincount())

    def forward(self, c: Tensor) -> Tensor:
        return self.Lambda[self.group] * c


class SpectralNet(nn.Sequential):
    """g -> H^T -> V^T -> Lambda -> V -> f: three fixed layers and one learned diagonal.

        f = V Lambda V^T H^T g

    V is ``H.synthesis``, from H = U S V^T, and Lambda starts at 1 / (s^2 + lam): the
    untrained network is Tikhonov's estimate. Another orthonormal ``basis`` knows no s, and
    Lambda starts at 1 / ||H||^2: one step of Landweber. In the Fourier basis one number
    serves the frequencies k and -k, without which V Lambda V^T would not be a convolution.

    Shapes: g is (..., *H.out_shape) and f is (..., *H.in_shape).
    Source: Mohammad-Djafari, Chu, Wang & Yu, *Deep Learning and Inverse Problems* (2023).
    """

    def __init__(
        self, H: LinearOperator, basis: LinearOperator | None = None, lam: float = 0.01
    ):
        V = basis or H.synthesis
        if basis is None:
            Lambda = 1 / (H.singular_values() ** 2 + lam)
        else:
            Lambda = torch.full(V.in_shape, H.norm() ** -2, dtype=H.dtype, device=H.device)
        super().__init__(H.T, V.T, Diagonal(Lambda, _learned_together(V, Lambda)), V)


class FourierFilter(nn.Module):
    """f = F^-1[ w * F g ]: one learned complex number w for each frequency; H is unknown.

    It starts at w = 1, where f = g. Real data need only half of the frequencies, because
    w(-k) = conj w(k).

    Shapes: f and g are both (..., *shape); ``pairs`` holds real and imaginary parts of w.
    """

    def __init__(self, shape: Shape):
        super().__init__()
        self.shape = tuple(shape)
        self.axes = tuple(range(-len(shape), 0))
        one = torch.tensor([1.0, 0.0]).expand(*shape[:-1], shape[-1] // 2 + 1, 2)
        self.pairs = nn.Parameter(one.clone())

    def forward(self, g: Tensor) -> Tensor:
        _check_input(g, self, self.shape)
        w = torch.view_as_complex(self.pairs)
        F_f = w * torch.fft.rfftn(g, dim=self.axes)
        return torch.fft.irfftn(F_f, self.shape, self.axes)


class ConvNet(nn.Module):
    """v + CNN(v): what ``depth`` small convolutions with relus between them add to v.

    The last convolution starts at 0, so that the untrained network is the identity. It may
    look at further pictures beside v: ``ConvNet(inputs=2)(v, g)`` is v + CNN(v, g). With
    ``dilations``, one for each layer in the place of a ``depth``, the three taps of a
    convolution lie so many pixels apart: an output pixel sees 1 + 2 sum(dilations) pixels.

    Shapes: v and the others are (..., *shape) with ``dims`` axes: 2 for pictures, 1 for
        signals.
    Source: for the dilations Yu & Koltun, ICLR 2016.
    """

    def __init__(
        self,
        dims: int = 2,
        width: int = 32,
        depth: int = 3,
        inputs: int = 1,
        seed: int = 0,
        *,
        dilations: Shape | None = None,
    ):
        super().__init__()
        self.dims = dims
        dilations = dilations or (1,) * depth
        sizes = [inputs, *[width] * (len(dilations) - 1), 1]
        layers = zip(pairwise(sizes), dilations, strict=True)
        self.layers = nn.ModuleList(_convolution(dims, n, m, d) for (n, m), d in layers)
        _draw_weights(self, torch.Generator().manual_seed(seed))
        nn.init.zeros_(self.layers[-1].weight)

    def forward(self, v: Tensor, *others: Tensor) -> Tensor:
        _check_input(v, self, (None,) * self.dims)
        x = torch.stack([v, *others], -self.dims - 1)
        x = x.reshape(-1, 1 + len(others), *v.shape[-self.dims :])
        for layer in self.layers[:-1]:
            x = layer(x).relu()
        return v + self.layers[-1](x).reshape(v.shape)


class UNet(nn.Module):
    """A small U-Net: the picture is halved ``levels`` times, and comes back level by level.

    On the way up every level meets what it saw on the way down; sizes need not be even.

    Shapes: g is (..., h, w), both at least 2^levels; f is (..., h, w), or with
        ``classes`` (..., classes, h, w).
    Source: Ronneberger, Fischer & Brox, MICCAI 2015, LNCS 9351, 234.
    """

    def __init__(
        self, width: int = 16, levels: int = 2, classes: int | None = None, seed: int = 0
    ):
        super().__init__()
        pairs = list(pairwise(width * 2**level for level in range(levels + 1)))
        self.down = nn.ModuleList(_two_layers(n, m) for n, m in [(1, width), *pairs])
        self.up = nn.ModuleList(_two_layers(n + m, n) for n, m in reversed(pairs))
        self.head = skip_init(nn.Conv2d, width, classes or 1, 1)
        self.channels = () if classes is None else (classes,)
        _draw_weights(self, torch.Generator().manual_seed(seed))

    def forward(self, g: Tensor) -> Tensor:
        _check_input(g, self, (None, None))
        h, w = g.shape[-2:]
        levels = len(self.up)
        if min(h, w) < 2**levels:
            raise ValueError(f"UNet cannot halve {h} x {w} {levels} times: fewer levels")
        x = self.down[0](g.reshape(-1, 1, h, w))
        on_the_way_down = []
        for layers in self.down[1:]:
            on_the_way_down.append(x)
            x = layers(functional.max_pool2d(x, 2))
        for layers in self.up:
            finer = on_the_way_down.pop()
            x = functional.interpolate(x, size=finer.shape[-2:])
            x = layers(torch.cat([finer, x], 1))
        return self.head(x).reshape(*g.shape[:-2], *self.channels, h, w)


class Reader(nn.Module):
    """g -> f and a score for each of three labels: ``start`` finds f, ``head`` looks at it.

        f = start(g),  scores = head(f)

    A head that gives a fourth channel also corrects f: that channel is added to it.

    Shapes: f is (..., h, w) and head(f) is (..., 3 or 4, h, w); the output, f and
        then the scores, is (..., 4, h, w).
    Raises: ValueError for a head with another number of channels.
    """

    def __init__(self, start: nn.Module, head: nn.Module):
        super().__init__()
        self.start = start
        self.head = head

    def forward(self, g: Tensor) -> Tensor:
        f = self.start(g)
        scores = self.head(f)
        channels = scores.shape[-3]
        if channels not in (3, 4):
            raise ValueError(f"Reader needs a head with 3 or 4 channels, got {channels}")
        if channels == 4:
            f = f + scores[..., 3, :, :]
        return torch.cat([f[..., None, :, :], scores[..., :3, :, :]], -3)


def _two_layers(n: int, m: int) -> nn.Sequential:
    """Two convolutions with relus, from n channels to m."""
    return nn.Sequential(_convolution(2, n, m), nn.ReLU(), _convolution(2, m, m), nn.ReLU())


def _convolution(dims: int, n: int, m: int, dilation: int = 1) -> nn.Module:
    """Three taps wide, from n channels to m, zeros beyond the edge; no values yet."""
    apart = {"kernel_size": 3, "padding": dilation, "dilation": dilation}
    return skip_init({1: nn.Conv1d, 2: nn.Conv2d}[dims], n, m, **apart)


def _draw_weights(network: nn.Module, generator: torch.Generator) -> None:
    """Draw weights with which relus keep the size of their input; set the biases to 0."""
    for name, p in network.named_parameters():
        if name.endswith("bias"):
            nn.init.zeros_(p)
        else:
            nn.init.kaiming_normal_(p, nonlinearity="relu", generator=generator)


def _learned_together(V: LinearOperator, like: Tensor) -> Tensor:
    """Which learned number serves each coefficient: in a Fourier basis k and -k share one.

    V is such a basis if V D V^T, with a diagonal D that is equal at +-k, commutes with
    shifts.
    """
    places = torch.arange(like.numel(), device=like.device).reshape(like.shape)
    axes = tuple(range(like.ndim))
    shift = (1,) * like.ndim
    mirrored = places.flip(axes).roll(shift, axes)  # the place of -k
    tied = torch.minimum(places, mirrored).unique(return_inverse=True)[1]
    if V.in_shape != V.out_shape:
        return places
    D = torch.cos(tied.to(like))
    f = torch.cos(places.to(like) ** 2)
    shifted_after = V(D * V.T(f)).roll(shift, axes)
    shifted_before = V(D * V.T(f.roll(shift, axes)))
    return tied if torch.allclose(shifted_after, shifted_before, atol=1e-4) else places


def _check_input(x: Tensor, network: nn.Module, shape: tuple[int | None, ...]) -> None:
    """Refuse what the layers would misread; None stands for any size."""
    name = type(network).__name__
    p = next(network.parameters())
    require_dtype(name, x, p.dtype)
    require_shape(name, x, shape)
    refuse_empty(name, x)
    require_device(name, x, p.device)
