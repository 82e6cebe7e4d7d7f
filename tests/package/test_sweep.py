"""A sweep that is killed, fed bad configurations or spread out, and one left alone."""

import errno
import json
import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch

from course_utils import sweep as package
from course_utils.networks import Dense
from course_utils.sweep import FailedConfigurations, engines, record, sweep, version
from course_utils.sweep.record import Record
from course_utils.training import fit

ROOT = Path(__file__).resolve().parents[2]
SEEDS = [{"seed": seed, "n": 200} for seed in range(4)]


def trained(seed, n):
    """The losses of a training whose layers draw, and whose sums depend on the threads."""
    draw = torch.Generator().manual_seed(seed)
    g = torch.randn(n, 300, generator=draw)
    model = torch.nn.Sequential(Dense((300,), (200,), widths=(50,)), torch.nn.Dropout(0.5))
    losses = list(fit(model, (g, g[:, :200]), 2))
    return {"losses": losses, "drawn": torch.rand(()).item()}


def square(n):
    return n**2


def told(n, folder):
    """What this gives, and a file that says that it was asked, of which process."""
    Path(folder, f"{n}.{os.getpid()}").touch()
    return n**2


def bad(n):
    """Fails in all the ways that leave a process alive."""
    if n == 1:
        raise ValueError("the second fails")
    if n == 2:
        return torch.ones(3)
    if n == 3:
        sys.exit("the fourth leaves")
    return n


def kills(n, folder):
    """Kills its process at 2; at 3 only the first that is asked."""
    first = not list(Path(folder).glob(f"{n}.*"))
    told(n, folder)
    if n == 2 or (n == 3 and first):
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.05)
    return n**2


def asked(folder):
    """The numbers that were asked for, with repetitions."""
    return sorted(int(path.name.split(".")[0]) for path in folder.iterdir())


# the list of results


def test_results_come_in_the_order_of_the_configurations_by_name_or_by_position():
    assert sweep(square, [{"n": 3}, {"n": 1}, (2,)]) == [9, 1, 4]
    assert sweep(square, []) == []


def test_equal_configurations_are_worked_on_once(tmp_path):
    given = {"n": 3, "folder": str(tmp_path)}
    assert sweep(told, [given, dict(reversed(given.items()))]) == [9, 9]
    assert asked(tmp_path) == [3]


def test_results_are_seen_as_they_come():
    came = []
    sweep(square, [(3,), (2,)], seen=lambda *pair: came.append(pair))
    assert came == [((3,), 9), ((2,), 4)]


def test_a_result_is_what_a_record_would_hold(tmp_path):
    given = [{"x": [1.5, None, "a"]}, {"x": {"b": True}}]
    fresh = sweep(dict, given)
    assert fresh == given
    assert sweep(pair, [(1,)]) == sweep(pair, [(1,)], record=tmp_path / "r") == [[1, 2]]


def pair(n):
    return n, 2 * n


@pytest.mark.slow
def test_neither_joblib_nor_dask_is_imported_unasked():
    code = (
        "import sys; from course_utils.sweep import sweep; "
        "assert sweep(pow, [(2, 3)]) == [8]; "
        "assert not {'joblib', 'dask', 'distributed'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


# what a configuration sees of others


def test_a_configuration_sees_one_thread_and_no_draws_of_those_before():
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        both = sweep(drawn, [{"k": 0}, {"k": 1}])
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)
    assert both[1] == sweep(drawn, [{"k": 1}])[0]
    assert both[0]["x"] != both[1]["x"] and both[0]["threads"] == 1


def drawn(k):
    return {"x": torch.rand(()).item(), "threads": torch.get_num_threads()}


@pytest.mark.slow
def test_all_cores_give_what_one_process_gives_to_the_last_bit(tmp_path):
    alone = sweep(trained, SEEDS)
    assert sweep(trained, SEEDS, workers=2, record=tmp_path / "r") == alone
    assert len({one["drawn"] for one in alone}) == len(SEEDS)


