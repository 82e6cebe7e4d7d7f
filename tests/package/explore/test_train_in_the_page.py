"""Training in the page: its steps are PyTorch's, and what is drawn beside them is right."""

import numpy as np
import pytest
import torch
from torch.nn.utils import parameters_to_vector

from course_utils.explore import TrainInThePage
from course_utils.explore.train_in_the_page import (
    KERNEL,
    NETWORKS,
    OPTIMIZERS,
    TAPS,
    shuffled_batches,
)
from course_utils.signals import piecewise_constant
from tests.package.explore import in_node

n = 64
STEPS = 20
SETTINGS = {
    "network": list(NETWORKS),
    "optimizer": list(OPTIMIZERS),
    "log10_rate": (-3.0, -1.0),
    "log2_batch": range(4),
    "k": range(1, 4),
    "sigma": (0.05, 0.4),
    "steps": [STEPS],
}


def expected(figure):
    """Twenty steps of torch, and what the package compares them with."""
    model, losses = figure.trained(figure.steps)
    theta = parameters_to_vector(model.parameters()).detach()
    g, _ = figure.validation_pairs()
    power = torch.fft.rfft(figure.pairs()[1]).abs().square().mean(0)
    w = power / (power + figure.size * figure.sigma**2)
    first = theta[: TAPS if figure.network == "linear" else KERNEL]
    kernel = torch.zeros(figure.size).double()
    kernel[: len(first)] = first
    beaten = losses["validation"][-1] < figure.losses()["Wiener"]
    return {
        "theta": theta,
        "marks": losses["step"],
        "train": losses["training"],
        "validation": losses["validation"],
        "f_hat": model(g)[0],
        "w": w,
        "f_wiener": torch.fft.irfft(w * torch.fft.rfft(g[0]), figure.size),
        "gain": torch.fft.rfft(kernel).abs(),
        "nothing": figure.losses()["nothing"],
        "wiener": figure.losses()["Wiener"],
        "limit": figure.largest_rate(),
        "diverged": False,
        "success": figure.network == "CNN" and beaten,
    }


def denoiser(seed=0, sigma=0.2, **setting):
    """A figure with 32 signals to train on and 5 for validation."""
    generator = torch.Generator().manual_seed(seed)
    f = piecewise_constant(37, n, generator).double()
    e = torch.randn(37, n, generator=generator, dtype=torch.float64)
    return TrainInThePage((f[:32], e[:32]), (f[32:], e[32:]), sigma, **setting)


def in_the_page(figure, steps):
    """What the browser makes of the figure after so many steps."""
    return in_node.drawn(figure, [{"steps": steps}])[0]


@pytest.mark.slow
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("network", NETWORKS)
def test_twenty_steps_in_the_page_are_twenty_steps_of_torch(network, optimizer):
    figure = denoiser(network=network, optimizer=optimizer, log10_rate=-2.0, k=5)
    figure.steps = STEPS
    found = in_the_page(figure, STEPS)
    for name, values in expected(figure).items():
        ours = torch.as_tensor(values, dtype=torch.float64).detach()
        np.testing.assert_allclose(found[name], ours, rtol=0, atol=1e-9, err_msg=name)
    start = parameters_to_vector(figure.model().parameters()).detach()
    assert (torch.tensor(found["theta"]) - start).abs().max() > 1e-3


def test_the_wiener_filter_has_the_least_loss_of_all_filters_over_draws_of_noise():
    figure = denoiser(k=5)
    f = figure.pairs()[1]
    e = torch.randn(1000, *f.shape, generator=torch.Generator().manual_seed(1)).double()
    G = torch.fft.rfft(f + figure.sigma * e)
    F = torch.fft.rfft(f)
    best = (G.conj() * F).real.sum((0, 1)) / G.abs().square().sum((0, 1))
    np.testing.assert_allclose(in_the_page(figure, 0)["w"], best, atol=0.02)


@pytest.mark.slow
@pytest.mark.parametrize(("part", "converges"), [(0.97, True), (1.03, False)])
def test_the_linear_denoiser_converges_below_two_over_L_and_diverges_above(part, converges):
    figure = denoiser(log2_batch=5, k=5)
    figure.log10_rate = np.log10(part * figure.largest_rate())
    page = in_the_page(figure, 400)
    assert page["diverged"] is not converges
    assert page["success"] is converges
    start = figure.losses()["nothing"]
    assert (page["train"][-1] < start) is converges


@pytest.mark.slow
def test_the_goal_of_the_cnn_is_reached_below_the_loss_of_the_wiener_filter():
    figure = denoiser(network="CNN", optimizer="Adam", log10_rate=-2.0, k=5)
    for steps in (5, 120):
        page = in_the_page(figure, steps)
        beaten = page["validation"][-1] < page["wiener"]
        assert page["success"] is beaten
        assert beaten is (steps == 120)


def test_an_epoch_takes_every_signal_once_in_a_new_order():
    batches = shuffled_batches(16, 4)
    epochs = [torch.cat([next(batches) for _ in range(4)]).tolist() for _ in range(50)]
    assert all(sorted(epoch) == list(range(16)) for epoch in epochs)
    assert len(set(map(tuple, epochs))) == 50
    assert len({epoch[0] for epoch in epochs}) > 10


def test_the_untrained_networks_return_their_data(randn):
    g = randn(3, n)
    for name in NETWORKS:
        model = denoiser(network=name).model()
        torch.testing.assert_close(model(g), g, rtol=0, atol=0)


def test_the_twin_shows_both_losses_and_both_references():
    figure = denoiser(k=5)
    lines = {line.get_label(): line for line in figure.twin().axes[0].lines}
    assert list(lines) == ["training loss", "validation loss", "nothing", "Wiener"]
    trained = figure.trained(300)[1]
    np.testing.assert_allclose(lines["training loss"].get_ydata(), trained["training"])
    assert set(lines["Wiener"].get_ydata()) == {figure.losses()["Wiener"]}
