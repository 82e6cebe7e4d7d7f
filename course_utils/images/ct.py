"""Hounsfield units from a CT slice, for ``images.load(path, unit="hounsfield")``.

A DICOM file says how its numbers become Hounsfield units. Where it does not, or where it
holds anything else than one slice, it is refused in one sentence.

Source: DICOM PS3.3, C.7.5.1.1.2 (padding), C.7.6.3 (pixels), C.8.2.1 (CT), C.11.1 (scale).
"""

import struct
import warnings
from io import BytesIO
from math import isfinite

import numpy as np

from ..checks import Refusal, one_line, refuse_long_file, refuse_too_large, refused_in_words

BYTES = 160_000_000  # in a file
AIR = -1000  # Hounsfield units
GREY = ("MONOCHROME1", "MONOCHROME2")  # how a screen shows it; its numbers mean the same
DEFLATED = b"1.2.840.10008.1.2.1.99"  # how a file names the packing that knows no limit
JPEG_2000_SIZE = b"\xff\x4f\xff\x51"  # the marks before the size
ADVICE = "it may be cut off or damaged; export the slice again"
UNPACKED = "save it uncompressed (Explicit VR Little Endian)"


def read(path, largest: int) -> np.ndarray:
    """The Hounsfield units of a CT slice: air is -1000 and water 0.

    What the scanner did not measure and filled, the padding around the slice, is air.

    Shapes: (height, width), at most ``largest`` pixels.
    Raises: ValueError that says what to do.
    """
    refuse_long_file(path, BYTES, "export one slice")
    from pydicom import dcmread

    with refused_in_words(path, "a CT slice", ADVICE), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pydicom's, on forms that it reads all the same
        data = path.read_bytes()
        about = _description(data)
        _refuse_other_contents(about)
        _refuse_packing(about.file_meta.get("TransferSyntaxUID"))
        refuse_too_large(path, about.Rows * about.Columns, largest)
        slope = float(about.RescaleSlope)
        intercept = float(about.RescaleIntercept)
        if not (slope and isfinite(slope) and isfinite(intercept)):
            raise Refusal(f"has the rescale slope {slope:g}: export the slice again")
        numbers = _numbers(dcmread(BytesIO(data)))
        units = numbers * slope + intercept
        units[_is_padding(about, numbers)] = AIR
        return units


def _description(data: bytes):
    """All that a DICOM file says before its pixels."""
    from pydicom import dcmread
    from pydicom.errors import InvalidDicomError

    if DEFLATED in data:
        raise Refusal(f"is packed as a whole (deflated): {UNPACKED}")
    try:
        return dcmread(BytesIO(data), stop_before_pixels=True)
    except InvalidDicomError:
        other = "a picture is loaded without a unit"
        raise Refusal(f"is no DICOM file, and only these are CT slices; {other}") from None


def _refuse_packing(syntax) -> None:
    """Refuse pixels that the installed packages cannot unpack."""
    from pydicom.pixels import get_decoder

    if syntax and syntax.is_compressed and not get_decoder(syntax).is_available:
        raise Refusal(f"has pixels packed as {one_line(syntax.name)}: {UNPACKED}")


def _refuse_other_contents(about) -> None:
    """Refuse what is not one grey slice of a CT with its scale."""
    modality = one_line(about.get("Modality") or "of no modality")
    if modality != "CT":
        raise Refusal(f"is no CT slice ({modality}): other images have no Hounsfield units")
    if int(about.get("NumberOfFrames") or 1) != 1:
        raise Refusal(f"holds {about.NumberOfFrames} slices: save one of them")
    if "Rows" not in about or "Columns" not in about:
        raise Refusal("holds no picture: give a file with a slice")
    colours = one_line(about.get("PhotometricInterpretation"))
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
    """The numbers of the pixels as they are stored, in no more bits than announced."""
    from pydicom.pixels import pixel_array

    _refuse_other_pixels(slice_)
    numbers = pixel_array(slice_, correct_unused_bits=False)
    if numbers.shape != (slice_.Rows, slice_.Columns) or numbers.dtype.kind not in "iu":
        raise ValueError(f"pixels of the shape {numbers.shape} and type {numbers.dtype}")
    spare = 8 * numbers.dtype.itemsize - slice_.BitsStored
    beyond = not 0 <= spare < 16 or ((numbers << spare >> spare) != numbers).any()
    if beyond or slice_.HighBit != slice_.BitsStored - 1:
        bits = f"{slice_.BitsStored} bits"
        raise Refusal(f"has numbers beyond the {bits} that it announces: export it again")
    return numbers


def _refuse_other_pixels(slice_) -> None:
    """Refuse pixels packed as JPEG 2000 that are more than the slice has, or signed ones
    in a slice that has no signs: programs differ on what these are.
    """
    place = slice_.PixelData.find(JPEG_2000_SIZE)
    if place >= 0 and slice_.file_meta.TransferSyntaxUID.is_compressed:
        width, height = struct.unpack_from(">LL", slice_.PixelData, place + 8)
        if width * height > 2 * slice_.Rows * slice_.Columns:
            raise ValueError("pixels of another size")
        if slice_.PixelData[place + 42] & 0x80 and not slice_.PixelRepresentation:
            raise ValueError("pixels with signs, where it announces none")


def _is_padding(about, numbers: np.ndarray) -> np.ndarray:
    """Where the scanner filled the picture. Its marks may lack the sign of the numbers."""
    if about.get("PixelPaddingValue") is None:
        return np.zeros(numbers.shape, bool)
    first = about.PixelPaddingValue
    last = about.get("PixelPaddingRangeLimit", first)
    marks = np.array([first, last], np.int64).astype(numbers.dtype)
    return (numbers >= marks.min()) & (numbers <= marks.max())
