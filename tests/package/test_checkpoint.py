"""A checkpoint that is cut off, flipped, emptied or forged, and what is loaded then."""

import errno
import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from hashlib import sha256

import pytest
import torch

from course_utils import checkpoint
from course_utils.checkpoint import load, save


def sums_say(path, content):
    """Write a file and vouch for it, as an attacker could who can write beside it."""
    path.write_bytes(content)
    path.with_name(path.name + ".sha256").write_text(
        f"{sha256(content).hexdigest()}  {path.name}\n", encoding="utf-8"
    )


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """The bytes of a small checkpoint, and of its checksum."""
    path = tmp_path_factory.mktemp("checkpoint") / "c"
    save(path, {"x": torch.arange(3.0)})
    return path.read_bytes(), path.with_name("c.sha256").read_bytes()


def test_one_flipped_bit_anywhere_is_refused(tmp_path, saved):
    content, sums = saved
    path = tmp_path / "c"
    (tmp_path / "c.sha256").write_bytes(sums)
    for place in range(0, len(content), 3):
        flipped = bytearray(content)
        flipped[place] ^= 1 << place % 8
        path.write_bytes(flipped)
        with pytest.raises(
            ValueError, match=r"checkpoint damaged, .* delete .* to retrain"
        ):
            load(path)
    path.write_bytes(content)
    assert load(path)["x"].tolist() == [0, 1, 2]


def test_a_flipped_bit_in_the_checksum_or_none_at_all_is_refused(tmp_path, saved):
    content, sums = saved
    (tmp_path / "c").write_bytes(content)
    for place in range(64):
        flipped = bytearray(sums)
        flipped[place] ^= 1
        (tmp_path / "c.sha256").write_bytes(flipped)
        with pytest.raises(ValueError, match="damaged, or without its checksum"):
            load(tmp_path / "c")
    (tmp_path / "c.sha256").unlink()
    with pytest.raises(ValueError, match="damaged, or without its checksum"):
        load(tmp_path / "c")


def test_a_truncated_checkpoint_is_refused_or_gives_way_to_the_one_before(tmp_path, capsys):
    path = tmp_path / "c"
    save(path, {"x": 1})
    save(path, {"x": 2})
    content = path.read_bytes()
    for length in [*range(0, len(content), 17), len(content) - 1]:
        path.write_bytes(content[:length])
        assert load(path) == {"x": 1}
        assert "going on from the one before" in capsys.readouterr().out
    (tmp_path / "c.previous").unlink()
    with pytest.raises(ValueError, match="checkpoint damaged"):
        load(path)


def test_the_checksums_are_those_of_sha256sum(tmp_path):
    for x in range(3):
        save(tmp_path / "c", {"x": x})
    lines = (tmp_path / "c.sha256").read_text(encoding="utf-8").splitlines()
    assert [line.split()[1] for line in lines] == ["c", "c.previous"]
    for line in lines:
        digest, name = line.split()
        assert sha256((tmp_path / name).read_bytes()).hexdigest() == digest
    assert sorted(p.name for p in tmp_path.iterdir()) == ["c", "c.previous", "c.sha256"]


class Evil:
    """What a pickle can be: loading it runs a command."""

    def __init__(self, target):
        self.target = target

    def __reduce__(self):
        return os.mkdir, (str(self.target),)


@pytest.mark.parametrize("zipped", [True, False])
def test_a_hostile_pickle_is_refused_even_with_a_checksum_that_fits(tmp_path, zipped):
    path, target = tmp_path / "c", tmp_path / "ran"
    torch.save({"x": Evil(target)}, path, _use_new_zipfile_serialization=zipped)
    sums_say(path, path.read_bytes())
    with pytest.raises(ValueError, match=r"more than tensors and numbers.*refused"):
        load(path)
    assert not target.exists()
    torch.load(
        path, weights_only=False
    )  # the fixture is armed: this is what would have happened
    assert target.exists()


@pytest.mark.parametrize("content", [b"", b"not a checkpoint", bytes(1000)])
def test_what_is_no_checkpoint_is_refused_even_with_a_checksum_that_fits(tmp_path, content):
    sums_say(tmp_path / "c", content)
    with pytest.raises(ValueError, match="refused"):
        load(tmp_path / "c")


class PowerCut(BaseException):
    """The machine stops here: no handler of the package runs on an instance of this."""


def stops_at(monkeypatch, n):
    """Let the n-th call to the disk, a synced write or a replacement, not return."""
    calls = iter(range(1000))

    def cut(real):
        def call(*args):
            if next(calls) == n:
                raise PowerCut
            return real(*args)

        return call

    monkeypatch.setattr(checkpoint, "fsync", cut(os.fsync))
    monkeypatch.setattr(checkpoint, "replace", cut(os.replace))


