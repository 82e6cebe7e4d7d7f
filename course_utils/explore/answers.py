"""Three answers to a picture seen through blur and noise: inverse, filter, small network.

The blur is periodic, with the Gaussian psf of ``signals.gaussian_psf`` without its cut. Its
transfer function is a product over rows and columns of

    h(nu) ~ sum over whole m of exp(-2 pi^2 width^2 (nu + m)^2),    nu in periods per pixel,

in which nothing cancels, so that its smallest values are right: the inverse divides by
them. The best linear filter under white noise and a mean spectrum S is Wiener's,

    W(nu) = h S / (h^2 S + weight sigma^2).

Under four weights it gives four pictures, from sharp and noisy to smooth. The network looks
at the details between them, in blocks of four pixels, and adds to the second picture what
it has learned.

Widths and sigmas are numbers, or tensors with one for each picture of a batch.

Shapes: pictures are (..., n, n), S is (rings,). Units: widths are in pixels.
"""

import base64
import math
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import pixel_shuffle, pixel_unshuffle
from torch.nn.utils import skip_init

STRENGTHS = (0.1, 1.0, 10.0, 100.0)  # of the four filters, times the weight
CHANNELS = (4 * (len(STRENGTHS) - 1) + 2, 12, 12, 12, 4)  # before and after each layer
ALIASES = 3  # the m on either side of 0: a further one adds less than round-off
WHOLE = 32767  # the largest number that a weight becomes on its way to the page


def rings(n: int) -> Tensor:
    """The ring of each frequency: |nu| in periods per picture, rounded. Shape: (n, n)."""
    nu = n * torch.fft.fftfreq(n, dtype=torch.float64)
    return ((nu[:, None] ** 2 + nu**2).sqrt() + 0.5).floor().long()


def transfer(width, n: int) -> Tensor:
    """h, what the blur leaves of each frequency, 1 of the mean. Shape: (..., n, n)."""
    nu = torch.fft.fftfreq(n, dtype=torch.float64)
    around = nu + torch.arange(-ALIASES, ALIASES + 1)[:, None]
    line = (-2 * math.pi**2 * _each(width) ** 2 * around**2).exp().sum(-2)
    line = line / line[..., :1]
    return line[..., :, None] * line[..., None, :]


