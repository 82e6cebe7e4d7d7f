"""A thermal camera, from the temperature of a surface to the counts of a detector.

    L = tau (eps L(T) + (1 - eps) L(T_around)) + (1 - tau) L(T_air)    reaches the lens
    g = H L + noise                                                    is detected
    counts = a g + b, rounded and clipped to 14 bits                   are stored

L(T) is Planck's radiance of a black body in the band, and H = Downsample @ Blur the optics
and the detector. All of it is linear in L and none of it in T: restore radiances, then take
the brightness temperature.

Units: temperatures in kelvin, radiances in W m^-2 sr^-1, lengths in metres.
Sources: the constants are those of CODATA in scipy.constants; the defaults of ``Camera``
    are those of the FLIR Lepton (engineering datasheet 500-0659-00-09: 8 to 14 um, f/1.1,
    12 um, NETD below 50 mK, 14 bits). The spreads of gain and offset and the share of dead
    pixels are teaching parameters, of the size reported by Wolf, Pezoa & Figueroa, Sensors
    16 (2016) 1121.
"""

from math import pi
from typing import NamedTuple

import numpy as np
import torch
from scipy.constants import c, h, k
from torch import Generator, Tensor

from .checks import require_positive
from .linear import Shape
from .noise import gaussian
from .operators import Blur, Downsample

BAND = (8e-6, 14e-6)
COUNTS = 2**14 - 1


def spectral_radiance(T: Tensor, wavelength: float) -> Tensor:
    """B = 2 h c^2 / wavelength^5 / (exp(h c / (wavelength k T)) - 1), in W m^-3 sr^-1.

    Source: Planck, Verh. Deutsch. Phys. Ges. 2 (1900) 237.
    """
    return 2 * h * c**2 / wavelength**5 / torch.expm1(h * c / (wavelength * k) / T)


def band_radiance(T: Tensor, low: float = BAND[0], high: float = BAND[1]) -> Tensor:
    """L(T) = the integral of B over the wavelengths from low to high, by Gauss's rule.

    Shapes: those of T. Raises: ValueError for a T that is not positive and finite.
    """
    require_positive("a temperature in kelvin", T)
    nodes, weights = np.polynomial.legendre.leggauss(24)
    wavelengths = (high + low) / 2 + (high - low) / 2 * nodes
    samples = zip(weights, wavelengths, strict=True)
    return (high - low) / 2 * sum(w * spectral_radiance(T, x) for w, x in samples)


def brightness_temperature(
    L: Tensor, low: float = BAND[0], high: float = BAND[1]
) -> Tensor:
    """The T of the black body with band radiance L: ``band_radiance`` inverted.

    Newton's method for u = 1 / T, in which log L is nearly a straight line.

    Shapes: those of L. Raises: ValueError for an L that is not positive and finite.
    """
    require_positive("a radiance", L)
    u = torch.full_like(L, 1 / 300)
    for _ in range(8):
        log_L = band_radiance(1 / u, low, high).log()
        slope = (band_radiance(1 / (1.001 * u), low, high).log() - log_L) / (0.001 * u)
        u = u + (L.log() - log_L) / slope
    return 1 / u


def observed_radiance(T: Tensor, emissivity, T_around, tau=1.0, T_air=293.15) -> Tensor:
    """L = tau (eps L(T) + (1 - eps) L(T_around)) + (1 - tau) L(T_air)

    A surface of emissivity eps emits that share of a black body's radiance and reflects its
    surroundings with the rest; air of transmittance tau absorbs a part and emits its own.

    Shapes: T, and what broadcasts against it.
    """
    L_around, L_air = _radiances(T, T_around, T_air)
    return (
        tau * (emissivity * band_radiance(T) + (1 - emissivity) * L_around)
        + (1 - tau) * L_air
    )


def surface_temperature(L: Tensor, emissivity, T_around, tau=1.0, T_air=293.15) -> Tensor:
    """The T of which L = ``observed_radiance``."""
    L_around, L_air = _radiances(L, T_around, T_air)
    own = ((L - (1 - tau) * L_air) / tau - (1 - emissivity) * L_around) / emissivity
    return brightness_temperature(own)


