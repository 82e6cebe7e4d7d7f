"""What the chapters on a scanner and a thermal camera say, beyond what they show."""

import pytest
import torch

from course_utils import noise, signals, solvers
from course_utils.infrared import Camera
from course_utils.linear import Matrix
from course_utils.metrics import nmse_db
from course_utils.networks import SpectralNet
from course_utils.operators import Downsample, Hartley, Radon
from course_utils.solvers import run


def scanner(n, views, degrees=180):
    turn = torch.pi * degrees / 180
    return Radon(n, torch.arange(views).double() / views * turn).double()


def disc(n, radius):
    """The pixels of a disc, and its chord for each ray of a view."""
    r = torch.arange(n).double() - (n - 1) / 2
    pixels = (r**2 + r[:, None] ** 2 <= radius**2).double()
    return pixels, 2 * (radius**2 - r**2).clamp(min=0).sqrt()


def error(view, chord):
    return ((view - chord).norm() / chord.expand_as(view).norm()).item()


def test_a_ray_has_two_pixels_for_each_line_at_most_and_fewer_in_a_corner():
    n = 32
    counts = (Matrix.of(scanner(n, 16)).A != 0).sum(1)
    assert counts.max() == 2 * n and counts.min() < n


def test_joseph_is_within_half_a_percent_for_a_large_disc_and_not_for_a_small_one():
    H = scanner(256, 16)
    for radius, low, high in ((64, 0.003, 0.005), (16, 0.01, 0.03)):
        pixels, chord = disc(256, radius)
        assert low < error(H(pixels), chord) < high


def from_pixels(f, theta):
    """Each pixel is shared by the two nearest detectors."""
    n = len(f)
    r = torch.arange(n).double() - (n - 1) / 2
    place = (r * theta.cos() - r[:, None] * theta.sin() + (n - 1) / 2).flatten() + n
    below = place.floor()
    part = (place - below) * f.flatten()
    view = torch.zeros(3 * n + 1).double()
    view.index_add_(0, below.long(), f.flatten() - part)
    return view.index_add(0, below.long() + 1, part)[n : 2 * n]


def test_a_projector_from_pixel_to_pixel_ripples_at_45_degrees_and_josephs_does_not():
    pixels, chord = disc(128, 32)
    for degrees, of_pixels in ((20, 0.01), (45, 0.06)):
        theta = torch.deg2rad(torch.tensor(degrees).double())
        ours = error(Radon(128, theta[None]).double()(pixels)[0], chord)
        theirs = error(from_pixels(pixels, theta), chord)
        assert ours < 0.015 and of_pixels / 2 < theirs < 2 * of_pixels
    assert theirs > 4 * ours


@pytest.mark.parametrize("degrees, views", [(60, 21), (120, 42)])
def test_an_arc_is_worse_than_as_many_views_of_half_a_turn_and_not_than_any_few(
    degrees, views
):
    f = signals.random_ellipses(4, 48, torch.Generator().manual_seed(5)).double()

    def least_error(H):
        steps = solvers.conjugate_gradient(H.gram, H.T(H(f)))
        return (run(steps, 15) - f).norm() / f.norm()

    arc, half, few = (
        least_error(H)
        for H in (scanner(48, views, degrees), scanner(48, views), scanner(48, 4))
    )
    assert arc > 1.5 * half
    assert (arc < few) == (degrees == 120)


@pytest.mark.parametrize("shape, spot", [((12, 10), 24e-6), ((18,), 40e-6)])
def test_four_layers_are_the_best_linear_estimate_after_a_detector_that_aliases(
    shape, spot
):
    H = Camera(shape, blur_spot=spot).H.double()
    A = Matrix.of(H).A
    lines = [torch.fft.fftfreq(n, 1 / n).double() for n in shape]
    nu = torch.stack(torch.meshgrid(*lines, indexing="ij")).norm(dim=0)
    p = (1 + nu) ** -2
    V = Hartley(shape)
    points = torch.eye(nu.numel()).double().view(-1, *shape)
    C = V(p * V(points)).flatten(1)
    best = C @ A.T @ torch.linalg.inv(A @ C @ A.T + 0.01 * torch.eye(len(A)).double())
    a = torch.fft.fftn((A @ C @ A.T)[:, 0].view(H.out_shape)).real
    Lambda = p / (a.repeat(*[2] * len(shape)) + 0.01)
    data = torch.eye(len(A)).double().view(-1, *H.out_shape)
    four_layers = V(Lambda * V.T(H.T(data))).flatten(1).T
    torch.testing.assert_close(four_layers, best)


def fourier_inside(D, views, W, some, other):
    """The error of a Fourier diagonal on a field of W pixels, learned for the image."""
    H, e = scanner(W, views), (W - D) // 2
    V = Hartley((W, W))

    def back(g):
        return V.T(H.T(torch.nn.functional.pad(g, (e, e)))).flatten(1)

    waves = V(torch.eye(W * W).double().view(-1, W, W))[:, e : W - e, e : W - e].flatten(1)
    group = SpectralNet(H, basis=V)[2].group.flatten()
    K = int(group.max()) + 1
    (f, g), (f_other, g_other) = some, other
    c = back(g)
    normal = waves @ waves.T * (c.T @ c)
    rows = normal.new_zeros(K, len(group)).index_add(0, group, normal)
    normal = rows.new_zeros(K, K).index_add(1, group, rows)
    right = (c * (f.flatten(1) @ waves.T)).sum(0)
    right = right.new_zeros(K).index_add(0, group, right)
    Lambda = torch.linalg.solve(normal, right)[group]
    found = (Lambda * back(g_other) @ waves).view_as(f_other)
    return nmse_db(found, f_other)


@pytest.mark.slow
@pytest.mark.parametrize("D, views, fields", [(32, 24, (64, 72)), (16, 12, (24, 32))])
def test_a_fourier_diagonal_for_the_image_alone_gains_from_a_wider_field(D, views, fields):
    A = Matrix.of(scanner(D, views))
    fine = scanner(4 * D, views)
    mean = Downsample((views, 4 * D), (1, 4)).double()

    def pairs(count, seed):
        generator = torch.Generator().manual_seed(seed)
        scene = signals.random_ellipses(count, 4 * D, generator).double()
        f = Downsample((4 * D, 4 * D), 4).double()(scene)
        g = mean(fine(scene)) / 4
        return f, g + noise.gaussian(g, 0.05, generator)

    some, other = pairs(300, 1), pairs(50, 2)
    narrow, wide = (fourier_inside(D, views, W, some, other) for W in fields)
    lams = torch.logspace(-2, 3, 31).tolist()
    tuned = min(nmse_db(solvers.tikhonov(A, other[1], lam), other[0]) for lam in lams)
    assert wide < narrow - 0.03 and wide < tuned - 0.3
