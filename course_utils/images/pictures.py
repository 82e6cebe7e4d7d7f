"""Grey values from a picture of the reader's own, for ``images.load(path)``.

A PNG, a JPEG or a TIFF is read whole or not at all. What cannot be read is refused in one
sentence that says what to export.
"""

import warnings

import numpy as np
import torch
from numpy.lib.format import MAGIC_PREFIX as NUMPY_MAGIC
from torch import Tensor

from ..checks import (
    TIFF_MAGIC,
    Refusal,
    refuse_long_file,
    refuse_too_large,
    refused_in_words,
)
from . import tiff
from .whole import JPEG_MARK, PNG_MARK, jpeg_pixels, open_whole_jpeg, require_whole_png

LUMINANCE = (0.2125, 0.7154, 0.0721)  # of red, green and blue, as in ITU-R BT.709
ADVICE = (
    "it may be cut off or of another kind; open it in a picture program and export a PNG"
)
OTHERS = {  # how files of other kinds begin
    **{b"GIF8": "a GIF", b"BM": "a BMP", b"RIFF": "a WebP", b"\0\0\0\x0cjP": "a JPEG 2000"},
    **{
        b"%PDF": "a PDF",
        b"8BPS": "a Photoshop",
        b"SIMPLE": "a FITS",
        b"\x89HDF": "an HDF5",
    },
}
DICOM_MARK = b"DICM"
DICOM_MARK_AT = 128
BYTES = 160_000_000  # in a JPEG
ORIENTATION = 0x0112  # in EXIF
PNG_GREY = 0
PNG_RGB = 2
PNG_GREY_AND_OPACITY = 4


def read(path, largest: int) -> Tensor:
    """The grey values in a file, of which 0 is black and 1 is white.

    Shapes: (height, width), at most ``largest`` pixels.
    Raises: ValueError that says what to do.
    """
    with path.open("rb") as file:
        head = file.read(DICOM_MARK_AT + len(DICOM_MARK))
    if head.startswith(NUMPY_MAGIC):
        raise Refusal(f'{path.name} is an array: name its unit, such as unit="kelvin"')
    if head.endswith(DICOM_MARK):
        raise Refusal(f'{path.name} is a DICOM file: load it with unit="hounsfield"')
    if head.startswith(TIFF_MAGIC):
        return _from_tiff(path, largest)
    with refused_in_words(path, "a PNG, JPEG or TIFF picture", ADVICE):
        with warnings.catch_warnings():
            warnings.simplefilter("error", UserWarning)  # of Pillow, on damage
            warnings.simplefilter("ignore", RuntimeWarning)  # on size: we refuse sooner
            if head.startswith(PNG_MARK):
                return _from_png(path, head, largest)
            if head.startswith(JPEG_MARK):
                return _from_jpeg(path, largest)
        other = next((OTHERS[mark] for mark in OTHERS if head.startswith(mark)), None)
        if other or head[4:8] == b"ftyp":
            raise Refusal(f"is {other or 'a HEIC, AVIF or video'} file: export it as PNG")
        raise ValueError("an unknown kind of file")


def _from_tiff(path, largest: int) -> Tensor:
    """The picture in a TIFF, whose numbers may mean several things."""
    picture = tiff.read_tiff(path, largest)
    numbers = picture.numbers
    white = picture.white
    with refused_in_words(path, "a TIFF", ADVICE):
        if picture.meaning is None:
            raise Refusal("does not say whether 0 is black or white: save it again")
        if picture.missing is not None and (missing := int(picture.missing.sum())):
            raise Refusal(f"has {missing} pixels without data: fill them or crop")
        if numbers.dtype.kind == "i" and numbers.min() < 0:
            found = f"has negative numbers, from {numbers.min()}, which are no grey values"
            raise Refusal(f"{found}: save them as floats, which are kept as they are")
        if picture.meaning == tiff.WHITE_IS_ZERO:
            if numbers.dtype.kind == "f":
                raise Refusal("has floats of which 0 is white: save 1 minus them, as black")
            numbers = np.dstack([white - numbers[..., :1], numbers[..., 1:]])
        if picture.meaning == tiff.PALETTE:
            if picture.opacity:
                raise Refusal("has a palette and an opacity: export it as PNG")
            numbers = picture.palette[numbers[..., 0]]
            white = 2**16 - 1
    return _grey(numbers, white, picture.opacity)


