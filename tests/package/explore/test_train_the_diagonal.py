"""Training the diagonal: its steps are those of the four-layer network itself."""

import pytest
import torch

from course_utils.explore import TrainTheDiagonal
from course_utils.explore.train_the_diagonal import (
    OPTIMIZERS,
    coefficients,
    marks,
    together,
)
from course_utils.metrics import nmse_db
from course_utils.networks import SpectralNet
from course_utils.operators import Blur
from course_utils.signals import gaussian_psf
from tests.package.explore import in_node

N = 24
SIGMA = 0.1
MOST = 60
SETTINGS = {
    "optimizer": list(OPTIMIZERS),
    "log10_rate": (-1.0, 0.5),
    "k": range(4),
    "mark": range(12),
}


def blur():
    return Blur(gaussian_psf(1.5).double(), (N,))


def network(figure):
    """The four-layer network with all of its numbers at zero."""
    net = SpectralNet(blur())
    torch.nn.init.zeros_(net[2].Lambda)
    return net


def expected(figure):
    """The network itself, trained by torch on the pairs, and its errors."""
    net = network(figure)
    g, f = (x[: 2**figure.k] for x in figure.pairs)
    optimizer = OPTIMIZERS[figure.optimizer](net.parameters(), lr=10**figure.log10_rate)
    looks = marks(figure.most)
    rows = []
    for step in range(figure.most + 1):
        if step in looks:
            Lambda = net[2].Lambda.detach().clone()
            on_test = nmse_db(net(figure.test[0]).detach(), figure.test[1])
            rows.append((Lambda, nmse_db(net(g).detach(), f), on_test))
        optimizer.zero_grad()
        (net(g) - f).square().mean().backward()
        optimizer.step()
    Lambda, on_pairs, on_test = zip(*rows, strict=True)
    s2 = figure.numbers("s") ** 2
    _, b = coefficients(blur(), (g, f))
    return {
        "marks": looks,
        "now": s2 * Lambda[figure.mark],
        "wiener": s2 * figure.wiener(),
        "onPairs": on_pairs,
        "onTest": on_test,
        "best": figure.error_db(figure.wiener()),
        "limit": N / together(b.square().mean(0)).max().item(),
    }


@pytest.fixture
def figure(randn):
    def drawn(count):
        f = randn(count, N).cumsum(-1) / 3
        return blur()(f) + SIGMA * randn(count, N), f

    return TrainTheDiagonal(blur(), drawn(8), drawn(20), SIGMA, most=MOST, k=3)


def test_the_sums_hold_the_error_of_the_network(figure):
    net = SpectralNet(blur(), lam=0.1)
    f_hat = net(figure.test[0]).detach()
    Lambda = net[2].Lambda.detach()
    assert figure.error_db(Lambda) == pytest.approx(
        nmse_db(f_hat, figure.test[1]), abs=1e-4
    )


@pytest.mark.parametrize(("part", "diverges"), [(0.95, False), (1.05, True)])
def test_gradient_descent_diverges_beyond_the_largest_rate_in_the_page(
    figure, part, diverges
):
    figure.most = 2000
    rate = torch.tensor(part * figure.largest_rate()).log10().item()
    page = in_node.drawn(figure, [{"log10_rate": rate, "optimizer": "gradient descent"}])[0]
    errors = page["onPairs"]
    assert (errors[-1] > errors[0]) is diverges
    assert page["limit"] == pytest.approx(figure.largest_rate())


def test_with_many_pairs_the_closed_form_is_the_wiener_filter(figure, randn):
    f = randn(20_000, N)
    g = blur()(f) + SIGMA * randn(20_000, N)
    many = TrainTheDiagonal(blur(), (g, f), (g[:9], f[:9]), SIGMA, most=MOST, k=14)
    A, B = (many.numbers(name).view(-1, N // 2 + 1)[14] for name in "AB")
    seen = many.numbers("s") > 0.1
    torch.testing.assert_close((A / B)[seen], many.wiener()[seen], rtol=0.05, atol=0)


def test_the_looks_grow_apart_and_end_with_the_last_step():
    assert marks(9) == [0, 1, 2, 3, 4, 5, 6, 8, 9]
    assert marks(8192)[-1] == 8192 and len(marks(8192)) < 70


def test_the_twin_shows_the_diagonal_of_three_lengths_of_training(figure):
    lines = {line.get_label(): line for line in figure.twin().axes[0].lines}
    assert list(lines) == ["Wiener filter", "8 steps", "32 steps", "512 steps"]
    wiener = torch.tensor(lines["Wiener filter"].get_ydata())
    gaps = [
        (torch.tensor(lines[f"{steps} steps"].get_ydata()) - wiener).norm()
        for steps in (8, 32, 512)
    ]
    assert gaps[0] > gaps[1] > gaps[2]
