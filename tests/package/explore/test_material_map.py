"""The labels of the map are those of the nearest means, and smoother with a coupling."""

import pytest
import torch

from course_utils.explore import MaterialMap
from tests.package.explore import in_node
from tests.package.explore.reading import numbers

SETTINGS = {"classes": range(2, 7), "beta": (0.0, 4.0)}
MAPS = {"labels"}


def expected(figure):
    """The labels of the class, and how many have each."""
    labels = figure.labels()
    same = [labels[1:] == labels[:-1], labels[:, 1:] == labels[:, :-1]]
    first = sum(range(2, figure.classes))
    return {
        "labels": labels,
        "m": figure.numbers("means")[first : first + figure.classes],
        "counts": [(labels == k).sum() for k in range(figure.classes)],
        "share": torch.cat([x.flatten() for x in same]).double().mean(),
    }


def test_the_labels_of_the_map_are_nearest_means_and_then_smoother(randn):
    f = randn(8, 8)
    figure = MaterialMap(f, classes=3, beta=0.0)
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
    figure = MaterialMap(f, classes=4, beta=beta)
    q = figure._k_means[2]
    z = figure.labels()
    given = {"f": f.flatten(), "m": q.m, "v": q.sigma**2, "beta": beta}
    found = in_node.ask("material_map", "[...materials(f, 12, m, v, beta)]", **given)
    assert found == z.flatten().tolist()
    same = torch.cat([(z[1:] == z[:-1]).flatten(), (z[:, 1:] == z[:, :-1]).flatten()])
    share = in_node.ask("material_map", "agreeing(z, 12)", z=z.flatten())
    assert share == pytest.approx(same.double().mean().item())
