"""The Fourier transform as a forward operator, and as a real basis."""

import torch
from torch import Tensor

from ..held import Shape, sizes
from ..linear import LinearOperator
from .grid import as_weights


class Fourier(LinearOperator):
    """What a magnetic resonance scanner measures: some of the frequencies of an image.

        H f = mask * F f,   H^T g = F^-1 [ mask * g ],   with F orthonormal

    Complex numbers are pairs of real ones, in a last axis of size 2, so that <H f, g> is
    the real part of the complex inner product, and every solver and network works as it
    is: ``torch.view_as_complex(g)`` are the complex data. The image is real, or with
    ``complex_image`` such pairs as well; for real images H^T keeps the real part.

    Shapes: ``mask`` is (h, w) in FFT order, with frequency 0 first: ``torch.fft.ifftshift``
        of one with frequency 0 in the middle. f is (..., h, w), or (..., h, w, 2) with
        ``complex_image``, and g is (..., h, w, 2).
    Source: Lustig, Donoho & Pauly, Magn. Reson. Med. 58 (2007) 1182.
    """

    def __init__(self, mask: Tensor, complex_image: bool = False):
        super().__init__()
        mask = as_weights(mask)
        self.register_buffer("mask", mask, persistent=False)
        self.complex_image = complex_image
        self.axes = tuple(range(-mask.ndim, 0))
        self.out_shape = (*mask.shape, 2)
        self.in_shape = self.out_shape if complex_image else tuple(mask.shape)

    def forward(self, f: Tensor) -> Tensor:
        if self.complex_image:
            f = torch.complex(*f.unbind(-1))
        F_f = torch.fft.fftn(f, dim=self.axes, norm="ortho")
        return torch.view_as_real(self.mask * F_f)

    def adjoint(self, g: Tensor) -> Tensor:
        masked = self.mask * torch.complex(*g.unbind(-1))
        f = torch.fft.ifftn(masked, dim=self.axes, norm="ortho")
        return torch.view_as_real(f) if self.complex_image else f.real


class Hartley(LinearOperator):
    """The real Fourier basis: V c = Re(F c) - Im(F c), with F orthonormal. V = V^T = V^-1.

    Shapes: f and g are both (..., *shape).
    Source: Bracewell, *The Hartley Transform* (Oxford, 1986), ch. 3.
    """

    def __init__(self, shape: Shape):
        super().__init__()
        self.in_shape = self.out_shape = sizes("shape", shape)

    def forward(self, c: Tensor) -> Tensor:
        axes = tuple(range(-len(self.in_shape), 0))
        F_c = torch.fft.fftn(c, dim=axes, norm="ortho")
        return F_c.real - F_c.imag

    def adjoint(self, f: Tensor) -> Tensor:
        return self.forward(f)


def half(transfer: Tensor) -> Tensor:
    """The frequencies 0 ... n // 2 of the last axis; the others are their conjugates."""
    return transfer[..., : transfer.shape[-1] // 2 + 1]
