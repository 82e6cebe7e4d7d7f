"""Half the dose: what a scan is, and what good, lazy and careless answers earn."""

import pytest
import torch

from course_utils.projects import half_dose
from tests.package.projects.half_dose_answer import reconstruct


@pytest.fixture(autouse=True)
def four_scans(monkeypatch, in_double_precision):
    monkeypatch.setattr(half_dose, "SCANS", 4)
    forget()
    yield
    forget()


def forget():
    """Tests with another number of scans have other scans for the same seed."""
    half_dose.scans_of.cache_clear()
    half_dose.in_hindsight.cache_clear()


def lazy(data):
    """Filtered back-projection, and what it shows at the places."""
    g = half_dose.line_integrals(data.counts)
    f_hat = half_dose.rays(32, 64).fbp(g)
    return f_hat, half_dose.contrasts(f_hat, data.places)


def smooth(data):
    """Total variation, and what it has left of lesions."""
    f_hat = half_dose.total_variation(data.counts[None], 8.0)[0]
    return f_hat, half_dose.contrasts(f_hat, data.places)


def nothing(data):
    return torch.zeros(64, 64), torch.zeros(6)


def earned(answer):
    score = half_dose.score(answer, seed=1)
    assert not score.refused
    return [line.row.earned(line.found) for line in score.lines]


def test_a_scan_comes_again_with_its_seed_and_has_empty_detectors():
    data, truth = half_dose.scan(3)
    assert data.counts.equal(half_dose.scan(3)[0].counts)
    assert not data.counts.equal(half_dose.scan(5)[0].counts)
    assert (data.counts == 0).any() and data.counts.equal(data.counts.round())
    assert data.counts.shape == (32, 64) and truth.full.shape == (64, 64)


def test_the_truth_explains_the_counts_but_for_the_error_of_a_coarser_model():
    found = [
        half_dose.residual(truth.f, data) for data, truth in map(half_dose.scan, (2, 3))
    ]
    assert all(0.9 < x < 1.2 for x in found)


@pytest.mark.slow
def test_lesions_have_their_contrast_and_flat_places_none():
    for seed in (0, 1):
        data, truth = half_dose.scan(seed)
        found = half_dose.contrasts(truth.f, data.places) / half_dose.CONTRAST
        assert (found[truth.present] > 0.6).all() and (found[~truth.present] < 0.4).all()


def test_the_section_of_the_test_is_another():
    assert half_dose.SHOWN != half_dose.OTHER


def test_the_area_counts_pairs_in_the_right_order():
    present = torch.tensor([True, True, False, False])
    evidence = torch.tensor([3.0, 1.0, 2.0, 1.0])
    assert half_dose.area_under_roc(evidence, present) == (1 + 1 + 0 + 0.5) / 4


@pytest.mark.slow
def test_total_variation_has_nearly_reached_its_minimum():
    counts = half_dose.scan(0)[0].counts[None]
    near, there = (half_dose.total_variation(counts, 8.0, steps) for steps in (80, 300))
    assert (near - there).norm() < 0.04 * there.norm()


@pytest.mark.slow
def test_a_good_answer_earns_most_and_a_lazy_one_little():
    assert sum(earned(reconstruct)) >= 80
    assert sum(earned(lazy)) <= 40 and sum(earned(nothing)) < 10


@pytest.mark.slow
def test_total_variation_alone_has_the_image_and_loses_the_lesions():
    points = earned(smooth)
    assert sum(points[:2]) >= 43 and points[3] == 0


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda data: None, "nothing has been returned yet"),
        (lambda data: data.counts, "2 things, f_hat, evidence, and not Tensor"),
        (lambda data: (data.counts, torch.zeros(6)), "shape (64, 64), not (32, 64)"),
        (lambda data: (torch.zeros(64, 64), 1.0), "a tensor of shape (6,), not float"),
        (lambda data: (torch.zeros(64, 64) / 0, torch.zeros(6)), "finite numbers"),
    ],
)
def test_what_cannot_be_measured_earns_nothing_and_is_told_why(answer, said, monkeypatch):
    monkeypatch.setattr(half_dose, "SCANS", 1)
    score = half_dose.score(answer, seed=0)
    assert score.points == 0 and said in score.refused
