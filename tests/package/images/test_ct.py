"""A CT slice of the reader's own comes out in Hounsfield units, or is refused in words."""

from io import BytesIO
from pathlib import Path

import data_store
import numpy as np
import pydicom
import pytest
import torch
from pydicom.data import get_testdata_file
from pydicom.uid import DeflatedExplicitVRLittleEndian, RLELossless

from course_utils import images

STORE = Path(next(iter(data_store.__path__)), "data")
NUMBERS = (np.arange(20 * 24).reshape(20, 24) * 7) % 3000


def slice_of(numbers=NUMBERS, *, leave_out=(), syntax=None, **said):
    """A CT slice as bytes: air has the number 24, and water 1024."""
    numbers = np.asarray(numbers, np.uint16 if np.min(numbers) >= 0 else np.int16)
    slice_ = pydicom.dcmread(get_testdata_file("CT_small.dcm"))
    slice_.Rows = numbers.shape[0]
    slice_.Columns = numbers.shape[1]
    slice_.PixelRepresentation = int(numbers.dtype.kind == "i")
    slice_.PixelData = numbers.tobytes()
    for name in ("PixelPaddingValue", "SmallestImagePixelValue", "LargestImagePixelValue"):
        delattr(slice_, name) if name in slice_ else None
    for name, value in said.items():
        if name.startswith("PixelPadding"):
            slice_.add_new(name, "US", value)
        else:
            setattr(slice_, name, value)
    for name in leave_out:
        delattr(slice_, name)
    if syntax == RLELossless:
        slice_.compress(RLELossless)
    elif syntax:
        slice_.file_meta.TransferSyntaxUID = syntax
    file = BytesIO()
    slice_.save_as(file)
    return file.getvalue()


def hounsfield(path):
    """The Hounsfield units of a file."""
    return images.load(path, unit="hounsfield")


SIGNED = NUMBERS - 1024
READ = {
    "unsigned": (slice_of(), NUMBERS - 1024),
    "signed": (slice_of(SIGNED, RescaleIntercept=0), NUMBERS - 1024),
    "signed, shifted": (slice_of(SIGNED), NUMBERS - 2048),
    "steeper": (
        slice_of(RescaleSlope="0.5", RescaleIntercept="-100.5"),
        NUMBERS / 2 - 100.5,
    ),
    "shown black on white": (
        slice_of(PhotometricInterpretation="MONOCHROME1"),
        NUMBERS - 1024,
    ),
    "12 bits": (slice_of(BitsStored=12, HighBit=11), NUMBERS - 1024),
    "12 bits with a sign": (
        slice_of(SIGNED, BitsStored=12, HighBit=11, RescaleIntercept=0),
        NUMBERS - 1024,
    ),
    "packed by run lengths": (slice_of(syntax=RLELossless), NUMBERS - 1024),
    "padded": (
        slice_of(PixelPaddingValue=7),
        np.where(NUMBERS == 7, -1000, NUMBERS - 1024),
    ),
    "padded, with a range": (
        slice_of(PixelPaddingValue=70, PixelPaddingRangeLimit=7),
        np.where((NUMBERS >= 7) & (NUMBERS <= 70), -1000, NUMBERS - 1024),
    ),
    "one frame": (slice_of(NumberOfFrames=1), NUMBERS - 1024),
    "units named": (slice_of(RescaleType="HU"), NUMBERS - 1024),
}


@pytest.mark.parametrize("name", READ)
def test_a_slice_comes_out_in_hounsfield_units(name, save):
    content, expected = READ[name]
    f = hounsfield(save("slice.dcm", content))
    assert f.dtype == torch.get_default_dtype()
    np.testing.assert_array_equal(f.numpy(), expected.astype(np.float32))


def test_padding_whose_sign_was_lost_is_padding(save):
    numbers = np.where(NUMBERS == 70, -2000, SIGNED)
    content = slice_of(numbers, RescaleIntercept=0, PixelPaddingValue=65536 - 2000)
    f = hounsfield(save("slice.dcm", content))
    np.testing.assert_array_equal(f.numpy(), np.where(NUMBERS == 70, -1000, SIGNED))


def test_the_order_of_bytes_changes_nothing(save):
    slice_ = pydicom.dcmread(BytesIO(slice_of()))
    slice_.PixelData = NUMBERS.astype(">u2").tobytes()
    slice_["PixelData"].VR = "OW"
    slice_.file_meta.TransferSyntaxUID = pydicom.uid.ExplicitVRBigEndian
    file = BytesIO()
    how = {"implicit_vr": False, "little_endian": False, "force_encoding": True}
    pydicom.dcmwrite(file, slice_, **how)
    f = hounsfield(save("slice.dcm", file.getvalue()))
    np.testing.assert_array_equal(f.numpy(), NUMBERS - 1024)