def _from_png(path, head: bytes, largest: int) -> Tensor:
    """The picture in a PNG, once its checksums are right."""
    from PIL import Image

    width = int.from_bytes(head[16:20])
    height = int.from_bytes(head[20:24])
    refuse_too_large(path, width * height, largest)
    with path.open("rb") as file:
        chunks = require_whole_png(file)
    if b"acTL" in chunks:
        raise Refusal("holds several pictures: save one of them")
    bits = head[24]
    colour = head[25]
    with Image.open(path, formats=["PNG"]) as image:
        if bits == 16 and colour != PNG_GREY:
            numbers = _of_16_bits(path, image, colour)
        else:
            numbers = _of_8_bits(image, chunks.get(b"PLTE", b""))
        numbers = np.atleast_3d(_upright(numbers, image))
    white = {np.bool_: 1, np.uint8: 255}.get(numbers.dtype.type, 2**16 - 1)
    if b"tRNS" in chunks and colour in (PNG_GREY, PNG_RGB):
        key = np.frombuffer(chunks[b"tRNS"], ">u2") & (2**bits - 1)
        opaque = (numbers != key * (white // (2**bits - 1))).any(-1, keepdims=True)
        numbers = np.dstack([numbers, opaque * numbers.dtype.type(white)])
    return _grey(numbers, white, "unassociated" if numbers.shape[-1] in (2, 4) else None)


def _of_8_bits(image, palette: bytes) -> np.ndarray:
    """The numbers of a PNG as Pillow has them; those of a palette with their opacity."""
    numbers = np.asarray(image)
    if image.mode != "P":
        return numbers
    if numbers.max() >= len(palette) // 3:
        raise ValueError("a colour beyond the palette")
    return np.asarray(image.convert("RGBA"))


def _of_16_bits(path, image, colour: int) -> np.ndarray:
    """All bits of a PNG with 16 of them for each of several samples.

    Pillow keeps the high byte of each. Told that the low byte comes first, it keeps the low
    one; grey with opacity are the four bytes of a pixel.
    """
    from PIL import Image

    if colour == PNG_GREY_AND_OPACITY:
        _take_bytes(image, "RGBA")
        return np.array(image).view(">u2").astype(np.uint16)
    high = np.asarray(image).astype(np.uint16)
    with Image.open(path, formats=["PNG"]) as again:
        _take_bytes(again, f"{again.mode};16L")
        return high << 8 | np.asarray(again)


def _take_bytes(image, name: str) -> None:
    """Let Pillow take the bytes of a PNG for samples of another kind of the same length."""
    tile = image.tile[0]
    like = getattr(type(tile), "_make", tuple)  # a plain tuple before Pillow 11
    image.tile = [like((*tile[:3], name))]


def _from_jpeg(path, largest: int) -> Tensor:
    """The picture in a JPEG, the way up that the camera was held."""
    refuse_long_file(path, BYTES, "crop it, or export a PNG")
    data = path.read_bytes()
    refuse_too_large(path, jpeg_pixels(data), largest)
    with open_whole_jpeg(data) as image:
        if image.mode not in ("L", "RGB"):
            raise Refusal(f"has printing colours ({image.mode}): export it as RGB or grey")
        return _grey(np.atleast_3d(_upright(np.asarray(image), image)), 255)


def _upright(numbers: np.ndarray, image) -> np.ndarray:
    """A photograph as it stood before the camera, whichever way up that was held."""
    return tiff.UPRIGHT.get(image.getexif().get(ORIENTATION), np.asarray)(numbers)


def _grey(numbers: np.ndarray, white: int, opacity: str | None = None) -> Tensor:
    """Samples of which ``white`` is the largest as one grey channel, laid on white.

    Shapes: (height, width, samples) -> (height, width).
    """
    x = torch.from_numpy(numbers.astype(np.float64) / white).to(torch.get_default_dtype())
    if opacity:
        colours = x[..., :-1] * (1 if opacity == "associated" else x[..., -1:])
        x = colours + 1 - x[..., -1:]
    return x @ torch.tensor(LUMINANCE) if x.shape[-1] == 3 else x[..., 0]
