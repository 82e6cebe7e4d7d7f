"""Makes the JPEG of a FLIR camera for the tests: a picture, counts and their calibration.

The layout is that of FLIR's header fff.h and of exiftool's page on FLIR: in APP1 segments a
header of 64 bytes, a directory, the counts and the record with the numbers of Planck's law.
"""

import io
import struct
import zlib

import numpy as np
from PIL import Image

PLACES = {
    **{"emissivity": (32, "f"), "distance": (36, "f"), "around": (40, "f")},
    **{"air": (44, "f"), "window_kelvin": (48, "f"), "window": (52, "f")},
    **{"air_by_hand": (56, "f"), "humidity": (60, "f"), "R1": (88, "f"), "B": (92, "f")},
    **{"F": (96, "f"), "alpha1": (112, "f"), "alpha2": (116, "f"), "beta1": (120, "f")},
    **{"beta2": (124, "f"), "X": (128, "f"), "O": (776, "i"), "R2": (780, "f")},
    **{"level": (824, "i"), "span": (828, "i"), "status": (1130, "h")},
}
CAMERA = {
    **{"emissivity": 1.0, "distance": 0.0, "around": 293.15, "air": 293.15},
    **{"window_kelvin": 293.15, "window": 1.0, "air_by_hand": 0.0, "humidity": 0.5},
    **{"R1": 15000.0, "B": 1400.0, "F": 1.0, "O": -6000, "R2": 0.011},
    **{"alpha1": 0.006569, "alpha2": 0.01262, "beta1": -0.002276, "beta2": -0.00667},
    **{"X": 1.9, "status": 0},
}
SUBTYPES = {"big": 1, "little": 2, "png": 3, "png swapped": 3}


def through_air(camera):
    """tau, the mean of two exponentials with the weights X and 1 - X."""
    t = camera["air"] - 273.15
    water = np.polynomial.Polynomial([1.5587, 6.939e-2, -2.7816e-4, 6.8455e-7])(t)
    v = np.sqrt(camera["humidity"] * np.exp(water))
    way = np.sqrt(camera["distance"])
    first = camera["X"] * np.exp(-way * (camera["alpha1"] + camera["beta1"] * v))
    return first + (1 - camera["X"]) * np.exp(
        -way * (camera["alpha2"] + camera["beta2"] * v)
    )


def counts_of(kelvin, changes=None):
    """The counts, not rounded, that surfaces of these temperatures give a camera."""
    camera = CAMERA | (changes or {})

    def planck(T):
        exponential = np.exp(camera["B"] / np.asarray(T, dtype=float))
        return camera["R1"] / (camera["R2"] * (exponential - camera["F"])) - camera["O"]

    tau = through_air(camera)
    own = camera["emissivity"] * planck(kelvin)
    surface = own + (1 - camera["emissivity"]) * planck(camera["around"])
    outside = tau * surface + (1 - tau) * planck(camera["air"])
    window = (1 - camera["window"]) * planck(camera["window_kelvin"])
    return camera["window"] * outside + window


def camera_block(counts, changes=None, order="<"):
    """The record of the calibration, with a scale that holds all counts."""
    low = int(counts.min()) if counts.size else 0
    high = int(counts.max()) if counts.size else 0
    camera = CAMERA | {"level": (low + high) // 2, "span": high - low + 2}
    block = bytearray(1200)
    struct.pack_into(order + "H", block, 0, 2)
    for name, value in (camera | (changes or {})).items():
        place, kind = PLACES[name]
        struct.pack_into(order + kind, block, place, value)
    return bytes(block)


def png(array, **options):
    """An array as the bytes of a PNG."""
    file = io.BytesIO()
    Image.fromarray(array).save(file, "PNG", **options)
    return file.getvalue()


def packed(counts, packing):
    """The counts as bytes: "little", "big", or a PNG in its own order, or "png swapped"."""
    if packing.startswith("png"):
        swap = packing == "png swapped"
        return png(counts.astype(np.uint16).byteswap() if swap else counts.astype("u2"))
    return counts.astype({"little": "<u2", "big": ">u2"}[packing]).tobytes()


def raw_block(content, shape, *, size=2, valid=(0, 0, 0, 0), order="<"):
    """The record of the counts: 32 bytes on its geometry, and what they are packed in."""
    height, width = shape
    return struct.pack(order + "3H4x4H14x", size, width, height, *valid) + content


def flir_block(counts, changes=None, packing="little", *, orders="><<", raw=None, sum=True):
    """FLIR's file: the header, the directory and two records.

    ``orders`` are those of the bytes in the header and directory, and in the two records.
    """
    header, first, second = orders[0], orders[1], orders[2]
    content = raw or raw_block(packed(counts, packing), counts.shape, order=first)
    records = [(1, SUBTYPES[packing], content)]
    records += [(32, 1, camera_block(counts, changes, second))]
    return container(records, header, sum)


def container(records, header=">", sum=True):
    """A header of 64 bytes, a directory, and records: (kind, second kind, content)."""
    start = 64 + 32 * len(records)
    head = b"FFF\0" + b"test".ljust(16, b"\0")
    head += struct.pack(header + "III", 100, 64, len(records))
    directory = b""
    for kind, second, content in records:
        checksum = zlib.crc32(content) if sum else 0
        entry = (kind, second, 100, 1, start, len(content), 0, 0, checksum)
        directory += struct.pack(header + "HH7I", *entry)
        start += len(content)
    return head.ljust(64, b"\0") + directory + b"".join(x for *_, x in records)


def jpeg_of(block, shape=(12, 10), piece=60_000):
    """A JPEG, whose picture is grey and says nothing, with a block in its segments."""
    picture = io.BytesIO()
    Image.new("RGB", shape[::-1], "gray").save(picture, "JPEG")
    pieces = [block[i : i + piece] for i in range(0, len(block), piece)]
    segments = b""
    for number, part in enumerate(pieces):
        segment = b"FLIR\0\x01" + bytes([number, len(pieces) - 1]) + part
        segments += b"\xff\xe1" + struct.pack(">H", len(segment) + 2) + segment
    return picture.getvalue()[:2] + segments + picture.getvalue()[2:]


def flir_jpeg(counts, changes=None, packing="little"):
    """The bytes of the file as most cameras write it."""
    return jpeg_of(flir_block(counts, changes, packing), counts.shape)


def endless(counts):
    """The bytes of a file whose directory claims four thousand million records."""
    block = bytearray(flir_block(counts))
    block[28:32] = b"\xff\xff\xff\xff"
    return jpeg_of(bytes(block), counts.shape)
