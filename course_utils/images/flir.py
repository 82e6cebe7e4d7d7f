"""The temperatures in the radiometric JPEG of a FLIR camera.

The APP1 segments of such a JPEG, put together, are a file of their own: a header, a
directory and records. Two are needed, the counts of the pixels and the calibration. No
length that a file states is believed before it is compared with the bytes that are there.

The directory says in which order the two bytes of a count stand, unless the counts are
packed as a PNG: most cameras write those swapped, some do not, and nothing tells which.
Two witnesses are asked and must not disagree: the scale beside the picture, whose ends the
file has in counts, and neighbouring pixels, which differ little in the right order.

Sources: FLIR's header fff.h ("PNG compressed pixel data block (BE or LE)", "Level is
    defined as middle of the span (in pixel units)", "The algorithm is CRC32"); ExifTool's
    page on FLIR and the topic 4898 of its forum, with cameras that write either order.
"""

import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import NamedTuple

import numpy as np

from ..checks import refuse_too_large
from .calibration import Calibration, NoTemperatures
from .calibration import kelvin as in_kelvin
from .calibration import read as read_calibration

COUNTS = 1  # kinds of records
CALIBRATION = 32
ORDERS = {1: ">", 2: "<"}  # of the bytes of a count, by the second kind; 3 is a PNG
GEOMETRY = 32  # bytes before the counts
PNG = b"\x89PNG\r\n\x1a\n"
OTHER_PACKINGS = {b"\xff\xd8\xff": "JPEG", b"II": "TIFF", b"MM": "TIFF"}
CLEAR = 0.25  # of the pixels: by so much more of them lie on the scale in the right order
ROUGHER = 2  # times, in the wrong order


class Record(NamedTuple):
    """A part of FLIR's file, as its directory describes it."""

    kind: int
    second_kind: int
    place: int
    size: int
    checksum: int  # 0 if it was not computed


class Geometry(NamedTuple):
    """The bytes of a pixel, the size of the frame, and the corners of what is valid."""

    pixel: int
    width: int
    height: int
    left: int
    right: int  # 0 if all is valid
    top: int
    bottom: int


def read(path, largest: int) -> np.ndarray:
    """The temperatures in kelvin, NaN where a count stands for none.

    Shapes: (height, width), at most ``largest`` pixels.
    Raises: NoTemperatures, whose text goes on after the file's name.
    """
    block = _block(path.read_bytes())
    records = list(_directory(block))
    frame = _only(records, COUNTS, "holds FLIR data without temperatures: it has no counts")
    camera = _only(records, CALIBRATION, "holds counts of a camera without a calibration")
    numbers = _content(block, camera)
    calibration = read_calibration(numbers, _order_of(numbers))
    return in_kelvin(_counts(path, largest, block, frame, calibration), calibration)


def _block(jpeg: bytes) -> bytes:
    """FLIR's file: the pieces in the APP1 segments, each of which has a number."""
    pieces = {}
    last = 0
    for segment in _segments(jpeg):
        if segment.startswith(b"FLIR\0") and len(segment) >= 8:
            last = segment[7]
            if segment[6] in pieces:
                raise NoTemperatures(
                    f"is damaged: piece {segment[6]} of its FLIR data is twice"
                )
            pieces[segment[6]] = segment[8:]
    if not pieces:
        found = "is a plain JPEG or of another camera"
        raise NoTemperatures(f"{found}, with no temperatures that FLIR cameras write")
    if set(pieces) != set(range(last + 1)):
        found = f"{len(pieces)} of {last + 1} pieces of its FLIR data are there"
        raise NoTemperatures(f"is cut off or damaged: {found}")
    return b"".join(pieces[number] for number in range(last + 1))


def _segments(jpeg: bytes) -> Iterator[bytes]:
    """What the APP1 segments of a JPEG hold."""
    place = 2
    while jpeg[place : place + 1] == b"\xff" and place + 4 <= len(jpeg):
        marker = jpeg[place + 1]
        length = int.from_bytes(jpeg[place + 2 : place + 4], "big")
        if marker == 0xFF:  # a byte between segments
            place += 1
        elif marker == 0xDA or length < 2:  # the picture begins
            return
        else:
            if marker == 0xE1:
                yield jpeg[place + 4 : place + 2 + length]
            place += 2 + length


def _directory(block: bytes) -> Iterator[Record]:
    """The records that the header tells of."""
    if len(block) < 64 or block[:4] not in (b"FFF\0", b"AFF\0"):
        raise NoTemperatures("has FLIR data of an unknown kind, or is cut off")
    versions = {order: struct.unpack_from(order + "I", block, 20)[0] for order in "><"}
    order = next((x for x in versions if 100 <= versions[x] < 200), None)
    if order is None:
        raise NoTemperatures(f"has FLIR data of the unknown version {versions['>']}")
    start, count = struct.unpack_from(order + "II", block, 24)
    if start + 32 * count > len(block):
        found = f"its directory of {count} records reaches beyond its FLIR data"
        raise NoTemperatures(f"is cut off or damaged: {found}")
    for entry in struct.iter_unpack(order + "HH8xII8xI", block[start : start + 32 * count]):
        yield Record(*entry)


def _only(records: list[Record], kind: int, missing: str) -> Record:
    """The one record of a kind."""
    found = [record for record in records if record.kind == kind]
    if not found:
        raise NoTemperatures(missing)
    if len(found) > 1:
        raise NoTemperatures(f"holds {len(found)} frames: save one of them")
    return found[0]


