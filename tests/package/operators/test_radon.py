"""Projections against the formula, ray by ray, and against the known ones of discs."""

import copy
import math
from itertools import pairwise

import numpy as np
import pytest
import torch
from skimage.transform import iradon, radon, resize

from course_utils.linear import Matrix
from course_utils.operators import Radon

close = torch.testing.assert_close

half_turn = lambda n: torch.arange(n, dtype=torch.float64) * math.pi / n  # noqa: E731
ANGLES = {
    "quarter-shared": half_turn(12),
    "quarter-shared-not-four": half_turn(10),
    "two": half_turn(2),
    "odd-number": half_turn(7),
    "any": torch.tensor(
        [0.3, -1.1, 2.9, 4.0, math.pi / 4, math.pi / 2], dtype=torch.float64
    ),
}


@pytest.fixture(params=ANGLES.values(), ids=ANGLES.keys())
def angles(request):
    return request.param


@pytest.fixture(params=[9, 8], ids=["odd-size", "even-size"])
def H(request, angles):
    return Radon(request.param, angles)


def joseph(n, theta, r):
    """The weights of one ray, pixel by pixel: what `Radon` must hold in a row."""
    ray, c, cos, sin = np.zeros((n, n)), (n - 1) / 2, math.cos(theta), math.sin(theta)
    for line in range(n):
        for pixel in range(n):
            if abs(cos) >= abs(sin):  # line is a row, at y = c - line
                distance = abs((r - (c - line) * sin) / cos - (pixel - c))
                ray[line, pixel] = max(0, 1 - distance) / abs(cos)
            else:  # line is a column, at x = line - c
                distance = abs((r - (line - c) * cos) / sin - (c - pixel))
                ray[pixel, line] = max(0, 1 - distance) / abs(sin)
    return ray


def disc(n, x0, y0, radius, oversampling=8):
    """A disc with soft pixels: each is the share of it that the disc covers."""
    fine = (np.arange(n * oversampling) + 0.5) / oversampling - n / 2
    inside = (fine - x0) ** 2 + (-fine[:, None] - y0) ** 2 <= radius**2
    return torch.from_numpy(inside.reshape(n, oversampling, n, oversampling).mean((1, 3)))


def chords(n, angles, x0, y0, radius):
    """The projection of a disc: 2 sqrt(radius^2 - (r - r0)^2), with its centre at r0."""
    r = torch.arange(n, dtype=torch.float64) - (n - 1) / 2
    r0 = x0 * angles.cos() + y0 * angles.sin()
    return 2 * (radius**2 - (r - r0[:, None]) ** 2).clamp(min=0).sqrt()


def circle(n):
    """The pixels that every view sees."""
    t = np.arange(n) - (n - 1) / 2
    return t**2 + t[:, None] ** 2 < (n / 2 - 1) ** 2


def head(n):
    """A slice of a head; water is 1, air is 0."""
    import pydicom.data

    file = pydicom.dcmread(pydicom.data.get_testdata_file("693_UNCR.dcm"))
    slope, intercept = float(file.RescaleSlope), float(file.RescaleIntercept)
    f = resize((1 + (file.pixel_array * slope + intercept) / 1000).clip(0), (n, n))
    return f * circle(n)


def psnr(f_hat, f):
    seen = circle(len(f))
    return 10 * np.log10(f.max() ** 2 / np.mean((np.asarray(f_hat) - f)[seen] ** 2))


def test_each_row_is_a_ray(H, angles):
    n = H.in_shape[0]
    places = [r - (n - 1) / 2 for r in range(n)]
    rays = [joseph(n, theta, r) for theta in angles.tolist() for r in places]
    close(Matrix.of(H).A, torch.from_numpy(np.stack(rays)).flatten(1))


def test_the_adjoint_is_the_transposed_matrix(H, randn):
    g = randn(3, *H.out_shape)
    close(H.T(g), Matrix.of(H).T(g))


