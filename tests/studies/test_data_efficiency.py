"""The study of data efficiency: its closed forms are minima, its parts share no picture."""

import pytest
import torch
from torch import nn
from torch.nn import functional

from course_utils.metrics import nmse_db
from course_utils.networks import ConvNet
from course_utils.noise import seeded
from course_utils.solvers import tikhonov
from studies import data_efficiency as study
from studies.data_efficiency import closed_forms, iterations, networks, problems


@pytest.fixture(scope="module")
def few():
    """A problem with eight pairs."""
    world = problems.problem("edges")
    return world, *world.training(8, "a", 0)


def descends(loss, W):
    """Whether W is a minimum of a convex loss: its gradient is round-off."""
    W = W.clone().requires_grad_()
    at = loss(W)
    (gradient,) = torch.autograd.grad(at, W)
    return gradient.abs().max() < 1e-9 * at


def matrix_of(estimate):
    """The matrix of a linear estimator of n pixels."""
    return estimate(torch.eye(problems.n, dtype=torch.float64)).T


def test_every_row_has_an_error_for_each_training():
    for row in study.table().rows:
        trainings = 3 if row["problem"] == "photographs" else 5
        assert len(row["nmse_db"]) == trainings


def test_the_settings_are_the_best_of_those_tried():
    settings = study.settings()
    assert sorted(map(settings.task, settings.rows)) == sorted(study.tuning_tasks())
    for row in settings.rows:
        tried = study.candidates(row["problem"], row["method"], row["pairs"])
        assert tried[row["tried"].index(min(row["tried"]))] == row["setting"]


def test_between_the_sizes_that_were_tuned_rates_and_steps_are_interpolated_over_log_n():
    rows = {row["pairs"]: row["setting"] for row in study.settings().rows
            if (row["problem"], row["method"]) == ("edges", "CNN")}  # fmt: skip
    assert sorted(rows) == [4, 64, 1024]
    for N in rows:
        expected = {**rows[N], "lr": pytest.approx(rows[N]["lr"])}
        assert study.setting_for("edges", "CNN", N) == expected
    quarter = study.setting_for("displaced", "CNN", 8)  # 4 * 16^(1/4)
    for key in ("lr", "steps"):
        expected = rows[4][key] ** 0.75 * rows[64][key] ** 0.25
        assert quarter[key] == pytest.approx(expected, rel=0.01)
    assert study.setting_for("edges", "CNN", 1)["steps"] == rows[4]["steps"]
    assert study.setting_for("edges", "CNN", 4096)["steps"] == rows[1024]["steps"]


@pytest.mark.parametrize(
    "task", [("edges", "matrix", 16, "a"), ("displaced", "four layers", 64, "a")]
)
def test_a_closed_row_comes_out_again(task):
    stored = study.table().row(*task)
    again = study.row(*task)
    assert again["mu"] == stored["mu"] and again["learned"] == stored["learned"]
    assert again["nmse_db"] == pytest.approx(stored["nmse_db"], abs=0.01)


@pytest.mark.slow
def test_a_trained_row_comes_out_again_nearly():
    task = ("edges", "CNN", 4, "a")
    stored = study.table().row(*task)
    again = study.row(*task)
    assert again["nmse_db"] == pytest.approx(stored["nmse_db"], abs=0.5)


@pytest.mark.parametrize("method", ["matrix", "matrix after H'", "two layers, W H'"])
@pytest.mark.parametrize(
    "N", [8, 200]
)  # fewer and more pairs than pixels: two ways to solve
def test_a_matrix_minimises_its_loss_with_a_weight(method, N):
    world = problems.problem("edges")
    g, f = world.training(N, "a", 0)
    start = torch.zeros_like(g)
    if method.startswith("two"):
        start = closed_forms.tikhonov(world.H, g, f)(g)
    x = g if method == "matrix" else world.H.T(g)
    W = matrix_of(closed_forms.ridge(x, f - start)(0.01))

    def loss(W):
        return (f - start - x @ W.T).square().sum() + 0.01 * W.square().sum()

    assert descends(loss, W)
    estimate = closed_forms.CLOSED_FORMS[method].fit(world.H, g, f)(0.01)
    torch.testing.assert_close(estimate(g), start + x @ W.T)


