"""The turning scanner: the browser scans and back-projects as the operator does."""

from math import pi

import numpy as np
import pytest
import torch

from course_utils.explore import TurningScanner
from course_utils.explore.turning_scanner import masks
from course_utils.operators import Radon
from course_utils.signals import random_ellipses
from tests.package.explore import in_node
from tests.package.explore.reading import numbers

SETTINGS = {"views": range(2, 65), "arc": range(5, 185, 5)}
LESION = (4, 2, 3)


def expected(figure):
    """The operator's views so far, their back-projection, and the lesion's contrast."""
    g, f_hat = figure.found()
    return {"views": g, "f_hat": f_hat, "contrast": figure.contrast()}


@pytest.fixture
def scanner():
    f = random_ellipses(1, 32, torch.Generator().manual_seed(3))[0].double()
    return f, TurningScanner(f, Radon, LESION, views=24, arc=90)


def in_the_browser(f, theta):
    """H f of one angle, ray by ray, as turning_scanner.js computes it."""
    n = len(f)
    cos = np.cos(theta)
    sin = np.sin(theta)
    steep = abs(cos) >= abs(sin)
    t = np.arange(n) - (n - 1) / 2
    s = t[:, None]
    meets = (n - 1) / 2 + ((s + t * sin) / cos if steep else (t * cos - s) / sin)
    below = np.floor(meets).astype(int)
    padded = np.pad(f if steep else f.T, ((0, 0), (n, n + 1)))
    line = np.arange(n)
    at = np.clip(below, -n, n) + n
    values = padded[line, at] * (1 - meets + below) + padded[line, at + 1] * (meets - below)
    return values.sum(1) / max(abs(cos), abs(sin))


def test_the_browser_scans_as_the_operator_does(scanner):
    figure = scanner[1]
    g = figure.found()[0]
    f = numbers(figure, "scene").reshape(32, 32)
    for k in range(12):
        np.testing.assert_allclose(in_the_browser(f, k / 24 * pi), g[k], atol=1e-5)


SCAN = """(() => {
  const lines = framed(f.flat(), n);
  const f_hat = new Float64Array(n * n);
  const g = angles.map((theta) => {
    const view = project(lines, n, theta);
    smear(ramp(view, rampWeights(n)), n, theta, Math.PI / angles.length, f_hat);
    return [...view];
  });
  return [g, [...f_hat]];
})()"""


@pytest.mark.parametrize("n", [8, 9])
def test_the_page_itself_projects_filters_and_smears_as_the_package_does(n, randn):
    f = randn(n, n)
    angles = torch.tensor([0.0, 0.3, 0.8, 1.2, pi / 2, 2.0, 2.9]).double()
    g, f_hat = in_node.ask("turning_scanner parallel_beam", SCAN, f=f, n=n, angles=angles)
    H = Radon(n, angles)
    np.testing.assert_allclose(g, H(f), atol=1e-12)
    np.testing.assert_allclose(f_hat, H.fbp(H(f)).flatten(), atol=1e-12)


def test_the_ramp_of_the_browser_is_that_of_filtered_back_projection(scanner):
    figure = scanner[1]
    g, found = figure.found()
    r = np.arange(32) - 31 / 2
    wide = np.arange(-24, 24) + 1 / 2
    gap = (r[:, None] - wide).astype(int)
    h = np.where(gap % 2, -1 / (pi * np.where(gap == 0, 1, gap)) ** 2, (gap == 0) / 4)
    total = np.zeros((32, 32))
    for k, view in enumerate(g.numpy() @ h):
        theta = k / 24 * pi
        at = r * np.cos(theta) - r[:, None] * np.sin(theta)
        total += pi / 24 * np.interp(at, wide, view)
    np.testing.assert_allclose(total.clip(0, 1), found, atol=1e-6)


def test_more_views_and_a_further_turn_bring_out_a_lesion():
    lesion, _ = masks(32, *LESION)
    body, _ = masks(32, 0, 0, 14)
    figure = TurningScanner(0.4 * body + 0.2 * lesion, Radon, LESION, views=4)
    few = figure.contrast()
    figure.views = 48
    many = figure.contrast()
    figure.arc = 60
    assert many > 3 * few and many > 3 * figure.contrast()


def test_the_lesion_lies_where_it_is_said_to_lie_with_a_ring_around_it():
    lesion, around = masks(9, right=2, up=1, radius=1)
    assert lesion.nonzero().tolist() == [[2, 6], [3, 5], [3, 6], [3, 7], [4, 6]]
    assert not (lesion & around).any() and around[3, 3] and not around[3, 1]
