"""What a TIFF holds: the numbers of its one picture, upright, and what they mean.

Each tag that changes what a number means or where it lies is obeyed, or the file is refused
in one sentence. Nothing is unpacked before its size is known.

Source: Adobe, TIFF revision 6.0 (1992); GDAL's GeoTIFF driver for nodata and scale.
"""

import re
from typing import NamedTuple

import numpy as np

from ..checks import Refusal, refuse_too_large, refused_in_words
from .directory import read_tags, text_of
from .parts import JPEG, PACKBITS, PLAIN, Parts, assemble

ADVICE = "it may be cut off or damaged; save it again, or export a PNG"
LARGEST_TILE = 2**20  # pixels, around a smaller picture
WHITE_IS_ZERO = 0
BLACK_IS_ZERO = 1
RGB = 2
PALETTE = 3
YCBCR = 6
COLOURS = {WHITE_IS_ZERO: 1, BLACK_IS_ZERO: 1, RGB: 3, PALETTE: 1}
OTHERS = {
    **{4: "a mask", 5: "printing colours (CMYK)", YCBCR: "YCbCr", 8: "CIELab"},
    **{9: "ICCLab", 10: "ITULab", 32803: "raw colours", 34892: "raw light"},
}
FULL_RANGE = ((0, 255) * 3, (0, 255, 128, 255, 128, 255))  # of RGB and of YCbCr
OPACITIES = {1: "associated", 2: "unassociated"}
KINDS = {1: "u", 2: "i", 3: "f"}
BITS = {"u": (*range(1, 17), 32, 64), "i": (8, 16, 32, 64), "f": (16, 32, 64)}
UPRIGHT = {  # what lays a picture upright, by its orientation
    1: lambda x: x,
    2: lambda x: x[:, ::-1],
    3: lambda x: x[::-1, ::-1],
    4: lambda x: x[::-1],
    5: lambda x: x.swapaxes(0, 1),
    6: lambda x: x[::-1].swapaxes(0, 1),
    7: lambda x: x[::-1, ::-1].swapaxes(0, 1),
    8: lambda x: x[:, ::-1].swapaxes(0, 1),
}


class Tiff(NamedTuple):
    """Numbers as a TIFF has them, laid upright, and what they mean.

    ``numbers`` keep their type; whole numbers of few bits are uint8 or uint16. ``meaning``
    is WHITE_IS_ZERO, BLACK_IS_ZERO, RGB, PALETTE, or None if the file does not say; no
    number is turned into another for it. ``white`` is the largest number that a sample can
    have, 1 for floats. ``opacity`` says that the last sample is the opacity: "associated",
    if the colours are multiplied by it, or "unassociated"; else None. ``palette`` has 16
    bits for each colour. ``missing`` marks pixels that the file declares to have no data;
    None if it declares none. NaN may stand among floats besides.

    Shapes: numbers (height, width, samples), missing (height, width), palette (colours, 3).
    """

    numbers: np.ndarray
    meaning: int | None
    white: int
    opacity: str | None
    palette: np.ndarray | None
    missing: np.ndarray | None


def read_tiff(path, largest: int) -> Tiff:
    """The one picture in a TIFF, whole and upright, of at most ``largest`` pixels.

    It may be a BigTIFF, cut into strips or tiles, its samples side by side or in planes, of
    1 to 16, 32 or 64 bits, in either order of bytes; plain, or packed by LZW, deflation,
    PackBits, LZMA, Zstandard (where Pillow has it) or JPEG.

    Raises: ValueError, in one sentence, for everything else and for damage.
    """
    with refused_in_words(path, "a TIFF", ADVICE), path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(0)
        tags = read_tags(file, size)
        refuse_too_large(path, tags["width"][0] * tags["height"][0], largest)
        _refuse_other_contents(tags)
        parts = _parts(tags)
        meaning = _meaning(tags, parts)
        turned = tags["orientation"][0]
        if turned not in UPRIGHT:
            raise Refusal(f"has the unknown orientation {turned}: export a PNG")
        numbers = UPRIGHT[turned](assemble(file, parts, size))
        palette = _palette(tags, numbers) if meaning == PALETTE else None
        opacity = OPACITIES[tags["extra"][0]] if tags["extra"] else None
        white = _white(tags, numbers)
        return Tiff(numbers, meaning, white, opacity, palette, _missing(tags, numbers))