def test_the_first_form_minimises_its_loss_with_a_weight(few):
    world, g, f = few
    H = world.H
    mu = 0.01
    start = closed_forms.tikhonov(H, g, f)
    eye = torch.eye(problems.n, dtype=torch.float64)
    U, s, _ = torch.linalg.svd(H(eye).T)
    estimate = closed_forms.two_layer_first(H, g, f)(mu)
    H_T_D = matrix_of(estimate) - matrix_of(start)
    D = torch.linalg.solve(H(eye), H_T_D)  # H is symmetric: its rows are its columns

    def loss(D):
        return (f - start(g) - H.T(g @ D.T)).square().sum() + mu * D.square().sum()

    D = D.requires_grad_()
    (gradient,) = torch.autograd.grad(loss(D), D)
    seen = U[:, s > 1e-3]  # where H is smaller, D is lost in round-off
    assert (seen.T @ gradient).abs().max() < 1e-4 * loss(D)


def test_the_diagonal_minimises_its_loss_with_a_weight(few):
    world, g, f = few
    estimate = closed_forms.spectral(world.H, g, f)(0.01)
    V = world.H.synthesis
    b = V.T(world.H.T(g))
    Lambda = (V.T(estimate(g)) / b)[0]
    shared = Lambda.flip(0).roll(1)  # k and -k; where b is round-off, so is their quotient
    torch.testing.assert_close(Lambda, shared, rtol=0, atol=1e-3)

    def loss(Lambda):
        return (V.T(f) - Lambda * b).square().sum() + 0.01 * Lambda.square().sum()

    gradient = torch.autograd.functional.jacobian(loss, Lambda)
    nothing = torch.zeros_like(Lambda)
    assert closed_forms.tied(gradient).abs().max() < 1e-6 * loss(nothing)


def test_the_filter_minimises_its_loss_and_needs_no_operator(few):
    _, g, f = few
    estimate = closed_forms.fourier_filter(None, g, f)(0.0)
    w = (torch.fft.rfft(estimate(g)) / torch.fft.rfft(g))[0]
    G, F = torch.fft.rfft(g), torch.fft.rfft(f)
    torch.testing.assert_close(
        (G.conj() * (F - w * G)).sum(0).abs(), torch.zeros(65).double()
    )


def test_the_weight_of_tikhonov_is_the_best_of_the_list(few):
    world, g, f = few
    found = nmse_db(closed_forms.tikhonov(world.H, g, f)(g), f)
    others = [nmse_db(tikhonov(world.H, g, lam), f) for lam in closed_forms.LAMS]
    assert found == pytest.approx(min(others))


def test_wieners_filter_knows_the_noise_and_the_powers_from_the_pairs():
    world = problems.problem("stationary")
    g, f = world.training(2000, "a", 0)
    estimate = closed_forms.wiener(world.H, g, f)
    nu = torch.fft.fftfreq(problems.n, 1 / problems.n)
    p = 1 / (1 + nu.double() ** 2)
    p = p * problems.n / 12 / p.sum()  # signals of the size of edges, n / 12
    expected = world.H.spectral_inverse(lambda s: s * p / (s**2 * p + problems.SIGMA**2), g)
    assert nmse_db(estimate(g), expected) < -30


@pytest.mark.parametrize("N", [2, 7])
def test_a_weight_is_chosen_by_pairs_that_the_fit_has_not_seen(N):
    world = problems.problem("edges")
    g, f = world.training(N, "a", 0)
    closed = closed_forms.CLOSED_FORMS["four layers"]

    def left_out(mu):
        errors = []
        for k in range(min(N, 5)):
            seen = [i for i in range(N) if i % 5 != k]
            estimate = closed.fit(world.H, g[seen], f[seen])(mu)
            errors += [(estimate(g)[i] - f[i]).square().sum() for i in range(k, N, 5)]
        return torch.stack(errors).sum()

    found = closed_forms.cross_validated(closed, world.H, g, f)
    assert len(closed.weights) > 10 and found in closed.weights
    assert all(left_out(found) <= left_out(mu) for mu in closed.weights)


