"""The drawing of the singular value decomposition is drawn to scale."""

from xml.etree import ElementTree

import pytest
import torch

from course_utils.drawings import svd

LAYOUTS = ("wide", "narrow")


def ellipses(layout):
    """Radii and tilt of the ellipses, by their role, in the order of the panels."""
    drawing = svd.there_and_back()
    drawing = drawing.narrow if layout == "narrow" else drawing
    found = {}
    for part in ElementTree.fromstring(drawing.svg()).iter("ellipse"):
        radii = (float(part.get("rx")) / svd.UNIT, float(part.get("ry")) / svd.UNIT)
        tilt = float(part.get("transform").split("rotate(")[1].rstrip(")"))
        found.setdefault(part.get("class").split()[-1], []).append((radii, -tilt % 180))
    return found


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_circle_becomes_an_ellipse_whose_axes_are_the_singular_values(layout):
    circle, turned, stretched, data = (radii for radii, _ in ellipses(layout)["classical"])
    assert circle == turned == pytest.approx((1, 1))
    assert stretched == data == pytest.approx(tuple(svd.S.diag().tolist()), abs=1e-3)
    assert ellipses(layout)["classical"][3][1] == pytest.approx(60, abs=0.01)  # along u_1


@pytest.mark.parametrize("layout", LAYOUTS)
def test_noise_grows_by_one_over_the_smaller_singular_value_on_the_way_back(layout):
    s_1, s_2 = svd.S.diag().tolist()
    estimate, divided, turned, disc = ellipses(layout)["noise"]
    assert disc[0] == turned[0] == pytest.approx((svd.SIGMA, svd.SIGMA), abs=1e-3)
    grown = (svd.SIGMA / s_2, svd.SIGMA / s_1)
    assert divided[0] == estimate[0] == pytest.approx(grown, abs=1e-3)
    assert estimate[1] == pytest.approx(35 + 90, abs=0.01)  # along v_2


def test_the_way_back_undoes_the_way_there():
    H = svd.THERE[3]
    for forward, noise in zip(svd.THERE, svd.NOISE, strict=True):
        assert torch.allclose(noise @ H, forward, atol=1e-12)


def test_a_drawing_weighs_little():
    assert len(svd.there_and_back().html()) < 16_000
