"""The CT scanner: a matrix whose rows are rays."""

import warnings

import torch
from scipy.sparse import csr_matrix
from torch import Tensor

from .linear import LinearOperator


class Radon(LinearOperator):
    r"""Parallel-beam projections: each row of H is a ray, each datum its line integral.

    .. math:: (H f)(\theta, s) = \int f(x, y)\, \delta(x \cos\theta + y \sin\theta - s)\, dx\, dy

    The picture and the detector are centred at (n - 1) / 2; x points right and y up. A ray is
    followed row by row where it is steep and column by column where it is flat; in each it is
    interpolated between the two nearest pixels.

    Shapes: f is (..., size, size) and g is (..., angles, size). Units: angles in radians, pixels
    and detectors one unit wide, so g is in units of f times pixels.
    Raises: ValueError for angles that are not a list.
    Source: Joseph (1982); Natterer, *The Mathematics of Computerized Tomography* (2001), ch. 2.
    """

    def __init__(self, size: int, angles: Tensor):
        super().__init__()
        if angles.ndim != 1:
            raise ValueError(
                f"angles must be a list of numbers, not of shape {tuple(angles.shape)}"
            )
        self.in_shape, self.out_shape = (size, size), (len(angles), size)
        rays = _rays(size, angles)
        self.register_buffer("rays", _sparse(rays), persistent=False)
        self.register_buffer("rays_back", _sparse(rays.T.tocsr()), persistent=False)

    def forward(self, f: Tensor) -> Tensor:
        return _Linear.apply(f, self._project, self._back_project)

    def adjoint(self, g: Tensor) -> Tensor:
        return _Linear.apply(g, self._back_project, self._project)

    def _project(self, f: Tensor) -> Tensor:
        g = (self.rays @ f.reshape(-1, self.rays.shape[1]).mT).mT
        return g.reshape(*f.shape[:-2], *self.out_shape)

    def _back_project(self, g: Tensor) -> Tensor:
        f = (self.rays_back @ g.reshape(-1, self.rays.shape[0]).mT).mT
        return f.reshape(*g.shape[:-2], *self.in_shape)


class _Linear(torch.autograd.Function):
    """A linear map whose gradient is its transpose, both given as functions."""

    @staticmethod
    def forward(x: Tensor, direct, transposed) -> Tensor:
        return direct(x)

    @staticmethod
    def setup_context(ctx, inputs, output) -> None:
        _, ctx.direct, ctx.transposed = inputs

    @staticmethod
    def backward(ctx, gradient: Tensor):
        return _Linear.apply(gradient, ctx.transposed, ctx.direct), None, None


def _rays(size: int, angles: Tensor) -> csr_matrix:
    """The matrix whose rows are rays. Shape: (angles * size, size * size)."""
    u = torch.arange(size, dtype=angles.dtype) - (size - 1) / 2
    s, cos, sin = u[:, None], angles.cos()[:, None, None], angles.sin()[:, None, None]
    steep = cos.abs() >= sin.abs()
    # where x cos + y sin = s meets row y = -u (steep), or column x = u (flat)
    place = torch.where(steep, (s + u * sin) / cos, (u * cos - s) / sin) + (size - 1) / 2
    length = 1 / torch.maximum(cos.abs(), sin.abs())
    j = torch.stack([place.floor(), place.floor() + 1])  # the two nearest pixels
    weight = (1 - (place - j).abs()) * length
    line, ray = torch.arange(size), torch.arange(len(angles) * size).reshape(-1, size, 1)
    pixel = torch.where(steep, line * size + j, j * size + line)
    inside = (j >= 0) & (j < size)
    entries = weight[inside], (ray.expand_as(j)[inside], pixel[inside].long())
    return csr_matrix(entries, shape=(len(angles) * size, size * size))


def _sparse(matrix: csr_matrix) -> Tensor:
    parts = (torch.from_numpy(x) for x in (matrix.indptr, matrix.indices, matrix.data))
    with warnings.catch_warnings(action="ignore"):  # "sparse CSR tensor support is in beta state"
        return torch.sparse_csr_tensor(*parts, matrix.shape, check_invariants=True)
