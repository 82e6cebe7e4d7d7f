"""The study of borders: a row comes again, its verdicts hold at sizes of other data."""

import pytest
import torch

from studies import borders as study


def again(photograph, size, sigma, ways):
    """The columns of some ways, found anew."""
    f, g = study.problem(photograph, size, sigma)
    return {way: study.scored(study.WAYS[way], f, g) for way in ways}


def test_a_cheap_row_comes_out_again():
    stored = study.table().row("camera", 64, 0.01)
    found = again("camera", 64, 0.01, ("periodic", "mirrored"))
    for way, numbers in found.items():
        assert numbers == pytest.approx(stored[way], abs=0.01)


def test_a_larger_unknown_solves_its_equations(monkeypatch):
    monkeypatch.setattr(study, "FRAME", 4)
    f, g = study.problem("coins", 12, 0.1)
    found = study.unknown(g[:1], 0.1)[0]
    window = torch.nn.ZeroPad2d(study.FRAME)(torch.ones_like(f))
    n = len(window)
    e = torch.eye(n * n).double().view(-1, n, n)
    H = (study.Blur(study.PSF, (n, n))(e) * window).flatten(1).T
    D = [(e.roll(-1, axis) - e).flatten(1).T for axis in (1, 2)]
    A = H.T @ H + 0.1 * sum(d.T @ d for d in D)
    data = torch.nn.ZeroPad2d(study.FRAME)(g[0]).flatten()
    expected = study.cropped(torch.linalg.solve(A, H.T @ data).view(n, n))
    assert (found - expected).norm() < 1e-3 * expected.norm()


@pytest.mark.slow
@pytest.mark.parametrize("photograph, size", [("coffee", 56), ("gravel", 72)])
def test_the_less_noise_the_more_a_periodic_model_loses_inside(photograph, size):
    loss = []
    for sigma in (0.002, 0.05):
        found = again(photograph, size, sigma, ("periodic", "mirrored"))
        loss.append(found["periodic"][0] / found["mirrored"][0])
        assert found["periodic"][1] > found["mirrored"][1]
        assert found["periodic"][2] >= found["mirrored"][2]
    assert loss[0] > loss[1] and loss[1] < 1.05
