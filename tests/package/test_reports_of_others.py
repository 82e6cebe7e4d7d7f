"""What users of neighbouring projects reported: the same experiments on this package.

Each docstring names the report and says in our words what went wrong there.
"""

import json
import math
import warnings
from base64 import b64decode
from io import BytesIO
from itertools import islice

import harmless
import numpy as np
import pydicom
import pytest
import torch
from ipywidgets import Widget
from nbformat.v4 import new_output
from normal_form import normalise, read
from PIL import Image
from pydicom.data import get_testdata_file
from pydicom.encaps import encapsulate
from pydicom.uid import JPEG2000Lossless

from course_utils import explore, images
from course_utils.linear import Matrix
from course_utils.operators import Blur, Downsample, Fourier, Gradient, Mask, Radon
from course_utils.priors import L1, TotalVariation, Wavelet
from course_utils.solvers import (
    Identity,
    Normal,
    admm,
    conjugate_gradient,
    fista,
    gradient_descent,
    ista,
    primal_dual,
    run,
    tikhonov,
)
from tests.tools.cells import STATE, VIEW, code, notebook, printed, shown


def angles(n, dtype=torch.float64):
    """As many angles as are asked for, spread evenly over half a turn."""
    return torch.arange(n, dtype=dtype) * math.pi / n


def operators(randn, dtype=torch.float64):
    """One operator of each kind, of odd sizes where it can have them."""
    return {
        "matrix": Matrix(randn(5, 4).to(dtype)),
        "periodic blur": Blur(randn(3, 2).to(dtype), (6, 7)),
        "blur": Blur(randn(3, 2).to(dtype), (6, 7), "zero"),
        "some frequencies": Fourier((randn(5, 4) > 0).to(dtype)),
        "differences": Gradient((4, 5)),
        "coarse pixels": Downsample((4, 6), 2),
        "mask": Mask(randn(4, 5).to(dtype)),
        "few views": Radon(7, angles(5, dtype)),
        "views that share their rays": Radon(8, angles(6, dtype)),
    }


def solvers(H, g):
    """Every iteration for one problem."""
    tau = 0.5 / H.norm() ** 2
    return {
        "gradient descent": gradient_descent(H, g, tau),
        "ista": ista(H, g, L1(), 0.1, tau),
        "fista": fista(H, g, L1(), 0.1, tau),
        "fista with restart": fista(H, g, L1(), 0.1, tau, restart=True),
        "conjugate gradients": conjugate_gradient(H.gram, H.T(g)),
        "admm": admm(H, g, L1(), 0.1, 1.0),
        "primal dual": primal_dual(H, g, L1(), 0.1, tau, sigma=0.5),
    }


@pytest.mark.parametrize("n", [16, 17])
def test_what_looks_alike_from_everywhere_is_put_into_the_middle(n):
    """tomopy #409: the centre of rotation was half a pixel off the middle of the detector,
    so that a disc seen alike from all sides came back with a rim that was bright on one.
    """
    H = Radon(n, angles(12))
    r = torch.arange(n) - (n - 1) / 2
    chords = 2 * ((0.3 * n) ** 2 - r.double() ** 2).clamp(min=0).sqrt()
    for way_back in (H.fbp, H.T):
        f = way_back(chords.expand(H.out_shape))
        for turned in (f.flip(0), f.flip(1), f.T):
            torch.testing.assert_close(turned, f, rtol=0, atol=1e-12 * f.max().item())


def test_a_way_back_takes_gradients_in_any_layout(randn):
    """torch-radon #16: after a permutation of the projections, the way back failed on
    gradients that do not lie in memory one after the other.
    """
    for name, H in operators(randn).items():
        f = randn(2, 3, *H.in_shape).requires_grad_()
        g = H(f)
        back = tuple(reversed(range(g.ndim)))
        weights = randn(*reversed(g.shape))
        for loss, slope in (
            ((g.permute(back) * weights).sum(), weights.permute(back)),
            (g.sum(), torch.ones_like(g)),  # which autograd spreads without a copy
        ):
            (found,) = torch.autograd.grad(loss, f, retain_graph=True)
            expected = H.T(slope.contiguous())
            torch.testing.assert_close(found, expected, msg=lambda m, n=name: f"{n}: {m}")


