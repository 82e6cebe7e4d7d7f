"""Tables of studies: written row by row, kept over an interruption."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from studies import table as writing


def test_a_study_goes_on_where_it_stopped(tmp_path, monkeypatch):
    monkeypatch.setattr(writing, "TABLES", tmp_path)
    writing.Table("trial", keys=("m",)).add({"m": 1, "x": 0.5})
    again = writing.Table("trial", keys=("m",))
    assert again.has(1) and not again.has(2)
    again.add({"m": 2, "x": 0.7})
    kept = json.loads((tmp_path / "trial.json").read_text("utf-8"))
    assert [row["x"] for row in kept["rows"]] == [0.5, 0.7]
    assert [file.name for file in tmp_path.iterdir()] == ["trial.json"]


def squares(m):
    return {"square": m**2}


@pytest.mark.slow
def test_a_study_does_only_the_tasks_that_are_left_and_keeps_them_in_order(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(writing, "TABLES", tmp_path)
    writing.Table("trial", keys=("m",)).add({"m": 2, "square": "known"})
    table = writing.Table("trial", keys=("m",))
    table.fill(squares, [(3,), (1,), (2,)], workers=1)
    again = writing.Table("trial", keys=("m",))
    assert [again.row(m)["square"] for m in (1, 2, 3)] == [1, "known", 9]
    assert [row["m"] for row in again.rows] == [1, 2, 3]


def fails(m):
    if m == 2:
        raise ValueError("the second task fails")
    return {"square": m**2}


@pytest.mark.slow
def test_what_a_study_has_found_is_kept_when_a_task_fails(tmp_path, monkeypatch):
    monkeypatch.setattr(writing, "TABLES", tmp_path)
    table = writing.Table("trial", keys=("m",))
    with pytest.raises(ValueError, match="second"):
        table.fill(fails, [(1,), (2,)], workers=1)
    assert writing.Table("trial", keys=("m",)).has(1)


def test_rows_go_to_the_cluster_but_for_those_whose_times_are_compared(
    tmp_path, monkeypatch
):
    asked = []
    monkeypatch.setattr(writing, "TABLES", tmp_path)
    monkeypatch.setattr(writing, "sweep", lambda *given, **how: asked.append(how))
    monkeypatch.setattr(writing.Table, "cluster", "tcp://node1:8786")
    table = writing.Table("trial", keys=("m",))
    table.fill(squares, [(1,)])
    table.fill(squares, [(1,)], workers=1)
    assert [how["cluster"] for how in asked] == ["tcp://node1:8786", None]


def test_a_study_has_a_process_for_each_core_on_every_system(monkeypatch):
    monkeypatch.setattr(writing.torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(writing.os, "sched_getaffinity", lambda pid: {1, 2}, raising=False)
    assert (writing.processes(None), writing.processes(5)) == (2, 5)
    monkeypatch.delattr(writing.os, "sched_getaffinity")
    monkeypatch.setattr(writing.os, "cpu_count", lambda: 3)
    assert (writing.processes(None), writing.processes(5)) == (3, 5)
    monkeypatch.setattr(writing.torch.cuda, "is_available", lambda: True)
    assert writing.processes(5) == 1


def test_two_processes_that_fill_one_table_lose_no_row(tmp_path, monkeypatch):
    monkeypatch.setattr(writing, "TABLES", tmp_path)
    one, two = (writing.Table("trial", keys=("m",)) for _ in "ab")

    def fill(table, first):
        for m in range(first, 40, 2):
            table.add({"m": m})

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(fill, one, 0), pool.submit(fill, two, 1)]:
            done.result()
    assert [row["m"] for row in writing.Table("trial", keys=("m",)).rows] == list(range(40))
    assert [path.name for path in tmp_path.iterdir()] == ["trial.json"]
