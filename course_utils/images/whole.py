"""Whether a PNG or a JPEG is whole: what its decoder would fill in grey is refused.

A PNG has checksums, which are tested, and its data must be enough for its size. A JPEG has
none: bytes are put in where the coded data of each scan end. A decoder that has all it
needs never looks at them.
"""

import re
import zlib
from collections.abc import Iterator
from io import BytesIO
from math import ceil

from ..checks import Refusal

PNG_MARK = b"\x89PNG\r\n\x1a\n"
SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # of a PNG's kinds of colour
PASSES = (  # of an interlaced PNG: left, top, step to the right, step down
    *((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4)),
    *((0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)),
)
BLOCK = 1 << 20

JPEG_MARK = b"\xff\xd8"
END = 0xD9
SCAN = 0xDA
FRAMES = (0xC0, 0xC1, 0xC2)  # coded by Huffman: baseline, extended, progressive
RARE_FRAMES = (0xC3, *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0))
APPLICATIONS = range(0xE0, 0xF0)
ALONE = (0x01, *range(0xD0, 0xD9))  # markers without a length
AFTER_CODES = re.compile(rb"\xff+[^\x00\xff]")
NOTHING = 16  # more bits of a coefficient are missing than it can have
RESTARTS = range(0xD0, 0xD8)
FILLING = bytes.fromhex("b46d9c3ae54b87d2") * 8  # any codes but the zeros of a decoder


def require_whole_png(file) -> dict[bytes, bytes]:
    """The small chunks of a PNG by name, if all its checksums and its data are right.

    Raises: EOFError or ValueError for damage.
    """
    if file.read(8) != PNG_MARK:
        raise ValueError("no PNG")
    chunks = {}
    pixels = None
    while (name := _chunk(file, chunks, pixels)) != b"IEND":
        if name == b"IHDR":
            pixels = Inflating(_png_bytes(chunks[b"IHDR"]))
    if pixels is None or pixels.missing > 0:
        raise EOFError("it ends within the picture")
    return chunks


class Inflating:
    """Counts the bytes that are missing in a packed stream, and keeps none of them."""

    def __init__(self, size: int):
        self.missing = size
        self.stream = zlib.decompressobj()

    def add(self, packed: bytes) -> None:
        """Unpack more, up to the size."""
        while packed and not self.stream.eof:
            self.missing -= len(self.stream.decompress(packed, BLOCK))
            packed = self.stream.unconsumed_tail
            if self.missing < -BLOCK:
                raise Refusal("unpacks to more than its size says: save it again")


def _chunk(file, chunks: dict, pixels: Inflating | None) -> bytes:
    """Read one chunk, keep it in ``chunks`` or count it in ``pixels``; its name."""
    head = _exactly(file, 8)
    length = int.from_bytes(head[:4])
    name = head[4:]
    checksum = zlib.crc32(name)
    kept = b""
    while length:
        block = _exactly(file, min(length, BLOCK))
        length -= len(block)
        checksum = zlib.crc32(block, checksum)
        if name == b"IDAT" and pixels is not None:
            pixels.add(block)
        kept = kept or block
    if int.from_bytes(_exactly(file, 4)) != checksum:
        raise ValueError(f"wrong checksum of {name!r}")
    if name != b"IDAT":
        chunks.setdefault(name, kept)
    return name


def _exactly(file, count: int) -> bytes:
    data = file.read(count)
    if len(data) < count:
        raise EOFError("it ends within the picture")
    return data


def _png_bytes(header: bytes) -> int:
    """How many bytes the pixels of a PNG take, each row with the byte of its filter."""
    width = int.from_bytes(header[:4])
    height = int.from_bytes(header[4:8])
    bits = header[8] * SAMPLES[header[9]]
    total = 0
    for left, top, right, down in PASSES if header[12] else ((0, 0, 1, 1),):
        columns = max(0, ceil((width - left) / right))
        rows = max(0, ceil((height - top) / down))
        total += rows * (1 + ceil(columns * bits / 8)) if columns else 0
    return total


