"""The scanner against sums, lengths, a closed form and scikit-image (its promises as an operator
are tested with those of all operators)."""

import numpy as np
import pytest
import torch

from course_utils.signals import ellipses
from course_utils.tomography import Radon

close = torch.testing.assert_close


def angles(count):
    return torch.arange(count, dtype=torch.float64) * torch.pi / count


def test_a_projection_at_angle_0_sums_columns_and_at_90_degrees_rows(randn):
    f = randn(8, 8)
    g = Radon(8, torch.tensor([0.0, torch.pi / 2], dtype=torch.float64))(f)
    close(g[0], f.sum(0))
    close(g[1], f.sum(1).flip(0))  # y points up, rows count down


def test_a_ray_is_as_long_as_its_way_through_the_picture():
    e = torch.zeros(1, 9, dtype=torch.float64)
    e[0, 4] = 1
    for angle in (0.0, 0.2, 0.5):  # steep rays through the centre
        H = Radon(9, torch.tensor([angle], dtype=torch.float64))
        close(H.T(e).sum(), 9 / torch.tensor(angle, dtype=torch.float64).cos())


def test_radon_agrees_with_scikit_image_where_both_turn_about_the_same_centre():
    from skimage.transform import radon

    table = torch.tensor([[1, 0.5, 0.3, 0.2, 0.1, 30], [0.5, 0.2, 0.4, -0.3, -0.2, 0]]).double()
    f = ellipses(table, 129).double()
    theirs = radon(f.numpy(), theta=np.rad2deg(angles(30).numpy()), circle=True).T
    ours = Radon(129, angles(30))(f).numpy()
    assert np.linalg.norm(ours - theirs) < 0.01 * np.linalg.norm(theirs)


@pytest.mark.parametrize("size, tolerance", [(64, 0.02), (256, 0.006)])
def test_the_projection_of_a_disc_is_known_in_closed_form(size, tolerance):
    r, x0, y0 = 0.5, 0.2, -0.1  # in units of half the picture
    f = ellipses(torch.tensor([[1, r, r, x0, y0, 0]], dtype=torch.float64), size).double()
    s = (2 * torch.arange(size, dtype=torch.float64) + 1) / size - 1
    theta = angles(20)[:, None]
    half_chord = (r**2 - (s - x0 * theta.cos() - y0 * theta.sin()) ** 2).clamp(min=0).sqrt()
    exact = size * half_chord  # 2 sqrt(r^2 - s^2), in pixels
    assert (Radon(size, angles(20))(f) - exact).norm() < tolerance * exact.norm()


def test_angles_are_a_list():
    with pytest.raises(ValueError, match=r"a list of numbers, not of shape \(2, 2\)"):
        Radon(8, torch.zeros(2, 2))


def test_gradients_and_their_gradients_are_exact(randn):
    H = Radon(4, angles(3))
    f = randn(2, 4, 4).requires_grad_()
    with torch.random.fork_rng():  # the checks draw directions
        assert torch.autograd.gradcheck(H, f)
        assert torch.autograd.gradgradcheck(lambda f: H.T(H(f).sin()).square(), f)
