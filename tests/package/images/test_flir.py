"""The JPEG of a FLIR camera gives the right temperatures, however it packs its counts."""

import itertools
import json
import os
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from course_utils.images import flir
from tests.package.images import flir_jpeg as made
from tests.package.images.flir_jpeg import counts_of, flir_block, jpeg_of, png, raw_block

RNG = np.random.default_rng(0)
SHAPE = (24, 20)
RAMP = np.linspace(-1, 1, 24 * 20).reshape(SHAPE) + 0.02 * RNG.standard_normal(SHAPE)
SCENES = {  # kelvin; 1 K is some 100 counts
    "fire": 340 + 80 * RAMP,
    "room": 295 + 8 * RAMP,
    "wall": 295 + 0.3 * RAMP,
    "frost": 250 + 3 * RAMP,
    "night": 235 + 0.2 * RAMP,
    "lid": np.full(SHAPE, 293.15),
}
PACKINGS = ("little", "big", "png", "png swapped")
OFF = {"level": 60_000, "span": 40}  # a scale that was set by hand and shows nothing
NONE = {"level": 0, "span": 0}


@pytest.fixture
def read(save):
    """The temperatures in the bytes of a file."""
    return lambda content: flir.read(save("frame.jpg", content), 1000)


def refused(read, content, message):
    with pytest.raises(flir.NoTemperatures, match=message) as refusal:
        read(content)
    assert "\n" not in str(refusal.value) and len(str(refusal.value)) < 130


def whole_counts(kelvin, changes=None):
    return counts_of(kelvin, changes).round().astype(np.uint16)


@pytest.mark.parametrize("scene", SCENES)
@pytest.mark.parametrize("packing", PACKINGS)
def test_counts_in_either_order_give_the_temperatures_of_the_scene(packing, scene, read):
    """Within half a count, which is below 0.01 K at room temperature."""
    counts = whole_counts(SCENES[scene])
    found = read(made.flir_jpeg(counts, packing=packing))
    half_a_count = 0.5 / np.abs(counts_of(SCENES[scene] + 1) - counts_of(SCENES[scene]))
    assert (np.abs(found - SCENES[scene]) < 1.05 * half_a_count + 1e-4).all()


def payloads():
    """Every way to pack counts, in files whose other numbers stand in either order."""
    orders = ("><<", ">>>", "<<<", "<>>", "><>", ">><")
    return itertools.product(SCENES, PACKINGS, orders, ({}, OFF, NONE))


def outcome(read, scene, packing, orders, scale):
    """Whether a file is read "right" or "wrong", or is "refused"."""
    counts = whole_counts(SCENES[scene])
    block = flir_block(counts, scale, packing, orders=orders)
    try:
        found = read(jpeg_of(block))
    except flir.NoTemperatures as reason:
        assert "either order" in str(reason)
        return "refused"
    return "right" if np.abs(counts_of(found) - counts).max() < 0.01 else "wrong"


def test_no_order_of_bytes_gives_other_temperatures(read):
    """All are right, but for a PNG whose scale does not help and one byte never changes."""
    for scene, packing, orders, scale in payloads():
        found = outcome(read, scene, packing, orders, scale)
        alike = np.ptp(whole_counts(SCENES[scene]) >> 8) == 0
        undecided = packing.startswith("png") and scale and alike
        assert found == ("refused" if undecided else "right"), (scene, packing, scale)


