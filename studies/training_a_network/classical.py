"""Denoisers with one number to tune, which is tuned on the validation pairs.

    Wiener            p / (p + mu sigma^2) on the Fourier coefficients of the mirrored f
    TV                argmin_f 1/2 ||f - g||^2 + lam TV(f)
    non-local means   the mean of pixels with like surroundings (photographs alone)

p is the mean power of the validation pairs, in photographs over a ring of frequencies.
"""

from collections.abc import Callable

import numpy as np
import torch
from skimage.restoration import denoise_nl_means
from torch import Tensor

from course_utils.metrics import psnr
from course_utils.priors import TotalVariation

from . import problems

STEP = 2**0.5  # from one number of a ladder to the next
BEGIN = {"Wiener": 1.0, "TV": 1.0, "non-local means": 0.7}
METHODS = {
    "signals": ("Wiener", "TV"),
    "photographs": ("Wiener", "TV", "non-local means"),
}

Denoiser = Callable[[Tensor, float], Tensor]


def mirrored(f: Tensor, dims: int) -> Tensor:
    """f and its mirror images: twice as long, or high and wide, and its ends meet."""
    for axis in range(-dims, 0):
        f = torch.cat([f, f.flip(axis)], axis)
    return f


def power(f: Tensor, dims: int) -> Tensor:
    """The mean power of mirrored f at each frequency; of photographs over a ring."""
    axes = tuple(range(-dims, 0))
    F = torch.fft.fftn(mirrored(f, dims), dim=axes, norm="ortho")
    p = F.abs().square().mean(0)
    if dims == 1:
        return p
    k = torch.fft.fftfreq(p.shape[-1]) * p.shape[-1]
    length = (k.square() + k[:, None].square()).sqrt().round().long().flatten()
    sums = torch.zeros(int(length.max()) + 1).index_add(0, length, p.flatten())
    return (sums / length.bincount())[length].view_as(p)


def wiener(g: Tensor, p: Tensor, variance: float) -> Tensor:
    """The filter p / (p + variance)."""
    axes = tuple(range(-p.ndim, 0))
    size = g.shape[-p.ndim :]
    G = torch.fft.fftn(mirrored(g, p.ndim), dim=axes)
    f = torch.fft.ifftn(p / (p + variance) * G, dim=axes).real
    return f[(..., *(slice(n) for n in size))]


def total_variation(g: Tensor, lam: float, dims: int) -> Tensor:
    """The prox of total variation, for each of a batch by itself."""
    prior = TotalVariation(dims=dims, tol=1e-3, iterations=300)
    return torch.cat([prior.prox(part, lam) for part in g.split(128 if dims == 1 else 1)])


def non_local(g: Tensor, strength: float, sigma: float) -> Tensor:
    """Patches of 5 x 5 pixels, compared up to 6 pixels away."""
    sizes = {"patch_size": 5, "patch_distance": 6, "sigma": sigma, "fast_mode": True}
    found = [denoise_nl_means(x.numpy(), h=strength * sigma, **sizes) for x in g]
    return torch.from_numpy(np.stack(found)).to(g)


def denoiser(kind: str, method: str, sigma: float, f: Tensor) -> Denoiser:
    """A method that is left with one number, 1 or so; ``f`` are signals for its power."""
    dims = problems.DIMS[kind]
    if method == "Wiener":
        p = power(f, dims)
        return lambda g, x: wiener(g, p, x * sigma**2)
    if method == "TV":
        return lambda g, x: total_variation(g, x * sigma, dims)
    return lambda g, x: non_local(g, x, sigma)


def ladder(loss: Callable[[float], float], begin: float, step: float) -> dict[float, float]:
    """Losses of numbers in a row, as many as are needed for the least to lie inside."""
    found = {k: loss(begin * step**k) for k in (-1, 0, 1)}
    while (best := min(found, key=found.get)) in (min(found), max(found)):
        further = best + (1 if best == max(found) else -1)
        found[further] = loss(begin * step**further)
    return {begin * step**k: found[k] for k in sorted(found)}


def tuned(kind: str, method: str, sigma: float, seed: int) -> tuple[Denoiser, dict]:
    """The denoiser g -> f with its best number, and the ladder that it was chosen from."""
    g, f = problems.checked(kind, sigma, seed)
    estimate = denoiser(kind, method, sigma, f)
    tried = ladder(lambda x: -score(estimate(g, x), f), BEGIN[method], STEP)
    best = min(tried, key=tried.get)
    return lambda g: estimate(g, best), tried


def score(f_hat: Tensor, f: Tensor) -> float:
    """The mean PSNR over photographs; that of the mean square over signals. Units: dB."""
    if f.ndim == 2:
        return psnr(f_hat, f)
    return sum(psnr(a, b) for a, b in zip(f_hat, f, strict=True)) / len(f)
