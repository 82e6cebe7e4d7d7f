"""What every operator promises, whatever it models; then the formula of each."""

import copy
import pickle
from contextlib import contextmanager

import numpy as np
import pytest
import scipy.ndimage
import torch

from course_utils import operators
from course_utils.linear import LinearOperator, Matrix
from course_utils.operators import (
    Blur,
    Difference,
    Downsample,
    Fourier,
    Gradient,
    Hartley,
    Mask,
    Radon,
)

close = torch.testing.assert_close


def uneven(*shape):
    """A psf with no symmetry: a symmetric one would hide a wrong adjoint."""
    n = torch.Size(shape).numel()
    psf = torch.arange(1, n + 1, dtype=torch.float64).reshape(shape).sin().abs()
    return psf / psf.sum()


OPERATORS = {
    "matrix": lambda: Matrix(uneven(4, 3)),
    "blur-1d": lambda: Blur(uneven(4), (16,)),
    "blur-1d-odd": lambda: Blur(uneven(5), (15,)),
    "blur-2d": lambda: Blur(uneven(3, 5), (12, 10)),
    "blur-2d-zero": lambda: Blur(uneven(4, 5), (12, 9), boundary="zero"),
    "hartley": lambda: Hartley((6, 7)),
    "difference-rows": lambda: Difference((12, 10), axis=0),
    "difference-columns": lambda: Difference((12, 10), axis=-1),
    "gradient": lambda: Gradient((3, 4, 2)),
    "gradient-of-one-row": lambda: Gradient((1, 4)),
    "mask": lambda: Mask(torch.arange(16).reshape(4, 4) % 3 > 0).double(),
    "downsample": lambda: Downsample((12, 9), 3),
    "downsample, columns": lambda: Downsample((4, 12), (1, 3)),
    "radon": lambda: Radon(9, torch.tensor([0.0, 0.3, 1.2, 2.0, 2.9], dtype=torch.float64)),
    "fourier": lambda: Fourier(torch.arange(30).reshape(5, 6).double() % 3 > 0).double(),
    "fourier-complex": lambda: Fourier(uneven(4, 5), complex_image=True),
    "space-variant": lambda: (
        Mask(torch.linspace(1, 0, 9).double()) @ Blur(uneven(3), (9,))
        + Mask(torch.linspace(0, 1, 9).double()) @ Blur(uneven(5), (9,), "zero")
    ),
    "camera": lambda: Downsample((12, 8), 2) @ Blur(uneven(3, 3), (12, 8)),
}
HAS_SPECTRUM = ["matrix", "blur-1d", "blur-1d-odd", "blur-2d"]


def test_every_forward_operator_of_the_package_is_among_them():
    tested = {type(part) for make in OPERATORS.values() for part in make().modules()}
    assert {getattr(operators, name) for name in operators.__all__} <= tested


@pytest.fixture(params=OPERATORS.values(), ids=OPERATORS.keys())
def H(request):
    return request.param()


@pytest.fixture(params=HAS_SPECTRUM)
def D(request):
    return OPERATORS[request.param]()


def test_the_gram_operator_is_the_adjoint_after_the_operator(H, randn):
    f = randn(2, *H.in_shape)
    close(H.gram(f), H.T(H(f)))


def test_the_gram_operator_of_a_periodic_blur_is_one_blur():
    assert isinstance(OPERATORS["blur-2d"]().gram, Blur)


def test_the_spectrum_follows_a_change_of_type():
    H = OPERATORS["blur-2d"]()
    before = H.singular_values()
    after = H.float().singular_values()
    close(after, before.float())


def test_is_linear(H, randn):
    f1, f2 = randn(2, *H.in_shape)
    close(H(2 * f1 - f2), 2 * H(f1) - H(f2))


def test_the_adjoint_moves_across_the_inner_product(H, randn):
    f, g = randn(*H.in_shape), randn(*H.out_shape)
    close((H(f) * g).sum(), (f * H.T(g)).sum(), rtol=1e-10, atol=1e-12)