def test_a_scale_of_the_other_order_is_not_believed(read):
    """Where the scale holds the swapped counts, the file contradicts itself."""
    counts = (17040 + 30 * RAMP).astype(np.uint16)  # the high byte is 66
    swapped = counts.byteswap()
    ends = (int(swapped.min()), int(swapped.max()))
    scale = {"level": sum(ends) // 2, "span": ends[1] - ends[0]}
    for packing in PACKINGS:
        refused(read, made.flir_jpeg(counts, scale, packing), "in either order")


def test_a_byte_that_never_changes_is_no_low_byte(read):
    counts = np.full(SHAPE, 17000, np.uint16)
    counts[:, 10:] += 256
    refused(read, made.flir_jpeg(counts, packing="png"), "in either order")
    refused(read, made.flir_jpeg(counts, NONE, "png"), "in either order")


ROOM = whole_counts(SCENES["room"])
NOISE = RNG.integers(7000, 60_000, SHAPE).astype(np.uint16)


def test_a_png_that_is_longer_than_its_counts_is_read_whole(read):
    assert len(png(NOISE)) > NOISE.nbytes
    scale = {"level": 20_000, "span": 20_000}
    quiet = NOISE // 16 + 16_000
    np.testing.assert_allclose(
        counts_of(read(made.flir_jpeg(quiet, scale, "png swapped"))), quiet, atol=0.01
    )


def test_a_file_in_several_pieces_is_put_together_by_their_numbers(read):
    block = flir_block(ROOM)
    one = read(jpeg_of(block))
    whole = jpeg_of(block, piece=500)
    np.testing.assert_array_equal(read(whole), one)
    segments = whole.split(b"\xff\xe1")
    shuffled = [segments[0], segments[2], segments[1], *segments[3:]]
    assert len(segments) > 4
    np.testing.assert_array_equal(read(b"\xff\xe1".join(shuffled)), one)
    refused(read, b"\xff\xe1".join(segments[:2] + segments[3:]), "of 5 pieces of its FLIR")
    twice = [*segments[:2], segments[1], *segments[2:]]
    refused(read, b"\xff\xe1".join(twice), "piece 0 of its FLIR data is twice")


def test_bytes_between_segments_are_passed_over(read):
    content = jpeg_of(flir_block(ROOM))
    np.testing.assert_array_equal(
        read(content[:2] + b"\xff\xff" + content[2:]), read(content)
    )


@pytest.mark.parametrize("order", ["<", ">"])
def test_pixels_that_the_camera_calls_invalid_are_cut_off(order, read):
    height, width = SHAPE
    valid = (1, width - 1, 2, height - 1)
    raw = raw_block(made.packed(ROOM, "little"), SHAPE, valid=valid, order=order)
    found = read(jpeg_of(flir_block(ROOM, raw=raw, orders=">" + order + "<")))
    np.testing.assert_array_equal(found, read(made.flir_jpeg(ROOM))[2:, 1:])
    raw = raw_block(made.packed(ROOM, "little"), SHAPE, valid=(19, 3, 0, height - 1))
    refused(read, jpeg_of(flir_block(ROOM, raw=raw)), "none of its pixels is valid")


def raw(content, shape=SHAPE, **options):
    return jpeg_of(flir_block(ROOM, raw=raw_block(content, shape, **options)))


def record(*kinds):
    """A file with records of these kinds alone, each of which is sound."""
    counts = raw_block(made.packed(ROOM, "little"), SHAPE)
    contents = {1: counts, 14: png(ROOM.astype(np.uint8)), 32: made.camera_block(ROOM)}
    return jpeg_of(made.container([(k, 2, contents[k]) for k in kinds]))


LITTLE = made.packed(ROOM, "little")
UNKNOWN_KIND = made.container(
    [(1, 7, raw_block(LITTLE, SHAPE)), (32, 1, made.camera_block(ROOM))]
)
TWELVE_BITS = LITTLE[: ROOM.size * 12 // 8]
NO_TEMPERATURES = {
    "palette": (record(14), "holds FLIR data without temperatures: it has no counts"),
    "no calibration": (record(1, 14), "holds counts of a camera without a calibration"),
    "film": (record(1, 1, 32), "holds 2 frames: save one of them"),
    "colours": (raw(LITTLE, size=3), "holds a picture and no counts: 20 x 24 pixels of 3"),
    "no pixels": (raw(b"", (0, 20)), "holds a picture and no counts: 20 x 0 pixels"),
    "jpeg": (raw(b"\xff\xd8\xff\xe0" + bytes(50)), "packs its counts as JPEG"),
    "jpeg-ls": (raw(b"\xff\xd8\xff\xf7" + bytes(50)), "packs its counts as JPEG"),
    "tiff": (raw(b"II*\0" + bytes(50)), "packs its counts as TIFF"),
    "twelve bits": (raw(TWELVE_BITS), "in a way that is not known: 720 bytes"),
    "too long": (raw(LITTLE + b"\0"), "in a way that is not known: 961 bytes"),
    "other kind": (jpeg_of(UNKNOWN_KIND), "960 bytes of kind 7 for 24 x 20 pixels"),
    "bytes": (
        raw(png(ROOM.astype(np.uint8))),
        "a PNG what are no counts: 20 x 24 .* 8 bits",
    ),
    "colour png": (raw(png(np.zeros((24, 20, 3), np.uint8))), "no counts: .* of 8 bits"),
    "other size": (raw(png(ROOM[:20])), "no counts: 20 x 20 pixels of 16 bits"),
    "cut png": (raw(png(ROOM)[:-60]), "so is the PNG of its counts"),
    "bare png": (raw(b"\x89PNG\r\n\x1a\n"), "a PNG what are no counts: 0 x 0"),
    "version": (jpeg_of(b"FFF\0" + bytes(200)), "FLIR data of the unknown version 0"),
    "kind": (jpeg_of(b"XYZ\0" + bytes(200)), "FLIR data of an unknown kind"),
    "endless": (made.endless(ROOM), "directory of 4294967295 records reaches beyond"),
    "picture": (jpeg_of(b""), "a plain JPEG or of another camera, with no temperatures"),
    "short": (jpeg_of(made.container([(1, 2, b"ab"), (32, 1, b"cd")])), "of 2 bytes has 2"),
}


@pytest.mark.parametrize("name", NO_TEMPERATURES)
def test_what_gives_no_temperatures_says_what_it_has_instead(name, read):
    refused(read, *NO_TEMPERATURES[name])


@pytest.mark.parametrize("packing", PACKINGS)
def test_a_byte_that_has_changed_is_seen(packing, read):
    """By FLIR's checksums, and without them by those of a PNG."""
    has_sum = not packing.startswith("png")
    block = flir_block(ROOM, packing=packing, sum=has_sum)
    at = 128 + 32 + len(block[160:]) // 4
    damaged = block[:at] + bytes([block[at] ^ 4]) + block[at + 1 :]
    refused(read, jpeg_of(damaged), "damaged")


def test_a_changed_byte_of_the_calibration_is_seen(read):
    block = bytearray(flir_block(ROOM))
    block[-1200 + 90] ^= 1
    refused(read, jpeg_of(bytes(block)), "the checksum of its FLIR data is another")


@pytest.mark.parametrize("keep", [0.05, 0.3, 0.7, 0.95])
def test_a_file_that_was_cut_off_gives_no_half_frame(keep, read):
    whole = made.flir_jpeg(ROOM)
    end = whole.index(b"FLIR\0") + int(keep * len(flir_block(ROOM)))
    refused(read, whole[:end], "cut off")
    refused(read, jpeg_of(flir_block(ROOM)[: int(keep * len(flir_block(ROOM)))]), "cut off")


def test_more_pixels_than_allowed_are_refused_before_they_are_unpacked(read):
    bomb = png(np.zeros((40, 40), np.uint16))
    with pytest.raises(ValueError, match="more than 0 million pixels"):
        read(raw(bomb, (40, 40)))
    with pytest.raises(ValueError, match="more than 0 million pixels"):
        read(raw(bomb, (60_000, 60_000)))


def hostile(seed):
    """A sound file in which a few bytes of the header or the calibration are others."""
    draw = random.Random(seed)
    packing = draw.choice(PACKINGS)
    block = bytearray(flir_block(ROOM, packing=packing, sum=seed % 2 == 0))
    calibration = range(len(block) - 1200, len(block))
    for _ in range(draw.randint(1, 4)):
        place = draw.choice([draw.randrange(180), draw.choice(calibration)])
        block[place] = draw.randrange(256)
    content = bytearray(jpeg_of(bytes(block)))
    if seed % 5 == 0:  # and the header of the segment
        content[4 + draw.randrange(8)] = draw.randrange(256)
    return bytes(content)


LIMITED = """
import json, resource, sys
from pathlib import Path
from course_utils import images
resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
resource.setrlimit(resource.RLIMIT_AS, (4 * 2**30, 4 * 2**30))
for path in sorted(Path(sys.argv[1]).iterdir()):
    try:
        T = images.load(path, unit="kelvin")
        said = [float(T.min()), float(T.max())]
    except ValueError as refusal:
        said = str(refusal)
    print(json.dumps([path.name, said]))
"""
ROOT = Path(__file__).resolve().parents[3]
BARE = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}


@pytest.mark.rare
def test_damaged_headers_give_temperatures_or_one_sentence_within_limits(tmp_path):
    """400 files, in a process with a minute of computing and 4 GB."""
    pytest.importorskip("resource", reason="this system knows no such limits")
    for seed in range(400):
        (tmp_path / f"{seed:03}.jpg").write_bytes(hostile(seed))
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(tmp_path)],
        env=BARE | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    told = dict(map(json.loads, done.stdout.splitlines()))
    assert len(told) == 400
    sentences = [said for said in told.values() if isinstance(said, str)]
    assert all("\n" not in said and len(said) < 300 for said in sentences)
    read = [said for said in told.values() if not isinstance(said, str)]
    assert read and sentences and all(150 <= low <= high <= 3500 for low, high in read)
