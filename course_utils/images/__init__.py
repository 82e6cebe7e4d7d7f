"""Real pictures from installed packages, with no network, and a file of the reader's own.

All are grey, or temperatures in kelvin, or Hounsfield units, in torch's default float type.
A size given cuts the largest square out of the middle and resamples it with antialiasing.
"""

from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path

import torch
from torch import Tensor

from ..checks import require_finite
from . import ct, pictures, temperatures

LARGEST = 40_000_000  # pixels in all
SMALLEST = 8  # along a side

# Name: file in scikit-image, whose data/README.txt names the authors and the licences.
PHOTOGRAPHS = {
    "astronaut": "astronaut.png",
    "brick": "brick.png",
    "camera": "camera.png",
    "cat": "chelsea.png",
    "cell": "cell.png",
    "coffee": "coffee.png",
    "coins": "coins.png",
    "grass": "grass.png",
    "gravel": "gravel.png",
    "hubble": "hubble_deep_field.jpg",
    "moon": "moon.png",
    "motorcycle": "motorcycle_left.png",
    "page": "page.png",
    "retina": "retina.jpg",
    "rocket": "rocket.jpg",
    "text": "text.png",
    "tissue": "ihc.png",
}
CT_SLICES = {"head": "693_UNCR.dcm", "abdomen": "explicit_VR-UN.dcm"}


class Album(Mapping):
    """Pictures by name, each read when it is asked for."""

    def __init__(self, names, read):
        self.names = tuple(names)
        self.read = read

    def __getitem__(self, name: str) -> Tensor:
        if name not in self.names:
            raise KeyError(f"no picture {name!r}; there are {', '.join(self.names)}")
        return self.read(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)


def photographs(size: int | None = None) -> Mapping[str, Tensor]:
    """Photographs by name, such as ``photographs(256)["camera"]``.

    Shapes: (height, width), or (size, size). Units: 0 is black and 1 is white.
    Source: the files that scikit-image carries.
    """
    folder = files("skimage.data")
    return Album(PHOTOGRAPHS, lambda name: load(folder.joinpath(PHOTOGRAPHS[name]), size))


def ct_slices(size: int | None = None) -> Mapping[str, Tensor]:
    """A slice through a head and one through an abdomen, from hospital scanners.

    Shapes: (512, 512), or (size, size).
    Units: attenuation relative to water, 1 + HU / 1000: air is 0, water 1, bone about 2.
    Source: the test files of pydicom-data.
    """
    folder = files("data_store").joinpath("data")

    def read(name: str) -> Tensor:
        hounsfield = ct.read(folder.joinpath(CT_SLICES[name]), LARGEST)
        water = torch.from_numpy(1 + hounsfield / 1000).to(torch.get_default_dtype())
        return _square(water.clamp(min=0), size)  # nothing attenuates less than vacuum

    return Album(CT_SLICES, read)


def patches(pictures, size: int) -> Tensor:
    """Disjoint square tiles of one picture or of several, row by row.

    Split training from test data by picture, never by patch: two tiles of one wall are one
    wall.

    Shapes: (count, size, size).
    Raises: ValueError for a picture smaller than a tile.
    """
    if isinstance(pictures, Tensor) and pictures.ndim == 2:
        pictures = [pictures]
    pictures = pictures.values() if isinstance(pictures, Mapping) else pictures
    return torch.cat([_tiles(picture, size) for picture in pictures])


def load(path, size: int | None = None, unit: str = "grey") -> Tensor:
    """A file of the reader's own: grey values, a thermal frame in kelvin, or a CT slice.

    "grey" reads a PNG, JPEG or TIFF: colour becomes luminance, whole numbers of any number
    of bits [0, 1]. Transparent parts are laid on white. A TIFF of floats keeps its values.
    Numbers are taken as they are stored: no colour profile or gamma is applied.

    "hounsfield" reads a DICOM file with one slice of a CT: air is -1000 and water 0. The
    padding around the slice is air, too. 1 + HU / 1000 is attenuation relative to water.

    "kelvin", "celsius", "centikelvin" or "decikelvin" reads a radiometric TIFF or an array
    that ``numpy.save`` wrote in that unit, and "kelvin" a FLIR JPEG, which holds a picture
    and temperatures: the temperatures. The result is in kelvin.

    Shapes: (height, width), or (size, size).
    Raises: FileNotFoundError, or ValueError that says what is wrong with the file and what
        to do.
    """
    if unit not in ("grey", *temperatures.UNITS, "hounsfield"):
        units = ", ".join(map(repr, (*temperatures.UNITS, "hounsfield")))
        raise ValueError(f'no unit {unit!r}: there are "grey", {units}')
    path = path if hasattr(path, "joinpath") else Path(path)
    if not path.is_file():
        found = "a folder" if path.is_dir() else "missing"
        advice = "give the path of a PNG, JPEG, TIFF or DICOM file"
        raise FileNotFoundError(f"{path} is {found}: {advice}")
    if unit == "grey":
        picture = pictures.read(path, LARGEST)
    elif unit == "hounsfield":
        picture = torch.from_numpy(ct.read(path, LARGEST)).to(torch.get_default_dtype())
    else:
        picture = temperatures.read(path, unit, LARGEST)
    if min(picture.shape) < SMALLEST:
        found = " x ".join(map(str, picture.shape))
        needed = f"at least {SMALLEST} a side are needed"
        raise ValueError(f"{path.name} has {found} pixels; {needed}")
    require_finite(path.name, picture, "mend or crop it")
    return _square(picture, size)


def _square(picture: Tensor, size: int | None) -> Tensor:
    """The middle square, resampled to ``size`` pixels; all of it if no size is given."""
    if size is None:
        return picture
    from skimage.transform import resize

    height, width = picture.shape
    n = min(height, width)
    top = (height - n) // 2
    left = (width - n) // 2
    middle = picture[top : top + n, left : left + n].double().numpy()
    small = resize(middle, (size, size), anti_aliasing=size < n)
    return torch.from_numpy(small).to(picture.dtype)


def _tiles(picture: Tensor, size: int) -> Tensor:
    if min(picture.shape[-2:]) < size:
        found = f"a picture of {tuple(picture.shape)}"
        raise ValueError(f"{found} holds no tile of {size} x {size}")
    tiles = picture.unfold(-2, size, size).unfold(-2, size, size)
    return tiles.reshape(-1, size, size)
