"""Temperatures from a file of the reader's own, for ``images.load(path, unit=...)``.

Three kinds of file hold temperatures: a radiometric TIFF, an array that ``numpy.save``
wrote, and the radiometric JPEG of a FLIR camera. A plain PNG or JPEG holds colours that
stand for temperatures, and no program can tell which. What cannot be read is refused in one
sentence that says what to export.
"""

import signal
import subprocess
import sys
from importlib.util import find_spec
from io import BytesIO
from math import prod
from pathlib import Path

import numpy as np
import torch
from numpy.lib.format import MAGIC_PREFIX as NUMPY_MAGIC
from torch import Tensor

from ..checks import TIFF_MAGIC, refuse_too_large

BYTES = 100_000_000  # in a file
COLDEST = 150  # kelvin: no infrared camera measures below,
HOTTEST = 3500  # nor above
UNITS = {  # scale, offset
    "kelvin": (1, 0),
    "celsius": (1, 273.15),
    "centikelvin": (0.01, 0),
    "decikelvin": (0.1, 0),
}
EXPORT = (
    "export a radiometric TIFF or JPEG from the camera's program, or numpy.save the kelvin"
)

FLIR_PROGRAM = Path(__file__).with_name("flir.py")
COMPUTING = 10  # seconds that it may compute; a frame of 3 million pixels takes one
WAITING = 60  # seconds until it must have ended, however busy the computer is
COMPUTED_TOO_LONG = -getattr(signal, "SIGXCPU", 0)  # Windows has no such signal


def read(path: Path, unit: str, largest: int) -> Tensor:
    """The temperatures in a file in kelvin: each pixel between 150 and 3500, or NaN.

    ``unit`` is that of the numbers in a TIFF or an array: "kelvin", "celsius", or the
    hundredths and tenths of a kelvin that cameras write with 16 bits, "centikelvin" and
    "decikelvin". A FLIR JPEG has its own calibration, with the emissivity that the
    photographer set: "kelvin".

    Shapes: (height, width), at most ``largest`` pixels.
    Raises: ValueError that says what to do; ImportError for a FLIR JPEG without flyr.
    """
    if path.stat().st_size > BYTES:
        most = f"{BYTES // 10**6} MB"
        raise ValueError(f"{path.name} has more than {most}: cut out one frame first")
    with path.open("rb") as file:
        head = file.read(6)
    if head.startswith(b"\xff\xd8"):  # a JPEG
        kelvin = _flir_jpeg(path, unit, largest)
    elif head.startswith(TIFF_MAGIC):
        kelvin = _in_kelvin(_tiff(path, largest), unit, path)
    elif head == NUMPY_MAGIC:
        kelvin = _in_kelvin(_array(path, largest), unit, path)
    else:
        raise ValueError(f"{path.name} is no file with temperatures in it: {EXPORT}")
    _refuse_implausible(kelvin, path)
    return torch.from_numpy(kelvin).to(torch.get_default_dtype())


def _array(path: Path, largest: int) -> np.ndarray:
    """What ``numpy.save`` wrote, mapped first: nothing in it is believed or run."""
    try:
        with np.errstate(over="raise"):  # of a shape that no array can have
            numbers = np.load(path, mmap_mode="r", allow_pickle=False)
    except (ValueError, EOFError, OSError, ArithmeticError, TypeError, SyntaxError):
        found = "is cut off or no array of plain numbers"
        raise ValueError(f"{path.name} {found}: {EXPORT}") from None
    refuse_too_large(path, numbers.size, largest)
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
        found = f"cannot be read as a TIFF ({_one_line(error)})"
        raise ValueError(f"{path.name} {found}: {EXPORT}") from None
    refuse_too_large(path, size, largest)
    if numbers is None:
        raise ValueError(f"{path.name} holds {pages} pictures: save one of them")
    return numbers


def _flir_jpeg(path: Path, unit: str, largest: int) -> np.ndarray:
    """What ``flir.py`` reads, in a process that may fail, hang or be stopped by itself."""
    if b"FLIR\0" not in path.read_bytes():
        found = "is a plain JPEG, a picture with no temperatures"
        raise ValueError(f"{path.name} {found}: {EXPORT}")
    if unit != "kelvin":
        advice = 'load it with unit="kelvin"'
        raise ValueError(f"{path.name} has its own calibration: {advice}")
    if find_spec("flyr") is None:
        raise ImportError(f"{path.name} needs flyr: python -m pip install flyr==5.1.0")
    done = _run_flir(path, largest)
    if done.returncode:
        found = f"has FLIR data that are damaged ({_why_it_failed(done)})"
        raise ValueError(f"{path.name} {found}: {EXPORT}")
    return np.load(BytesIO(done.stdout), allow_pickle=False)


def _run_flir(path: Path, largest: int) -> subprocess.CompletedProcess:
    """The program ``flir.py`` after its end, run alike in every environment."""
    python = [sys.executable, "-P", "-Wignore"]
    arguments = [path.resolve(), largest, COMPUTING]
    try:
        return subprocess.run(
            [*python, FLIR_PROGRAM, *map(str, arguments)],
            cwd=FLIR_PROGRAM.parent,  # where no file is named like a module
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=WAITING,
        )
    except subprocess.TimeoutExpired:
        advice = "if this computer is busy, try again later, else"
        raise ValueError(
            f"{path.name} was not read in {WAITING} s: {advice} {EXPORT}"
        ) from None


def _why_it_failed(done: subprocess.CompletedProcess) -> str:
    """The limit that stopped the program, or the last line that it wrote."""
    if done.returncode == COMPUTED_TOO_LONG:
        return f"more than {COMPUTING} s of computing"
    said = done.stderr.decode("utf-8", "replace").strip() or "stopped"
    return _one_line(said.splitlines()[-1])


def _in_kelvin(numbers: np.ndarray, unit: str, path: Path) -> np.ndarray:
    """Numbers of a TIFF or an array as kelvin, where their type can have that unit."""
    if numbers.ndim != 2:
        shape = " x ".join(map(str, numbers.shape))
        found = f"has {shape} numbers, not height x width kelvin"
        raise ValueError(f"{path.name} {found}: {EXPORT}")
    if numbers.dtype.kind not in "fiu" or numbers.dtype.itemsize == 1:
        found = f"holds numbers of the type {numbers.dtype}, a picture and no temperatures"
        raise ValueError(f"{path.name} {found}: {EXPORT}")
    if numbers.dtype.kind in "iu" and unit in ("kelvin", "celsius"):
        found = f"holds whole numbers from {numbers.min()} to {numbers.max()}"
        raise ValueError(
            f"{path.name} {found}: if they are hundredths of a kelvin, load it with "
            'unit="centikelvin"; else save kelvin as floats'
        )
    scale, offset = UNITS[unit]
    return scale * numbers.astype(np.float64) + offset


def _refuse_implausible(kelvin: np.ndarray, path: Path) -> None:
    """Refuse temperatures that no camera can have measured; NaN may be among them."""
    known = kelvin[np.isfinite(kelvin)]
    if known.size and not (known.min() >= COLDEST and known.max() <= HOTTEST):
        found = f"would run from {known.min():.4g} to {known.max():.4g} K"
        limits = f"{COLDEST} to {HOTTEST}"
        raise ValueError(
            f"{path.name} {found}, which no camera measures ({limits}): name its unit, one "
            f"of {', '.join(UNITS)}"
        )


def _one_line(error) -> str:
    """The reason, short and printable, from a text that a hostile file may have written."""
    text = " ".join(str(error).split())[:80]
    return "".join(x for x in text if x.isprintable())
