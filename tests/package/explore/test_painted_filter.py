"""The painted filter gets its factors and data whose phase is gone."""

import numpy as np
import torch

from course_utils.explore import PaintedFilter
from course_utils.operators import Blur
from tests.package.explore.reading import numbers


def test_the_browser_gets_the_factors_of_each_frequency(randn):
    H = Blur(torch.tensor([[0.1, 0.2, 0.1]]).double() + 0.2, (8, 8))
    f = randn(8, 8)
    figure = PaintedFilter(H, f, H(f), {"Tikhonov": lambda s: s / (s**2 + 0.1)})
    s = H.singular_values()[0, :5].numpy()
    np.testing.assert_allclose(numbers(figure, "naive"), 1 / s, rtol=1e-6)
    factors = np.frombuffer(figure.presets["Tikhonov"], "<f4")
    np.testing.assert_allclose(factors, s / (s**2 + 0.1), rtol=1e-6)
    data = torch.from_numpy(numbers(figure, "data")).view(8, 8)
    no_phase_is_left = torch.fft.ifft2(torch.fft.fft2(data) / H.singular_values()).real
    torch.testing.assert_close(no_phase_is_left, f, rtol=1e-3, atol=1e-3)
