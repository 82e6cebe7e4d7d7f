"""Stripes come back exactly as long as the lens passes them above ten times the noise."""

import pytest
import torch

from course_utils.explore.hidden_stripes import HEIGHT, MARGIN, stripes
from tests.package.explore.examples import SIDE, hidden_stripes
from tests.package.explore.in_node import drawn

SETTINGS = {"nu": range(SIDE // 2 + 1), "log10_sigma": (-6.0, -1.3)}


def expected(figure):
    """The formulas, with the singular values as the front end has them."""
    f, eps = (figure.numbers(name).view(SIDE, SIDE) for name in ("scene", "noise"))
    line = figure.numbers("line")
    sigma = 10**figure.log10_sigma
    s = line[:, None] * line
    image = f + stripes(SIDE, figure.nu)
    G = s * torch.fft.fft2(image) + sigma * torch.fft.fft2(eps)
    kept = s > MARGIN * sigma
    return {
        "image": image,
        "g": torch.fft.ifft2(G).real,
        "f_hat": torch.fft.ifft2(torch.where(kept, G / s, 0)).real,
        "passed": line[figure.nu],
        "finest": (line[: SIDE // 2 + 1] > MARGIN * sigma).nonzero().max(),
    }


def test_stripes_have_their_height_and_their_periods():
    made = stripes(16, 3)
    spectrum = torch.fft.fft(made).abs() / 16
    assert spectrum[:, 3] == pytest.approx(torch.full((16,), HEIGHT / 2))
    assert (spectrum > 1e-12).sum() == 2 * 16 and torch.equal(made[0], made[5])


def test_the_restoration_has_the_stripes_if_they_pass_the_lens(randn):
    figure = hidden_stripes(randn)
    amplitude = {}
    for setting in ({"nu": nu, "log10_sigma": -4.0} for nu in range(1, SIDE // 2)):
        (answer,) = drawn(figure, [setting])
        f_hat = torch.tensor(answer["f_hat"], dtype=torch.float64).view(SIDE, SIDE)
        bare = f_hat - figure.numbers("scene").view(SIDE, SIDE)
        nu = setting["nu"]
        amplitude[nu] = 2 * torch.fft.fft2(bare)[0, nu].abs().item() / SIDE**2
        kept = nu <= answer["finest"]
        assert kept is (answer["passed"] > MARGIN * 1e-4)
        assert (abs(amplitude[nu] - HEIGHT) < 0.01) is kept
    assert len(amplitude) > 3
