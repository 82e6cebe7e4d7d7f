"""The figures of chapter 10 give the browser what the formulas give."""

import base64

import numpy as np
import pytest
import torch

from course_utils.explore import LayerPlayer, LayersAndIterations
from course_utils.metrics import nmse_db, relative_error


def numbers(figure, name):
    return torch.from_numpy(np.frombuffer(getattr(figure, name), "<f4").copy())


@pytest.fixture
def played(randn):
    f, noise = randn(11, 20), randn(3, 11, 20)
    estimates = {"first": f + noise, "second": f + 0.1 * noise}
    return f, estimates, LayerPlayer(f, estimates, (0.0, 0.5, 1.0), layer=2, window=8)


def test_the_layer_player_shows_the_scenes_at_these_ranks_of_the_last_error(played):
    f, estimates, figure = played
    last = [nmse_db(a, b) for a, b in zip(estimates["second"][-1], f, strict=True)]
    order = sorted(range(11), key=last.__getitem__)
    shown = numbers(figure, "scenes").view(3, 8)
    torch.testing.assert_close(shown, f[[order[0], order[5], order[10]], :8].float())
    f_k = numbers(figure, "estimates").view(2, 3, 3, 8)
    torch.testing.assert_close(f_k[0, 1, 2], estimates["first"][1, order[10], :8].float())


def test_the_layer_player_has_the_errors_of_whole_scenes_and_their_quantiles(played):
    f, estimates, figure = played
    each = torch.tensor(
        [[nmse_db(a, b) for a, b in zip(x, f, strict=True)] for x in estimates["first"]]
    )
    errors = numbers(figure, "errors").view(2, 3, 3)
    assert all(error in each[:, :].float() for error in errors[0].flatten())
    q = numbers(figure, "quantiles").view(3, 2, 3)
    levels = torch.tensor([0.05, 0.5, 0.95])
    torch.testing.assert_close(
        q[:, 0], each.float().quantile(levels, -1), rtol=1e-4, atol=1e-4
    )


@pytest.fixture
def pair(randn):
    f, ways = randn(6, 6), {"network": randn(4, 6, 6), "iteration": randn(4, 6, 6)}
    return f, ways, LayersAndIterations(f, f + 1, ways, trained=2, k=3)


def test_layers_and_iterations_carry_pictures_and_their_errors(pair):
    f, ways, figure = pair
    pictures = numbers(figure, "pictures").view(2, 4, 6, 6)
    torch.testing.assert_close(pictures[1, 2], ways["iteration"][2].float())
    data = relative_error(f + 1, f)
    expected = [relative_error(x, f) / data for way in ways.values() for x in way]
    np.testing.assert_allclose(numbers(figure, "errors"), expected, rtol=1e-5)
    assert figure.last == 3 and figure.size == 6


def test_both_have_a_still_twin_and_plain_text(played, pair):
    for *_, figure in (played, pair):
        data, _ = figure._repr_mimebundle_()
        assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG")
        assert data["text/plain"] == figure.label != ""


def test_the_twin_follows_the_setting(played, pair):
    *_, figure = played
    label = figure.twin().axes[0].get_legend_handles_labels()[1][1]
    assert label == "second, layer 2"
    figure.method, figure.layer = 1, 3
    assert figure.twin().axes[0].get_legend_handles_labels()[1][1] == "first, layer 3"
    _, ways, figure = pair
    figure.k = 1
    shown = figure.twin().axes[1].images[0].get_array()
    np.testing.assert_allclose(shown, ways["network"][1])
