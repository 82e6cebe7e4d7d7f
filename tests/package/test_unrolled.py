"""The thesis of the book: a network that is not trained yet is the classical method."""

import pytest
import torch

from course_utils.linear import LinearOperator, Matrix
from course_utils.networks import ConvNet
from course_utils.operators import Blur, Radon
from course_utils.priors import L1, L2, TotalVariation
from course_utils.solvers import gradient_descent, ista, primal_dual, run, tikhonov
from course_utils.unrolled import (
    Alista,
    Coupled,
    FromFBP,
    FromTikhonov,
    LearnedPrimalDual,
    Lista,
    ListaCP,
    Prox,
    UnrolledProximal,
    adjoint_weights,
    analytic_weights,
    positive,
)

LAM, TAU, SIGMA, K = 0.1, 0.3, 0.7, 6
PSF = torch.tensor([[0.1, 0.2], [0.3, 0.25], [0.05, 0.1]], dtype=torch.float64)


class Unchanged(torch.nn.Module):
    """u, g -> u: the dual of a primal-dual layer before training."""

    def forward(self, u, g):
        return u


def double(x):
    return torch.tensor(x, dtype=torch.float64)


def soft(layers=K):
    return [Prox(L1(), double(TAU * LAM)) for _ in range(layers)]


@pytest.fixture
def H(randn):
    A = randn(12, 20)
    return Matrix(A / A.norm(dim=0))


@pytest.fixture
def g(randn, H):
    return H(randn(5, 20) * (randn(5, 20) > 1))


NETWORKS = {
    "UnrolledProximal": lambda H: UnrolledProximal(H, soft(), TAU),
    "shared": lambda H: UnrolledProximal(H, soft(1) * K, TAU, steps="shared"),
    "fixed": lambda H: UnrolledProximal(H, soft(), TAU, steps="fixed"),
    "one W": lambda H: UnrolledProximal(H, soft(), TAU, weights="shared"),
    "W per layer": lambda H: UnrolledProximal(H, soft(), TAU, weights="per layer"),
    "Lista": lambda H: Lista(H, LAM, TAU, K),
    "Lista, shared": lambda H: Lista(H, LAM, TAU, K, weights="shared"),
    "ListaCP": lambda H: ListaCP(H, LAM, TAU, K),
    "ListaCP, shared": lambda H: ListaCP(H, LAM, TAU, K, weights="shared"),
}
OTHERS = {
    "Alista": lambda H: Alista(H, LAM, TAU, K),
    "ListaCP, select": lambda H: ListaCP(H, LAM, TAU, K, select=(0.05, 0.2)),
    "LearnedPrimalDual": lambda H: LearnedPrimalDual(
        H, soft(), [Unchanged()] * K, TAU, SIGMA
    ),
}
each_ista = pytest.mark.parametrize("build", NETWORKS.values(), ids=NETWORKS)
each_network = pytest.mark.parametrize(
    "build", [*NETWORKS.values(), *OTHERS.values()], ids=[*NETWORKS, *OTHERS]
)


@each_ista
def test_k_untrained_layers_are_k_iterations_of_ista(H, g, build):
    torch.testing.assert_close(build(H)(g).detach(), run(ista(H, g, L1(), LAM, TAU), K))


@each_ista
def test_every_layer_is_an_iterate_also_from_another_start(H, g, randn, build):
    f = randn(5, 20)
    iterates = ista(H, g, L1(), LAM, TAU, f=f)
    layers = list(build(H).iterates(g, f))
    assert len(layers) == K
    for layer, iterate in zip(layers, iterates, strict=False):
        torch.testing.assert_close(layer.detach(), iterate)
    torch.testing.assert_close(build(H)(g, f), layers[-1])


@pytest.mark.parametrize(
    "build",
    [
        lambda H, lam, tau: Lista(H, lam, TAU, 4),
        lambda H, lam, tau: ListaCP(H, lam, tau, 4),
        lambda H, lam, tau: UnrolledProximal(H, [Prox(L1(), t) for t in tau * lam], tau),
    ],
    ids=["Lista", "ListaCP", "UnrolledProximal"],
)
def test_a_tensor_of_values_gives_every_layer_its_own(H, g, build):
    lam, f = double([0.4, 0.2, 0.1, 0.05]), None
    tau = torch.full((4,), TAU, dtype=torch.float64)
    for value in lam:
        f = run(ista(H, g, L1(), value, TAU, f=f), 1)
    torch.testing.assert_close(build(H, lam, tau)(g).detach(), f)


