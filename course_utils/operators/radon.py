"""Instruments that see a body through its projections, or through its frequencies."""

import math
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from ..linear import LinearOperator

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix


class Radon(LinearOperator):
    r"""Parallel-beam projections: each row of H is a ray, each datum its line integral.

    .. math:: (H f)(\theta, s) = \int f(x, y)\, \delta(x \cos\theta + y \sin\theta - s)\, dx\, dy

    Picture and detector are centred at (n - 1) / 2; x points right and y up. A ray is followed
    row by row where it is steep and column by column where it is flat; in each it takes the two
    nearest pixels, weighted by their nearness.

    A quarter turn of the picture is a quarter turn of the angles, and a mirror of the one is a
    mirror of the other. So where the angles are k pi / n, with n even, the rays of the first
    quarter of them serve for all: they look at four copies of the picture.

    Shapes: f is (..., size, size) and g is (..., angles, size). Units: angles in radians, pixels
        and detectors one unit wide, so g is in units of f times pixels.
    Raises: ValueError for angles that are not a list of real numbers.
    Source: Joseph, *IEEE Transactions on Medical Imaging* 1 (1982), 192-196.
    """

    def __init__(self, size: int, angles: Tensor):
        super().__init__()
        if angles.ndim != 1 or angles.numel() == 0 or not angles.is_floating_point():
            found = f"{angles.dtype} of shape {tuple(angles.shape)}"
            raise ValueError(f"angles must be a list of real numbers, not {found}")
        self.in_shape, self.out_shape = (size, size), (len(angles), size)
        view, copy = _views(angles)
        self.register_buffer("view", view.to(angles.device), persistent=False)
        self.register_buffer("copy", copy.to(angles.device), persistent=False)
        self.register_buffer("theta", angles[: int(view.max()) + 1], persistent=False)
        self.copies = 4 if copy.any() else 1
        H = _matrix(size, self.theta)
        self.rays, self.rays_T = Sparse(H, angles), Sparse(H.T.tocsr(), angles)

    def forward(self, f: Tensor) -> Tensor:
        return _Linear.apply(f, self._project, self._back_project)

    def adjoint(self, g: Tensor) -> Tensor:
        return _Linear.apply(g, self._back_project, self._project)

    def fbp(self, g: Tensor) -> Tensor:
        r"""Filtered back-projection: what the filtered views say of each point, added up.

        .. math:: f(x, y) = \frac{\pi}{n} \sum_\theta (h * g_\theta)(x \cos\theta + y \sin\theta)

        It approximates H^-1 where the n angles are spread evenly over half a turn.

        Source: Kak & Slaney, *Principles of Computerized Tomographic Imaging* (1988), sec. 3.3.
        """
        self.T._check(g)
        angles, n = self.out_shape
        h = torch.fft.rfft(_ramp(n).to(g))
        filtered = torch.fft.irfft(h * torch.fft.rfft(g, 2 * n), 2 * n)[..., :n]
        return math.pi / angles * self._turn_back(filtered, self._smear)

    def _project(self, f: Tensor) -> Tensor:
        """Send the rays through the copies; of the views they give, take the one of each angle."""
        pictures = f.reshape(-1, *self.in_shape).movedim(0, -1)
        copies = torch.stack(_copies(pictures)[: self.copies], -1)
        views = self.rays(copies.flatten(0, 1).flatten(1))
        views = views.reshape(-1, self.out_shape[1], *copies.shape[2:])
        g = views[self.view, :, :, self.copy]
        return g.movedim(-1, 0).reshape(*f.shape[:-2], *self.out_shape)

    def _back_project(self, g: Tensor) -> Tensor:
        """The same steps, each transposed, in reverse order."""
        return self._turn_back(g, lambda views: self.rays_T(views.flatten(0, 1).flatten(1)))

    def _turn_back(self, g: Tensor, spread: Callable[[Tensor], Tensor]) -> Tensor:
        """Sort the angles into views, spread these over copies, turn the copies back and add."""
        sinograms = g.reshape(-1, *self.out_shape).movedim(0, -1)
        views = g.new_zeros(len(self.theta), *sinograms.shape[1:], self.copies)
        views[self.view, :, :, self.copy] = sinograms
        copies = spread(views).reshape(*self.in_shape, *views.shape[2:])
        f = _merge(*copies.unbind(-1))
        return f.movedim(-1, 0).reshape(*g.shape[:-2], *self.in_shape)

    def _smear(self, views: Tensor) -> Tensor:
        """Give each pixel what stands at its place in every view, between the two detectors."""
        n = self.in_shape[0]
        x = torch.arange(n).to(views) - (n - 1) / 2
        views = nn.functional.pad(
            views, (0, 0, 0, 0, 1, 1)
        )  # beside the detector is nothing
        total = 0
        for theta, view in zip(self.theta, views, strict=True):
            s = (x * theta.cos() - x[:, None] * theta.sin() + (n + 1) / 2).clamp(0, n + 1)
            below = s.long().clamp(max=n)
            total = total + torch.lerp(
                view[below], view[below + 1], (s - below)[..., None, None]
            )
        return total


