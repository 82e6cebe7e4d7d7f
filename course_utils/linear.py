r"""The H in g = H f + eps.

A linear operator knows how to apply itself and how to apply its adjoint. Sums, products,
norms and inverses are made of those two.

Where a NaN or an infinity is refused, and where it passes:

    refused    in what an operator is built from: it makes none of its own
               in data that are to be inverted, g in ``spectral_inverse``, ``Radon.fbp``
               and ``tikhonov``, as in the solvers, the rules for lambda, the posteriors,
               the metrics and a training
    passes     through H(f), H.T(g), ``analysis`` and ``synthesis``, which are sums and
               products inside of loops: it is still to be seen in what they give
"""

from collections.abc import Callable
from math import frexp, prod

import torch
from torch import Tensor

from .checks import (
    enough_memory,
    is_finite,
    refuse_empty,
    require_device,
    require_dtype,
    require_finite,
    require_full_precision,
    require_shape,
)
from .held import Held, Shape, fixed, in_full_precision, kept, number


class LinearOperator(Held):
    """A linear map from unknowns f to data g.

        H(f)     H f             H.T @ H    H^T H           H.norm()    ||H||
        H.T(g)   H^T g           A + B      A + B           lam * H     lambda H
        H.gram   H^T H, as one operator

    Where H = U S V^T is cheap, three more calls give it, for a matrix and a convolution
    alike: ``H.singular_values()`` is S, ``H.analysis`` is U^T and ``H.synthesis`` is V.

    A subclass sets ``in_shape`` and ``out_shape`` and writes ``forward``; its adjoint then
    follows by differentiation, and may be written out where that is faster.

    Shapes: f is (..., *in_shape) and g is (..., *out_shape); dimensions in front are a
        batch.
    Raises: TypeError for what is no tensor, integers, complex numbers, floats of less than
        32 bits or of another type than the operator's; ValueError for a shape that does not
        fit, an empty batch or another device.
    """

    in_shape: Shape
    out_shape: Shape

    def __call__(self, f: Tensor) -> Tensor:
        self._check(f)
        with in_full_precision(f.device):
            return super().__call__(f)

    def adjoint(self, g: Tensor) -> Tensor:
        """H^T g, by differentiating ``forward``: exact, because H is linear."""
        batch = g.shape[: g.ndim - len(self.out_shape)]
        _, vjp = torch.func.vjp(self.forward, g.new_zeros(*batch, *self.in_shape))
        return vjp(g)[0]

    @property
    def T(self) -> "LinearOperator":
        """H^T as an operator: <H f, g> = <f, H^T g>."""
        return Adjoint(self)

    @property
    def gram(self) -> "LinearOperator":
        """H^T H, in one go where H knows a way."""
        return self.T @ self

    def __matmul__(self, other: "LinearOperator") -> "LinearOperator":
        return Product(self, other)

    def __add__(self, other: "LinearOperator") -> "LinearOperator":
        return Sum(self, other)

    def __rmul__(self, scale: float) -> "LinearOperator":
        return Scaled(scale, self)

    @torch.no_grad()
    def norm(self, iterations: int = 100, seed: int = 0) -> float:
        """||H||, the largest singular value, estimated from below by the power method."""
        generator = torch.Generator().manual_seed(seed)
        f = torch.randn(self.in_shape, generator=generator, device="cpu")
        f = f.to(self.device, self.dtype)
        size = _size(self(f / f.norm()))
        if size == 0:
            return 0.0
        H = self if size == 1 else 1 / size * self
        H_T = H.T
        for _ in range(iterations):
            f = H_T(H(f / f.norm()))
        return f.norm().sqrt().item() * size

    def singular_values(self) -> Tensor:
        """The diagonal of S in H = U S V^T."""
        raise self._no_spectrum()

    @property
    def analysis(self) -> "LinearOperator":
        """U^T, from data to coefficients in the shape of ``singular_values()``."""
        raise self._no_spectrum()

    @property
    def synthesis(self) -> "LinearOperator":
        """V, from coefficients to unknowns; ``synthesis.T`` is V^T."""
        raise self._no_spectrum()

    def spectral_inverse(self, phi: Callable[[Tensor], Tensor], g: Tensor) -> Tensor:
        """V phi(S) U^T g; the naive inverse has phi(s) = 1 / s.

        A singular value that is lost in round-off is taken for the 0 that it stands for,
        and a phi that is not finite there for 0: 1 / s gives the pseudo-inverse.

        Raises: ValueError for a g that is not finite, or a phi that is not where s > 0.
        """
        require_finite("g", g)
        c = self.analysis(g)
        return self.synthesis(self.factors(phi, g) * c)

    @kept
    def spectrum(self) -> Tensor:
        """S as far as it is known: 0 where a singular value is lost in round-off.

        In double precision where the squares would be too large or small for the type.
        """
        s = self.singular_values()
        s = s.where(s > self.round_off * s.max(), 0)
        kind = torch.finfo(s.dtype)
        fits = kind.tiny / kind.eps**2 < s.max().square() < kind.max
        return s if fits else s.double()

    @property
    def round_off(self) -> float:
        """The largest singular value that may stand for 0, as a part of ||H||."""
        return 4 * torch.finfo(self.dtype).eps

    def factors(self, phi: Callable[[Tensor], Tensor], g: Tensor) -> Tensor:
        """phi(S) in the type of g, and 0 where s is 0 and phi(s) not finite."""
        s = self.spectrum
        x = phi(s).to(g.dtype)
        if is_finite(x):
            return x
        x = x.where((s > 0) | x.isfinite(), 0)
        require_finite("phi(s)", x, "it must be for every s > 0")
        return x

    def _check(self, f: Tensor, shape: Shape | None = None) -> None:
        name = type(self).__name__
        require_dtype(name, f, self.dtype)
        require_full_precision(name, f)
        require_shape(name, f, shape or self.in_shape)
        refuse_empty(name, f)
        require_device(name, f, self.device)

    def _check_data(self, g: Tensor) -> None:
        """Refuse data that are not to be inverted: a NaN would be everywhere in f."""
        self._check(g, self.out_shape)
        require_finite("g", g)

    def _no_spectrum(self) -> NotImplementedError:
        name = type(self).__name__
        return NotImplementedError(
            f"{name} has no cheap SVD: if it is small, use Matrix.of(H)"
        )


