"""Posteriors against dense Gaussian formulas, and against what samples say."""

import math

import pytest
import torch

from course_utils import metrics
from course_utils.bayes import (
    MatrixFreePosterior,
    SpectralPosterior,
    mean_power,
    posterior,
    student_t,
)
from course_utils.linear import Matrix
from course_utils.operators import Blur, Difference, Downsample, Mask

close = torch.testing.assert_close
SIGMA = 0.3
PSF = torch.tensor([0.1, 0.4, 0.3, 0.15, 0.05], dtype=torch.float64)


def dense(H):
    return Matrix.of(H).A


def powers(H):
    """A variance for each coefficient, different at k and -k."""
    s = H.singular_values()
    phase = torch.linspace(0, 3, s.numel(), dtype=torch.float64).view(s.shape)
    return 0.2 + phase.sin().square()


def spectral(H):
    V, c = dense(H.synthesis), powers(H)
    return H, c, V @ torch.diag(1 / c.flatten()) @ V.mT


def even_spectral():
    """The prior is stationary: one variance at k and -k."""
    H = Blur(PSF[:, None] * PSF[:3], (5, 4))
    V = dense(H.synthesis)
    c = 2.0 * Blur(torch.ones(2, 2).double(), (5, 4)).singular_values() + 0.1
    return H, c, V @ torch.diag(1 / c.flatten()) @ V.mT


def flat(H, c):
    return H, c, torch.eye(math.prod(H.in_shape), dtype=torch.float64) / c


def rough(H, D):
    return H, D, dense(D).mT @ dense(D)


MODELS = {  # H, the prior as it is given, C^-1
    "tall": lambda randn: flat(Matrix(randn(8, 5)), 0.7),
    "wide": lambda randn: flat(Matrix(randn(5, 8)), 0.7),
    "wide, in a picture": lambda randn: flat(Matrix(randn(4, 6), in_shape=(2, 3)), 0.7),
    "blur": lambda randn: flat(Blur(PSF, (9,)), torch.tensor(0.7).double()),
    "spectral, tall": lambda randn: spectral(Matrix(randn(8, 5))),
    "spectral, blur": lambda randn: spectral(Blur(PSF, (9,))),
    "spectral, blur-2d": lambda randn: spectral(Blur(PSF[:, None] * PSF[:3], (5, 4))),
    "power spectrum": lambda randn: even_spectral(),
    "differences": lambda randn: rough(Blur(PSF, (9,)), 2.0 * Difference((9,))),
    "tall differences": lambda randn: rough(Downsample((8,), 2), Matrix(randn(11, 8))),
}


@pytest.fixture(params=MODELS.values(), ids=MODELS.keys())
def model(request, randn):
    """H, g, the posterior, and its mean and covariance by the dense formula."""
    H, prior, precision = request.param(randn)
    g = H(randn(*H.in_shape)) + SIGMA * randn(*H.out_shape)
    A = dense(H)
    Sigma = torch.linalg.inv(A.mT @ A / SIGMA**2 + precision)
    mean = (Sigma @ A.mT @ g.flatten() / SIGMA**2).view(H.in_shape)
    return posterior(H, g, SIGMA, prior), mean, Sigma


def test_the_mean_is_the_dense_formula(model):
    q, mean, _ = model
    rtol = 1e-9 if isinstance(q, SpectralPosterior) else 1e-5
    close(q.mean, mean, rtol=rtol, atol=rtol)


def test_the_variance_is_the_diagonal_of_the_dense_covariance(model):
    q, mean, Sigma = model
    expected = Sigma.diagonal().view(mean.shape)
    if isinstance(q, SpectralPosterior):
        close(q.variance(), expected)
    else:  # from samples, with a relative error of sqrt(2 / samples)
        close(q.variance(samples=5000), expected, rtol=4.5 * math.sqrt(2 / 5000), atol=0)
        close(q.variance(), expected, rtol=4.5 * math.sqrt(2 / 200), atol=0)


def test_samples_have_the_dense_mean_and_covariance(model):
    q, mean, Sigma = model
    n = 20_000
    f = q.sample(n, torch.Generator().manual_seed(1))
    assert f.shape == (n, *mean.shape)
    error = f.flatten(1).mean(0) - mean.flatten()
    assert (error.abs() < 4.5 * (Sigma.diagonal() / n).sqrt()).all()
    doubt = ((Sigma.diagonal().outer(Sigma.diagonal()) + Sigma.square()) / n).sqrt()
    assert ((f.flatten(1).T.cov() - Sigma).abs() < 4.5 * doubt).all()


def test_one_seed_gives_one_sample_and_another_another(model):
    q = model[0]
    one, same, other = (q.sample(2, torch.Generator().manual_seed(k)) for k in (1, 1, 2))
    assert torch.equal(one, same) and not torch.allclose(one, other)


