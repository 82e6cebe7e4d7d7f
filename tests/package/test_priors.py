"""Each prior against its definition: the value against a sum, the prox against a search."""

import math

import numpy as np
import pytest
import scipy.optimize
import skimage.restoration
import torch

from course_utils.linear import Matrix
from course_utils.operators import Gradient
from course_utils.priors import L1, L2, Box, ShiftedWavelet, TotalVariation, Wavelet

close = torch.testing.assert_close
exact = {"tol": 1e-7, "iterations": 4000}  # for the proxes that are found by iteration

PRIORS = {
    "L2": L2(),
    "L1": L1(),
    "L1 along an axis": L1(axis=-2),
    "Box": Box(-0.5, 1.0),
    "Wavelet 1-D": Wavelet(levels=2, dims=1),
    "Wavelet 2-D": Wavelet(levels=2),
    "TV 1-D": TotalVariation(dims=1, **exact),
    "TV": TotalVariation(**exact),
    "TV anisotropic": TotalVariation(isotropic=False, **exact),
}


@pytest.fixture(params=PRIORS.values(), ids=PRIORS.keys())
def R(request):
    return request.param


def objective(R, f, v, step):
    return 0.5 * (f - v).square().sum() + step * R(f)


def test_the_prox_is_the_minimum_that_defines_it(R, randn):
    v, step = randn(4, 4), 0.3
    f = R.prox(v, step)
    least = objective(R, f, v, step)
    assert least.isfinite()
    for size in (1e-4, 1e-2, 1.0):  # J is convex: no lower value nearby means none at all
        for direction in randn(60, 4, 4):
            assert objective(R, f + size * direction, v, step) > least - 1e-9
        assert objective(R, f + size * (v - f), v, step) > least - 1e-9
        assert objective(R, (1 - size) * f, v, step) > least - 1e-9


@pytest.mark.parametrize("name", ["L2", "L1", "Box"])
def test_the_prox_of_an_entry_agrees_with_a_search_of_the_line(name):
    R, line = PRIORS[name], torch.linspace(-3, 3, 601, dtype=torch.float64)
    for v in torch.linspace(-2.5, 2.5, 5, dtype=torch.float64):
        J = torch.stack([objective(R, f, v, 0.7) for f in line])
        assert abs(R.prox(v, 0.7) - line[J.argmin()]) < 1e-2


@pytest.mark.slow
def test_the_prox_treats_a_batch_one_by_one_and_leaves_it_alone(R, randn):
    v = randn(8, 3, 8).movedim(1, 0)
    before = v.clone()
    batch = R.prox(v, 0.4)
    for f, one in zip(batch, v, strict=True):
        close(f, R.prox(one.contiguous(), 0.4), rtol=1e-6, atol=1e-8)
    close(v, before, rtol=0, atol=0)


def test_the_value_of_a_batch_is_the_sum_of_its_values(R, randn):
    f = randn(3, 8, 8).clamp(-0.5, 1)
    close(R(f), sum(R(one) for one in f))


@pytest.mark.slow
def test_each_scene_of_a_batch_may_have_a_step_of_its_own(R, randn):
    v, steps = randn(3, 8, 8), torch.tensor([0.0, 0.2, 0.9], dtype=torch.float64)
    batch = R.prox(v, steps[:, None, None])
    for f, one, step in zip(batch, v, steps, strict=True):
        close(
            f, R.prox(one, step.item()), rtol=1e-6, atol=1e-6
        )  # tol of ``exact`` times ||v||


def test_a_step_of_zero_changes_nothing_that_is_allowed(R, randn):
    v = randn(8, 8).clamp(-0.5, 1)
    close(R.prox(v, 0.0), v)


def test_the_prox_has_the_derivatives_of_finite_differences(R, randn):
    if isinstance(R, TotalVariation):
        R = TotalVariation(R.dims, R.norm.axis is not None, tol=0.0, iterations=15)
    v, step = randn(4, 4).requires_grad_(), torch.tensor(0.3).double().requires_grad_()
    assert torch.autograd.gradcheck(R.prox, (v, step), atol=1e-5)


def test_a_scene_of_zeros_has_finite_derivatives(R):
    v = torch.zeros(4, 4, dtype=torch.float64, requires_grad=True)
    (R.prox(v, 0.3).sum() + R(v)).backward()
    assert v.grad.isfinite().all()


def test_single_precision_stays_single_and_close(R, randn):
    v = randn(8, 8)
    if isinstance(R, TotalVariation):
        R = TotalVariation(R.dims, R.norm.axis is not None)
    f = R.prox(v.float(), 0.3)
    assert f.dtype == torch.float32
    close(f.double(), R.prox(v, 0.3), rtol=0, atol=5e-4)