class Adjoint(LinearOperator):
    """H^T."""

    def __init__(self, H: LinearOperator):
        super().__init__()
        self.H = H
        self.in_shape = H.out_shape
        self.out_shape = H.in_shape

    def forward(self, g: Tensor) -> Tensor:
        return self.H.adjoint(g)

    def adjoint(self, f: Tensor) -> Tensor:
        return self.H(f)

    @property
    def T(self) -> LinearOperator:
        return self.H


class Product(LinearOperator):
    """A B."""

    def __init__(self, A: LinearOperator, B: LinearOperator):
        super().__init__()
        if B.out_shape != A.in_shape:
            raise ValueError(
                f"cannot compose: B gives {B.out_shape}, A expects {A.in_shape}"
            )
        self.A = A
        self.B = B
        self.in_shape = B.in_shape
        self.out_shape = A.out_shape

    def forward(self, f: Tensor) -> Tensor:
        return self.A(self.B(f))

    def adjoint(self, g: Tensor) -> Tensor:
        return self.B.adjoint(self.A.adjoint(g))


class Sum(LinearOperator):
    """A + B."""

    def __init__(self, A: LinearOperator, B: LinearOperator):
        super().__init__()
        if (A.in_shape, A.out_shape) != (B.in_shape, B.out_shape):
            A_maps, B_maps = (f"{H.in_shape} -> {H.out_shape}" for H in (A, B))
            raise ValueError(f"cannot add: A maps {A_maps}, B maps {B_maps}")
        self.A = A
        self.B = B
        self.in_shape = A.in_shape
        self.out_shape = A.out_shape

    def forward(self, f: Tensor) -> Tensor:
        return self.A(f) + self.B(f)

    def adjoint(self, g: Tensor) -> Tensor:
        return self.A.adjoint(g) + self.B.adjoint(g)


