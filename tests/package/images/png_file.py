"""PNGs of every kind of colour, number of bits and filter, from the specification."""

import struct
import zlib

import numpy as np

GREY, RGB, PALETTE, GREY_ALPHA, RGBA = 0, 2, 3, 4, 6
SAMPLES = {GREY: 1, RGB: 3, PALETTE: 1, GREY_ALPHA: 2, RGBA: 4}
ADAM7 = (
    *((0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4)),
    *((2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)),
)


def chunk(name, data):
    """A chunk with its length and its checksum."""
    body = name + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))


def png_of(numbers, colour, bits, *, interlaced=False, before=(), packed=None):
    """A PNG of numbers (height, width, samples), its rows filtered in turn by all filters.

    ``before`` are chunks, pairs of name and data, before the pixels; ``packed`` is put in
    the place of the pixels.
    """
    height, width = numbers.shape[:2]
    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, interlaced)
    passes = ADAM7 if interlaced else ((0, 0, 1, 1),)
    parts = (numbers[top::down, left::right] for top, left, down, right in passes)
    raw = b"".join(_filtered(part, bits) for part in parts if part.size)
    chunks = [
        (b"IHDR", header),
        *before,
        (b"IDAT", packed or zlib.compress(raw)),
        (b"IEND", b""),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*named) for named in chunks)


def _filtered(numbers, bits):
    """The rows of a picture, each behind the number of its filter."""
    step = max(1, numbers.shape[2] * bits // 8)
    rows = [
        np.frombuffer(_packed(row.ravel(), bits), np.uint8).astype(int) for row in numbers
    ]
    above = np.zeros_like(rows[0])
    out = b""
    for index, row in enumerate(rows):
        left = np.concatenate([np.zeros(step, int), row[:-step]])[: len(row)]
        corner = np.concatenate([np.zeros(step, int), above[:-step]])[: len(row)]
        guesses = (0 * row, left, above, (left + above) // 2, _paeth(left, above, corner))
        out += (
            bytes([index % 5])
            + ((row - guesses[index % 5]) % 256).astype(np.uint8).tobytes()
        )
        above = row
    return out


def _packed(numbers, bits):
    """Numbers of some bits as bytes: high bits first, the last byte filled with zeros."""
    if bits >= 8:
        return numbers.astype(f">u{bits // 8}").tobytes()
    planes = (numbers[:, None] >> np.arange(bits)[::-1]) & 1
    return np.packbits(planes.astype(np.uint8).ravel()).tobytes()


def _paeth(left, above, corner):
    """The neighbour nearest to left + above - corner."""
    guess = left + above - corner
    distances = np.abs(np.stack([left, above, corner]) - guess)
    return np.stack([left, above, corner])[distances.argmin(0), np.arange(len(left))]
