"""The thermal camera against other integrals, published figures and its own inverse."""

import ast
import json
import math
from pathlib import Path

import numpy as np
import pytest
import scipy.integrate
import torch
from scipy import constants

from course_utils import images, infrared, metrics, operators, potts, signals
from course_utils.infrared import (
    COUNTS,
    Camera,
    band_radiance,
    brightness_temperature,
    observed_radiance,
    optical_transfer,
    surface_temperature,
)
from course_utils.noise import seeded

close = torch.testing.assert_close
T = torch.tensor([200.0, 250, 300, 310, 500, 1000], dtype=torch.float64)


@pytest.fixture
def camera():
    return Camera((32, 48))


@pytest.mark.parametrize("band", [(8e-6, 14e-6), (3e-6, 5e-6)])
def test_band_radiance_is_the_integral_of_planck(band):
    def planck(x, kelvin):
        exponent = constants.h * constants.c / (x * constants.k * kelvin)
        return 2 * constants.h * constants.c**2 / x**5 / np.expm1(exponent)

    expected = [
        scipy.integrate.quad(planck, *band, args=(t,), epsrel=1e-12)[0] for t in T.tolist()
    ]
    close(
        band_radiance(T, *band),
        torch.tensor(expected, dtype=torch.float64),
        rtol=1e-9,
        atol=0,
    )


def test_a_room_sends_out_173_watts_per_square_metre_three_eighths_of_all():
    M = math.pi * band_radiance(torch.tensor(300.0, dtype=torch.float64)).item()
    assert abs(M - 172.58) < 0.005
    assert abs(M / (constants.sigma * 300**4) - 0.3757) < 5e-5


@pytest.mark.parametrize("dtype, tolerance", [(torch.float64, 1e-9), (torch.float32, 2e-4)])
def test_brightness_temperature_inverts_band_radiance(dtype, tolerance):
    found = brightness_temperature(band_radiance(T.to(dtype)))
    assert found.dtype == dtype
    close(found, T.to(dtype), rtol=0, atol=tolerance * 5)


def test_a_body_taken_for_black_reads_too_cold_and_corrected_reads_right():
    body = torch.tensor(310.0, dtype=torch.float64)
    L = observed_radiance(body, emissivity=0.9, T_around=293.0)
    assert abs(brightness_temperature(L) - 308.41) < 0.005
    close(surface_temperature(L, emissivity=0.9, T_around=293.0), body)


def test_air_and_surroundings_are_taken_off_in_the_order_in_which_they_came():
    kelvin = torch.linspace(280, 340, 12, dtype=torch.float64).view(3, 4)
    weather = {"emissivity": 0.8, "T_around": 285.0, "tau": 0.7, "T_air": 300.0}
    close(surface_temperature(observed_radiance(kelvin, **weather), **weather), kelvin)
    nothing = observed_radiance(
        kelvin, emissivity=1.0, T_around=285.0, tau=0.0, T_air=300.0
    )
    air = band_radiance(torch.tensor(300.0, dtype=torch.float64))
    close(nothing, air.expand(3, 4))


@pytest.mark.slow
def test_the_lens_passes_what_a_pupil_correlated_with_itself_passes():
    nu = torch.linspace(0, 100e3, 21, dtype=torch.float64)
    passed = optical_transfer(nu, f_number=1.1, wavelength=10e-6, blur_spot=0.0)
    cutoff = 1 / (10e-6 * 1.1)
    assert abs(cutoff / 1e3 - 90.9) < 0.05
    u = (
        torch.arange(2000, dtype=torch.float64) + 0.5
    ) / 1000 - 1  # overlap of two unit discs
    x, y = torch.meshgrid(u, u, indexing="ij")
    inside = x**2 + y**2 <= 1
    for n, found in zip(nu.tolist(), passed.tolist(), strict=True):
        overlap = inside & ((x - 2 * n / cutoff) ** 2 + y**2 <= 1)
        assert abs(found - (overlap.sum() / inside.sum()).item()) < 2e-3


