"""The telescope: what a night is, and what good, lazy and careless answers earn."""

import pytest
import torch

from course_utils import choose
from course_utils.operators import Blur
from course_utils.projects import telescope
from tests.package.projects.telescope_answer import calibrated, restore


@pytest.fixture(autouse=True)
def one_night(monkeypatch, in_double_precision):
    monkeypatch.setattr(telescope, "NIGHTS", 1)


def lazy(night):
    """The data as they are, and a guess."""
    return telescope.Answer(night.g, 0.01, torch.full((25, 25), 1 / 625))


def periodic(night):
    """A good calibration; the image repeats beyond its edges."""
    psf, sigma = calibrated(night.stars)
    H = Blur(psf, tuple(night.g.shape))
    lam = choose.discrepancy(H, night.g, sigma)
    f = H.spectral_inverse(lambda s: s / (s**2 + lam), night.g)
    return telescope.Answer(f, sigma, psf)


def test_a_night_is_a_crop_of_a_blurred_image_with_noise_of_the_level_it_hides():
    data, truth = telescope.night(3)
    again, _ = telescope.night(3)
    loud, louder = telescope.night(3, louder=3.0)
    assert data.g.equal(again.g) and not data.g.equal(telescope.night(4)[0].g)
    assert louder.sigma == pytest.approx(3 * truth.sigma)
    noise = (loud.g - data.g) / 2  # the same draw, two noise levels apart
    assert noise.std().item() == pytest.approx(truth.sigma, rel=0.05)
    assert truth.psf.sum().item() == pytest.approx(1)
    assert data.stars.mean(0).sum().item() == pytest.approx(telescope.BRIGHTNESS, rel=0.03)


def test_the_psf_is_that_of_the_image():
    data, truth = telescope.night(5, louder=1e-6)
    B = Blur(truth.psf, truth.f.shape)
    inside = (slice(20, -20),) * 2
    model_error = (B(truth.f) - data.g)[inside].norm() / data.g[inside].norm()
    mirrored = Blur(truth.psf.flip(0, 1), truth.f.shape)
    assert 1e-5 < model_error < 0.02  # a finer grid made the data: near, and not the same
    assert (mirrored(truth.f) - data.g)[inside].norm() > 2 * model_error * data.g.norm()


@pytest.mark.slow
def test_a_good_answer_earns_nearly_all_and_a_lazy_one_next_to_nothing():
    assert telescope.score(restore, seed=1).points >= 90
    assert telescope.score(lazy, seed=1).points <= 20


@pytest.mark.slow
def test_to_take_the_sky_for_periodic_costs_the_image_and_not_the_calibration():
    lines = telescope.score(periodic, seed=1).lines
    earned = [line.row.earned(line.found) for line in lines]
    assert sum(earned[:2]) >= 30 and sum(earned[2:4]) <= 20


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda night: None, "nothing has been returned yet"),
        (lambda night: night.g, "3 things, f_hat, sigma, psf, and not Tensor"),
        (lambda night: (night.g, 0.1), "and not 2 things"),
        (lambda night: (night.g, night.g, night.g), "sigma is a number, not Tensor"),
        (lambda night: (night.g[1:], 0.1, night.g), "shape (96, 96), not (95, 96)"),
        (lambda night: (night.g, 0.1, night.g), "shape (25, 25), not (96, 96)"),
        (lambda night: (night.g.numpy(), 0.1, night.g), "a tensor of shape (96, 96)"),
        (lambda night: (night.g / 0, 0.1, night.g), "finite numbers in every place"),
        (lambda night: (night.g, float("nan"), night.g), "a finite number, not nan"),
        (lambda night: 1 / 0, "ZeroDivisionError: division by zero"),
    ],
)
def test_what_cannot_be_measured_earns_nothing_and_is_told_why(answer, said):
    score = telescope.score(answer, seed=0)
    assert score.points == 0 and said in score.refused
    assert score.refused.startswith("0 points") and said in repr(score)
