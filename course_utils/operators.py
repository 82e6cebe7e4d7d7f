"""The instruments: each class is one way in which a scene f becomes data g."""

from functools import cached_property

import torch
from torch import Tensor, nn

from .linear import LinearOperator, Shape
from .tomography import Radon

__all__ = ["Blur", "Difference", "Downsample", "Fourier", "Hartley", "Mask", "Radon"]


class Blur(LinearOperator):
    r"""Convolution with a point-spread function h.

    .. math:: (H f)(x) = \sum_y h(y)\, f(x - y)

    The centre of h is its middle entry (entry k // 2 of k). The ``boundary`` says what lies
    outside the picture: "periodic", the picture again, or "zero", nothing. In the periodic case
    the Fourier transform diagonalises H: one complex number ``transfer`` for each frequency,
    whose modulus is the singular value, so every spectral formula costs two FFTs.

    Shapes: f and g are both (..., *shape). Units of g: units of f, if h sums to 1.
    Raises: ValueError for a psf that does not fit into ``shape``, or an unknown boundary.
    Source: Hansen, Nagy & O'Leary, *Deblurring Images* (SIAM, 2006), ch. 4.
    """

    def __init__(self, psf: Tensor, shape: Shape, boundary: str = "periodic"):
        super().__init__()
        if psf.ndim != len(shape) or any(k > n for k, n in zip(psf.shape, shape, strict=True)):
            raise ValueError(f"a psf of shape {tuple(psf.shape)} does not fit in {tuple(shape)}")
        if boundary not in ("periodic", "zero"):
            raise ValueError(f'boundary must be "periodic" or "zero", not {boundary!r}')
        self.in_shape = self.out_shape = tuple(shape)
        self.boundary = boundary
        self.axes = tuple(range(-len(shape), 0))
        self.padded = self.in_shape if boundary == "periodic" else _with_room(shape, psf.shape)
        h = psf.new_zeros(self.padded)
        h[tuple(slice(k) for k in psf.shape)] = psf
        h = h.roll([-(k // 2) for k in psf.shape], self.axes)  # the centre of h to x = 0
        for name, fft in (("pairs", torch.fft.fftn), ("half_pairs", torch.fft.rfftn)):
            transfer = torch.view_as_real(fft(h))  # real pairs follow .to() and .double()
            self.register_buffer(name, transfer, persistent=False)

    @property
    def transfer(self) -> Tensor:
        """The Fourier transform of h, in FFT order. Shape: ``shape`` (periodic), complex."""
        return torch.view_as_complex(self.pairs)

    def forward(self, f: Tensor) -> Tensor:
        """H f = F^-1 [ transfer * F f ]"""
        return self._filter(self._half, f)

    def adjoint(self, g: Tensor) -> Tensor:
        """H^T g = F^-1 [ conj(transfer) * F g ]"""
        return self._filter(self._half.conj(), g)

    @property
    def gram(self) -> LinearOperator:
        """H^T H = F^-1 |transfer|^2 F: if periodic, one convolution in the place of two."""
        if self.boundary == "zero":
            return super().gram
        return self._convolution(half(self.singular_values()) ** 2)

    def singular_values(self) -> Tensor:
        """s = |transfer|, one for each frequency, in FFT order. Shape: ``shape``."""
        return self._polar[0]

    @property
    def analysis(self) -> LinearOperator:
        """U^T = (P V)^T, where P is the convolution with the phase transfer / |transfer|."""
        return (self._convolution(self._polar[1].conj()) @ self.synthesis).T

    @property
    def synthesis(self) -> LinearOperator:
        """V c = Re(F c) - Im(F c), the Hartley transform: real, symmetric, its own inverse."""
        if self.boundary == "zero":
            raise self._no_spectrum()
        return Hartley(self.in_shape)

    def spectral_inverse(self, phi, g: Tensor) -> Tensor:
        """V phi(S) U^T g = F^-1 [ phi(|transfer|) conj(transfer) / |transfer| * F g ]"""
        s, unturn = self._polar
        return self._filter(half(phi(s)) * unturn, g)

    def norm(self, iterations: int = 100, seed: int = 0) -> float:
        """||H||: the largest |transfer| if periodic, else an estimate from below."""
        if self.boundary == "zero":
            return super().norm(iterations, seed)
        return self.singular_values().max().item()

    @property
    def _half(self) -> Tensor:
        """Half of the transfer function: real pictures need no more."""
        return torch.view_as_complex(self.half_pairs)

    @cached_property
    def _polar(self) -> tuple[Tensor, Tensor]:
        """|transfer|, and half of conj(transfer) / |transfer|, which undoes the phase."""
        if self.boundary == "zero":
            raise self._no_spectrum()
        s = self.transfer.abs()
        known = s > torch.finfo(s.dtype).eps * s.max()  # below that, the phase is round-off
        phase = torch.where(half(known), self._half.sgn(), 1)
        return s, phase.conj().resolve_conj()

    def _apply(self, fn, recurse: bool = True) -> nn.Module:
        self.__dict__.pop("_polar", None)  # what .to() and .double() change, they make stale
        return super()._apply(fn, recurse)

    def _convolution(self, half_transfer: Tensor) -> "Blur":
        """F^-1 transfer F, for pictures like those of H."""
        h = torch.fft.irfftn(half_transfer, self.in_shape)
        return Blur(torch.fft.fftshift(h), self.in_shape)

    def _filter(self, multiplier: Tensor, x: Tensor) -> Tensor:
        y = multiplier * torch.fft.rfftn(x, self.padded, self.axes)
        y = torch.fft.irfftn(y, self.padded, self.axes)
        if self.boundary == "periodic":
            return y
        return y[(..., *(slice(n) for n in self.in_shape))]


def _with_room(shape: Shape, psf_shape: Shape) -> Shape:
    """A shape with room for the blurred picture beside itself, in which FFTs are fast."""
    from scipy.fft import next_fast_len  # others need not wait for it

    return tuple(next_fast_len(n + k - 1) for n, k in zip(shape, psf_shape, strict=True))


def half(transfer: Tensor) -> Tensor:
    """The frequencies 0 ... n // 2 of the last axis; the others are their conjugates."""
    return transfer[..., : transfer.shape[-1] // 2 + 1]


class Hartley(LinearOperator):
    """The real Fourier basis: V c = Re(F c) - Im(F c), with F orthonormal. V = V^T = V^-1.

    Shapes: f and g are both (..., *shape).
    Source: Bracewell, *The Hartley Transform* (Oxford, 1986), ch. 3.
    """

    def __init__(self, shape: Shape):
        super().__init__()
        self.in_shape = self.out_shape = tuple(shape)

    def forward(self, c: Tensor) -> Tensor:
        F_c = torch.fft.fftn(c, dim=tuple(range(-len(self.in_shape), 0)), norm="ortho")
        return F_c.real - F_c.imag

    def adjoint(self, f: Tensor) -> Tensor:
        return self.forward(f)


class Difference(LinearOperator):
    """Periodic forward difference along one axis: (D f)(x) = f(x + 1) - f(x).

    Shapes: f and D f are both (..., *shape). Units of D f: units of f per pixel.
    """

    def __init__(self, shape: Shape, axis: int = -1):
        super().__init__()
        self.in_shape = self.out_shape = tuple(shape)
        self.axis = range(len(shape))[axis] - len(shape)

    def forward(self, f: Tensor) -> Tensor:
        return f.roll(-1, self.axis) - f

    def adjoint(self, g: Tensor) -> Tensor:
        return g.roll(1, self.axis) - g


class Mask(LinearOperator):
    """Keep the pixels where ``mask`` is 1 and set those where it is 0 to 0.

    Shapes: f and g are both (..., *mask.shape).
    """

    def __init__(self, mask: Tensor):
        super().__init__()
        self.register_buffer("mask", mask + 0.0, persistent=False)
        self.in_shape = self.out_shape = tuple(mask.shape)

    def forward(self, f: Tensor) -> Tensor:
        return self.mask * f

    def adjoint(self, g: Tensor) -> Tensor:
        return self.mask * g


class Downsample(LinearOperator):
    """A coarse detector: each of its pixels is the mean of ``factor`` scene pixels per axis.

    Shapes: f is (..., *shape) and g is (..., *(n / factor for n in shape)).
    Raises: ValueError where ``factor`` does not divide the shape.
    """

    def __init__(self, shape: Shape, factor: int):
        super().__init__()
        if any(n % factor for n in shape):
            raise ValueError(f"a factor of {factor} does not divide the shape {tuple(shape)}")
        self.in_shape, self.factor = tuple(shape), factor
        self.out_shape = tuple(n // factor for n in shape)

    def forward(self, f: Tensor) -> Tensor:
        for axis in range(-len(self.in_shape), 0):
            f = f.unflatten(axis, (-1, self.factor)).mean(axis)
        return f

    def adjoint(self, g: Tensor) -> Tensor:
        for axis in range(-len(self.in_shape), 0):
            g = g.repeat_interleave(self.factor, axis) / self.factor
        return g


class Fourier(LinearOperator):
    """What a magnetic resonance scanner measures: some of the frequencies of the scene.

        H f = mask * F f,   H^T g = F^-1 [ mask * g ],   with F orthonormal

    Complex numbers are pairs of real ones, in a last axis of size 2, so that <H f, g> is the
    real part of the complex inner product, and every solver and network works unchanged:
    ``torch.view_as_complex(g)`` are the complex data. A scene is real, or with
    ``complex_scene`` such pairs as well; for real scenes H^T keeps the real part.

    Shapes: ``mask`` is (h, w) in FFT order, with frequency 0 first (``torch.fft.ifftshift`` of
        one with frequency 0 in the middle); f is (..., h, w) or (..., h, w, 2), g (..., h, w, 2).
    Source: Lustig, Donoho & Pauly, Magn. Reson. Med. 58 (2007) 1182.
    """

    def __init__(self, mask: Tensor, complex_scene: bool = False):
        super().__init__()
        self.register_buffer("mask", mask + 0.0, persistent=False)
        self.complex_scene, self.axes = complex_scene, tuple(range(-mask.ndim, 0))
        self.out_shape = (*mask.shape, 2)
        self.in_shape = self.out_shape if complex_scene else tuple(mask.shape)

    def forward(self, f: Tensor) -> Tensor:
        if self.complex_scene:
            f = torch.complex(*f.unbind(-1))
        return torch.view_as_real(self.mask * torch.fft.fftn(f, dim=self.axes, norm="ortho"))

    def adjoint(self, g: Tensor) -> Tensor:
        masked = self.mask * torch.complex(*g.unbind(-1))
        f = torch.fft.ifftn(masked, dim=self.axes, norm="ortho")
        return torch.view_as_real(f) if self.complex_scene else f.real
