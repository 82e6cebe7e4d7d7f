"""The figure of the front page: its numbers are those of ``answers``, whoever asks."""

import pytest

from course_utils.metrics import nmse_db
from tests.package.explore import in_node
from tests.package.explore.examples import three_answers

SETTINGS = {"picture": [0, 1], "width": (0.5, 2.5), "log10_sigma": (-3.5, -0.5)}


def expected(figure):
    """What ``answers`` makes of the numbers that the figure sends."""
    shown = figure.answers()
    f = shown.pop("truth")
    order = ("data", "inverse", "filter", "network")
    return shown | {"errors": [nmse_db(shown[name], f) for name in order]}


def test_the_twin_shows_the_answers_with_their_errors(randn):
    figure = three_answers(randn)
    shown = figure.answers()
    names = [axes.get_xlabel() for axes in figure.twin().axes]
    assert names == [
        f"{name}: {nmse_db(shown[name], shown['truth']):.1f} dB"
        for name in ("data", "inverse", "filter", "network")
    ]


@pytest.mark.parametrize(
    ("errors", "sigma", "words"),
    [
        ((-20.0, -21.0), 0.01, "better than the filter, by 1.0 dB."),
        ((-20.0, -19.9), 0.01, "loses to the filter, by 0.1 dB."),
        ((-20.0, -20.04), 0.01, "equally good."),
        ((-20.0, -19.0), 0.2, "by 1.0 dB. It was trained on noise of 0.3 % to 10 %."),
        ((-20.0, -19.0), 0.002, "by 1.0 dB. It was trained on noise of 0.3 % to 10 %."),
    ],
)
def test_the_verdict_follows_the_two_errors_and_names_what_training_left_out(
    errors, sigma, words
):
    ask = "verdict(...errors, sigma, [0.003, 0.1])"
    said = in_node.ask("three_answers", ask, errors=list(errors), sigma=sigma)
    assert said.endswith(words)


def test_the_divider_has_one_picture_on_its_left_and_the_other_on_its_right():
    ask = "Array.from(spliced([1, 2, 3, 4], [5, 6, 7, 8], part, 2))"
    ask = ask.replace("[1, 2, 3, 4]", "Float64Array.of(1, 2, 3, 4)")
    for part, mixed in ((0, [5, 6, 7, 8]), (0.5, [1, 6, 3, 8]), (1, [1, 2, 3, 4])):
        assert in_node.ask("three_answers", ask, part=part) == mixed