@pytest.mark.parametrize("type_", [np.float64, np.float32, np.int64, np.array])
def test_an_operator_times_a_number_of_numpy_is_an_operator(type_, randn):
    """ODL #180: a number of NumPy on the left made an array of what it was to scale."""
    H = Matrix(randn(3, 4))
    scaled = type_(2) * H
    f = randn(4)
    g = randn(3)
    torch.testing.assert_close(scaled(f), 2 * H(f))
    torch.testing.assert_close(scaled.T(g), 2 * H.T(g))
    assert (np.float64(2) * H.to(torch.float32))(f.float()).dtype == torch.float32


@pytest.mark.parametrize(
    "scale", [np.arange(4.0), torch.arange(4.0), 2j, float("nan")], ids=repr
)
def test_what_is_no_number_scales_no_operator(scale, randn):
    """ODL #180 again: an array made an array of operators. A tensor of several numbers, or
    a complex one, made an operator with an adjoint that was not its own.
    """
    with pytest.raises((TypeError, ValueError), match="the scale of an operator"):
        scale * Matrix(randn(4, 4))


@pytest.mark.parametrize("default", [torch.float32, torch.float64])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_the_type_of_the_data_comes_out_whatever_the_default_is(default, dtype, randn):
    """PyLops #744: an operator of 32 bits gave 64, because weights that it had worked out
    inside had the default type.
    """
    before = torch.get_default_dtype()
    torch.set_default_dtype(default)
    try:
        for name, H in operators(randn, dtype).items():
            f = randn(*H.in_shape).to(dtype)
            for A in (H, H.gram, H.T @ H, 0.5 * H):
                assert A(f).dtype == A.T(A(f)).dtype == dtype, name
        H = Radon(8, angles(6, dtype))
        assert H.fbp(H(randn(8, 8).to(dtype))).dtype == dtype
        H = Blur(randn(3, 2).to(dtype), (6, 7))
        g = randn(6, 7).to(dtype)
        assert tikhonov(H, g, 0.1).dtype == dtype
        for name, iterates in solvers(H, g).items():
            assert run(iterates, 3).dtype == dtype, name
    finally:
        torch.set_default_dtype(before)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize(
    "R", [L1(), L1(axis=-3), Wavelet(levels=1), TotalVariation()], ids=repr
)
def test_a_threshold_of_0_leaves_zeros_alone(R, dtype, randn):
    """PyWavelets #866: the soft threshold 0 made NaN of 0, as 0 / 0."""
    v = randn(2, 4, 4).to(dtype) * (randn(2, 4, 4) > 0)
    for v_0 in (v, torch.zeros_like(v)):
        for step in (0.0, torch.zeros((), dtype=dtype)):
            torch.testing.assert_close(R.prox(v_0, step), v_0)


@pytest.mark.parametrize("R", [L1(axis=-3), TotalVariation()], ids=repr)
def test_a_threshold_of_0_can_be_learned(R, randn):
    """PyWavelets #866 again: the derivative by it was NaN in single precision."""
    v = randn(2, 4, 4).float().requires_grad_()
    step = torch.zeros((), requires_grad=True)
    for slope in torch.autograd.grad(R.prox(v, step).square().sum(), (v, step)):
        assert slope.isfinite().all()


def test_a_solver_that_has_arrived_has_the_derivative_of_the_inverse(randn):
    """deepinv #1168: the derivative through conjugate gradients was wrong for an H that
    they invert in one step, such as the identity.
    """
    H = Matrix(2 * torch.eye(5, dtype=torch.float64))
    g = randn(5).requires_grad_()
    f = run(conjugate_gradient(H.gram, H.T(g)), 5)
    w = randn(5)
    (found,) = torch.autograd.grad((w * f).sum(), g)
    torch.testing.assert_close(found, w / 2)