def test_a_lens_out_of_focus_passes_what_a_disc_of_light_passes():
    nu = torch.tensor([0.0, 10e3, 20e3, 50e3], dtype=torch.float64)
    sharp, soft = (optical_transfer(nu, 1.1, 10e-6, spot) for spot in (0.0, 30e-6))
    u = ((torch.arange(4000, dtype=torch.float64) + 0.5) / 4000 - 0.5) * 30e-6
    chord = 2 * ((15e-6) ** 2 - u**2).sqrt()  # the disc, seen from the side
    expected = (chord * torch.cos(2 * math.pi * nu[:, None] * u)).sum(-1) / chord.sum()
    close(soft / sharp, expected, rtol=0, atol=1e-4)


def test_the_optics_pass_what_the_detector_cannot_resolve(camera):
    nyquist = 1 / (2 * 12e-6)
    assert abs(nyquist / 1e3 - 41.7) < 0.05
    x = torch.arange(48)
    too_fine = torch.cos(2 * math.pi * 18 * x / 48).expand(
        32, 48
    )  # 18 periods on 24 detectors
    seen = camera.H(too_fine)[0]
    alias = torch.fft.rfft(seen).abs()
    assert alias.argmax() == 24 - 18
    period = 48 * 6e-6 / 18  # of the wave, on the scene's pixels of half a pitch
    passed = optical_transfer(torch.tensor(1 / period), 1.1, 10e-6, 0.0).item()
    mean_of_two = math.cos(math.pi * 18 / 48)
    assert abs(alias.max() / 12 - passed * mean_of_two) < 1e-5


def test_an_even_scene_stays_even_and_keeps_its_radiance(camera):
    close(camera.H(torch.full((32, 48), 7.0)), torch.full((16, 24), 7.0), rtol=1e-5, atol=0)


def test_the_noise_that_goes_in_as_netd_comes_out_in_kelvin(camera):
    L = band_radiance(torch.full((32, 48), 300.0))
    frames = torch.stack([camera.radiance(camera.counts(L, seeded(i))) for i in range(60)])
    kelvin = brightness_temperature(frames)
    assert abs(kelvin.std(0).mean() - 0.05) < 0.001
    assert abs(kelvin.mean() - 300) < 0.005


def test_counts_are_fourteen_bits_and_are_clipped(camera):
    cold, hot = (band_radiance(torch.full((32, 48), kelvin)) for kelvin in (200.0, 500.0))
    assert (camera.counts(cold, seeded(0)) == 0).all()
    assert (camera.counts(hot, seeded(0)) == COUNTS).all() and COUNTS == 16383
    counts = camera.counts(band_radiance(torch.full((32, 48), 300.0)), seeded(0))
    assert counts.dtype == torch.int32 and counts.min() > 0 and counts.max() < COUNTS


def test_the_ends_of_the_counts_are_the_ends_of_the_range(camera):
    ends = camera.radiance(torch.tensor([0, COUNTS]))
    close(ends, band_radiance(torch.tensor([253.15, 413.15])), rtol=1e-6, atol=0)


def test_a_detector_has_the_spread_that_was_asked_for():
    detector = Camera((200, 200), factor=1).pattern(
        seeded(2), gain=0.03, offset=0.2, dead=0.05
    )
    found = [detector.gain.std(), detector.offset.std(), detector.dead.float().mean()]
    close(torch.stack(found), torch.tensor([0.03, 0.2, 0.05]), rtol=0.05, atol=0)


def test_a_pattern_is_fixed_and_noise_is_not(camera):
    L = band_radiance(torch.full((32, 48), 300.0))
    pattern = camera.pattern(seeded(1), gain=0.03, offset=0.2, dead=0.05)
    frames = torch.stack([camera.counts(L, seeded(i), pattern) for i in range(40)]).double()
    alive = ~pattern.dead
    assert (
        frames[:, pattern.dead] == 0
    ).all() and 0.01 < pattern.dead.double().mean() < 0.15
    even = camera.H(L)
    expected = pattern.gain * even + pattern.offset
    close(camera.radiance(frames.mean(0))[alive], expected[alive], rtol=0, atol=0.03)
    assert expected.std() > 5 * camera.sigma


def test_a_seed_decides_the_frame_and_a_batch_is_a_batch(camera):
    L = band_radiance(torch.full((2, 32, 48), 300.0))
    close(camera.counts(L, seeded(5)), camera.counts(L, seeded(5)))
    assert not torch.equal(camera.counts(L, seeded(5)), camera.counts(L, seeded(6)))
    assert camera.counts(L, seeded(5)).shape == (2, 16, 24)


