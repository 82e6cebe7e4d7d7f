"""Every figure of the package: a class, a front end of the same name, one output."""

import importlib
import re
from pathlib import Path

import numpy as np
import pytest
import torch

from course_utils import explore
from tests.package.explore import same_numbers
from tests.package.explore.examples import EXAMPLES
from tests.package.explore.in_node import ask
from tests.package.explore.reading import assert_shows_itself_three_ways

FOLDER = Path(explore.__file__).parent

SHARED = {
    "figure",
    "fourier",
    "heat",
    "lambda_plot",
    "lambda_rules",
    "menu",
    "own_picture",
    "packed",
    "parallel_beam",
    "real_fourier",
    "remembered",
    "texts_below",
}

each_figure = pytest.mark.parametrize("name", EXAMPLES)


def snake(name):
    """BandAndNoise as its file is named: band_and_noise."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def test_every_figure_has_an_example_and_a_front_end_of_its_name():
    assert list(EXAMPLES) == [snake(name) for name in explore.__all__]
    front_ends = {path.stem for path in FOLDER.glob("*.js")} - SHARED
    assert front_ends == set(EXAMPLES)


@each_figure
def test_one_output_serves_the_live_figure_the_still_twin_and_plain_text(name, randn):
    assert_shows_itself_three_ways(EXAMPLES[name](randn))


@each_figure
def test_the_front_end_is_the_one_beside_the_class(name, randn):
    figure = EXAMPLES[name](randn)
    own = (FOLDER / f"{name}.js").read_text(encoding="utf-8")
    assert figure._esm.endswith(own)
    assert type(figure).__module__ == f"course_utils.explore.{name}"


@each_figure
def test_the_front_end_asks_only_for_numbers_that_the_class_gives(name, randn):
    figure = EXAMPLES[name](randn)
    own = (FOLDER / f"{name}.js").read_text(encoding="utf-8")
    asked = set(
        re.findall(r'(?:model\.get\(|floats\(model, |unpacked\(model, )"(\w+)"', own)
    )
    assert asked and asked <= set(figure.get_state())


@pytest.mark.slow
@each_figure
def test_the_page_draws_what_python_computes(name, randn):
    module = importlib.import_module(f"tests.package.explore.test_{name}")
    assert {"SETTINGS", "expected"} <= set(vars(module)), f"{name} is compared with nothing"
    same_numbers.assert_same_numbers(EXAMPLES[name](randn), module)


@each_figure
def test_every_figure_asks_something_of_the_reader(name, randn):
    figure = EXAMPLES[name](randn)
    assert figure.task.startswith("Predict")
    figure.task = "Another task."
    assert figure.get_state()["task"] == "Another task."


def test_half_the_work_gives_the_fourier_transform_of_a_real_picture_and_back(randn):
    f = randn(8, 8)
    both = """(() => {
      const { forward, back } = realFourierOf(8);
      const F = forward(Float64Array.from(f.flat()));
      return [F.re, F.im, back(F)].map((row) => [...row]);
    })()"""
    *parts, again = torch.tensor(ask("real_fourier fourier", both, f=f)).view(3, 8, 8)
    F = torch.fft.fft2(f)
    np.testing.assert_allclose(torch.stack(parts), torch.stack([F.real, F.imag]), atol=1e-5)
    np.testing.assert_allclose(again, f, atol=1e-6)
