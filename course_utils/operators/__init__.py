"""Forward operators: each class is one way in which an unknown f becomes data g."""

from .blur import Blur
from .fourier import Fourier, Hartley
from .grid import Difference, Downsample, Gradient, Mask
from .radon import Radon

__all__ = [
    "Blur",
    "Difference",
    "Downsample",
    "Fourier",
    "Gradient",
    "Hartley",
    "Mask",
    "Radon",
]
