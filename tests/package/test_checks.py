"""Every check lets pass what is right, and names what is wrong, where, and what to do."""

import math
from pathlib import Path

import pytest
import torch

from course_utils import checks

GOOD = torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
NEGATIVE = GOOD.index_fill(1, torch.tensor(1), -2.0)
PHOTO = Path("folder/photo.tif")


def test_what_is_right_passes():
    checks.require_real_floats("H", GOOD)
    checks.require_real_floats("H", GOOD.half())
    for shape in [(), (3,), (2, 3), (None, 3), (None, None)]:
        checks.require_shape("H", GOOD, shape)
    checks.refuse_empty("H", GOOD)
    checks.require_device("H", GOOD, GOOD.device)
    checks.require_device("H", GOOD, None)
    checks.require_dtype("H", GOOD, torch.float32)
    checks.require_dtype("H", GOOD.double(), None)
    checks.require_finite("g", NEGATIVE)
    checks.require_positive("L", GOOD)
    checks.require_standard_deviation(1e-300)
    checks.refuse_too_large(PHOTO, 40_000_000, 40_000_000)


@pytest.mark.parametrize(
    ("x", "advice"),
    [
        (GOOD.int(), r"convert with \.float\(\)"),
        (GOOD > 0, r"convert with \.float\(\)"),
        (GOOD.to(torch.complex64), r"take \.real or \.abs\(\)"),
    ],
)
def test_integers_and_complex_numbers_are_refused(x, advice):
    words = rf"H needs real floats, got {x.dtype}: {advice}"
    with pytest.raises(TypeError, match=words):
        checks.require_real_floats("H", x)
    with pytest.raises(TypeError, match=words):
        checks.require_dtype("H", x, torch.float32)
    with pytest.raises(TypeError, match=words):
        checks.require_positive("H", x)


@pytest.mark.parametrize(
    "shape, expected",
    [((2,), "2"), ((3, 2), "3, 2"), ((3, None), "3, any"), ((1, 2, 3), "1, 2, 3")],
)
def test_another_shape_is_refused_with_both(shape, expected):
    with pytest.raises(
        ValueError, match=rf"H expects shape \(\.\.\., {expected}\), got \(2, 3\)"
    ):
        checks.require_shape("H", GOOD, shape)


def test_an_empty_batch_is_refused():
    with pytest.raises(ValueError, match=r"H got an empty batch of shape \(0, 3\)"):
        checks.refuse_empty("H", GOOD[:0])


def test_another_device_or_float_type_is_refused():
    with pytest.raises(ValueError, match="H lives on cpu, its input on meta: use"):
        checks.require_device("H", GOOD.to("meta"), GOOD.device)
    with pytest.raises(TypeError, match=r"H is torch.float64, its input torch.float32"):
        checks.require_dtype("H", GOOD, torch.float64)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_the_first_entry_that_is_not_finite_is_named(value):
    x = GOOD.index_fill(0, torch.tensor(1), value)
    words = rf"g is not finite: it has {value} at index \(1, 0\)"
    with pytest.raises(ValueError, match=words + "$"):
        checks.require_finite("g", x)
    with pytest.raises(ValueError, match=words + "; crop it$"):
        checks.require_finite("g", x, "crop it")
    with pytest.raises(ValueError, match=rf"it has {value} at index \(\)"):
        checks.require_finite("g", x[1, 0])


@pytest.mark.parametrize("value", [0.0, -3.0, math.nan, math.inf])
def test_the_first_entry_that_is_not_positive_is_named(value):
    x = GOOD.index_fill(1, torch.tensor(2), value)
    words = rf"L must be positive and finite, not {value} at index \(0, 2\)"
    with pytest.raises(ValueError, match=words):
        checks.require_positive("L", x)


@pytest.mark.parametrize("sigma", [0.0, -1.0, math.nan, math.inf])
def test_an_impossible_standard_deviation_is_refused(sigma):
    with pytest.raises(ValueError, match=f"must be positive and finite, not {sigma}"):
        checks.require_standard_deviation(sigma)


@pytest.mark.parametrize("pixels", [40_000_001, math.inf])
def test_a_file_of_too_many_pixels_is_refused(pixels):
    with pytest.raises(ValueError, match=r"^photo\.tif has more than 40 million pixels"):
        checks.refuse_too_large(PHOTO, pixels, 40_000_000)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("big", [False, True])
def test_a_tiff_is_known_by_its_first_bytes(tmp_path, order, big):
    import tifffile

    tifffile.imwrite(tmp_path / "x.tif", GOOD.numpy(), byteorder=order, bigtiff=big)
    assert (tmp_path / "x.tif").read_bytes().startswith(checks.TIFF_MAGIC)


def test_half_precision_is_refused_where_full_precision_is_needed():
    checks.require_full_precision("H", GOOD)
    for kind in (torch.float16, torch.bfloat16):
        with pytest.raises(
            TypeError, match=rf"H needs floats of 32 or 64 bits, got {kind}"
        ):
            checks.require_full_precision("H", GOOD.to(kind))


def test_what_is_no_tensor_is_refused_with_the_way_out():
    for check in (checks.require_real_floats, checks.require_finite):
        with pytest.raises(
            TypeError, match=r"H needs a tensor, got list: use torch.as_ten"
        ):
            check("H", GOOD.tolist())


def test_a_sum_that_is_too_large_is_not_taken_for_infinity():
    checks.require_finite("g", torch.full((4,), 3e38))
    assert not checks.is_finite(torch.tensor([math.inf, -math.inf]))


def test_whole_numbers_above_0_are_counts():
    checks.require_count("n", 1)
    for n in (0, -1, 1.0, "1", None):
        with pytest.raises(ValueError, match="n must be a whole number above 0, not"):
            checks.require_count("n", n)