@pytest.mark.rare
@pytest.mark.slow
def test_a_local_dask_gives_what_one_process_gives_to_the_last_bit(tmp_path):
    pytest.importorskip("distributed")
    alone = sweep(trained, SEEDS)
    assert sweep(trained, SEEDS, cluster="local", workers=2, record=tmp_path / "r") == alone


@pytest.mark.rare
@pytest.mark.slow
def test_a_scheduler_is_named_by_its_address_or_by_what_has_begun_it():
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(n_workers=2, dashboard_address="127.0.0.1:0") as cluster:
        for named in (cluster.scheduler_address, cluster):
            assert sweep(square, [(n,) for n in range(9)], cluster=named) == [
                n**2 for n in range(9)
            ]


# what fails


def test_the_bad_are_reported_and_the_others_finish():
    with pytest.raises(FailedConfigurations) as failed:
        sweep(bad, [{"n": n} for n in range(6)])
    error = failed.value
    assert error.results == [0, None, None, None, 4, 5]
    assert [given["n"] for given, _ in error.failures] == [1, 2, 3]
    assert str(error).startswith("3 of 6 configurations failed, the others are done:")
    assert '{"n": 1}: ValueError: the second fails' in str(error)
    assert "a Tensor: give numbers" in str(error) and "the fourth leaves" in str(error)
    assert 'raise ValueError("the second fails")' in error.__notes__[0]


@pytest.mark.slow
def test_the_bad_are_reported_in_the_same_words_from_other_processes():
    given = [{"n": n} for n in range(6)]
    with pytest.raises(FailedConfigurations) as here:
        sweep(bad, given)
    with pytest.raises(FailedConfigurations) as there:
        sweep(bad, given, workers=2)
    assert there.value.results == here.value.results
    assert sorted(there.value.failures, key=str) == sorted(here.value.failures, key=str)


@pytest.mark.slow
def test_who_kills_a_process_is_told_from_who_was_beside(tmp_path):
    given = [(n, str(tmp_path)) for n in range(7)]
    with pytest.raises(FailedConfigurations, match="its process was killed") as failed:
        sweep(kills, given, workers=2)
    assert failed.value.results == [0, 1, None, 9, 16, 25, 36]
    assert [given[0] for given, _ in failed.value.failures] == [2]


@pytest.mark.rare
@pytest.mark.slow
def test_a_dask_that_loses_workers_loses_no_result(tmp_path):
    pytest.importorskip("distributed")
    given = [(n, str(tmp_path)) for n in range(7)]
    with pytest.raises(FailedConfigurations, match="its process was killed") as failed:
        sweep(kills, given, cluster="local", workers=2)
    assert failed.value.results == [0, 1, None, 9, 16, 25, 36]


def test_only_five_failures_are_told_and_the_rest_are_counted():
    with pytest.raises(ValueError, match="and 2 more") as failed:
        sweep(int, [(f"x{n}",) for n in range(7)])
    assert len(str(failed.value).splitlines()) == 7
    assert len(failed.value.failures) == 7


def test_a_worker_with_other_files_is_refused(monkeypatch):
    there = engines.answer(square, (2,))
    assert package._failure(square, there) is None
    assert "other files" in package._failure(square, there | {"code": "another"})


BAD_CALLS = {
    "a list of configurations, got dict": lambda: sweep(square, {"n": 3}),
    "a function, got int": lambda: sweep(3, [(1,)]),
    "configuration 1 is no dict of arguments, but int": lambda: sweep(square, [(1,), 2]),
    "configuration 1 holds a Tensor": lambda: sweep(square, [(1,), (torch.ones(2),)]),
    "configuration 0 holds a int64": lambda: sweep(square, [(np.int64(3),)]),
    "workers must be a whole number": lambda: sweep(square, [(1,)], workers=0),
    "a record needs a function .*, got partial": lambda: sweep(
        partial(square, 3), [()], record="unused"
    ),
    "got an inner function": lambda: sweep(inner(3), [(1,)], record="unused"),
}


