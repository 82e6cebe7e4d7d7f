"""Layers and views: the stored pictures are those that the table scores."""

import zlib
from base64 import b64decode

import numpy as np
import pytest

from course_utils import tables
from course_utils.explore import LayersAndViews
from course_utils.metrics import psnr

SETTINGS = {"layer": range(5), "view": range(4)}


def expected(figure):
    """Both pictures of the class, and their PSNR for each number of layers."""
    truth = figure.numbers("truth").view(2, figure.size, figure.size)
    found = figure.found()
    here = figure.layer
    scores = []
    for layer in range(len(figure.layers)):
        figure.layer = layer
        scores.append([psnr(a, b) for a, b in zip(figure.found(), truth, strict=True)])
    figure.layer = here
    return {"found": found, "scores": scores}


ROWS = tables.read("tomography")["rows"]


@pytest.fixture
def stored(randn):
    return LayersAndViews(ROWS, randn(2, 64, 64).sigmoid(), layer=1, view=3)


def test_the_stored_pictures_have_the_scores_of_the_table(stored):
    rows = sorted((row for row in ROWS if "pictures" in row), key=lambda row: row["K"])
    assert stored.layers == [0, 1, 2, 5, 20]
    pictures = stored.numbers("pictures").reshape(5, 4, 2, 64, 64)
    packed = rows[1]["pictures"]["64"]
    unpacked = np.frombuffer(zlib.decompress(b64decode(packed[1])), np.uint8)
    assert stored.views == [8, 16, 32, 64]
    step = stored.pictures["step"]  # of 96 levels
    sent = np.round(unpacked / 255 / step) * step
    np.testing.assert_allclose(pictures[1, 3, 1].flatten(), sent, atol=1e-7)
    assert step == pytest.approx(1 / 95)
    np.testing.assert_allclose(stored.found(), pictures[1, 3], atol=1e-7)


def test_each_setting_shows_another_picture(stored):
    before = stored.found()
    stored.layer = 4
    deeper = stored.found()
    stored.view = 0
    assert (deeper != before).any() and (stored.found() != deeper).any()