def test_one_pair_leaves_a_method_where_it_starts():
    world = problems.problem("edges")
    g, f = world.training(1, "a", 0)
    test, _ = world.test("a")
    starts = {"four layers, started": closed_forms.tikhonov(world.H, g, f)(test)}
    starts["matrix, from identity"] = test
    for method, start in starts.items():
        closed = closed_forms.CLOSED_FORMS[method]
        mu = closed_forms.cross_validated(closed, world.H, g, f)
        assert nmse_db(closed.fit(world.H, g, f)(mu)(test), start) < -40, method


def test_no_weight_is_the_largest_of_its_grid_unless_that_holds_a_layer_at_its_start():
    for row in study.table().rows:
        if row["method"] in study.WEIGHTED and row["pairs"] >= 4:
            closed = closed_forms.CLOSED_FORMS[row["method"]]
            assert closed.starts or max(row["mu"]) < closed.weights[0], row


def test_the_smallest_weight_is_as_good_as_none():
    world = problems.problem("128 pixels, noise 0.1")
    g, f = world.training(16, "a", 0)
    for method in ("matrix", "matrix, from identity", "two layers, W H'"):
        closed = closed_forms.CLOSED_FORMS[method]
        smallest, next_to_it = (
            closed.fit(world.H, g, f)(mu)(g) for mu in closed.weights[-2:]
        )
        assert nmse_db(smallest, next_to_it) < -40, method


@pytest.mark.parametrize("pixels, sigma, width", [(96, 0.01, 2.5), (80, 0.05, 4.0)])
def test_elsewhere_too_two_pairs_do_the_work_of_a_hundred_for_a_matrix_and_few_for_a_filter(
    pixels, sigma, width
):
    world = problems.lines(pixels, sigma, width)
    g, f = world.pairs(128, 99)

    def error(method, N):
        closed = closed_forms.CLOSED_FORMS[method]
        errors = []
        for number in (0, 1):
            pairs = world.pairs(N, number)
            mu = closed_forms.cross_validated(closed, world.H, *pairs)
            errors.append(nmse_db(closed.fit(world.H, *pairs)(mu)(g), f))
        return sum(errors) / 2

    started = error("four layers, started", 2)
    assert started < error("matrix", 100) - 0.3
    assert started < error("filter without H", 2) - 0.5
    assert error("filter without H", 64) < started


def test_data_of_a_finer_grid_are_not_those_of_the_model_but_near():
    fine, model = (problems.problem(name) for name in study.FINER_GRID)
    (g, f), (g_model, f_model) = (world.pairs(20, 3) for world in (fine, model))
    assert f.shape == (20, problems.n) and torch.equal(f, f_model)
    gap = (g - g_model).square().mean().sqrt()  # the noise is the same
    assert 1e-4 < gap < 0.5 * problems.SIGMA


def test_no_mirror_maps_the_psf_of_the_small_pictures_onto_itself():
    psf = problems.PSF
    assert psf.sum() == pytest.approx(1)
    for mirrored in (psf.flip(0), psf.flip(1), psf.flip(0, 1), psf.T):
        assert (mirrored - psf).abs().max() > 0.01


def test_a_wrapped_network_sees_a_periodic_signal(randn):
    net = networks.Wrapped(ConvNet(dims=1, width=4, depth=3).double(), 3, 1)
    *layers, last = net.network.layers
    nn.init.normal_(last.weight, generator=seeded(0))
    g = randn(2, 16)
    torch.testing.assert_close(net(g).roll(5, -1), net(g.roll(5, -1)))

    def periodic(layer, x):
        return functional.conv1d(
            functional.pad(x, (1, 1), mode="circular"), layer.weight, layer.bias
        )

    x = g[:, None]
    for layer in layers:
        x = periodic(layer, x).relu()
    torch.testing.assert_close(net(g), g + periodic(last, x)[:, 0])


