"""A calibration gives the temperatures that the camera prints, or says what it lacks."""

import numpy as np
import pytest

from course_utils.images import calibration
from tests.package.images.flir_jpeg import CAMERA, camera_block, counts_of

KELVIN = np.linspace(240, 420, 12).reshape(3, 4)
ATMOSPHERE = {"alpha1": 0.006569, "alpha2": 0.01262, "beta1": -0.002276}
ATMOSPHERE |= {"beta2": -0.00667, "X": 1.9}


def read(changes=None, counts=None, order="<"):
    counts = np.array([[1, 2]]) if counts is None else counts
    return calibration.read(camera_block(counts, changes, order), order)


def kelvin(counts, changes=None, order="<"):
    return calibration.kelvin(np.asarray(counts, float), read(changes, order=order))


INFRACAM = {"R1": 14861.56, "B": 1395.6, "O": -992, "R2": 0.032336067, "distance": 2.0}
INFRACAM |= {"emissivity": 0.96, "humidity": 0.3}
E60 = {"R1": 14985.93, "B": 1398.1, "O": -6233, "R2": 0.011283217, "distance": 1.0}
E60 |= {"emissivity": 0.95, "around": 293.14}
T420 = {"R1": 15827.745, "B": 1414.5, "O": -5567, "R2": 0.0109624397, "distance": 1.0}
T420 |= {"emissivity": 0.95}
PRINTED = {  # level and span in counts, and the ends of the scale as the camera has them
    "200 deg neutral": (INFRACAM, 7370, 3252, (305, 345), 0.5),
    "Linear load": (INFRACAM, 7586, 3828, (304, 350), 0.5),
    "IR Fussbodenheizung": (E60, 17798, 1276, (291, 298), 0.5),
    "IR moving car": (E60, 14732, 3632, (262, 287), 0.5),
    "Solar halo thermal": (T420, 12023, 3860, (273.15 - 32.0, 273.15 + 0.0), 0.05),
}


@pytest.mark.parametrize("name", PRINTED)
def test_the_ends_of_the_scale_are_those_that_the_camera_itself_says(name):
    """Five free pictures of Wikimedia Commons, by this name there, of three cameras.

    Four say them in their maker notes, to a kelvin, one prints them in its picture, to
    a tenth. A program that takes half the distance twice is 0.2 K from the last.
    """
    camera, level, span, ends, rounded_to = PRINTED[name]
    found = kelvin([level - span / 2, level + span / 2], camera)
    assert np.abs(found - ends).max() <= rounded_to


WEATHER = {
    "black, near": {},
    "grey": {"emissivity": 0.7, "around": 250.0},
    "far": {"distance": 40.0, "air": 303.15, "humidity": 0.8},
    "window": {"window": 0.6, "window_kelvin": 310.0},
    "all": {"emissivity": 0.5, "distance": 9.0, "window": 0.9, "air": 280.0, "F": 0.9},
}


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("name", WEATHER)
def test_what_surroundings_air_and_window_add_is_taken_off_again(name, order):
    found = kelvin(counts_of(KELVIN, WEATHER[name]), WEATHER[name], order)
    np.testing.assert_allclose(found, KELVIN, atol=1e-3)


def test_humidity_may_be_per_cent():
    far = {"distance": 40.0}
    per_cent = kelvin(counts_of(KELVIN, far), far | {"humidity": 50.0})
    np.testing.assert_allclose(per_cent, KELVIN, atol=1e-3)


def test_air_of_extreme_weather_is_that_of_the_limits_of_the_formula():
    frost = kelvin(counts_of(KELVIN), {"distance": 9.0, "air": 230.0})
    same = read({"distance": 9.0, "air": 243.15})
    assert calibration.transmission(read({"distance": 9.0, "air": 230.0})) == (
        calibration.transmission(same)
    )
    assert np.isfinite(frost).all()


def test_counts_below_those_of_any_body_have_no_temperature():
    found = kelvin([-1e5, 0, 5999, 6001, 17000])
    assert np.isnan(found[:3]).all() and np.isfinite(found[3:]).all()


BAD = {
    "no Planck": ({"R1": 0.0, "B": 0.0, "R2": 0.0}, "its planck r1 is 0, not from 1 to"),
    "no R2": ({"R2": 0.0}, "its planck r2 is 0"),
    "not a number": ({"B": float("nan")}, "its planck b is nan"),
    "infinite": ({"R1": float("inf")}, "its planck r1 is inf"),
    "black": ({"emissivity": 0.0}, "its emissivity is 0, not from 0.01 to 1"),
    "mirror": ({"emissivity": 1.5}, "its emissivity is 1.5"),
    "behind": ({"distance": -1.0}, "its distance is -1"),
    "opaque": ({"window": 0.0}, "its window is 0"),
    "celsius": (
        {"around": 20.0, "emissivity": 0.9},
        "temperature of the surroundings is 20",
    ),
    "no air": ({"air": 0.0, "distance": 4.0}, "temperature of the air is 0"),
    "fog": ({"distance": 9000.0}, "transmission of the air is 0.18.*, not from 0.4 to 1"),
    "wild air": ({"alpha1": -1e30, "distance": 4.0}, "transmission of the air is inf"),
    "by hand": ({"air_by_hand": 0.8}, "its air by hand is 0.8, not 0"),
    "steep": ({"F": 9.0, "B": 100.0, "emissivity": 0.9}, "without a count for 293 K"),
    "shutter": ({"status": 1}, "while its camera could not measure"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_calibration_that_means_nothing_is_named(name):
    changes, message = BAD[name]
    with pytest.raises(calibration.NoTemperatures, match=message):
        kelvin([17000], changes)


def test_an_old_and_short_calibration_is_read_and_a_cut_one_is_not():
    whole = camera_block(np.array([[1, 2]]))
    assert calibration.read(whole[:832], "<").planck_b == CAMERA["B"]
    with pytest.raises(calibration.NoTemperatures, match="of 831 bytes: it is cut off"):
        calibration.read(whole[:831], "<")