def test_a_slice_packed_without_loss_is_the_same_slice():
    plain = hounsfield(STORE / "693_UNCR.dcm")
    assert torch.equal(plain, hounsfield(STORE / "693_J2KR.dcm"))
    assert plain.min() == -1024 and 1000 < plain.max() < 2000


def test_the_slices_of_the_package_are_attenuation_relative_to_water():
    f = hounsfield(STORE / "693_UNCR.dcm")
    head = images.ct_slices()["head"]
    torch.testing.assert_close(head, (1 + f / 1000).clamp(min=0))
    raw = pydicom.dcmread(STORE / "693_UNCR.dcm").pixel_array - 1024.0
    assert torch.equal(head, torch.from_numpy(1 + raw / 1000).float().clamp(min=0))


REFUSED = {
    "magnetic resonance": (slice_of(Modality="MR"), r"no CT slice \(MR\)"),
    "no modality": (slice_of(leave_out=["Modality"]), r"no CT slice \(of no modality\)"),
    "a modality with a trick": (
        slice_of(Modality="XX").replace(b"CS\2\0XX", b"CS\2\0\nX"),
        r"no CT slice \(X\)",
    ),
    "frames": (
        slice_of(np.vstack([NUMBERS] * 3), NumberOfFrames=3, Rows=20),
        "holds 3 slices: save one",
    ),
    "colours": (
        slice_of(SamplesPerPixel=3, PhotometricInterpretation="RGB"),
        r"in colours \(RGB\)",
    ),
    "a palette": (slice_of(PhotometricInterpretation="PALETTE COLOR"), "in colours"),
    "a localiser": (
        slice_of(ImageType=["ORIGINAL", "PRIMARY", "LOCALIZER"]),
        "is a localiser, a projection",
    ),
    "no slope": (slice_of(leave_out=["RescaleSlope"]), "does not say how its numbers"),
    "no intercept": (slice_of(leave_out=["RescaleIntercept"]), "cannot be read"),
    "other units": (slice_of(RescaleType="US"), "does not say how its numbers"),
    "a slope of 0": (slice_of(RescaleSlope=0), "the rescale slope 0"),
    "no pixels": (slice_of(leave_out=["PixelData"]), "cannot be read as a CT slice"),
    "no picture": (slice_of(leave_out=["Rows", "Columns"]), "holds no picture"),
    "numbers beyond 11 bits": (slice_of(BitsStored=11, HighBit=10), "beyond the 11 bits"),
    "numbers in the high bits": (slice_of(BitsStored=12, HighBit=15), "beyond the 12 bits"),
    "deflated": (slice_of(syntax=DeflatedExplicitVRLittleEndian), "deflated.*uncompressed"),
    "a claim of more pixels": (slice_of(Rows=50_000, Columns=50_000), "40 million pixels"),
    "a claim of more rows": (slice_of(Rows=21), "cannot be read as a CT slice"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(200), "is no DICOM file"),
    "nothing": (b"", "is no DICOM file"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_slice_is_refused_in_one_sentence(name, save):
    content, message = REFUSED[name]
    with pytest.raises(ValueError, match=message) as refusal:
        hounsfield(save("slice.dcm", content))
    assert str(refusal.value).startswith("slice.dcm ") and "\n" not in str(refusal.value)


@pytest.mark.parametrize("name", ["JPEG-LL.dcm", "emri_small_jpeg_ls_lossless.dcm"])
def test_a_packing_that_no_package_reads_is_named(name, save):
    slice_ = pydicom.dcmread(STORE / name)
    slice_.Modality = "CT"
    slice_.NumberOfFrames = 1
    slice_.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    slice_.RescaleSlope = 1
    slice_.RescaleIntercept = 0
    file = BytesIO()
    slice_.save_as(file)
    with pytest.raises(ValueError, match=r"packed as JPEG.*: save it uncompressed"):
        hounsfield(save("packed.dcm", file.getvalue()))


def test_a_codestream_larger_than_its_slice_is_not_unpacked(save):
    content = bytearray((STORE / "693_J2KR.dcm").read_bytes())
    at = content.index(b"\xff\x4f\xff\x51") + 8
    content[at : at + 8] = (13_000).to_bytes(4) * 2
    with pytest.raises(ValueError, match="pixels of another size"):
        hounsfield(save("bomb.dcm", bytes(content)))


def test_a_slice_that_is_loaded_as_a_picture_names_its_unit(save):
    with pytest.raises(ValueError, match='is a DICOM file: load it with unit="hounsfield"'):
        images.load(save("slice.dcm", slice_of()))
