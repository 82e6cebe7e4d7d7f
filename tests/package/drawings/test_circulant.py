"""The drawing of a circulant matrix is that of a convolution, and drawn to scale."""

import re
from xml.etree import ElementTree

import pytest
import torch

from course_utils.drawings import circulant
from course_utils.linear import Matrix
from course_utils.operators import Blur


def modes(layout, role):
    """Heights over their middle of the long lines of a role, in their order."""
    drawing = circulant.circulant_and_modes()
    drawing = drawing.narrow if layout == "narrow" else drawing
    found = []
    for part in ElementTree.fromstring(drawing.svg()).iter("path"):
        places = re.findall(r"([\d.]+),([\d.]+)", part.get("d"))
        x, y = torch.tensor([[float(v) for v in place] for place in places]).double().T
        is_long = abs(x.max() - x.min() - circulant.LENGTH) < 0.1
        if part.get("class") == f"line {role}" and is_long:
            found.append(-y)
    return [y[:-1] - y[:-1].mean() for y in found]


def test_the_matrix_is_that_of_a_periodic_convolution():
    h = torch.cat([torch.zeros(2), circulant.PSF]).double()
    H = Blur(h, (circulant.N,))
    assert torch.allclose(circulant.circulant(), Matrix.of(H).A, atol=1e-14)
    t = [circulant.transfer(nu) for nu in range(circulant.N)]
    assert torch.allclose(torch.tensor(t, dtype=torch.complex128), H.transfer, atol=1e-14)


@pytest.mark.parametrize("layout", ("wide", "narrow"))
def test_each_mode_comes_out_lower_and_shifted_by_the_angle_of_its_transfer(layout):
    there, back = modes(layout, "ink"), modes(layout, "classical")
    assert len(there) == len(back) == len(circulant.SHOWN)
    for nu, before, after in zip(circulant.SHOWN, there, back, strict=True):
        ratio = torch.fft.fft(after)[nu] / torch.fft.fft(before)[nu]
        t = circulant.transfer(nu)
        assert abs(complex(ratio) - t) < 1e-2
        assert before.max() == pytest.approx(circulant.HEIGHT, abs=0.1)
