"""The truncated expansion gets the numbers of the singular value decomposition."""

import numpy as np
import torch

from course_utils.explore import Truncation
from course_utils.linear import Matrix
from course_utils.metrics import relative_error
from tests.package.explore.reading import numbers
from tests.package.explore.spectral import Spectral

SETTINGS = {"k": range(25), "log10_sigma": (-7.0, -0.5)}


def expected(figure):
    """A sum over the first k terms for every k, and what stands above the noise."""
    f, s, V, exact, noise = map(figure.numbers, ("scene", "s", "V", "exact", "noise"))
    sigma = 10**figure.log10_sigma
    H = Spectral(s, V)
    c = exact + sigma * noise
    index = torch.arange(len(s))
    sums = [H.synthesis((index < k) * c / s) for k in range(len(s) + 1)]
    return {
        "f_k": sums[figure.k],
        "coefficients": c,
        "sigma": sigma,
        "errors": [relative_error(f_k, f) for f_k in sums],
        "above": (exact.abs() > sigma).sum(),
    }


def test_the_browser_gets_the_numbers_of_the_formula():
    H = Matrix(torch.tensor([[2.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 0.1]]))
    f = torch.tensor([1.0, 2.0, 3.0])
    figure = Truncation(H, f, torch.tensor([1.0, -1.0, 1.0]), 2, -2.0)
    np.testing.assert_allclose(numbers(figure, "s"), [2, 1, 0.1])
    exact = numbers(figure, "exact")
    np.testing.assert_allclose(np.abs(exact), [2, 2, 0.3], rtol=1e-6)
    rebuilt = numbers(figure, "V").reshape(3, 3) @ (exact / numbers(figure, "s"))
    np.testing.assert_allclose(rebuilt, [1, 2, 3], rtol=1e-6)
