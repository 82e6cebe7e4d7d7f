"""From the counts of a FLIR camera to kelvin, by the calibration that its file holds.

A black body of T kelvin gives P(T) counts. Those of a surface arrive mixed with the counts
of its surroundings, of the air and of a window before the lens:

    P(T) = R1 / (R2 (exp(B / T) - F)) - O
    S = w (tau S_surface + (1 - tau) P(T_air)) + (1 - w) P(T_window)
    S_surface = eps P(T) + (1 - eps) P(T_around)
    tau = X exp(-sqrt(d) (alpha1 + beta1 v)) + (1 - X) exp(-sqrt(d) (alpha2 + beta2 v))

Of these eps is the emissivity, w what the window lets through, tau what d metres of air do,
and v^2 the water in the air. The mixtures are undone from the detector outwards.

Units: temperatures in kelvin, the distance in metres; shares and humidity are ratios.
Sources: the formula and its limits are those of the GEV demo that FLIR publishes with its
    cameras (doCalcAtmTao and what follows it), the places those of its header fff.h and of
    ExifTool's page on FLIR. Thermimage, and what was made after it, take d / 2 of air twice
    (its issue 25): up to 0.2 K beside the scale that a camera prints in its picture.
"""

import struct
from collections import namedtuple
from math import sqrt

import numpy as np

from ..checks import Refusal

PLACES = {  # in the record: the byte at which a number begins, and its type
    "emissivity": (32, "f"),
    "distance": (36, "f"),
    "around_kelvin": (40, "f"),
    "air_kelvin": (44, "f"),
    "window_kelvin": (48, "f"),
    "window": (52, "f"),
    "air_by_hand": (56, "f"),
    "humidity": (60, "f"),
    "planck_r1": (88, "f"),
    "planck_b": (92, "f"),
    "planck_f": (96, "f"),
    "alpha1": (112, "f"),
    "alpha2": (116, "f"),
    "beta1": (120, "f"),
    "beta2": (124, "f"),
    "x": (128, "f"),
    "planck_o": (776, "i"),
    "planck_r2": (780, "f"),
    "level": (824, "i"),  # the middle of the scale beside the picture, in counts,
    "span": (828, "i"),  # and its length
    "status": (1130, "h"),
}
NEEDED = 832  # bytes: older cameras end before the status
UNMEASURABLE = (
    0b111  # bits of the status: while calibrating, with a foreign lens, not linear
)

RANGES = {  # outside them a number is missing or damaged, or not of a FLIR camera
    "planck_r1": (1, 1e9),
    "planck_r2": (1e-9, 1e3),
    "planck_b": (100, 50_000),
    "planck_f": (0, 10),
    "emissivity": (0.01, 1),
    "window": (0.01, 1),
    "distance": (0, 10_000),
    "humidity": (0, 100),
    "air_by_hand": (0, 0),  # else it replaces tau, in a way that is not described
}
TEMPERATURES = (100, 5000)  # kelvin, of surroundings, air and window
AIR = (0.4, 1)  # the tau for which the formula was made

Calibration = namedtuple("Calibration", PLACES)


class NoTemperatures(Refusal):
    """Why a file gives no temperatures: what it is or has, without what to do about it."""


def read(record: bytes, order: str) -> Calibration:
    """The numbers in a record; ``order`` is that of their bytes, "<" or ">"."""
    if len(record) < NEEDED:
        raise NoTemperatures(f"has a calibration of {len(record)} bytes: it is cut off")
    record = record.ljust(PLACES["status"][0] + 2, b"\0")
    found = [struct.unpack_from(order + x, record, place) for place, x in PLACES.values()]
    calibration = Calibration(*(number for (number,) in found))
    for name, (low, high) in RANGES.items():
        _require_within(name, getattr(calibration, name), low, high)
    if calibration.status & UNMEASURABLE:
        raise NoTemperatures("was taken while its camera could not measure, as it says")
    return calibration


def kelvin(counts: np.ndarray, calibration: Calibration) -> np.ndarray:
    """The temperatures of counts, NaN where there are fewer than any body gives."""
    c = calibration
    mixed = (
        ("window", c.window, c.window_kelvin),
        ("air", transmission(c), c.air_kelvin),
        ("surroundings", c.emissivity, c.around_kelvin),
    )
    for name, share, temperature in mixed:
        if share < 1:
            _require_within(f"temperature of the {name}", temperature, *TEMPERATURES)
            counts = (counts - (1 - share) * black_body(temperature, c)) / share
    with np.errstate(all="ignore"):
        ratio = c.planck_r1 / (c.planck_r2 * (counts + c.planck_o)) + c.planck_f
        return np.where(ratio > max(c.planck_f, 1), c.planck_b / np.log(ratio), np.nan)


def black_body(temperature: float, c: Calibration) -> float:
    """P(T), the counts of a black body."""
    above = np.exp(c.planck_b / temperature) - c.planck_f
    if above <= 0:
        raise NoTemperatures(f"has a calibration without a count for {temperature:.0f} K")
    return c.planck_r1 / (c.planck_r2 * above) - c.planck_o


def transmission(c: Calibration) -> float:
    """tau, the share of radiation that the air lets through."""
    celsius = min(max(c.air_kelvin - 273.15, -30), 90)
    powers = 1.5587 + 6.939e-2 * celsius - 2.7816e-4 * celsius**2 + 6.8455e-7 * celsius**3
    humidity = c.humidity / 100 if c.humidity > 2 else c.humidity  # some write per cent
    v = min(sqrt(humidity * np.exp(powers)), 6.2365)
    way = sqrt(c.distance)
    with np.errstate(all="ignore"):
        first = np.exp(-way * (c.alpha1 + c.beta1 * v))
        second = np.exp(-way * (c.alpha2 + c.beta2 * v))
        tau = float(np.round(c.x * first + (1 - c.x) * second, 12))
    _require_within("transmission of the air", tau, *AIR)
    return tau


def _require_within(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        found = f"its {name.replace('_', ' ')} is {value:.6g}"
        limits = f"from {low:g} to {high:g}" if low < high else f"{low:g}"
        raise NoTemperatures(
            f"has a calibration that cannot be used: {found}, not {limits}"
        )
