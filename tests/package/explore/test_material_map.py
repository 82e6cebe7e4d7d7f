"""The labels of the map are nearest means, smoother with a coupling, and grown in a gap."""

import pytest
import torch

from course_utils.explore import MaterialMap
from tests.package.explore import in_node
from tests.package.explore.examples import SIDE
from tests.package.explore.reading import numbers

PLACES = range(SIDE - 5 + 1)
SETTINGS = {"classes": range(2, 7), "beta": (0.0, 4.0), "row": PLACES, "column": PLACES}
MAPS = {"labels", "wrong"}


def expected(figure):
    """The labels of the class, and how many of them are wrong."""
    wrong, hidden = figure.wrong(), figure.hidden()
    first = sum(range(2, figure.classes))
    return {
        "labels": figure.labels(),
        "m": figure.numbers("means")[first : first + figure.classes],
        "hidden": hidden,
        "wrong": wrong,
        "seen": (wrong & ~hidden).sum(),
        "covered": (wrong & hidden).sum(),
    }


def halves(n):
    """Two materials, one above the other."""
    return (torch.arange(n) >= n // 2).long()[:, None].expand(n, n)


def test_the_labels_of_the_map_are_nearest_means_and_then_smoother(randn):
    f = randn(8, 8)
    figure = MaterialMap(f, halves(8), classes=3, beta=0.0)
    m = torch.from_numpy(numbers(figure, "means"))[2:5]
    v = torch.from_numpy(numbers(figure, "v"))[1]
    assert torch.equal(figure.labels(), (f - m.view(3, 1, 1)).abs().argmin(0))

    def energy(z):
        agree = (z[1:] == z[:-1]).sum() + (z[:, 1:] == z[:, :-1]).sum()
        return ((f - m[z]) ** 2).sum() / (2 * v) - 0.8 * agree

    alone = figure.labels()
    figure.beta = 0.8
    z = figure.labels()
    assert energy(z) < energy(alone)
    for x in range(64):  # no pixel alone can do better
        for k in range(3):
            other = z.clone().flatten()
            other[x] = k
            assert energy(other.view(8, 8)) >= energy(z) - 1e-5


@pytest.mark.parametrize("beta", [0.0, 0.3, 1.5])
def test_the_page_gives_each_pixel_the_label_that_python_gives_it(beta, randn):
    f = randn(12, 12).cumsum(0).cumsum(1) / 9 + 0.5 * randn(12, 12)
    figure = MaterialMap(f, halves(12), classes=4, beta=beta)
    q = figure._k_means[2]
    given = {"f": f.flatten(), "m": q.m, "v": q.sigma**2, "beta": beta}
    found = in_node.ask("material_map", "[...materials(f, 12, m, v, beta)]", **given)
    assert found == figure.labels().flatten().tolist()


def test_hidden_pixels_continue_what_surrounds_them_and_know_nothing_of_what_is_there():
    truth = halves(12).clone()
    truth[1:5, 3:7] = 1  # an island, which the square hides
    f = truth + 0.01 * torch.arange(144).view(12, 12).remainder(7)
    figure = MaterialMap(f, truth, classes=2, beta=1.0, row=0, column=2, side=6)
    assert (figure.labels() == halves(12)).all()
    assert figure.wrong().sum() == 16
    figure.beta = 0.0
    assert (figure.labels()[figure.hidden()] == 0).all()  # nobody decides


def test_a_class_that_splits_a_material_is_not_wrong():
    truth = halves(12)
    f = 2 * truth + 0.9 * (torch.arange(12) % 2)
    figure = MaterialMap(f, truth, classes=4, beta=0.0)
    assert figure.labels().unique().numel() == 4 and not figure.wrong().any()
