"""A damaged or hostile file ends in one sentence: no half picture, no full memory."""

import json
import struct
import subprocess
import sys
import tracemalloc
import zlib
from collections import Counter
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from course_utils import images
from tests.package.images import png_file
from tests.package.images.png_file import png_of
from tests.package.images.tiff_file import COUNTS, OFFSETS, ROWS, SAMPLES, tiff_with

ROOT = Path(__file__).resolve().parents[3]
X, Y = np.meshgrid(np.arange(40), np.arange(24))
GREY = (5 * X + 2 * Y + (X * Y) % 5).astype(np.uint8)
COLOURS = np.stack([GREY, 255 - GREY, GREY // 2], -1)


def refused(path, message, unit="grey"):
    """Whether a file is refused in one sentence that begins with its name."""
    with pytest.raises(ValueError, match=message) as refusal:
        images.load(path, unit=unit)
    words = str(refusal.value)
    return words.startswith(path.name) and "\n" not in words and len(words) < 300


def png(picture, **options):
    """A PNG as bytes, by Pillow."""
    file = BytesIO()
    Image.fromarray(picture).save(file, "PNG", **options)
    return file.getvalue()


def jpeg(picture=COLOURS, **options):
    """A JPEG as bytes, by Pillow."""
    file = BytesIO()
    Image.fromarray(picture).save(file, "JPEG", **options)
    return file.getvalue()


@pytest.mark.parametrize("picture", [GREY[:8, :10], GREY[:9, :9] > 99], ids=["grey", "bit"])
def test_any_changed_byte_of_a_png_is_seen(picture, save):
    content = png(picture)
    for at in range(len(content)):
        changed = bytearray(content)
        changed[at] ^= 1 << at % 8
        assert refused(save("changed.png", bytes(changed)), ".")


def test_a_png_with_right_checksums_and_few_pixels_is_no_half_picture(save):
    raw = np.pad(GREY, [(0, 0), (1, 0)]).tobytes()
    numbers = GREY[..., None]
    whole_rows = raw[: 12 * (1 + 40)]
    for packed in (
        zlib.compress(raw[:300]),
        zlib.compress(raw)[:60],
        zlib.compress(whole_rows),
    ):
        content = png_of(numbers, png_file.GREY, 8, packed=packed)
        assert refused(save("half.png", content), "cannot be read")
    wrong = zlib.compress(raw)[:-4] + bytes(4)
    assert refused(
        save("sum.png", png_of(numbers, png_file.GREY, 8, packed=wrong)), "check"
    )


JPEGS = [{}, {"progressive": True}, {"restart_marker_blocks": 2}, {"subsampling": 0}]


@pytest.mark.parametrize("step", [29, pytest.param(1, marks=pytest.mark.rare)])
@pytest.mark.parametrize("options", JPEGS, ids=str)
def test_a_jpeg_cut_anywhere_is_refused_even_if_its_end_is_put_back(options, step, save):
    for content in (jpeg(**options), jpeg(GREY, **options)):
        for length in range(2, len(content) - 2, step):
            assert refused(save("cut.jpg", content[:length]), "cannot be read")
            assert refused(
                save("cut.jpg", content[:length] + b"\xff\xd9"), "cannot be read"
            )


def test_a_jpeg_that_lacks_a_scan_or_a_piece_between_restarts_is_no_picture(save):
    content = jpeg(progressive=True)
    scans = [at for at in range(len(content)) if content[at : at + 2] == b"\xff\xda"]
    for first, last in pairwise(scans):
        assert refused(save("s.jpg", content[:first] + content[last:]), "cannot be read")
    content = jpeg(restart_marker_blocks=1)
    first = content.index(b"\xff\xd1")
    last = content.index(b"\xff\xd2")
    assert refused(save("r.jpg", content[:first] + content[last:]), "a part of the picture")


def test_a_jpeg_of_a_rare_kind_is_named(save):
    for frame in (0xC3, 0xC9, 0xCA):
        content = jpeg().replace(b"\xff\xc0", bytes([0xFF, frame]))
        assert refused(save("rare.jpg", content), "a rare kind of JPEG|cannot be read")


def tiff(data, more):
    """A TIFF of 40 x 24 grey bytes with other tags."""
    return tiff_with(data, 40, 24, (8,), more)


RAW = GREY.tobytes()
PACKED = zlib.compress(RAW)
HALF_TIFFS = {
    "half of the bytes": (tiff(RAW[:480], {}), "too short"),
    "half of the packed bytes": (tiff(PACKED[:60], {259: 8}), "cut off"),
    "half of the rows, packed": (tiff(zlib.compress(RAW[:480]), {259: 8}), "too short"),
    "no checksum": (tiff(PACKED[:-4], {259: 8}), "cut off"),
    "a wrong checksum": (tiff(PACKED[:-1] + b"\0", {259: 8}), "cannot be read"),
    "a strip too few": (tiff(RAW, {ROWS: 12}), "1 parts and 1 lengths for 2 parts"),
    "a strip left out": (
        tiff(RAW, {ROWS: 12, OFFSETS: ("L", (8, 0)), COUNTS: ("L", (480, 0))}),
        "leaves parts of the picture out",
    ),
    "strips that overlap": (
        tiff(RAW, {ROWS: 1, OFFSETS: ("L", (8,) * 24), COUNTS: ("L", (900,) * 24)}),
        "longer than the file",
    ),
    "a strip behind the end": (
        tiff(RAW, {OFFSETS: ("L", 2000)}),
        "ends within the picture",
    ),
    "no strips": (tiff(RAW, {OFFSETS: None}), "cannot be read"),
    "no width": (tiff(RAW, {256: 0}), "cannot be read"),
    "a directory of nothing": (b"II*\0\x08\0\0\0\0\0" + bytes(20), "directory of 0 tags"),
    "a directory that comes again": (
        b"II*\0\x08\0\0\0" + struct.pack("<HHHLLL", 1, 256, 3, 1, 40, 8),
        "holds 2 pictures",
    ),
}


@pytest.mark.parametrize("name", HALF_TIFFS)
def test_a_tiff_that_lacks_a_part_is_no_half_picture(name, save):
    content, message = HALF_TIFFS[name]
    assert refused(save("half.tif", content), message)


@pytest.mark.parametrize("packing", ["tiff_lzw", "packbits", "lzma", "jpeg"])
def test_a_packed_strip_that_is_too_short_is_no_half_picture(packing, save):
    file = BytesIO()
    Image.fromarray(GREY).save(file, "TIFF", compression=packing)
    with Image.open(file) as picture:
        (start,) = picture.tag_v2[OFFSETS]
        (count,) = picture.tag_v2[COUNTS]
        tables = picture.tag_v2.get(347)
    data = file.getvalue()[start : start + count]
    more = {259: {"tiff_lzw": 5, "packbits": 32773, "lzma": 34925, "jpeg": 7}[packing]}
    more |= {347: ("s", tables)} if tables else {}
    whole = images.load(save("whole.tif", tiff(data, more)))
    assert (whole - images.load(save("same.tif", Image.fromarray(GREY)))).abs().max() < 0.1
    if packing == "jpeg":
        shorter = BytesIO()
        Image.fromarray(GREY[:1]).save(shorter, "JPEG")
        assert refused(save("one.tif", tiff(shorter.getvalue(), {259: 7})), "too short")
    for keep in (0.2, 0.5, 0.9):
        cut = tiff(data[: int(keep * count)], more)
        assert refused(save("cut.tif", cut), "cannot be read")


ZEROS = zlib.compress(bytes(200_000_000), 1)
BOMBS = {
    "strip.tif": (tiff(ZEROS, {259: 8}), "unpacks to more than"),
    "samples.tif": (tiff(RAW, {SAMPLES: 60_000}), "60000 samples"),
    "tile.tif": (
        tiff(ZEROS, {322: ("L", 50_000), 323: ("L", 50_000), **{259: 8, 278: None}})
        .replace(struct.pack("<HH", OFFSETS, 4), struct.pack("<HH", 324, 4))
        .replace(struct.pack("<HH", COUNTS, 4), struct.pack("<HH", 325, 4)),
        "tiles much larger than itself",
    ),
    "size.tif": (tiff_with(RAW, ("L", 2**31), ("L", 2**31), (8,), {}), "40 million pixels"),
    "tag.tif": (
        tiff(RAW, {320: ("H", (1, 2, 3))}).replace(
            struct.pack("<HHL", 320, 3, 3), struct.pack("<HHL", 320, 3, 2**31)
        ),
        "a tag lies behind its end",
    ),
    "pixels.png": (
        png_of(GREY[..., None], png_file.GREY, 8, packed=ZEROS),
        "unpacks to more than",
    ),
    "text.png": (
        png_of(GREY[..., None], 0, 8, before=[(b"zTXt", b"a\0\0" + ZEROS)]),
        "cannot be read",
    ),
    "chunk.png": (png(GREY)[:33] + b"\xff\xff\xff\xf0tEXt" + bytes(99), "cannot be read"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_small_file_that_claims_or_unpacks_to_much_takes_little_memory(name, save):
    content, message = BOMBS[name]
    path = save(name, content)
    tracemalloc.start()
    try:
        assert refused(path, message)
        assert tracemalloc.get_traced_memory()[1] < 30e6
    finally:
        tracemalloc.stop()


LONG = {
    "photo.jpg": ("grey", jpeg(), "more than 160 MB"),
    "letter.txt": ("grey", b"Dear reader", "an unknown kind of file"),
    "many.dcm": (
        "hounsfield",
        bytes(128) + b"DICM\x09\0\x10\0UN\0\0" + struct.pack("<L", 2**30 - 200),
        "more than 160 MB: export one slice",
    ),
    "kelvin.tif": ("kelvin", b"II*\0\x08\0\0\0", "more than 100 MB"),
    "directory.tif": ("grey", b"II*\0\x08\0\0\0", "cannot be read"),
    "pixels.png": ("grey", png(GREY), "."),
}


@pytest.mark.parametrize("name", LONG)
def test_a_file_of_a_gigabyte_is_not_read_for_its_first_bytes(name, save):
    unit, content, message = LONG[name]
    path = save(name, content)
    with path.open("r+b") as file:
        file.truncate(2**30)
    tracemalloc.start()
    try:
        if name == "pixels.png":  # what follows its end is none of it
            assert images.load(path).shape == GREY.shape
        else:
            assert refused(path, message, unit)
        assert tracemalloc.get_traced_memory()[1] < 10e6
    finally:
        tracemalloc.stop()


OTHERS = {
    "scan.pdf": (b"%PDF-1.7", "is a PDF file"),
    "phone.heic": (b"\0\0\0\x18ftypheic", "HEIC"),
    "web.webp": (b"RIFF\0\0\0\0WEBP", "is a WebP file"),
    "stars.fits": (b"SIMPLE  = ", "is a FITS file"),
    "letter.png": (b"Dear reader", "an unknown kind of file"),
    "array.npy": (b"\x93NUMPY\x01\0", 'is an array: name its unit, such as unit="kelvin"'),
}


@pytest.mark.parametrize("name", OTHERS)
def test_a_file_of_another_kind_is_named_for_what_it_is(name, save):
    content, message = OTHERS[name]
    assert refused(save(name, content), message)


def test_a_picture_with_damaged_exif_is_refused_since_it_may_lie_on_its_side(save):
    exif = Image.Exif()
    exif[0x0112] = 6
    content = jpeg(exif=exif)
    assert images.load(save("turned.jpg", content)).shape == (40, 24)
    at = content.index(b"Exif\0\0") + 6
    broken = content[: at + 8] + b"\xff" * 4 + content[at + 12 :]
    assert refused(save("broken.jpg", broken), "cannot be read")


LINUX = Path("/proc/self/status").exists()
needs_limits = pytest.mark.skipif(not LINUX, reason="a process is limited as on Linux")


@needs_limits
def test_a_hundred_damaged_files_are_read_or_refused(tmp_path):
    from tests.package.images import hostile  # whose limits other systems do not have

    sound = hostile.originals()
    whole = {}
    for name, unit, content in sound:
        path = tmp_path / name
        path.write_bytes(content)
        whole[name] = images.load(path, unit=unit).numpy()
    found = Counter()
    for number in range(10_000, 10_000 + 6 * len(sound)):
        name, unit, content, tells = hostile.file_of(number, sound)
        (tmp_path / name).write_bytes(content)
        found[hostile.outcome(tmp_path / name, unit, whole[name] if tells else None)] += 1
    assert set(found) <= {"read", "refused"} and found["refused"] > 60


@needs_limits
@pytest.mark.rare
def test_five_thousand_damaged_files_are_read_or_refused_within_limits():
    """The figures are printed with ``-s``."""
    command = [sys.executable, "-m", "tests.package.images.hostile", "0", "5000"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    words = Counter(lines[1::2])
    print(f"tried {len(lines[::2])}: {dict(words)}")
    assert done.returncode == 0, (lines[-1:], done.stderr[-500:])
    assert sum(words.values()) == 5000 and set(words) == {"read", "refused"}, words
