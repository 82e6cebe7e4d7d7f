"""The study of stopping in time: cheap rows come again, its verdicts hold elsewhere."""

import pytest
import torch

from course_utils import images, noise, signals, solvers
from course_utils.noise import seeded
from course_utils.operators import Blur
from studies import stopping_in_time as study


def test_a_cheap_row_comes_out_again():
    stored = study.table().row("camera", 64, 0.1)
    again = study.row("camera", 64, 0.1)
    assert stored.keys() == {*study.table().keys, *again}
    assert {key: stored[key] for key in again} == pytest.approx(again, rel=0.01)


def test_differences_and_their_differences_are_penalised_as_they_say():
    H, _, g = study.problem("moon", 20, 0.1, draws=1)
    d2 = study.of_differences(20)
    e = torch.eye(400).double().view(400, 20, 20)
    A = H(e).flatten(1).T
    D = [(e.roll(-1, axis) - e).flatten(1).T for axis in (1, 2)]
    penalty = sum(d.T @ d for d in D)
    for p, Q in ((d2, penalty), (d2**2, penalty @ penalty)):
        expected = torch.linalg.solve(A.T @ A + 0.3 * Q, A.T @ g[0].flatten())
        found = H.spectral_inverse(lambda s, p=p: s / (s**2 + 0.3 * p), g)
        torch.testing.assert_close(found.flatten(), expected)


@pytest.mark.slow
@pytest.mark.parametrize(
    "photograph, size, sigma", [("coins", 48, 0.02), ("cat", 96, 0.03)]
)
def test_with_moderate_noise_iterations_come_within_three_percent(photograph, size, sigma):
    found = study.row(photograph, size, sigma)
    assert found["landweber"] < 1.03 and found["cg"] < 1.03 and found["of_size"] > 1
    assert found["twice_landweber"] < found["twice_cg"]


@pytest.mark.slow
@pytest.mark.parametrize("size, sigma", [(48, 0.08), (40, 0.12)])
def test_with_strong_noise_some_do_not_and_shorter_steps_are_worse(size, sigma):
    rows = [study.row(name, size, sigma) for name in ("cell", "rocket", "tissue", "moon")]
    assert sum(row["cg"] > 1.03 for row in rows) >= 2
    assert all(row["short"] > row["landweber"] for row in rows)


def test_under_a_narrow_blur_gradient_descent_comes_close_and_conjugate_gradients_do_not():
    H = Blur(signals.gaussian_psf(0.7, ndim=2).double(), (64, 64))
    f = images.photographs(64)["brick"].double()
    g = torch.stack([H(f) + noise.gaussian(f, 0.01, seeded(seed)) for seed in range(2)])
    least = study.penalised(H, f, g, study.of_differences(64))
    slow = study.stopped(solvers.gradient_descent(H, g, tau=1.0), f)[1]
    fast = study.stopped(solvers.conjugate_gradient(H.T @ H, H.T(g)), f)[1]
    assert (slow / least).max() < 1.03 and (fast / least).min() > 1.05
