"""What stands at the start of a method: the four layers, or the frame enlarged."""

import torch
from torch import Tensor

from course_utils.linear import LinearOperator
from course_utils.networks import SpectralNet
from course_utils.operators import Downsample, Hartley

from .frames import HIGH, LOW, SIZE, camera


def upsampling() -> LinearOperator:
    """Each pixel of the frame becomes four of the scene."""
    return 4 * Downsample((SIZE, SIZE), 2).T


def wiener_factors(H: LinearOperator, theta: float) -> Tensor:
    """Lambda = p / (H C H^T + sigma^2), with p = theta / (1 + nu)^3 the power of scenes."""
    nu = torch.cartesian_prod(*[torch.fft.fftfreq(SIZE, 1 / SIZE)] * 2).norm(dim=1)
    p = theta * (1 + nu.view(SIZE, SIZE)) ** -3
    delta = torch.zeros(H.out_shape)
    delta[0, 0] = 1
    seen = H(torch.fft.ifft2(p * torch.fft.fft2(H.T(delta))).real)
    variance = torch.fft.fft2(seen).real.repeat(2, 2)
    return p / (variance + (camera().sigma / (HIGH - LOW)) ** 2)


def wiener_net(theta: float) -> SpectralNet:
    """The four layers with Wiener's factors, and nothing to learn."""
    H = camera().H
    net = SpectralNet(H, basis=Hartley(H.in_shape))
    net[2].Lambda.data = by_group(net[2].group, wiener_factors(H, theta)[None], mean=True)
    return net.requires_grad_(False)


def fitted_net(g: Tensor, f: Tensor) -> SpectralNet:
    """The four layers, with the Lambda of least squares, entry by entry."""
    H = camera().H
    V = Hartley(H.in_shape)
    net = SpectralNet(H, basis=V)
    group = net[2].group
    a = V.T(f)
    b = V.T(H.T(g))
    net[2].Lambda.data = by_group(group, a * b) / by_group(group, b * b)
    return net


def by_group(group: Tensor, x: Tensor, mean: bool = False) -> Tensor:
    """The sum or mean of x over the scenes and over the coefficients of each group."""
    size = int(group.max()) + 1
    total = torch.zeros(size).index_add(0, group.flatten(), x.sum(0).flatten())
    return total / group.flatten().bincount() if mean else total
