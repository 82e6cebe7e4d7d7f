"""The page on clusters: what is predicted, and that every figure comes from the file."""

import json
from pathlib import Path

import pytest
import scaling_page as tool

from benchmarks import scaling, scaling_page

ROOT = Path(__file__).resolve().parents[2]
COST = {"engine": "Dask", "begin_s": 4.0, "each_s": 0.01}


def test_a_sweep_shrinks_with_workers_down_to_what_is_handed_out_one_by_one():
    seconds = lambda p: scaling.sweep_seconds(100, 10.0, p, COST)  # noqa: E731
    assert seconds(1) == 4 + 1 + 1000
    assert seconds(3) == 4 + 1 + 340, "the last round of workers counts whole"
    assert seconds(100) == seconds(1000) == 4 + 1 + 10


def test_a_shared_step_shrinks_until_the_wire_is_what_takes_time():
    seconds = lambda p: scaling.step_seconds(1.0, p, 1000, 2000.0)  # noqa: E731
    assert seconds(1) == 1.0
    assert seconds(2) == 0.5 + 0.5
    assert seconds(10**6) == pytest.approx(1.0, rel=1e-5)


@pytest.mark.parametrize(("one_s", "helps"), [(1.2, True), (0.8, False)])
def test_more_ranks_help_only_if_a_step_outlasts_its_transfers(one_s, helps):
    transfers = 2 * 1000 / 2000.0
    found = [scaling.step_seconds(one_s, p, 1000, 2000.0) for p in (1, 2, 4, 64, 10**6)]
    assert found == sorted(found, reverse=helps)
    assert helps == (min(found[1:]) < found[0]) == (one_s > transfers)
    assert all((seconds > transfers) == helps for seconds in found)


def test_a_bound_below_one_is_said_to_be_one():
    report = measured()
    report["steps"][0] |= {"step_s": 1e-6}
    told = scaling_page.parts(report)["read-predicted"]
    assert "more than a factor of 1 for" in told


def measured(tasks=6):
    """A report as ``scaling.main`` writes it."""
    names = list(scaling.ENGINES)
    walls = dict(zip(names, (60.0, 40.0, 48.0), strict=True))
    step = {"learned": 17_000, "bytes": 68_000, "transfer_s": 0.001}
    return {
        "machine": {"processor": "a processor", "load": 0.1},
        "sweeps": [
            {"engine": name, "workers": 2, "tasks": tasks, "wall_s": wall, "task_s": 10.0}
            for name, wall in walls.items()
        ],
        "costs": [COST | {"engine": "joblib"}, COST],
        "steps": [step | {"ranks": 1, "step_s": 1.0}, step | {"ranks": 2, "step_s": 0.6}],
    }


def test_the_page_shows_every_part_and_what_is_predicted_says_so():
    page = (ROOT / "book" / "past-one-machine.md").read_text(encoding="utf-8")
    found = scaling_page.parts(measured())
    assert sorted(tool.MARK.findall(page)) == sorted(found) == sorted(scaling_page.PARTS)
    beyond = page.split("## Predicted beyond")[1]
    assert "Nothing in this section was measured" in beyond
    for name in ("predicted-sweeps", "predicted-steps"):
        assert name in beyond and "predicted" in found[name].split("\n")[0]
    assert "| Dask | 2 | 48 s | 10 s | 34 s | 1.2 |" in found["sweeps"]
    assert "| 2 | 600 ms | 1 ms | 1.7 |" in found["steps"]


def test_what_was_measured_has_one_and_two_workers_and_until_then_the_page_says_so():
    path = ROOT / tool.RESULTS
    assert "Not measured yet" in scaling_page.parts(None)["machine"]
    if path.exists():
        report = json.loads(path.read_text(encoding="utf-8"))
        assert [row["engine"] for row in report["sweeps"]] == list(scaling.ENGINES)
        assert [one["ranks"] for one in report["steps"]] == [1, 2]
        assert report["machine"]["load"] <= scaling.QUIET


def test_the_page_says_whether_two_workers_gain():
    found = measured()
    assert "pays as soon" in scaling_page.parts(found)["read-sweeps"]
    for row in found["sweeps"]:
        row["wall_s"] = 60.0
    assert "gain next to nothing" in scaling_page.parts(found)["read-sweeps"]


def test_gains_are_against_one_process():
    report = {
        "sweeps": [{"engine": "one", "wall_s": 8.0}, {"engine": "two", "wall_s": 5.0}]
    }
    assert scaling_page.gains(report) == {"one": 1.0, "two": 1.6}


@pytest.mark.parametrize(("seconds", "status"), [(2.1, 0), (4.0, 1)])
def test_what_waited_for_cores_that_others_took_is_not_reported(
    seconds, status, monkeypatch, capsys, tmp_path
):
    row = {"engine": "joblib", "task_s": seconds, "cpu_s": 2.0}
    monkeypatch.setattr(scaling.os, "getloadavg", lambda: (0.1, 0, 0), raising=False)
    monkeypatch.setattr(scaling, "sweeps", lambda count: [row])
    monkeypatch.setattr(scaling, "costs", lambda count: [])
    monkeypatch.setattr(scaling, "steps", list)
    monkeypatch.setattr(scaling, "ROOT", tmp_path)
    assert scaling.main([]) == status
    assert ("took the cores" in capsys.readouterr().out) == bool(status)
    assert (tmp_path / "_build" / "scaling.json").exists() == (status == 0)


@pytest.mark.slow
def test_a_training_tells_its_time_and_what_it_had_of_the_processor():
    found = scaling.first(0)
    assert min(found["cpu_s"], found["seconds"]) > 0
    assert found["loss"] == scaling.first(0)["loss"]


def test_a_busy_machine_is_not_measured(monkeypatch, capsys):
    monkeypatch.setattr(scaling.os, "getloadavg", lambda: (3.2, 0, 0), raising=False)
    monkeypatch.setattr(scaling, "sweeps", lambda count: pytest.fail("measured"))
    assert scaling.main([]) == 1
    assert "3.2 other programs" in capsys.readouterr().out
