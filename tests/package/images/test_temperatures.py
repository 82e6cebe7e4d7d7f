"""A frame of the reader's own comes out in kelvin, or is refused in words that help."""

import io
import os
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import tifffile
import torch

from course_utils import images
from tests.package.images.flir_jpeg import counts_of, endless, flir_jpeg

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


@pytest.mark.parametrize("emissivity", [1.0, 0.9])
def test_a_flir_jpeg_gives_the_temperatures_of_its_calibration(emissivity, save):
    camera = {"emissivity": emissivity, "around": 285.0, "distance": 4.0}
    counts = counts_of(KELVIN, camera).round()
    T = images.load(save("frame.jpg", flir_jpeg(counts, camera)), unit="kelvin")
    np.testing.assert_allclose(T.numpy(), KELVIN, atol=0.01)
    assert T.dtype == torch.get_default_dtype()


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
    "photo.jpg": (BYTES, "kelvin", "a plain JPEG .*, with no temperatures"),
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


@pytest.mark.parametrize("name", ["signal.tif", "signal.npy"])
def test_a_number_that_signals_that_it_is_none_is_one_like_others(name, save):
    bits = KELVIN.astype(np.float32).view(np.uint32)
    bits[1, 2] = 0x7F800001
    with pytest.raises(ValueError, match=r"it has nan at index \(1, 2\)"):
        images.load(save(name, bits.view(np.float32)), unit="kelvin")


@pytest.mark.parametrize("keep", [0.2, 0.5, 0.9])
@pytest.mark.parametrize("name", ["frame.tif", "frame.npy"])
def test_a_frame_that_was_cut_off_gives_no_half_result(name, keep, save):
    content = save(name, np.random.default_rng(0).uniform(280, 320, (64, 64)))
    cut = content.read_bytes()[: int(keep * content.stat().st_size)]
    refusal = r"cannot be read|cut off|no file with temperatures"
    with pytest.raises(ValueError, match=refusal):
        images.load(save(name, cut), unit="kelvin")


def test_an_unknown_unit_and_a_missing_file_are_named(tmp_path, save):
    unknown = r"no unit 'fahrenheit': there are \"grey\", .*'kelvin'"
    with pytest.raises(ValueError, match=unknown):
        images.load(save("a.npy", KELVIN), unit="fahrenheit")
    with pytest.raises(FileNotFoundError, match="is missing"):
        images.load(tmp_path / "no.npy", unit="kelvin")
    unnamed = 'is an array: name its unit, such as unit="kelvin"'
    with pytest.raises(ValueError, match=unnamed):
        images.load(save("a.npy", KELVIN))


STRANGE = {
    "bare": {},
    "safe path": {"PYTHONSAFEPATH": "1"},
    "unbuffered": {"PYTHONUNBUFFERED": "1", "PYTHONOPTIMIZE": "2"},
    "ascii": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "no home": {"HOME": "/nowhere", "TMPDIR": "/nowhere"},
}
ROOT = Path(__file__).resolve().parents[3]
LOAD = """
import sys
sys.modules["resource"] = None  # as on Windows
from course_utils import images
for path in sys.argv[1:]:
    T = images.load(path, unit="kelvin")
    print(tuple(T.shape), f"{T.double().mean():.3f}")
assert "subprocess" not in vars(images.temperatures), "no other program is needed"
"""


@pytest.mark.rare
@pytest.mark.parametrize("name", STRANGE)
def test_a_frame_is_read_alike_in_every_environment(name, save):
    """Names with spaces, accents and dashes, beside files that are named like modules."""
    content = flir_jpeg(counts_of(KELVIN).round())
    folder = save("numpy.py", b"raise SystemExit('not the module')").parent
    names = ["frame.jpg", "a b.jpg", "\u00e9t\u00e9.jpg", "-c.jpg", "%TEMP%.jpg"]
    for frame in names:
        save(frame, content)
    keep = {key: os.environ[key] for key in ("PATH", "SYSTEMROOT") if key in os.environ}
    done = subprocess.run(
        [sys.executable, "-P", "-c", LOAD, *names],
        env=keep | {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)} | STRANGE[name],
        cwd=folder,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == 5 * ["(12, 10) 300.000"]


def test_a_frame_without_a_temperature_somewhere_names_the_place(save):
    impossible = np.where(COUNTS == 17020, 0, COUNTS)
    with pytest.raises(ValueError, match=r"it has nan at index \(0, 1\); mend or crop it"):
        images.load(save("hole.jpg", flir_jpeg(impossible)), unit="kelvin")


def test_a_hostile_directory_costs_no_time(save):
    with pytest.raises(
        ValueError, match=r"endless.jpg .*reaches beyond its FLIR data: export"
    ):
        images.load(save("endless.jpg", endless(COUNTS)), unit="kelvin")


