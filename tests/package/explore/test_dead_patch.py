"""A dead patch changes the posterior as the formula with matrices says."""

import numpy as np
import torch

from course_utils.explore.dead_patch import LARGEST, without
from tests.package.explore.examples import SIDE, dead_patch
from tests.package.explore.in_node import drawn

PLACES = range(SIDE - LARGEST + 1)
SETTINGS = {"row": PLACES, "column": PLACES, "side": range(1, LARGEST + 1)}


def circulant(factors):
    """The matrix of a periodic convolution of pictures, from its Fourier transform."""
    kernel = torch.fft.ifft2(factors).real
    n = len(kernel)
    rows = [kernel.roll((i, j), (0, 1)).flatten() for i in range(n) for j in range(n)]
    return torch.stack(rows, dim=1)


def dead_pixels(figure):
    """Where nothing is measured."""
    dead = torch.zeros(SIDE, SIDE, dtype=torch.bool)
    row, column, side = figure.row, figure.column, figure.side
    dead[row : row + side, column : column + side] = True
    return dead


def by_matrices(figure, dead):
    """Sigma = (A^T A / sigma^2 + C^-1)^-1, with the rows of H of the living pixels."""
    s = torch.outer(figure.numbers("line"), figure.numbers("line"))
    p = figure.numbers("p").view(SIDE, SIDE)
    f, eps = figure.numbers("scene") - figure.grey, figure.numbers("noise")
    g = circulant(s) @ f + figure.sigma * eps
    A = circulant(s)[~dead.flatten()]
    Sigma = torch.linalg.inv(A.T @ A / figure.sigma**2 + circulant(1 / p))
    return f, g, Sigma @ A.T @ g[~dead.flatten()] / figure.sigma**2, Sigma.diag()


def expected(figure):
    """The data, the posterior and what its intervals hold."""
    dead = dead_pixels(figure)
    f, g, mean, variance = by_matrices(figure, dead)
    hit = (f - mean).abs() <= figure.z * variance.sqrt()
    return {
        "g": torch.where(dead.flatten(), 0, g + figure.grey),
        "f_hat": mean + figure.grey,
        "sd": variance.sqrt(),
        "covered": hit[dead.flatten()].sum(),
        "elsewhere": hit[~dead.flatten()].double().mean(),
    }


def test_taking_data_out_is_the_formula_with_matrices(randn):
    figure = dead_patch(randn)
    dead = dead_pixels(figure)
    _, g, mean, variance = by_matrices(figure, dead)
    s = torch.outer(figure.numbers("line"), figure.numbers("line"))
    p = figure.numbers("p").view(SIDE, SIDE)
    g = torch.where(dead, 0, g.view(SIDE, SIDE))
    found = without(dead, g, s, p, figure.sigma)
    np.testing.assert_allclose(found[0].flatten(), mean, atol=1e-9)
    np.testing.assert_allclose(found[1].flatten(), variance, rtol=1e-9)


def test_the_uncertainty_moves_with_the_patch_and_knows_nothing_of_the_image(randn):
    figure = dead_patch(randn)
    start = {"row": 1, "column": 2, "side": 4}
    moved = {"row": 4, "column": 2, "side": 4}
    first, second = drawn(figure, [start, moved])
    maps = [torch.tensor(a["sd"]).view(SIDE, SIDE) for a in (first, second)]
    np.testing.assert_allclose(maps[0].roll(3, 0), maps[1], rtol=1e-6)
    assert maps[0][2:4, 3:5].min() > 1.2 * maps[0][10:, 10:].max()


def test_the_still_twin_shows_the_same_four_pictures(randn):
    figure = dead_patch(randn)
    shown = [ax.images[0].get_array() for ax in figure.twin().axes[:4]]
    (answer,) = drawn(figure, [{"row": figure.row}])
    top = 1.5 * max(answer["sd"])
    for picture, name in zip(shown, ("g", "f_hat", "sd"), strict=False):
        scale = top if name == "sd" else 1
        np.testing.assert_allclose(picture.flatten() * scale, answer[name], atol=1e-6)