def jpeg_pixels(data: bytes) -> int:
    """How many pixels a JPEG announces."""
    frames = [data[at + 5 : at + 9] for marker, at in _markers(data) if marker in FRAMES]
    return max(int.from_bytes(f[:2]) * int.from_bytes(f[2:]) for f in frames)


def without_applications(data: bytes) -> bytes:
    """A JPEG, or the tables of one, without what names its colours, camera and program."""
    places = [(marker, at) for marker, at in _markers(data) if marker is not None]
    ends = [at for _, at in places[1:]] + [places[-1][1] + 2]
    kept = [
        data[at:end]
        for (marker, at), end in zip(places, ends, strict=True)
        if marker not in APPLICATIONS
    ]
    return JPEG_MARK + b"".join(kept)


def open_whole_jpeg(data: bytes):
    """A JPEG as Pillow's image, decoded, if all its scans are whole.

    Raises: Refusal for a kind of JPEG that is not read; OSError or EOFError for damage.
    """
    from PIL import Image, ImageChops

    _require_every_scan(data)
    image = Image.open(BytesIO(data), formats=["JPEG"])
    filled = Image.open(BytesIO(b"".join(_filled(data))), formats=["JPEG"])
    if ImageChops.difference(image, filled).getbbox(alpha_only=False):
        raise EOFError("it ends within the picture")
    return image


def _require_every_scan(data: bytes) -> None:
    """Refuse a JPEG that lacks a scan, or a piece between two restarts of one.

    Each scan says which of the 64 coefficients of its colours it refines, from how many
    missing bits to how many. Restarts count from 0 to 7 and again.
    """
    missing = {}
    restart = 0
    for marker, at in _markers(data):
        if marker in FRAMES:
            colours = data[at + 10 : at + 10 + 3 * data[at + 9] : 3]
            missing = {colour: [NOTHING] * 64 for colour in colours}
        if marker == SCAN:
            _refine(missing, data[at + 4 : at + 20])
        if marker in RESTARTS and marker != RESTARTS[restart % 8]:
            raise EOFError("a part of the picture is missing")
        restart = restart + (marker in RESTARTS) if marker != SCAN else 0
    if any(any(bits) for bits in missing.values()):
        raise EOFError("it ends within the picture")


def _refine(missing: dict[int, list[int]], scan: bytes) -> None:
    """Take down what a scan, by its header, adds to the coefficients."""
    first, last, bits = scan[1 + 2 * scan[0] :][:3]
    for colour in scan[1 : 1 + 2 * scan[0] : 2]:
        for place in range(first, last + 1):
            if missing[colour][place] != (bits >> 4 or NOTHING):
                raise EOFError("a part of the picture is missing")
            missing[colour][place] = bits & 15


def _filled(data: bytes) -> Iterator[bytes]:
    """A JPEG up to its end, with codes put in where the codes of each scan end.

    A restart after the last one is put in, too, should codes be missing from there on.
    """
    start = 0
    end = None
    restart = 0
    for marker, at in _markers(data):
        if marker in RARE_FRAMES:
            raise Refusal("is a rare kind of JPEG: export it as a common one or as PNG")
        if end is not None:
            more = bytes([0xFF, RESTARTS[restart % 8]]) + FILLING
            yield data[start:end] + FILLING + (b"" if marker in RESTARTS else more)
            start = end
        end = at if marker is None else None
        restart = restart + (marker in RESTARTS) if marker != SCAN else 0
    yield data[start : at + 2]


def _markers(data: bytes) -> Iterator[tuple[int | None, int]]:
    """Each marker and its place up to the end; None and the place where codes end."""
    place = 2
    if data[:2] != JPEG_MARK:
        raise ValueError("no JPEG")
    while True:
        found = AFTER_CODES.match(data, place)
        if not found:
            raise EOFError("it ends within the picture")
        marker = data[found.end() - 1]
        yield marker, found.end() - 2
        if marker == END:
            return
        place = found.end()
        if marker not in ALONE:
            place += int.from_bytes(data[place : place + 2])
        if marker == SCAN or marker in RESTARTS:
            found = AFTER_CODES.search(data, place)
            place = found.start() if found else len(data)
            yield None, place
