"""Convolution with a point-spread function."""

import torch
from torch import Tensor

from ..held import Shape, fixed, kept, sizes
from ..linear import LinearOperator
from .fourier import Hartley, half


class Blur(LinearOperator):
    r"""Convolution with a point-spread function h.

    .. math:: (H f)(x) = \sum_y h(y)\, f(x - y)

    The centre of h is its middle entry (entry k // 2 of k). The ``boundary`` says what lies
    outside the image: "periodic", the image again, or "zero". In the periodic case the
    Fourier transform diagonalises H: one complex number ``transfer`` for each frequency,
    whose modulus is the singular value, so every spectral formula costs two FFTs.

    Shapes: f and g are both (..., *shape). Units of g: units of f, if h sums to 1.
    Raises: ValueError for a psf that is not finite or does not fit into ``shape``, or an
        unknown boundary.
    Source: Hansen, Nagy & O'Leary, *Deblurring Images* (SIAM, 2006), ch. 4.
    """

    def __init__(self, psf: Tensor, shape: Shape, boundary: str = "periodic"):
        super().__init__()
        psf = fixed("psf", psf)
        shape = sizes("shape", shape)
        each = zip(psf.shape, shape, strict=False)
        if psf.ndim != len(shape) or any(k > n for k, n in each):
            found = f"a psf of shape {tuple(psf.shape)}"
            raise ValueError(f"{found} does not fit in {shape}")
        if boundary not in ("periodic", "zero"):
            raise ValueError(f'boundary must be "periodic" or "zero", not {boundary!r}')
        self.in_shape = self.out_shape = shape
        self.boundary = boundary
        self.axes = tuple(range(-len(shape), 0))
        self.padded = self.in_shape
        if boundary == "zero":
            self.padded = _with_room(shape, psf.shape)
        h = _centred(psf, self.padded)
        for name, fft in (("pairs", torch.fft.fftn), ("half_pairs", torch.fft.rfftn)):
            transfer = torch.view_as_real(fft(h))  # real pairs follow .to() and .double()
            self.register_buffer(name, transfer, persistent=False)

    @property
    def transfer(self) -> Tensor:
        """The Fourier transform of h, complex, in FFT order. Shape: ``padded``."""
        return torch.view_as_complex(self.pairs)

    def forward(self, f: Tensor) -> Tensor:
        """H f = F^-1 [ transfer * F f ]"""
        return self._filter(self._half, f)

    def adjoint(self, g: Tensor) -> Tensor:
        """H^T g = F^-1 [ conj(transfer) * F g ]"""
        return self._filter(self._half.conj(), g)

    @property
    def gram(self) -> LinearOperator:
        """H^T H = F^-1 |transfer|^2 F: if periodic, one convolution instead of two."""
        if self.boundary == "zero":
            return super().gram
        return self._convolution(half(self.singular_values()) ** 2)

    def singular_values(self) -> Tensor:
        """s = |transfer|, one for each frequency, in FFT order. Shape: ``shape``."""
        return self._polar[0]

    @property
    def analysis(self) -> LinearOperator:
        """U^T = (P V)^T, where P convolves with the phase transfer / |transfer|."""
        return (self._convolution(self._polar[1].conj()) @ self.synthesis).T

    @property
    def synthesis(self) -> LinearOperator:
        """V c = Re(F c) - Im(F c), the Hartley transform, its own transpose and inverse."""
        if self.boundary == "zero":
            raise self._no_spectrum()
        return Hartley(self.in_shape)

    def spectral_inverse(self, phi, g: Tensor) -> Tensor:
        """V phi(S) U^T g = F^-1 [ phi(|transfer|) conj(transfer) / |transfer| * F g ]"""
        _, conjugate_phase = self._polar
        self._check_data(g)
        return self._filter(half(self.factors(phi, g)) * conjugate_phase, g)

    def norm(self, iterations: int = 100, seed: int = 0) -> float:
        """||H||: the largest |transfer| if periodic, else an estimate from below."""
        if self.boundary == "zero":
            return super().norm(iterations, seed)
        return self.singular_values().max().item()

    @property
    def _half(self) -> Tensor:
        """Half of the transfer function: real images need no more."""
        return torch.view_as_complex(self.half_pairs)

    @kept
    def _polar(self) -> tuple[Tensor, Tensor]:
        """|transfer|, and half of conj(transfer) / |transfer|."""
        if self.boundary == "zero":
            raise self._no_spectrum()
        s = self.transfer.abs()
        known = s > torch.finfo(s.dtype).eps * s.max()  # below that, the phase is round-off
        phase = torch.where(half(known), self._half.sgn(), 1)
        return s, phase.conj().resolve_conj()

    def _convolution(self, half_transfer: Tensor) -> "Blur":
        """F^-1 transfer F, for images of the same shape."""
        h = torch.fft.irfftn(half_transfer, self.in_shape)
        return Blur(torch.fft.fftshift(h), self.in_shape)

    def _filter(self, multiplier: Tensor, x: Tensor) -> Tensor:
        y = multiplier * torch.fft.rfftn(x, self.padded, self.axes)
        y = torch.fft.irfftn(y, self.padded, self.axes)
        if self.boundary == "periodic":
            return y
        return y[(..., *(slice(n) for n in self.in_shape))]


def _centred(psf: Tensor, shape: Shape) -> Tensor:
    """The psf on a larger grid of zeros, with its centre at x = 0."""
    h = psf.new_zeros(shape)
    h[tuple(slice(k) for k in psf.shape)] = psf
    return h.roll([-(k // 2) for k in psf.shape], tuple(range(-len(shape), 0)))


def _with_room(shape: Shape, psf_shape: Shape) -> Shape:
    """A larger shape with room for what is blurred beyond the edge, and with fast FFTs."""
    from scipy.fft import next_fast_len  # others need not wait for it

    return tuple(next_fast_len(n + k - 1) for n, k in zip(shape, psf_shape, strict=True))
