"""The R in J(f) = 1/2 ||g - H f||^2 + lambda R(f): what is believed of f before g is seen.

A prior is a value and a proximal map,

    R(f)               a number: of a batch it is the sum
    R.prox(v, step)    argmin_f 1/2 ||f - v||^2 + step R(f), for each f of a batch by itself

where ``step`` is a number, or a tensor that broadcasts against v and may be learned.
"""

import torch
from torch import Tensor, nn

from .checks import refuse_empty, require_real_floats
from .operators import Gradient


class L2(nn.Module):
    """R(f) = 1/2 ||f||^2."""

    def forward(self, f: Tensor) -> Tensor:
        return 0.5 * f.square().sum()

    def prox(self, v: Tensor, step: float | Tensor) -> Tensor:
        """v / (1 + step)"""
        return v / (1 + step)


class L1(nn.Module):
    """R(f) = sum_i |f_i|, or the sum of the lengths of the vectors that lie along ``axis``.

    With an axis the entries of a vector vanish together or not at all.
    """

    def __init__(self, axis: int | None = None):
        super().__init__()
        self.axis = axis

    def forward(self, f: Tensor) -> Tensor:
        return _length(f, self.axis).sum()

    def prox(self, v: Tensor, step: float | Tensor) -> Tensor:
        """The soft threshold: v less its projection onto |v| <= step."""
        return v - _project(v, step, self.axis)


class Box(nn.Module):
    """R(f) = 0 where low <= f <= high holds everywhere, and infinity where it does not.

    Raises: ValueError where low exceeds high.
    """

    def __init__(self, low: float = 0.0, high: float = 1.0):
        super().__init__()
        if not low <= high:
            raise ValueError(f"no number lies between low = {low} and high = {high}")
        self.low = low
        self.high = high

    def forward(self, f: Tensor) -> Tensor:
        outside = (f < self.low) | (f > self.high)
        return torch.where(outside, torch.inf, f.new_zeros(())).sum()

    def prox(self, v: Tensor, step: float | Tensor) -> Tensor:
        """The nearest point of the box, whatever the step."""
        return v.clamp(self.low, self.high)


class Wavelet(nn.Module):
    """R(f) = sum of |d_i| over the details d of f in the orthonormal Haar basis.

    Along each axis, a level keeps the mean of every two neighbours and sets their
    difference aside as a detail; the next level does the same to the means.

    Shapes: f is (..., *shape) with ``dims`` axes, each divisible by 2^levels; ``step`` is a
        number, or has size 1 along these axes.
    Raises: ValueError for another shape.
    Source: Mallat, *A Wavelet Tour of Signal Processing* (Academic Press, 2009), ch. 7.
    """

    def __init__(self, levels: int = 3, dims: int = 2):
        super().__init__()
        self.levels = levels
        self.dims = dims
        self.axes = range(-dims, 0)

    def forward(self, f: Tensor) -> Tensor:
        _, *details = self.analysis(f)
        return sum(d.abs().sum() for d in details)

    def prox(self, v: Tensor, step: float | Tensor) -> Tensor:
        """The soft threshold of the details; the means stay."""
        means, *details = self.analysis(v)
        return self.synthesis([means, *(d - _project(d, step) for d in details)])

    def analysis(self, f: Tensor) -> list[Tensor]:
        """The coarsest means, then the details of each level, the coarsest level first."""
        _check(self, f, divisor=2**self.levels)
        bands = [f]
        for _ in range(self.levels):
            halves = [bands[0] * 0.5 ** (self.dims / 2)]
            for axis in self.axes:
                halves = [half for band in halves for half in _split(band, axis)]
            bands = halves + bands[1:]
        return bands

    def synthesis(self, bands: list[Tensor]) -> Tensor:
        """The f with these bands: the inverse of ``analysis``, and its adjoint."""
        while len(bands) > 1:
            halves = bands[: 2**self.dims]
            finer = bands[2**self.dims :]
            for axis in reversed(self.axes):
                pairs = zip(halves[0::2], halves[1::2], strict=True)
                halves = [_join(low, high, axis) for low, high in pairs]
            bands = [halves[0] * 0.5 ** (self.dims / 2), *finer]
        return bands[0]


class ShiftedWavelet(Wavelet):
    """``Wavelet`` on a grid that moves by 3 pixels along each axis at every ``prox``.

    The blocks of 2^levels pixels of a grid that stands still show in the estimate. A moving
    one comes to all its 2^levels places on the diagonal in turn, so that no edge of a block
    stays ("cycle spinning"). The boundary is periodic, and R(f) that of the grid at rest.
    The object counts its calls: a run that is to be repeated needs a new one.

    Source: Coifman & Donoho, *Translation-invariant de-noising*, in *Wavelets and
        Statistics* (Springer, 1995), 125.
    """

    def __init__(self, levels: int = 3, dims: int = 2):
        super().__init__(levels, dims)
        self.calls = 0

    def prox(self, v: Tensor, step: float | Tensor) -> Tensor:
        """``Wavelet.prox`` of the shifted v, shifted back."""
        self.calls += 1
        shift = 3 * self.calls % 2**self.levels
        axes = tuple(self.axes)
        shifted = v.roll([shift] * self.dims, axes)
        return super().prox(shifted, step).roll([-shift] * self.dims, axes)


