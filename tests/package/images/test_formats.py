"""Whatever a picture's file may say of its numbers is obeyed, or refused in words.

The same numbers are written by other programs (tifffile, Pillow) or byte by byte from the
specification, in every form that a file can have, and must come out as the same greys.
"""

import zlib
from io import BytesIO
from itertools import product

import numpy as np
import pytest
from PIL import Image, ImageOps

from course_utils import images
from tests.package.images import png_file, tiff_file
from tests.package.images.png_file import png_of
from tests.package.images.tiff_file import text, tiff_with

HEIGHT, WIDTH = 19, 26
WEIGHTS = np.array([0.2125, 0.7154, 0.0721])
DRAW = np.random.default_rng(5)
SHARES = DRAW.random((HEIGHT, WIDTH, 4))  # of white, of four samples
TYPES = ("u1", "u2", "u4", "u8", "i1", "i2", "i4", "f2", "f4", "f8")


def numbers_of(kind, samples=1):
    """Numbers of a type that fill its range, and the shares of white that they are."""
    dtype = np.dtype(kind)
    white = 1 if dtype.kind == "f" else int(np.iinfo(dtype).max)
    numbers = (SHARES[..., :samples] * white).astype(dtype)
    return numbers, numbers / white


def grey(shares, opacity=None):
    """The grey value of shares of white, laid on white."""
    value = shares @ WEIGHTS if shares.shape[-1] == 3 else shares[..., 0]
    return value if opacity is None else value * opacity + 1 - opacity


def same(path, expected, atol=2e-6):
    """Whether a file is read to the expected greys."""
    f = images.load(path).numpy()
    assert f.shape == expected.shape
    np.testing.assert_allclose(f, expected, atol=atol)


SOME_LAYOUTS = [  # order of bytes, packing, tile, BigTIFF, planes
    ("<", None, None, False, "contig"),
    (">", "zlib", None, True, "separate"),
    (">", None, (16, 32), True, "contig"),
    ("<", "lzma", (16, 16), False, "separate"),
]
ALL_LAYOUTS = product(
    *("<>", (None, "zlib", "lzma"), (None, (16, 32)), (False, True)), ("contig", "separate")
)


@pytest.mark.parametrize(
    "layouts", [SOME_LAYOUTS, pytest.param([*ALL_LAYOUTS], marks=pytest.mark.rare)], ids=len
)
@pytest.mark.parametrize("samples", [1, 3])
@pytest.mark.parametrize("kind", TYPES)
def test_a_tiff_is_the_same_in_every_type_order_and_layout(kind, samples, layouts, save):
    numbers, shares = numbers_of(kind, samples)
    for order, packing, tile, big, planes in layouts:
        separate = planes == "separate" and samples == 3
        content = np.moveaxis(numbers, -1, 0) if separate else numbers
        predictor = packing == "zlib" and kind[0] in "ui" and kind[1] in "124"
        path = save(
            "picture.tif",
            np.ascontiguousarray(content if samples == 3 else content[..., 0]),
            byteorder=order,
            compression=packing,
            predictor=predictor,
            tile=tile,
            rowsperstrip=None if tile else 5,
            bigtiff=big,
            planarconfig=planes if samples == 3 else None,
            photometric="rgb" if samples == 3 else "minisblack",
        )
        same(path, grey(shares))


def pillow_picture(mode):
    """A picture in one of Pillow's modes, with the greys that it has."""
    eight, shares = numbers_of("u1", 4)
    if mode == "1":
        return Image.fromarray(eight[..., 0] > 99), (eight[..., 0] > 99) * 1.0
    if mode == "P":
        picture = Image.fromarray(eight[..., :3]).quantize(40)
        return picture, grey(np.asarray(picture.convert("RGB")) / 255)
    if mode in ("I;16", "F"):
        numbers, alone = numbers_of("u2" if mode == "I;16" else "f4")
        return Image.fromarray(numbers[..., 0]), grey(alone)
    if mode in ("LA", "RGBA"):
        keep = [0, 3] if mode == "LA" else [0, 1, 2, 3]
        return Image.fromarray(eight[..., keep]), grey(
            shares[..., keep[:-1]], shares[..., 3]
        )
    count = {"L": 1, "RGB": 3}[mode]
    return Image.fromarray(eight[..., :count].squeeze()), grey(shares[..., :count])


