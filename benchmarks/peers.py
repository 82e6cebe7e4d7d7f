"""The other libraries, imported in one place."""

import warnings
from importlib import metadata

import torch

try:
    import torchvision  # noqa: F401  deepinv imports it
except RuntimeError:
    # Its usual Linux wheel is built for CUDA, and beside a torch that is not it misses the
    # names of two operators, which nothing here calls.
    compiled = torch.library.Library("torchvision", "FRAGMENT")
    for operator in ("nms", "qnms"):
        signature = "(Tensor boxes, Tensor scores, float threshold) -> Tensor"
        compiled.define(operator + signature)

with warnings.catch_warnings(action="ignore"):
    import astra
    import deepinv
    import ptwt
    import pylops
    import pywt
    import skimage.restoration
    import skimage.transform

__all__ = ["astra", "deepinv", "ptwt", "pylops", "pywt", "skimage"]

PACKAGES = {
    "deepinv": "deepinv",
    "scikit-image": "scikit-image",
    "ASTRA": "astra-toolbox",
    "PyLops": "pylops",
    "PyWavelets": "PyWavelets",
    "ptwt": "ptwt",
    "torch": "torch",
    "torchvision": "torchvision",
    "NumPy": "numpy",
    "SciPy": "scipy",
}


def versions() -> dict[str, str]:
    """What was compared with what; one torch serves both sides."""
    return {name: metadata.version(package) for name, package in PACKAGES.items()}
