"""Until the deadline: the page has FISTA's iterates and the layers, with their errors."""

from itertools import islice

import pytest
import torch

from course_utils.explore import StepsUntilDeadline
from course_utils.linear import Matrix
from course_utils.metrics import nmse_db
from course_utils.priors import L1
from course_utils.solvers import fista

SETTINGS = {"log10_lam": (-2.0, 0.0), "k": range(1, 7)}


def expected(figure):
    """What was sent for the lambda next to the one that is set, and for one step."""
    K, n = figure.steps, figure.window
    place = figure.place()
    return {
        "f": figure.numbers("scene"),
        "fista": figure.numbers("by_fista").view(-1, K, n)[place, figure.k - 1],
        "layers": figure.numbers("by_layers").view(K, n)[figure.k - 1],
        "fistaErrors": figure.numbers("fista_errors").view(-1, K)[place],
        "layerErrors": figure.numbers("layer_errors"),
    }


@pytest.fixture
def given(randn):
    H, f = Matrix(randn(8, 12)), randn(5, 12)
    layers = f + torch.logspace(0, -2, 4)[:, None, None] * randn(4, 5, 12)
    figure = StepsUntilDeadline(H, f, H(f), layers, log10_lam=-0.7, k=3, window=9)
    return H, f, layers, figure


def test_the_page_gets_the_iterates_of_fista_for_the_lambda_that_is_set(given):
    H, f, layers, figure = given
    tau = 1 / torch.linalg.matrix_norm(H.A, 2) ** 2
    way = torch.stack([*islice(fista(H, H(f), L1(), 10**-0.7, tau), 4)])
    shown = nmse_db(layers[-1], f, each=True).argsort()[2]
    sent = expected(figure)
    near = {"rtol": 0, "atol": figure.by_fista["step"]}
    torch.testing.assert_close(sent["fista"], way[2, shown, :9], **near)
    near = {"rtol": 0, "atol": figure.by_layers["step"]}
    torch.testing.assert_close(sent["layers"], layers[2, shown, :9], **near)


def test_the_errors_are_medians_over_whole_signals(given):
    H, f, layers, figure = given
    tau = 1 / torch.linalg.matrix_norm(H.A, 2) ** 2
    way = islice(fista(H, H(f), L1(), 10**-0.7, tau), 4)
    sent = expected(figure)
    for name, f_k in (("fistaErrors", way), ("layerErrors", layers)):
        each = [nmse_db(x, f, each=True).median() for x in f_k]
        torch.testing.assert_close(
            sent[name], torch.stack(each).double(), rtol=1e-5, atol=0
        )


def test_the_twin_follows_the_setting(given):
    *_, figure = given
    figure.k = 1
    labels = figure.twin().axes[0].get_legend_handles_labels()[1]
    assert labels == ["signal", "FISTA, step 1", "layers, step 1"]