@pytest.mark.parametrize(
    "dtype, tolerance", [(torch.float64, 1e-14), (torch.float32, 1e-6)]
)
def test_the_adjoint_moves_across_the_inner_product(H, randn, dtype, tolerance):
    H, f, g = H.to(dtype), randn(*H.in_shape).to(dtype), randn(*H.out_shape).to(dtype)
    gap = (H(f) * g).double().sum() - (f * H.T(g)).double().sum()
    assert gap.abs() <= tolerance * H(f).norm() * g.norm()


def test_derivatives_of_every_order_are_those_of_a_linear_map(randn):
    H = Radon(3, half_turn(6))
    f, g = randn(*H.in_shape).requires_grad_(), randn(*H.out_shape).requires_grad_()
    with torch.random.fork_rng():  # gradcheck draws from the global generator
        for A, x in (H, f), (H.T, g), (H.fbp, g):
            assert torch.autograd.gradcheck(A, x, fast_mode=True)
            assert torch.autograd.gradgradcheck(A, x, fast_mode=True)


@pytest.mark.parametrize("n", [2, 4, 6, 10, 12, 180])
def test_the_rays_of_a_quarter_serve_for_all_angles(n, randn):
    shared = Radon(11, half_turn(n))
    full = Radon(11, half_turn(n).flip(0))
    f = randn(2, 11, 11)
    assert len(shared.theta) == n // 4 + 1 and len(full.theta) == n
    close(shared(f), full(f).flip(-2))
    close(shared.T(shared(f)), full.T(full(f)))


@pytest.mark.parametrize("degrees", [torch.arange(180.0), torch.linspace(0, 180, 181)[:-1]])
def test_single_precision_angles_share_their_rays_too(degrees):
    assert len(Radon(8, degrees.deg2rad()).theta) == 46
    assert len(Radon(8, degrees.deg2rad() + 1e-5).theta) == 180


def test_the_view_from_below_is_the_sum_of_each_column(randn):
    f, H = randn(8, 8), Radon(8, torch.tensor([0, math.pi / 2], dtype=torch.float64))
    expected = torch.stack([f.sum(0), f.sum(1).flip(0)])  # r = x, then r = y, which is up
    close(H(f), expected)


def test_no_pixel_at_the_edge_is_lost():
    total = Radon(9, half_turn(4))(torch.ones(9, 9, dtype=torch.float64)).sum(-1)
    close(total[0::2], torch.full((2,), 81.0, dtype=torch.float64))


@pytest.mark.parametrize("n", [65, 64])
def test_a_disc_has_chords_for_projections(n, angles):
    where = n * torch.tensor([0.13, 0.21, 0.2], dtype=torch.float64)
    g, expected = Radon(n, angles)(disc(n, *where.tolist())), chords(n, angles, *where)
    assert (g - expected).norm() <= 0.025 * expected.norm()


def test_the_error_on_a_disc_falls_with_the_pixel():
    def error(n):
        where = n * torch.tensor([-0.15, 0.1, 0.25], dtype=torch.float64)
        expected = chords(n, half_turn(12), *where)
        gap = Radon(n, half_turn(12))(disc(n, *where.tolist())) - expected
        return (gap.norm() / expected.norm()).item()

    errors = [error(n) for n in (16, 32, 64, 128)]
    assert all(fine < coarse / 1.7 for coarse, fine in pairwise(errors))


def test_radon_agrees_with_scikit_image_to_its_discretisation_error():
    f = disc(65, 10, 15, 9) - 0.5 * disc(65, -12, 4, 5)
    expected = torch.from_numpy(
        radon(f.numpy(), np.arange(0, 180, 6), circle=True).T.copy()
    )
    assert (Radon(65, half_turn(30))(f) - expected).norm() < 0.02 * expected.norm()