def _content(block: bytes, record: Record) -> bytes:
    """The bytes of a record, whole and as they were written."""
    content = block[record.place : record.place + record.size]
    if len(content) < max(record.size, GEOMETRY):
        found = f"a record of {record.size} bytes has {len(content)}"
        raise NoTemperatures(f"is cut off or damaged: {found}")
    if record.checksum not in (0, zlib.crc32(content)):
        raise NoTemperatures("is damaged: the checksum of its FLIR data is another")
    return content


def _order_of(content: bytes) -> str:
    """The order of bytes in a record, which begins with the size of a pixel."""
    return ">" if content[0] == 0 and content[1] > 0 else "<"


def _counts(path, largest: int, block: bytes, frame: Record, calibration: Calibration):
    """The pixels that the camera calls valid, in the right order of bytes."""
    content = _content(block, frame)
    g = Geometry(*struct.unpack_from(_order_of(content) + "3H4x4H", content))
    if g.pixel != 2 or not g.width * g.height:
        found = f"{g.width} x {g.height} pixels of {g.pixel} bytes"
        raise NoTemperatures(f"holds a picture and no counts: {found}")
    refuse_too_large(path, g.width * g.height, largest)
    packed = content[GEOMETRY:]
    is_png = packed.startswith(PNG)
    unpack = _from_png if is_png else _from_bytes
    stored = unpack(packed, (g.height, g.width), frame.second_kind)
    counts = _ordered(stored, calibration, declared=not is_png)
    right = (g.right or g.width) + 1
    bottom = (g.bottom or g.height) + 1
    valid = counts[g.top : bottom, g.left : right]
    if not valid.size:
        raise NoTemperatures("is damaged: none of its pixels is valid")
    return valid.astype(np.float64)


def _from_bytes(packed: bytes, shape: tuple[int, int], second_kind: int) -> np.ndarray:
    """Counts that are not packed, in the order of bytes that the directory states."""
    for head, name in OTHER_PACKINGS.items():
        if packed.startswith(head) and len(packed) != 2 * shape[0] * shape[1]:
            raise NoTemperatures(f"packs its counts as {name}, which is not read")
    if second_kind not in ORDERS or len(packed) != 2 * shape[0] * shape[1]:
        found = (
            f"{len(packed)} bytes of kind {second_kind} for {shape[0]} x {shape[1]} pixels"
        )
        raise NoTemperatures(f"packs its counts in a way that is not known: {found}")
    return (
        np.frombuffer(packed, ORDERS[second_kind] + "u2").reshape(shape).astype(np.uint16)
    )


def _from_png(packed: bytes, shape: tuple[int, int], _: int) -> np.ndarray:
    """Counts that are packed as a grey PNG of 16 bits, with its checksums."""
    from PIL import Image

    head = struct.unpack_from(">IIBB", packed.ljust(26, b"\0"), 16)
    if head != (shape[1], shape[0], 16, 0):
        found = f"{head[0]} x {head[1]} pixels of {head[2]} bits"
        expected = f"not {shape[1]} x {shape[0]} grey ones of 16"
        raise NoTemperatures(f"packs as a PNG what are no counts: {found}, {expected}")
    try:
        Image.open(BytesIO(packed)).verify()
        return np.asarray(Image.open(BytesIO(packed))).astype(np.uint16)
    except Exception:  # whatever a damaged PNG leads to
        raise NoTemperatures("is cut off or damaged: so is the PNG of its counts") from None


def _ordered(stored: np.ndarray, calibration: Calibration, declared=False) -> np.ndarray:
    """Counts in the order of bytes on which all that speaks of it agrees."""
    swapped = stored.byteswap()
    votes = {_scale_says_swap(stored, swapped, calibration)}
    votes |= {_neighbours_say_swap(stored, swapped), False if declared else None}
    if not declared and votes != {None}:
        votes.add(_still_byte_says_swap(stored))  # which is heard, but not alone
    votes -= {None}
    if len(votes) != 1:
        found = "whose two bytes may stand in either order"
        raise NoTemperatures(f"holds counts {found}: nothing in it tells which")
    return swapped if votes.pop() else stored


def _scale_says_swap(stored, swapped, calibration: Calibration) -> bool | None:
    """Whether many more of the swapped counts lie on the scale beside the picture."""
    far = [np.abs(x - float(calibration.level)) for x in (stored, swapped)]
    on_scale = [np.mean(x <= calibration.span / 2) for x in far]
    more = on_scale[1] - on_scale[0]
    return more > 0 if abs(more) > CLEAR else None


def _neighbours_say_swap(stored, swapped) -> bool | None:
    """Whether neighbours are more alike swapped; None where one byte never changes."""
    if _still_byte_says_swap(stored) is not None or np.ptp(stored) == 0:
        return None
    rough = [
        np.abs(np.diff(x.ravel().astype(np.float64))).mean() for x in (stored, swapped)
    ]
    return rough[0] > rough[1] if max(rough) > ROUGHER * min(rough) else None


def _still_byte_says_swap(stored) -> bool | None:
    """Whether the low byte never changes and the high one does, as if they were swapped."""
    low_changes = np.ptp(stored & 255) > 0
    high_changes = np.ptp(stored >> 8) > 0
    return high_changes if low_changes != high_changes else None