def test_the_adjoint_keeps_its_promise_in_single_precision(H, randn):
    H, f, g = H.float(), randn(*H.in_shape).float(), randn(*H.out_shape).float()
    gap = (H(f) * g).double().sum() - (f * H.T(g)).double().sum()
    assert gap.abs() <= 1e-6 * H(f).norm() * g.norm()


def test_the_handwritten_adjoint_agrees_with_autodiff(H, randn):
    g = randn(2, *H.out_shape)
    close(H.adjoint(g), LinearOperator.adjoint(H, g))


def test_a_batch_is_treated_one_by_one(H, randn):
    f = randn(3, 2, *H.in_shape)
    close(H(f)[1, 0], H(f[1, 0]))
    close(H.T(H(f))[1, 0], H.T(H(f[1, 0])))


def test_strides_do_not_matter_and_the_input_is_left_alone(H, randn):
    f = randn(*H.in_shape, 2).movedim(-1, 0)
    before = f.clone()
    close(H(f), H(f.contiguous()))
    H.T(H(f))
    close(f, before, rtol=0, atol=0)


def test_moves_to_another_type(H):
    f = torch.zeros(H.in_shape, dtype=torch.float32)
    assert H.to(torch.float32)(f).dtype == torch.float32


# torch has no sparse meta tensors
@pytest.mark.parametrize("name", [name for name in OPERATORS if name != "radon"])
def test_moves_to_another_device(name):
    H = OPERATORS[name]().to("meta")
    f = torch.zeros(H.in_shape, dtype=torch.float64, device="meta")
    assert H(f).device.type == "meta" and H(f).shape == H.out_shape


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU here")
def test_gives_the_same_on_a_gpu(H, randn):
    f = randn(2, *H.in_shape)
    close(H.cuda()(f.cuda()).cpu(), H.cpu()(f))


def test_h_is_u_s_vt(D, randn):
    f = randn(3, *D.in_shape)
    close(D.analysis.T(D.singular_values() * D.synthesis.T(f)), D(f))


def test_u_and_v_are_orthogonal(D, randn):
    c = randn(*D.singular_values().shape)
    close(D.analysis(D.analysis.T(c)), c)
    close(D.synthesis.T(D.synthesis(c)), c)


def test_the_singular_values_are_those_of_the_dense_matrix(D):
    s = D.singular_values().flatten().sort(descending=True).values
    close(s, torch.linalg.svdvals(Matrix.of(D).A.contiguous()))


def test_the_spectral_inverse_is_v_phi_ut(D, randn):
    g, phi = randn(2, *D.out_shape), lambda s: s / (s**2 + 0.1)
    close(D.spectral_inverse(phi, g), LinearOperator.spectral_inverse(D, phi, g))
    close(D.spectral_inverse(phi, g), D.synthesis(phi(D.singular_values()) * D.analysis(g)))
    close(D.spectral_inverse(phi, g), Matrix.of(D).spectral_inverse(phi, g))


def test_the_norm_is_the_largest_singular_value(D):
    assert D.norm() == pytest.approx(torch.linalg.matrix_norm(Matrix.of(D).A, 2).item())


def test_u_stays_orthogonal_where_the_transfer_is_zero(randn):
    four = torch.full((4,), 0.25, dtype=torch.float64)  # kills every fourth frequency
    H = Blur(four, (16,))
    assert H.singular_values().min() < 1e-15  # what is left of its phase is round-off
    g = randn(16)
    close(H.analysis.T(H.analysis(g)), g)


def test_blur_is_the_sum_that_defines_it(randn):
    psf, f = uneven(4), randn(16)
    expected = sum(psf[u] * f.roll(u - 2) for u in range(4))  # the centre is index 2 of 4
    close(Blur(psf, (16,))(f), expected)


