"""The Fourier transform as an instrument, and as a real basis."""

import torch
from torch import Tensor

from ..linear import LinearOperator, Shape


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
        return torch.view_as_real(
            self.mask * torch.fft.fftn(f, dim=self.axes, norm="ortho")
        )

    def adjoint(self, g: Tensor) -> Tensor:
        masked = self.mask * torch.complex(*g.unbind(-1))
        f = torch.fft.ifftn(masked, dim=self.axes, norm="ortho")
        return torch.view_as_real(f) if self.complex_scene else f.real


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


def half(transfer: Tensor) -> Tensor:
    """The frequencies 0 ... n // 2 of the last axis; the others are their conjugates."""
    return transfer[..., : transfer.shape[-1] // 2 + 1]
