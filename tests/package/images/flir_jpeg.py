"""Makes the JPEG of a FLIR camera for the tests: a picture, counts and their calibration.

The layout is that of exiftool's page on FLIR: a JPEG whose APP1 segment holds a header of
64 bytes, a directory, the raw counts and the block with the numbers of Planck's law.
"""

import io
import struct

import numpy as np
from PIL import Image

PLANCK = {"R1": 15000.0, "B": 1400.0, "F": 1.0, "O": -6000, "R2": 0.011}


def kelvin_of(counts, emissivity=1.0, around=293.15):
    """B / ln(R1 / (R2 (S + O)) + F) for S = (counts - (1 - e) counts_around) / e."""
    gain = PLANCK["R1"] / PLANCK["R2"]
    reflected = gain / (np.exp(PLANCK["B"] / around) - PLANCK["F"]) - PLANCK["O"]
    own = (counts - (1 - emissivity) * reflected) / emissivity
    return PLANCK["B"] / np.log(gain / (own + PLANCK["O"]) + PLANCK["F"])


def camera_block(emissivity, around):
    """The record with the emissivity, the surroundings, and the numbers of Planck's law."""
    block = bytearray(900)
    distance = 0.0
    air = 293.15
    window = (293.15, 1.0)  # its temperature and its transmission
    struct.pack_into("<6f", block, 32, emissivity, distance, around, air, *window)
    struct.pack_into("<3f", block, 88, PLANCK["R1"], PLANCK["B"], PLANCK["F"])
    struct.pack_into("<5f", block, 112, 0.0066, 0.0126, -0.0023, -0.0067, 1.9)
    struct.pack_into("<if", block, 776, PLANCK["O"], PLANCK["R2"])
    return bytes(block)


def flir_block(counts, emissivity=1.0, around=293.15):
    """The header, the directory and the two records."""
    height, width = counts.shape
    raw = struct.pack("<HHH26x", 2, width, height) + counts.astype("<u2").tobytes()
    camera = camera_block(emissivity, around)
    head = b"FFF\0" + b"test".ljust(16, b"\0") + struct.pack(">III", 100, 64, 4)
    entries = [(1, 128, len(raw)), (32, 128 + len(raw), len(camera))]
    directory = b"".join(
        struct.pack(">HHIIII12x", kind, 2, 100, 1, offset, length)
        for kind, offset, length in entries
    )
    return head.ljust(64, b"\0") + directory + raw + camera


def flir_jpeg(counts, emissivity=1.0, around=293.15, block=None):
    """The bytes of the file; the picture in it is grey and says nothing."""
    picture = io.BytesIO()
    Image.new("RGB", counts.shape[::-1], "gray").save(picture, "JPEG")
    block = flir_block(counts, emissivity, around) if block is None else block
    segment = b"FLIR\0\x01\0\0" + block
    app1 = b"\xff\xe1" + struct.pack(">H", len(segment) + 2) + segment
    return picture.getvalue()[:2] + app1 + picture.getvalue()[2:]


def endless(counts):
    """The bytes of a file whose directory claims four thousand million records."""
    block = bytearray(flir_block(counts))
    block[28:32] = b"\xff\xff\xff\xff"
    return flir_jpeg(counts, block=bytes(block))
