"""TIFFs of any tags, written byte by byte from the specification."""

import struct

CODES = {"B": 1, "s": 2, "H": 3, "L": 4, "b": 6, "d": 12}
WIDTH, HEIGHT, BITS, COMPRESSION, PHOTOMETRIC, FILL_ORDER = 256, 257, 258, 259, 262, 266
DESCRIPTION, OFFSETS, ORIENTATION, SAMPLES, ROWS, COUNTS = 270, 273, 274, 277, 278, 279
MAXIMUM, PLANAR, CURVE, PREDICTOR, PALETTE = 281, 284, 291, 317, 320
EXTRA, FORMAT, REFERENCE, DEPTH, GDAL, NODATA = 338, 339, 532, 32997, 42112, 42113


def text(words):
    """The value of a tag that is a text."""
    return "s", words.encode() + b"\0"


def tiff_of(data, width, height, bits=(8,), *, order="<", **_):
    """A TIFF with one strip of grey bytes."""
    return tiff_with(data, width, height, bits, {}, order=order)


def tiff_with(data, width, height, bits, more, *, order="<"):
    """A TIFF with one strip and more tags: number to a value, numbers, text, or None.

    A number or several are written as shorts, or in the type of a pair such as ("L", 5);
    None leaves a tag out.
    """
    tags = {
        WIDTH: width,
        HEIGHT: height,
        BITS: bits,
        COMPRESSION: 1,
        PHOTOMETRIC: 1,
        OFFSETS: ("L", 8),
        SAMPLES: len(bits),
        ROWS: height,
        COUNTS: ("L", len(data)),
        **more,
    }
    place = 8 + len(data) + len(data) % 2
    outside = b""
    entries = b""
    present = {number: value for number, value in tags.items() if value is not None}
    end = place + 2 + 12 * len(present) + 4
    for number in sorted(present):
        value = present[number]
        code, values = (
            value if isinstance(value, tuple) and value[0] in CODES else ("H", value)
        )
        if code == "s":
            packed = values
            count = len(values)
        else:
            values = values if isinstance(values, (tuple, list)) else (values,)
            packed = struct.pack(f"{order}{len(values)}{code}", *values)
            count = len(values)
        if len(packed) > 4:
            packed, outside = struct.pack(order + "L", end + len(outside)), outside + packed
        entries += struct.pack(order + "HHL", number, CODES[code], count) + packed.ljust(
            4, b"\0"
        )
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "L", place)
    directory = struct.pack(order + "H", len(present)) + entries + bytes(4)
    return head + data.ljust(place - 8, b"\0") + directory + outside