@pytest.mark.parametrize("mode", ["1", "P", "L", "LA", "I;16", "F", "RGB", "RGBA"])
def test_a_tiff_is_the_same_however_pillow_packs_it(mode, save):
    picture, expected = pillow_picture(mode)
    packings = ["raw", "tiff_lzw", "packbits", "tiff_deflate", "tiff_adobe_deflate", "lzma"]
    for packing in packings:
        same(save("packed.tif", picture, compression=packing), expected)


@pytest.mark.parametrize("packing", ["group3", "group4", "tiff_ccitt"])
def test_a_fax_code_is_refused_since_half_of_one_cannot_be_told_from_all(packing, save):
    picture, _ = pillow_picture("1")
    with pytest.raises(ValueError, match="a fax code, which hides damage"):
        images.load(save("fax.tif", picture, compression=packing))


@pytest.mark.parametrize(
    "mode, predictor", [("RGB", 2), ("I;16", 2), ("L", 2), ("F", 2), ("F", 3)]
)
@pytest.mark.parametrize("packing", ["tiff_lzw", "tiff_adobe_deflate"])
def test_differences_along_a_row_are_summed(mode, predictor, packing, save):
    picture, expected = pillow_picture(mode)
    same(save("p.tif", picture, compression=packing, tiffinfo={317: predictor}), expected)


@pytest.mark.parametrize("mode", ["L", "RGB", "YCbCr"])
def test_jpeg_inside_a_tiff_is_read_as_pillow_reads_it(mode, save):
    x, y = np.meshgrid(np.arange(64), np.arange(48))
    smooth = np.stack([2 * x + y, 255 - 3 * x, 3 * y], -1).astype(np.uint8)
    path = save("jpeg.tif", Image.fromarray(smooth).convert(mode), compression="jpeg")
    with Image.open(path) as picture:
        expected = np.atleast_3d(np.asarray(picture)) / 255
    same(path, grey(expected))


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("bits", range(1, 17))
def test_samples_of_1_to_16_bits_reach_from_black_to_white(bits, order, save):
    numbers = DRAW.integers(0, 2**bits, (HEIGHT, WIDTH))
    numbers[0, :2] = (0, 2**bits - 1)
    kind = f"{order}u2" if bits == 16 else "u1"
    rows = (
        row.astype(kind).tobytes()
        if bits in (8, 16)
        else np.packbits((row[:, None] >> np.arange(bits)[::-1]) & 1).tobytes()
        for row in numbers
    )
    data = b"".join(rows)
    content = tiff_with(data, WIDTH, HEIGHT, (bits,), {}, order=order)
    same(save("bits.tif", content), numbers / (2**bits - 1))
    if bits in (1, 4, 8, 16):  # Pillow scales no 12 bits, and reads no others
        with Image.open(BytesIO(content)) as picture:
            largest = {1: 1, 16: 65535}.get(bits, 255)
            np.testing.assert_allclose(
                np.asarray(picture) / largest, numbers / (2**bits - 1), atol=1e-6
            )
    mirrored = data.translate(bytes(int(f"{b:08b}"[::-1], 2) for b in range(256)))
    more = {tiff_file.FILL_ORDER: 2}
    content = tiff_with(mirrored, WIDTH, HEIGHT, (bits,), more, order=order)
    same(save("mirrored.tif", content), numbers / (2**bits - 1))


EIGHT = numbers_of("u1", 4)[0]
GREY = EIGHT[..., 0]
WIDE = numbers_of("u2")[0][..., 0]
FLOAT = numbers_of("f4")[0][..., 0]
HOLED = np.where(FLOAT[2, 3] == FLOAT, np.float32(0.1), FLOAT)
COLOURS = (np.arange(256)[:, None] * (1, 100, 256) + 7) % 65536
HALF_CLEAR = SHARES[..., 3:].round(1)


