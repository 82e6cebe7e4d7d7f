"""Both restorations of a photograph are the package's, and the least errors are least."""

import pytest
import torch

from course_utils import solvers
from course_utils.explore.two_remedies import SHOWN, landweber
from course_utils.metrics import relative_error
from course_utils.operators import Blur
from course_utils.signals import gaussian_psf
from tests.package.explore.examples import SIDE, two_remedies
from tests.package.explore.in_node import drawn

SETTINGS = {
    "log10_lam": (-6.0, 0.0),
    "log10_k": (0.0, 4.0),
    "log10_sigma": (-3.0, -1.0),
}
LAMBDAS = (10 ** torch.linspace(-6, 0, 61, dtype=torch.float64)).tolist()
STEPS = (10 ** torch.linspace(0, 4, 41, dtype=torch.float64)).round().int().tolist()


def expected(figure):
    """The filters on the two-dimensional Fourier transform, one after the other."""
    f, eps = (figure.numbers(name).view(SIDE, SIDE) for name in ("scene", "noise"))
    line = figure.numbers("line")
    s = line[:, None] * line
    row = s[0, : SIDE // 2 + 1]
    G = s * torch.fft.fft2(f) + 10**figure.log10_sigma * torch.fft.fft2(eps)

    def restored(phi):
        return torch.fft.ifft2(phi * G).real

    def least(filters):
        return torch.tensor([relative_error(restored(phi), f) for phi in filters]).min(0)

    lam = 10**figure.log10_lam
    k = round(10**figure.log10_k)
    pair = [restored(s / (s**2 + lam)), restored(landweber(s, k))]
    best = [least(s / (s**2 + x) for x in LAMBDAS), least(landweber(s, k) for k in STEPS)]
    return {
        "g": torch.fft.ifft2(G).real,
        "restored": pair,
        "factors": [row / (row**2 + lam), landweber(s, k)[0, : SIDE // 2 + 1]],
        "errors": [relative_error(f_hat, f) for f_hat in pair],
        "least": [found.values for found in best],
        "at": [found.indices for found in best],
    }


def test_the_page_restores_as_the_package_does(randn):
    figure = two_remedies(randn)
    f, eps = (figure.numbers(name).view(SIDE, SIDE) for name in ("scene", "noise"))
    H = Blur(gaussian_psf(1.0, ndim=2).double(), (SIDE, SIDE))
    g = H(f) + 0.01 * eps
    setting = {"log10_lam": -2.0, "log10_k": 1.0, "log10_sigma": -2.0}
    (answer,) = drawn(figure, [setting])
    penalised, stopped = answer["restored"]
    restored = solvers.tikhonov(H, g, 1e-2)
    assert penalised == pytest.approx(restored.flatten().tolist(), abs=1e-5)
    walked = solvers.run(solvers.gradient_descent(H, g, tau=1.0), 10)
    assert stopped == pytest.approx(walked.flatten().tolist(), abs=1e-5)


def test_the_errors_are_hidden_at_first_and_there_is_something_to_find(randn):
    figure = two_remedies(randn)
    assert figure.shown == SHOWN[0] == "by eye"
    (answer,) = drawn(figure, [{}])
    for error, least in zip(answer["errors"], answer["least"], strict=True):
        assert error > 1.1 * least
    assert 0 < answer["at"][0] < len(LAMBDAS) - 1