@pytest.mark.parametrize("boundary, mode", [("periodic", "wrap"), ("zero", "constant")])
def test_blur_agrees_with_scipy(boundary, mode, randn):
    psf, f = uneven(3, 5), randn(12, 10)
    expected = scipy.ndimage.convolve(f.numpy(), psf.numpy(), mode=mode)
    close(Blur(psf, (12, 10), boundary)(f).numpy(), expected)


def test_a_point_is_spread_into_the_psf():
    psf, f = uneven(3, 5), torch.zeros(12, 10, dtype=torch.float64)
    f[6, 4] = 1
    close(Blur(psf, (12, 10))(f)[5:8, 2:7], psf)


def test_the_transfer_at_frequency_zero_is_the_sum_of_the_psf():
    assert Blur(uneven(3, 5), (12, 10)).transfer[0, 0] == pytest.approx(1)


def test_hartley_is_its_own_inverse(randn):
    V, f = Hartley((6, 7)), randn(2, 6, 7)
    close(V(V(f)), f)


def test_hartley_is_the_sum_of_cosines_and_sines(randn):
    x = torch.arange(7, dtype=torch.float64)
    phase = 2 * torch.pi * x[:, None] * x / 7
    close(Matrix.of(Hartley((7,))).A, (phase.cos() + phase.sin()) / 7**0.5)


def test_difference_is_the_next_pixel_minus_this_one(randn):
    f = randn(5, 4)
    rows = np.roll(f.numpy(), -1, axis=0) - f.numpy()
    close(Difference((5, 4), axis=0)(f).numpy(), rows)


def test_gradient_is_the_difference_of_neighbours_inside_the_picture(randn):
    f = randn(3, 4)
    u = Gradient((3, 4))(f)
    close(u[0, :2], f[1:] - f[:-1])
    close(u[1, :, :3], f[:, 1:] - f[:, :-1])
    assert (u[0, 2] == 0).all() and (u[1, :, 3] == 0).all()


@pytest.mark.parametrize("shape", [(7,), (5, 6), (3, 4, 2), (1, 4)])
def test_gradient_knows_its_adjoint(shape, randn):
    D = Gradient(shape)
    f, u = randn(2, *D.in_shape), randn(2, *D.out_shape)
    close((D(f) * u).sum(), (f * D.T(u)).sum(), rtol=1e-12, atol=1e-12)
    close(D.adjoint(u), LinearOperator.adjoint(D, u))


def test_mask_keeps_the_ones_and_drops_the_zeros():
    H, f = Mask(torch.tensor([True, False, True])), torch.tensor([1.0, 2.0, 3.0])
    close(H(f), torch.tensor([1.0, 0.0, 3.0]))


def test_downsample_takes_the_mean_of_each_block(randn):
    import skimage.measure

    f = randn(12, 9)
    expected = skimage.measure.block_reduce(f.numpy(), (3, 3), np.mean)
    close(Downsample((12, 9), 3)(f).numpy(), expected)
    expected = skimage.measure.block_reduce(f.numpy(), (4, 1), np.mean)
    close(Downsample((12, 9), (4, 1))(f).numpy(), expected)


@pytest.mark.parametrize("psf_shape", [(17,), (3, 3)])
def test_a_psf_that_does_not_fit_is_refused(psf_shape):
    with pytest.raises(ValueError, match="does not fit"):
        Blur(torch.ones(psf_shape), (16,))


def test_other_bad_arguments_are_refused_in_words():
    with pytest.raises(ValueError, match='"periodic" or "zero", not \'mirror\''):
        Blur(torch.ones(3), (16,), boundary="mirror")
    with pytest.raises(ValueError, match="does not divide"):
        Downsample((10, 9), 3)
    with pytest.raises(ValueError, match=r"one or 2 whole numbers .* not \(1, 3, 3\)"):
        Downsample((10, 9), (1, 3, 3))


def test_fourier_measures_the_frequencies_of_its_mask(randn):
    mask, f = torch.arange(30).reshape(5, 6) % 4 > 0, randn(3, 5, 6)
    g = torch.view_as_complex(Fourier(mask).double()(f))
    close(g, torch.from_numpy(np.fft.fft2(f.numpy(), norm="ortho")) * mask)


