"""The proximal maps of the plane are those of the package, and minimise what they say."""

import pytest
import torch

from course_utils.explore import ProxPlane
from course_utils.explore.prox_plane import PENALTIES
from course_utils.priors import L1, L2, TotalVariation
from tests.package.explore import in_node

SETTINGS = {
    "penalty": list(PENALTIES),
    "v1": (-4.0, 4.0),
    "v2": (-3.0, 3.0),
    "t": (0.05, 2.0),
}
VALUES = {
    "ℓ1": L1(),
    "squares": L2(),
    "length": L1(axis=-1),
    "TV of two pixels": TotalVariation(dims=1),
    "disc": lambda f: torch.zeros(()),
}


def expected(figure):
    """What the package's priors make of v, the penalty there, and of a line through v."""
    v = torch.tensor([figure.v1, figure.v2]).double()
    f = figure.sent(v)
    sizes = [VALUES[figure.penalty](f), (v - f).norm()]
    return {"f": f, "sizes": sizes, "along": figure.along()}


@pytest.mark.parametrize("penalty", PENALTIES)
def test_a_point_is_sent_to_the_minimum_found_on_a_grid(penalty):
    v, t = torch.tensor([1.6, -0.9]).double(), 0.7
    (answer,) = in_node.drawn(ProxPlane((1.6, -0.9), t, penalty), [{}])
    x = torch.linspace(-2, 2, 401).double()
    grid = torch.cartesian_prod(x, x)
    if penalty == "disc":
        cost = (grid - v).square().sum(1) / 2 + 1e9 * (grid.norm(dim=1) > t + 1e-9)
    else:
        a, b = grid.unbind(1)
        R = {
            "ℓ1": a.abs() + b.abs(),
            "squares": (a**2 + b**2) / 2,
            "length": (a**2 + b**2).sqrt(),
            "TV of two pixels": (a - b).abs(),
        }[penalty]
        cost = (grid - v).square().sum(1) / 2 + t * R
    best = grid[cost.argmin()]
    torch.testing.assert_close(torch.tensor(answer["f"]).double(), best, atol=0.02, rtol=0)


def test_only_total_variation_makes_entries_equal_that_are_not_zero():
    found = in_node.drawn(ProxPlane((3.0, 0.5), 1.5), [{"penalty": p} for p in PENALTIES])
    equal = [a == b != 0 for a, b in (x["f"] for x in found)]
    assert equal == [p == "TV of two pixels" for p in PENALTIES]
    assert sum(found[3]["f"]) == pytest.approx(3.5)