def test_k_untrained_layers_of_alista_are_k_iterations_of_ista_with_its_weights(H, g):
    network = Alista(H, LAM, TAU, K)
    W = torch.linalg.pinv(H.A)  # H has full row rank: the rows of H^+ up to their lengths
    W = W / (W * H.A.mT).sum(1, keepdim=True)
    expected = run(ista(Coupled(H, lambda r: r @ W.mT), g, L1(), LAM, TAU), K)
    torch.testing.assert_close(network(g).detach(), expected)


def test_alista_with_the_adjoint_as_its_weights_is_ista(randn):
    H = Matrix(torch.linalg.qr(randn(20, 12))[0].mT)  # H H^T = I, so that W is H^T, scaled
    g = randn(3, 12)
    scaled = Coupled(H, lambda r: H.T(r) / H.A.square().sum(0))
    expected = run(ista(scaled, g, L1(), LAM, TAU), K)
    torch.testing.assert_close(Alista(H, LAM, TAU, K)(g).detach(), expected)


@pytest.mark.parametrize(
    "R", [L1(), L2(), TotalVariation()], ids=lambda R: type(R).__name__
)
def test_k_untrained_layers_are_k_iterations_of_primal_dual(randn, R):
    H, g = Blur(PSF, (6, 7)), randn(2, 6, 7)
    proxes = [Prox(R, double(TAU * LAM)) for _ in range(K)]
    duals = [ConvNet(inputs=2, width=4).double() for _ in range(K)]
    network = LearnedPrimalDual(H, proxes, duals, TAU, SIGMA)
    expected = run(primal_dual(H, g, R, LAM, TAU, sigma=SIGMA), K)
    torch.testing.assert_close(network(g).detach(), expected)


def test_the_network_of_a_dual_sees_its_own_step_and_the_data(H, g):
    class Watched(Unchanged):
        def forward(self, u, data):
            seen.append((u, data))
            return u

    seen, sigma = [], double([0.5, 2.0])
    LearnedPrimalDual(H, [Prox(L1(), TAU * LAM)] * 2, [Watched(), Watched()], TAU, sigma)(g)
    assert len(seen) == 2 and all(torch.equal(data, g) for _, data in seen)
    torch.testing.assert_close(seen[0][0].detach(), -sigma[0] * g / (1 + sigma[0]))


def test_every_layer_takes_its_own_step(H, g):
    tau, f = TAU * double([0.2, 1.0, 0.5]), None
    for value in tau:
        f = run(gradient_descent(H, g, value.item(), f), 1)
    network = UnrolledProximal(H, [Prox(L1(), 0.0) for _ in tau], tau)
    torch.testing.assert_close(network(g).detach(), f)


def test_k_untrained_layers_with_convolutional_proxes_are_k_steps_of_landweber(randn):
    H, g = Blur(PSF, (6, 7)), randn(2, 6, 7)
    network = UnrolledProximal(H, [ConvNet(width=4).double() for _ in range(K)], tau=0.9)
    torch.testing.assert_close(network(g).detach(), run(gradient_descent(H, g, 0.9), K))


def test_k_untrained_layers_from_tikhonov_are_k_iterations_from_there(H, g):
    network = FromTikhonov(UnrolledProximal(H, soft(), TAU), H, 0.2)
    start = tikhonov(H, g, 0.2)
    layers = list(network.iterates(g))
    assert len(layers) == K
    for layer, iterate in zip(layers, ista(H, g, L1(), LAM, TAU, f=start), strict=False):
        torch.testing.assert_close(layer.detach(), iterate)
    torch.testing.assert_close(network(g), layers[-1])


def scanner(views, size=9):
    return Radon(size, double(range(views)) * torch.pi / views)


def behind(H, tau=1.0):
    """Proximal steps from filtered back-projection, on data of ||H|| = 1."""
    return FromFBP(H, lambda A: UnrolledProximal(A, soft(3), tau))


