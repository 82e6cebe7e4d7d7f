"""The estimate is Tikhonov's, and the rules and the oracles stand where they should."""

import pytest
import torch

from course_utils import choose
from course_utils.explore.by_eye import LOWEST
from course_utils.explore.figure import read
from course_utils.operators import Blur
from course_utils.operators.fourier import Hartley
from course_utils.signals import gaussian_psf
from course_utils.solvers import tikhonov
from tests.package.explore.examples import SIDE, by_eye
from tests.package.explore.in_node import ask, drawn
from tests.package.explore.ruling import errors, ruled
from tests.package.explore.spectral import Spectral

FRONT_END = "by_eye lambda_rules lambda_plot"
SETTINGS = {
    "image": ["one", "two"],
    "log10_lam": (LOWEST, 1.0),
    "shown": ["my eye alone", "reveal"],
}


def coefficients(figure):
    """The singular values and the coefficients of the truth and of the data, in a row."""
    half = figure.numbers("line")[: SIDE // 2 + 1]
    line = torch.cat([half, half[1:-1].flip(0)])
    s = (line[:, None] * line).flatten()
    hartley = Hartley((SIDE, SIDE))
    f = read(figure.photographs[figure.image]).view(SIDE, SIDE)
    a, e = (hartley(x).flatten() for x in (f, figure.numbers("noise").view(SIDE, SIDE)))
    return s, a, s * a + figure.sigma * e


def expected(figure):
    """Tikhonov by the formula, the rules of ``choose``, and oracles by another search."""
    s, a, c = coefficients(figure)
    log10_lam = torch.tensor([figure.log10_lam]).double()
    phi = s / (s**2 + 10**log10_lam)

    def image(x):
        return Hartley((SIDE, SIDE))(x.view(SIDE, SIDE))

    return {
        "f": image(a),
        "g": image(c),
        "f_lam": image(phi * c),
        "own": errors(s, c, a, log10_lam)[0, 0],
        **ruled(Spectral(s, torch.eye(len(s)).to(s)), s, c, a, figure.sigma),
    }


def test_the_rules_of_the_page_are_those_of_the_package_on_the_image_itself(randn):
    figure = by_eye(randn)
    H = Blur(gaussian_psf(1.0, ndim=2).double(), (SIDE, SIDE))
    f = read(figure.photographs["one"]).view(SIDE, SIDE)
    g = H(f) + figure.sigma * figure.numbers("noise").view(SIDE, SIDE)
    (answer,) = drawn(figure, [{"log10_lam": -2.0}])
    lam = [choose.discrepancy(H, g, 0.03), choose.gcv(H, g), choose.sure(H, g, 0.03)]
    lam += [choose.l_curve(H, g), choose.evidence(H, g)]
    assert answer["chosen"] == pytest.approx(torch.tensor(lam).log10().tolist(), abs=1e-3)
    f_lam = tikhonov(H, g, 1e-2).flatten().tolist()
    assert answer["f_lam"] == pytest.approx(f_lam, abs=1e-5)


def test_while_the_truth_is_hidden_no_rule_and_no_error_is_named():
    drawn = {"own": 0.2, "ofChosen": [0.1, 0.3, None, 0.19, 0.2], "ofOracles": [0.1, 0.1]}
    said = "verdict(drawn, {shown, log10_lam: -2}, guess)"
    hidden = ask(FRONT_END, said, drawn=drawn, shown="my eye alone", guess=None)
    assert "GCV" not in hidden and "times" not in hidden and "1.0e-2" in hidden
    revealed = ask(FRONT_END, said, drawn=drawn, shown="reveal", guess=-2)
    assert revealed.startswith("By eye") and "2.00 times" in revealed
    assert revealed.endswith("closer to the truth than GCV, SURE.")
    later = ask(FRONT_END, said, drawn=drawn, shown="reveal", guess=-3)
    assert later.startswith("With the truth in sight")