class Sparse(nn.Module):
    """A sparse matrix, kept as three plain tensors, which copy and move as any others do."""

    def __init__(self, A: "csr_matrix", like: Tensor):
        super().__init__()
        self.shape = A.shape
        for name, x in {"values": A.data, "columns": A.indices, "starts": A.indptr}.items():
            self.register_buffer(
                name, torch.from_numpy(x).to(like.device), persistent=False
            )
        with warnings.catch_warnings(
            action="ignore"
        ):  # "Sparse CSR tensor support is in beta"
            self.matrix()

    def matrix(self) -> Tensor:
        """The matrix itself, which torch makes of the three tensors without copying them."""
        parts = self.starts, self.columns, self.values
        return torch.sparse_csr_tensor(*parts, self.shape, check_invariants=False)

    def forward(self, x: Tensor) -> Tensor:
        """A x, for as many columns of x at a time as the processor's caches like."""
        if x.is_meta:  # where torch has shapes and no sparse product
            return x.new_empty(self.shape[0], x.shape[1])
        few, A = 128 // x.element_size(), self.matrix()
        return torch.cat([A @ part.contiguous() for part in x.split(few, 1)], 1)


class _Linear(torch.autograd.Function):
    """A linear map A as autograd sees it: going back is A^T, and going back from there is A."""

    @staticmethod
    def forward(x, A, A_T):
        return A(x)

    @staticmethod
    def setup_context(ctx, inputs, output):
        _, ctx.A, ctx.A_T = inputs

    @staticmethod
    def backward(ctx, g):
        return _Linear.apply(g, ctx.A_T, ctx.A), None, None


def _views(angles: Tensor) -> tuple[Tensor, Tensor]:
    """For each angle: the index of the angle that has its rays, and the copy that these look at.

    Copies 0 and 2 are the picture and the picture turned, 1 and 3 are those two mirrored.
    """
    n, k = len(angles), torch.arange(len(angles))
    gap = (
        (angles.cpu().double() - k * torch.tensor(math.pi / n, dtype=torch.float64))
        .abs()
        .max()
    )
    if n % 2 or gap > 8 * torch.finfo(angles.dtype).eps:
        return k, torch.zeros_like(k)
    quarter, k = k // (n // 2), k % (n // 2)
    mirrored = k > n // 4
    return torch.where(mirrored, n // 2 - k, k), 2 * quarter + mirrored


def _mirror(f: Tensor) -> Tensor:
    """Mirror in the diagonal x = y, which mirrors the angles in pi / 4."""
    return f.flip(0, 1).transpose(0, 1)


def _copies(f: Tensor) -> list[Tensor]:
    turned = f.rot90(
        -1, (0, 1)
    )  # clockwise: what was seen at theta + pi / 2 is seen at theta
    return [f, _mirror(f), turned, _mirror(turned)]


def _merge(f: Tensor, *others: Tensor) -> Tensor:
    """The transpose of ``_copies``."""
    if not others:
        return f
    mirrored, turned, both = others
    return f + _mirror(mirrored) + (turned + _mirror(both)).rot90(1, (0, 1))


def _matrix(size: int, angles: Tensor) -> "csr_matrix":
    """Row by row, ray by ray, angle by angle: H. Shape: (angles * size, size * size)."""
    from scipy.sparse import csr_matrix  # a third of a second that others need not wait

    most = (
        2 * len(angles) * size**2
    )  # memory that is asked for and not written costs nothing
    weights, pixels = (
        angles.new_empty(most, device="cpu"),
        torch.empty(most, dtype=torch.int32),
    )
    lengths, end = [torch.zeros(1, dtype=torch.int64)], 0
    for theta in angles.tolist():
        weight, pixel, length = _rays(size, theta)
        start, end = end, end + len(weight)
        weights[start:end], pixels[start:end] = weight, pixel
        lengths.append(length)
    starts = torch.cat(lengths).cumsum(0)
    parts = weights[:end].numpy(), pixels[:end].numpy(), starts.numpy()
    return csr_matrix(parts, shape=(len(angles) * size, size**2))


def _rays(size: int, theta: float) -> tuple[Tensor, Tensor, Tensor]:
    """The rays of one angle, in the order of s: weights, pixels, and how many of them each has."""
    cos, sin = math.cos(theta), math.sin(theta)
    steep, centre = abs(cos) >= abs(sin), (size - 1) / 2
    t = torch.arange(size, dtype=torch.float64) - centre
    s = t[:, None]
    # where the ray x cos + y sin = s meets row y = -t (steep), or column x = t (flat)
    meets = centre + ((s + t * sin) / cos if steep else (t * cos - s) / sin)
    below = meets.floor().int()
    nearest = torch.stack([below, below + 1], -1)
    weight = (1 - (meets[..., None] - nearest).abs()) / max(abs(cos), abs(sin))
    line = torch.arange(size, dtype=torch.int32)[:, None]
    pixel = line * size + nearest if steep else nearest * size + line
    inside = (nearest >= 0) & (nearest < size)
    return weight.masked_select(inside), pixel.masked_select(inside), inside.sum((1, 2))


def _ramp(n: int) -> Tensor:
    """The ramp filter |omega|, sampled in space: sampled in frequency it would lose the mean.

    h(0) = 1 / 4, h(s) = -1 / (pi s)^2 at odd s and 0 at even s, in FFT order. Shape: (2n,).
    Source: Kak & Slaney (1988), eq. 61 of ch. 3.
    """
    s = torch.fft.fftfreq(2 * n, 1 / (2 * n), dtype=torch.float64)
    h = torch.where(s.long() % 2 == 1, -1 / (math.pi * s) ** 2, 0)
    h[0] = 1 / 4
    return h