def test_k_untrained_layers_from_fbp_are_k_iterations_with_one_over_l_from_there(randn):
    H, L = scanner(7), scanner(7).norm() ** 2
    g, network = H(randn(2, 9, 9)), behind(H)
    iterates = ista(H, g, L1(), TAU * LAM * L, 1 / L, f=H.fbp(g))
    layers = list(network.iterates(g))
    assert len(layers) == 3
    for layer, iterate in zip(layers, iterates, strict=False):
        torch.testing.assert_close(layer.detach(), iterate)
    torch.testing.assert_close(network(g), layers[-1])


def test_learned_layers_go_behind_another_scanner_with_what_they_learned(randn):
    tau = double([0.3, 0.9, 0.5])
    network, other = behind(scanner(7), tau), scanner(5)
    network.steps.proxes[1].step.data += 0.1
    g = other(randn(2, 9, 9))
    moved = network.through(other)
    expected = FromFBP(other, lambda A: UnrolledProximal(A, network.steps.proxes, tau))
    torch.testing.assert_close(moved(g), expected(g))
    assert not moved(g).allclose(behind(other)(g))
    moved.steps.tau.data += 1
    torch.testing.assert_close(network.steps.tau.detach(), tau)


@pytest.mark.parametrize(
    "build",
    [
        lambda A: LearnedPrimalDual(A, soft(2), [Unchanged()] * 2, TAU, SIGMA),
        lambda A: UnrolledProximal(A, soft(2), TAU, weights="shared"),
    ],
    ids=["primal-dual", "matrices"],
)
def test_layers_that_hold_more_than_proxes_and_steps_stay_behind_their_h(build):
    with pytest.raises(ValueError, match="only UnrolledProximal with fixed weights"):
        FromFBP(scanner(4, 5), build).through(scanner(3, 5))


@pytest.mark.parametrize(
    "build, start",
    [
        (lambda H: FromTikhonov(UnrolledProximal(H, soft(), TAU), H, 0.2), "network."),
        (behind, "steps."),
    ],
    ids=["Tikhonov", "FBP"],
)
def test_another_start_takes_the_place_of_the_estimate(build, start, randn):
    H = Matrix.of(scanner(4, 5)) if start == "network." else scanner(4, 5)
    network, f = build(H), randn(2, 5, 5)
    g = H(f)
    torch.testing.assert_close(network(g, f), list(network.iterates(g, f))[-1])
    assert not network(g, f).allclose(network(g))
    assert all(name.startswith(start) for name in network.state_dict())
    assert set(network.state_dict()) == {name for name, _ in network.named_parameters()}


def test_numbers_learned_by_their_logarithms_begin_the_same_and_stay_positive(H, g):
    network = ListaCP(H, LAM, TAU, K, weights="shared")
    before = network(g).detach()
    assert positive(network) is network
    torch.testing.assert_close(network(g).detach(), before)
    learned = dict(network.named_parameters())
    assert set(learned) == {
        *("W.0.A", "parametrizations.gamma.original", "parametrizations.theta.original")
    }
    torch.testing.assert_close(
        learned["parametrizations.theta.original"].detach().exp(), double([TAU * LAM] * K)
    )
    network(g).square().sum().backward()
    for p in network.parameters():
        p.data -= 100 * p.grad.sign()
    assert (network.theta > 0).all() and (network.gamma > 0).all()


def test_what_is_not_learned_has_no_logarithm(H):
    network = UnrolledProximal(H, soft(), TAU, steps="fixed")
    network.proxes[0].requires_grad_(False)
    names = [name for name, _ in positive(network).named_parameters() if "param" in name]
    assert names == [f"proxes.{k}.parametrizations.step.original" for k in range(1, K)]


def test_a_step_that_is_not_positive_has_no_logarithm(H):
    with pytest.raises(ValueError, match=r"tau must be positive .* at index \(1,\)"):
        positive(UnrolledProximal(H, soft(2), double([0.1, 0.0])))


