"""Numbers that compare an estimate f_hat with the true f.

Each takes two tensors of one shape and gives one float over all their entries, in double
precision. Two shapes are refused, because broadcasting would compare each f of a batch with
every estimate.

Raises: ValueError for two shapes or devices, for tensors that are empty or not finite;
    TypeError for complex numbers, or what is no tensor.
"""

import math

import torch
from torch import Tensor

from .checks import refuse_empty, require_finite, require_tensor


def relative_error(f_hat: Tensor, f: Tensor) -> float:
    """||f_hat - f|| / ||f||.

    Raises: ValueError for f = 0.
    """
    f_hat, f = _comparable(f_hat, f)
    if not f.any():
        raise ValueError("no error is relative to a truth that is 0: take f_hat.norm()")
    return ((f_hat - f).norm() / f.norm()).item()


def nmse_db(f_hat: Tensor, f: Tensor, each: bool = False) -> float | Tensor:
    """10 log10( ||f_hat - f||^2 / ||f||^2 ), over all entries. Units: dB; lower is better.

    With ``each``, one value for each f along the first dimension. Shape: (count,).
    """
    if not each:
        return _db(relative_error(f_hat, f) ** 2)
    f_hat, f = _comparable(f_hat, f)
    ratio = (f_hat - f).flatten(1).square().sum(1) / f.flatten(1).square().sum(1)
    return 10 * ratio.log10()


def psnr(f_hat: Tensor, f: Tensor, peak: float = 1.0) -> float:
    """10 log10( peak^2 / mean (f_hat - f)^2 ). Units: dB; higher is better."""
    f_hat, f = _comparable(f_hat, f)
    return -_db((f_hat - f).square().mean().item() / peak**2)


def ssim(f_hat: Tensor, f: Tensor, peak: float = 1.0) -> float:
    """Structural similarity, the mean over a batch of images; 1 if equal.

    Shapes: both (..., height, width).
    Source: Wang, Bovik, Sheikh & Simoncelli (2004), with their Gaussian window.
    """
    from skimage.metrics import structural_similarity

    f_hat, f = (x.cpu().numpy().reshape(-1, *x.shape[-2:]) for x in _comparable(f_hat, f))
    window = {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False}
    pairs = zip(f_hat, f, strict=True)
    values = (structural_similarity(a, b, data_range=peak, **window) for a, b in pairs)
    return sum(values) / len(f)


def iou(labels_hat: Tensor, labels: Tensor) -> float:
    """Intersection over union, the mean over the classes that occur in either image."""
    labels_hat, labels = _comparable(labels_hat, labels)
    classes = torch.cat([labels_hat.unique(), labels.unique()]).unique()
    masks = ((labels_hat == c, labels == c) for c in classes)
    return sum(((a & b).sum() / (a | b).sum()).item() for a, b in masks) / len(classes)


def coverage(low: Tensor, high: Tensor, f: Tensor) -> float:
    """The share of pixels in which f lies inside the band [low, high]."""
    low, f = _comparable(low, f)
    high, f = _comparable(high, f)
    return ((low <= f) & (f <= high)).double().mean().item()


def _comparable(f_hat: Tensor, f: Tensor) -> tuple[Tensor, Tensor]:
    """Both in double precision, in which bytes do not wrap around: 3 - 5 = 254."""
    for name, x in (("the estimate", f_hat), ("the truth", f)):
        require_tensor(name, x)
        if x.is_complex():
            advice = "compare .abs(), or all of torch.view_as_real()"
            raise TypeError(f"{name} has real and imaginary parts: {advice}")
    if f_hat.shape != f.shape:
        shapes = f"{tuple(f_hat.shape)} and {tuple(f.shape)}"
        raise ValueError(f"compare tensors of one shape, not {shapes}")
    if f_hat.device != f.device:
        devices = f"one tensor is on {f_hat.device}, the other on {f.device}"
        raise ValueError(f"{devices}: use .to()")
    refuse_empty("a comparison", f)
    require_finite("the estimate", f_hat)
    require_finite("the truth", f)
    return f_hat.detach().double(), f.detach().double()


def _db(ratio: float) -> float:
    return 10 * math.log10(ratio) if ratio > 0 else -math.inf
