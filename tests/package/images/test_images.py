"""Real pictures come from installed packages; a reader's file is read or refused in words."""

import socket
import struct
import zlib

import numpy as np
import pytest
import tifffile
import torch
from PIL import Image

from course_utils import images

GREY = (np.arange(12 * 10).reshape(12, 10) * 2).astype(np.uint8)
RED = np.stack([GREY, GREY * 0, GREY * 0], axis=-1)
WEIGHTS = np.array([0.2125, 0.7154, 0.0721])


@pytest.fixture
def save(tmp_path):
    """Write pixels under a name, by Pillow or by tifffile, and give the path."""

    def write(name, pixels, **options):
        path = tmp_path / name
        if path.suffix in (".tif", ".tiff"):
            tifffile.imwrite(path, pixels, **options)
        else:
            picture = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
            picture.save(path, **options)
        return path

    return write


def close(tensor, expected, atol=1e-6):
    np.testing.assert_allclose(tensor.numpy(), expected, atol=atol)


def test_every_photograph_is_grey_between_black_and_white():
    album = images.photographs()
    assert len(album) == 17
    for name, f in album.items():
        assert f.ndim == 2 and f.dtype == torch.get_default_dtype(), name
        assert f.min() >= 0 and f.max() <= 1 and f.std() > 0.05, name


def test_a_size_gives_a_square_of_the_same_scene():
    small, large = (images.photographs(size)["camera"] for size in (64, 512))
    assert small.shape == (64, 64) and large.shape == (512, 512)
    means = large.reshape(64, 8, 64, 8).mean((1, 3))
    assert (small - means).abs().mean() < 0.02


def test_an_unknown_name_is_answered_with_the_known_ones():
    with pytest.raises(KeyError, match=r"no picture 'dog'.*camera"):
        images.photographs()["dog"]


def test_a_ct_slice_has_air_around_a_skull_around_a_brain_like_water():
    head = images.ct_slices()["head"]
    assert head.shape == (512, 512)
    assert head[:50].mean() < 0.05 and head.min() == 0
    assert head[200:300, 220:300].median() == pytest.approx(1.03, abs=0.05)
    assert head.max() > 2 and set(images.ct_slices()) == {"head", "abdomen"}


def test_pictures_need_no_network(monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    assert images.photographs(16)["moon"].shape == images.ct_slices(16)["head"].shape


def test_tiles_are_disjoint_and_in_reading_order():
    f = torch.arange(7 * 5.0).reshape(7, 5)
    tiles = images.patches(f, 2)
    assert tiles.shape == (6, 2, 2)
    assert tiles[1].tolist() == [[2, 3], [7, 8]] and tiles[2].tolist() == [
        [10, 11],
        [15, 16],
    ]
    assert len(tiles.unique()) == tiles.numel()


def test_tiles_of_several_pictures_follow_each_other():
    pictures = {"a": torch.zeros(4, 4), "b": torch.ones(2, 6)}
    assert images.patches(pictures, 2).mean((1, 2)).tolist() == [0] * 4 + [1] * 3
    with pytest.raises(ValueError, match="no tile of 3 x 3"):
        images.patches(pictures, 3)


GREY16 = GREY.astype(np.uint16) * 257 + 3
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


@pytest.mark.parametrize("name", CASES)
def test_a_file_is_read_to_its_grey_values(name, save):
    pixels, expected = CASES[name]
    close(
        images.load(save(name, pixels)),
        expected,
        atol=2e-6 if "palette" not in name else 0.02,
    )
    assert images.load(str(save(name, pixels)), size=8).shape == (8, 8)


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
    """The header of a PNG that claims a size, with hardly any data: a decompression bomb."""

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
def test_a_damaged_or_hostile_file_is_refused_in_one_sentence(name, tmp_path):
    content, message = BAD_BYTES[name]
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ValueError, match=message) as refusal:
        images.load(path)
    assert name in str(refusal.value) and "\n" not in str(refusal.value)


BAD_PICTURES = {
    "thin.png": (GREY[:1], "1 x 10 pixels; at least 8 a side"),
    "cycle.gif": (GREY, "is a GIF file: export it as PNG"),
    "printed.jpg": (Image.fromarray(RED).convert("CMYK"), "CMYK"),
    "nan.tif": (
        np.where(GREY == 46, np.nan, GREY).astype(np.float32),
        r"no number at pixel \(2, 3\)",
    ),
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


def test_a_path_to_nothing_or_to_a_folder_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="is missing: give the path"):
        images.load(tmp_path / "no.png")
    with pytest.raises(FileNotFoundError, match="is a folder"):
        images.load(tmp_path)