def test_the_steps_of_cooling_adam_shrink_to_zero():
    p = nn.Parameter(torch.zeros(1))
    adam = networks.CoolingAdam([p], lr=0.1, steps=10)
    taken = []
    for _ in range(10):
        before = p.item()
        p.grad = torch.ones(1)
        adam.step()
        taken.append(before - p.item())
    expected = 0.1 * (1 - torch.arange(10) / 10)
    torch.testing.assert_close(torch.tensor(taken), expected, rtol=1e-4, atol=0)


@pytest.mark.slow
def test_no_photograph_serves_two_parts():
    def shown(part):
        patches = problems.patches_of(part).float()
        return {patch.numpy().tobytes() for patch in patches}

    for seeds in "ab":
        parts = [f"train {seeds}", f"test {seeds}", "validation"]
        assert sum(len(problems.patches_of(part)) for part in parts) == 17 * 64
        train, test, validation = map(shown, parts)
        assert not (train & test or train & validation or test & validation)
    assert shown("test a") != shown("test b")


def test_the_pairs_of_training_test_and_validation_differ_and_come_again():
    world = problems.problem("spikes")
    trainings = (("a", 0), ("a", 1), ("b", 0), ("tuning", 0))
    draws = [world.training(4, *which) for which in trainings]
    draws += [world.test("a"), world.test("b"), world.validation()]
    first = [f[0] for _, f in draws]
    assert all(not torch.equal(x, y) for i, x in enumerate(first) for y in first[:i])
    assert torch.equal(world.training(4, "a", 0)[0], draws[0][0])


def test_on_a_broken_problem_the_data_come_from_another_operator():
    for name in study.BROKEN:
        world = problems.problem(name)
        f = problems.edges(2, seeded(0), "").double()
        gap = (world.true_H(f) - world.H(f)).norm() / world.H(f).norm()
        assert gap > 0.05, name
        assert world.H(f).allclose(problems.problem("edges").H(f))
    displaced = problems.problem("displaced").true_H(f)
    torch.testing.assert_close(displaced, problems.problem("edges").H(f).roll(2, -1))


def test_a_fixed_adjoint_before_a_matrix_costs_with_few_pairs_and_gains_with_hundreds():
    edges = {
        (row["method"], row["pairs"]): row["nmse_db"]
        for row in study.table().rows
        if (row["problem"], row["seeds"]) == ("edges", "a")
    }

    def gain(pairs):
        matrix = edges["matrix", pairs]
        after = edges["matrix after H'", pairs]
        return (sum(matrix) - sum(after)) / len(matrix)

    assert abs(gain(2)) < 0.1
    assert -0.35 < gain(16) < -0.15 and 0.15 < gain(256) < 0.35


def test_total_variation_takes_the_lam_of_the_pairs_from_inside_its_grid(few, monkeypatch):
    world, g, f = few
    monkeypatch.setattr(iterations, "STEPS", 60)
    monkeypatch.setattr(iterations, "LAMS", [1e-4, 0.01, 3.0])
    estimate = iterations.total_variation(world.H, g, f)
    assert nmse_db(estimate(g), f) < nmse_db(g, f) - 2
    monkeypatch.setattr(iterations, "LAMS", [0.01, 0.3, 3.0])
    with pytest.raises(ValueError, match="at the end of the grid: 1e-02"):
        iterations.total_variation(world.H, g, f)


def test_one_number_of_total_variation_is_ahead_of_what_is_linear_on_lines():
    table = study.table()
    for name in ("edges", "dark ends", "changing width"):
        ours = table.row(name, "total variation", 64, "a")["nmse_db"]
        for rival in ("Wiener", "four layers", "filter without H", "matrix"):
            theirs = table.row(name, rival, 64, "a")["nmse_db"]
            assert max(ours) < min(theirs) - 1, (name, rival)
    wrong = (
        table.row("wrong width", m, 64, "a") for m in ("total variation", "four layers")
    )
    ours, theirs = (row["nmse_db"] for row in wrong)
    assert max(theirs) < min(ours)  # a wrong psf is what a diagonal can learn
