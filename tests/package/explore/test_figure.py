"""What all figures share: numbers as bytes, a front end of two texts, and a still twin."""

import re
from pathlib import Path

import numpy as np
import pytest
import torch
import traitlets

from course_utils import explore
from course_utils.explore.figure import (
    RespondingFigure,
    as_bytes,
    front_end,
    in_steps,
    read,
    synced,
)
from course_utils.metrics import relative_error
from tests.package.explore import in_node

FOLDER = Path(explore.__file__).parent


def test_numbers_travel_as_float32_row_by_row():
    turned = torch.arange(6.0).reshape(2, 3).mT
    assert np.frombuffer(as_bytes(turned), "<f4").tolist() == [0, 3, 1, 4, 2, 5]


EIGHT = torch.tensor([-1.0, 0.5, 0.75, 2.0]).double()


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("packed", [False, True])
def test_numbers_travel_in_whole_steps_between_the_smallest_and_the_largest(bits, packed):
    sent = in_steps(EIGHT, bits=bits, packed=packed)
    found = read(sent)
    step = 3 / (2**bits - 1)
    torch.testing.assert_close(found, EIGHT, rtol=0, atol=0.5 * step + 1e-12)
    torch.testing.assert_close(found[[0, 3]], EIGHT[[0, 3]])
    assert packed or len(sent["data"]) == 4 * bits // 8


def test_one_number_for_all_pixels_travels_too():
    assert read(in_steps(torch.full((3,), 0.7))).tolist() == pytest.approx([0.7] * 3)


class Numbers(RespondingFigure):
    """A figure that draws nothing, and reads numbers in each of the ways they come."""

    _esm = (
        front_end("layer_player", "packed").split("// Estimates")[0]
        + """
    async function computation(model) {
      const steps = ["eight", "sixteen"].map((trait) => floats(model, trait));
      const packed = await unpacked(model, "packed");
      return () => ({ single: floats(model, "single"), steps, packed });
    }"""
    )
    single = synced(traitlets.Bytes)
    eight = synced(traitlets.Dict)
    sixteen = synced(traitlets.Dict)
    packed = synced(traitlets.Dict)


def test_the_page_reads_the_very_numbers_that_python_reads(randn):
    values = randn(7)
    figure = Numbers(
        single=as_bytes(values),
        eight=in_steps(values),
        sixteen=in_steps(values, bits=16),
        packed=in_steps(values, packed=True),
    )
    (found,) = in_node.drawn(figure, [{}])
    assert found["single"] == figure.numbers("single").tolist()
    assert found["steps"] == [figure.numbers(x).tolist() for x in ("eight", "sixteen")]
    assert found["packed"] == found["steps"][0]


def test_a_synced_trait_reaches_the_browser_with_its_default():
    class Counter(RespondingFigure):
        _esm = front_end("truncation")
        count = synced(traitlets.Int, 3)
        own = traitlets.Int(4)

    state = Counter().get_state()
    assert state["count"] == 3 and "own" not in state


def test_a_front_end_is_the_shared_part_and_its_own():
    module = front_end("truncation")
    assert "function slider" in module and module.count("export default") == 1
    assert "import " not in module  # one self-contained text: it must work with no server


def test_every_name_of_the_shared_part_is_used():
    shared = (FOLDER / "figure.js").read_text(encoding="utf-8")
    texts = [path.read_text(encoding="utf-8") for path in FOLDER.glob("*.js")]
    words = re.findall(r"\w+", " ".join(texts))
    defined = re.findall(r"^(?:function|const) (\w+)", shared, re.M)
    assert defined and [name for name in defined if words.count(name) < 2] == []


def test_the_error_that_the_page_reads_out_is_that_of_metrics(randn):
    f_hat, f = randn(2, 9)
    read = in_node.ask("truncation", "relativeError(f_hat, f)", f_hat=f_hat, f=f)
    assert read == pytest.approx(relative_error(f_hat, f))


def test_a_figure_without_a_twin_says_so():
    with pytest.raises(NotImplementedError):
        RespondingFigure().twin()
