"""Temperatures from a file of the reader's own, for ``images.load(path, unit=...)``.

Three kinds of file hold temperatures: a radiometric TIFF, an array that ``numpy.save`` wrote, and
the radiometric JPEG of a FLIR camera. A plain PNG or JPEG holds colours that stand for
temperatures, and no program can tell which. What cannot be read is refused in one sentence that
says what to export.
"""

import os
import subprocess
import sys
from importlib.util import find_spec
from io import BytesIO
from math import prod
from pathlib import Path

import numpy as np

SECONDS, BYTES = 10, 100_000_000  # for reading a FLIR JPEG, and in a file
COLDEST, HOTTEST = 150, 3500  # kelvin: no infrared camera measures beyond
UNITS = {  # scale, offset
    "kelvin": (1, 0),
    "celsius": (1, 273.15),
    "centikelvin": (0.01, 0),
    "decikelvin": (0.1, 0),
}
TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
EXPORT = (
    "export a radiometric TIFF or JPEG from the camera's program, or numpy.save the kelvin"
)


def read(path: Path, unit: str, largest: int) -> np.ndarray:
    """The temperatures in a file in kelvin, of which each pixel is between 150 and 3500, or NaN.

    ``unit`` is that of the numbers in a TIFF or an array: "kelvin", "celsius", or the hundredths
    and tenths of a kelvin that cameras write with 16 bits, "centikelvin" and "decikelvin". A FLIR
    JPEG has its own calibration, with the emissivity that the photographer set: "kelvin".

    Shapes: (height, width), at most ``largest`` pixels.
    Raises: ValueError that says what to do; ImportError for a FLIR JPEG without flyr.
    """
    if path.stat().st_size > BYTES:
        raise ValueError(
            f"{path.name} has more than {BYTES // 10**6} MB: cut out one frame first"
        )
    with path.open("rb") as file:
        head = file.read(6)
    if head.startswith(b"\xff\xd8"):
        return _plausible(_flir_jpeg(path, unit, largest), path)
    if head.startswith(TIFF):
        numbers = _tiff(path, largest)
    elif head == b"\x93NUMPY":
        numbers = _array(path, largest)
    else:
        raise ValueError(f"{path.name} is no file with temperatures in it: {EXPORT}")
    return _plausible(_in_kelvin(numbers, unit, path), path)


def _array(path: Path, largest: int) -> np.ndarray:
    """What ``numpy.save`` wrote; mapped first, so that nothing is believed and nothing run."""
    try:
        with np.errstate(over="raise"):  # of a shape that no array can have
            numbers = np.load(path, mmap_mode="r", allow_pickle=False)
    except (ValueError, EOFError, OSError, ArithmeticError, TypeError, SyntaxError):
        raise ValueError(
            f"{path.name} is cut off or no array of plain numbers: {EXPORT}"
        ) from None
    _refuse_bomb(path, numbers.size, largest)
    return np.array(numbers)


def _tiff(path: Path, largest: int) -> np.ndarray:
    """The one picture in a TIFF."""
    import tifffile

    try:
        with tifffile.TiffFile(path) as file:
            pages = len(file.pages)
            size = prod(file.pages[0].shape) if pages else 0
            numbers = file.asarray() if pages == 1 and 0 < size <= largest else None
    except Exception as error:  # whatever a damaged tag leads to
        reason = _one_line(error)
        raise ValueError(
            f"{path.name} cannot be read as a TIFF ({reason}): {EXPORT}"
        ) from None
    _refuse_bomb(path, size, largest)
    if numbers is None:
        raise ValueError(f"{path.name} holds {pages} pictures: save one of them")
    return numbers


def _flir_jpeg(path: Path, unit: str, largest: int) -> np.ndarray:
    """What ``flir.py`` reads, in a process that may fail, hang or be stopped by itself."""
    if b"FLIR\0" not in path.read_bytes():
        raise ValueError(
            f"{path.name} is a plain JPEG, a picture with no temperatures: {EXPORT}"
        )
    if unit != "kelvin":
        raise ValueError(f'{path.name} has its own calibration: load it with unit="kelvin"')
    if find_spec("flyr") is None:
        raise ImportError(f"{path.name} needs flyr: python -m pip install flyr==5.1.0")
    program = [
        sys.executable,
        "-P",
        Path(__file__).with_name("flir.py"),
        path.resolve(),
        largest,
    ]
    one_thread = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}  # or memory runs out
    try:
        done = subprocess.run(
            list(map(str, program)),
            env=os.environ | one_thread,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise ValueError(
            f"{path.name} was not read in {SECONDS} s, damaged: {EXPORT}"
        ) from None
    if done.returncode:
        last = (done.stderr.decode("utf-8", "replace").strip() or "stopped").splitlines()[
            -1
        ]
        raise ValueError(
            f"{path.name} has FLIR data that are damaged ({_one_line(last)}): {EXPORT}"
        )
    return np.load(BytesIO(done.stdout), allow_pickle=False)


def _in_kelvin(numbers: np.ndarray, unit: str, path: Path) -> np.ndarray:
    """Numbers of a TIFF or an array as kelvin, where their type can be what the unit says."""
    if numbers.ndim != 2:
        shape = " x ".join(map(str, numbers.shape))
        raise ValueError(
            f"{path.name} has {shape} numbers, not height x width kelvin: {EXPORT}"
        )
    if numbers.dtype.kind not in "fiu" or numbers.dtype.itemsize == 1:
        kind = f"numbers of the type {numbers.dtype}"
        raise ValueError(
            f"{path.name} holds {kind}, a picture and no temperatures: {EXPORT}"
        )
    if numbers.dtype.kind in "iu" and unit in ("kelvin", "celsius"):
        raise ValueError(
            f"{path.name} holds whole numbers from {numbers.min()} to {numbers.max()}: if they are "
            'hundredths of a kelvin, load it with unit="centikelvin"; else save kelvin as floats'
        )
    scale, offset = UNITS[unit]
    return scale * numbers.astype(np.float64) + offset


def _plausible(kelvin: np.ndarray, path: Path) -> np.ndarray:
    """The temperatures, if a camera can have measured them; what is NaN stays so."""
    known = kelvin[np.isfinite(kelvin)]
    if known.size and not (known.min() >= COLDEST and known.max() <= HOTTEST):
        raise ValueError(
            f"{path.name} would run from {known.min():.4g} to {known.max():.4g} K, which no camera "
            f"measures ({COLDEST} to {HOTTEST}): name its unit, one of {', '.join(UNITS)}"
        )
    return kelvin


def _refuse_bomb(path: Path, pixels: int, largest: int) -> None:
    if pixels > largest:
        raise ValueError(
            f"{path.name} has more than {largest // 10**6} million pixels: crop it"
        )


def _one_line(error) -> str:
    """The reason, short and printable, from a text that a hostile file may have written."""
    text = " ".join(str(error).split())[:80]
    return "".join(x for x in text if x.isprintable())