def _refuse_other_contents(tags: dict) -> None:
    """Refuse what is more or less than a picture, or whose numbers stand for others."""
    said = text_of(tags, "description")
    of_imagej = said.startswith("ImageJ=")
    stack = re.search(r"(?m)^images=(\d+)", said) if of_imagej else None
    if stack and int(stack[1]) > 1:
        raise Refusal(f"holds {stack[1]} pictures: save one of them")
    if "raw" in tags or tags["subfile"][0] & 0b101:
        raise Refusal("is a preview, a mask or a raw photograph: export it as PNG")
    if of_imagej and re.search(r"(?m)^c0=", said):
        raise Refusal("has a calibration of ImageJ: save it as 32-bit floats there")
    if re.search(r"role=.(scale|offset)", text_of(tags, "gdal")):
        raise Refusal("has a scale or an offset of GDAL: unscale it first")
    if "curve" in tags or tags["depth"][0] != 1:
        raise Refusal("has a response curve or a depth: export it as PNG")
    reference = tags.get("reference", (0, 1, 255, 1) * 3)
    if reference[::2] not in FULL_RANGE or set(reference[1::2]) != {1}:
        raise Refusal("has other levels of black and white than usual: export it as PNG")


def _parts(tags: dict) -> Parts:
    """How the samples lie in the file, as its tags say."""
    planes = _planes(tags)
    height = tags["height"][0]
    width = tags["width"][0]
    tiled = tags["tiled"][0]
    parts = Parts(
        height=height,
        width=width,
        samples=tags["samples"][0] // planes,
        planes=planes,
        rows=tags["rows"][0] if tiled else min(tags["rows"][0], height),
        columns=tags["columns"][0] if tiled else width,
        tiled=tiled,
        offsets=tags["offsets"],
        counts=tags["counts"],
        bits=_one_of(tags, "bits"),
        dtype=_type(tags),
        compression=tags["compression"][0],
        predictor=tags["predictor"][0],
        reversed_bits=tags["fill_order"][0] == 2,
        jpeg_tables=tags["jpeg_tables"][0],
        jpeg_is_ycbcr=tags.get("photometric") == (YCBCR,),
    )
    _refuse_rare_packing(parts)
    return parts


def _planes(tags: dict) -> int:
    """How many pictures of one sample, or of all samples, follow each other."""
    samples = tags["samples"][0]
    if not 0 < samples <= 4:
        raise Refusal(f"has {samples} samples a pixel: expected a grey or RGB picture")
    if tags["planar"][0] not in (1, 2):
        raise ValueError("unknown planes")
    return samples if tags["planar"][0] == 2 else 1


def _one_of(tags: dict, name: str) -> int:
    """The value of a tag that all samples must share."""
    if len(set(tags[name])) != 1:
        raise Refusal("has samples of several types: export it as PNG")
    return tags[name][0]


def _type(tags: dict) -> np.dtype:
    """The type of a sample in the file, or the one that has room for its few bits."""
    bits = _one_of(tags, "bits")
    code = _one_of(tags, "format")
    if code in (5, 6):
        raise Refusal("has complex pixels: save their modulus")
    kind = KINDS.get(code, "")
    if bits not in BITS.get(kind, ()):
        name = {"u": "whole", "i": "signed", "f": "floating"}.get(kind, "undefined")
        raise Refusal(f"has {name} numbers of {bits} bits, which are rare: export a PNG")
    length = next(n for n in (1, 2, 4, 8) if 8 * n >= bits)
    return np.dtype(f"{tags['order'][0]}{kind}{length}")