def test_fourier_keeps_the_complex_inner_product(randn):
    H, f, g = Fourier(uneven(4, 5), complex_image=True), randn(4, 5, 2), randn(4, 5, 2)
    H_f, H_T_g, f, g = (torch.view_as_complex(x) for x in (H(f), H.T(g), f, g))
    close((H_f * g.conj()).sum(), (f * H_T_g.conj()).sum())


def test_all_frequencies_together_lose_nothing(randn):
    f, H = randn(6, 5), Fourier(torch.ones(6, 5, dtype=torch.float64))
    close(H.T(H(f)), f)
    close(H(f).norm(), f.norm())


def test_a_blur_that_varies_takes_each_pixel_from_its_own_blur(randn):
    x, f = torch.linspace(0, 1, 9).double(), randn(9)
    A, B = Blur(uneven(3), (9,)), Blur(uneven(5), (9,))
    close((Mask(1 - x) @ A + Mask(x) @ B)(f), (1 - x) * A(f) + x * B(f))


def test_complex_data_are_refused_with_their_type():
    with pytest.raises(TypeError, match=r"real floats, got torch\.complex64"):
        Fourier(torch.ones(4, 4)).T(torch.zeros(4, 4, dtype=torch.complex64))


# what torch does around an operator


def test_autocast_rounds_nothing_on_the_way_there_or_back(H, randn):
    H, f, g = H.float(), randn(*H.in_shape).float(), randn(*H.out_shape).float()
    expected = H(f), H.T(g), LinearOperator.norm(H), H.gram(f)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        found = H(f), H.T(g), LinearOperator.norm(H), H.gram(f)
    close(found, expected, rtol=0, atol=0)


def test_autocast_rounds_no_gradient(H, randn):
    H, f = H.float(), randn(*H.in_shape).float()
    x, y = f.clone().requires_grad_(), f.clone().requires_grad_()
    H(x).square().sum().backward()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        loss = H(y).square().sum()
    loss.backward()
    close(y.grad, x.grad, rtol=0, atol=0)


def test_a_copy_and_a_pickle_after_use_are_the_operator(H, randn):
    f, g = randn(*H.in_shape), randn(*H.out_shape)
    expected = H(f), H.T(g)
    for twin in (copy.deepcopy(H), pickle.loads(pickle.dumps(H))):
        close((twin(f), twin.T(g)), expected, rtol=0, atol=0)


@pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated:DeprecationWarning")
def test_can_be_mapped_and_differentiated_by_torch_func(H, randn):
    f, g = randn(3, *H.in_shape), randn(3, *H.out_shape)
    close(torch.func.vmap(H)(f), H(f))
    close(torch.func.vmap(H.T, in_dims=-1)(g.movedim(0, -1)), H.T(g))
    close(torch.func.jvp(H, (f,), (2 * f,))[1], H(2 * f))
    close(torch.func.vjp(H, f)[1](g)[0], H.T(g))


@pytest.mark.rare
@pytest.mark.filterwarnings("ignore:.*Function.*should not be instantiated")
def test_can_be_compiled(H, randn):
    f, g = randn(2, *H.in_shape), randn(2, *H.out_shape)
    torch._dynamo.reset()
    round_trip = torch.compile(lambda f, g: (H(f), H.T(g)), backend="aot_eager")
    close(round_trip(f, g), (H(f), H.T(g)))


