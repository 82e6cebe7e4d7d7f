"""One ray in the page: its row is that of the operator, at every angle and place."""

from math import pi

import pytest
import torch

from course_utils.operators import Radon
from tests.package.explore import in_node
from tests.package.explore.examples import SIDE, ray_and_datum

SETTINGS = {"angle": range(SIDE), "place": range(SIDE)}

ROWS = """angles.map((theta) => Array.from({ length: n }, (_, place) => {
  const row = new Array(n * n).fill(0);
  for (const { pixel, weight } of rayOf(n, theta, place)) row[pixel] += weight;
  return row;
}))"""


def expected(figure):
    """The sinogram of the section that was sent, the row of H, and their datum."""
    g, row = figure.found()
    return {"sinogram": g, "row": row, "datum": g[figure.angle, figure.place]}


@pytest.mark.parametrize("n", [6, 7])
def test_each_ray_of_the_page_is_a_row_of_the_operator(n):
    angles = torch.tensor([0.0, 0.3, pi / 4, 1.2, pi / 2, 2.0, 2.9]).double()
    rows = in_node.ask("ray_and_datum", ROWS, n=n, angles=angles)
    A = torch.eye(n * n).double().view(-1, n, n)
    columns = Radon(n, angles)(A)  # what each pixel leaves in the data
    found = torch.tensor(rows, dtype=torch.float64).movedim(-1, 0)
    torch.testing.assert_close(found, columns, atol=1e-12, rtol=0)


def test_the_datum_is_the_sum_of_weight_times_value_over_the_row(randn):
    figure = ray_and_datum(randn)
    g, row = figure.found()
    f = figure.numbers("scene").view(SIDE, SIDE)
    datum = g[figure.angle, figure.place]
    torch.testing.assert_close((row * f).sum(), datum, atol=1e-12, rtol=0)
    assert 0 < (row > 0).sum() <= 2 * SIDE and datum > 0
    assert figure.twin().axes[0].get_xlabel() == "section $f$"
