"""Samples against exact posteriors, and diagnostics against chains that are known."""

from itertools import islice

import pytest
import torch

from course_utils.linear import Matrix
from course_utils.noise import seeded
from course_utils.nonlinear import HardClip, Linear, Modulus, Saturation
from course_utils.nonlinear.sampling import (
    Motion,
    effective_size,
    hamiltonian,
    precision,
    split_rhat,
)

close = torch.testing.assert_close
ONE = Matrix(torch.ones(1, 1).double())
SENSORS = {
    "linear": lambda: Linear(ONE),
    "saturation": lambda: Saturation(ONE, 0.7),
    "clip": lambda: HardClip(ONE, 0.8),
}


def samples(h, g, sigma, count, chains=60):
    """That many samples of each of many chains: more of them cost little."""
    drawn = hamiltonian(h, g, sigma, seeded(3), chains=chains, warmup=40)
    return torch.stack(list(islice(drawn, count)))


def quadrature(h, g, sigma):
    """Mean and variance of p(f | g) for one unknown, by a sum."""
    f = torch.linspace(-8, 8, 20001, dtype=torch.float64)
    log_p = -((g - h(f[:, None])) ** 2).mT / (2 * sigma**2) - f**2 / 2
    p = (log_p - log_p.max()).exp()
    p = p / p.sum(-1, keepdim=True)
    mean = (p * f).sum(-1, keepdim=True)
    return mean, (p * (f - mean) ** 2).sum(-1, keepdim=True)


@pytest.mark.slow
def test_samples_of_a_linear_model_have_the_exact_mean_and_covariance(randn):
    A = randn(3, 4)
    g = randn(2, 3)
    sigma = 0.5
    inverse = torch.linalg.inv(A.mT @ A / sigma**2 + torch.eye(4).double())
    mean = g @ A @ inverse.mT / sigma**2
    x = samples(Linear(Matrix(A)), g, sigma, 100)
    error = (inverse.diagonal() / effective_size(x)).sqrt()
    assert ((x.mean((0, 1)) - mean).abs() < 4 * error).all()
    found = torch.cov(x[:, :, 0].flatten(0, 1).mT)
    close(found, inverse, rtol=0.1, atol=0.05)
    assert split_rhat(x).max() < 1.02


@pytest.mark.slow
@pytest.mark.parametrize("name", SENSORS)
def test_samples_of_one_unknown_have_the_moments_of_a_quadrature(name):
    h = SENSORS[name]()
    g = torch.tensor([[0.2], [0.68], [0.9]], dtype=torch.float64)  # the last two saturated
    x = samples(h, g, 0.1, 100)
    for k in range(3):
        mean, variance = quadrature(h, g[k], 0.1)
        error = (variance / effective_size(x)[k]).sqrt()
        assert (x[:, :, k].mean((0, 1)) - mean).abs() < 4 * error
        close(x[:, :, k].var((0, 1)), variance[0], rtol=0.15, atol=0)


def test_chains_that_sit_in_two_modes_are_seen():
    x = samples(Modulus(ONE), torch.ones(1).double(), 0.01, 20, chains=8)
    assert split_rhat(x).max() > 2
    assert effective_size(x).max() < 20


def test_the_energy_is_that_of_the_posterior_and_falls_along_its_slope(randn):
    H = Matrix(randn(3, 4))
    h = Saturation(H, 0.7)
    g = randn(2, 3)
    motion = Motion(h, g, 0.3, seeded(0), 5)
    z = randn(5, 2, 4)
    f = torch.einsum("bij,cbj->cbi", motion.A, z)
    close(motion.unknown(z), f)
    U = (g - h(f)).square().sum(-1) / (2 * 0.09) + f.square().sum(-1) / 2
    close(motion.energy(z)[..., 0], U)
    v = randn(5, 2, 4)
    e = 1e-6
    difference = (motion.energy(z + e * v) - motion.energy(z - e * v))[..., 0] / (2 * e)
    close((motion.slope(z) * v).sum(-1), difference, rtol=1e-6, atol=1e-6)


def test_steps_go_back_where_they_came_from(randn):
    """The equations of motion can be run backwards: without that, no detailed balance."""
    motion = Motion(Saturation(ONE, 0.7), torch.ones(1, 1).double(), 0.3, seeded(0), 2)
    z = start = motion.start
    p = momentum = randn(2, 1, 1)
    for sign in (1, -1):
        p = sign * p
        for _ in range(5):
            p = p - 0.1 * motion.slope(z)
            z = z + 0.2 * p
            p = p - 0.1 * motion.slope(z)
    close(z, start)
    close(-p, momentum)


def test_the_precision_is_that_of_the_linearised_problem(randn):
    A = randn(3, 4)
    h = Saturation(Matrix(A), 0.7)
    f = randn(2, 4)
    for k in range(2):
        J = torch.autograd.functional.jacobian(h, f[k])
        close(precision(h, f, 0.5)[k], J.mT @ J / 0.25 + torch.eye(4).double())


def test_a_batch_and_its_shape_are_kept(randn):
    H = Matrix(randn(6, 4), in_shape=(2, 2), out_shape=(3, 2))
    x = next(hamiltonian(Linear(H), randn(5, 3, 2), 0.3, seeded(0), chains=3, warmup=2))
    assert x.shape == (3, 5, 2, 2) and x.dtype == torch.float64


def test_one_seed_gives_one_chain(randn):
    g = randn(1)
    first, second = (
        next(hamiltonian(Saturation(ONE, 0.7), g, 0.3, seeded(5), warmup=3))
        for _ in range(2)
    )
    assert torch.equal(first, second)


def autoregressive(randn, rho, chains=8, count=4000):
    """Chains x_t = rho x_{t-1} + noise, whose variance is 1, from equilibrium."""
    noise = randn(count, chains)
    x = [noise[0]]
    for e in noise[1:]:
        x.append(rho * x[-1] + (1 - rho**2) ** 0.5 * e)
    return torch.stack(x)


@pytest.mark.parametrize("rho", [0.0, 0.6, 0.9])
def test_the_effective_size_of_an_autoregressive_chain(rho, randn):
    """It is count (1 - rho) / (1 + rho)."""
    x = autoregressive(randn, rho)
    assert effective_size(x) == pytest.approx(x.numel() * (1 - rho) / (1 + rho), rel=0.15)
    assert split_rhat(x) < 1.01


def test_rhat_is_its_formula(randn):
    x = randn(10, 3, 2) + torch.arange(3.0).double().view(1, 3, 1)
    halves = torch.stack([x[:5], x[5:]], 2).flatten(1, 2)
    W = halves.var(0).mean(0)
    B = 5 * halves.mean(0).var(0)
    close(split_rhat(x), ((4 / 5 * W + B / 5) / W).sqrt())
    drifting = torch.linspace(0, 1, 100).double()[:, None] + 0.01 * randn(100, 4)
    assert split_rhat(drifting) > 1.5  # whole chains agree, their halves do not


def test_what_cannot_be_sampled_is_refused(randn):
    h = Saturation(ONE, 0.7)
    for g, sigma, words in [
        (torch.full((1,), torch.nan).double(), 0.1, "not finite"),
        (randn(2), 0.1, r"shape \(\.\.\., 1\), got \(2,\)"),
        (randn(1), 0.0, "must be positive"),
    ]:
        with pytest.raises(ValueError, match=words):
            next(hamiltonian(h, g, sigma, seeded(0)))
    with pytest.raises(ValueError, match="3 samples of a chain are too few"):
        split_rhat(randn(3, 4))