class Scaled(LinearOperator):
    """lambda H, for one real number lambda.

    Raises: TypeError for several, whose adjoint would be another: weigh by ``Mask(w) @ H``;
        ValueError for a lambda that is not finite.
    """

    def __init__(self, scale: float, H: LinearOperator):
        super().__init__()
        self.scale = number("the scale of an operator", scale)
        self.H = H
        self.in_shape = H.in_shape
        self.out_shape = H.out_shape

    def forward(self, f: Tensor) -> Tensor:
        return self.scale * self.H(f)

    def adjoint(self, g: Tensor) -> Tensor:
        return self.scale * self.H.adjoint(g)


class Matrix(LinearOperator):
    """An explicit matrix A, with its singular value decomposition A = U S V^T.

    Shapes: A is (m, n); f is (..., n) and g is (..., m), or any ``in_shape`` and
        ``out_shape`` with n and m entries, read row by row.
    """

    def __init__(
        self, A: Tensor, in_shape: Shape | None = None, out_shape: Shape | None = None
    ):
        super().__init__()
        A = self.accepted(A)
        self.register_buffer("A", A, persistent=False)
        self.in_shape = in_shape or tuple(A.shape[1:])
        self.out_shape = out_shape or tuple(A.shape[:1])
        if A.ndim != 2 or A.shape != (prod(self.out_shape), prod(self.in_shape)):
            shapes = f"{self.in_shape} -> {self.out_shape}"
            raise ValueError(f"a matrix of shape {tuple(A.shape)} cannot map {shapes}")

    def accepted(self, A: Tensor) -> Tensor:
        """The A to be held, if it can be."""
        return fixed("A", A)

    @classmethod
    def of(cls, H: LinearOperator) -> "Matrix":
        """The dense matrix of a small operator: column j is H of the j-th unit vector.

        An operator that holds nothing is written out in double precision.
        """
        m, n = map(prod, (H.out_shape, H.in_shape))
        if m * n > 2**28:
            raise ValueError(f"a matrix of {m} x {n} is too large to write out")
        with enough_memory(f"a matrix of {m} x {n} needs a smaller image"):
            basis = torch.eye(n, dtype=H.dtype or torch.float64, device=H.device)
            A = H(basis.reshape(n, *H.in_shape)).reshape(n, -1).mT
            return cls(A.contiguous(), H.in_shape, H.out_shape)

    def forward(self, f: Tensor) -> Tensor:
        return (f.flatten(-len(self.in_shape)) @ self.A.mT).unflatten(-1, self.out_shape)

    def adjoint(self, g: Tensor) -> Tensor:
        return (g.flatten(-len(self.out_shape)) @ self.A).unflatten(-1, self.in_shape)

    @kept
    def svd(self) -> tuple[Tensor, Tensor, Tensor]:
        """U, s, V with A = U diag(s) V^T and s in falling order.

        Shapes: (m, r), (r,) and (n, r), with r = min(m, n).
        """
        U, s, Vt = torch.linalg.svd(self.A, full_matrices=False)
        return U, s, Vt.mT

    def singular_values(self) -> Tensor:
        return self.svd[1]

    @property
    def round_off(self) -> float:
        return 4 * max(self.A.shape) ** 0.5 * torch.finfo(self.A.dtype).eps

    @property
    def analysis(self) -> LinearOperator:
        return Basis(self.svd[0].mT, in_shape=self.out_shape)

    @property
    def synthesis(self) -> LinearOperator:
        return Basis(self.svd[2], out_shape=self.in_shape)

    def norm(self) -> float:
        """||A||, the largest singular value."""
        return self.singular_values()[0].item()


class Basis(Matrix):
    """U^T or V: what LAPACK found for a finite A is finite, and not looked at again."""

    def accepted(self, A: Tensor) -> Tensor:
        return A


def _size(g: Tensor) -> float:
    """A power of two near the largest entry, or 1 where the squares of all fit any type."""
    require_finite("H f", g)
    largest = g.abs().max().item()
    return 1.0 if 1e-6 < largest < 1e6 else 2.0 ** frexp(largest)[1] * (largest > 0)