def filtered(factors: Tensor, g: Tensor) -> Tensor:
    """F^-1 [ factors F g ], for real factors that are the same at nu and -nu."""
    n = g.shape[-1]
    half = factors[..., : n // 2 + 1].to(g.dtype)
    return torch.fft.irfft2(half * torch.fft.rfft2(g), (n, n))


def blurred(f: Tensor, width) -> Tensor:
    """H f = F^-1 [ h F f ]"""
    return filtered(transfer(width, f.shape[-1]), f)


def naive(g: Tensor, width) -> Tensor:
    """H^-1 g = F^-1 [ F g / h ], in double precision."""
    return filtered(1 / transfer(width, g.shape[-1]), g.double())


def mean_spectrum(pictures: Tensor) -> Tensor:
    """S: the mean of |F f|^2 / n^2 over pictures and over each ring."""
    n = pictures.shape[-1]
    power = torch.fft.fft2(pictures.double()).abs().square().mean(0) / n**2
    ring = rings(n).flatten()
    return ring.bincount(power.flatten()) / ring.bincount()


def wiener(g: Tensor, width, sigma, S: Tensor, weight: float = 1.0) -> Tensor:
    """F^-1 [ h S / (h^2 S + weight sigma^2) F g ]"""
    n = g.shape[-1]
    h = transfer(width, n)
    S = S.double()[rings(n)]
    return filtered(h * S / (h**2 * S + weight * _each(sigma) ** 2), g)


def expected_error(width, sigma, S: Tensor, n: int) -> Tensor:
    """The rms error of Wiener's filter for pictures whose spectrum is S."""
    noise = _each(sigma) ** 2
    S = S.double()[rings(n)]
    left = S * noise / (transfer(width, n) ** 2 * S + noise)
    return left.mean((-2, -1), keepdim=True).sqrt()


class DetailNet(nn.Module):
    """f = v + s CNN(details / s, width, log10 sigma), where v is Wiener's estimate.

    The details are the differences of the four filters, and s is ``expected_error``, so
    that the network meets numbers of one size at every noise. It starts as f = v. A block
    of 2 x 2 pixels is one pixel of four channels, which costs a quarter.

    Shapes: g is (count, n, n), with n even; ``weight`` is Wiener's.
    Source: Zhang, Zuo & Zhang, *FFDNet*, IEEE Trans. Image Process. 27 (2018) 4608.
    """

    def __init__(self, S: Tensor, weight: float, seed: int = 0):
        super().__init__()
        self.register_buffer("S", S)
        self.weight = weight
        draw = torch.Generator().manual_seed(seed)
        self.layers = nn.ModuleList(_convolution(n, m, draw) for n, m in pairwise(CHANNELS))
        nn.init.zeros_(self.layers[-1].weight)

    def forward(self, g: Tensor, width, sigma) -> Tensor:
        """The network's answer to data g of a known blur and noise."""
        filters = [
            wiener(g, width, sigma, self.S, strength * self.weight)
            for strength in STRENGTHS
        ]
        s = expected_error(width, sigma, self.S, g.shape[-1]).to(g.dtype)
        details = [(a - b) / s for a, b in pairwise(filters)]
        x = pixel_unshuffle(torch.stack(details, -3), 2)
        told = (_each(width) - 1.5, _each(sigma).log10() + 2)
        x = torch.cat([x, *(_plane(t, x) for t in told)], -3)
        for layer in self.layers[:-1]:
            x = layer(x).relu()
        return filters[1] + s * pixel_shuffle(self.layers[-1](x), 2)[..., 0, :, :]


def packed(network: DetailNet) -> dict:
    """The weights as text: whole numbers of 16 bits in base64, and a scale for each layer.

    The biases follow as 32-bit floats. The page and the study's numbers use what
    ``unpacked`` makes of it.
    """
    weights = [layer.weight.detach().double() for layer in network.layers]
    scales = [w.abs().max().item() / WHOLE for w in weights]
    whole = [(w / s).round().flatten() for w, s in zip(weights, scales, strict=True)]
    biases = torch.cat([layer.bias.detach() for layer in network.layers])
    return {
        "whole": _text(torch.cat(whole), "<i2"),
        "scales": scales,
        "biases": _text(biases, "<f4"),
    }


def unpacked(text: dict, S: Tensor, weight: float) -> DetailNet:
    """The network of ``packed``, in double precision."""
    network = DetailNet(S, weight).double()
    layers = network.layers
    whole = _numbers(text["whole"], "<i2").split([x.weight.numel() for x in layers])
    biases = _numbers(text["biases"], "<f4").split([len(x.bias) for x in layers])
    for i, layer in enumerate(layers):
        layer.weight.data = text["scales"][i] * whole[i].view_as(layer.weight)
        layer.bias.data = biases[i]
    return network.requires_grad_(False)


def _text(x: Tensor, kind: str) -> str:
    return base64.b64encode(x.cpu().numpy().astype(kind).tobytes()).decode()


def _numbers(text: str, kind: str) -> Tensor:
    return torch.from_numpy(np.frombuffer(base64.b64decode(text), kind).astype("f8"))


def _convolution(n: int, m: int, draw: torch.Generator) -> nn.Conv2d:
    """Three pixels wide, from n channels to m, zeros beyond the edge."""
    layer = skip_init(nn.Conv2d, n, m, kernel_size=3, padding=1)
    nn.init.kaiming_normal_(layer.weight, nonlinearity="relu", generator=draw)
    nn.init.zeros_(layer.bias)
    return layer


def _plane(number: Tensor, like: Tensor) -> Tensor:
    """One more channel for a batch of pictures, which holds one number for each."""
    one = like[:, :1]
    return number.to(like.dtype).expand_as(one[:, 0])[:, None]


def _each(x) -> Tensor:
    """A number, or one for each picture of a batch, ready to be broadcast over it."""
    return torch.as_tensor(x, dtype=torch.float64)[..., None, None]
