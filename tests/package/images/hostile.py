"""Files that are damaged by chance, read in a process with limits, and what comes of it.

A file is made from its number alone, so that each can be made again. What may come of it is
a ValueError in one line, or numbers. Wrong is anything else: another error, a warning, more
memory or computing than is given, a crash (the process ends, and its last number is known),
another picture than the original where a checksum tells, and a part of it after a cut.
"""

import json
import resource
import struct
import sys
import time
import warnings
import zlib
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import tifffile
from PIL import Image

from course_utils import images
from tests.package.images.flir_jpeg import flir_jpeg
from tests.package.images.png_file import png_of

MEMORY = 3 * 2**30  # bytes beyond what the process has when it begins
COMPUTING = 5  # seconds for one file
NUMBERS = (0, 1, 2, 3, 255, 60_000, 2**15, 2**16 - 1, 2**31 - 1, 2**32 - 1)
CHECKED = (".png",)  # formats in which a checksum tells of any damage


def tiff(numbers, **options):
    """A TIFF as bytes, by tifffile."""
    file = BytesIO()
    tifffile.imwrite(file, numbers, **options)
    return file.getvalue()


def pillow(picture, kind, **options):
    """A picture as bytes, by Pillow."""
    file = BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def dicom(packed):
    """A CT slice of 64 x 64 pixels; or one packed as JPEG 2000."""
    import pydicom
    from pydicom.data import get_testdata_file

    if packed:
        path = Path(get_testdata_file("693_J2KI.dcm"))
        return path.read_bytes()
    slice_ = pydicom.dcmread(get_testdata_file("CT_small.dcm"))
    slice_.PixelData = slice_.pixel_array[:64, :64].tobytes()
    slice_.Rows = slice_.Columns = 64
    file = BytesIO()
    slice_.save_as(file)
    return file.getvalue()


