"""Real pictures from installed packages, with no network, and a file of the reader's own.

All are grey, or temperatures in kelvin, in torch's default float type. A size given cuts the
largest square out of the middle and resamples it with antialiasing.
"""

import warnings
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path

import torch
from torch import Tensor

from . import temperatures

LARGEST, SMALLEST = 40_000_000, 8  # pixels in all, and along a side
LUMINANCE = (0.2125, 0.7154, 0.0721)  # of red, green and blue, as in ITU-R BT.709

PHOTOGRAPHS = {  # name: file in scikit-image; its data/README.txt names authors and licences
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
        self.names, self.read = tuple(names), read

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

    Shapes: (512, 512), or (size, size). Units: attenuation relative to water, 1 + HU / 1000: air
    is 0, water 1, bone about 2.
    Source: the test files of pydicom-data.
    """
    return Album(CT_SLICES, lambda name: _square(_dicom(CT_SLICES[name]), size))


def patches(pictures, size: int) -> Tensor:
    """Disjoint square tiles of one picture or of several, row by row. Shape: (count, size, size).

    Split training from test data by picture, never by patch: two tiles of one wall are one wall.

    Raises: ValueError for a picture smaller than a tile.
    """
    if isinstance(pictures, Tensor) and pictures.ndim == 2:
        pictures = [pictures]
    pictures = pictures.values() if isinstance(pictures, Mapping) else pictures
    return torch.cat([_tiles(picture, size) for picture in pictures])


def load(path, size: int | None = None, unit: str = "grey") -> Tensor:
    """A file of the reader's own: the grey values of a picture, or the kelvin of a thermal frame.

    "grey" reads a PNG, JPEG or TIFF: colour becomes luminance, 8 or 16 bits [0, 1]. Transparent
    parts are laid on white. A TIFF of floats keeps its values. A PNG with 16 bits for each colour
    is read with 8 of them; a TIFF keeps all.

    "kelvin", "celsius", "centikelvin" or "decikelvin" reads a radiometric TIFF or an array that
    ``numpy.save`` wrote in that unit, and "kelvin" a FLIR JPEG, which holds a picture and
    temperatures: the temperatures. The result is in kelvin.

    Shapes: (height, width), or (size, size).
    Raises: FileNotFoundError, or ValueError that says what is wrong with the file and what to do;
        ImportError for a FLIR JPEG where the package flyr is missing.
    """
    if unit not in ("grey", *temperatures.UNITS):
        raise ValueError(
            f'no unit {unit!r}: there are "grey", {", ".join(map(repr, temperatures.UNITS))}'
        )
    path = path if hasattr(path, "joinpath") and not isinstance(path, Path) else Path(path)
    if not path.is_file():
        what = "a folder" if path.is_dir() else "missing"
        raise FileNotFoundError(
            f"{path} is {what}: give the path of a PNG, JPEG or TIFF file"
        )
    if unit == "grey":
        picture = _grey(_decode(path), path)
    else:
        kelvin = torch.from_numpy(temperatures.read(path, unit, LARGEST))
        picture = kelvin.to(torch.get_default_dtype())
    if min(picture.shape) < SMALLEST:
        shape = " x ".join(map(str, picture.shape))
        raise ValueError(
            f"{path.name} has {shape} pixels; at least {SMALLEST} a side are needed"
        )
    if not picture.isfinite().all():
        first = tuple((~picture.isfinite()).nonzero()[0].tolist())
        raise ValueError(f"{path.name} has no number at pixel {first}: mend or crop it")
    return _square(picture, size)


def _decode(path):
    """The pixels of a file as an array of numbers, whole or not at all."""
    import tifffile

    head = path.read_bytes()[:6]
    if head == b"\x93NUMPY":
        raise ValueError(
            f'{path.name} is an array: name the unit of its numbers, unit="kelvin"'
        )
    is_tiff = head[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
    try:
        return _read_tiff(path) if is_tiff else _read_pillow(path)
    except (OSError, SyntaxError, KeyError, IndexError, tifffile.TiffFileError) as error:
        raise ValueError(
            f"{path.name} cannot be read as a PNG, JPEG or TIFF picture ({error}): "
            "it may be cut off or of another kind; open it in a picture program and export a PNG"
        ) from None


def _read_tiff(path):
    import tifffile

    with tifffile.TiffFile(path) as file:
        if len(file.pages) > 1:
            raise ValueError(
                f"{path.name} holds {len(file.pages)} pictures: save one of them"
            )
        _refuse_bomb(path, file.pages[0].imagewidth, file.pages[0].imagelength)
        try:
            return file.asarray()
        except (
            ValueError
        ) as error:  # cut off, or packed in a way that needs another package
            raise tifffile.TiffFileError(error) from None


def _read_pillow(path):
    import numpy as np
    from PIL import Image, ImageOps

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # we refuse sooner
        try:
            image = Image.open(path)
        except Image.DecompressionBombError:
            raise ValueError(_bomb(path)) from None
    with image:
        if image.format not in ("PNG", "JPEG", "MPO"):
            raise ValueError(f"{path.name} is a {image.format} file: export it as PNG")
        _refuse_bomb(path, *image.size)
        if image.mode == "P" or "transparency" in image.info:
            image = image.convert("RGBA")
        if image.mode == "CMYK":
            raise ValueError(
                f"{path.name} has printing colours (CMYK): export it as RGB or grey"
            )
        return np.asarray(ImageOps.exif_transpose(image))


def _refuse_bomb(path, width: int, height: int) -> None:
    if width * height > LARGEST:
        raise ValueError(_bomb(path))


def _bomb(path) -> str:
    return f"{path.name} has more than {LARGEST // 10**6} million pixels: make it smaller first"


def _grey(pixels, path) -> Tensor:
    """Numbers of any type and 1 to 4 channels as one grey channel of floats."""
    import numpy as np

    if pixels.ndim not in (2, 3) or (pixels.ndim == 3 and pixels.shape[-1] > 4):
        raise ValueError(
            f"{path.name} has the shape {pixels.shape}: expected a grey or RGB picture"
        )
    if np.iscomplexobj(pixels):
        raise ValueError(f"{path.name} has complex pixels: save their modulus")
    scale = np.iinfo(pixels.dtype).max if pixels.dtype.kind in "ui" else 1
    x = torch.from_numpy(pixels.astype(np.float64) / scale).to(torch.get_default_dtype())
    if x.ndim == 2:
        return x
    if x.shape[-1] in (2, 4):  # the last channel is the opacity
        x = x[..., :-1] * x[..., -1:] + 1 - x[..., -1:]
    return x @ torch.tensor(LUMINANCE) if x.shape[-1] == 3 else x[..., 0]


def _square(picture: Tensor, size: int | None) -> Tensor:
    """The middle square, resampled to ``size`` pixels; all of it if no size is given."""
    from skimage.transform import resize

    if size is None:
        return picture
    n = min(picture.shape)
    top, left = ((m - n) // 2 for m in picture.shape)
    middle = picture[top : top + n, left : left + n].double().numpy()
    small = resize(middle, (size, size), anti_aliasing=size < n)
    return torch.from_numpy(small).to(picture.dtype)


def _tiles(picture: Tensor, size: int) -> Tensor:
    if min(picture.shape[-2:]) < size:
        raise ValueError(
            f"a picture of {tuple(picture.shape)} holds no tile of {size} x {size}"
        )
    tiles = picture.unfold(-2, size, size).unfold(-2, size, size)
    return tiles.reshape(-1, size, size)


def _dicom(name: str) -> Tensor:
    import pydicom

    slice_ = pydicom.dcmread(files("data_store").joinpath("data", name))
    hounsfield = slice_.pixel_array * float(slice_.RescaleSlope) + float(
        slice_.RescaleIntercept
    )
    water = torch.from_numpy(1 + hounsfield / 1000).to(torch.get_default_dtype())
    return water.clamp(min=0)  # the padding around the slice is below air