@pytest.mark.slow
def test_filtered_back_projection_is_as_good_as_that_of_scikit_image():
    f, degrees, H = head(192), np.arange(180.0), Radon(192, half_turn(180))
    theirs = iradon(
        radon(f, degrees, circle=True), degrees, circle=True, filter_name="ramp"
    )
    assert psnr(H.fbp(H(torch.from_numpy(f))), f) > psnr(theirs, f) - 0.2


def test_filtered_back_projection_is_that_of_scikit_image_on_all_pixels(randn):
    H, g, degrees = Radon(33, half_turn(20)), randn(20, 33), np.arange(0, 180, 9.0)
    wide = np.pad(g.T.numpy(), ((9, 9), (0, 0)))  # as many detectors as the corners need
    theirs = iradon(wide, degrees, circle=False, output_size=33, filter_name="ramp")
    close(H.fbp(g), torch.from_numpy(theirs))


def test_views_are_filtered_as_far_as_the_corners_of_the_square(H, angles, randn):
    n, g = H.in_shape[0], randn(*H.out_shape)
    detector = np.arange(n) - (n - 1) / 2
    x = np.arange(-n, n + 1) + detector[0] % 1
    gap = np.abs(detector[:, None] - x).round().astype(int)
    odd = -1 / (math.pi * np.where(gap % 2, gap, 1)) ** 2
    ramp = np.where(gap % 2, odd, (gap == 0) / 4)
    expected = np.zeros((n, n))
    for theta, view in zip(angles.tolist(), g.numpy() @ ramp, strict=True):
        r = detector * math.cos(theta) - detector[:, None] * math.sin(theta)
        expected += math.pi / len(angles) * np.interp(r, x, view)
    close(H.fbp(g), torch.from_numpy(expected))


def test_of_a_scene_inside_the_disc_the_corners_come_out_as_nothing():
    f, H = 0.5 * disc(64, 0, 0, 30), Radon(64, half_turn(180))
    f_hat = H.fbp(H(f))
    assert f_hat[disc(64, 0, 0, 28) == 1].mean() == pytest.approx(0.5, abs=1e-3)
    assert f_hat[~circle(64)].abs().max() < 0.03


@pytest.mark.parametrize("n", [64, 65])
def test_exact_projections_of_an_ellipse_give_it_back_on_all_pixels(n):
    turn, a, b = 0.4, 0.42 * n, 0.36 * n
    centre = n * torch.tensor([0.03, -0.02], dtype=torch.float64)
    theta = half_turn(180)[:, None]
    r = torch.arange(n, dtype=torch.float64) - (n - 1) / 2
    width2 = (a * (theta - turn).cos()) ** 2 + (b * (theta - turn).sin()) ** 2
    offset = r - centre[0] * theta.cos() - centre[1] * theta.sin()
    g = 2 * a * b * (width2 - offset**2).clamp(min=0).sqrt() / width2
    x, y = r - centre[0], -r[:, None] - centre[1]
    along = x * math.cos(turn) + y * math.sin(turn)
    across = y * math.cos(turn) - x * math.sin(turn)
    level = ((along / a) ** 2 + (across / b) ** 2).sqrt()
    f_hat = Radon(n, half_turn(180)).fbp(g)
    assert (f_hat[level < 0.8] - 1).abs().max() < 0.04
    assert f_hat[level > 1.3].abs().max() < 0.07


@pytest.mark.parametrize("number", [90, 91])
def test_filtered_back_projection_keeps_the_mean(number):
    f, H = disc(64, 5, 8, 20), Radon(64, half_turn(number))
    assert H.fbp(H(f))[disc(64, 5, 8, 16) == 1].mean() == pytest.approx(1, abs=2e-3)


def test_a_batch_is_treated_one_by_one(H, randn):
    f, g = randn(3, 20, *H.in_shape), randn(3, 20, *H.out_shape)
    for A, x in (H, f), (H.T, g), (H.fbp, g):
        close(A(x)[1, 17], A(x[1, 17]))