def optical_transfer(
    nu: Tensor, f_number: float, wavelength: float, blur_spot: float
) -> Tensor:
    """What a lens lets through of the spatial frequency nu: diffraction times defocus.

        diffraction   2 / pi (arccos r - r sqrt(1 - r^2)),  r = nu wavelength f_number <= 1
        defocus       2 J_1(a) / a,  a = pi nu blur_spot, of a disc that is evenly lit

    Units: nu in periods per metre, ``blur_spot`` the diameter of the disc in metres.
    Source: Goodman, *Introduction to Fourier Optics* (2005), sec. 6.4.
    """
    r = (nu * wavelength * f_number).clamp(max=1)
    a = (pi * nu * blur_spot).clamp(min=1e-6)
    diffraction = 2 / pi * (r.acos() - r * (1 - r**2).sqrt())
    return diffraction * 2 * torch.special.bessel_j1(a) / a


class Pattern(NamedTuple):
    """The gain and offset of each pixel of a detector, and which pixels are dead."""

    gain: Tensor
    offset: Tensor
    dead: Tensor


class Camera:
    """A lens and a detector of ``shape`` / ``factor`` pixels that look at a finer scene.

    ``H`` maps the radiance of the scene to the mean over each detector pixel. ``sigma`` is
    the temporal noise: a difference of NETD in a scene of 300 K changes the data by as
    much. The lens lets through no more than 1 / (wavelength f_number), 91 periods per mm;
    the detector resolves 1 / (2 pitch), 42 periods per mm. What lies between is aliased.

    Shapes: a scene is (..., *shape), counts are (..., *(n / factor for n in shape)).
    Units: pitch, wavelength and blur_spot in metres; netd and the lowest and highest
        temperature, ``limits``, in kelvin.
    """

    def __init__(
        self,
        shape: Shape,
        factor: int = 2,
        *,
        pitch: float = 12e-6,
        f_number: float = 1.1,
        wavelength: float = 10e-6,
        blur_spot: float = 0.0,
        netd: float = 0.05,
        limits: tuple[float, float] = (253.15, 413.15),
    ):
        psf = _psf(shape, pitch / factor, f_number, wavelength, blur_spot)
        self.H = Downsample(shape, factor) @ Blur(psf, shape)
        T = torch.tensor([300.0, 300.01, *limits], dtype=torch.float64)
        L = band_radiance(T).tolist()
        self.sigma = netd * (L[1] - L[0]) / 0.01
        self.L_low = L[2]
        self.L_high = L[3]

    def pattern(
        self,
        generator: Generator,
        gain: float = 0.02,
        offset: float = 0.05,
        dead: float = 0.002,
    ) -> Pattern:
        """Draw a detector: gains 1 + N(0, gain^2), offsets N(0, offset^2), dead pixels.

        Units: gain and the share ``dead`` are ratios, the offset is in W m^-2 sr^-1.
        """
        zero = torch.zeros(self.H.out_shape)
        is_dead = torch.rand(zero.shape, generator=generator) < dead
        gains = 1 + gaussian(zero, gain, generator)
        offsets = gaussian(zero, offset, generator)
        return Pattern(gains, offsets, is_dead)

    def counts(
        self, L: Tensor, generator: Generator, pattern: Pattern | None = None
    ) -> Tensor:
        """One frame of integers: noise in every pixel, the detector's pattern, 14 bits."""
        g = self.H(L)
        g = g + gaussian(g, self.sigma, generator)
        if pattern is not None:
            g = pattern.gain.to(g) * g + pattern.offset.to(g)
        counts = COUNTS * (g - self.L_low) / (self.L_high - self.L_low)
        counts = counts.round().clamp(0, COUNTS)
        if pattern is not None:
            counts = counts.where(~pattern.dead.to(g.device), 0)
        return counts.int()

    def radiance(self, counts: Tensor) -> Tensor:
        """g from counts, as if all pixels were alike, in torch's default float type."""
        share = counts.to(torch.get_default_dtype()) / COUNTS
        return self.L_low + (self.L_high - self.L_low) * share


def _psf(shape: Shape, pixel: float, f_number: float, wavelength: float, blur_spot: float):
    """The point-spread function of the lens on the grid of the scene; it sums to 1."""
    axes = [torch.fft.fftfreq(n, pixel, dtype=torch.float64) for n in shape]
    nu = sum(a**2 for a in torch.meshgrid(*axes, indexing="ij")).sqrt()
    transfer = optical_transfer(nu, f_number, wavelength, blur_spot)
    psf = torch.fft.fftshift(torch.fft.ifftn(transfer).real)
    return psf.to(torch.get_default_dtype())


def _radiances(like: Tensor, *temperatures) -> list[Tensor]:
    """The band radiance of each temperature, number or tensor, in the type of ``like``."""
    return [band_radiance(torch.as_tensor(T).to(like)) for T in temperatures]
