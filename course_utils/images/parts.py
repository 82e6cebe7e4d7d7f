"""The samples of a TIFF from the strips or tiles in which they lie, each whole or refused.

A part is unpacked to the size that the file's own description asks for and to no more, so
that a small file cannot fill the memory. Bytes are unpacked by the libtiff inside Pillow,
one part at a time, as if they were a grey picture: what they mean is told by ``tiff``.
"""

import lzma
import struct
import zlib
from io import BytesIO
from math import ceil
from typing import NamedTuple

import numpy as np

from ..checks import Refusal
from .whole import jpeg_pixels, open_whole_jpeg, without_applications

PLAIN = 1
FAX = (2, 3, 4, 32771)
JPEG = 7
DEFLATE = (8, 32946)
PACKBITS = 32773
LZMA = 34925
OF_LIBTIFF = (5, PACKBITS, 50000)  # LZW, PackBits, Zstandard
LARGEST_PART = 170_000_000  # bytes that Pillow unpacks in one piece
MOST_PARTS = 100_000
ROWS_AT_ONCE = 256
REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))
ADOBE = b"\xff\xee\0\x0eAdobe\0\x64\0\0\0\0"  # and a byte: 0 for RGB, 1 for YCbCr


class Parts(NamedTuple):
    """How the samples of a picture are cut into parts, packed and written.

    ``rows`` and ``columns`` are those of a part; ``samples`` belong to each of its pixels,
    and ``planes`` pictures of them follow each other. ``dtype`` has the file's byte order.
    """

    height: int
    width: int
    samples: int
    planes: int
    rows: int
    columns: int
    tiled: bool
    offsets: tuple[int, ...]
    counts: tuple[int, ...]
    bits: int
    dtype: np.dtype
    compression: int = PLAIN
    predictor: int = 1
    reversed_bits: bool = False
    jpeg_tables: bytes = b""
    jpeg_is_ycbcr: bool = False


def assemble(file, parts: Parts, file_size: int) -> np.ndarray:
    """The samples of all parts in their places, in the byte order of this computer.

    Shapes: (height, width, planes * samples).
    Raises: Refusal for what cannot be unpacked; other errors for damage.
    """
    down = ceil(parts.height / parts.rows)
    across = ceil(parts.width / parts.columns)
    _refuse_odd_parts(parts, down * across * parts.planes, file_size)
    shape = (parts.planes, parts.height, parts.width, parts.samples)
    whole = np.empty(shape, parts.dtype.newbyteorder("="))
    for index in range(down * across * parts.planes):
        plane, place = divmod(index, down * across)
        top = place // across * parts.rows
        left = place % across * parts.columns
        target = whole[plane, top : top + parts.rows, left : left + parts.columns]
        rows = parts.rows if parts.tiled else len(target)
        part = _samples(_bytes(file, parts, index), rows, parts)
        if len(part) < len(target):
            raise EOFError("a part of the picture is too short")
        target[...] = part[: target.shape[0], : target.shape[1]]
    return whole.transpose(1, 2, 0, 3).reshape(parts.height, parts.width, -1)


def _refuse_odd_parts(parts: Parts, expected: int, file_size: int) -> None:
    """Refuse parts that are too few or many, or claim more bytes than there are."""
    if not len(parts.offsets) == len(parts.counts) == expected:
        found = f"{len(parts.offsets)} parts and {len(parts.counts)} lengths"
        raise EOFError(f"{found} for {expected} parts")
    if expected > MOST_PARTS:
        raise Refusal(f"is cut into more than {MOST_PARTS} parts: save it in fewer")
    if 0 in parts.counts or 0 in parts.offsets:
        raise Refusal("leaves parts of the picture out: save it whole")
    if sum(parts.counts) > file_size:
        raise EOFError("the parts are longer than the file")


def _bytes(file, parts: Parts, index: int) -> bytes:
    """The packed bytes of one part."""
    file.seek(parts.offsets[index])
    data = file.read(parts.counts[index])
    if len(data) < parts.counts[index]:
        raise EOFError("it ends within the picture")
    return data.translate(REVERSED) if parts.reversed_bits else data


def _samples(data: bytes, rows: int, parts: Parts) -> np.ndarray:
    """The samples of one part. Shapes: (rows, columns, samples)."""
    shape = (rows, parts.columns, parts.samples)
    if parts.compression == JPEG:
        return _from_jpeg(data, parts).reshape(-1, *shape[1:])
    row = ceil(parts.columns * parts.samples * parts.bits / 8)
    unpacked = np.frombuffer(_unpacked(data, rows, row, parts), np.uint8)
    if unpacked.size < rows * row:
        raise EOFError("a part of the picture is too short")
    lines = unpacked[: rows * row].reshape(rows, row)
    if parts.predictor == 3:
        return _summed_bytes(lines, parts).reshape(shape)
    if parts.bits != 8 * parts.dtype.itemsize:
        return _of_few_bits(lines, parts).reshape(shape)
    numbers = lines.view(parts.dtype).reshape(shape)
    return _summed(numbers) if parts.predictor == 2 else numbers


