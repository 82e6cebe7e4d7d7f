"""Hounsfield units from a CT slice, for ``images.load(path, unit="hounsfield")``.

A DICOM file says how its numbers become Hounsfield units. Where it does not, or where it
holds anything else than one slice, it is refused in one sentence.

Source: DICOM PS3.3, C.7.5.1.1.2 (padding), C.7.6.3 (pixels), C.8.2.1 (CT), C.11.1 (scale).
"""

import warnings
from math import isfinite

import numpy as np

from ..checks import Refusal, refuse_too_large, refused_in_words

AIR = -1000  # Hounsfield units
DEFLATED = "1.2.840.10008.1.2.1.99"
GREY = ("MONOCHROME1", "MONOCHROME2")  # how a screen shows it; its numbers mean the same
ADVICE = "it may be cut off or damaged; export the slice again"


def read(path, largest: int) -> np.ndarray:
    """The Hounsfield units of a CT slice: air is -1000 and water 0.

    What the scanner did not measure and filled, the padding around the slice, is air.

    Shapes: (height, width), at most ``largest`` pixels.
    Raises: ValueError that says what to do.
    """
    import pydicom
    from pydicom.errors import InvalidDicomError

    with refused_in_words(path, "a CT slice", ADVICE), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pydicom's, on forms that it reads all the same
        try:
            meta = pydicom.filereader.read_file_meta_info(path)
        except InvalidDicomError:
            other = "a picture is loaded without a unit"
            raise Refusal(
                f"is no DICOM file, and only these are CT slices; {other}"
            ) from None
        _refuse_packing(meta.get("TransferSyntaxUID"))
        about = pydicom.dcmread(path, stop_before_pixels=True)
        _refuse_other_contents(about)
        refuse_too_large(path, about.Rows * about.Columns, largest)
        slope = float(about.RescaleSlope)
        intercept = float(about.RescaleIntercept)
        if not (slope and isfinite(slope) and isfinite(intercept)):
            raise Refusal(f"has the rescale slope {slope:g}: export the slice again")
        numbers = _numbers(pydicom.dcmread(path))
        units = numbers * slope + intercept
        units[_is_padding(about, numbers)] = AIR
        return units


def _refuse_packing(syntax) -> None:
    """Refuse pixels that the installed packages cannot unpack, or not within limits."""
    from pydicom.pixels import get_decoder

    if syntax is None or not (syntax.is_compressed or syntax.is_deflated):
        return
    if syntax == DEFLATED or not get_decoder(syntax).is_available:
        found = f"has pixels packed as {syntax.name}"
        raise Refusal(f"{found}: save it uncompressed (Explicit VR Little Endian)")


def _refuse_other_contents(about) -> None:
    """Refuse what is not one grey slice of a CT with its scale."""
    modality = about.get("Modality") or "of no modality"
    if modality != "CT":
        raise Refusal(f"is no CT slice ({modality}): other images have no Hounsfield units")
    if int(about.get("NumberOfFrames") or 1) != 1:
        raise Refusal(f"holds {about.NumberOfFrames} slices: save one of them")
    if "Rows" not in about or "Columns" not in about:
        raise Refusal("holds no picture: give a file with a slice")
    colours = about.get("PhotometricInterpretation")
    if about.get("SamplesPerPixel") != 1 or colours not in GREY:
        raise Refusal(f"is a picture of a CT in colours ({colours}): export the slice")
    if "LOCALIZER" in (about.get("ImageType") or ()):
        raise Refusal("is a localiser, a projection: give a slice")
    kind = about.get("RescaleType") or "HU"
    if "RescaleSlope" not in about or "ModalityLUTSequence" in about or kind != "HU":
        raise Refusal(
            "does not say how its numbers become Hounsfield units: export it again"
        )


def _numbers(slice_) -> np.ndarray:
    """The numbers of the pixels as they are stored."""
    numbers = slice_.pixel_array
    if numbers.shape != (slice_.Rows, slice_.Columns) or numbers.dtype.kind not in "iu":
        raise ValueError(f"pixels of the shape {numbers.shape} and type {numbers.dtype}")
    spare = 8 * numbers.dtype.itemsize - slice_.BitsStored
    beyond = not 0 <= spare < 16 or ((numbers << spare >> spare) != numbers).any()
    if beyond or slice_.HighBit != slice_.BitsStored - 1:
        bits = f"{slice_.BitsStored} bits"
        raise Refusal(f"has numbers beyond the {bits} that it announces: export it again")
    return numbers


def _is_padding(about, numbers: np.ndarray) -> np.ndarray:
    """Where the scanner filled the picture. Its marks may lack the sign of the numbers."""
    if about.get("PixelPaddingValue") is None:
        return np.zeros(numbers.shape, bool)
    first = about.PixelPaddingValue
    last = about.get("PixelPaddingRangeLimit", first)
    marks = np.array([first, last], np.int64).astype(numbers.dtype)
    return (numbers >= marks.min()) & (numbers <= marks.max())