def test_strides_do_not_matter_and_the_input_is_left_alone(H, randn):
    for A, x in (
        (H, randn(*H.in_shape, 2).movedim(-1, 0)),
        (H.T, randn(*H.out_shape).flip(0)),
    ):
        before = x.clone()
        close(A(x), A(x.contiguous()))
        close(x, before, rtol=0, atol=0)


def test_moves_copies_and_leaves_nothing_in_a_checkpoint(H, randn):
    f, twin = randn(*H.in_shape), copy.deepcopy(H)
    close(twin(f), H(f), rtol=0, atol=0)
    assert twin.float()(f.float()).dtype == torch.float32 and H.dtype == torch.float64
    close(twin.double()(f), H(f), rtol=1e-6, atol=1e-6)
    assert twin.to("meta")(f.to("meta")).shape == H.out_shape
    assert not H.state_dict()


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU here")
def test_gives_the_same_on_a_gpu(H, randn):
    f, g = randn(2, *H.in_shape), randn(2, *H.out_shape)
    expected = H(f), H.T(g), H.fbp(g)
    H, f, g = H.cuda(), f.cuda(), g.cuda()
    close((H(f).cpu(), H.T(g).cpu(), H.fbp(g).cpu()), expected)


@pytest.mark.parametrize(
    "bad", [torch.tensor(1.0), torch.zeros(0), torch.arange(3), torch.eye(2)]
)
def test_angles_that_are_no_list_of_real_numbers_are_refused(bad):
    with pytest.raises(ValueError, match="angles must be a list of real numbers"):
        Radon(8, bad)


def test_data_of_another_shape_or_type_are_refused(H):
    with pytest.raises(ValueError, match="expects shape"):
        H.fbp(torch.zeros(3, 3, dtype=torch.float64))
    with pytest.raises(TypeError, match="convert one with"):
        H.fbp(torch.zeros(H.out_shape, dtype=torch.float32))
    with pytest.raises(TypeError, match=r"take \.real or \.abs"):
        H(torch.zeros(H.in_shape, dtype=torch.complex128))


def test_lists_and_arrays_of_angles_are_taken_for_what_they_hold():
    angles = [0.0, 0.5, 2.5]
    close(Radon(5, angles).theta, torch.tensor(angles))
    close(Radon(5, np.array(angles)).theta, torch.tensor(angles, dtype=torch.float64))


def test_degrees_are_not_taken_for_radians():
    degrees = torch.arange(180.0)
    with pytest.raises(ValueError, match=r"radians within one turn, got 179: .*deg2rad"):
        Radon(8, degrees)
    for once in (2 * math.pi, -2 * math.pi):
        Radon(8, torch.tensor([0.0, once]))


def test_angles_with_a_gradient_are_refused_because_there_is_none():
    with pytest.raises(ValueError, match=r"no derivative by its angles: .*detach"):
        Radon(8, half_turn(4).requires_grad_())


def test_data_that_are_not_finite_are_not_back_projected(H):
    g = torch.zeros(H.out_shape, dtype=torch.float64)
    g[1, 2] = torch.inf
    with pytest.raises(ValueError, match=r"g is not finite: it has inf at index \(1, 2\)"):
        H.fbp(g)


def test_a_way_back_inside_of_autocast_is_the_same(H, randn):
    H, f = H.float(), randn(*H.in_shape).float()
    x, y = f.clone().requires_grad_(), f.clone().requires_grad_()
    H(x).square().sum().backward()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        H(y).square().sum().backward()
    close(y.grad, x.grad, rtol=0, atol=0)


def test_the_axes_of_a_batch_can_be_swapped(H, randn):
    f, g = randn(3, 2, *H.in_shape), randn(3, 2, *H.out_shape)
    for A, x in ((H, f), (H.T, g), (H.fbp, g)):
        close(A(x.transpose(0, 1)), A(x).transpose(0, 1))
