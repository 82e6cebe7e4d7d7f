"""The Radon transform: the projections of an image along parallel rays."""

import math
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from ..checks import enough_memory
from ..held import as_tensor, fixed, in_full_precision, sizes
from ..linear import LinearOperator

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix


class Radon(LinearOperator):
    r"""Parallel-beam projections: each row of H is a ray, each datum its line integral.

    .. math:: (H f)(\vartheta, r) = \int f(x, y)\,
        \delta(x \cos\vartheta + y \sin\vartheta - r)\, dx\, dy

    Image and detector are centred at (n - 1) / 2; x points right and y up. A ray is
    followed row by row where it is steep and column by column where it is flat; in each it
    takes the two nearest pixels, weighted by their nearness.

    A quarter turn of the image is a quarter turn of the angles, and a mirror image has the
    mirrored angles. So where the angles are k pi / n, with n even, only the rays of the
    first quarter of them are stored, and applied to four copies of the image.

    Shapes: f is (..., size, size) and g is (..., angles, size).
    Units: angles in radians; pixels and detectors are one unit wide, so g is in units of f
        times pixels.
    Raises: ValueError for a size that is no whole number above 0, and for angles that are
        not a list of real numbers within one turn, or part of a graph: H has no derivative
        by them.
    Source: Joseph, *IEEE Transactions on Medical Imaging* 1 (1982), 192-196.
    """

    def __init__(self, size: int, angles: Tensor):
        super().__init__()
        angles = _radians(angles)
        (size,) = sizes("(size,)", (size,))
        self.in_shape = (size, size)
        self.out_shape = (len(angles), size)
        with torch.device("cpu"), enough_memory("take a smaller size or fewer angles"):
            stored, copy = _stored_angles(angles)
            rays = _ray_matrix(size, angles[: int(stored.max()) + 1])
        self.register_buffer("stored", stored.to(angles.device), persistent=False)
        self.register_buffer("copy", copy.to(angles.device), persistent=False)
        self.register_buffer("theta", angles[: int(stored.max()) + 1], persistent=False)
        self.copies = 4 if copy.any() else 1
        self.rays = Sparse(rays, angles)
        self.rays_T = Sparse(rays.T.tocsr(), angles)

    def forward(self, f: Tensor) -> Tensor:
        return _LinearMap.apply(f, self._project, self._back_project)

    def adjoint(self, g: Tensor) -> Tensor:
        return _LinearMap.apply(g, self._back_project, self._project)

    def fbp(self, g: Tensor) -> Tensor:
        r"""Filtered back-projection: what the filtered views say of each point, added up.

        .. math:: f(x, y) = \frac{\pi}{n} \sum_\vartheta
            (h * g_\vartheta)(x \cos\vartheta + y \sin\vartheta)

        It approximates H^-1 on the whole square where the n angles are spread evenly over
        half a turn and f lies within the disc x^2 + y^2 < (size / 2)^2, whose rays all hit
        the detector. Views are filtered beyond their ends, too: there a filtered view is
        negative, and without that the corners would not come out as 0. Of an f that
        reaches beyond the disc rays are missing, and the estimate is wrong everywhere.

        Source: Kak & Slaney, *Principles of Computerized Tomographic Imaging* (1988),
            sec. 3.3.
        """
        self._check_data(g)
        angles, n = self.out_shape
        filtered = _filtered(g, beyond=n // 2 + 1)
        return math.pi / angles * self._sum_copies(filtered, self._interpolate)

    def _project(self, f: Tensor) -> Tensor:
        """Apply the stored rays to the copies of f, and pick the view of each angle."""
        images = f.reshape(-1, *self.in_shape).movedim(0, -1)
        copies = torch.stack(_copies(images)[: self.copies], -1)
        views = self.rays(copies.flatten(0, 1).flatten(1))
        views = views.reshape(-1, self.out_shape[1], *copies.shape[2:])
        g = views[self.stored, :, :, self.copy]
        return g.movedim(-1, 0).reshape(*f.shape[:-2], *self.out_shape)

    def _back_project(self, g: Tensor) -> Tensor:
        """The transpose of ``_project``: the transposed steps, in reverse order."""
        return self._sum_copies(g, lambda v: self.rays_T(v.flatten(0, 1).flatten(1)))

    def _sum_copies(self, g: Tensor, spread: Callable[[Tensor], Tensor]) -> Tensor:
        """Sort g by stored angle and copy, spread the views over the copies, add these."""
        sinograms = g.reshape(-1, *g.shape[-2:]).movedim(0, -1)
        views = g.new_zeros(len(self.theta), *sinograms.shape[1:], self.copies)
        views[self.stored, :, :, self.copy] = sinograms
        copies = spread(views).reshape(*self.in_shape, *views.shape[2:])
        f = _copies_T(*copies.unbind(-1))
        return f.movedim(-1, 0).reshape(*g.shape[:-2], *self.in_shape)

    def _interpolate(self, views: Tensor) -> Tensor:
        """For every pixel (x, y), the sum of what the views hold at r = x cos + y sin.

        The views reach as far as the corners; between two places they are interpolated.
        """
        n = self.in_shape[0]
        x = torch.arange(n, device=views.device).to(views) - (n - 1) / 2
        centre = (views.shape[1] - 1) / 2
        total = 0
        for theta, view in zip(self.theta, views, strict=True):
            place = x * theta.cos() - x[:, None] * theta.sin() + centre
            below = place.long()
            share = (place - below)[..., None, None]
            total = total + torch.lerp(view[below], view[below + 1], share)
        return total


class Sparse(nn.Module):
    """A sparse matrix, kept as three plain tensors, which copy and move as any others."""

    def __init__(self, A: "csr_matrix", like: Tensor):
        super().__init__()
        self.shape = A.shape
        for name, x in {"values": A.data, "columns": A.indices, "starts": A.indptr}.items():
            tensor = torch.from_numpy(x).to(like.device)
            self.register_buffer(name, tensor, persistent=False)
        with warnings.catch_warnings(action="ignore"):  # "CSR support is in beta", once
            self.matrix()

    def matrix(self) -> Tensor:
        """The matrix itself, which torch makes of the three tensors without a copy."""
        parts = (self.starts, self.columns, self.values)
        how = {"device": self.values.device, "check_invariants": False}
        return torch.sparse_csr_tensor(*parts, self.shape, **how)

    def forward(self, x: Tensor) -> Tensor:
        """A x, for as many columns of x at a time as fit into the processor's caches."""
        if x.is_meta:  # where torch has shapes and no sparse product
            return x.new_empty(self.shape[0], x.shape[1])
        A = self.matrix()
        columns = 128 // x.element_size()
        with in_full_precision(x.device):  # for the way back, which has no front door
            return torch.cat([A @ part.contiguous() for part in x.split(columns, 1)], 1)


class _LinearMap(torch.autograd.Function):
    """x -> A x, with A^T to go back by: autograd cannot see into a sparse product."""

    @staticmethod
    def forward(x, A, A_T):
        return A(x)

    @staticmethod
    def setup_context(ctx, inputs, output):
        _, ctx.A, ctx.A_T = inputs

    @staticmethod
    def backward(ctx, g):
        return _LinearMap.apply(g, ctx.A_T, ctx.A), None, None

    @staticmethod
    def jvp(ctx, x, *_):
        return _LinearMap.apply(x, ctx.A, ctx.A_T)

    @staticmethod
    def vmap(info, in_dims, x, A, A_T):
        """Over a batch dimension: A takes any number of them, in front."""
        return _LinearMap.apply(x.movedim(in_dims[0], 0), A, A_T), 0


def _radians(angles: Tensor) -> Tensor:
    """The angles as a tensor, if a scanner can have them."""
    angles = as_tensor(angles)
    if angles.ndim != 1 or angles.numel() == 0 or not angles.is_floating_point():
        found = f"{angles.dtype} of shape {tuple(angles.shape)}"
        raise ValueError(f"angles must be a list of real numbers, not {found}")
    fixed("angles", angles)
    if angles.requires_grad:
        raise ValueError("Radon has no derivative by its angles: take angles.detach()")
    if angles.is_meta or (largest := angles.abs().max().item()) < 6.2832:
        return angles
    remedy = "convert degrees with torch.deg2rad(), or take the angles modulo 2 pi"
    raise ValueError(f"angles are radians within one turn, got {largest:g}: {remedy}")


def _stored_angles(angles: Tensor) -> tuple[Tensor, Tensor]:
    """For each angle: which stored angle has its rays, and which copy they are applied to.

    Copies 0 and 2 are the image and the image turned, 1 and 3 are those two mirrored.
    """
    n = len(angles)
    k = torch.arange(n)
    step = torch.tensor(math.pi / n, dtype=torch.float64)
    gap = (angles.cpu().double() - k * step).abs().max()
    if n % 2 or gap > 8 * torch.finfo(angles.dtype).eps:
        return k, torch.zeros_like(k)
    turned = k // (n // 2)
    k = k % (n // 2)
    mirrored = k > n // 4
    return torch.where(mirrored, n // 2 - k, k), 2 * turned + mirrored


def _mirror(f: Tensor) -> Tensor:
    """Mirror in the diagonal x = y, which mirrors the angles in pi / 4."""
    return f.flip(0, 1).transpose(0, 1)


def _copies(f: Tensor) -> list[Tensor]:
    """The image, its mirror image, the image turned clockwise, and its mirror image.

    What is seen of the image at theta + pi / 2 is seen of the turned one at theta.
    """
    turned = f.rot90(-1, (0, 1))
    return [f, _mirror(f), turned, _mirror(turned)]


def _copies_T(f: Tensor, *others: Tensor) -> Tensor:
    """The transpose of ``_copies``: turn and mirror them back, and add them."""
    if not others:
        return f
    mirrored, turned, both = others
    return f + _mirror(mirrored) + (turned + _mirror(both)).rot90(1, (0, 1))


def _ray_matrix(size: int, angles: Tensor) -> "csr_matrix":
    """H, one ray after the other, angle by angle. Shape: (angles * size, size * size)."""
    from scipy.sparse import csr_matrix  # a third of a second that others need not wait

    most = 2 * len(angles) * size**2  # memory that is not written costs nothing
    weights = angles.new_empty(most, device="cpu")
    pixels = torch.empty(most, dtype=torch.int32)
    lengths = [torch.zeros(1, dtype=torch.int64)]
    end = 0
    for theta in angles.tolist():
        weight, pixel, length = _rays_of(size, theta)
        start = end
        end = start + len(weight)
        weights[start:end] = weight
        pixels[start:end] = pixel
        lengths.append(length)
    starts = torch.cat(lengths).cumsum(0)
    parts = (weights[:end].numpy(), pixels[:end].numpy(), starts.numpy())
    return csr_matrix(parts, shape=(len(angles) * size, size**2))


def _rays_of(size: int, theta: float) -> tuple[Tensor, Tensor, Tensor]:
    """The rays of one angle, by growing r: weights, pixels, and how many each ray has."""
    cos = math.cos(theta)
    sin = math.sin(theta)
    steep = abs(cos) >= abs(sin)
    centre = (size - 1) / 2
    t = torch.arange(size, dtype=torch.float64) - centre
    r = t[:, None]
    # where a ray x cos + y sin = r meets a row y = -t (steep), or a column x = t (flat)
    meets = centre + ((r + t * sin) / cos if steep else (t * cos - r) / sin)
    below = meets.floor().int()
    nearest = torch.stack([below, below + 1], -1)
    weight = (1 - (meets[..., None] - nearest).abs()) / max(abs(cos), abs(sin))
    line = torch.arange(size, dtype=torch.int32)[:, None]
    pixel = line * size + nearest if steep else nearest * size + line
    inside = (nearest >= 0) & (nearest < size)
    return weight.masked_select(inside), pixel.masked_select(inside), inside.sum((1, 2))


def _filtered(g: Tensor, beyond: int) -> Tensor:
    """The views after the ramp filter, with so many more places beyond either end."""
    n = g.shape[-1]
    h = torch.fft.rfft(_ramp_filter(2 * n).to(g))
    filtered = torch.fft.irfft(h * torch.fft.rfft(g, 4 * n), 4 * n)
    return filtered.roll(beyond, -1)[..., : n + 2 * beyond]


def _ramp_filter(n: int) -> Tensor:
    """The ramp filter |omega|, sampled in space: sampled in frequency it loses the mean.

    h(0) = 1 / 4, h(r) = -1 / (pi r)^2 at odd r and 0 at even r, in FFT order. Shape: (2n,).
    Source: Kak & Slaney (1988), eq. 61 of ch. 3.
    """
    r = torch.fft.fftfreq(2 * n, 1 / (2 * n), dtype=torch.float64, device="cpu")
    h = torch.where(r.long() % 2 == 1, -1 / (math.pi * r) ** 2, 0)
    h[0] = 1 / 4
    return h
