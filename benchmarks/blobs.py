"""An image whose projections are known exactly: three round Gaussian blobs."""

import math

import torch
from torch import Tensor

BLOBS = ((1.0, 0.0, 0.1, 0.10), (0.7, -0.25, -0.2, 0.06), (0.5, 0.3, -0.1, 0.08))
# value; centre (x, y) and width in units of the picture; x points right and y up


def angles(count: int = 180) -> Tensor:
    """k pi / count, in radians."""
    return torch.arange(count, dtype=torch.float64) * math.pi / count


def image(size: int, batch: int = 1) -> Tensor:
    """f. Shape: (batch, size, size)."""
    x = _axis(size)
    f = torch.zeros(size, size)
    for a, p, q, w in BLOBS:
        row = _bump(x - size * p, size * w)
        column = _bump(-x - size * q, size * w)
        f += a * torch.outer(column.float(), row.float())
    return f.expand(batch, size, size).contiguous()


def projections(size: int, batch: int = 1) -> Tensor:
    """H f = sum a w sqrt(2 pi) exp(-(r - p cos - q sin)^2 / 2 w^2).

    Shape: (batch, 180, size).
    """
    g = _views(_axis(size)[None, :].expand(180, size), angles()[:, None], size)
    return g.float().expand(batch, 180, size).contiguous()


def back_projection(size: int, batch: int = 1) -> Tensor:
    """H^T H f: at each point the sum of the projections there.

    Shape: (batch, size, size).
    """
    x = _axis(size)
    total = sum(
        _views(x * theta.cos() - x[:, None] * theta.sin(), theta, size)
        for theta in angles()
    )
    return total.float().expand(batch, size, size).contiguous()


def inside(f: Tensor) -> Tensor:
    """The part within the largest disc, less two pixels: some peers leave out the rest."""
    x = _axis(f.shape[-1])
    return f * (x**2 + x[:, None] ** 2 < (f.shape[-1] / 2 - 2) ** 2)


def _axis(size: int) -> Tensor:
    return torch.arange(size, dtype=torch.float64) - (size - 1) / 2


def _bump(r: Tensor, width: float) -> Tensor:
    return torch.exp(-(r**2) / (2 * width**2))


def _views(r: Tensor, theta: Tensor, size: int) -> Tensor:
    """The projections at the distances r and the angles theta, which broadcast."""
    total = 0
    for a, p, q, w in BLOBS:
        centre = size * (p * theta.cos() + q * theta.sin())
        total += a * w * size * math.sqrt(2 * math.pi) * _bump(r - centre, size * w)
    return total
