"""A frame of the reader's own comes out in kelvin, or is refused in words that help."""

import os
import random
import struct
import sys
from importlib.util import find_spec

import numpy as np
import pytest
import torch

from course_utils import images
from course_utils.images import temperatures
from tests.package.images.flir_jpeg import endless, flir_block, flir_jpeg, kelvin_of

needs_flyr = pytest.mark.skipif(find_spec("flyr") is None, reason="flyr is not installed")
KELVIN = np.linspace(280, 320, 120).reshape(12, 10)
COUNTS = 17000 + 20 * np.arange(12 * 10).reshape(12, 10)


FRAMES = {
    "float.tif": (KELVIN.astype(np.float32), "kelvin"),
    "double.npy": (KELVIN, "kelvin"),
    "half.npy": (KELVIN.astype(np.float16), "kelvin"),
    "big-endian.npy": (KELVIN.astype(">f4"), "kelvin"),
    "columns.npy": (np.asfortranarray(KELVIN), "kelvin"),
    "celsius.tif": ((KELVIN - 273.15).astype(np.float32), "celsius"),
    "with space and é.npy": (KELVIN - 273.15, "celsius"),
    "hundredths.tiff": (np.round(100 * KELVIN).astype(np.uint16), "centikelvin"),
    "tenths.npy": (np.round(10 * KELVIN).astype(np.uint16), "decikelvin"),
    "hundredths.npy": (np.round(100 * KELVIN).astype(np.int32), "centikelvin"),
}


@pytest.mark.parametrize("name", FRAMES)
def test_a_frame_comes_out_in_kelvin_whatever_the_unit_of_its_numbers(name, save):
    numbers, unit = FRAMES[name]
    T = images.load(save(name, numbers), unit=unit)
    assert T.dtype == torch.get_default_dtype()
    tolerance = {"half.npy": 0.13, "tenths.npy": 0.051}.get(name, 0.006)
    np.testing.assert_allclose(T.numpy(), KELVIN, atol=tolerance)
    assert images.load(str(save(name, numbers)), 8, unit).shape == (8, 8)


@needs_flyr
@pytest.mark.parametrize("emissivity", [1.0, 0.9])
def test_a_flir_jpeg_gives_the_temperatures_of_its_calibration(emissivity, save):
    path = save("frame.jpg", flir_jpeg(COUNTS, emissivity, around=285.0))
    T = images.load(path, unit="kelvin")
    np.testing.assert_allclose(T.numpy(), kelvin_of(COUNTS, emissivity, 285.0), rtol=1e-5)
    assert T.min() > 250 and T.max() < 400


def test_a_flir_jpeg_is_also_a_picture(save):
    f = images.load(save("frame.jpg", flir_jpeg(COUNTS)))
    assert f.shape == (12, 10) and f.std() < 0.01


def pickled():
    return np.array([[{}] * 10] * 12, dtype=object)


def structured():
    return np.zeros((12, 10), dtype=[("T", "f4")])


def npy_of(shape):
    """The header of an array that claims a shape, with hardly any data."""
    claim = {"descr": "<f8", "fortran_order": False, "shape": shape}
    text = repr(claim).encode().ljust(117) + b"\n"
    return b"\x93NUMPY\x01\0" + struct.pack("<H", len(text)) + text + bytes(100)


