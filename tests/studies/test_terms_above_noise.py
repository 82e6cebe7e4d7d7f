"""The study of the terms above the noise: its formulas, and the sign of its verdict."""

import pytest
import torch

from course_utils import images
from course_utils.noise import seeded
from course_utils.operators import Blur
from course_utils.signals import gaussian_psf
from studies import terms_above_noise
from studies.terms_above_noise import LAMBDAS, expansion, shrunk, truncated


def shares(blur, n, monkeypatch, psf=None):
    """The mean share of terms above six noise levels, with a psf that is in no row."""
    if psf is not None:
        monkeypatch.setattr(terms_above_noise, "psf", lambda name: psf)
    s, a, _ = expansion("lines", blur, n)
    levels = (10.0**-decade for decade in range(1, 7))
    return torch.stack([(s * a.abs() > sigma).double().mean() for sigma in levels])


@pytest.mark.parametrize("task", [("lines", "box", 64, 3), ("lines", "wide", 128, 5)])
def test_a_row_comes_out_again(task):
    again = terms_above_noise.row(*task)
    stored = terms_above_noise.table().row(*task)
    assert again == pytest.approx({name: stored[name] for name in again}, rel=1e-2)


@pytest.mark.parametrize("width, n", [(2.5, 48), (3.0, 96)])
def test_a_smooth_blur_gives_a_better_detector_few_terms_and_ever_fewer(
    width, n, monkeypatch
):
    x = torch.arange(-23, 24, dtype=torch.float64)
    smooth = torch.exp(-0.5 * (x / width) ** 2)
    gained = shares("", n, monkeypatch, smooth / smooth.sum()).diff()
    assert (gained < 1 / 6).all() and (gained.diff() < 0).all()


@pytest.mark.parametrize("reach, n", [(1.5, 48), (3.0, 96)])
def test_a_pointed_blur_gives_it_many(reach, n, monkeypatch):
    x = torch.arange(-23, 24, dtype=torch.float64)
    pointed = torch.exp(-x.abs() / reach)
    gained = shares("", n, monkeypatch, pointed / pointed.sum()).diff()
    assert gained.max() > 1 / 3


def test_so_it_is_in_every_row_of_the_table():
    table = terms_above_noise.table()
    found = {table.task(row): row["above"] for row in table.rows}
    for scenes, blur, n in {key[:3] for key in found}:
        decades = range(1, 8 if scenes == "lines" else 6)
        gained = torch.tensor([found[scenes, blur, n, d] for d in decades]).diff()
        smooth = blur in ("gaussian", "wide")
        assert (gained.max() < 1 / 6) == smooth and (smooth or gained.max() > 1 / 5)
        assert scenes == "photographs" or (gained.diff() < 0).all() == smooth


@pytest.mark.slow
@pytest.mark.parametrize("n, width", [(64, 2.0), (96, 2.5)])
def test_texture_lies_in_directions_that_a_blur_weakens_and_other_pictures_do_not(n, width):
    pictures = images.photographs(n)
    H = Blur(gaussian_psf(width, ndim=2).double(), (n, n))
    kept = H.singular_values() > 0.1

    def share(name):
        f = pictures[name].double()
        a = H.synthesis.T(f - f.mean()).square()
        return a[kept].sum() / a.sum()

    assert all(share(name) < 0.5 for name in ("gravel", "grass", "brick"))
    assert all(share(name) > 0.9 for name in ("camera", "cell", "retina"))


def test_both_expected_errors_are_those_of_drawn_noise(randn):
    s = torch.tensor([1.0, 0.3, 0.01]).double()
    a = randn(1, 3)
    noise = torch.randn(20_000, 3, generator=seeded(0)).double()
    c = s * a + 0.05 * noise
    k, least = truncated(s, a, 0.05)
    by_k = [((c / s * (torch.arange(3) < j) - a) ** 2).sum(1).mean() for j in (1, 2, 3)]
    assert int(k) == 1 + int(torch.stack(by_k).argmin())
    assert float(min(by_k)) == pytest.approx(float(least), rel=0.05)
    found = min(((s * c / (s**2 + lam) - a) ** 2).sum(1).mean() for lam in LAMBDAS)
    assert float(found) == pytest.approx(float(shrunk(s, a, 0.05)), rel=0.05)