@contextmanager
def default(device, kind):
    """Torch's own choices, as a reader may have made them."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(kind)
    torch.set_default_device(device)
    try:
        yield
    finally:
        torch.set_default_device(None)
        torch.set_default_dtype(before)


@pytest.mark.parametrize("name", OPERATORS)
def test_follows_its_input_whatever_torch_takes_by_default(name, randn):
    H = OPERATORS[name]()
    f, g = randn(*H.in_shape), randn(*H.out_shape)
    expected = H(f), H.T(g), H.gram(f)
    with default("meta", torch.float64):
        found = H(f), H.T(g), H.gram(f)
    close(found, expected, rtol=0, atol=0)


def test_is_built_where_its_numbers_are_whatever_torch_takes_by_default(randn):
    angles = torch.arange(6, dtype=torch.float64) * torch.pi / 6
    f, psf, mask = randn(8, 8), uneven(3, 3), torch.ones(8, 8, dtype=torch.float64)

    def built():
        H = Radon(8, angles)
        others = Blur(psf, (8, 8)), Blur(psf, (8, 8), "zero"), Mask(mask), Fourier(mask)
        return [H.fbp(H(f)), H(f), *(A(f) for A in others), others[1].norm()]

    expected = built()
    with default("meta", torch.float32):
        found = built()
    close(found[:-1], expected[:-1], rtol=0, atol=0)
    assert found[-1] == pytest.approx(expected[-1], rel=1e-3)


# what is not finite


def test_a_nan_that_passes_is_to_be_seen_in_what_it_reached(H, randn):
    """H turns one pixel into NaN where it reaches at least what it reached before."""
    for A in (H, H.T):
        f = randn(*A.in_shape)
        e = torch.zeros_like(f)
        e.flatten()[-1] = 1
        reached = A(e).abs() > 1e-12
        f.flatten()[-1] = torch.nan
        assert A(f)[reached].isnan().all()


BUILT = {
    "psf": lambda x: Blur(uneven(3) + x, (8,)),
    "mask": lambda x: Mask(uneven(3) + x),
    "mask of frequencies": lambda x: Fourier(uneven(3, 3) + x),
    "angles": lambda x: Radon(4, torch.tensor([0.0, 1.0]) + x),
}


@pytest.mark.parametrize("build", BUILT.values(), ids=BUILT.keys())
@pytest.mark.parametrize("x", [torch.nan, torch.inf])
def test_an_operator_is_not_built_from_what_is_not_finite(build, x):
    build(0.0)
    with pytest.raises(ValueError, match=f"is not finite: it has {x} at index"):
        build(x)


SHAPES = {
    "blur": lambda n: Blur(torch.ones(1), (n,)),
    "hartley": lambda n: Hartley((4, n)),
    "difference": lambda n: Difference((n, 4)),
    "gradient": lambda n: Gradient((n,)),
    "downsample": lambda n: Downsample((n,), 1),
    "factor": lambda n: Downsample((4,), n),
    "radon": lambda n: Radon(n, torch.zeros(1)),
}


@pytest.mark.parametrize("build", SHAPES.values(), ids=SHAPES.keys())
@pytest.mark.parametrize("n", [0, -4, 16.0, "4", (4, 4), None])
def test_sizes_are_whole_numbers_above_0(build, n):
    build(np.int64(4))
    with pytest.raises(ValueError, match="whole numbers above 0"):
        build(n)


def test_a_shape_is_a_tuple():
    with pytest.raises(ValueError, match="a tuple of whole numbers above 0, not 16"):
        Blur(torch.ones(3), 16)


def test_a_mask_of_integers_holds_0_and_1():
    picture = torch.tensor([[0, 255], [255, 0]], dtype=torch.uint8)
    for kind in (Mask, Fourier):
        with pytest.raises(ValueError, match=r"0 and 1 alone: take mask > 0"):
            kind(picture)
        close(kind(picture > 0).mask, picture / 255)
        close(kind((picture > 0).int().numpy()).mask, picture / 255)
        with pytest.raises((TypeError, ValueError)):
            kind(torch.ones(2, 2, dtype=torch.complex64))


def test_lists_and_arrays_are_taken_for_what_an_operator_is_built_from(randn):
    psf, f = uneven(3), randn(8)
    close(Blur(psf.numpy(), (8,))(f), Blur(psf, (8,))(f), rtol=0, atol=0)
    close(Mask([True, False]).mask, torch.tensor([1.0, 0.0]))
