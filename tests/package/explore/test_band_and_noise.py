"""The posterior band gets what the posterior is made of."""

import numpy as np

from course_utils.bayes import posterior
from course_utils.explore import BandAndNoise
from course_utils.operators import Blur
from course_utils.signals import gaussian_psf
from tests.package.explore.reading import numbers
from tests.package.explore.spectral import Spectral

SETTINGS = {"scene": [1, 2, 3], "log2_told": (-4.0, 4.0)}


def expected(figure):
    """The posterior of the package, for an H of the numbers sent."""
    s, p, V = map(figure.numbers, ("s", "p", "V"))
    each = (figure.numbers(name).view(-1, len(s)) for name in ("scenes", "c"))
    f, c = (rows[figure.scene - 1] for rows in each)
    H = Spectral(s, V)

    def band(log2_told):
        q = posterior(H, c, figure.sigma * 2**log2_told, p)
        return q.mean, figure.z * q.variance().mean().sqrt()

    def inside(log2_told):
        mean, width = band(log2_told)
        return ((f - mean).abs() <= width).sum()

    mean, width = band(figure.log2_told)
    return {
        "f": f,
        "mean": mean,
        "width": width,
        "shares": [inside(k / 4) / len(f) for k in range(-16, 17)],
        "count": inside(figure.log2_told),
    }


def test_the_browser_gets_what_the_posterior_is_made_of(randn):
    H = Blur(gaussian_psf(1.5).double(), (24,))
    p = randn(24).exp()
    f = randn(2, 24)
    g = H(f) + 0.1 * randn(2, 24)
    figure = BandAndNoise(H, f, g, p, 0.1, scene=2)
    s = numbers(figure, "s")
    v = 1 / (s**2 / 0.1**2 + 1 / numbers(figure, "p"))
    c = numbers(figure, "c").reshape(2, 24)
    mean = (v * s / 0.1**2 * c) @ numbers(figure, "V").reshape(24, 24)
    q = posterior(H, g, 0.1, p)
    np.testing.assert_allclose(mean, q.mean, atol=1e-4)
    np.testing.assert_allclose(v.mean(), q.variance()[0], rtol=1e-4)


def test_the_still_twin_has_the_band_of_what_is_told(randn):
    H = Blur(gaussian_psf(1.5).double(), (24,))
    p = randn(24).exp()
    f = randn(2, 24)
    g = H(f) + 0.1 * randn(2, 24)
    figure = BandAndNoise(H, f, g, p, 0.1, scene=2)
    figure.log2_told = 1.0
    lines = [line.get_ydata() for line in figure.twin().axes[0].lines]
    q = posterior(H, g[1], 0.2, p)
    width = 1.6448536 * q.variance().sqrt()
    expected = [f[1], q.mean, q.mean - width, q.mean + width]
    for line, values in zip(lines, expected, strict=True):
        np.testing.assert_allclose(line, values, rtol=1e-5)
