"""What an operator is built from, and what it keeps while torch changes around it."""

import copy
import pickle

import pytest
import torch

from course_utils.held import as_tensor, fixed, in_full_precision, sizes
from course_utils.linear import Matrix
from course_utils.operators import Blur

close = torch.testing.assert_close


def test_what_can_be_held_is_given_back_as_it_is(randn):
    x = randn(3)
    assert fixed("x", x) is x and as_tensor(x) is x
    assert fixed("x", x.numpy()).dtype == torch.float64
    assert fixed("x", [1.0, 2.0]).tolist() == as_tensor((1.0, 2.0)).tolist()
    assert sizes("shape", [2, 3]) == sizes("shape", torch.Size([2, 3])) == (2, 3)


@pytest.mark.parametrize("x", [None, "psf", [[1.0], [1.0, 2.0]], [None], object()])
def test_what_makes_no_tensor_is_refused_in_words(x):
    with pytest.raises(TypeError, match=f"tensor is needed, and {type(x).__name__} makes"):
        fixed("psf", x)


@pytest.mark.parametrize("shape", [(), (0,), (2, -1), (2.0,), "23", 5, None, torch.ones(2)])
def test_a_shape_is_a_tuple_of_whole_numbers_above_0(shape):
    with pytest.raises(ValueError, match="shape must be a tuple of whole numbers above 0"):
        sizes("shape", shape)


def test_autocast_is_off_in_full_precision_and_on_again_after_it():
    A = torch.eye(3)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        with in_full_precision(A.device):
            assert (A @ A).dtype == torch.float32
        assert (A @ A).dtype == torch.bfloat16
    for device in ("cpu", "meta"):
        with in_full_precision(torch.device(device)):
            assert (A @ A).dtype == torch.float32


# torch in its other regimes


def test_what_is_kept_in_inference_mode_serves_a_gradient_later(randn):
    for H in (Matrix(randn(4, 4)), Blur(randn(3), (4,))):
        with torch.inference_mode():
            H.spectral_inverse(torch.ones_like, randn(4))
            H.spectrum  # noqa: B018
        g = randn(4).requires_grad_()
        H.spectral_inverse(lambda s: s, g).square().sum().backward()
        assert g.grad.isfinite().all()


def test_what_is_built_or_moved_in_inference_mode_serves_a_gradient_later(randn):
    A, f = randn(4, 4), randn(4).requires_grad_()
    with torch.inference_mode():
        built, moved = Matrix(A + 0), Matrix(A).float().double()
    for H in (built, moved):
        H(f).square().sum().backward()
    assert f.grad.isfinite().all()


def test_a_spectrum_with_a_gradient_is_made_anew_for_each(randn):
    A, g = randn(4, 4).requires_grad_(), randn(4)
    H = Matrix(A)
    slopes = []
    for _ in range(2):
        A.grad = None
        H.spectral_inverse(lambda s: s / (s**2 + 0.1), g).sum().backward()
        slopes.append(A.grad)
    assert torch.equal(*slopes)


def test_a_spectrum_that_was_made_inside_of_a_transform_is_not_kept(randn):
    H, g = Matrix(randn(4, 4)), randn(4)
    torch.func.grad(lambda g: H.spectral_inverse(torch.ones_like, g).sum())(g)
    close(copy.deepcopy(H).spectrum, pickle.loads(pickle.dumps(H)).spectrum)


def test_a_spectral_inverse_can_be_mapped_over_a_batch(randn):
    H, g = Matrix(randn(4, 4)), randn(3, 4)

    def inverse(g):
        return H.spectral_inverse(lambda s: s / (s**2 + 0.1), g)

    close(torch.func.vmap(inverse)(g), inverse(g))
