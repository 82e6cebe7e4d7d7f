"""What is drawn of a scanner: the formulas of its discs against the operator."""

import math

import torch

from course_utils.drawings import scanner
from course_utils.operators import Radon
from course_utils.operators.radon import _filtered
from tests.package.drawings.sheet import assert_words_are_on_the_sheet


def test_the_sinogram_that_is_drawn_is_that_of_the_operator():
    n = 256
    r = (torch.arange(n).double() - (n - 1) / 2) * 2.4 / n
    x, y = r, -r[:, None]
    discs = (v * (torch.hypot(x - a, y - b) <= rho) for a, b, rho, v in scanner.BODY)
    f = sum(discs).double()
    theta = torch.arange(4).double() * math.pi / 4
    expected = Radon(n, theta)(f) * 2.4 / n
    found = scanner.sinogram(theta[:, None], r)
    assert (found - expected).norm() < 0.02 * expected.norm()


def test_the_filtered_view_is_that_of_filtered_back_projection():
    n = 512
    d = (torch.arange(n).double() - (n - 1) / 2) * 2 / n
    found = _filtered(scanner.chord(d, 0.5)[None] * n / 2, beyond=0)[0]
    expected = scanner.filtered_chord(d, 0.5)
    apart = (d.abs() - 0.5).abs() > 0.05
    assert (found - expected)[apart].abs().max() < 0.01


def test_filtered_views_add_up_to_the_disc_and_bare_ones_to_a_blur():
    x = (torch.arange(scanner.SIDE).double() - (scanner.SIDE - 1) / 2) * 2 / scanner.SIDE
    rim = torch.hypot(x, x[:, None])
    inside, outside = rim < scanner.DISC - 0.1, rim > scanner.DISC + 0.2
    sharp = scanner.back_projected(scanner.filtered_chord, scanner.MANY)
    assert (sharp[inside] - 1).abs().max() < 1e-9 and sharp[outside].abs().mean() < 0.1
    blurred = scanner.back_projected(scanner.chord, scanner.MANY)
    assert blurred[outside].min() > 0.2 * blurred.max()


def test_no_words_leave_the_sheets():
    assert_words_are_on_the_sheet(scanner.parallel_beam())
    assert_words_are_on_the_sheet(scanner.filtered_back_projection())
