"""Wrong psfs on photographs: the world they come from, and what a kernel can learn."""

import pytest
import torch

from course_utils.operators import Difference
from studies import wrong_psf as study

close = torch.testing.assert_close


def test_photographs_of_the_open_world_hold_their_surroundings(randn):
    f = randn(2, 128, 128)
    g, middle = study.seen(f, "open", 0)
    assert g.shape == middle.shape == (2, 64, 64)
    close(middle, f[:, 32:-32, 32:-32])
    other = f.clone()
    other[:, :31] += 1  # beyond the frame, within reach of the psf
    assert (study.seen(other, "open", 0)[0] - g).abs().max() > 1e-3
    whole, same = study.seen(f, "periodic", 0)
    assert whole.shape == same.shape == f.shape


def test_a_restoration_solves_its_normal_equations(randn):
    g = randn(1, 24, 32)
    lam = 0.03
    H = study.blur(0.8, (24, 32))
    D = [Difference((24, 32), axis) for axis in (0, 1)]
    f = study.restored(g, 0.8, lam)
    residual = H.T(H(f) - g) + lam * sum(d.T(d(f)) for d in D)
    assert residual.abs().max() < 1e-6  # the psf is made in single precision


def test_a_kernel_finds_the_convolution_that_made_its_data(randn):
    r = randn(2, 40, 40)
    k = torch.zeros(11, 11).double()
    k[5, 5] = 1.5
    k[4, 7] = -0.5
    f = study.Blur(k, (40, 40))(r)
    close(study.kernel(r, f), k, rtol=0, atol=1e-6)


def test_bands_part_the_frequencies_and_leave_the_mean_grey_out(randn):
    f = randn(3, 128, 128)
    found = study.scored(1.5 * f + 7, f + 1, f)
    close(found["bands"], torch.full((3,), 0.25).double())
    gap = (0.5 * f + 7).norm(dim=(1, 2)) / 128
    close(found["error"], gap)


def test_the_split_of_the_photographs_is_by_picture():
    train, validation, test = map(set, study.split())
    assert not (train & validation or train & test or validation & test)


def test_a_network_begins_as_what_it_corrects_and_has_few_weights(randn):
    v = randn(2, 20, 24).float()
    for channels in study.CHANNELS:
        net = study.Network("open", channels, 0)
        assert torch.equal(net(v), v)
        assert sum(p.numel() for p in net.parameters()) < 5000


@torch.no_grad()
def test_a_periodic_network_knows_no_place_and_an_open_one_the_frame(randn):
    v = randn(1, 20, 24).float()
    shift = {"shifts": (3, 7), "dims": (1, 2)}
    for world, knows in (("periodic", False), ("open", True)):
        net = study.Network(world, 8, 0)
        torch.nn.init.ones_(net.net.layers[-1].weight)
        off = (net(v.roll(**shift)) - net(v).roll(**shift)).abs()
        assert (off.max() > 1e-3) == knows
        assert off[:, 8:-5, 12:-5].max() < 1e-4  # far from both frames
        other = v.clone()
        other[0, 10, 12] += 1
        rows, columns = (net(other) - net(v))[0].abs().gt(1e-6).nonzero().mT
        assert (rows.min(), rows.max()) == (5, 15) and (columns.min(), columns.max()) == (
            7,
            17,
        )


@pytest.mark.slow
def test_rows_of_the_table_come_again(monkeypatch):
    monkeypatch.setattr(study, "SEEDS", 1)
    for method in ("same lam", "kernel"):
        expected = study.table().row("periodic", 2.0, method)
        found = study.row("periodic", 2.0, method)
        for name in ("error", "drifted"):
            assert found[name][0] == pytest.approx(expected[name][0], abs=2e-4)


def test_the_table_says_what_a_kernel_mends_and_what_it_does_not():
    def error(*key, column="error"):
        values = study.table().row(*key)[column]
        return sum(values) / len(values)

    right = error("periodic", 1.5, "kernel")
    for width in (1.0, 2.0):
        assert error("periodic", width, "retuned") > 1.1 * error("periodic", 1.5, "retuned")
        assert error("periodic", width, "kernel") < 1.02 * right
    assert error("periodic", 2.0, "same lam") > 1  # worse than the data
    known = error("periodic", 1.75, "retuned", column="drifted")
    assert error("periodic", 1.5, "kernel", column="drifted") > 1.04 * known
    assert error("periodic", 1.5, "kernel alone") < 1.01 * right  # told no psf at all


def test_what_a_network_adds_to_a_kernel_mends_a_part_of_a_wrong_boundary_alone():
    def seeds(*key, column="error"):
        return study.table().row(*key)[column]

    for width in (1.5, 2.0):
        both = zip(
            seeds("periodic", width, "kernel"),
            seeds("periodic", width, "network"),
            strict=True,
        )
        assert all(abs(a - b) < 0.01 for a, b in both)
    for column, better in (("error", True), ("frame", True), ("inside", False)):
        least, most = (
            pick(seeds("open", 1.5, method, column=column))
            for method, pick in (("retuned", min), ("network", max))
        )
        assert (most < least) == better
    assert max(seeds("open", 1.5, "retuned")) < min(seeds("open", 1.5, "kernel"))
    assert (
        min(seeds("open", 1.5, "network")) > max(seeds("periodic", 1.5, "retuned")) + 0.02
    )


def test_the_network_of_a_row_is_the_best_of_those_that_were_tried():
    for row in study.table().rows:
        if row["method"] == "network":
            best = min(row["tried"], key=lambda one: one[2])
            assert len(row["tried"]) == len(study.CHANNELS) * len(study.RATES)
            assert row["rate"] == best[1] and row["weights"] < 5000
