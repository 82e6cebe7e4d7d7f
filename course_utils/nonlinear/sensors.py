"""What a detector makes of a linear image H f: it saturates, clips, bends, loses a sign.

Each is h(f) = phi(H f), and the chain rule is one line: h'(f) = phi'(H f) H.
"""

import torch
from torch import Tensor

from ..held import number
from ..linear import LinearOperator
from .model import ForwardModel, require_operator


class Sensor(ForwardModel):
    """h(f) = phi(H f) with h'(f) = diag(phi'(H f)) H, for a curve phi of each datum.

    A subclass writes ``response``, which is phi.

    Shapes: f is (..., *H.in_shape) and g is (..., *H.out_shape).
    """

    def __init__(self, H: LinearOperator):
        super().__init__()
        require_operator(type(self).__name__, H)
        self.H = H
        self.in_shape = H.in_shape
        self.out_shape = H.out_shape

    def response(self, x: Tensor) -> Tensor:
        """phi(x), datum by datum."""
        raise NotImplementedError

    def slope(self, x: Tensor) -> LinearOperator:
        """diag(phi'(x)), by one differentiation of phi."""
        phi, vjp = torch.func.vjp(self.response, x)
        return Diagonal(vjp(torch.ones_like(phi))[0], self.out_shape)

    def forward(self, f: Tensor) -> Tensor:
        return self.response(self.H(f))

    def at(self, f: Tensor) -> LinearOperator:
        """h'(f) = phi'(H f) H"""
        self._check_place(f)
        return self.slope(self.H(f)) @ self.H


class Saturation(Sensor):
    """A detector that fills up: h(f) = s tanh(H f / s).

    It is linear where |H f| is small beside s, and never gives more than s.

    Units: s in those of H f.
    Raises: ValueError for an s that is not positive and finite.
    """

    def __init__(self, H: LinearOperator, s: float):
        super().__init__(H)
        self.s = positive_number("s, the level of saturation,", s)

    def response(self, x: Tensor) -> Tensor:
        """phi(x) = s tanh(x / s)"""
        return self.s * torch.tanh(x / self.s)


class HardClip(Sensor):
    """A detector that ends: h(f) = min(max(H f, low), s), with low = -s if none is given.

    phi' is 1 between the two and 0 beyond: a clipped datum says nothing of its size.

    Units: s and low in those of H f.
    Raises: ValueError for an s that is not positive and finite, or a low that is not below.
    """

    def __init__(self, H: LinearOperator, s: float, low: float | None = None):
        super().__init__(H)
        self.s = positive_number("s, the level of clipping,", s)
        self.low = -self.s if low is None else number("low", low)
        if not self.low < self.s:
            raise ValueError(f"low must be below s = {self.s}, not {self.low}")

    def response(self, x: Tensor) -> Tensor:
        """phi(x) = min(max(x, low), s)"""
        return x.clamp(min=self.low).clamp(max=self.s)


class Gamma(Sensor):
    """The curve of a display or a file: h(f) = (H f)^gamma, straight below ``toe``.

        phi(x) = x^gamma                                       for x >= toe
        phi(x) = toe^gamma + gamma toe^(gamma - 1) (x - toe)   for x < toe

    The straight piece, as in sRGB, keeps phi' finite at 0 and phi defined below it.

    Units: H f and g as parts of white.
    Raises: ValueError for a gamma or a toe that is not positive and finite.
    """

    def __init__(self, H: LinearOperator, gamma: float, toe: float = 0.01):
        super().__init__(H)
        self.gamma = positive_number("gamma", gamma)
        self.toe = positive_number("toe", toe)

    def response(self, x: Tensor) -> Tensor:
        """phi(x): a power, and its tangent below ``toe``."""
        bright = x.clamp(min=self.toe)
        tangent = self.gamma * self.toe ** (self.gamma - 1)
        return bright**self.gamma + tangent * (x - bright)


class Modulus(Sensor):
    """A detector that loses the sign, or the phase: h(f) = |H f|.

        real      h'(f) v = sign(H f) H v
        pairs     h'(f) v = <H f, H v> / |H f|, each product over one pair

    With ``pairs`` the last axis of H f holds real and imaginary parts, as that of
    ``Fourier`` does. Where H f = 0, h' is taken for 0: iterations must not start at f = 0.

    Shapes: g is (..., *H.out_shape), with ``pairs`` without its last axis.
    Raises: ValueError for pairs from an H whose data have no last axis of size 2.
    Source: Fienup, Appl. Opt. 21 (1982) 2758.
    """

    def __init__(self, H: LinearOperator, pairs: bool = False):
        super().__init__(H)
        self.pairs = pairs
        if pairs and H.out_shape[-1] != 2:
            raise ValueError(f"pairs need data of shape (..., 2), H gives {H.out_shape}")
        self.out_shape = H.out_shape[:-1] if pairs else H.out_shape

    def response(self, x: Tensor) -> Tensor:
        """phi(x) = |x|"""
        return torch.linalg.vector_norm(x, dim=-1) if self.pairs else x.abs()

    def slope(self, x: Tensor) -> LinearOperator:
        """v -> <x, v> / |x| for pairs, sign(x) v for real numbers."""
        if not self.pairs:
            return super().slope(x)
        size = self.response(x).unsqueeze(-1)
        phase = torch.where(size > 0, x / torch.where(size > 0, size, 1), 0)
        return AlongPhase(phase, self.H.out_shape)


class Diagonal(LinearOperator):
    """diag(w), one number for each datum, and for each member of a batch.

    Shapes: w is (..., *shape), f and g are (..., *shape).
    """

    def __init__(self, w: Tensor, shape: tuple[int, ...]):
        super().__init__()
        self.in_shape = self.out_shape = shape
        self.register_buffer("w", w, persistent=False)

    def forward(self, v: Tensor) -> Tensor:
        return self.w * v

    def adjoint(self, g: Tensor) -> Tensor:
        return self.w * g


class AlongPhase(LinearOperator):
    """The part of a complex number along a phase w of modulus 1: v -> Re(conj(w) v).

    Shapes: w and v are (..., *shape), pairs in the last axis, and g is (..., *shape[:-1]).
    """

    def __init__(self, w: Tensor, shape: tuple[int, ...]):
        super().__init__()
        self.in_shape = shape
        self.out_shape = shape[:-1]
        self.register_buffer("w", w, persistent=False)

    def forward(self, v: Tensor) -> Tensor:
        return (self.w * v).sum(-1)

    def adjoint(self, g: Tensor) -> Tensor:
        return self.w * g.unsqueeze(-1)


def positive_number(name: str, x: float | Tensor) -> float | Tensor:
    """One positive, finite number.

    Raises: ValueError for any other number, TypeError for several.
    """
    x = number(name, x)
    if not x > 0:
        raise ValueError(f"{name} must be positive and finite, not {x}")
    return x
