"""Grey values from a picture of the reader's own, for ``images.load(path)``.

A PNG, a JPEG or a TIFF is read whole or not at all. What cannot be read is refused in one
sentence that says what to export.
"""

import warnings
from math import inf

import numpy as np
import torch
from numpy.lib.format import MAGIC_PREFIX as NUMPY_MAGIC
from torch import Tensor

from ..checks import TIFF_MAGIC, refuse_too_large

LUMINANCE = (0.2125, 0.7154, 0.0721)  # of red, green and blue, as in ITU-R BT.709


def read(path, largest: int) -> Tensor:
    """The grey values in a file, of which 0 is black and 1 is white.

    Shapes: (height, width), at most ``largest`` pixels.
    Raises: ValueError that says what to do.
    """
    return _grey(_decode(path, largest), path)


def _decode(path, largest: int) -> np.ndarray:
    """The pixels of a file as an array of numbers, whole or not at all."""
    from tifffile import TiffFileError

    with path.open("rb") as file:
        head = file.read(6)
    if head == NUMPY_MAGIC:
        advice = 'name the unit of its numbers, unit="kelvin"'
        raise ValueError(f"{path.name} is an array: {advice}")
    decode = _tiff if head.startswith(TIFF_MAGIC) else _png_or_jpeg
    try:
        return decode(path, largest)
    except (OSError, SyntaxError, KeyError, IndexError, TiffFileError) as error:
        raise ValueError(
            f"{path.name} cannot be read as a PNG, JPEG or TIFF picture ({error}): it may "
            "be cut off or of another kind; open it in a picture program and export a PNG"
        ) from None


def _tiff(path, largest: int) -> np.ndarray:
    """The one picture in a TIFF."""
    from tifffile import TiffFile, TiffFileError

    with TiffFile(path) as file:
        count = len(file.pages)
        if count > 1:
            raise ValueError(f"{path.name} holds {count} pictures: save one of them")
        page = file.pages[0]
        refuse_too_large(path, page.imagewidth * page.imagelength, largest)
        try:
            return file.asarray()
        except ValueError as error:  # cut off, or packed as only another package reads
            raise TiffFileError(error) from None


def _png_or_jpeg(path, largest: int) -> np.ndarray:
    """The picture in a PNG or a JPEG, the way up that the camera was held."""
    from PIL import Image, ImageOps

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # we refuse sooner
        try:
            image = Image.open(path)
        except Image.DecompressionBombError:
            refuse_too_large(path, inf, largest)
    with image:
        if image.format not in ("PNG", "JPEG", "MPO"):
            raise ValueError(f"{path.name} is a {image.format} file: export it as PNG")
        refuse_too_large(path, image.width * image.height, largest)
        if image.mode == "P" or "transparency" in image.info:
            image = image.convert("RGBA")
        if image.mode == "CMYK":
            advice = "export it as RGB or grey"
            raise ValueError(f"{path.name} has printing colours (CMYK): {advice}")
        return np.asarray(ImageOps.exif_transpose(image))


def _grey(pixels: np.ndarray, path) -> Tensor:
    """Numbers of any type and 1 to 4 channels as one grey channel of floats."""
    if pixels.ndim not in (2, 3) or (pixels.ndim == 3 and pixels.shape[-1] > 4):
        found = f"has the shape {pixels.shape}"
        raise ValueError(f"{path.name} {found}: expected a grey or RGB picture")
    if np.iscomplexobj(pixels):
        raise ValueError(f"{path.name} has complex pixels: save their modulus")
    white = np.iinfo(pixels.dtype).max if pixels.dtype.kind in "ui" else 1
    x = torch.from_numpy(pixels.astype(np.float64) / white).to(torch.get_default_dtype())
    if x.ndim == 2:
        return x
    if x.shape[-1] in (2, 4):  # the last channel is the opacity
        x = x[..., :-1] * x[..., -1:] + 1 - x[..., -1:]
    return x @ torch.tensor(LUMINANCE) if x.shape[-1] == 3 else x[..., 0]
