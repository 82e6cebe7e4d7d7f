"""The tags of a TIFF: what the file says of its picture, read and not yet believed.

Source: Adobe, TIFF revision 6.0 (1992), section 2; the BigTIFF design.
"""

import struct
from typing import NamedTuple

from ..checks import Refusal

NAMES = {  # of the tags that are read
    **{254: "subfile", 256: "width", 257: "height", 258: "bits", 259: "compression"},
    **{262: "photometric", 266: "fill_order", 270: "description", 273: "offsets"},
    **{274: "orientation", 277: "samples", 278: "rows", 279: "counts", 281: "maximum"},
    **{284: "planar", 291: "curve", 317: "predictor"},
    **{320: "palette", 322: "columns", 323: "rows", 324: "offsets"},
    **{325: "counts", 338: "extra", 339: "format", 347: "jpeg_tables"},
    **{532: "reference", 32997: "depth", 42112: "gdal", 42113: "nodata", 50706: "raw"},
}
DEFAULTS = {
    **{"subfile": (0,), "bits": (1,), "compression": (1,), "fill_order": (1,)},
    **{"orientation": (1,), "samples": (1,), "rows": (2**32 - 1,), "planar": (1,)},
    **{"predictor": (1,), "extra": (), "format": (1,), "depth": (1,)},
    **{"jpeg_tables": (b"",)},
}
TYPES = {
    **{1: "B", 2: "s", 3: "H", 4: "L", 5: "LL", 6: "b", 7: "s", 8: "h", 9: "l", 10: "ll"},
    **{11: "f", 12: "d", 13: "L", 16: "Q", 17: "q", 18: "Q"},
}
MOST_PAGES = 10_000


class Form(NamedTuple):
    """The order of bytes, "<" or ">", and the codes and lengths of TIFF or BigTIFF."""

    order: str
    count: str
    place: str
    entry: int


def read_tags(file, size: int) -> dict[str, tuple]:
    """The tags of the only picture in a file of ``size`` bytes: name and values.

    "order" is the order of bytes as ``struct`` writes it; a fraction is two numbers. Tags
    that may be left out have the values that the specification gives them then.

    Raises: Refusal for several pictures; other errors for damage.
    """
    head = file.read(16)
    order = "<" if head[:2] == b"II" else ">"
    big = b"+" in head[2:4]
    form = Form(order, *("QQ" if big else "HL"), 20 if big else 12)
    (place,) = struct.unpack_from(order + form.place, head, 8 if big else 4)
    entries, following = _directory(file, place, form)
    if following:
        pages = 1 + _pages(file, following, form)
        raise Refusal(f"holds {pages} pictures: save one of them")
    tags = dict(DEFAULTS)
    for number, entry in entries.items():
        if number in NAMES:
            tags[NAMES[number]] = _values(file, entry, form, size)
    if 322 in entries and 273 in entries:
        raise ValueError("strips and tiles")
    return tags | {"order": (order,), "tiled": (322 in entries,)}


def text_of(tags: dict, name: str) -> str:
    """A tag as text, "" if the file does not have it."""
    value = tags.get(name, (b"",))[0]
    return (
        value.decode("utf-8", "replace").rstrip("\0 ") if isinstance(value, bytes) else ""
    )


def _directory(file, place: int, form: Form) -> tuple[dict[int, bytes], int]:
    """The entries of the directory at a place, and the place of the next one or 0."""
    file.seek(place)
    (count,) = _unpacked(file, form.order + form.count)
    if not 0 < count < 2**16:
        raise ValueError(f"a directory of {count} tags")
    block = file.read(count * form.entry)
    (following,) = _unpacked(file, form.order + form.place)
    entries = [block[i * form.entry :][: form.entry] for i in range(count)]
    numbers = [struct.unpack_from(form.order + "H", entry)[0] for entry in entries]
    if len(set(numbers)) < count:
        raise ValueError("a tag twice")
    return dict(zip(numbers, entries, strict=True)), following


def _unpacked(file, code: str) -> tuple:
    """The next numbers in a file."""
    return struct.unpack(code, file.read(struct.calcsize(code)))


def _pages(file, place: int, form: Form) -> int:
    """How many directories there are from a place on."""
    seen = set()
    while place and place not in seen and len(seen) < MOST_PAGES:
        seen.add(place)
        place = _directory(file, place, form)[1]
    return len(seen)


def _values(file, entry: bytes, form: Form, size: int) -> tuple:
    """The numbers of a tag, or its bytes, from its entry or from the place it names."""
    (kind,) = struct.unpack_from(form.order + "H", entry, 2)
    (count,) = struct.unpack_from(form.order + form.place, entry, 4)
    start = 4 + struct.calcsize(form.order + form.place)
    code = TYPES[kind]
    length = count * struct.calcsize(form.order + code)
    data = entry[start : start + length]
    if length > len(entry) - start:
        (place,) = struct.unpack_from(form.order + form.place, entry, start)
        if place + length > size:
            raise EOFError("a tag lies behind its end")
        file.seek(place)
        data = file.read(length)
    return struct.unpack(f"{form.order}{count * len(code)}{code[0]}", data)
