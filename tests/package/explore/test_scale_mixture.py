"""Each prior of the scale mixture infers the variance that its own rule says."""

import pytest
import torch

from course_utils import bayes
from course_utils.explore.scale_mixture import ScaleMixture
from course_utils.linear import Matrix
from course_utils.solvers import run

SETTINGS = {"g": (0.0, 6.0), "lam": (0.2, 3.0), "nu": (0.1, 5.0)}


def expected(figure):
    """The variances and estimates of the class."""
    g = torch.tensor([figure.g], dtype=torch.float64)
    x = torch.linspace(0, 6, 121, dtype=torch.float64)
    z = torch.logspace(-2, 2, 101, dtype=torch.float64)
    return {
        "z": figure.inferred(g).flatten(),
        "f_hat": figure.estimates(g).flatten(),
        "along": figure.estimates(x),
        "evidence": figure.evidence(z),
    }


def grid(g):
    """All pairs of f and z near a datum, and the misfit of each."""
    f = torch.linspace(0, 6, 1201, dtype=torch.float64)
    return f, (g - f) ** 2 / 2


@pytest.mark.parametrize("g", [0.4, 1.5, 4.0])
def test_l1_is_the_minimum_of_misfit_and_penalty(g):
    figure = ScaleMixture(lam=0.8)
    f, misfit = grid(g)
    best = f[(misfit + 0.8 * f).argmin()].item()
    assert figure.estimates(torch.tensor([g]))[1].item() == pytest.approx(best, abs=0.006)


@pytest.mark.parametrize("g", [0.4, 1.5, 4.0])
def test_ard_has_the_variance_where_the_evidence_is_highest(g):
    figure = ScaleMixture(g=g)
    z = torch.linspace(0, 20, 20001, dtype=torch.float64)
    top = z[figure.evidence(z + 1e-12)[0].argmax()].item()
    assert figure.inferred(torch.tensor([g]))[3].item() == pytest.approx(top, abs=2e-3)


@pytest.mark.parametrize("nu", [0.3, 1.0, 4.0])
def test_student_t_ends_on_a_top_of_its_evidence(nu):
    figure = ScaleMixture(g=3.0, nu=nu)
    z = figure.inferred(torch.tensor([3.0], dtype=torch.float64))[2]
    around = z * torch.tensor([0.99, 1.0, 1.01], dtype=torch.float64)
    assert figure.evidence(around)[1].argmax() == 1


def test_student_t_takes_the_steps_of_the_package():
    """One step of ``bayes.student_t`` from the same z, with its delta, on one pixel."""
    H, g = Matrix(torch.eye(1).double()), torch.tensor([2.0]).double()
    first = run(bayes.student_t(H, g, 0.0, 1.0), 1)
    z = g**2  # where the package begins: ||g||^2 / ||H||^2
    square = (z / (z + 1) * g) ** 2 + z / (z + 1)
    assert torch.allclose(first.z, square)
    end = run(bayes.student_t(H, g, 0.0, 1.0), 400)
    assert torch.allclose(end.f, ScaleMixture().estimates(g)[3], atol=1e-3)


def test_the_still_twin_shows_the_estimates():
    figure = ScaleMixture()
    lines = {line.get_label(): line for line in figure.twin().axes[0].lines}
    x = torch.linspace(0, 6, 121, dtype=torch.float64)
    found = torch.as_tensor(lines["ARD"].get_ydata())
    assert torch.allclose(found, figure.estimates(x)[3])
