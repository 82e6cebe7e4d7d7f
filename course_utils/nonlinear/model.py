"""The h in g = h(f) + eps, which knows its linearisation."""

import torch
from torch import Tensor

from ..checks import (
    refuse_empty,
    require_device,
    require_dtype,
    require_finite,
    require_full_precision,
    require_shape,
)
from ..held import Held, Shape, in_full_precision
from ..linear import LinearOperator


class ForwardModel(Held):
    """A map from unknowns f to data g that need not be linear.

        h(f)              the data
        H = h.at(f)       h'(f), a linear operator with the adjoint H.T

    A subclass sets ``in_shape`` and ``out_shape`` and writes ``forward``; ``at`` may be
    written out where that is faster.

    Shapes: f is (..., *in_shape) and g is (..., *out_shape); dimensions in front are a
        batch.
    Raises: as a ``LinearOperator`` does: TypeError for what is no tensor of its own float
        type, ValueError for a shape that does not fit, an empty batch or another device.
        What h is linearised at must be finite; through h(f) NaN and infinity pass.
    """

    in_shape: Shape
    out_shape: Shape

    def __call__(self, f: Tensor) -> Tensor:
        self._check(f)
        with in_full_precision(f.device):
            return super().__call__(f)

    def at(self, f: Tensor) -> LinearOperator:
        """h'(f), the linear map with h(f + v) = h(f) + h'(f) v + O(||v||^2).

        For a batch of f each member has its own.
        """
        self._check_place(f)
        return Linearisation(self, f)

    def _check(self, f: Tensor) -> None:
        name = type(self).__name__
        require_dtype(name, f, self.dtype)
        require_full_precision(name, f)
        require_shape(name, f, self.in_shape)
        refuse_empty(name, f)
        require_device(name, f, self.device)

    def _check_place(self, f: Tensor) -> None:
        """Refuse an f with no linear map: a NaN would be in all that is made of it."""
        self._check(f)
        require_finite("f", f)


class Linearisation(LinearOperator):
    """h'(f) by differentiation, without a matrix.

        H^T g    a product backwards (vjp), the derivative of f -> <g, h(f)>
        H v      the same of the linear map g -> H^T g: the adjoint of the adjoint

    The second asks no more of h than the first: not all maps can be differentiated
    forwards (jvp), and it costs about as much.

    Shapes: f, v are (..., *h.in_shape) and g is (..., *h.out_shape), where dimensions in
        front of v or g meet those of f as in a sum.
    Source: Griewank & Walther, *Evaluating Derivatives* (SIAM, 2008), ch. 3.
    """

    def __init__(self, h: ForwardModel, f: Tensor):
        super().__init__()
        self.h = h
        self.in_shape = h.in_shape
        self.out_shape = h.out_shape
        self.register_buffer("f", f, persistent=False)

    def forward(self, v: Tensor) -> Tensor:
        batch = self._batch(v, self.in_shape)
        zero = v.new_zeros(*batch, *self.out_shape)
        _, vjp = torch.func.vjp(self.adjoint, zero)
        return vjp(v.expand(*batch, *self.in_shape))[0]

    def adjoint(self, g: Tensor) -> Tensor:
        batch = self._batch(g, self.out_shape)
        _, vjp = torch.func.vjp(self.h.forward, self.f.expand(*batch, *self.in_shape))
        return vjp(g.expand(*batch, *self.out_shape))[0]

    def _batch(self, x: Tensor, shape: Shape) -> Shape:
        """The dimensions in front of f and of x together."""
        of_f = self.f.shape[: self.f.ndim - len(self.in_shape)]
        return torch.broadcast_shapes(of_f, x.shape[: x.ndim - len(shape)])


class Linear(ForwardModel):
    """h(f) = H f, whose linearisation is H everywhere."""

    def __init__(self, H: LinearOperator):
        super().__init__()
        require_operator(type(self).__name__, H)
        self.H = H
        self.in_shape = H.in_shape
        self.out_shape = H.out_shape

    def forward(self, f: Tensor) -> Tensor:
        return self.H(f)

    def at(self, f: Tensor) -> LinearOperator:
        """H, for every f."""
        self._check_place(f)
        return self.H


def require_operator(name: str, H: LinearOperator) -> None:
    """Refuse an H that has no adjoint, such as an array."""
    if not isinstance(H, LinearOperator):
        found = type(H).__name__
        raise TypeError(f"{name} needs a linear operator, got {found}: use Matrix(H)")