BYTES = np.zeros((12, 10), np.uint8)
COLOURS = np.zeros((12, 10, 3), np.uint16)
HOLE = np.where(KELVIN < 281, np.nan, KELVIN)
BAD = {
    "pickled.npy": (pickled(), "kelvin", "no array of plain numbers"),
    "structured.npy": (structured(), "kelvin", "a picture and no temperatures"),
    "complex.npy": (KELVIN + 0j, "kelvin", "a picture and no temperatures"),
    "bomb.npy": (npy_of((10_000, 10_000)), "kelvin", "is cut off or no array"),
    "overflow.npy": (npy_of((2**62, 2**62)), "kelvin", "is cut off or no array"),
    "no-header.npy": (b"\x93NUMPY\x01\0\xff\xff{{{{", "kelvin", "is cut off or no array"),
    "film.npy": (np.stack([KELVIN] * 3), "kelvin", "has 3 x 12 x 10 numbers, not height x"),
    "small.npy": (KELVIN[:2], "kelvin", "2 x 10 pixels; at least 8"),
    "none.npy": (KELVIN[:0], "kelvin", "0 x 10 pixels"),
    "hole.npy": (HOLE, "kelvin", r"it has nan at index \(0, 0\); mend or crop it"),
    "celsius.npy": (KELVIN - 273.15, "kelvin", "6.85 to 46.85 K, which no camera.*celsius"),
    "kelvin.npy": (100 * KELVIN, "celsius", "which no camera measures"),
    "counts.npy": (COUNTS, "kelvin", 'numbers from 17000 to 19380.*unit="centikelvin"'),
    "raw.npy": (COUNTS // 2, "centikelvin", "85 to 96.9 K, which no camera"),
    "bytes.tif": (
        BYTES,
        "kelvin",
        "numbers of the type uint8, a picture and no temperatures",
    ),
    "stack.tif": (COLOURS, "centikelvin", "holds 12 pictures"),
    "colour.npy": (COLOURS, "centikelvin", "12 x 10 x 3 numbers"),
    "film.tif": (np.stack([KELVIN.astype(np.float32)] * 5), "kelvin", "5 pictures"),
    "tags.tif": (
        b"II*\0\x08\0\0\0\x01\0\0\x01\x05\0",
        "kelvin",
        "cannot be read as a TIFF",
    ),
    "cut.tif": (b"II*\0\x08\0\0\0", "kelvin", "cannot be read as a TIFF|holds 0 pictures"),
    "palette.png": (BYTES, "kelvin", "no file with temperatures in it"),
    "photo.jpg": (BYTES, "kelvin", "a picture with no temperatures"),
    "empty.jpg": (b"", "kelvin", "no file with temperatures in it"),
    "letter.tif": (b"this is a letter", "kelvin", "no file with temperatures in it"),
    "frame.jpg": (flir_jpeg(COUNTS), "celsius", 'calibration: load it with unit="kelvin"'),
}


@pytest.mark.parametrize("name", BAD)
def test_what_holds_no_temperatures_is_refused_in_one_sentence(name, save):
    content, unit, message = BAD[name]
    options = {"photometric": "minisblack"} if name == "stack.tif" else {}
    path = save(name, content, **options)
    with pytest.raises(ValueError, match=message) as refusal:
        images.load(path, unit=unit)
    assert name in str(refusal.value) and "\n" not in str(refusal.value)
    advice = ("export", "save", "unit", "crop", "are needed")
    assert any(word in str(refusal.value) for word in advice)


def test_an_array_of_too_many_pixels_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "large.npy"
    head = npy_of((10_000, 10_000))[:-100]
    with path.open("wb") as file:  # a hole in the disk: the file is as long as it says
        file.write(head)
        file.truncate(len(head) + 800_000_000)
    with pytest.raises(ValueError, match="more than 100 MB"):
        images.load(path, unit="kelvin")
    wide = tmp_path / "wide.npy"
    np.save(wide, np.zeros((7000, 6000), np.float16))
    with pytest.raises(ValueError, match="more than 40 million pixels"):
        images.load(wide, unit="kelvin")


@pytest.mark.parametrize("unit", ["grey", "kelvin"])
def test_a_tiff_that_claims_too_many_pixels_is_refused(unit, save):
    content = save("bomb.tif", np.zeros((64, 64), np.float32)).read_bytes()
    for tag in (b"\x00\x01", b"\x01\x01"):  # width and length
        old = tag + struct.pack("<HII", 4, 1, 64)
        assert content.count(old) == 1
        content = content.replace(old, tag + struct.pack("<HII", 4, 1, 60_000))
    with pytest.raises(ValueError, match=r"bomb.tif has more than 40 million pixels"):
        images.load(save("bomb.tif", content), unit=unit)


@pytest.mark.parametrize("keep", [0.2, 0.5, 0.9])
@pytest.mark.parametrize("name", ["frame.tif", "frame.npy"])
def test_a_frame_that_was_cut_off_gives_no_half_result(name, keep, save):
    content = save(name, np.random.default_rng(0).uniform(280, 320, (64, 64)))
    cut = content.read_bytes()[: int(keep * content.stat().st_size)]
    refusal = r"cannot be read|cut off|no file with temperatures"
    with pytest.raises(ValueError, match=refusal):
        images.load(save(name, cut), unit="kelvin")


def test_an_unknown_unit_and_a_missing_file_are_named(tmp_path, save):
    unknown = "no unit 'fahrenheit': there are \"grey\", 'kelvin'"
    with pytest.raises(ValueError, match=unknown):
        images.load(save("a.npy", KELVIN), unit="fahrenheit")
    with pytest.raises(FileNotFoundError, match="is missing"):
        images.load(tmp_path / "no.npy", unit="kelvin")
    unnamed = 'is an array: name the unit of its numbers, unit="kelvin"'
    with pytest.raises(ValueError, match=unnamed):
        images.load(save("a.npy", KELVIN))


def test_without_flyr_the_error_says_how_to_install_it(save, monkeypatch):
    monkeypatch.setattr(temperatures, "find_spec", lambda name: None)
    advice = r"frame.jpg needs flyr: python -m pip install flyr==5"
    with pytest.raises(ImportError, match=advice):
        images.load(save("frame.jpg", flir_jpeg(COUNTS)), unit="kelvin")
    assert "flyr" not in sys.modules  # nothing but the child process ever imports it


STRANGE = {"PYTHONOPTIMIZE": "2", "PYTHONUNBUFFERED": "1"}
STRANGE |= {"PYTHONINSPECT": "1", "PYTHONWARNINGS": "error"}
STRANGE |= {"PYTHONPATH": os.pathsep}  # the folder that one works in


@needs_flyr
@pytest.mark.parametrize("variables", [{}, STRANGE], ids=["bare", "strange"])
def test_a_flir_jpeg_is_read_alike_in_every_environment(variables, save, monkeypatch):
    for module in ("contextlib", "flyr", "io", "numpy", "resource", "struct"):
        folder = save(f"{module}.py", b"raise SystemExit('not the module')").parent
    monkeypatch.chdir(folder)
    for name in set(os.environ) - {"PATH", "SYSTEMROOT"}:
        monkeypatch.delenv(name)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    T = images.load(save("frame.jpg", flir_jpeg(COUNTS)), unit="kelvin")
    np.testing.assert_allclose(T.numpy(), kelvin_of(COUNTS), rtol=1e-5)
    with pytest.raises(ValueError, match=r"damaged \(KeyError: 32\): export"):
        images.load(save("cut.jpg", flir_jpeg(COUNTS)[:100]), unit="kelvin")
    impossible = np.where(COUNTS == 17020, 0, COUNTS)  # the logarithm of a negative number
    with pytest.raises(ValueError, match=r"it has nan at index \(0, 1\)"):
        images.load(save("hole.jpg", flir_jpeg(impossible)), unit="kelvin")


@needs_flyr
def test_a_file_that_would_be_computed_without_end_is_damaged(save, monkeypatch):
    resource = pytest.importorskip("resource", reason="this system counts no such seconds")
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    monkeypatch.setattr(temperatures, "COMPUTING", 1)
    monkeypatch.setattr(temperatures, "WAITING", 600)
    message = r"endless.jpg has .* damaged \(more than 1 s of computing\): export"
    with pytest.raises(ValueError, match=message):
        images.load(save("endless.jpg", endless(COUNTS)), unit="kelvin")
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before < 5


@needs_flyr
def test_a_computer_that_is_too_busy_is_not_blamed_on_the_file(save, monkeypatch):
    monkeypatch.setattr(temperatures, "WAITING", 0)
    message = r"frame.jpg was not read in 0 s: if this computer is busy, try again later"
    with pytest.raises(ValueError, match=message) as refusal:
        images.load(save("frame.jpg", flir_jpeg(COUNTS)), unit="kelvin")
    assert "damaged" not in str(refusal.value) and "export" in str(refusal.value)


FAILURES = {
    "bytearray(2**60)": "MemoryError",
    "raise KeyError('a' * 500)": "KeyError: 'a{20,80}",
    "raise ValueError('red: \\x1b[31m')": r"ValueError: red: \[31m",
    "raise SystemExit(3)": "stopped",
}


@needs_flyr
@pytest.mark.parametrize("code", FAILURES)
def test_a_program_that_fails_says_why_in_one_line(code, save, monkeypatch):
    monkeypatch.setattr(temperatures, "FLIR_PROGRAM", save("fails.py", code.encode()))
    message = rf"^frame.jpg has FLIR data that are damaged \({FAILURES[code]}\): export"
    with pytest.raises(ValueError, match=message) as refusal:
        images.load(save("frame.jpg", flir_jpeg(COUNTS)), unit="kelvin")
    assert len(str(refusal.value)) < 250 and str(refusal.value).isprintable()


@needs_flyr
@pytest.mark.parametrize("keep", [0.3, 0.7, 0.95])
def test_a_flir_jpeg_that_was_cut_off_gives_no_half_result(keep, save):
    whole = flir_jpeg(COUNTS)
    end = whole.index(b"FLIR\0") + int(keep * len(flir_block(COUNTS)))
    with pytest.raises(
        ValueError, match=r"cut.jpg has FLIR data that are damaged .*: export"
    ):
        images.load(save("cut.jpg", whole[:end]), unit="kelvin")


@needs_flyr
@pytest.mark.slow
@pytest.mark.parametrize("seed", range(50))
def test_a_damaged_header_gives_temperatures_or_one_sentence(seed, save, monkeypatch):
    """Up to four bytes of the header, the directory or the calibration are others."""
    monkeypatch.setattr(temperatures, "COMPUTING", 3)
    draw = random.Random(seed)
    block = bytearray(flir_block(COUNTS))
    calibration = range(len(block) - 900, len(block))
    for _ in range(draw.randint(1, 4)):
        place = draw.choice([draw.randrange(128), draw.choice(calibration)])
        block[place] = draw.randrange(256)
    content = bytearray(flir_jpeg(COUNTS, block=bytes(block)))
    if seed % 5 == 0:  # and the header of the segment
        content[4 + draw.randrange(8)] = draw.randrange(256)
    path = save("fuzzed.jpg", bytes(content))
    try:
        T = images.load(path, unit="kelvin")
    except ValueError as refusal:
        assert "fuzzed.jpg" in str(refusal) and "\n" not in str(refusal)
    else:
        assert T.isfinite().all() and T.min() >= 150 and T.max() <= 3500
