"""The layer player shows signals by the rank of their errors, with the errors of all."""

import pytest
import torch

from course_utils.explore import LayerPlayer
from course_utils.metrics import nmse_db
from tests.package.explore.reading import numbers

SETTINGS = {"layer": range(1, 5), "scene": [1, 2, 3], "method": ["first", "second"]}


def expected(figure):
    """What was sent for one method, layer and signal."""
    m = figure.names.index(figure.method)
    k, i = figure.layer - 1, figure.scene - 1
    M, K, S = len(figure.names), figure.layers, len(figure.ranks)
    low, median, high = figure.numbers("quantiles").view(3, M, K)[:, m]
    return {
        "f": figure.numbers("scenes").view(S, -1)[i],
        "f_k": figure.numbers("estimates").view(M, K, S, -1)[m, k, i],
        "own": figure.numbers("errors").view(M, K, S)[m, :, i],
        "low": low,
        "median": median,
        "high": high,
    }


def stored(figure, name, *shape):
    return torch.from_numpy(numbers(figure, name)).float().view(shape)


@pytest.fixture
def played(randn):
    f = randn(11, 20)
    noise = randn(3, 11, 20)
    estimates = {"first": f + noise, "second": f + 0.1 * noise}
    return f, estimates, LayerPlayer(f, estimates, (0.0, 0.5, 1.0), layer=2, window=8)


def test_the_signals_at_these_ranks_of_the_last_error_are_shown(played):
    f, estimates, figure = played
    last = [nmse_db(a, b) for a, b in zip(estimates["second"][-1], f, strict=True)]
    order = sorted(range(11), key=last.__getitem__)
    shown = stored(figure, "scenes", 3, 8)
    places = [order[0], order[5], order[10]]
    near = {"rtol": 0, "atol": 0.02}  # half of a step of the eight bits
    torch.testing.assert_close(shown, f[places, :8].float(), **near)
    f_k = stored(figure, "estimates", 2, 3, 3, 8)
    expected = estimates["first"][1, order[10], :8].float()
    torch.testing.assert_close(f_k[0, 1, 2], expected, **near)


def test_the_errors_are_those_of_whole_signals_with_their_quantiles(played):
    f, estimates, figure = played
    each = torch.tensor(
        [[nmse_db(a, b) for a, b in zip(x, f, strict=True)] for x in estimates["first"]]
    ).float()
    errors = stored(figure, "errors", 2, 3, 3)
    assert all(error in each for error in errors[0].flatten())
    q = stored(figure, "quantiles", 3, 2, 3)[:, 0]
    levels = torch.tensor([0.05, 0.5, 0.95])
    torch.testing.assert_close(q, each.quantile(levels, -1), rtol=1e-4, atol=1e-4)


def test_the_twin_follows_the_setting(played):
    *_, figure = played
    label = figure.twin().axes[0].get_legend_handles_labels()[1][1]
    assert label == "second, layer 2"
    figure.method = "first"
    figure.layer = 3
    assert figure.twin().axes[0].get_legend_handles_labels()[1][1] == "first, layer 3"
