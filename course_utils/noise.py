"""The eps in g = H f + eps: what a detector adds.

Every draw takes a generator, is made on the CPU and then moved, so that one seed means one
noise on every machine. The noise is written out on the page: ``g = H(f) + eps``.
"""

from math import inf

import torch
from torch import Tensor


def seeded(seed: int = 0) -> torch.Generator:
    """A generator of one's own, so that a draw can be repeated.

    ``gaussian(f, 0.1, seeded(0))`` gives the same noise each time. Two draws from one
    generator differ.
    """
    return torch.Generator().manual_seed(seed)


def gaussian(like: Tensor, sigma: float, generator: torch.Generator) -> Tensor:
    """White Gaussian noise eps ~ N(0, sigma^2), of the shape, type and device of ``like``.

    Units: sigma is the standard deviation, in the units of ``like``.
    Raises: ValueError for a sigma that is negative or not finite; TypeError for integers.
    """
    if not 0 <= sigma < inf:
        raise ValueError(f"sigma is a standard deviation and cannot be {sigma}")
    if not (like.is_floating_point() or like.is_complex()):
        raise TypeError(f"noise is no integer, as {like.dtype} is: convert with .float()")
    how = {"generator": generator, "dtype": like.dtype, "device": generator.device}
    eps = torch.randn(like.shape, **how)
    return sigma * eps.to(like.device)


def poisson(mean: Tensor, generator: torch.Generator) -> Tensor:
    """Photon counts: independent Poisson draws with the given mean.

    With H f in photons, ``g = poisson(H(f), generator)``: the variance equals the mean, so
    here the noise is not added but drawn.

    Units: counts. Shapes: those of ``mean``.
    Raises: ValueError for a mean that is negative or not finite; TypeError for integers.
    """
    if not ((mean >= 0) & (mean < inf)).all():
        raise ValueError("a mean number of photons must be finite and >= 0 everywhere")
    if not mean.is_floating_point():
        raise TypeError(f"a mean is no {mean.dtype}: convert with .float()")
    return torch.poisson(mean.cpu(), generator=generator).to(mean.device)