def test_one_of_a_batch_that_has_arrived_spoils_no_derivative(randn):
    """deepinv #1168 again: a system that was solved already made NaN, as 0 / 0, of the
    derivative by a number that all systems of a batch share.
    """
    H = Matrix(randn(4, 3))
    rho = torch.tensor(0.5, dtype=torch.float64, requires_grad=True)
    g = randn(4)

    def slope(data):
        f = run(conjugate_gradient(Normal(H, Identity(), rho), H.T(data)), 3)
        return torch.autograd.grad(f.square().sum(), rho)[0]

    torch.testing.assert_close(slope(torch.stack([0 * g, g])), slope(g))


def test_data_that_are_the_start_as_well_stay_as_they_are(randn):
    """CIL #1650 and ODL #1181: where one array was given for two, the first result was
    written over what was still to be read.
    """
    H = Matrix(randn(4, 4))
    g = randn(4)
    kept = g.clone()
    A = H.A
    torch.testing.assert_close((H + H)(g), 2 * A @ g)
    torch.testing.assert_close((H @ H)(g), A @ (A @ g))
    tau = 0.5 / H.norm() ** 2
    for solve in (
        lambda f: gradient_descent(H, g, tau, f),
        lambda f: ista(H, g, L1(), 0.1, tau, f=f),
        lambda f: fista(H, g, L1(), 0.1, tau, f=f),
        lambda f: conjugate_gradient(H.gram, g, f),
        lambda f: admm(H, g, L1(), 0.1, 1.0, f=f),
        lambda f: primal_dual(H, g, L1(), 0.1, tau, sigma=0.5, f=f),
    ):
        iterates = list(islice(solve(g), 3))
        assert torch.equal(g, kept)
        torch.testing.assert_close(iterates, list(islice(solve(kept.clone()), 3)))
        assert len({f.data_ptr() for f in iterates}) == 3


def test_every_byte_of_a_figure_comes_back_from_a_saved_notebook():
    """ipywidgets #228: of the bytes that Python sent, those above 127 came as others."""
    f = torch.linspace(0, 1, 64 * 64).reshape(64, 64)
    figure = explore.BlurAndNoise(f, f.T, width=1.0, log10_sigma=-1.0)
    assert set(figure.scene["data"]) == set(range(256))
    view = figure._repr_mimebundle_()[0][VIEW]
    models = Widget.get_manager_state(widgets=[figure])["state"]
    saved = notebook(code("figure", outputs=[shown(view=view, plain="a figure")]))
    saved.metadata["widgets"] = {STATE: {"state": models}}
    kept = normalise(saved).metadata["widgets"][STATE]["state"]
    (model,) = (kept[name] for name in kept if kept[name]["model_name"] == "AnyModel")
    came = {b["path"][0]: b64decode(b["data"]) for b in model["buffers"]}
    assert came == {name: getattr(figure, name)["data"] for name in ("scene", "noise")}


def test_a_print_is_the_same_however_it_came_in_pieces():
    """nbval #54: what a cell printed was compared piece by piece, and how the pieces are
    cut is chance.
    """
    words = "a\nloading 1\rloading 2\rdone     \nb\n"
    cells = [code("x", outputs=[printed(words)])]
    for place in range(1, len(words)):
        first = words[:place]
        rest = words[place:]
        warned = new_output("stream", name="stderr", text="a warning\n")
        cells.append(code("x", outputs=[printed(first), printed(rest)]))
        cells.append(code("x", outputs=[printed(first), warned, printed(rest)]))
    whole, *cut = normalise(notebook(*cells)).cells
    assert whole.outputs[0].text == "a\ndone\nb\n"
    assert all(len(cell.outputs) == 1 for cell in cut)
    assert {cell.outputs[0].text for cell in cut} == {whole.outputs[0].text}


