"""The truncated expansion gets the numbers of the singular value decomposition."""

import numpy as np
import torch

from course_utils.explore import Truncation
from course_utils.linear import Matrix
from tests.package.explore.reading import numbers


def test_the_browser_gets_the_numbers_of_the_formula():
    H = Matrix(torch.tensor([[2.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 0.1]]))
    f = torch.tensor([1.0, 2.0, 3.0])
    figure = Truncation(H, f, torch.tensor([1.0, -1.0, 1.0]), 2, -2.0)
    np.testing.assert_allclose(numbers(figure, "s"), [2, 1, 0.1])
    exact = numbers(figure, "exact")
    np.testing.assert_allclose(np.abs(exact), [2, 2, 0.3], rtol=1e-6)
    rebuilt = numbers(figure, "V").reshape(3, 3) @ (exact / numbers(figure, "s"))
    np.testing.assert_allclose(rebuilt, [1, 2, 3], rtol=1e-6)
