"""A picture of the reader's own comes out in grey, or is refused in words that help."""

import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from course_utils import images

GREY = (np.arange(12 * 10).reshape(12, 10) * 2).astype(np.uint8)
RED = np.stack([GREY, GREY * 0, GREY * 0], axis=-1)
GREY16 = GREY.astype(np.uint16) * 257 + 3
WEIGHTS = np.array([0.2125, 0.7154, 0.0721])
CASES = {
    "grey.png": (GREY, GREY / 255),
    "grey16.png": (GREY16, GREY16 / 65535),
    "colour.png": (RED, RED / 255 @ WEIGHTS),
    "grey.tif": (GREY, GREY / 255),
    "grey16.tif": (GREY16, GREY16 / 65535),
    "colour16.tif": (np.stack([GREY16] * 3, -1), GREY16 / 65535),
    "float.tif": (GREY.astype(np.float32) / 300, GREY / 300),
    "with space and é.png": (GREY, GREY / 255),
    "palette.png": (Image.fromarray(RED).quantize(256), RED / 255 @ WEIGHTS),
    "two-levels.png": (Image.fromarray(GREY > 100), (GREY > 100) * 1.0),
}


def close(tensor, expected, atol=1e-6):
    np.testing.assert_allclose(tensor.numpy(), expected, atol=atol)


@pytest.mark.parametrize("name", CASES)
def test_a_file_is_read_to_its_grey_values(name, save):
    pixels, expected = CASES[name]
    path = save(name, pixels)
    close(images.load(path), expected, atol=0.02 if "palette" in name else 2e-6)
    assert images.load(str(path), size=8).shape == (8, 8)


def test_green_counts_most_and_blue_least_as_in_bt_709(save):
    pure = np.repeat(np.eye(3, dtype=np.uint8) * 255, 4, axis=0)[:, None].repeat(9, axis=1)
    rows = images.load(save("pure.png", pure))[::4, 0]
    close(rows, [0.2125, 0.7154, 0.0721])


@pytest.mark.parametrize("tall", [True, False])
def test_a_size_cuts_the_square_out_of_the_middle(tall, save):
    pixels = (np.arange(24)[:, None] * 10 + np.arange(8)).astype(np.uint8)
    middle = pixels[8:16]
    if not tall:
        pixels, middle = np.ascontiguousarray(pixels.T), middle.T
    close(images.load(save("long.png", pixels), size=8), middle / 255)


def test_a_jpeg_is_read_to_about_its_grey_values(save):
    close(images.load(save("photo.jpg", GREY, quality=95)), GREY / 255, atol=0.05)


def test_what_is_transparent_is_white(save):
    alpha = np.full_like(GREY, 255)
    alpha[0] = 0
    expected = np.where(alpha == 0, 1, RED / 255 @ WEIGHTS)
    close(images.load(save("alpha.png", np.dstack([RED, alpha]))), expected)


def test_a_photograph_taken_upright_stands_upright(save):
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned by a quarter
    f = images.load(save("turned.jpg", GREY, exif=exif, quality=95))
    close(f, np.rot90(GREY, -1) / 255, atol=0.05)


def png_of(width, height):
    """The header of a PNG that claims a size, with hardly any data."""

    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    packed = chunk(b"IDAT", zlib.compress(bytes(1000)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + packed + chunk(b"IEND", b"")


BAD_BYTES = {
    "empty.png": (b"", "cannot be read"),
    "text.png": (b"this is a letter", "cannot be read.*export a PNG"),
    "cut.tif": (b"II*\0\x08\0\0\0", "cannot be read"),
    "bomb.png": (png_of(10_000, 10_000), "more than 40 million pixels"),
    "huge-bomb.png": (png_of(60_000, 60_000), "more than 40 million pixels"),
    "cut.png": (png_of(100, 100), "cannot be read"),
}


@pytest.mark.parametrize("name", BAD_BYTES)
def test_a_damaged_or_hostile_file_is_refused_in_one_sentence(name, save):
    content, message = BAD_BYTES[name]
    with pytest.raises(ValueError, match=message) as refusal:
        images.load(save(name, content))
    assert name in str(refusal.value) and "\n" not in str(refusal.value)


HOLE = np.where(GREY == 46, np.nan, GREY).astype(np.float32)
BAD_PICTURES = {
    "thin.png": (GREY[:1], "1 x 10 pixels; at least 8 a side"),
    "cycle.gif": (GREY, "is a GIF file: export it as PNG"),
    "printed.jpg": (Image.fromarray(RED).convert("CMYK"), "CMYK"),
    "nan.tif": (HOLE, r"nan at index \(2, 3\); mend or crop it"),
    "complex.tif": (GREY.astype(np.complex64), "complex pixels"),
    "stack.tif": (np.stack([GREY] * 5), "5 pictures"),
}


@pytest.mark.parametrize("name", BAD_PICTURES)
def test_a_picture_that_is_of_no_use_is_refused_in_words(name, save):
    pixels, message = BAD_PICTURES[name]
    options = {"photometric": "minisblack"} if name == "stack.tif" else {}
    with pytest.raises(ValueError, match=message):
        images.load(save(name, pixels, **options))


@pytest.mark.parametrize("keep", [0.3, 0.6, 0.9])
@pytest.mark.parametrize("name", ["photo.jpg", "photo.png", "photo.tif"])
def test_a_file_that_was_cut_off_gives_no_half_picture(name, keep, save):
    noise = np.random.default_rng(0).integers(0, 256, (64, 64), dtype=np.uint8)
    path = save(name, noise)
    path.write_bytes(path.read_bytes()[: int(keep * path.stat().st_size)])
    with pytest.raises(ValueError, match="cannot be read"):
        images.load(path)