def _unpacked(data: bytes, rows: int, row: int, parts: Parts) -> bytes:
    """The bytes of a part: at least ``rows`` times ``row`` if it is whole."""
    if parts.compression == PLAIN:
        return data
    if parts.compression in DEFLATE:
        return _inflated(data, zlib.decompressobj(), parts.rows * row)
    if parts.compression == LZMA:
        return _inflated(data, lzma.LZMADecompressor(), parts.rows * row)
    if parts.compression in OF_LIBTIFF:
        return _by_libtiff(data, rows, row, parts.compression)
    if parts.compression in FAX:
        raise Refusal("is packed by a fax code, which hides damage: save it unpacked")
    raise Refusal(f"is packed in a rare way ({parts.compression}): save it unpacked")


def _inflated(data: bytes, stream, most: int) -> bytes:
    """What a stream unpacks, its checksum tested, if it is not more than announced."""
    unpacked = stream.decompress(data, most + 1)
    if len(unpacked) > most:
        raise Refusal("unpacks to more than its description says: save it again")
    if not stream.eof:
        raise EOFError("a part of the picture is cut off")
    return unpacked


def _by_libtiff(data: bytes, rows: int, columns: int, compression: int) -> bytes:
    """The bytes of a part as libtiff unpacks them: those of a grey picture in a file."""
    from PIL import Image

    if rows * columns > LARGEST_PART:
        raise Refusal("is packed in one part that is too large: save it in strips")
    tags = {256: columns, 257: rows, 258: 8, 259: compression, 262: 1, 273: 8}
    tags |= {277: 1, 278: rows, 279: len(data)}
    entries = b"".join(struct.pack("<HHLL", tag, 4, 1, tags[tag]) for tag in sorted(tags))
    head = struct.pack("<2sHL", b"II", 42, 8 + len(data))
    end = struct.pack("<H", len(tags)) + entries + bytes(4)
    with Image.open(BytesIO(head + data + end), formats=["TIFF"]) as image:
        return np.asarray(image).tobytes()


def _from_jpeg(data: bytes, parts: Parts) -> np.ndarray:
    """A part that is a JPEG, as RGB or grey: the TIFF says which colours it has."""
    adobe = ADOBE + bytes([parts.jpeg_is_ycbcr]) if parts.samples == 3 else b""
    tables = without_applications(parts.jpeg_tables)[2:-2] if parts.jpeg_tables else b""
    stream = b"\xff\xd8" + adobe + tables + without_applications(data)[2:]
    if jpeg_pixels(stream) > parts.columns * parts.rows:
        raise ValueError("a part of another size")
    with open_whole_jpeg(stream) as image:
        if image.width != parts.columns or len(image.getbands()) != parts.samples:
            raise ValueError("a part of another size")
        return np.asarray(image)


def _summed(numbers: np.ndarray) -> np.ndarray:
    """Numbers from their differences along a row, with the overflow that is meant."""
    native = numbers.astype(numbers.dtype.newbyteorder("="))
    whole = native.view(f"u{native.dtype.itemsize}")
    return np.cumsum(whole, axis=1, dtype=whole.dtype).view(native.dtype)


def _summed_bytes(lines: np.ndarray, parts: Parts) -> np.ndarray:
    """Floats from the differences of their bytes, the high bytes of a row first."""
    steps = lines.reshape(len(lines), -1, parts.samples)
    bytes_ = np.cumsum(steps, axis=1, dtype=np.uint8)
    planes = bytes_.reshape(len(lines), parts.dtype.itemsize, -1)
    mixed = np.ascontiguousarray(planes.transpose(0, 2, 1))
    return mixed.view(parts.dtype.newbyteorder(">"))


def _of_few_bits(lines: np.ndarray, parts: Parts) -> np.ndarray:
    """Whole numbers that do not fill their bytes: the high bits come first."""
    count = parts.columns * parts.samples
    numbers = np.zeros((len(lines), count), parts.dtype.newbyteorder("="))
    for top in range(0, len(lines), ROWS_AT_ONCE):
        bits = np.unpackbits(lines[top : top + ROWS_AT_ONCE], axis=1)
        bits = bits[:, : count * parts.bits].reshape(len(bits), count, parts.bits)
        for place in range(parts.bits):
            block = numbers[top : top + ROWS_AT_ONCE]
            block[...] = block << 1 | bits[..., place]
    return numbers
