"""The figures of chapter 11: what the browser gets is what the formula and the table say."""

import base64
from math import pi

import numpy as np
import pytest
import torch

from course_utils import tables
from course_utils.explore import LayersAndViews, TurningScanner
from course_utils.operators import Radon
from course_utils.signals import random_ellipses

WIDGET = "application/vnd.jupyter.widget-view+json"
ROWS = tables.read("tomography")["rows"]


@pytest.fixture
def scanner():
    f = random_ellipses(1, 32, torch.Generator().manual_seed(3))[0].double()
    return f, TurningScanner(f, Radon, views=12, arc=90)


@pytest.fixture
def stored(randn):
    return LayersAndViews(ROWS, randn(2, 64, 64).sigmoid(), layer=1, view=3)


def in_the_browser(f, theta):
    """H f of one angle, ray by ray, as turning-scanner.js computes it."""
    n, cos, sin = len(f), np.cos(theta), np.sin(theta)
    t, s, steep = (
        np.arange(n) - (n - 1) / 2,
        np.arange(n)[:, None] - (n - 1) / 2,
        abs(cos) >= abs(sin),
    )
    meets = (n - 1) / 2 + ((s + t * sin) / cos if steep else (t * cos - s) / sin)
    padded, below = (
        np.pad(f if steep else f.T, ((0, 0), (n, n + 1))),
        np.floor(meets).astype(int),
    )
    line, at = np.arange(n), np.clip(below, -n, n) + n
    values = padded[line, at] * (1 - meets + below) + padded[line, at + 1] * (meets - below)
    return values.sum(1) / max(abs(cos), abs(sin))


def test_the_browser_scans_as_the_operator_does(scanner):
    figure = scanner[1]
    g = figure.found()[0]
    read = np.frombuffer(figure.scene, "<f4").reshape(32, 32).astype(float)
    for k in range(12):
        np.testing.assert_allclose(in_the_browser(read, k / 12 * pi / 2), g[k], atol=1e-5)


def test_the_ramp_of_the_browser_is_that_of_filtered_back_projection(scanner):
    figure = scanner[1]
    g, found = figure.found()
    i = np.arange(32)
    gap = i[:, None] - i
    h = np.where(gap % 2, -1 / (pi * np.where(gap == 0, 1, gap)) ** 2, 0) + np.eye(32) / 4
    total, centre = np.zeros((32, 32)), (32 - 1) / 2
    for k, view in enumerate(g.numpy() @ h):
        theta = k / 12 * pi / 2
        at = (i - centre) * np.cos(theta) - (i[:, None] - centre) * np.sin(theta)
        total += pi / 2 / 12 * np.interp(at, np.arange(-1, 33) - centre, np.pad(view, 1))
    np.testing.assert_allclose(total.clip(0, 1), found, atol=1e-6)


def test_a_wider_arc_or_more_views_help(scanner):
    f, figure = scanner

    def error():
        return (figure.found()[1] - f).norm()

    few, figure.views = error(), 48
    narrow, figure.arc = error(), 180
    assert error() < 0.8 * narrow and narrow < 1.2 * few


def test_the_stored_pictures_have_the_scores_of_the_table(stored):
    rows = sorted((row for row in ROWS if "pictures" in row), key=lambda row: row["K"])
    assert stored.layers == [row["K"] for row in rows] == [0, 1, 2, 3, 5, 10, 20]
    assert stored.views == [8, 16, 32, 64] and len(stored.pictures) == 7 * 4 * 2 * 64**2
    first = np.frombuffer(stored.pictures, np.uint8).reshape(7, 4, 2, 64, 64)[1, 3] / 255
    np.testing.assert_allclose(stored.found(), first, atol=1e-7)


def test_each_setting_shows_another_picture(stored):
    before = stored.found()
    stored.layer = 6
    deeper = stored.found()
    stored.view = 0
    assert (deeper != before).any() and (stored.found() != deeper).any()


def test_both_have_a_still_twin_and_a_text(scanner, stored):
    for figure in (scanner[1], stored):
        data, _ = figure._repr_mimebundle_()
        assert data[WIDGET]["model_id"] == figure.model_id
        assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG")
        assert data["text/plain"] == figure.label != ""