@pytest.mark.parametrize("n", range(5))
def test_wherever_the_writing_stops_a_whole_checkpoint_can_be_loaded(
    tmp_path, monkeypatch, n
):
    path = tmp_path / "c"
    for x in range(3):
        save(path, {"x": x})
    with monkeypatch.context() as patch:
        stops_at(patch, n)
        with pytest.raises(PowerCut):
            save(path, {"x": 3})
    assert load(path) == {"x": 2}
    save(path, {"x": 4})  # and what it left behind harms nobody
    assert load(path) == {"x": 4}
    path.unlink()
    assert load(path) == {"x": 2}


@pytest.mark.parametrize("n", range(4))
def test_wherever_the_first_writing_stops_the_training_begins_anew(
    tmp_path, monkeypatch, n
):
    with monkeypatch.context() as patch:
        stops_at(patch, n)
        with pytest.raises(PowerCut):
            save(tmp_path / "c", {"x": 0})
    assert load(tmp_path / "c") is None


@pytest.mark.parametrize("name", ["fsync", "replace"])
def test_a_full_disk_is_told_in_words_and_the_checkpoint_stays(tmp_path, monkeypatch, name):
    path = tmp_path / "c"
    save(path, {"x": 1})

    def full(*args):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(checkpoint, name, full)
        with pytest.raises(OSError, match="no checkpoint written, No space left on device"):
            save(path, {"x": 2})
    assert load(path) == {"x": 1}
    assert sorted(p.name for p in tmp_path.iterdir()) == ["c", "c.sha256"]


# other processes


def by_threads(work):
    """Run ``work(0)`` ... ``work(3)`` at once; the errors among what they did."""
    with ThreadPoolExecutor(4) as pool:
        return [done.exception() for done in [pool.submit(work, k) for k in range(4)]]


def test_many_who_save_and_load_one_file_find_it_whole(tmp_path, capsys):
    path = tmp_path / "c"
    save(path, {"by": -1, "x": torch.zeros(1000)})

    def work(k):
        for _ in range(15):
            save(path, {"by": k, "x": torch.full((1000,), float(k))})
            found = load(path)
            assert (found["x"] == found["by"]).all()

    assert by_threads(work) == [None] * 4
    assert "damaged" not in capsys.readouterr().out
    assert sorted(p.name for p in tmp_path.iterdir()) == ["c", "c.previous", "c.sha256"]


def test_where_the_system_knows_no_lock_drafts_have_names_of_their_own(
    tmp_path, monkeypatch
):
    written = []
    monkeypatch.setattr(os, "open", lambda *args: (_ for _ in ()).throw(OSError()))
    monkeypatch.setattr(checkpoint, "_write", lambda path, content: written.append(path))
    with suppress(OSError):
        save(tmp_path / "c", {"x": 1})
    assert written and all(path.name.endswith(f".{os.getpid()}") for path in written)


def test_a_state_that_follows_another_file_is_not_written_over_it(tmp_path):
    path = tmp_path / "c"
    first = save(path, {"x": 1})
    assert first == checkpoint.stamp(path)
    second = save(path, {"x": 2}, after=first)
    with pytest.raises(OSError, match=r"another process has written .* name another"):
        save(path, {"x": 3}, after=first)
    assert load(path) == {"x": 2}
    path.unlink()  # to begin anew, while a training goes on
    save(path, {"x": 4}, after=second)
    assert load(path) == {"x": 4}


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a device of Linux")
def test_a_disk_that_is_full_indeed_is_told_in_words(tmp_path):
    (tmp_path / "c.new").symlink_to("/dev/full")
    with pytest.raises(OSError, match="no checkpoint written, No space left on device"):
        save(tmp_path / "c", {"x": 1})
    assert list(tmp_path.iterdir()) == []


def test_the_type_the_shape_and_every_value_are_in_the_identity(tmp_path):
    x = torch.arange(6.0)
    parts = {"model": torch.nn.Identity(), "loss": torch.nn.functional.l1_loss}

    def data(x):
        return checkpoint.identity(tmp_path / "c", [x], parts)["data"]

    assert data(x) == data(x.clone()) == data(x.repeat(2, 1).mT[:, 0])
    assert data(torch.ones(()).expand(1)) == data(torch.ones(1)), "an entry without stride"
    others = [x.view(2, 3), x.int().float().double(), x + 1e-6, x.to(torch.complex64)]
    assert len({data(y) for y in [x, *others, torch.zeros(0), torch.zeros(0, 2)]}) == 7