def test_only_products_give_what_the_spectrum_gives(randn):
    H, D = Blur(PSF, (16,)), Blur(PSF.flip(0)[1:], (16,))
    g = H(randn(16)) + SIGMA * randn(16)
    c = 1 / D.singular_values().square()
    spectrum, products = posterior(H, g, SIGMA, c), posterior(H, g, SIGMA, D)
    assert isinstance(products, MatrixFreePosterior)
    close(products.mean, spectrum.mean, rtol=1e-4, atol=1e-4)
    close(products.variance(5000), spectrum.variance(), rtol=0.09, atol=0)
    half = Mask(torch.full((16,), 0.5).double())  # D = 1/2: C = 4 I
    white = posterior(H, g, SIGMA, half)
    close(white.mean, posterior(H, g, SIGMA, 4.0).mean, rtol=1e-4, atol=1e-4)


def test_a_batch_is_treated_one_by_one(randn):
    H = Blur(PSF, (9,))
    g = randn(3, 9)
    for prior in (0.7, powers(H), Difference((9,))):
        q = posterior(H, g, SIGMA, prior)
        close(q.mean[1], posterior(H, g[1], SIGMA, prior).mean, rtol=1e-4, atol=1e-5)
        assert q.sample(4, torch.Generator().manual_seed(0)).shape == (4, 3, 9)
        assert q.variance().shape == (9,)


@pytest.mark.parametrize("form", ["spectrum", "products"])
def test_the_ninety_percent_band_covers_ninety_percent_when_the_model_is_right(form, randn):
    H, D = Blur(PSF, (64,)), Blur(PSF[1:], (64,))
    c = 1 / D.singular_values().square()
    f = H.synthesis(c.sqrt() * randn(300, 64))
    g = H(f) + SIGMA * randn(300, 64)
    q = posterior(H, g, SIGMA, c if form == "spectrum" else D)
    band = 1.645 * q.variance().sqrt()
    assert metrics.coverage(q.mean - band, q.mean + band, f) == pytest.approx(
        0.9, abs=0.015
    )


def test_the_band_covers_less_where_the_noise_is_understated(randn):
    H = Blur(PSF, (64,))
    f = randn(300, 64)
    q = posterior(H, H(f) + SIGMA * randn(300, 64), SIGMA / 3, 1.0)
    band = 1.645 * q.variance().sqrt()
    assert metrics.coverage(q.mean - band, q.mean + band, f) < 0.8


@pytest.mark.parametrize("prior", [1.0, Difference((9,))], ids=["spectrum", "products"])
def test_bad_input_is_refused(prior, randn):
    H, g = Blur(PSF, (9,)), randn(9)
    for sigma in (0.0, -1.0, math.nan):
        with pytest.raises(ValueError, match=r"sigma.* must be positive"):
            posterior(H, g, sigma, prior)
    bad = g.clone()
    bad[4] = math.nan
    with pytest.raises(ValueError, match=r"g is not finite: it has nan at index \(4,\)"):
        posterior(H, bad, SIGMA, prior)
    with pytest.raises(ValueError, match=r"expects shape \(\.\.\., 9\), got \(8,\)"):
        _ = posterior(H, g[:8], SIGMA, prior).mean
    with pytest.raises(TypeError, match=r"\.to\(\)"):
        _ = posterior(H, g.float(), SIGMA, prior).mean


def test_variances_that_would_broadcast_are_refused(randn):
    with pytest.raises(ValueError, match=r"each singular value, \(4, 4\), got \(4,\)"):
        posterior(Blur(PSF[:4, None], (4, 4)), randn(4, 4), SIGMA, torch.ones(4).double())
    with pytest.raises(ValueError, match="3 variances do not fix those of 5 pixels"):
        posterior(Matrix(randn(3, 5)), randn(3), SIGMA, torch.ones(3).double())


def test_the_data_are_left_alone(model, randn):
    H = Blur(PSF, (9,))
    g = randn(9)
    before = g.clone()
    for prior in (0.7, powers(H), Difference((9,))):
        posterior(H, g, SIGMA, prior).sample(2, torch.Generator().manual_seed(0))
    next(student_t(H, g))
    assert torch.equal(g, before)


def take(iterates, n):
    return [next(iterates) for _ in range(n)]


@pytest.fixture
def spikes(randn):
    """More unknowns than data, of which five are not 0."""
    H, f = Matrix(randn(40, 60) / math.sqrt(40)), torch.zeros(60, dtype=torch.float64)
    f[[3, 17, 18, 40, 59]] = torch.tensor([2.0, -1.5, 1.0, 3.0, -1.0]).double()
    return H, f, H(f) + 0.02 * randn(40)


