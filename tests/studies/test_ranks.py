"""A training shared by ranks is that of one process, whatever kills it on the way."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch
import torch.distributed as dist
from torch import nn

from course_utils.checkpoint import load
from course_utils.networks import Dense
from course_utils.training import fit
from studies import ranks
from tests.studies.two_ranks import BATCH, trained

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def only_rank():
    """A group of one rank, in this process."""
    dist.init_process_group("gloo", store=dist.HashStore(), rank=0, world_size=1)
    yield
    dist.destroy_process_group()


def started(folder, *arguments):
    """Two ranks that train, each on one thread."""
    run = [
        sys.executable,
        "-m",
        "torch.distributed.run",
        "--standalone",
        "--nproc-per-node=2",
    ]
    here = {"PYTHONPATH": str(ROOT), "GLOO_SOCKET_IFNAME": "lo", "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(
        [*run, str(ROOT / "tests/studies/two_ranks.py"), str(folder), *arguments],
        cwd=ROOT,
        env=os.environ | here,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def finished(folder, *arguments):
    """What the two ranks found: losses, parameters and gradients of a batch, of each."""
    process = started(folder, *arguments)
    _, told = process.communicate(timeout=120)
    assert process.returncode == 0, told.decode()[-2000:]
    return [torch.load(folder / f"end.{rank}", weights_only=True) for rank in (0, 1)]


def distance(found, expected):
    """The largest difference of two gradients, as a part of the size of the second."""
    size = max(x.abs().max() for x in expected.values())
    assert min(x.abs().max() for x in expected.values()) > 1e-6 * size, (
        "one is hardly there"
    )
    return max((found[name] - x).abs().max() for name, x in expected.items()) / size


def test_one_rank_trains_to_the_last_bit_as_fit_does(only_rank, tmp_path):
    losses, net = trained(3)
    found, shared = trained(3, loop=ranks.Together, checkpoint=tmp_path / "c")
    assert found == losses
    assert all(map(torch.equal, shared.parameters(), net.parameters()))
    assert trained(4, checkpoint=tmp_path / "c")[0] == trained(4)[0]


@pytest.mark.rare
@pytest.mark.slow
def test_two_ranks_have_the_gradients_of_one_process(tmp_path):
    losses, _ = trained(3)
    _, once = trained(1, pairs=BATCH)
    gradients = {name: p.grad for name, p in once.named_parameters()}
    for found, _, theirs in finished(tmp_path, "3"):
        assert found == pytest.approx(losses, rel=1e-10)
        assert distance(theirs, gradients) < 1e-12


@pytest.mark.rare
@pytest.mark.slow
def test_two_ranks_that_were_killed_end_as_if_nothing_had_happened(tmp_path):
    path = tmp_path / "c"
    process = started(tmp_path, "100000", str(path))
    try:
        while not path.exists() or len(load(path)["history"]) < 3:
            assert process.poll() is None
            time.sleep(0.1)
        pid = int((tmp_path / "pid.1").read_text(encoding="utf-8"))
        os.kill(pid, signal.SIGKILL)
        assert process.wait(timeout=60) != 0
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    epochs = len(load(path)["history"]) + 2
    losses, net = trained(epochs)
    for found, state, _ in finished(tmp_path, str(epochs), str(path)):
        assert found == pytest.approx(losses, rel=1e-9)
        for name, p in net.named_parameters():
            torch.testing.assert_close(state[name], p.detach(), rtol=1e-9, atol=1e-12)


def pairs(count):
    draw = torch.Generator().manual_seed(0)
    return torch.randn(count, 4, generator=draw), torch.randn(count, 4, generator=draw)


def test_batches_without_equal_parts_are_refused(only_rank, monkeypatch):
    model = Dense((4,), (4,))
    with pytest.raises(ValueError, match="10 pairs do not fill batches of 4: leave out 2"):
        list(fit(model, pairs(10), 1, batch=4, loop=ranks.Together))
    monkeypatch.setattr(ranks.dist, "get_world_size", lambda: 2)
    with pytest.raises(ValueError, match="no equal parts for 2 ranks: take 4"):
        list(fit(model, pairs(9), 1, batch=3, loop=ranks.Together))


def test_a_batch_norm_is_refused_by_its_name(only_rank):
    model = nn.Sequential(Dense((4,), (4,)), nn.BatchNorm1d(4))
    with pytest.raises(ValueError, match=r"1 is a BatchNorm1d, .* take GroupNorm"):
        list(fit(model, pairs(8), 1, batch=4, loop=ranks.Together))


def test_ranks_that_stand_at_different_epochs_are_told(only_rank, tmp_path, monkeypatch):
    def others(found, mine):
        found[:] = [mine, mine + 3]

    monkeypatch.setattr(ranks.dist, "all_gather", others)
    with pytest.raises(ValueError, match=r"epochs 0, 3: .* on a disk they share"):
        trained(1, loop=ranks.Together, checkpoint=tmp_path / "c")


@pytest.mark.filterwarnings("ignore:the .* is not finite")
def test_a_loss_that_is_not_finite_stops_every_rank(only_rank):
    g, f = pairs(4)
    model = Dense((4,), (4,))
    before = [p.detach().clone() for p in model.parameters()]
    nan = lambda f_hat, f: (f_hat - f).sum() * float("nan")  # noqa: E731
    assert list(fit(model, (g, f), 2, batch=4, loss=nan, loop=ranks.Together)) == []
    assert all(map(torch.equal, model.parameters(), before))


@pytest.mark.slow
def test_the_command_trains_the_network_of_the_chapter(capsys, tmp_path):
    small = ["--layers=1", "--width=2", "--pairs=2", "--batch=2", "--epochs=2"]
    assert ranks.train([*small, f"--checkpoint={tmp_path / 'c'}"]) == 0
    first, second = capsys.readouterr().out.splitlines()[-2:]
    assert first.startswith("epoch 1: ") and second.startswith("epoch 2: ")
    assert float(second.split()[-1]) < float(first.split()[-1])
