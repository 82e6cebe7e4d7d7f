"""A responding figure carries numbers to the page, and shows itself three ways in one output."""

import base64

import numpy as np
import pytest
import torch

from course_utils import choose
from course_utils.bayes import posterior
from course_utils.explore import (
    BandAndNoise,
    BlurAndNoise,
    FiveRules,
    IterationPlayer,
    MaterialMap,
    PaintedFilter,
    Truncation,
)
from course_utils.explore.figure import RespondingFigure, as_bytes, front_end
from course_utils.linear import Matrix
from course_utils.metrics import relative_error
from course_utils.operators import Blur
from course_utils.priors import L1
from course_utils.signals import boxcar, gaussian_psf
from course_utils.solvers import ista, run

WIDGET = "application/vnd.jupyter.widget-view+json"


@pytest.fixture
def H():
    return Matrix(torch.tensor([[2.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 0.1]]))


@pytest.fixture
def truncation(H):
    return Truncation(
        H, torch.tensor([1.0, 2.0, 3.0]), torch.tensor([1.0, -1.0, 1.0]), 2, -2.0
    )


@pytest.fixture
def blur(randn):
    f = randn(8, 8).sigmoid()
    return BlurAndNoise(f, f, randn(8, 8), width=1.5, sigma=0.1)


def test_one_output_serves_the_live_figure_the_still_twin_and_plain_text(truncation, blur):
    for figure in (truncation, blur):
        data, _ = figure._repr_mimebundle_()
        assert data[WIDGET]["model_id"] == figure.model_id
        assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG")
        assert data["text/plain"] == figure.label != ""


def test_the_browser_gets_the_numbers_of_the_formula(truncation, H):
    read = {
        name: np.frombuffer(getattr(truncation, name), "<f4")
        for name in ("s", "exact", "V")
    }
    np.testing.assert_allclose(read["s"], [2, 1, 0.1])
    np.testing.assert_allclose(np.abs(read["exact"]), [2, 2, 0.3], rtol=1e-6)
    f = read["V"].reshape(3, 3) @ (read["exact"] / read["s"])
    np.testing.assert_allclose(f, [1, 2, 3], rtol=1e-6)


def test_numbers_travel_as_float32_row_by_row():
    turned = torch.arange(6.0).reshape(2, 3).mT
    assert np.frombuffer(as_bytes(turned), "<f4").tolist() == [0, 3, 1, 4, 2, 5]


def test_a_front_end_is_the_shared_part_and_its_own():
    module = front_end("truncation")
    assert "function slider" in module and module.count("export default") == 1
    assert "import " not in module  # one self-contained text: it must work with no server


def test_a_figure_without_a_twin_says_so():
    with pytest.raises(NotImplementedError):
        RespondingFigure().twin()


def test_the_painted_filter_gives_the_browser_the_factors_of_each_frequency(randn):
    H, f = Blur(torch.tensor([[0.1, 0.2, 0.1]]).double() + 0.2, (8, 8)), randn(8, 8)
    figure = PaintedFilter(H, f, H(f), {"Tikhonov": lambda s: s / (s**2 + 0.1)})
    s = H.singular_values()[0, :5].numpy()
    np.testing.assert_allclose(np.frombuffer(figure.naive, "<f4"), 1 / s, rtol=1e-6)
    factors = np.frombuffer(figure.presets["Tikhonov"], "<f4")
    np.testing.assert_allclose(factors, s / (s**2 + 0.1), rtol=1e-6)
    data = torch.tensor(np.frombuffer(figure.data, "<f4").copy()).view(8, 8).double()
    inverse = torch.fft.ifft2(
        torch.fft.fft2(data) / H.singular_values()
    ).real  # no phase is left
    torch.testing.assert_close(inverse, f, rtol=1e-3, atol=1e-3)


@pytest.fixture
def rules(randn):
    H = Blur(gaussian_psf(1.5).double(), (24,))
    return H, FiveRules(H, boxcar(24).double(), randn(24), log10_lam=-3.0, log10_sigma=-2.0)


def test_the_five_rules_get_the_basis_of_the_operator(rules, randn):
    H, figure = rules
    read = {
        name: np.frombuffer(getattr(figure, name), "<f4") for name in ("s", "exact", "V")
    }
    np.testing.assert_allclose(read["s"], H.singular_values(), atol=1e-6)
    V = read["V"].reshape(24, 24)
    np.testing.assert_allclose(V @ read["exact"], boxcar(24), atol=1e-5)
    np.testing.assert_allclose(V.T @ V, np.eye(24), atol=1e-5)


