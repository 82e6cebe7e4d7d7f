"""The labels of the map are those of the nearest means, and smoother with a coupling."""

import torch

from course_utils.explore import MaterialMap
from tests.package.explore.reading import numbers


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
