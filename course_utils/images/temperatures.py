"""Temperatures from a file of the reader's own, for ``images.load(path, unit=...)``.

Three kinds of file hold temperatures: a radiometric TIFF, an array that ``numpy.save``
wrote, and the radiometric JPEG of a FLIR camera. A plain PNG or JPEG holds colours that
stand for temperatures, and no program can tell which. What cannot be read is refused in one
sentence that says what to export.
"""

from pathlib import Path

import numpy as np
import torch
from numpy.lib.format import MAGIC_PREFIX as NUMPY_MAGIC
from torch import Tensor

from ..checks import (
    TIFF_MAGIC,
    Refusal,
    one_line,
    refuse_long_file,
    refuse_too_large,
    refused_in_words,
)
from . import flir, tiff

BYTES = 100_000_000  # in a file
COLDEST = 150  # kelvin: no infrared camera measures below,
HOTTEST = 3500  # nor above
UNITS = {  # scale, offset
    "kelvin": (1, 0),
    "celsius": (1, 273.15),
    "centikelvin": (0.01, 0),
    "decikelvin": (0.1, 0),
}
EXPORT = (
    "export a radiometric TIFF or JPEG from the camera's program, or numpy.save the kelvin"
)
OTHER_KINDS = {  # by their first bytes, after so many others
    (128, b"DICM"): 'is a slice of a scanner (DICOM): load it with unit="hounsfield"',
    (0, b"PK"): "is an archive (.npz): numpy.save one array of kelvin",
}


def read(path: Path, unit: str, largest: int) -> Tensor:
    """The temperatures in a file in kelvin: each pixel between 150 and 3500, or NaN.

    ``unit`` is that of the numbers in a TIFF or an array: "kelvin", "celsius", or the
    hundredths and tenths of a kelvin that cameras write with 16 bits, "centikelvin" and
    "decikelvin". A FLIR JPEG has its own calibration, with the emissivity that the
    photographer set: "kelvin".

    Shapes: (height, width), at most ``largest`` pixels.
    Raises: ValueError that says what to do.
    """
    refuse_long_file(path, BYTES, "cut out one frame first")
    with path.open("rb") as file:
        head = file.read(132)
    advice = f"name its unit, one of {', '.join(UNITS)}"
    if head.startswith(b"\xff\xd8"):  # a JPEG
        advice = f"its calibration is damaged; {EXPORT}"
        kelvin = _flir_jpeg(path, unit, largest)
    elif head.startswith(TIFF_MAGIC):
        kelvin = _in_kelvin(_tiff(path, largest), unit, path)
    elif head.startswith(NUMPY_MAGIC):
        kelvin = _in_kelvin(_array(path, largest), unit, path)
    else:
        raise Refusal(f"{path.name} {_other_kind(head)}")
    _refuse_implausible(kelvin, path, advice)
    return torch.from_numpy(kelvin).to(torch.get_default_dtype())


def _other_kind(head: bytes) -> str:
    """What a file is that holds no temperatures, and what to do."""
    for (place, mark), text in OTHER_KINDS.items():
        if head[place:].startswith(mark):
            return text
    return f"is no file with temperatures in it: {EXPORT}"


def _array(path: Path, largest: int) -> np.ndarray:
    """What ``numpy.save`` wrote, mapped first: nothing in it is believed or run."""
    try:
        with np.errstate(over="raise"):  # of a shape that no array can have
            numbers = np.load(path, mmap_mode="r", allow_pickle=False)
    except Exception:  # whatever a damaged or hostile header leads to
        found = "is cut off or no array of plain numbers"
        raise Refusal(f"{path.name} {found}: {EXPORT}") from None
    refuse_too_large(path, numbers.size, largest)
    return np.array(numbers)


def _tiff(path: Path, largest: int) -> np.ndarray:
    """The numbers of the one picture in a TIFF, upright, each with a measurement."""
    try:
        picture = tiff.read_tiff(path, largest)
    except Refusal as refusal:
        cause, _, advice = str(refusal).rpartition(": ")
        advice = EXPORT if "PNG" in advice else advice  # which has no temperatures
        raise Refusal(f"{cause}: {advice}") from None
    if picture.missing is not None and (missing := int(picture.missing.sum())):
        found = f"has {missing} pixels without data, by its nodata value"
        raise Refusal(f"{path.name} {found}: fill them or crop it")
    if picture.palette is not None or picture.numbers.shape[-1] > 1:
        raise Refusal(f"{path.name} is a picture in colours, no temperatures: {EXPORT}")
    return picture.numbers[..., 0]


def _flir_jpeg(path: Path, unit: str, largest: int) -> np.ndarray:
    """The temperatures in the JPEG of a FLIR camera."""
    with refused_in_words(path, "the JPEG of a FLIR camera", EXPORT):
        try:
            kelvin = flir.read(path, largest)
        except flir.NoTemperatures as reason:
            raise Refusal(f"{reason}: {EXPORT}") from None
    if unit != "kelvin":
        advice = 'load it with unit="kelvin"'
        raise Refusal(f"{path.name} has its own calibration: {advice}")
    return kelvin


def _in_kelvin(numbers: np.ndarray, unit: str, path: Path) -> np.ndarray:
    """Numbers of a TIFF or an array as kelvin, where their type can have that unit."""
    if numbers.ndim != 2:
        shape = " x ".join(map(str, numbers.shape))
        found = f"has {shape} numbers, not height x width kelvin"
        raise Refusal(f"{path.name} {found}: {EXPORT}")
    if numbers.dtype.kind not in "fiu" or numbers.dtype.itemsize == 1:
        found = f"holds numbers of the type {one_line(numbers.dtype)}"
        raise Refusal(f"{path.name} {found}, a picture and no temperatures: {EXPORT}")
    if numbers.size and numbers.dtype.kind in "iu" and unit in ("kelvin", "celsius"):
        found = f"holds whole numbers from {numbers.min()} to {numbers.max()}"
        raise Refusal(
            f"{path.name} {found}: if they are hundredths of a kelvin, load it with "
            'unit="centikelvin"; else save kelvin as floats'
        )
    scale, offset = UNITS[unit]
    with np.errstate(all="ignore"):  # what is no number stays none
        return scale * numbers.astype(np.float64) + offset


def _refuse_implausible(kelvin: np.ndarray, path: Path, advice: str) -> None:
    """Refuse temperatures that no camera can have measured; NaN may be among them."""
    known = kelvin[np.isfinite(kelvin)]
    possible = (known >= COLDEST) & (known <= HOTTEST)
    if possible.all():
        return
    limits = f"no camera measures ({COLDEST} to {HOTTEST} K)"
    if possible.any() and np.ptp(known[~possible]) == 0:
        found = f"has {known[~possible][0]:.6g} K in {np.sum(~possible)} of its pixels"
        cause = f"which {limits}: a mark for missing data or dead pixels"
        raise Refusal(f"{path.name} {found}, {cause}; mend or crop it")
    found = f"would run from {known.min():.4g} to {known.max():.4g} K"
    raise Refusal(f"{path.name} {found}, which {limits}: {advice}")