def inner(m):
    return lambda n: m * n


@pytest.mark.parametrize("words", BAD_CALLS)
def test_a_call_that_cannot_be_meant_is_refused_before_anything_begins(words):
    with pytest.raises((TypeError, ValueError), match=words):
        BAD_CALLS[words]()
    assert not Path("unused").exists()


@pytest.mark.parametrize("missing", ["joblib", "distributed"])
def test_what_is_not_installed_is_named_with_how_to_install_it(monkeypatch, missing):
    monkeypatch.setitem(sys.modules, missing, None)
    chosen = {"workers": 2} if missing == "joblib" else {"cluster": "local"}
    with pytest.raises(ImportError, match=r"pip install .*course_utils\[cluster\]"):
        sweep(square, [(1,)], **chosen)


@pytest.mark.rare
@pytest.mark.slow
def test_a_scheduler_that_is_not_there_is_told(monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr(engines, "PATIENCE", 0.5)
    with pytest.raises(OSError, match="no Dask scheduler answers at tcp:"):
        sweep(square, [(1,)], cluster="tcp://127.0.0.1:9")


# the record


def test_what_a_record_holds_is_not_made_again(tmp_path):
    folder = tmp_path / "asked"
    folder.mkdir()
    given = [(n, str(folder)) for n in range(4)]
    path = tmp_path / "deeper" / "r.jsonl"
    assert sweep(told, given[:2], record=path) == [0, 1]
    assert sweep(told, given, record=path) == [0, 1, 4, 9]
    assert asked(folder) == [0, 1, 2, 3]


def test_a_failure_is_tried_again(tmp_path):
    for _ in "ab":
        with pytest.raises(ValueError, match="the second fails"):
            sweep(bad, [(0,), (1,)], record=tmp_path / "r")
    assert len((tmp_path / "r").read_bytes().splitlines()) == 1


def test_a_line_is_json_that_names_its_configuration(tmp_path):
    sweep(square, [{"n": 3}], record=tmp_path / "r")
    held = json.loads((tmp_path / "r").read_text(encoding="utf-8"))
    assert (held["configuration"], held["result"]) == ({"n": 3}, 9)
    assert held["key"] == version.key(square, '{"n": 3}')


def test_a_key_changes_with_the_code_the_function_the_values_and_torch(monkeypatch):
    keys = [version.key(square, "[2]"), version.key(square, "[3]")]
    keys.append(version.key(told, "[2]"))
    with monkeypatch.context() as patch:
        patch.setattr(version, "_texts", lambda module: "other code")
        keys.append(version.key(square, "[2]"))
    monkeypatch.setattr(torch, "__version__", "0")
    keys.append(version.key(square, "[2]"))
    assert len(set(keys)) == 5


def test_what_a_function_is_made_of_is_all_that_its_module_imports(tmp_path, monkeypatch):
    place = tmp_path / "made_up"
    place.mkdir()
    texts = {
        "__init__": "",
        "a": "from . import b\nfrom course_utils.solvers import ista\nimport torch\n",
        "b": "def late():\n    from .c import x\n",
        "c": "x = 1\n",
        "apart": "x = 1\n",
    }
    for name, text in texts.items():
        (place / f"{name}.py").write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    found = version.files("made_up.a")
    own = {name for name in found if name.startswith("made_up")}
    assert own == {"made_up", "made_up.a", "made_up.b", "made_up.c"}
    assert {"course_utils.solvers", "course_utils.checks"} <= found.keys()
    assert not {"course_utils.training", "torch"} & found.keys()
    before = version._texts.__wrapped__("made_up.a")
    (place / "c.py").write_text("x = 2\n", encoding="utf-8")
    assert version._texts.__wrapped__("made_up.a") != before
    whole = version.files("__main__")
    assert "solvers.py" in whole and not any("explore" in name for name in whole)


def lines_of(count, path):
    """The results of a record with so many of them, and its bytes."""
    results = sweep(square, [(n,) for n in range(count)], record=path)
    return results, path.read_bytes()


def test_wherever_the_writing_stops_the_lines_before_stay_and_the_rest_is_made_again(
    tmp_path, capsys
):
    path = tmp_path / "r"
    results, whole = lines_of(4, path)
    ends = [k + 1 for k, byte in enumerate(whole) if byte == ord("\n")]
    for length in range(0, len(whole), 13):
        path.write_bytes(whole[:length])
        complete = sum(end - 1 <= length for end in ends)
        assert len(Record(path).found) == complete
        assert sweep(square, [(n,) for n in range(4)], record=path) == results
        assert len(Record(path).found) == 4
    assert "damaged or unfinished, to be made again" in capsys.readouterr().out


def test_a_changed_byte_costs_its_line_and_no_other(tmp_path):
    path = tmp_path / "r"
    results, whole = lines_of(3, path)
    second = whole.index(b"\n") + 1
    for place in range(second, second + len(whole) // 3, 5):
        changed = bytearray(whole)
        changed[place] ^= 1
        path.write_bytes(changed)
        assert len(Record(path).found) == 2
        assert sweep(square, [(n,) for n in range(3)], record=path) == results


def test_another_file_is_left_alone(tmp_path):
    path = tmp_path / "notes"
    path.write_text("n,square\n1,1\n", encoding="utf-8")
    with pytest.raises(ValueError, match="no record of a sweep: name another file"):
        sweep(square, [(1,)], record=path)
    assert path.read_text(encoding="utf-8") == "n,square\n1,1\n"


def test_a_full_disk_is_told_in_words_and_the_lines_before_stay(tmp_path, monkeypatch):
    path = tmp_path / "r"
    _, whole = lines_of(2, path)

    def full(*args):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(record.os, "fsync", full)
    with pytest.raises(OSError, match="not written down, No space left on device"):
        sweep(square, [(5,)], record=path)
    assert path.read_bytes().startswith(whole)


LONG = """
import sys, time
from tests.package.test_sweep import slowly
from course_utils.sweep import sweep
print("ready", flush=True)
sweep(slowly, [(n, sys.argv[1]) for n in range(200)], record=sys.argv[2], workers={workers})
"""


def slowly(n, folder):
    told(n, folder)
    time.sleep(0.02)
    return n**2


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, pytest.param(2, marks=pytest.mark.rare)])
def test_a_run_that_is_killed_loses_nothing(tmp_path, workers):
    folder = tmp_path / "asked"
    folder.mkdir()
    path = tmp_path / "r.jsonl"
    code = [sys.executable, "-c", LONG.format(workers=workers), str(folder), str(path)]
    process = subprocess.Popen(
        code, cwd=ROOT, stdout=subprocess.PIPE, start_new_session=True
    )
    try:
        while not path.exists() or path.read_bytes().count(b"\n") < 5:
            assert process.poll() is None
            time.sleep(0.01)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    kept = len(Record(path).found)
    assert 5 <= kept < 200
    before = len(asked(folder))
    given = [(n, str(folder)) for n in range(kept + 3)]
    assert sweep(slowly, given, record=path) == [n**2 for n in range(kept + 3)]
    assert len(asked(folder)) - before == 3


CELL = """
def cubed(n):
    return n**3 + offset
offset = 1
from course_utils.sweep import sweep
assert sweep(cubed, [(n,) for n in range(4)], workers=2) == [1, 2, 9, 28]
"""


@pytest.mark.slow
def test_a_function_of_a_notebook_works_in_other_processes():
    code = (
        f"from IPython import InteractiveShell as S; S().run_cell({CELL!r}).raise_error()"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