def test_a_calibration_of_nothing_is_not_blamed_on_the_unit(save):
    content = flir_jpeg(COUNTS, {"R1": 1.0, "R2": 1.0})
    with pytest.raises(
        ValueError, match=r"no camera measures .*calibration is damaged"
    ) as e:
        images.load(save("cold.jpg", content), unit="kelvin")
    assert "unit" not in str(e.value)


DICOM = bytes(128) + b"DICM" + bytes(100)


def archive():
    file = io.BytesIO()
    np.savez(file, T=KELVIN)
    return file.getvalue()


def with_nodata(numbers, value):
    """A TIFF whose tag of GDAL says which number stands for no data."""
    file = io.BytesIO()
    text = str(value)
    tag = (42113, "s", len(text) + 1, text, True)
    tifffile.imwrite(file, numbers, extratags=[tag])
    return file.getvalue()


FLOATS = KELVIN.astype(np.float32)
MARKED = np.where(KELVIN < 281, -9999, KELVIN).astype(np.float32)
ZEROS = np.where(KELVIN < 281, 0, np.round(100 * KELVIN)).astype(np.uint16)
CAUSES = {
    "slice.dcm": (DICOM, "kelvin", r'is a slice of a scanner \(DICOM\): .*"hounsfield"'),
    "many.npz": (archive(), "kelvin", "is an archive .*numpy.save one array"),
    "tag.tif": (
        with_nodata(MARKED, -9999),
        "kelvin",
        "3 pixels without data, by its nodata",
    ),
    "mark.tif": (MARKED, "kelvin", "has -9999 K in 3 of its pixels, which no camera"),
    "zero.tif": (
        ZEROS,
        "centikelvin",
        "has 0 K in 3 of its pixels, .* missing data or dead",
    ),
    "dead.npy": (np.where(KELVIN == 280, 9e9, KELVIN), "kelvin", "9e.09 K in 1 of its"),
    "empty.npy": (ZEROS[:0], "kelvin", "0 x 10 pixels; at least 8"),
    "eight.tif": (BYTES, "centikelvin", "of the type uint8, a picture and no temperatures"),
    "rgb.tif": (np.zeros((12, 10, 3), np.uint16), "kelvin", "is a picture in colours"),
    "cut.tif": (
        with_nodata(FLOATS, -1)[:400],
        "kelvin",
        "cannot be read as a TIFF .*: exp",
    ),
    "plain.jpg": (BYTES, "kelvin", "is a plain JPEG or of another camera"),
}


@pytest.mark.parametrize("name", CAUSES)
def test_a_refusal_names_the_true_cause(name, save):
    content, unit, message = CAUSES[name]
    with pytest.raises(ValueError, match=message) as refusal:
        images.load(save(name, content), unit=unit)
    said = str(refusal.value)
    assert said.startswith(name) and "\n" not in said
    assert "name its unit" not in said and "PNG" not in said


TURNED = {1: lambda x: x, 3: lambda x: x[::-1, ::-1], 6: lambda x: np.rot90(x, 1)}


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("turn", TURNED)
def test_a_radiometric_tiff_is_upright_in_either_order_of_bytes(turn, order, save):
    file = io.BytesIO()
    tag = (274, "H", 1, turn, True)
    stored = np.ascontiguousarray(TURNED[turn](FLOATS))
    tifffile.imwrite(file, stored, byteorder=order, extratags=[tag])
    T = images.load(save("turned.tif", file.getvalue()), unit="kelvin")
    np.testing.assert_allclose(T.numpy(), FLOATS)


HOSTILE = """
import resource, sys
from pathlib import Path
import numpy as np
from course_utils import images
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
resource.setrlimit(resource.RLIMIT_CPU, (30, 30))
for path in sorted(Path(sys.argv[1]).iterdir()):
    try:
        images.load(path, unit="kelvin")
    except ValueError as refusal:
        print(str(refusal).replace(path.name, "", 1))
    else:
        raise SystemExit(path.name + " was read")
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1000, "MB")
"""


@pytest.mark.rare
def test_arrays_that_unpack_to_gigabytes_take_neither_memory_nor_time(tmp_path):
    pytest.importorskip("resource", reason="this system counts no memory")
    bombs = [npy_of(s) for s in [(2**40,), (10**5, 10**5), (-1, 5), (2**62, 4), ("a",)]]
    bombs += [b"\x93NUMPY\x01\0\xff\xff" + b"(" * 65535, b"\x93NUMPY", archive()]
    bombs += [b"\x93NUMPY\x02\0\xff\xff\xff\xff{}", b"\x93NUMPY\x09\0" + bytes(200)]
    for number, content in enumerate(bombs):
        (tmp_path / f"{number}.npy").write_bytes(content)
    np.savez_compressed(tmp_path / "bomb.npz", T=np.zeros((2000, 2000, 20)))
    done = subprocess.run(
        [sys.executable, "-c", HOSTILE, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    *sentences, memory = done.stdout.splitlines()
    assert len(sentences) == len(bombs) + 1 and all("save" in x for x in sentences)
    assert int(memory.split()[0]) < 100