@pytest.mark.parametrize("known", [None, 0.1], ids=["sigma unknown", "sigma known"])
@pytest.mark.parametrize("nu", [0.0, 1.0, 4.0])
def test_an_iterate_is_the_dense_posterior_and_the_best_scales_for_it(nu, known, spikes):
    H, _, g = spikes
    old, new = take(student_t(H, g, nu, known), 3)[1:]
    A, s2 = H.A, old.sigma**2
    Sigma = torch.linalg.inv(A.mT @ A / s2 + torch.diag(1 / old.z))
    f, variance = Sigma @ A.mT @ g / s2, Sigma.diagonal()
    close(new.f, f)
    close(new.variance, variance)
    delta2 = len(f) / (1 / old.z).sum()
    close(new.z, (nu * delta2 + f**2 + variance) / (nu + 1))
    misfit = (g - A @ f).square().sum() + (A @ Sigma @ A.mT).trace()
    assert new.sigma == pytest.approx(known or math.sqrt(misfit / 40))


@pytest.mark.parametrize("nu", [0.0, 1.0, 4.0])
def test_no_iterate_is_less_probable_than_the_one_before(nu, spikes):
    H, _, g = spikes

    def log_p(z, sigma):
        """log N(g; 0, sigma^2 I + H diag(z) H^T) p(z), at the best delta, over log z."""
        C = sigma**2 * torch.eye(40, dtype=torch.float64) + H.A * z @ H.A.mT
        like = -(C.logdet() + g @ torch.linalg.solve(C, g)) / 2
        return like - nu / 2 * (z.log().sum() + 60 * (1 / z).mean().log())

    values = torch.stack([log_p(it.z, it.sigma) for it in take(student_t(H, g, nu), 30)])
    assert (values.diff() > 0).all() and values[-1] - values[0] > 10


def test_relevance_determination_finds_the_spikes(spikes):
    H, f, g = spikes
    last = take(student_t(H, g, nu=0.0, sigma=0.02), 100)[-1]
    assert torch.equal(last.z.sqrt() > 0.1, f != 0)
    assert metrics.relative_error(last.f, f) < 0.05
    ridge = posterior(H, g, 0.02, 1.0).mean
    assert metrics.relative_error(ridge, f) > 0.3


def test_the_noise_is_found_too_where_there_are_more_data_than_unknowns(spikes, randn):
    f, H = spikes[1], Matrix(randn(120, 60) / math.sqrt(120))
    last = take(student_t(H, H(f) + 0.02 * randn(120)), 40)[-1]
    assert last.sigma == pytest.approx(0.02, rel=0.25)


def test_many_degrees_of_freedom_are_one_gaussian(spikes):
    H, _, g = spikes
    spread = [take(student_t(H, g, nu), 20)[-1].z.log().std() for nu in (0.0, 1.0, 1e6)]
    assert spread[0] > spread[1] > 0.1 and spread[2] < 1e-4
    last, old = take(student_t(H, g, nu=1e6), 20)[-1:-3:-1]
    close(
        last.f, posterior(H, g, old.sigma, old.z.mean().item()).mean, rtol=1e-4, atol=1e-4
    )


def test_any_operator_is_written_out(randn):
    H, g = Blur(PSF[:, None] * PSF[:3], (5, 4)), randn(5, 4)
    last, plain = (take(student_t(A, g), 3)[-1] for A in (H, Matrix.of(H)))
    assert last.f.shape == last.variance.shape == last.z.shape == (5, 4)
    close(last.f, plain.f)


def test_heavy_tails_take_one_g_that_is_finite(randn):
    H = Blur(PSF, (9,))
    with pytest.raises(ValueError, match=r"expected one g of shape \(9,\), got \(2, 9\)"):
        next(student_t(H, randn(2, 9)))
    with pytest.raises(ValueError, match=r"nan at index \(0,\)"):
        next(student_t(H, torch.full((9,), math.nan).double()))
    with pytest.raises(ValueError, match=r"sigma.* must be positive"):
        next(student_t(H, randn(9), sigma=0.0))


def test_mean_power_finds_the_power_that_scenes_were_drawn_with():
    H = Blur(PSF[None] * PSF[:, None], (12, 9))
    nu = [torch.fft.fftfreq(n, 1 / n, dtype=torch.float64) for n in (12, 9)]
    power = 1 / (1 + (nu[0][:, None] ** 2 + nu[1] ** 2).sqrt().round())
    e = torch.randn(
        4000, 12, 9, generator=torch.Generator().manual_seed(0), dtype=torch.float64
    )
    found = mean_power(H.synthesis(power.sqrt() * e))
    assert found.shape == H.singular_values().shape
    close(found, power, rtol=0.07, atol=0)
    assert found[2, 1] == found[-2, 1] == found[2, -1]


def test_mean_power_refuses_an_image_without_a_batch():
    for shape in ((8,), (0, 8)):
        with pytest.raises(ValueError, match="images of shape"):
            mean_power(torch.zeros(shape))
