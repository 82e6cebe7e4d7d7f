"""Layers and views: the stored pictures are those that the table scores."""

import numpy as np
import pytest

from course_utils import tables
from course_utils.explore import LayersAndViews

ROWS = tables.read("tomography")["rows"]


@pytest.fixture
def stored(randn):
    return LayersAndViews(ROWS, randn(2, 64, 64).sigmoid(), layer=1, view=3)


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
