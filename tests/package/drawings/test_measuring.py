"""The streak and the ray that are drawn are a column and a row of the book's operators."""

import torch

from course_utils.drawings import measuring
from course_utils.linear import Matrix
from course_utils.operators import Blur, Radon


def test_the_matrix_that_is_drawn_is_that_of_a_blur_with_zero_boundary():
    k = len(measuring.STREAK)
    psf = torch.cat([torch.zeros(k - 1).double(), measuring.STREAK])
    H = Blur(psf, (measuring.PIXELS,), "zero")
    torch.testing.assert_close(measuring.streaks(), Matrix.of(H).A, atol=1e-12, rtol=0)


def test_the_ray_that_is_drawn_is_a_row_of_the_scanner():
    n = measuring.SIDE
    H = Radon(n, torch.tensor([measuring.THETA], dtype=torch.float64))
    place = measuring.R + (n - 1) / 2
    assert place.is_integer()
    e = torch.zeros(1, n).double()
    e[0, int(place)] = 1
    torch.testing.assert_close(measuring.ray(), H.T(e), atol=1e-12, rtol=0)