@pytest.mark.parametrize("bad", [0.0, -3.0, math.nan, math.inf])
def test_what_is_no_temperature_is_refused_with_its_place(bad):
    kelvin = torch.tensor([[300.0, bad]])
    with pytest.raises(ValueError, match=r"positive and finite, not \S+ at index \(0, 1\)"):
        band_radiance(kelvin)
    with pytest.raises(ValueError, match="a radiance must be positive"):
        brightness_temperature(kelvin)
    with pytest.raises(TypeError, match="float"):
        band_radiance(torch.tensor([300]))


CHAPTER = Path(__file__).resolve().parents[2] / "book" / "13-infrared.ipynb"
OWN = ("wiener", "decay", "restored", "by_potts")  # what a frame of one's own goes through
LOOKS = {  # kelvin of wall, warm and hot
    "strong": (205.0, 275.0, 290.0),  # walls before a clear sky
    "weak": (295.0, 299.0, 302.0),
    "cold": (235.0, 243.0, 251.0),
}


@pytest.fixture
def chapter():
    """The functions of the chapter, in its double precision."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    space = {"torch": torch, "infrared": infrared, "operators": operators, "potts": potts}
    cells = json.loads(CHAPTER.read_text(encoding="utf-8"))["cells"]
    for cell in (cell for cell in cells if cell["cell_type"] == "code"):
        for node in ast.parse("".join(cell["source"])).body:
            if isinstance(node, ast.FunctionDef) and node.name in OWN:
                exec(compile(ast.Module([node], []), CHAPTER.name, "exec"), space)
    yield space
    torch.set_default_dtype(before)


def a_look(name):
    """The truth, its labels, and the frame in kelvin of a camera with a NETD of 0.05 K."""
    z = signals.thermal_scene(48, seeded(12))[1]
    kelvins = torch.tensor(LOOKS[name], dtype=torch.float64)[z]
    quiet = Camera((48, 48), blur_spot=24e-6, netd=0.05, limits=(150.0, 420.0))
    counts = quiet.counts(band_radiance(kelvins), seeded(3))
    return kelvins, z, brightness_temperature(quiet.radiance(counts))


@pytest.mark.parametrize("name", LOOKS)
def test_a_frame_of_ones_own_is_restored_by_its_own_noise_and_stays_positive(chapter, name):
    kelvins, _, frame = a_look(name)
    truth = band_radiance(kelvins)
    repeated = band_radiance(frame).repeat_interleave(2, 0).repeat_interleave(2, 1)
    ways = [chapter["restored"](frame, netd) for netd in (0.05, 0.8)]
    own, toy, seen = ((f - truth).square().mean().sqrt() for f in (*ways, repeated))
    assert own < 0.8 * seen and own < 0.95 * toy
    assert (toy > seen) == (name != "strong")  # there the noise of the toy is more than all
    assert brightness_temperature(ways[0]).min() > 155


def test_what_is_set_to_the_least_radiance_comes_nearer_to_the_truth(chapter):
    kelvins, _, frame = a_look("strong")
    ringing = chapter["restored"](frame, 0.05, 24e-6, -math.inf)
    kept = chapter["restored"](frame)
    assert ringing.min() < 1 - 1e-9 and kept.min() == 1
    truth = band_radiance(kelvins)
    assert ((kept - truth).abs() <= (ringing - truth).abs()).all()


@pytest.mark.slow
@pytest.mark.parametrize("name", LOOKS)
def test_labels_of_a_frame_of_ones_own_need_its_own_noise(chapter, name, tmp_path):
    _, z, frame = a_look(name)
    np.save(tmp_path / "own.npy", (100 * frame).round().numpy().astype("uint16"))
    frame = images.load(tmp_path / "own.npy", unit="centikelvin")
    q = chapter["by_potts"](frame, chapter["restored"](frame))
    assert metrics.iou(q.labels, z) > 0.85
    if name == "strong":  # with the noise of the toy camera a class is empty
        q = chapter["by_potts"](frame, chapter["restored"](frame, 0.8))
        assert (q.labels.flatten().bincount(minlength=3) == 0).any()
