"""The painted filter gets its factors and data whose phase is gone."""

import numpy as np
import pytest
import torch

from course_utils.explore import PaintedFilter
from course_utils.explore.figure import as_bytes, read
from course_utils.metrics import relative_error
from course_utils.operators import Blur
from course_utils.signals import gaussian_psf
from tests.package.explore import in_node
from tests.package.explore.reading import numbers

SETTINGS = {"phi": [as_bytes(torch.arange(9) % k / 2) for k in (2, 3, 4, 5, 7)]}


def expected(figure):
    """The factors of the rings on the Fourier transform of the data."""
    f, g = (figure.numbers(name).view(16, 16) for name in ("scene", "data"))
    factors = figure.numbers("phi")
    nu = torch.fft.fftfreq(16, 1 / 16)
    ring = torch.hypot(nu[:, None], nu).round().clamp(max=8).long()
    f_hat = torch.fft.ifft2(factors[ring] * torch.fft.fft2(g)).real
    return {
        "f_hat": f_hat,
        "factors": factors,
        "error": relative_error(f_hat, f),
        "ofData": relative_error(g, f),
    }


def test_the_browser_gets_the_factors_of_each_frequency(randn):
    H = Blur(torch.tensor([[0.1, 0.2, 0.1]]).double() + 0.2, (8, 8))
    f = randn(8, 8)
    figure = PaintedFilter(
        H, f, H(f), {"Tikhonov": lambda s: s / (s**2 + 0.1)}, rival="Tikhonov"
    )
    s = H.singular_values()[0, :5].numpy()
    np.testing.assert_allclose(numbers(figure, "naive"), 1 / s, rtol=1e-6)
    factors = read(figure.presets["Tikhonov"])
    np.testing.assert_allclose(factors, s / (s**2 + 0.1), rtol=1e-6)
    data = torch.from_numpy(numbers(figure, "data")).view(8, 8)
    no_phase_is_left = torch.fft.ifft2(torch.fft.fft2(data) / H.singular_values()).real
    torch.testing.assert_close(no_phase_is_left, f, rtol=1e-3, atol=1e-3)


def test_a_picture_of_the_readers_own_gets_the_blur_and_the_noise_of_the_book(randn):
    H = Blur(gaussian_psf(0.7, ndim=2).double(), (16, 16))
    f = randn(16, 16).sigmoid()
    figure = PaintedFilter(H, f, H(f) + 0.1 * randn(16, 16), {"Wiener": torch.ones_like})
    own = randn(16, 16).sigmoid()
    scene, data = (figure.numbers(name).view(16, 16) for name in ("scene", "data"))
    nu = torch.fft.fftfreq(16, 1 / 16)
    ring = torch.hypot(nu[:, None], nu).round().clamp(max=8).long()
    s = (1 / figure.numbers("naive"))[ring]
    added = torch.fft.ifft2(s * torch.fft.fft2(own - scene)).real
    figure._esm += f"""
    const own = Float64Array.from({own.flatten().tolist()});
    computation = (model) => () => ({{ g: dataOf(model, own) }});"""
    (found,) = in_node.drawn(figure, [{}])
    np.testing.assert_allclose(found["g"], (data + added).flatten(), atol=1e-9)


def test_a_rival_is_one_of_the_filters(randn):
    H = Blur(gaussian_psf(0.7, ndim=2).double(), (16, 16))
    with pytest.raises(ValueError, match="Wiener"):
        PaintedFilter(H, randn(16, 16), randn(16, 16), {"Tikhonov": torch.ones_like})


def test_no_preset_wins_the_prize_and_a_better_filter_of_ones_own_does(randn):
    H = Blur(gaussian_psf(0.7, ndim=2).double(), (16, 16))
    f = randn(16, 16).sigmoid()
    filters = {"Wiener": lambda s: s / 2, "half": lambda s: 1 / s}
    figure = PaintedFilter(H, f, H(f), filters)
    naive = figure.numbers("naive")
    figure._esm += """
    const judge = computation;
    computation = (model) => ({ phi }) => {
      const presets = presetsOf(model, model.get("size") / 2);
      const compute = judge(model);
      const least = errorOfRival(model, compute, presets);
      return { won: prize(model, compute({ phi }), least, presets) };
    };"""
    tried = (read(figure.presets["half"]), 0.99 * naive, naive / 2, naive * 3)
    found = in_node.drawn(figure, [{"phi": as_bytes(phi)} for phi in tried])
    won = [answer["won"] for answer in found]
    assert won[0] is None and won[3] is None and "less error than Wiener" in won[1]