def test_a_cell_that_was_copied_with_its_name_keeps_its_own_figure(tmp_path):
    """nbgrader #1083: students copied cells, names included, and what went by the name was
    lost or mistaken.
    """
    models = {letter * 32: {"model_name": "M", "state": {"x": letter}} for letter in "ab"}
    cells = [code("x", outputs=[shown(view={"model_id": m}, plain="x")]) for m in models]
    copied = notebook(*cells, widgets={STATE: {"state": models}})
    for cell in copied.cells:
        cell.id = "copied"
    path = tmp_path / "copied.ipynb"
    path.write_text(json.dumps(copied), encoding="utf-8")
    with warnings.catch_warnings(action="ignore"):  # nbformat's, that it named one anew
        new = normalise(read(path))
    states = new.metadata["widgets"][STATE]["state"]
    views = [cell.outputs[0].data[VIEW]["model_id"] for cell in new.cells]
    assert [states[view]["state"]["x"] for view in views] == ["a", "b"]


NUMBERS = (np.arange(20 * 24).reshape(20, 24) * 7) % 3000


def in_jpeg_2000(path, numbers, *, signs_in_it, **said):
    """A CT slice packed as JPEG 2000, which says for itself whether its numbers are signed.

    The coder takes 2^15 off what has no signs: told so, the rest has them.
    """
    packed = BytesIO()
    picture = Image.fromarray((numbers + signs_in_it * 2**15).astype(np.uint16))
    picture.save(packed, "JPEG2000", no_jp2=True, irreversible=False)
    packed = bytearray(packed.getvalue())
    packed[packed.index(b"\xff\x51") + 40] |= signs_in_it << 7
    slice_ = pydicom.dcmread(get_testdata_file("CT_small.dcm"))
    del slice_.PixelPaddingValue
    slice_.Rows, slice_.Columns = numbers.shape
    slice_.file_meta.TransferSyntaxUID = JPEG2000Lossless
    slice_.PixelData = encapsulate([bytes(packed)])
    for name, value in said.items():
        setattr(slice_, name, value)
    slice_.save_as(path)
    return path


@pytest.mark.parametrize("signs_in_it", [False, True])
def test_a_packed_slice_has_the_numbers_that_it_announces(signs_in_it, tmp_path):
    """pydicom #1149: where the slice said signed and its JPEG 2000 unsigned, the numbers
    were off by half their range.
    """
    signed = NUMBERS - 1024
    stored = signed if signs_in_it else signed % 2**16
    said = {"PixelRepresentation": 1, "RescaleIntercept": 0}
    path = in_jpeg_2000(tmp_path / "a.dcm", stored, signs_in_it=signs_in_it, **said)
    found = images.load(path, unit="hounsfield")
    assert np.array_equal(found.numpy(), signed)


def test_a_packed_slice_with_signs_where_it_announces_none_is_refused(tmp_path):
    """pydicom #1149 the other way round: the numbers came out 2^15 too large."""
    said = {"PixelRepresentation": 0, "BitsStored": 16, "HighBit": 15}
    path = in_jpeg_2000(tmp_path / "a.dcm", NUMBERS, signs_in_it=True, **said)
    with pytest.raises(ValueError, match="signs, where it announces none"):
        images.load(path, unit="hounsfield")


@pytest.mark.parametrize("form", ["text/markdown", "text/latex"])
def test_a_page_shows_what_an_answer_displayed_as_markdown_or_a_formula(form):
    """jupyter-book #1771: what a cell displayed as Markdown was missing in the page."""
    plain = "<IPython.core.display.Markdown object>"
    data = {form: "the answer is **42**", "text/plain": plain}
    page = harmless.page(
        notebook(code("x", outputs=[new_output("display_data", data)])), ""
    )
    assert "the answer is **42**" in page
    assert "IPython" not in page


def test_an_estimate_with_a_gradient_can_be_shown(randn):
    """ipywidgets #228 again, of numbers that never came to be bytes: torch refused a
    tensor under training, with advice for another place.
    """
    f = randn(16, 16).requires_grad_()
    figure = explore.BlurAndNoise(f, f, width=1.0, log10_sigma=-1.0)
    kept = torch.tensor(f.tolist(), dtype=torch.float64).flatten()
    half = 0.51 * figure.scene["step"]
    torch.testing.assert_close(figure.numbers("scene"), kept, atol=half, rtol=0)