def simple(more, numbers=GREY, bits=(8,)):
    """A TIFF of some numbers, with tags."""
    return tiff_with(numbers.tobytes(), WIDTH, HEIGHT, bits, more)


def premultiplied():
    """Colours times opacity beside the opacity, as floats: both shares are exact."""
    colours = SHARES[..., :3] * HALF_CLEAR
    return np.concatenate([colours, HALF_CLEAR], -1).astype(np.float32)


T = tiff_file
OBEYED = {
    "white is 0": (simple({T.PHOTOMETRIC: 0}), 1 - GREY / 255),
    "white is 0, 16 bits": (simple({T.PHOTOMETRIC: 0}, WIDE, (16,)), 1 - WIDE / 65535),
    "white is 0, opacity": (
        simple({T.PHOTOMETRIC: 0, T.EXTRA: 2}, EIGHT[..., 2:], (8, 8)),
        grey(1 - EIGHT[..., 2:3] / 255, EIGHT[..., 3] / 255),
    ),
    "a palette of 16 bits": (
        simple({T.PHOTOMETRIC: 3, T.PALETTE: COLOURS.T.ravel().tolist()}),
        grey(COLOURS[GREY] / 65535),
    ),
    "colours that are multiplied by the opacity": (
        simple(
            {T.PHOTOMETRIC: 2, T.EXTRA: 1, T.FORMAT: (3,) * 4}, premultiplied(), (32,) * 4
        ),
        grey(SHARES[..., :3], HALF_CLEAR[..., 0]),
    ),
    "colours beside the opacity": (
        simple({T.PHOTOMETRIC: 2, T.EXTRA: 2}, EIGHT, (8,) * 4),
        grey(EIGHT[..., :3] / 255, EIGHT[..., 3] / 255),
    ),
    "12 bits in 16": (simple({T.MAXIMUM: 4095}, WIDE // 16, (16,)), (WIDE // 16) / 4095),
    "10 bits in 16, in the words of OME": (
        simple({T.DESCRIPTION: text('<Pixels SignificantBits="10"/>')}, WIDE // 64, (16,)),
        (WIDE // 64) / 1023,
    ),
    "the largest number that occurs": (simple({T.MAXIMUM: 200}), GREY / 255),
    "signed, not negative": (simple({T.FORMAT: 2}, WIDE // 2, (16,)), (WIDE // 2) / 32767),
    "nodata that does not occur": (simple({T.NODATA: text("-9999")}), GREY / 255),
    "nodata that no such float can have": (
        simple({T.NODATA: text("-1e300"), T.FORMAT: 3}, FLOAT, (32,)),
        FLOAT,
    ),
    "usual levels": (
        simple({T.REFERENCE: ("L", (0, 1, 255, 1) * 3)}),
        GREY / 255,
    ),
}


@pytest.mark.parametrize("name", OBEYED)
def test_a_tag_that_changes_a_meaning_is_obeyed(name, save):
    content, expected = OBEYED[name]
    same(save("tagged.tif", content), expected)


NOT_GREY = {4: "a mask", 5: "printing", 6: "YCbCr", 8: "CIELab", 9: "ICCLab", 10: "ITULab"}
SIGNED = WIDE.view(np.int16)
REFUSED = {
    **{
        f"photometric {code}": (simple({T.PHOTOMETRIC: code}), f"has {name}.*export")
        for code, name in {
            **NOT_GREY,
            32803: "raw",
            34892: "raw",
            32845: "colours of a rare",
        }.items()
    },
    "no photometric": (simple({T.PHOTOMETRIC: None}), "whether 0 is black or white"),
    "floats, white is 0": (
        simple({T.PHOTOMETRIC: 0, T.FORMAT: 3}, FLOAT, (32,)),
        "floats of which 0 is white",
    ),
    "negative": (
        simple({T.FORMAT: 2}, SIGNED, (16,)),
        "negative numbers.*save them as floats",
    ),
    "nodata": (simple({T.NODATA: text("7")}), r"has \d+ pixels without data"),
    "nodata of floats": (
        simple({T.NODATA: text("0.1"), T.FORMAT: 3}, HOLED, (32,)),
        "has 1 pixels without data",
    ),
    "nodata that is no number": (simple({T.NODATA: text("none")}), "cannot be read"),
    "more than 12 bits in 16": (simple({T.MAXIMUM: 4095}, WIDE, (16,)), "than the 12 bits"),
    "a fourth sample": (simple({T.PHOTOMETRIC: 2}, EIGHT, (8,) * 4), "of unknown meaning"),
    "a fourth sample of no kind": (
        simple({T.PHOTOMETRIC: 2, T.EXTRA: 0}, EIGHT, (8,) * 4),
        "of unknown meaning",
    ),
    "bits that differ": (simple({T.PHOTOMETRIC: 2}, EIGHT, (5, 6, 5)), "several types"),
    "24 bits": (simple({}, EIGHT[..., :3], (24,)), "whole numbers of 24 bits"),
    "undefined": (simple({T.FORMAT: 4}), "undefined numbers"),
    "complex": (simple({T.FORMAT: 6}, EIGHT, (32,)), "complex"),
    "an orientation beyond 8": (simple({T.ORIENTATION: 9}), "unknown orientation 9"),
    "60000 samples": (simple({T.SAMPLES: 60000}), "60000 samples"),
    "no samples": (simple({T.SAMPLES: 0}), "0 samples"),
    "a curve": (simple({T.CURVE: tuple(range(256))}), "response curve"),
    "a volume": (simple({T.DEPTH: 2}), "depth"),
    "other levels": (simple({T.REFERENCE: ("L", (16, 1, 235, 1) * 3)}), "other levels"),
    "a scale of GDAL": (
        simple({T.GDAL: text('<Item name="SCALE" sample="0" role="scale">0.01</Item>')}),
        "scale or an offset of GDAL",
    ),
    "a calibration": (
        simple({T.DESCRIPTION: text("ImageJ=1.53\ncf=0\nc0=-32768\nc1=1\n")}),
        "calibration of ImageJ",
    ),
    "a stack in one piece": (
        simple({T.DESCRIPTION: text("ImageJ=1.53\nimages=7\n")}),
        "holds 7 pictures",
    ),
    "a preview": (simple({254: 1}), "is a preview"),
    "a raw photograph": (simple({50706: ("B", (1, 4, 0, 0))}), "raw photograph"),
    "an unknown packing": (
        simple({T.COMPRESSION: 34712}),
        r"packed in a rare way \(34712\)",
    ),
    "a predictor without packing": (simple({T.PREDICTOR: 2}), "rare predictor"),
    "a colour beyond the palette": (
        simple({T.PHOTOMETRIC: 3, T.PALETTE: [9] * 30}),
        "beyond the palette",
    ),
    "a palette of 8 bits": (
        simple({T.PHOTOMETRIC: 3, T.PALETTE: list(range(256)) * 3}),
        "palette of 8 bits",
    ),
    "other planes": (simple({T.PLANAR: 3}), "cannot be read"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_meaning_that_is_no_grey_is_refused_in_words(name, save):
    content, message = REFUSED[name]
    with pytest.raises(ValueError, match=message) as refusal:
        images.load(save("tagged.tif", content))
    assert str(refusal.value).startswith("tagged.tif ") and "\n" not in str(refusal.value)


def exif(orientation):
    """EXIF data that say how the camera was held."""
    data = Image.Exif()
    data[0x0112] = orientation
    return data


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_format_lies_upright_in_every_orientation(orientation, save):
    picture = Image.fromarray(GREY)
    path = save("turned.png", picture, exif=exif(orientation))
    with Image.open(path) as turned:
        expected = np.asarray(ImageOps.exif_transpose(turned)) / 255
    same(path, expected)
    same(save("turned.tif", simple({T.ORIENTATION: orientation})), expected)
    smooth = Image.fromarray(
        np.add.outer(6 * np.arange(32), np.arange(24)).astype(np.uint8)
    )
    path = save("turned.jpg", smooth, exif=exif(orientation))
    with Image.open(path) as turned:
        same(path, np.asarray(ImageOps.exif_transpose(turned)) / 255)


P = png_file
KINDS = [
    *product([P.GREY], [1, 2, 4, 8, 16]),
    *product([P.RGB, P.GREY_ALPHA, P.RGBA], [8, 16]),
    *product([P.PALETTE], [1, 2, 4, 8]),
]


@pytest.mark.parametrize("interlaced", [False, True])
@pytest.mark.parametrize("colour, bits", KINDS)
def test_a_png_keeps_all_bits_of_every_kind_of_colour(colour, bits, interlaced, save):
    white = 2**bits - 1
    numbers = DRAW.integers(0, white + 1, (HEIGHT, WIDTH, P.SAMPLES[colour]))
    shares = numbers / white
    before = []
    if colour == P.PALETTE:
        palette = DRAW.integers(0, 256, (2**bits, 3))
        before = [(b"PLTE", palette.astype(np.uint8).tobytes())]
        shares = palette[numbers[..., 0]] / 255
    opaque = colour in (P.GREY, P.RGB, P.PALETTE)
    expected = grey(shares) if opaque else grey(shares[..., :-1], shares[..., -1])
    content = png_of(numbers, colour, bits, interlaced=interlaced, before=before)
    same(save("kind.png", content), expected)


@pytest.mark.parametrize("colour, bits", [k for k in KINDS if k[0] not in (4, 6)])
def test_the_colour_that_a_png_calls_transparent_is_white(colour, bits, save):
    white = 2**bits - 1
    numbers = DRAW.integers(0, white + 1, (HEIGHT, WIDTH, P.SAMPLES[colour]))
    shares = numbers / white
    clear = numbers[3, 4]
    before = [(b"tRNS", clear.astype(">u2").tobytes())]
    opacity = (numbers != clear).any(-1) * 1.0
    if colour == P.PALETTE:
        palette = DRAW.integers(0, 256, (2**bits, 4))
        before = [(b"PLTE", palette[:, :3].astype(np.uint8).tobytes())]
        before += [(b"tRNS", palette[:, 3].astype(np.uint8).tobytes())]
        shares = palette[numbers[..., 0], :3] / 255
        opacity = palette[numbers[..., 0], 3] / 255
    content = png_of(numbers, colour, bits, before=before)
    same(save("clear.png", content), grey(shares, opacity))


def test_a_png_that_moves_or_lacks_a_colour_is_refused(save):
    numbers = DRAW.integers(8, 16, (HEIGHT, WIDTH, 1))
    palette = [(b"PLTE", bytes(range(24)))]
    with pytest.raises(ValueError, match="a colour beyond the palette"):
        images.load(save("short.png", png_of(numbers, P.PALETTE, 4, before=palette)))
    moving = [(b"acTL", bytes([0, 0, 0, 2, 0, 0, 0, 0]))]
    with pytest.raises(ValueError, match="several pictures"):
        images.load(save("moving.png", png_of(numbers, P.GREY, 8, before=moving)))


def test_pixels_of_a_png_may_lie_in_many_chunks(save):
    content = png_of(EIGHT[..., :1], P.GREY, 8)
    start = content.index(b"IDAT") + 4
    packed = content[start : content.index(b"IEND") - 8]
    assert zlib.decompress(packed)
    cut = [packed[i : i + 50] for i in range(0, len(packed), 50)]
    chunks = b"".join(P.chunk(b"IDAT", piece) for piece in cut)
    whole = content[: start - 8] + chunks + P.chunk(b"IEND", b"")
    same(save("pieces.png", whole), GREY / 255)


JPEGS = [
    {},
    {"progressive": True},
    {"subsampling": 0},
    {"subsampling": 2, "optimize": True},
    {"restart_marker_blocks": 1},
    {"restart_marker_rows": 1, "progressive": True},
    {"quality": 100},
    {"quality": 1},
]


@pytest.mark.parametrize("options", JPEGS, ids=str)
@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_a_jpeg_of_every_kind_is_read_as_pillow_reads_it(mode, options, save):
    path = save("photo.jpg", Image.fromarray(EIGHT[..., :3]).convert(mode), **options)
    with Image.open(path) as picture:
        same(path, grey(np.atleast_3d(np.asarray(picture)) / 255))
