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


@pytest.mark.slow
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


# what is not finite, lost in round-off, or beyond the squares of its type


def test_a_matrix_is_built_from_finite_real_floats_and_one_at_least():
    for A, error, words in (
        (torch.tensor([[1.0, torch.nan]]), ValueError, r"A is not finite: .* \(0, 1\)"),
        (torch.zeros(0, 3), ValueError, "an empty batch"),
        (torch.ones(2, 2, dtype=torch.int64), TypeError, r"real floats.*\.float\(\)"),
        (torch.ones(2, 2, dtype=torch.complex64), TypeError, "real floats"),
    ):
        with pytest.raises(error, match=words):
            Matrix(A)


def test_an_array_or_a_list_becomes_a_matrix(randn):
    A = randn(3, 2)
    close(Matrix(A.numpy())(A[0]), Matrix(A)(A[0]))
    close(Matrix(A.tolist()).A, A.float())


@pytest.mark.parametrize("x", [[1.0, 2.0, 3.0], 1.0, torch.ones(3).double().numpy()])
def test_what_is_no_tensor_is_told_how_to_become_one(A, x):
    with pytest.raises(TypeError, match=r"Matrix needs a tensor, got .*as_tensor"):
        A(x)


@pytest.mark.parametrize("kind", [torch.float16, torch.bfloat16])
def test_floats_of_16_bits_are_refused_by_an_operator_that_holds_nothing_too(kind):
    with pytest.raises(TypeError, match=rf"32 or 64 bits, got {kind}: .*\.float\(\)"):
        Difference((4,))(torch.zeros(4, dtype=kind))


def rank(r, m, n, randn):
    """A matrix with r singular values of about 1, and others that are round-off."""
    U, V = torch.linalg.qr(randn(m, r)).Q, torch.linalg.qr(randn(n, r)).Q
    return U * torch.linspace(1, 0.5, r, dtype=torch.float64) @ V.mT


LOST = [(8, 8, 3), (12, 5, 2), (5, 12, 4), (64, 64, 20)]


@pytest.mark.parametrize("kind", [torch.float64, torch.float32])
@pytest.mark.parametrize("m, n, r", LOST)
def test_the_naive_inverse_of_a_matrix_without_full_rank_is_the_pseudo_inverse(
    m, n, r, kind, randn
):
    A, g = rank(r, m, n, randn), randn(m)
    H = Matrix(A.to(kind))
    assert (H.spectrum > 0).sum() == r
    expected = torch.linalg.pinv(A, rtol=1e-9) @ g
    f = H.spectral_inverse(lambda s: 1 / s, g.to(kind))
    assert (f - expected).norm() < 50 * torch.finfo(kind).eps * expected.norm()


def test_the_naive_inverse_of_a_blur_that_kills_frequencies_leaves_them_out(randn):
    H = Blur(torch.full((4,), 0.25, dtype=torch.float64), (16,))
    f, g = H.spectral_inverse(lambda s: 1 / s, randn(16)), randn(16)
    dense = torch.linalg.pinv(Matrix.of(H).A, rtol=1e-9)
    close(H.spectral_inverse(lambda s: 1 / s, g), dense @ g)
    assert f.norm() < 100


@pytest.mark.parametrize("kind", [torch.float64, torch.float32])
@pytest.mark.parametrize("size", [1e-30, 1e30])
def test_tiny_and_huge_operators_have_their_norm_and_their_inverse(size, kind, randn):
    A, f = randn(6, 4), randn(4).to(kind)
    H = Matrix((size * A).to(kind))
    expected = size * torch.linalg.matrix_norm(A, 2).item()
    assert H.norm() == pytest.approx(expected, rel=1e-5)
    assert LinearOperator.norm(H) == pytest.approx(expected, rel=1e-3)
    found = H.spectral_inverse(lambda s: s / (s**2 + 1e-12 * size**2), H(f))
    close(found, f, rtol=1e-4, atol=1e-4)


def test_the_norm_of_an_operator_that_gives_nothing_is_0():
    assert LinearOperator.norm(Matrix(torch.zeros(3, 2))) == 0
    assert Mask(torch.zeros(4)).norm() == 0


@pytest.mark.parametrize("kind", [Matrix, lambda A: Blur(A[0], (3,))])
def test_data_that_are_not_finite_are_not_inverted(kind, randn):
    H, g = kind(randn(3, 3)), randn(2, 3)
    g[1, 2] = torch.nan
    with pytest.raises(ValueError, match=r"g is not finite: it has nan at index \(1, 2\)"):
        H.spectral_inverse(torch.ones_like, g)
    with pytest.raises(ValueError, match="expects shape"):
        H.spectral_inverse(torch.ones_like, torch.zeros(4, dtype=torch.float64))


def test_a_phi_that_is_not_finite_at_a_singular_value_above_0_is_refused(A):
    g = torch.ones(5, dtype=torch.float64)
    with pytest.raises(ValueError, match=r"phi\(s\) is not finite: .* for every s > 0"):
        A.spectral_inverse(lambda s: s / 0, g)