def originals():
    """Sound files, small ones, of every format: name, unit and bytes."""
    x, y = np.meshgrid(np.arange(40), np.arange(32))
    eight = (3 * x + 2 * y + (x * y) % 7).astype(np.uint8)
    colours = np.stack([eight, 255 - eight, eight // 2], -1)
    kelvin = (280 + eight / 10).astype(np.float32)
    grey = Image.fromarray(eight)
    rgb = Image.fromarray(colours)
    array = BytesIO()
    np.save(array, kelvin)
    return [
        ("plain.tif", "grey", tiff(eight)),
        (
            "tiles.tif",
            "grey",
            tiff(colours, tile=(16, 16), compression="zlib", predictor=True),
        ),
        ("big.tif", "grey", tiff(eight.astype(">u2"), bigtiff=True, byteorder=">")),
        ("lzw.tif", "grey", pillow(rgb, "TIFF", compression="tiff_lzw")),
        ("bytes.tif", "grey", pillow(rgb, "TIFF", compression="packbits")),
        (
            "lzma.tif",
            "grey",
            pillow(Image.fromarray(eight > 99), "TIFF", compression="lzma"),
        ),
        ("jpeg.tif", "grey", pillow(rgb, "TIFF", compression="jpeg")),
        ("palette.tif", "grey", pillow(rgb.quantize(32), "TIFF")),
        ("grey.png", "grey", pillow(grey, "PNG")),
        ("bit.png", "grey", pillow(Image.fromarray(eight > 99), "PNG")),
        ("palette.png", "grey", pillow(rgb.quantize(32), "PNG", transparency=3)),
        ("deep.png", "grey", png_of(colours.astype(int) * 257, 2, 16, interlaced=True)),
        ("photo.jpg", "grey", pillow(rgb, "JPEG")),
        ("steps.jpg", "grey", pillow(grey, "JPEG", progressive=True)),
        ("restarts.jpg", "grey", pillow(rgb, "JPEG", restart_marker_blocks=2)),
        ("slice.dcm", "hounsfield", dicom(packed=False)),
        ("packed.dcm", "hounsfield", dicom(packed=True)),
        ("kelvin.tif", "kelvin", tiff(kelvin, compression="zlib")),
        ("hundredths.tif", "centikelvin", tiff((100 * kelvin).astype(np.uint16))),
        ("kelvin.npy", "kelvin", array.getvalue()),
        ("flir.jpg", "kelvin", flir_jpeg(17000 + 20 * np.arange(120).reshape(12, 10))),
    ]


def damaged(content, draw):
    """A file with one to three faults."""
    content = bytearray(content)
    for _ in range(draw.integers(1, 4)):
        if len(content) > 8:
            FAULTS[draw.integers(len(FAULTS))](content, draw)
    return bytes(content)


def place_in(content, draw):
    """A place in a file, mostly near its beginning or its end, where descriptions are."""
    near = int(min(len(content), draw.integers(8, 600)))
    at = int(draw.integers(near))
    return (at, len(content) - 1 - at, int(draw.integers(len(content))))[draw.integers(3)]


def flip_a_bit(content, draw):
    """One bit is another."""
    content[place_in(content, draw)] ^= 1 << int(draw.integers(8))


def change_bytes(content, draw):
    """Some bytes are others."""
    at = place_in(content, draw)
    new = draw.bytes(int(draw.integers(1, 9)))
    content[at : at + len(new)] = new


def write_a_number(content, draw):
    """A number of 2 or 4 bytes is an extreme one."""
    value = NUMBERS[draw.integers(len(NUMBERS))]
    order = "<>"[draw.integers(2)]
    new = (
        struct.pack(order + "L", value)
        if draw.integers(2)
        else struct.pack(order + "H", value % 2**16)
    )
    at = place_in(content, draw)
    content[at : at + len(new)] = new


def cut(content, draw):
    """The end is missing."""
    del content[int(draw.integers(1, len(content))) :]


def lose_a_piece(content, draw):
    """A piece is missing."""
    at = place_in(content, draw)
    del content[at : at + int(draw.integers(1, 200))]


def repeat_a_piece(content, draw):
    """A piece stands twice."""
    at = place_in(content, draw)
    content[at:at] = content[at : at + int(draw.integers(1, 200))]


def mend_checksums(content, draw):
    """The checksums of a PNG are right again: the damage was done before it was written."""
    at = 8
    while content[:4] == b"\x89PNG" and at + 12 <= len(content):
        length = struct.unpack_from(">L", content, at)[0]
        if at + 12 + length <= len(content):
            checksum = zlib.crc32(content[at + 4 : at + 8 + length])
            struct.pack_into(">L", content, at + 8 + length, checksum)
        at += 12 + length


FAULTS = (flip_a_bit, change_bytes, write_a_number, cut, lose_a_piece, repeat_a_piece)


def file_of(number, sound):
    """The damaged file of a number: name, unit, bytes, and whether damage must show."""
    draw = np.random.default_rng(number)
    name, unit, content = sound[number % len(sound)]
    if draw.integers(5) == 0:
        content = bytearray(content)
        cut(content, draw)
        return name, unit, bytes(content), True
    content = bytearray(damaged(content, draw))
    mended = bool(draw.integers(4) == 0)
    if mended:
        mend_checksums(content, draw)
    return name, unit, bytes(content), name.endswith(CHECKED) and not mended


def outcome(path, unit, expected):
    """ "read" or "refused", or in words what is wrong."""
    before = time.process_time()
    try:
        numbers = images.load(path, unit=unit).numpy()
        word = "read"
        if expected is not None and not np.array_equal(numbers, expected):
            word = "another picture"
    except ValueError as error:
        one_line = "\n" not in str(error) and path.name in str(error)
        word = "refused" if one_line else f"not one line: {error!r}"
    except BaseException as error:
        word = f"{type(error).__name__}: {error}"[:200]
    computed = time.process_time() - before
    return word if computed < COMPUTING else f"{computed:.0f} s of computing"


def limit(files):
    """Give this process no more memory and computing than the files may take."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    has = next(int(line.split()[1]) for line in status.splitlines() if "VmSize" in line)
    resource.setrlimit(resource.RLIMIT_AS, (1024 * has + MEMORY,) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (60 + files,) * 2)


def main(first, count):
    """Try files from a number on, and print for each what comes of it."""
    warnings.simplefilter("error")
    sound = originals()
    with TemporaryDirectory() as folder:
        expected = {}
        for name, unit, content in sound:
            path = Path(folder, name)
            path.write_bytes(content)
            expected[name] = images.load(path, unit=unit).numpy()
        limit(count)
        for number in range(first, first + count):
            name, unit, content, checked = file_of(number, sound)
            path = Path(folder, name)
            path.write_bytes(content)
            print(json.dumps([number, name]), flush=True)
            word = outcome(path, unit, expected[name] if checked else None)
            print(json.dumps(word), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
