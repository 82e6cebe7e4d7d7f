"""Each step of the Potts model against its exact conditional; then known labels."""

import itertools
import math

import pytest
import torch

from course_utils import choose
from course_utils import potts as model
from course_utils.linear import Matrix
from course_utils.operators import Blur
from course_utils.potts import first_segmentation, potts, potts_mean_field

close = torch.testing.assert_close
PSF = torch.tensor([0.1, 0.3, 0.35, 0.2, 0.05], dtype=torch.float64)
M = torch.tensor([0.0, 1.0], dtype=torch.float64)
V = torch.tensor([0.5, 0.3], dtype=torch.float64)
BETA = 0.6
STATES = list(itertools.product((0, 1), repeat=6))  # the labels of 2 x 3 pixels
EDGES = [(0, 1), (1, 2), (3, 4), (4, 5), (0, 3), (1, 4), (2, 5)]


def one_hot(z, shape=(2, 3)):
    r = torch.nn.functional.one_hot(torch.as_tensor(z), 2).double()
    return r.T.reshape(2, *shape)


def potts_prior(z, beta=BETA):
    return beta * sum(z[a] == z[b] for a, b in EDGES)


def exact_given_f(f, beta=BETA):
    """log p(z | f, m, v) for every z, up to a constant, term by term."""
    gauss = torch.distributions.Normal(M, V.sqrt())
    fit = gauss.log_prob(f.flatten()[:, None])
    return {
        z: potts_prior(z, beta) + sum(fit[x, k] for x, k in enumerate(z)) for z in STATES
    }


def marginals(log_p):
    """p(z(x) = 1) at each pixel."""
    p = torch.stack(list(log_p.values())).softmax(0)
    return (p[:, None] * torch.tensor(STATES)).sum(0)


class Told:
    """Answers with labels that are told, and remembers what it was asked."""

    def __init__(self, r):
        self.r, self.asked = r, []

    def labels(self, logit):
        self.asked.append(logit.softmax(0).flatten(1))
        return self.r


def conditional(log_p, z, x):
    """p(z(x) = . | all other labels)"""
    both = [log_p[(*z[:x], k, *z[x + 1 :])] for k in (0, 1)]
    return torch.stack(both).softmax(0)


def test_labels_are_renewed_by_their_exact_conditionals_given_their_neighbours(randn):
    f = 0.5 + randn(2, 3)
    log_p, white = exact_given_f(f), [0, 2, 4]
    for z, new in zip(STATES[::3], STATES[17::2], strict=False):
        how = Told(one_hot(new))
        r = model._labels(
            f, torch.zeros_like(f), r=one_hot(z), m=M, v=V, beta=BETA, how=how
        )
        halfway = tuple(new[x] if x in white else z[x] for x in range(6))
        first, second = how.asked
        asked = [(first if x in white else second)[:, x] for x in range(6)]
        exact = [conditional(log_p, z if x in white else halfway, x) for x in range(6)]
        close(torch.stack(asked), torch.stack(exact))
        assert torch.equal(r, one_hot(new))


@pytest.mark.slow
def test_a_sampler_of_labels_visits_them_as_often_as_they_are_probable(randn):
    f = 0.5 + 0.5 * randn(2, 3)
    how, r = model.Draws(torch.Generator().manual_seed(1)), one_hot(STATES[0])
    visited, n = [], 1500
    for _ in range(n):
        r = model._labels(f, torch.zeros_like(f), r=r, m=M, v=V, beta=BETA, how=how)
        visited.append(r[1].flatten())
    place = torch.stack(visited) @ torch.tensor([32.0, 16, 8, 4, 2, 1]).double()
    often = torch.bincount(place.long(), minlength=64) / n
    p = torch.stack(list(exact_given_f(f).values())).softmax(0)
    assert (often - p).abs().sum() / 2 < 0.09  # n independent draws would come to 0.06


@pytest.fixture
def tiny(randn):
    H = Matrix(randn(6, 6), in_shape=(2, 3), out_shape=(3, 2))
    return H, H(torch.tensor([[0.0, 0, 1], [0, 1, 1]]).double()) + 0.5 * randn(3, 2)


