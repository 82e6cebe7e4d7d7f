"""How far h is from a linear map, where its unknowns are, in the units of its data."""

from math import prod

import torch
from torch import Tensor

from ..checks import require_finite, require_shape


@torch.no_grad()
def distortion(h, f: Tensor) -> Tensor:
    """What no affine map of f gives of h(f): the mean square left by the best A f + b.

        min over A and b of  mean (h(f) - A f - b)^2,   for each datum

    To a linear method this part of the data is one more noise, added to sigma^2. It is
    known for any h, from draws f of the prior alone. A and b are fitted to the draws; what
    n + 1 fitted numbers take away of the mean is given back, by dividing by count - n - 1.

    Shapes: f is (count, *h.in_shape), the result has the shape of one datum.
    Units: those of g, squared.
    Raises: ValueError for fewer than n + 2 draws of n unknowns.
    Source: Bussgang, Crosscorrelation functions of amplitude-distorted Gaussian signals
        (MIT Research Laboratory of Electronics, report 216, 1952).
    """
    require_finite("f", f)
    require_shape("f", f, h.in_shape)
    n = prod(h.in_shape)
    count = len(f)
    if f.ndim != 1 + len(h.in_shape) or count < n + 2:
        found = f"got {tuple(f.shape)}"
        raise ValueError(f"expected at least {n + 2} draws of f in front, {found}")
    x = torch.cat([f.reshape(count, n), f.new_ones(count, 1)], 1)
    g = h(f).reshape(count, -1)
    Q, _ = torch.linalg.qr(x)
    left = g - Q @ (Q.mT @ g)
    return (left.square().sum(0) / (count - n - 1)).reshape(h.out_shape)
