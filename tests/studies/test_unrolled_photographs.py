"""The study of unrolling on photographs: its split, and cheap rows that come again."""

import pytest
import torch

from course_utils.noise import seeded
from studies import unrolled_photographs as study


def test_photographs_are_split_by_picture():
    train, validation, test = map(set, study.split())
    assert not (train & validation or train & test or validation & test)
    assert len(train) == 6 and len(validation) == 3 and len(test) == 8


def test_an_error_is_a_part_of_that_of_the_data_mean_over_photographs(randn):
    f, gap = randn(2, 2, 3, 4)
    part = torch.tensor([0.5, 0.1]).double().view(2, 1, 1)
    found = study.ratio(f + part * gap, f + gap, f)
    assert found == pytest.approx(0.3)


def test_a_network_begins_as_gradient_steps_from_tikhonov(monkeypatch):
    monkeypatch.setattr(study, "tikhonov_lam", lambda seed: 0.01)
    net = study.network("network, shared", 2, 0, 64)
    H = study.blur(64)
    g = torch.rand(1, 64, 64, generator=seeded(0))
    f = study.tikhonov(H, g, 0.01)
    for _ in range(2):
        f = f - H.T(H(f) - g)
    torch.testing.assert_close(net(g).detach(), f)


def test_tiles_are_turned_mirrored_and_never_of_other_photographs():
    names = study.split()[0][:1]
    _, f = study.tiles(names, 1000, 0)
    assert len(f) == 8 * (2**2 + 4**2)
    _, fewer = study.tiles(names, 5, 0)
    assert torch.equal(fewer, f[:5])


@pytest.mark.slow
def test_a_cheap_row_comes_out_again():
    for task in (("Tikhonov", 0, 0), ("FISTA, wavelets", 2, 0)):
        stored = study.table().row(*task)
        again = study.row(*task)
        assert stored.keys() == {*study.table().keys, *again}
        assert again["error"] == pytest.approx(stored["error"], rel=0.01)
        assert again["lam"] == stored["lam"]