@pytest.mark.slow
def test_scene_and_labels_in_turn_reach_the_probabilities_of_enumeration(tiny):
    """p(z | g) with f integrated out: N(g; H t, sigma^2 I + H diag(v) H^T) p(z)."""
    H, g = tiny
    sigma, A, log_p = 0.5, H.A, {}
    for z in STATES:
        t, v = M[list(z)], V[list(z)]
        C = sigma**2 * torch.eye(6).double() + A * v @ A.mT
        gauss = torch.distributions.MultivariateNormal(A @ t, C)
        log_p[z] = gauss.log_prob(g.flatten()) + potts_prior(z)
    how, r, total = model.Draws(torch.Generator().manual_seed(0)), one_hot(STATES[0]), 0
    for _ in range(250):
        f, variance = model._image(H, g, r=r, m=M, v=V, sigma=sigma, how=how)
        r = model._labels(f, variance, r=r, m=M, v=V, beta=BETA, how=how)
        total = total + r[1].flatten()
    exact = marginals(log_p)
    assert exact.max() - exact.min() > 0.3
    close(total / 250, exact, rtol=0, atol=0.12)


class Noted(model.Means):
    """Mean values, with a note of the distributions that they are the means of."""

    def __init__(self, H, g):
        super().__init__(H, g, probes=20_000)
        self.normals, self.gammas = [], []

    def image(self, q, precision):
        self.q = q
        return super().image(q, precision)

    def normal(self, mean, variance):
        self.normals.append((mean, variance))
        return mean + 0.1

    def inverse_gamma(self, dof, scale):
        self.gammas.append((dof, scale))
        return scale / dof


def test_the_scene_is_the_dense_gaussian_around_the_means_of_its_labels(tiny, randn):
    (H, g), sigma = tiny, 0.5
    how, r = Noted(H, g), randn(2, 2, 3).softmax(0)
    f, variance = model._image(H, g, r=r, m=M, v=V, sigma=sigma, how=how)
    w = (r / V.view(2, 1, 1)).sum(0).flatten()
    b = (r * (M / V).view(2, 1, 1)).sum(0).flatten()
    precision = H.A.mT @ H.A / sigma**2 + torch.diag(w)
    mean = torch.linalg.solve(precision, H.A.mT @ g.flatten() / sigma**2 + b)
    close(f.flatten(), mean, rtol=1e-4, atol=1e-4)
    close(variance.flatten(), 1 / precision.diagonal(), rtol=0.05, atol=0)
    samples = how.q.sample(20_000, torch.Generator().manual_seed(0)).flatten(1)
    Sigma = torch.linalg.inv(precision)
    assert (samples.T.cov() - Sigma).norm() < 0.04 * Sigma.norm()


def test_the_mean_field_of_labels_is_the_mean_of_log_p_over_the_scene(randn):
    """E (f - m)^2 = (f - m)^2 + variance, and a neighbour counts with its probability."""
    f, variance, r = randn(2, 3), randn(2, 3).square(), randn(2, 2, 3).softmax(0)
    told = Told(one_hot(STATES[5]))
    model._labels(f, variance, r=r, m=M, v=V, beta=BETA, how=told)
    x = 2  # the corner: its neighbours are pixels 1 and 5
    fit = [
        torch.distributions.Normal(M[k], V[k].sqrt()).log_prob(f.flatten()[x])
        - variance.flatten()[x] / (2 * V[k])
        for k in (0, 1)
    ]
    agree = BETA * (r.flatten(1)[:, 1] + r.flatten(1)[:, 5])
    close(told.asked[0][:, x], (torch.stack(fit) + agree).softmax(0))


def test_classes_and_noise_are_renewed_by_their_exact_conditionals(tiny, randn):
    H, g = tiny
    how, f, variance = Noted(H, g), randn(2, 3), randn(2, 3).square()
    r = randn(2, 2, 3).softmax(0)
    mean = torch.tensor(0.2).double()
    spread = torch.tensor(3.0)

    def log_p(m, v):
        """log p(f, m, v | r); v is (1e-3 spread) / chi^2 with 2 degrees of freedom."""
        weight = r.flatten(1).T
        data = (f.flatten()[:, None] - m) ** 2 + variance.flatten()[:, None]
        fit = -(weight * (data / v + v.log()) / 2).sum()
        prior = (m - mean) ** 2 / spread / 2 + 2 * v.log() + 1e-3 * spread / v / 2
        return fit - prior.sum()

    m, _ = model._classes(f, variance, r=r, v=V, mean=mean, spread=spread, how=how)
    (centre, doubt), (dof, scale) = how.normals[0], how.gammas[0]
    slope = torch.autograd.functional.jacobian(lambda m: log_p(m, V), centre)
    close(slope, torch.zeros_like(M))
    bend = torch.autograd.functional.hessian(lambda m: log_p(m, V), centre)
    close(bend, -torch.diag(1 / doubt))
    v = torch.tensor([0.2, 0.9]).double().requires_grad_()
    gamma = -((dof / 2 + 1) * v.log() + scale / v / 2).sum()
    close(*(torch.autograd.grad(J, v)[0] for J in (gamma, log_p(m, v))))


