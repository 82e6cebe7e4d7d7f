"""The camera in the page is the package's, and its restoration the matrix inverse."""

import math

import pytest
import torch

from course_utils.explore.thermal_camera import TABLE, power, restored
from course_utils.infrared import band_radiance, brightness_temperature
from course_utils.linear import Matrix
from tests.package.explore.examples import SIDE, thermal_camera
from tests.package.explore.in_node import drawn

SETTINGS = {
    "nu": range(SIDE // 2),
    "spot": (0.0, 48.0),
    "log10_netd": (-1.7, 0.3),
    "coldest": (250.0, 400.0),
    "warmest": (250.0, 400.0),
}


def by_matrices(figure, g):
    """C A^T (A C A^T + sigma^2)^-1 (g - mean) + mean, with every matrix written out."""
    eye = figure.camera()
    n = figure.size
    A = Matrix.of(eye.H.double()).A
    points = torch.eye(n * n).double().view(-1, n, n)
    p = power(n, g, eye.sigma**2)
    C = torch.fft.ifft2(p * torch.fft.fft2(points)).real.view(n * n, n * n)
    inverse = torch.linalg.inv(A @ C @ A.T + eye.sigma**2 * torch.eye(len(A)).double())
    f = C @ A.T @ inverse @ (g - g.mean()).flatten()
    return f.view(n, n) + g.mean()


def expected(figure):
    """The camera of the package, and the best linear estimate by matrices."""
    T = figure.temperatures()
    g = figure.frame()
    ends = band_radiance(torch.tensor(TABLE).double())
    frame, T_hat = (
        brightness_temperature(L.clamp(*ends)) for L in (g, by_matrices(figure, g))
    )
    repeated = frame.repeat_interleave(2, 0).repeat_interleave(2, 1)
    lens = figure.camera().H.B.transfer[0, figure.nu].real
    pair = math.cos(math.pi * figure.nu / SIDE)  # the mean over two pixels
    return {
        "T": T,
        "frame": frame,
        "T_hat": T_hat,
        "errors": [(x - T).square().mean().sqrt() for x in (repeated, T_hat)],
        "seen": min(figure.nu, SIDE // 2 - figure.nu),
        "passed": abs(lens * pair),
    }


def test_the_restoration_of_the_still_twin_is_that_of_the_matrices(randn):
    figure = thermal_camera(randn)
    g = figure.frame()
    torch.testing.assert_close(restored(figure.camera(), g), by_matrices(figure, g))


@pytest.mark.parametrize("nu", [1, 3])
def test_two_frequencies_that_fold_onto_each_other_look_alike_up_to_their_contrast(
    randn, nu
):
    figure = thermal_camera(randn)
    flat = {"coldest": 300.0, "warmest": 300.0, "log10_netd": -9.0, "spot": 0.0}
    answers = drawn(figure, [{**flat, "nu": k} for k in (nu, SIDE // 2 - nu)])
    slow, fast = (torch.tensor(a["frame"]).view(SIDE // 2, -1) - 300 for a in answers)
    spectra = [torch.fft.rfft(row[0]).abs() for row in (slow, fast)]
    assert all(s[1:].argmax() + 1 == nu for s in spectra)
    assert answers[0]["seen"] == answers[1]["seen"] == nu
    assert answers[0]["passed"] > 1.5 * answers[1]["passed"]
