"""Stripes before a thermal camera: in the scene, in its frame, and in a restoration."""

import math

import torch
from matplotlib.figure import Figure
from torch import Tensor
from traitlets import Bytes, Dict, Float, Int, List

from .. import plots
from ..infrared import Camera, band_radiance, brightness_temperature
from .figure import RespondingFigure, as_bytes, front_end, in_steps, synced

ENTRIES = 2048  # of each table of Planck's law,
TABLE = (200.0, 700.0)  # between these temperatures
HEIGHT = 8.0  # kelvin, of the stripes from their mean
LENS = {"pixel": 6e-6, "f_number": 1.1, "wavelength": 10e-6}  # as in ``Camera``

TASK = (
    "Predict: how does the frame show stripes finer than its pixels? Drag the scene to "
    "find others that look the same."
)


class ThermalCamera(RespondingFigure):
    """Grey values as temperatures, a thermal camera's frame, and Wiener's restoration.

        f_hat = V Lambda V^T H^T (g - mean) + mean,   Lambda = p / (a + sigma^2)

    The camera is periodic, with half as many pixels along each side as the scene; its
    counts are not rounded. The power p falls like (1 + nu)^-3, and its size is that of the
    frame. The reader may put a photograph of their own in the place of the scene.

    Shapes: x, grey values in [0, 1], is (n, n); ``unit_noise`` is (n / 2, n / 2).
    Units: ``nu`` in periods per image, ``spot`` (the focus) in micrometres, ``log10_netd``
        is log10 of kelvin; ``coldest`` and ``warmest``, the temperatures of 0 and 1, are
        in kelvin.
    """

    _esm = front_end(
        "thermal_camera", "remembered", "fourier", "real_fourier", "own_picture", "heat"
    )
    size = synced(Int)
    scene = synced(Dict)
    noise = synced(Dict)
    kelvin = synced(Bytes)
    log_radiance = synced(Bytes)
    table_ends = synced(List)
    log_low = synced(Float)
    log_high = synced(Float)
    lens = synced(Dict)
    slope = synced(Float)
    height = synced(Float, HEIGHT)
    nu = synced(Int)
    spot = synced(Float)
    log10_netd = synced(Float)
    coldest = synced(Float)
    warmest = synced(Float)

    def __init__(
        self,
        x: Tensor,
        unit_noise: Tensor,
        *,
        nu: int,
        spot: float,
        log10_netd: float,
        coldest: float,
        warmest: float,
        task: str = TASK,
    ):
        T = torch.linspace(*TABLE, ENTRIES, dtype=torch.float64)
        log_radiance = band_radiance(T).log()
        ends = log_radiance[[0, -1]].tolist()
        even = torch.linspace(*ends, ENTRIES, dtype=torch.float64).exp()
        super().__init__(
            task=task,
            label="A striped scene, what a thermal camera sees of it, and a restoration",
            size=len(x),
            scene=in_steps(x),
            noise=in_steps(unit_noise),
            kelvin=as_bytes(brightness_temperature(even)),
            log_radiance=as_bytes(log_radiance),
            table_ends=list(TABLE),
            log_low=ends[0],
            log_high=ends[1],
            lens=LENS,
            slope=Camera((2, 2), netd=1.0).sigma,
            nu=nu,
            spot=spot,
            log10_netd=log10_netd,
            coldest=coldest,
            warmest=warmest,
        )

    def camera(self) -> Camera:
        """The camera at the present setting."""
        netd = 10**self.log10_netd
        return Camera((self.size, self.size), blur_spot=self.spot * 1e-6, netd=netd)

    def temperatures(self) -> Tensor:
        """The scene at the present setting. Shape: (n, n)."""
        x = self.numbers("scene").view(self.size, self.size)
        T = self.coldest + (self.warmest - self.coldest) * x
        angle = 2 * math.pi * self.nu * torch.arange(self.size).to(x) / self.size
        return T + self.height * angle.cos() if self.nu else T

    def frame(self) -> Tensor:
        """The radiances that the detector reports, not rounded. Shape: (n / 2, n / 2)."""
        eye = self.camera()
        noise = self.numbers("noise").view(eye.H.out_shape)
        return eye.H.to(noise.dtype)(band_radiance(self.temperatures())) + eye.sigma * noise

    def twin(self) -> Figure:
        g = self.frame()
        L = restored(self.camera(), g).clamp(min=band_radiance(torch.tensor(TABLE))[0])
        shown = {
            "scene": self.temperatures(),
            "frame": brightness_temperature(g),
            "restoration": brightness_temperature(L),
        }
        return plots.images(shown, kind="temperature")


def power(n: int, g: Tensor, noise: float) -> Tensor:
    """The power of scenes (1 + nu)^-3, as strong as a frame with so much noise shows.

    Shape: (n, n). Unit: ``noise`` is a variance.
    """
    nu = torch.fft.fftfreq(n, 1 / n).to(g)
    decay = (1 + torch.hypot(nu[:, None], nu)) ** -3
    scale = (g.var() - noise).clamp(min=noise)
    return decay * scale / decay.flatten()[1:].mean()


def restored(eye: Camera, g: Tensor) -> Tensor:
    """Wiener's estimate of the radiances of a scene: V Lambda V^T H^T (g - mean) + mean.

    Shapes: g is ``eye.H.out_shape``, the estimate ``eye.H.in_shape``.
    """
    H = eye.H.to(g.dtype)
    p = power(H.in_shape[0], g, eye.sigma**2)
    point = torch.zeros_like(g)
    point[0, 0] = 1
    seen = H(torch.fft.ifft2(p * torch.fft.fft2(H.T(point))).real)
    a = torch.fft.fft2(seen).real.repeat(2, 2)
    F = torch.fft.fft2(H.T(g - g.mean()))
    return torch.fft.ifft2(p / (a + eye.sigma**2) * F).real + g.mean()
