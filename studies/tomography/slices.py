"""Sections through five bodies: three from CT scanners, two from magnetic resonance.

All are the test files of pydicom and pydicom-data. A CT slice is divided by two, so that
water is 1/2 and dense bone 1. A section from magnetic resonance is no attenuation, but it
is shaped as bodies are; its brightest thousandth is 1. All are clipped to [0, 1], and black
outside the disc that every view sees whole.
"""

from functools import cache
from importlib.resources import files

import numpy as np
import torch
from torch import Tensor

from course_utils import images

NAMES = ("head", "skull", "abdomen", "liver", "shoulder")
OTHERS = {
    "skull": ("pydicom", "data/test_files/J2K_pixelrep_mismatch.dcm"),
    "liver": ("data_store", "data/MR-SIEMENS-DICOM-WithOverlays.dcm"),
    "shoulder": ("data_store", "data/MR2_UNCR.dcm"),
}


@cache
def slices(size: int) -> Tensor:
    """The sections, in the order of their names. Shape: (5, size, size)."""
    x = (2 * torch.arange(size) + 1) / size - 1
    disc = x**2 + x[:, None] ** 2 <= 1
    album = images.ct_slices(size)
    found = {name: album[name] / 2 for name in album}
    found |= {name: section(name, size) for name in OTHERS}
    return torch.stack([found[name].clamp(0, 1) * disc for name in NAMES])


def section(name: str, size: int) -> Tensor:
    """One that the package's album does not hold. Shape: (size, size)."""
    from pydicom import dcmread
    from skimage.transform import resize

    package, file = OTHERS[name]
    slice_ = dcmread(files(package).joinpath(file))
    numbers = slice_.pixel_array.astype(np.float64)
    if slice_.Modality == "CT":  # its numbers are Hounsfield units, its padding is -2000
        numbers = (1 + numbers.clip(-1000) / 1000) / 2
    else:
        numbers /= np.quantile(numbers, 0.999)
    small = resize(numbers, (size, size), anti_aliasing=size < len(numbers))
    return torch.from_numpy(small).to(torch.get_default_dtype())