def _refuse_rare_packing(parts: Parts) -> None:
    """Refuse what cuts or packs numbers in a way that hardly any program writes."""
    if parts.rows * parts.columns > max(4 * parts.width * parts.height, LARGEST_TILE):
        raise Refusal("is cut into tiles much larger than itself: save it in strips")
    kind = parts.dtype.kind
    packed = parts.compression not in (PLAIN, PACKBITS, JPEG)
    fits = packed and (kind == "f" if parts.predictor == 3 else parts.bits % 8 == 0)
    if parts.predictor != 1 and not (fits and parts.predictor in (2, 3)):
        raise Refusal("is packed with a rare predictor: save it unpacked")
    of_jpeg = (kind, parts.bits) == ("u", 8) and parts.samples in (1, 3)
    if parts.compression == JPEG and not of_jpeg:
        raise Refusal("is packed in a way that cannot hold its numbers: export a PNG")


def _meaning(tags: dict, parts: Parts) -> int | None:
    """What the samples stand for, and a refusal if that leaves some of them without."""
    meaning = tags["photometric"][0] if "photometric" in tags else None
    if meaning == YCBCR and parts.compression == JPEG and parts.samples == 3:
        meaning = RGB  # as which it is unpacked
    if meaning is not None and meaning not in COLOURS:
        name = OTHERS.get(meaning, "colours of a rare kind")
        raise Refusal(f"has {name}: export it as RGB or grey")
    extra = parts.samples * parts.planes - COLOURS.get(meaning, 1)
    if extra != len(tags["extra"]) or extra > 1:
        raise Refusal("has a sample of unknown meaning for each pixel: export it as RGB")
    if extra and tags["extra"][0] not in OPACITIES:
        raise Refusal("has a sample of unknown meaning for each pixel: export it as RGB")
    return meaning


def _palette(tags: dict, numbers: np.ndarray) -> np.ndarray:
    """The colours that a sample counts through, of 16 bits. Shapes: (colours, 3)."""
    palette = np.array(tags["palette"], np.uint16).reshape(3, -1).T
    if numbers.dtype.kind != "u" or len(palette) <= numbers[..., 0].max():
        raise ValueError("a colour beyond the palette")
    if 0 < palette.max() < 256:
        raise Refusal("has a palette of 8 bits, not 16: export it as PNG")
    of_8_bits = not (palette & 255).any()  # shifted to the left, as many programs do
    return (palette >> 8) * 257 if of_8_bits else palette


def _white(tags: dict, numbers: np.ndarray) -> int:
    """The largest number that a sample can have; the file may announce fewer bits."""
    if numbers.dtype.kind == "f":
        return 1
    signed = numbers.dtype.kind == "i"
    bits = min(_one_of(tags, "bits") - signed, _announced_bits(tags))
    if numbers.max() > 2**bits - 1:
        raise Refusal(f"holds {numbers.max()}, more than the {bits} bits that it announces")
    return 2**bits - 1


def _announced_bits(tags: dict) -> int:
    """How many bits of a sample are used, as cameras of fewer than 16 say; at least 8."""
    largest = int(max(tags.get("maximum", (0,))))
    bits = largest.bit_length()
    if bits >= 8 and largest == 2**bits - 1:
        return bits
    said = re.search(r'SignificantBits="(\d+)"', text_of(tags, "description"))
    return max(8, int(said[1])) if said else 64


def _missing(tags: dict, numbers: np.ndarray) -> np.ndarray | None:
    """Where all samples have the value that marks a lack of data."""
    if "nodata" not in tags:
        return None
    value = float(text_of(tags, "nodata"))
    if np.isnan(value):
        return np.isnan(numbers).all(-1)
    with np.errstate(over="ignore"):  # such as 1e300 beside floats of 32 bits
        return (numbers == value).all(-1)