class TotalVariation(nn.Module):
    """R(f) = sum_x |(D f)(x)|, with the differences D f of neighbours inside the image.

    Isotropic: |.| is the length of the vector of differences at x; else the sum of their
    absolute values. The prox is f = v - D^T u, where u minimises 1/2 ||v - D^T u||^2 over
    |u| <= step; the over-relaxed method of Chambolle and Pock finds it. It stops when the
    duality gap, sum_x step |D f| - <u, D f> >= 1/2 ||f - prox||^2, certifies that
    ||f - prox|| <= tol ||v|| (the error itself is then far smaller), or after
    ``iterations``.

    Shapes: f is (..., *shape) with ``dims`` axes: 2 for images, 1 for signals.
    Raises: ValueError where f has fewer axes.
    Source: Chambolle & Pock, J. Math. Imaging Vision 40 (2011) 120; Condat, J. Optim.
        Theory Appl. 158 (2013) 460.
    """

    def __init__(
        self,
        dims: int = 2,
        isotropic: bool = True,
        tol: float = 1e-3,
        iterations: int = 1000,
    ):
        super().__init__()
        self.dims = dims
        self.tol = tol
        self.iterations = iterations
        self.norm = L1(axis=-dims - 1 if isotropic else None)

    def forward(self, f: Tensor) -> Tensor:
        _check(self, f)
        return self.norm(Gradient(f.shape[-self.dims :])(f))

    def prox(self, v: Tensor, step: float | Tensor) -> Tensor:
        """f = v - D^T u, by iteration."""
        _check(self, v)
        D = Gradient(v.shape[-self.dims :])
        radius = step
        if torch.is_tensor(step) and step.ndim:  # one for all the differences at each x
            radius = step.broadcast_to(v.shape).unsqueeze(-self.dims - 1)
        f = v
        u = torch.zeros_like(D(v))
        for k in range(self.iterations):
            tau = max(0.005, 1 / (2 + 0.6 * k))
            f_next = f.lerp(v - D.adjoint(u), tau / (1 + tau))
            u_next = u.add(D.forward(2 * f_next - f), alpha=1 / (4 * self.dims * tau))
            u_next = _project(u_next, radius, self.norm.axis)
            if k % 20 == 19 and self._gap(f_next, u_next, v, radius, D) <= self.tol**2 / 2:
                break
            f = f.lerp(f_next, 1.9)
            u = u.lerp(u_next, 1.9)
        return f_next

    def _gap(self, f: Tensor, u: Tensor, v: Tensor, radius: Tensor, D: Gradient) -> float:
        """The largest gap of the batch, over ||v||^2.

        It is 1/2 ||f - v + D^T u||^2 + <u* - u, D f>, where u* attains step |D f|.
        """
        D_f = D.forward(f)
        length = _length(D_f, self.norm.axis).clamp(min=torch.finfo(v.dtype).tiny)
        best = radius * D_f / length
        gap = ((best - u) * D_f).flatten(-self.dims - 1).sum(-1)
        misfit = (f - v + D.adjoint(u)).square().flatten(-self.dims).sum(-1)
        gap = gap + 0.5 * misfit
        energy = v.square().flatten(-self.dims).sum(-1).clamp(min=1e-30)
        return (gap / energy).max().item()


def _length(v: Tensor, axis: int | None) -> Tensor:
    """|v|, entry by entry or along an axis, which stays; at 0 its derivative is 0."""
    if axis is None:
        return v.abs()
    squared = _squared(v, axis)
    return torch.where(squared > 0, squared, 1).sqrt() * (squared > 0)


def _project(v: Tensor, radius: float | Tensor, axis: int | None = None) -> Tensor:
    """The nearest point with |v| <= radius, entry by entry or for vectors along an axis."""
    if axis is None:
        return v.clamp(-radius, radius)
    if torch.is_tensor(radius):  # below that, a derivative by it is beyond the type
        radius = radius.clamp(min=torch.finfo(v.dtype).tiny ** 0.2)
    excess = _squared(v, axis) / (radius + 1e-18) ** 2  # 1e-18 lets the radius be 0
    return v * excess.clamp(min=1).rsqrt()


def _squared(v: Tensor, axis: int) -> Tensor:
    """|v|^2 along an axis, which stays; faster than ``sum`` for vectors of few entries."""
    return sum(x.square() for x in v.unbind(axis)).unsqueeze(axis)


def _split(f: Tensor, axis: int) -> tuple[Tensor, Tensor]:
    """The sums and the differences of the pairs of neighbours along an axis."""
    even, odd = f.unflatten(axis, (-1, 2)).unbind(axis % f.ndim + 1)
    return even + odd, even - odd


def _join(low: Tensor, high: Tensor, axis: int) -> Tensor:
    """Twice the f that ``_split`` took apart."""
    axis = axis % low.ndim
    return torch.stack([low + high, low - high], axis + 1).flatten(axis, axis + 1)


def _check(prior: nn.Module, f: Tensor, divisor: int = 1) -> None:
    name = type(prior).__name__
    dims = prior.dims
    shape = tuple(f.shape)
    require_real_floats(name, f)
    if len(shape) < dims:
        raise ValueError(f"{name}(dims={dims}) got shape {shape}: a signal needs dims=1")
    if any(n % divisor for n in shape[len(shape) - dims :]):
        needed = f"a shape divisible by {divisor}"
        raise ValueError(f"{name} needs {needed}, got {shape}: take fewer levels")
    refuse_empty(name, f)