def test_the_noise_is_renewed_from_the_misfit_that_is_expected(tiny):
    H, g = tiny
    how = Noted(H, g)
    first = next(model._iterates(H, g, 2, BETA, how, f=None))
    dof, scale = how.gammas[-1]
    variance = how.image(how.q, how.q.D.mask.square())[1]
    spread = (H.A.square().sum(0) * variance.flatten()).sum()
    expected = (g - H(first.f)).square().sum() + spread
    assert dof.item() == 6 and scale.item() == pytest.approx(expected.item(), rel=0.02)
    assert first.sigma == pytest.approx(math.sqrt(scale.item() / 6))


class Upside(model.Means):
    """Turns the order of the classes around."""

    def normal(self, mean, variance):
        return -mean


def test_labels_follow_their_classes_when_those_change_places(tiny):
    H, g = tiny
    plain = next(potts_mean_field(H, g, 2, BETA))
    turned = next(model._iterates(H, g, 2, BETA, Upside(H, g), f=None))
    assert (turned.m.diff() > 0).all()
    close(turned.r, plain.r.flip(0))


def test_draws_have_the_distributions_that_are_asked_for():
    how, n = model.Draws(torch.Generator().manual_seed(0)), 4000
    logit = torch.tensor([0.0, 1.0, -0.5]).double()[:, None].expand(3, n)
    close(how.labels(logit).mean(1), logit[:, 0].softmax(0), rtol=0, atol=0.03)
    assert (how.labels(logit).sum(0) == 1).all()
    normal = how.normal(torch.full((n,), 2.0), torch.full((n,), 9.0))
    assert normal.mean().item() == pytest.approx(2, abs=0.2)
    assert normal.var().item() == pytest.approx(9, rel=0.1)
    chi2 = 5.0 / how.inverse_gamma(torch.full((n,), 7.0), torch.full((n,), 5.0))
    assert chi2.mean().item() == pytest.approx(7, rel=0.03)
    assert chi2.var().item() == pytest.approx(14, rel=0.12)


@pytest.fixture(scope="module")
def blocks():
    """Three materials, blurred and noisy: the labels z, H and g."""
    n, generator = 20, torch.Generator().manual_seed(3)
    z = torch.zeros(n, n, dtype=torch.int64)
    z[3:10, 2:12] = 1
    z[10:17, 10:18] = 2
    f = z + 0.1 * torch.randn(n, n, generator=generator, dtype=torch.float64)
    H = Blur(PSF[:, None] * PSF, (n, n))
    return z, H, H(f) + 0.15 * torch.randn(n, n, generator=generator, dtype=torch.float64)


def error(labels, z):
    return (labels != z).double().mean().item()


@pytest.fixture(scope="module")
def thresholded(blocks):
    """The label error of restoring, then thresholding, with the best lam and the true m."""
    z, H, g = blocks
    m = torch.arange(3.0, dtype=torch.float64)

    def labels(lam):
        f = H.spectral_inverse(lambda s: s / (s**2 + lam), g)
        return (f[..., None] - m).abs().argmin(-1)

    lams = [choose.evidence(H, g), *torch.logspace(-4, 1, 40).tolist()]
    return min(error(labels(lam), z) for lam in lams)


def take(iterates, n):
    return [next(iterates) for _ in range(n)]


@pytest.fixture(scope="module")
def mean_field(blocks):
    return take(potts_mean_field(*blocks[1:], 3, 1.0), 40)[-1]


