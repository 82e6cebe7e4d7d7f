"""Operators on a grid of pixels: differences of neighbours, masks, coarser pixels."""

from operator import floordiv, mod

import torch
from torch import Tensor

from ..held import Shape, as_tensor, fixed, sizes
from ..linear import LinearOperator


class Difference(LinearOperator):
    """Periodic forward difference along one axis: (D f)(x) = f(x + 1) - f(x).

    Shapes: f and D f are both (..., *shape). Units of D f: units of f per pixel.
    """

    def __init__(self, shape: Shape, axis: int = -1):
        super().__init__()
        self.in_shape = self.out_shape = sizes("shape", shape)
        self.axis = range(len(shape))[axis] - len(shape)

    def forward(self, f: Tensor) -> Tensor:
        return f.roll(-1, self.axis) - f

    def adjoint(self, g: Tensor) -> Tensor:
        return g.roll(1, self.axis) - g


class Gradient(LinearOperator):
    """D: the forward differences along each axis, with nothing beyond the edge.

        (D f)_k(x) = f(x + e_k) - f(x), and 0 where x + e_k is outside

    ``primal_dual`` and ``admm`` take it with the prior ``L1(axis=-len(shape) - 1)``, which
    makes the total variation of it.

    Shapes: f is (..., *shape) and D f is (..., len(shape), *shape).
    """

    def __init__(self, shape: Shape):
        super().__init__()
        self.in_shape = sizes("shape", shape)
        self.out_shape = (len(shape), *self.in_shape)

    def forward(self, f: Tensor) -> Tensor:
        batch = f.shape[: f.ndim - len(self.in_shape)]
        D_f = f.new_zeros(*batch, *self.out_shape)
        for axis, n in enumerate(self.in_shape, -len(self.in_shape)):
            self._inside(D_f, axis, n).copy_(f.diff(dim=axis))
        return D_f

    def adjoint(self, u: Tensor) -> Tensor:
        f = torch.zeros_like(u.select(-len(self.in_shape) - 1, 0))
        for axis, n in enumerate(self.in_shape, -len(self.in_shape)):
            inside = self._inside(u, axis, n)
            f.narrow(axis, 1, n - 1).add_(inside)
            f.narrow(axis, 0, n - 1).sub_(inside)
        return f

    def _inside(self, u: Tensor, axis: int, n: int) -> Tensor:
        """A view of the differences along an axis of n pixels, without that at its end."""
        along = u.select(-len(self.in_shape) - 1, axis)
        return along.narrow(axis, 0, n - 1)


class Mask(LinearOperator):
    """Keep the pixels where ``mask`` is 1 and set those where it is 0 to 0.

    A mask of floats may hold any weights in the place of 0 and 1.

    Shapes: f and g are both (..., *mask.shape).
    Raises: ValueError for weights that are not finite, or integers beside 0 and 1.
    """

    def __init__(self, mask: Tensor):
        super().__init__()
        mask = as_weights(mask)
        self.register_buffer("mask", mask, persistent=False)
        self.in_shape = self.out_shape = tuple(mask.shape)

    def forward(self, f: Tensor) -> Tensor:
        return self.mask * f

    def adjoint(self, g: Tensor) -> Tensor:
        return self.mask * g


class Downsample(LinearOperator):
    """A coarse detector: each of its pixels is the mean of ``factor`` pixels per axis.

    ``factor`` is one whole number, or one for each axis.

    Shapes: f is (..., *shape) and g is (..., *(n / factor for n in shape)).
    Raises: ValueError where ``factor`` does not divide the shape.
    """

    def __init__(self, shape: Shape, factor: int | Shape):
        super().__init__()
        shape = sizes("shape", shape)
        each = isinstance(factor, list | tuple)
        self.factors = sizes("factor", factor if each else (factor,) * len(shape))
        if len(self.factors) != len(shape):
            wanted = f"one or {len(shape)} whole numbers above 0"
            raise ValueError(f"factor must be {wanted} for the shape {shape}, not {factor}")
        if any(map(mod, shape, self.factors)):
            raise ValueError(f"a factor of {factor} does not divide the shape {shape}")
        self.in_shape = shape
        self.out_shape = tuple(map(floordiv, shape, self.factors))

    def forward(self, f: Tensor) -> Tensor:
        for axis, factor in enumerate(self.factors, -len(self.factors)):
            f = f.unflatten(axis, (-1, factor)).mean(axis)
        return f

    def adjoint(self, g: Tensor) -> Tensor:
        for axis, factor in enumerate(self.factors, -len(self.factors)):
            g = g.repeat_interleave(factor, axis) / factor
        return g


def as_weights(mask: Tensor) -> Tensor:
    """A mask as floats: 0 and 1, or the weights that it holds.

    An image that is meant as a mask often holds 0 and 255.
    """
    mask = as_tensor(mask)
    whole = not (mask.is_floating_point() or mask.is_meta)
    if whole and not ((mask == 0) | (mask == 1)).all():
        raise ValueError(f"a mask of {mask.dtype} holds 0 and 1 alone: take mask > 0")
    return fixed("mask", mask + 0.0)
