"""The algebra of operators, and a matrix with its singular value decomposition."""

import pytest
import torch

from course_utils.linear import LinearOperator, Matrix
from course_utils.operators import Blur, Difference, Mask

close = torch.testing.assert_close


@pytest.fixture
def A(randn):
    return Matrix(randn(5, 3))


def test_sums_products_and_scalings_are_those_of_matrices(randn):
    A, B, f = randn(4, 3), randn(4, 3), randn(2, 3)
    H = Matrix(A) + 0.5 * Matrix(B)
    close(H(f), f @ (A + 0.5 * B).mT)
    N = H.T @ H
    close(Matrix.of(N).A, (A + 0.5 * B).mT @ (A + 0.5 * B))
    close(N.T(f), N(f))


def test_a_tensor_may_scale_an_operator(A, randn):
    f = randn(3)
    close((torch.tensor(2.0) * A)(f), 2 * A(f))


def test_the_adjoint_of_the_adjoint_is_the_operator_itself(A):
    assert A.T.T is A


def test_the_matrix_of_an_operator_acts_as_the_operator_does(randn):
    H = Blur(randn(2, 3), (4, 6), boundary="zero")
    M, f, g = Matrix.of(H), randn(2, 4, 6), randn(2, 4, 6)
    assert M.in_shape == H.in_shape and M.out_shape == H.out_shape
    close(M(f), H(f))
    close(M.T(g), H.T(g))


def test_a_matrix_too_large_to_write_out_is_refused():
    with pytest.raises(ValueError, match="too large to write out"):
        Matrix.of(Mask(torch.ones(512, 512)))


def test_two_to_the_28_entries_are_the_most_that_are_written_out():
    def shape_of(n):  # on a device that keeps shapes and no numbers
        return Matrix.of(Mask(torch.ones(n, device="meta"))).A.shape

    assert shape_of(2**14) == (2**14, 2**14)
    with pytest.raises(ValueError, match="a matrix of 16385 x 16385 is too large"):
        shape_of(2**14 + 1)


@pytest.mark.parametrize("shape", [(5, 3), (3, 5), (4, 4)])
def test_u_s_vt_gives_the_matrix_back(shape, randn):
    H = Matrix(randn(*shape))
    f = randn(2, shape[1])
    close(H.analysis.T(H.singular_values() * H.synthesis.T(f)), H(f))


def test_the_columns_of_u_and_v_are_orthonormal(A):
    r = torch.eye(3, dtype=torch.float64)
    close(Matrix.of(A.analysis @ A.analysis.T).A, r)
    close(Matrix.of(A.synthesis.T @ A.synthesis).A, r)


def test_the_singular_values_agree_with_numpy(A):
    import numpy as np

    s = np.linalg.svd(A.A.numpy(), compute_uv=False)
    close(A.singular_values().numpy(), s)


def test_the_spectral_inverse_with_1_over_s_is_the_pseudo_inverse(A, randn):
    g = randn(5)
    close(A.spectral_inverse(lambda s: 1 / s, g), torch.linalg.pinv(A.A) @ g)


def test_the_svd_follows_a_change_of_type(A):
    assert A.singular_values().dtype == torch.float64
    assert A.float().singular_values().dtype == torch.float32


def test_the_power_method_approaches_the_norm_from_below(randn):
    H = Matrix(randn(30, 20))
    estimate = LinearOperator.norm(H, iterations=200)
    assert 0.99 * H.norm() < estimate <= H.norm() * (1 + 1e-12)


def test_the_default_adjoint_is_differentiable(randn):
    D, g = Difference((8,)), randn(8).requires_grad_()
    LinearOperator.adjoint(D, g).square().sum().backward()
    close(g.grad, 2 * D(D.T(g.detach())))


def test_gradients_pass_through_an_operator_and_its_transpose(A, randn):
    f = randn(3).requires_grad_()
    A.T(A(f)).square().sum().backward()
    N = A.A.mT @ A.A
    close(f.grad, 2 * N @ N @ f.detach())


def test_buffers_stay_out_of_a_checkpoint(randn):
    assert (
        Blur(randn(3), (8,)).state_dict() == {} and Matrix(randn(3, 3)).state_dict() == {}
    )


BAD_INPUT = {
    "integers": (torch.zeros(3, dtype=torch.int32), TypeError, r"real floats.*\.float\(\)"),
    "complex": (torch.zeros(3, dtype=torch.complex64), TypeError, "real floats"),
    "another float": (
        torch.zeros(3, dtype=torch.float32),
        TypeError,
        r"float64.*float32.*\.to",
    ),
    "half": (torch.zeros(3, dtype=torch.float16), TypeError, "float16"),
    "wrong length": (
        torch.zeros(4, dtype=torch.float64),
        ValueError,
        r"\(\.\.\., 3\), got \(4,\)",
    ),
    "a number": (torch.tensor(1.0, dtype=torch.float64), ValueError, r"got \(\)"),
    "empty batch": (torch.zeros(0, 3, dtype=torch.float64), ValueError, "empty batch"),
    "device": (torch.zeros(3, dtype=torch.float64, device="meta"), ValueError, "cpu.*meta"),
}


@pytest.mark.parametrize("f, error, message", BAD_INPUT.values(), ids=BAD_INPUT.keys())
def test_bad_input_is_refused_in_words(A, f, error, message):
    with pytest.raises(error, match=message):
        A(f)


def test_operators_that_do_not_fit_are_not_composed(A):
    with pytest.raises(ValueError, match=r"B gives \(5,\), A expects \(3,\)"):
        A @ A
    with pytest.raises(ValueError, match="cannot add"):
        A + A.T
    with pytest.raises(ValueError, match=r"shape \(5, 3\) cannot map"):
        Matrix(A.A, in_shape=(4,))


def test_an_operator_with_no_cheap_spectrum_names_the_way_out():
    H = Blur(torch.tensor([0.2, 0.8]), (8,), boundary="zero")
    for call in (
        H.singular_values,
        lambda: H.analysis,
        lambda: H.synthesis,
        Mask(torch.ones(3)).singular_values,
    ):
        with pytest.raises(NotImplementedError, match=r"Matrix\.of\(H\)"):
            call()