def test_learned_weights_take_the_place_of_the_adjoint_of_any_operator(randn):
    H, g = Blur(PSF, (4, 5)), randn(2, 4, 5)
    torch.testing.assert_close(adjoint_weights(H)(g).detach(), H.T(g))
    network = ListaCP(H, LAM, 0.9, K, select=(0.0, 0.0))
    torch.testing.assert_close(network(g).detach(), run(ista(H, g, L1(), LAM, 0.9), K))


@each_network
def test_gradients_reach_every_parameter_that_is_learned(H, g, randn, build):
    network = build(H)
    (network(g, randn(5, 20)) - randn(5, 20)).square().mean().backward()
    learned = [p for p in network.parameters() if p.requires_grad]
    assert learned and all(p.grad.abs().sum() > 0 for p in learned)


def count(network):
    return sum(p.numel() for p in network.parameters() if p.requires_grad)


def test_what_is_shared_is_counted_once_and_what_is_fixed_is_not_counted(H):
    m, n = H.A.shape
    assert count(UnrolledProximal(H, soft(), TAU)) == 2 * K
    assert count(UnrolledProximal(H, soft(1) * K, TAU, steps="shared")) == 2
    assert count(UnrolledProximal(H, soft(1) * K, TAU, steps="fixed")) == 1
    assert count(UnrolledProximal(H, soft(), TAU, weights="shared")) == 2 * K + m * n
    assert count(UnrolledProximal(H, soft(), TAU, weights="per layer")) == K * (2 + m * n)
    assert count(Lista(H, LAM, TAU, K)) == K * (1 + m * n + n * n)
    assert count(Lista(H, LAM, TAU, K, weights="shared")) == K + m * n + n * n
    assert count(ListaCP(H, LAM, TAU, K)) == K * (1 + m * n)
    assert count(ListaCP(H, LAM, TAU, K, weights="shared")) == 2 * K + m * n
    assert count(Alista(H, LAM, TAU, K)) == 2 * K


def test_the_analytic_weights_confuse_the_columns_least(H, randn):
    A = H.A
    W = analytic_weights(H).A.detach()
    torch.testing.assert_close((W @ A).diagonal(), torch.ones(20, dtype=torch.float64))
    for _ in range(20):  # another W with the same diagonal is never better
        other = W + 0.1 * randn(20, 12)
        other = other / (other * A.mT).sum(1, keepdim=True)
        assert (W @ A).norm() < (other @ A).norm()
    gradient = 2 * W @ A @ A.mT  # at the minimum it is along the constraint, row by row
    along = (gradient * A.mT).sum(1, keepdim=True) * A.mT / A.square().sum(0)[:, None]
    torch.testing.assert_close(gradient, along)


def test_an_entry_that_leaves_no_trace_has_no_weights(H):
    A = H.A.clone()
    A[:, 3] = 0
    with pytest.raises(ValueError, match="leaves no trace"):
        analytic_weights(Matrix(A))


def test_support_selection_spares_the_largest_entries_above_the_threshold(H):
    network = ListaCP(H, 1.0, 1.0, 4, select=(0.1, 0.25))
    assert network.trusted == [2, 4, 5, 5]
    v = double([[5, -4, 3, -2, 0.5] + [0.0] * 15, [0.9, -0.8] + [0.1] * 18])
    shrunk = double([[5, -4, 2, -1, 0] + [0.0] * 15, [0.0] * 20])
    torch.testing.assert_close(network.threshold(0, v).detach(), shrunk)
    shrunk[0, 2:4] = double([3, -2])
    torch.testing.assert_close(network.threshold(1, v).detach(), shrunk)


def test_support_selection_counts_the_entries_of_a_whole_picture(randn):
    network = ListaCP(Blur(PSF, (4, 5)), 1.0, 1.0, 1, select=(0.1, 0.1))
    v = torch.zeros(2, 4, 5, dtype=torch.float64)
    v[0, 0, 0], v[0, 3, 4], v[0, 3, 3], v[1, 2, 2] = 5, -4, 3, 2
    expected = v.clone()
    expected[0, 3, 3] = 2
    torch.testing.assert_close(network.threshold(0, v).detach(), expected)