def test_l1_sets_exact_zeros():
    v = torch.tensor([-2.0, -0.3, 0.0, 0.3, 2.0])
    close(L1().prox(v, 0.5), torch.tensor([-1.5, 0.0, 0.0, 0.0, 1.5]), rtol=0, atol=0)
    v = torch.tensor([[3.0, 0.3], [4.0, 0.4]])
    close(
        L1(axis=0).prox(v, 1.0), torch.tensor([[2.4, 0.0], [3.2, 0.0]]), atol=1e-6, rtol=0
    )
    assert (L1(axis=0).prox(v, 1.0)[:, 1] == 0).all()


def test_values_are_the_sums_that_define_them(randn):
    f = randn(4, 5)
    close(L2()(f), 0.5 * (f * f).sum())
    close(L1()(f), f.abs().sum())
    close(L1(axis=0)(f), f.norm(dim=0).sum())
    assert Box()(f.sigmoid()) == 0 and Box()(f.sigmoid() + 1) == math.inf


def haar(n, levels):
    """The orthonormal Haar matrix by definition; its first n / 2^levels rows are means."""
    if levels == 0:
        return np.eye(n)
    means = np.kron(np.eye(n // 2), [1, 1]) / math.sqrt(2)
    details = np.kron(np.eye(n // 2), [1, -1]) / math.sqrt(2)
    return np.vstack([haar(n // 2, levels - 1) @ means, details])


def test_wavelet_thresholds_the_details_of_the_haar_matrix(randn):
    W, v, R = torch.tensor(haar(16, 3)), randn(16), Wavelet(levels=3, dims=1)
    c = W @ v
    close(R(v), c[2:].abs().sum())
    c[2:] = c[2:].sign() * (c[2:].abs() - 0.3).clamp(min=0)
    close(R.prox(v, 0.3), W.mT @ c)


def test_wavelet_in_two_dimensions_is_one_level_of_both_axes_after_the_other(randn):
    W, f = torch.tensor(haar(8, 1)), randn(8, 8)
    c = W @ f @ W.mT
    means, *details = Wavelet(levels=1).analysis(f)
    close(means, c[:4, :4])
    close(torch.stack(details), torch.stack([c[:4, 4:], c[4:, :4], c[4:, 4:]]))
    deeper = Wavelet(levels=2).analysis(f)
    close(deeper[0], Wavelet(levels=1).analysis(means)[0])


def test_wavelet_analysis_is_orthonormal(randn):
    f, R = randn(2, 16, 8), Wavelet(levels=3)
    bands = R.analysis(f)
    close(sum(b.square().sum() for b in bands), f.square().sum())
    close(R.synthesis(bands), f)


def test_shifted_wavelets_are_wavelets_on_a_grid_that_moves_by_three_pixels(randn):
    v, R, still = randn(2, 16, 8), ShiftedWavelet(), Wavelet()
    for shift in (3, 6, 1, 4):
        there, back = (shift, shift), (-shift, -shift)
        expected = still.prox(v.roll(there, (-2, -1)), 0.3).roll(back, (-2, -1))
        assert torch.equal(R.prox(v, 0.3), expected)
        assert not torch.allclose(expected, still.prox(v, 0.3))
    assert R(v) == still(v)


@pytest.mark.parametrize("dims", [1, 2])
@pytest.mark.parametrize("levels", [1, 2, 3])
def test_a_round_of_shifted_wavelets_prefers_no_place_on_the_diagonal(randn, levels, dims):
    def mean(v):
        R = ShiftedWavelet(levels, dims)
        return sum(R.prox(v, 0.3) for _ in range(2**levels)) / 2**levels

    v = randn(*[16] * dims)
    moved = v.roll([1] * dims, list(range(dims)))
    close(mean(moved), mean(v).roll([1] * dims, list(range(dims))))


def test_total_variation_is_the_sum_of_the_lengths_of_the_gradients(randn):
    f = randn(5, 6)
    rows = np.diff(f.numpy(), axis=0, append=f.numpy()[-1:])
    columns = np.diff(f.numpy(), axis=1, append=f.numpy()[:, -1:])
    assert TotalVariation()(f).item() == pytest.approx(np.hypot(rows, columns).sum())
    anisotropic = TotalVariation(isotropic=False)(f).item()
    assert anisotropic == pytest.approx(np.abs(rows).sum() + np.abs(columns).sum())


@pytest.mark.parametrize("shape, step", [((40,), 0.05), ((40,), 0.8), ((7, 6), 0.3)])
def test_tv_prox_solves_the_bounded_least_squares_of_its_dual(shape, step, randn):
    v, D = randn(*shape).cumsum(-1), Matrix.of(Gradient(shape)).A.numpy()
    dual = scipy.optimize.lsq_linear(
        D.T, v.numpy().ravel(), (-step, step), "bvls", tol=1e-14
    )
    expected = torch.tensor(v.numpy().ravel() - D.T @ dual.x).reshape(shape)
    R = TotalVariation(len(shape), isotropic=False, **exact)
    close(R.prox(v, step), expected, rtol=0, atol=1e-6)


def picture(randn):
    """Two rectangles in noise."""
    f = torch.zeros(32, 32, dtype=torch.float64)
    f[8:20, 5:25], f[14:28, 12:18] = 1.0, 0.5
    return f + 0.1 * randn(32, 32)


def gradient_projection(v, step, iterations):
    """A long run of another method: fast projected gradients on the dual, in NumPy."""
    D = Matrix.of(Gradient(v.shape)).A.numpy()
    u = q = np.zeros(D.shape[0])
    for k in range(iterations):
        w = (q + D @ (v.ravel() - D.T @ q) / 8).reshape(2, -1)
        w = (w / np.maximum(1, np.hypot(*w) / step)).ravel()
        u, q = w, w + k / (k + 3) * (w - u)
    return (v.ravel() - D.T @ u).reshape(v.shape)


@pytest.mark.slow
@pytest.mark.parametrize("step", [0.03, 0.3])
def test_tv_prox_agrees_with_a_long_run_of_another_method(step, randn):
    v = picture(randn)[:16, :16]
    expected = torch.tensor(gradient_projection(v.numpy(), step, 3000))
    close(TotalVariation(**exact).prox(v, step), expected, rtol=0, atol=2e-5)


def test_tv_prox_agrees_with_scikit_image(randn):
    v = picture(randn)
    expected = skimage.restoration.denoise_tv_chambolle(
        v.numpy(), 0.1, eps=0, max_num_iter=2000
    )
    close(TotalVariation().prox(v, 0.1), torch.tensor(expected), rtol=0, atol=2e-3)


@pytest.mark.slow
@pytest.mark.parametrize("tol", [1e-2, 1e-3])
def test_the_duality_gap_certifies_the_error_of_the_tv_prox(tol, randn):
    v = picture(randn)
    truth = TotalVariation(**exact).prox(v, 0.1)
    error = (TotalVariation(tol=tol).prox(v, 0.1) - truth).norm()
    assert 1e-9 < error <= tol * v.norm()


def test_the_duality_gap_is_the_primal_value_less_the_dual_one(randn):
    v, f, step, R = randn(6, 7), randn(6, 7), 0.3, TotalVariation()
    D = Gradient((6, 7))
    u = randn(2, 6, 7)
    u = step * u / u.square().sum(0).sqrt().clamp(min=1)  # a dual point: |u| <= step
    primal = 0.5 * (f - v).square().sum() + step * R(f)
    dual = 0.5 * v.square().sum() - 0.5 * (v - D.T(u)).square().sum()
    gap = R._gap(f, u, v, step, D) * v.square().sum()
    close(gap, primal - dual)


@pytest.mark.slow
def test_a_large_step_of_tv_leaves_the_mean(randn):
    v = picture(randn)
    close(TotalVariation(**exact).prox(v, 20.0), v.mean().expand(32, 32), rtol=0, atol=1e-4)


BAD = {
    "signal": (TotalVariation(), torch.zeros(8), ValueError, r"dims=2.*\(8,\).*dims=1"),
    "integers": (TotalVariation(), torch.zeros(8, 8).int(), TypeError, r"\.float\(\)"),
    "empty": (TotalVariation(), torch.zeros(0, 8, 8), ValueError, "empty batch"),
    "odd": (
        Wavelet(levels=2),
        torch.zeros(6, 8),
        ValueError,
        r"divisible by 4, got \(6, 8\)",
    ),
}


@pytest.mark.parametrize("R, v, error, message", BAD.values(), ids=BAD.keys())
def test_bad_scenes_are_refused_in_words(R, v, error, message):
    for call in (lambda: R.prox(v, 0.1), lambda: R(v)):
        with pytest.raises(error, match=message):
            call()


def test_an_empty_box_is_refused():
    with pytest.raises(ValueError, match="low = 1 and high = 0"):
        Box(1, 0)
    with pytest.raises(ValueError, match="no number lies between low = nan"):
        Box(math.nan, 1)
