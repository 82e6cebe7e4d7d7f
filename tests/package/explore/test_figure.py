"""What all figures share: numbers as bytes, a front end of two texts, and a still twin."""

import re
from pathlib import Path

import numpy as np
import pytest
import torch
import traitlets

from course_utils import explore
from course_utils.explore.figure import RespondingFigure, as_bytes, front_end, synced
from course_utils.metrics import relative_error
from tests.package.explore import in_node

FOLDER = Path(explore.__file__).parent


def test_numbers_travel_as_float32_row_by_row():
    turned = torch.arange(6.0).reshape(2, 3).mT
    assert np.frombuffer(as_bytes(turned), "<f4").tolist() == [0, 3, 1, 4, 2, 5]


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