def test_the_mean_field_recovers_labels_classes_and_noise(blocks, thresholded, mean_field):
    z, last = blocks[0], mean_field
    assert error(last.labels, z) < 0.4 * thresholded
    close(last.m, torch.arange(3.0).double(), rtol=0, atol=0.15)
    close(last.v.sqrt(), torch.full((3,), 0.1).double(), rtol=0, atol=0.06)
    assert last.sigma == pytest.approx(0.15, rel=0.15)
    close(last.r.sum(0), torch.ones(20, 20).double())


@pytest.mark.slow
def test_gibbs_sampling_recovers_labels_classes_and_noise(blocks, thresholded):
    z, H, g = blocks
    draws = take(potts(H, g, 3, 1.5, torch.Generator().manual_seed(0)), 60)
    for draw in draws:
        assert (draw.m.diff() > 0).all() and (draw.r.sum(0) == 1).all()
    kept = draws[40:]
    assert error(sum(draw.r for draw in kept).argmax(0), z) < 0.6 * thresholded
    close(sum(draw.m for draw in kept) / 20, torch.arange(3.0).double(), rtol=0, atol=0.2)
    assert sum(draw.sigma for draw in kept) / 20 == pytest.approx(0.15, rel=0.15)


def test_neighbours_that_like_to_agree_help(blocks, mean_field):
    z, H, g = blocks
    alone = take(potts_mean_field(H, g, 3, 0.0), 15)[-1]
    assert error(mean_field.labels, z) < 0.3 * error(alone.labels, z)


def test_one_seed_gives_one_chain_and_another_another(tiny):
    H, g = tiny
    draws = [potts(H, g, 2, 1.0, torch.Generator().manual_seed(k)) for k in (1, 1, 2)]
    one, same, other = (take(chain, 3)[-1] for chain in draws)
    for a, b in zip(one[:4], same[:4], strict=True):
        assert torch.equal(a, b)
    assert one.sigma == same.sigma and not torch.allclose(one.f, other.f)


def test_a_class_that_no_pixel_belongs_to_does_no_harm(blocks):
    _, H, g = blocks
    draws = potts(H, g, 6, 1.0, torch.Generator().manual_seed(0))
    for it in (draws, potts_mean_field(H, g, 6, 1.0)):
        last = take(it, 4)[-1]
        assert all(x.isfinite().all() for x in last[:4]) and math.isfinite(last.sigma)
        assert (last.v > 0).all()


def test_k_means_splits_the_scene_it_is_given(blocks):
    z, H, g = blocks
    f = z.double() + 0.1
    first = first_segmentation(H, g, 3, f)
    assert torch.equal(first.labels, z)
    close(first.m, torch.tensor([0.1, 1.1, 2.1]).double())
    assert first.sigma == pytest.approx((g - H(f)).square().mean().sqrt().item())


METHODS = {
    "draws": lambda H, g, f=None: potts(
        H, g, 2, 1.0, torch.Generator().manual_seed(0), f=f
    ),
    "means": lambda H, g, f=None: potts_mean_field(H, g, 2, 1.0, f),
}
both = pytest.mark.parametrize("method", METHODS.values(), ids=METHODS.keys())


@both
def test_bad_input_is_refused(method, tiny):
    H, g = tiny
    with pytest.raises(
        ValueError, match=r"expected one g of shape \(3, 2\), got \(4, 3, 2\)"
    ):
        next(method(H, g.expand(4, 3, 2)))
    with pytest.raises(ValueError, match=r"expected one g of shape \(3, 2\), got \(2, 3\)"):
        next(method(H, g.T))
    with pytest.raises(TypeError, match=r"\.to\(\)"):
        next(method(H, g.float()))
    for value in (math.nan, math.inf):
        bad = g.clone()
        bad[2, 1] = value
        with pytest.raises(
            ValueError, match=rf"g is not finite: it has {value} at index \(2, 1\)"
        ):
            next(method(H, bad))
        with pytest.raises(ValueError, match=r"f is not finite: .* at index \(1, 2\)"):
            next(method(H, g, bad.T))


@both
def test_data_and_start_are_left_alone(method, tiny):
    H, g = tiny
    f = H.T(g)
    before = g.clone(), f.clone()
    take(method(H, g, f), 2)
    assert torch.equal(g, before[0]) and torch.equal(f, before[1])


@both
def test_single_precision_stays_single(method, tiny):
    H, g = tiny
    last = take(method(H.float(), g.float()), 3)[-1]
    assert all(x.dtype == torch.float32 for x in last[:4])
