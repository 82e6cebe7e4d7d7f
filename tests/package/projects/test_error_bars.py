"""Error bars: what a frame is, and what good, careless and sure answers earn."""

import pytest
import torch

from course_utils.operators import Blur, Mask
from course_utils.priors import TotalVariation
from course_utils.projects import error_bars
from tests.package.projects.error_bars_answer import restore


@pytest.fixture(autouse=True)
def two_scenes(monkeypatch, in_double_precision):
    monkeypatch.setattr(error_bars, "SCENES", 2)


def lazy(data):
    """The data, and the noise around them."""
    half = 1.645 * data.sigma
    return data.g, data.g - half, data.g + half


def sure(data):
    """A good estimate that is taken to err as a datum does."""
    f_hat = error_bars.total_variation(data, 0.0025)
    half = 1.645 * data.sigma
    return f_hat, f_hat - half, f_hat + half


def earned(answer):
    score = error_bars.score(answer, seed=1)
    return [line.row.earned(line.found) for line in score.lines]


def test_a_frame_has_dead_pixels_and_noise_of_the_level_it_names():
    data, f = error_bars.frame(3)
    assert data.g.equal(error_bars.frame(3)[0].g)
    assert not data.g.equal(error_bars.frame(4)[0].g)
    assert (data.g[data.seen == 0] == 0).all() and 0.7 < data.seen.mean() < 0.85
    misfit = (Blur(data.psf, tuple(f.shape))(f) - data.g)[data.seen == 1]
    assert misfit.std().item() == pytest.approx(data.sigma, rel=0.2)


def test_the_photographs_of_the_test_are_others():
    assert not set(error_bars.SHOWN) & set(error_bars.OTHERS)


def test_the_interval_score_is_smallest_for_the_interval_asked_for():
    draw = torch.Generator().manual_seed(0)
    f = torch.randn(64, 64, generator=draw)
    half = torch.tensor([1.2, 1.645, 2.2])
    low = [torch.full((64, 64), -x.item()) for x in half]
    found = [error_bars.interval_score(x, -x, f) for x in low]
    assert min(found) == found[1]


def test_total_variation_has_nearly_reached_its_minimum():
    data, _ = error_bars.frame(0)
    H = Mask(data.seen) @ Blur(data.psf, tuple(data.g.shape))

    def J(f):
        return 0.5 * (data.g - H(f)).square().sum() + 0.003 * TotalVariation()(f)

    found = [J(error_bars.total_variation(data, 0.003, k)) for k in (50, 200, 1000)]
    assert found[2] < found[1] < 1.01 * found[2] < found[0]


@pytest.mark.slow
def test_a_good_answer_earns_most_and_a_lazy_one_nothing():
    assert sum(earned(restore)) >= 80
    assert sum(earned(lazy)) <= 5


@pytest.mark.slow
def test_to_take_the_noise_for_the_error_costs_the_intervals_and_not_the_estimate():
    points = earned(sure)
    assert points[0] == 15 and sum(points[2:]) <= 20


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda data: None, "nothing has been returned yet"),
        (lambda data: data.g, "3 things, f_hat, low, high, and not Tensor"),
        (lambda data: (data.g, data.g + 1, data.g), "low is above high in 4096 pixels"),
        (lambda data: (data.g, data.g[0], data.g), "low has the shape (64, 64), not (64,)"),
    ],
)
def test_what_cannot_be_measured_earns_nothing_and_is_told_why(answer, said):
    score = error_bars.score(answer, seed=0)
    assert score.points == 0 and said in score.refused