def test_the_marks_of_the_five_rules_are_those_of_choose(rules):
    H, figure = rules
    g = H(figure._f) + 0.01 * figure._unit_noise
    marks = figure.choices()
    assert [name[0] for name in marks] == list("DGSLE")
    assert marks["GCV"] == choose.gcv(H, g) and marks["SURE"] == choose.sure(H, g, 0.01)
    figure.log2_told = 1.0
    assert figure.choices()["Discrepancy"] == choose.discrepancy(H, g, 0.02)


def test_the_valleys_of_the_five_rules_are_the_errors_of_tikhonov(rules):
    H, figure = rules
    f, g = figure._f, H(figure._f) + 0.01 * figure._unit_noise
    lam = torch.tensor([1e-6, 1e-2], dtype=torch.float64)
    for scene, data, one in zip(*figure.errors(lam), lam, strict=True):
        f_lam = H.spectral_inverse(lambda s, one=one: s / (s**2 + one), g)
        assert scene.item() == pytest.approx(relative_error(f_lam, f))
        assert data.item() == pytest.approx(relative_error(H(f_lam), H(f)))


def test_the_band_gets_what_the_posterior_is_made_of(randn):
    H, p = Blur(gaussian_psf(1.5).double(), (24,)), randn(24).exp()
    f = randn(2, 24)
    g = H(f) + 0.1 * randn(2, 24)
    figure = BandAndNoise(H, f, g, p, 0.1, scene=2)
    read = {
        name: np.frombuffer(getattr(figure, name), "<f4") for name in ("s", "p", "V", "c")
    }
    v = 1 / (read["s"] ** 2 / 0.1**2 + 1 / read["p"])
    mean = (v * read["s"] / 0.1**2 * read["c"].reshape(2, 24)) @ read["V"].reshape(24, 24)
    q = posterior(H, g, 0.1, p)
    np.testing.assert_allclose(mean, q.mean, atol=1e-4)
    np.testing.assert_allclose(v.mean(), q.variance()[0], rtol=1e-4)


def test_the_player_gets_the_numbers_of_ista(randn):
    H, f = Matrix(randn(10, 6)), randn(6)
    g = H(f)
    figure = IterationPlayer(H, f, g, log10_lam=-1.0, tau_L=0.9, k=7)
    G, b = (np.frombuffer(x, "<f4") for x in (figure.gram, figure.b))
    f_k, step = np.zeros(6), 0.9 / figure.L
    for _ in range(7):
        v = f_k - step * (G.reshape(6, 6) @ f_k - b)
        f_k = np.sign(v) * np.maximum(np.abs(v) - step * 0.1, 0)
    J = 0.5 * (figure.energy + f_k @ G.reshape(6, 6) @ f_k - 2 * b @ f_k)
    shown = run(ista(H, g, L1(), 0.1, step), 7)
    np.testing.assert_allclose(f_k, shown, atol=1e-5)
    np.testing.assert_allclose(J, 0.5 * (g - H(shown)).square().sum(), rtol=1e-4)


def test_the_labels_of_the_map_are_nearest_means_and_then_smoother(randn):
    f = randn(8, 8)
    figure = MaterialMap(f, classes=3, beta=0.0)
    m = torch.tensor(np.frombuffer(figure.means, "<f4").copy())[2:5].double()
    v = torch.tensor(np.frombuffer(figure.v, "<f4").copy())[1].double()
    assert torch.equal(figure.labels(), (f - m.view(3, 1, 1)).abs().argmin(0))

    def energy(z):
        agree = (z[1:] == z[:-1]).sum() + (z[:, 1:] == z[:, :-1]).sum()
        return ((f - m[z]) ** 2).sum() / (2 * v) - 0.8 * agree

    alone, figure.beta = figure.labels(), 0.8
    z = figure.labels()
    assert energy(z) < energy(alone)
    for x in range(64):  # no pixel alone can do better
        for k in range(3):
            other = z.clone().flatten()
            other[x] = k
            assert energy(other.view(8, 8)) >= energy(z) - 1e-5