def test_alista_with_shrinking_thresholds_recovers_sparse_scenes_far_better_than_ista():
    generator = torch.Generator().manual_seed(1)
    A = torch.randn(100, 200, generator=generator)
    H = Matrix(A / A.norm(dim=0))
    f = torch.randn(50, 200, generator=generator)
    f = f * (torch.rand(50, 200, generator=generator) < 0.05)
    network = Alista(H, 0.5 * 0.75 ** torch.arange(16), 1.0, 16, select=(0.012, 0.12))
    f_ista = run(ista(H, H(f), L1(), 0.05, 1 / H.norm() ** 2), 16)

    def median_db(f_hat):
        ratio = (f_hat - f).square().sum(1) / f.square().sum(1).clamp(min=1e-9)
        return 10 * ratio.median().log10()

    assert median_db(network(H(f)).detach()) < median_db(f_ista) - 15


@each_network
def test_a_threshold_that_training_made_negative_stays_a_threshold(H, g, build):
    network, mirrored = build(H), build(H)
    for name, p in mirrored.named_parameters():
        if "theta" in name or "step" in name:
            p.data.neg_()
    assert any("theta" in name or "step" in name for name, _ in mirrored.named_parameters())
    torch.testing.assert_close(mirrored(g), network(g))


class Bare:
    """H f = 2 f for three numbers: it has a call, a ``.T``, shapes, and nothing else."""

    in_shape = out_shape = (3,)

    def __call__(self, f):
        return 2 * f

    @property
    def T(self):
        return self


@pytest.mark.parametrize("kind", [Lista, ListaCP, Alista])
def test_anything_with_a_t_is_an_operator(randn, kind):
    g = randn(2, 3).float()
    expected = run(ista(Bare(), g, L1(), LAM, 0.2), K)
    if kind is Alista:  # its W is H^T / 4
        expected = run(ista(Bare(), g, L1(), 4 * LAM, 0.2 / 4), K)
    torch.testing.assert_close(kind(Bare(), LAM, 0.2, K)(g).detach(), expected)
    assert not issubclass(Bare, LinearOperator)


@each_network
def test_a_checkpoint_holds_what_is_learned_and_not_the_operator(H, g, build):
    network = build(H)
    learned = network.named_parameters(remove_duplicate=False)
    assert set(network.state_dict()) == {name for name, _ in learned}


@each_network
@pytest.mark.parametrize(
    "shape, dtype, error",
    [
        ((5, 13), torch.float64, ValueError),
        ((0, 12), torch.float64, ValueError),
        ((5, 12), torch.int64, TypeError),
        ((5, 12), torch.float32, TypeError),
        ((5, 12), torch.complex128, TypeError),
    ],
)
def test_data_that_do_not_fit_are_refused(H, build, shape, dtype, error):
    with pytest.raises(error):
        build(H)(torch.zeros(shape, dtype=dtype))


@pytest.mark.parametrize(
    "build, words",
    [
        (lambda H: UnrolledProximal(H, [], TAU), "at least one layer"),
        (lambda H: Lista(H, LAM, TAU, 0), "at least one layer"),
        (
            lambda H: Lista(H, LAM, TAU, 3, weights="tied"),
            "shared or per layer, not 'tied'",
        ),
        (
            lambda H: ListaCP(H, LAM, TAU, 3, weights="fixed"),
            "shared or per layer, not 'fixed'",
        ),
        (lambda H: UnrolledProximal(H, soft(), TAU, steps="learned"), "'learned'"),
        (lambda H: LearnedPrimalDual(H, soft(3), [Unchanged()], TAU, SIGMA), "3 proxes"),
    ],
)
def test_layers_that_do_not_make_a_network_are_refused_in_words(H, build, words):
    with pytest.raises(ValueError, match=words):
        build(H)


@each_network
def test_data_stay_as_they_were_and_strides_do_not_matter(H, g, build):
    network, before = build(H), g.clone()
    torch.testing.assert_close(network(g.mT.contiguous().mT), network(g))
    assert torch.equal(g, before)


@pytest.mark.slow
def test_a_network_compiles_as_one_graph(randn):
    H, g = Blur(PSF, (6, 7)), randn(2, 6, 7)
    network = UnrolledProximal(H, [ConvNet(width=4).double() for _ in range(2)], tau=0.9)
    compiled = torch.compile(network, backend="eager", fullgraph=True)
    torch.testing.assert_close(compiled(g), network(g))
