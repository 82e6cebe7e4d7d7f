"""Data that are no linear map of the unknown, g = h(f) + eps, and iterations that find f.

    h(f)             the data that f would give
    H = h.at(f)      the linearisation there, a ``LinearOperator``: h(f + v) ~ h(f) + H v
    H.T(h(f) - g)    with its adjoint, the gradient of 1/2 ||g - h(f)||^2

A model of one's own is a ``ForwardModel`` that writes ``forward``; its linearisation then
follows by differentiation.
"""

from .diffusion import Diffusion
from .distortion import distortion
from .iterations import UnrolledGaussNewton, gauss_newton, levenberg_marquardt
from .model import ForwardModel, Linear, Linearisation
from .sampling import effective_size, hamiltonian, split_rhat
from .sensors import Gamma, HardClip, Modulus, Saturation, Sensor

__all__ = [
    "Diffusion",
    "ForwardModel",
    "Gamma",
    "HardClip",
    "Linear",
    "Linearisation",
    "Modulus",
    "Saturation",
    "Sensor",
    "UnrolledGaussNewton",
    "distortion",
    "effective_size",
    "gauss_newton",
    "hamiltonian",
    "levenberg_marquardt",
    "split_rhat",
]
