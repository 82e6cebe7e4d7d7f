"""The posterior mean of a signal with jumps, exactly: no denoiser errs less on average.

The prior is that of ``signals.piecewise_constant``: J jumps at independent uniform places,
and between them heights that are uniform in [0, 1]. A signal of n pixels falls into
segments; of k edges between pixels, each set has the same probability, in proportion to

    c_k = sum_i (-1)^i (k over i) (k + 1 - i)^J,

the ways to throw J jumps so that each of the k places gets one and others fall beyond the
ends. A segment of m pixels with the mean g has the likelihood of a Gaussian of variance
sigma^2 / m over [0, 1]. Sums over all segmentations go from left to right and from right to
left, in logarithms (the forward-backward algorithm).
"""

from math import comb, log, pi

import torch
from torch import Tensor

JUMPS = 6


@torch.no_grad()
def posterior_mean(g: Tensor, sigma: float, jumps: int = JUMPS) -> Tensor:
    """E[f | g]. Shapes: g and the result are (count, n)."""
    found = [_of_batch(part.double(), sigma, jumps) for part in g.split(32)]
    return torch.cat(found).to(g.dtype)


def _of_batch(g: Tensor, sigma: float, jumps: int) -> Tensor:
    """One entry [a, b] of the matrices below is the segment of the pixels a to b - 1."""
    fit, height = _segments(g, sigma)
    ahead = _chains(fit, jumps + 1)  # [i]: i segments end before a
    mirrored = _chains(fit.flip(-1, -2).mT, jumps + 1)
    behind = [chain.flip(-1) for chain in mirrored]  # [j]: j segments begin at b
    weight = torch.full_like(fit, -torch.inf)
    for i in range(jumps + 1):
        rest = [behind[j] + log_ways(i + j, jumps) for j in range(jumps + 1 - i)]
        rest = torch.stack(rest).logsumexp(0)
        weight = torch.logaddexp(weight, ahead[i][..., None] + fit + rest[..., None, :])
    evidence = weight[:, :1].flatten(1).logsumexp(1)  # one segment begins at pixel 0
    weight = (weight - evidence[:, None, None]).exp()
    covering = (weight * height).cumsum(-2)  # begins at a or before
    covering = covering.flip(-1).cumsum(-1).flip(-1)  # and ends at b or after
    return covering[:, :-1, 1:].diagonal(dim1=-2, dim2=-1)


def log_ways(k: int, jumps: int) -> float:
    """log c_k."""
    terms = ((-1) ** i * comb(k, i) * (k + 1 - i) ** jumps for i in range(k + 1))
    return log(sum(terms))


def _segments(g: Tensor, sigma: float) -> tuple[Tensor, Tensor]:
    """Log-likelihood and mean height of each segment; no segment is empty.

    Shapes: both (count, n + 1, n + 1).
    """
    n = g.shape[-1]
    sums = torch.nn.functional.pad(g.cumsum(-1), (1, 0))
    m = (torch.arange(n + 1) - torch.arange(n + 1)[:, None]).clamp(min=1).to(g)
    mean = (sums[:, None, :] - sums[:, :, None]) / m
    spread = sigma / m.sqrt()
    inside, pull = _clipped((0 - mean) / spread, (1 - mean) / spread)
    fit = 0.5 * (mean / spread).square() + (2 * pi * spread.square()).log() / 2 + inside
    empty = torch.ones(n + 1, n + 1).tril().bool()
    return fit.masked_fill(empty, -torch.inf), mean + spread * pull


def _clipped(low: Tensor, high: Tensor) -> tuple[Tensor, Tensor]:
    """log P(low < x < high) and E[x | low < x < high] for a standard normal x."""
    flipped = low + high > 0  # the tail on the left has the more digits
    a = torch.where(flipped, -high, low)
    b = torch.where(flipped, -low, high)
    log_b = torch.special.log_ndtr(b)
    inside = log_b + torch.log1p(-(torch.special.log_ndtr(a) - log_b).exp())
    density_a = -0.5 * a.square() - log(2 * pi) / 2
    density_b = -0.5 * b.square() - log(2 * pi) / 2
    pull = (density_a - inside).exp() - (density_b - inside).exp()
    return inside, torch.where(flipped, -pull, pull)


def _chains(fit: Tensor, longest: int) -> list[Tensor]:
    """[k]: the log-sum over all chains of k segments from pixel 0 that end before b."""
    start = torch.full_like(fit[:, 0], -torch.inf)
    start[:, 0] = 0
    chains = [start]
    for _ in range(longest):
        chains.append((chains[-1][..., None] + fit).logsumexp(-2))
    return chains
