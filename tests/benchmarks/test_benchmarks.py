"""The harness of `make bench`: what it calls right, how it builds its table. No times."""

import json
import subprocess
import sys
from pathlib import Path

import bench_page
import pytest
import torch

from benchmarks import blobs, measure, table
from benchmarks.measure import Case, WrongResult, agree
from course_utils.operators import Radon

ROOT = Path(__file__).resolve().parents[2]
RESULTS = json.loads((ROOT / bench_page.RESULTS).read_text(encoding="utf-8"))
SCHEMA = {"case", "ours_ms", "peer", "peer_ms", "ratio", "ours_mb", "peer_mb"}
SLOW = {"ratio": 0.5, "ours_ms": 4.0, "peer_ms": 2.0, "ours_mb": 401.0}


def value(x):
    """A set-up whose line gives one number."""
    return lambda: lambda: torch.tensor([x])


def case(ours=1.0, theirs=1.0, **more):
    return Case("a case", "a peer", value(ours), value(theirs), **more)


def judged(c):
    agree(c, c.ours()(), c.theirs()())


def test_equal_results_agree_and_different_ones_do_not():
    judged(case(1.0, 1.00001))
    for theirs in (1.001, float("nan")):
        with pytest.raises(WrongResult, match=r"a case \| a peer: the peer's from ours"):
            judged(case(1.0, theirs))


def test_two_shapes_never_agree():
    with pytest.raises(WrongResult):
        agree(case(), torch.ones(1), torch.ones(1, 1))


@pytest.mark.parametrize(("ours", "theirs"), [(1.2, 1.0), (1.0, 1.2), (float("nan"), 1.0)])
def test_with_a_truth_both_sides_must_be_near_it(ours, theirs):
    truth = {"truth": lambda: torch.tensor([1.0]), "tolerance": 0.1}
    judged(case(0.95, 1.05, **truth))
    with pytest.raises(WrongResult, match="from the truth"):
        judged(case(ours, theirs, **truth))


def test_no_worse_means_that_our_error_is_not_the_larger_one():
    truth = {"truth": lambda: torch.tensor([1.0]), "tolerance": 0.1, "no_worse": True}
    judged(case(1.01, 1.02, **truth))
    with pytest.raises(WrongResult, match="our error exceeds"):
        judged(case(1.02, 1.01, **truth))


def test_a_wrong_case_is_not_timed(monkeypatch):
    monkeypatch.setattr(measure, "interleaved", lambda *lines: pytest.fail("timed"))
    with pytest.raises(WrongResult):
        measure.time_both(case(1.0, 2.0))


def test_lines_take_turns(monkeypatch):
    monkeypatch.setattr(measure, "AT_LEAST", 0)
    monkeypatch.setattr(measure, "SECONDS", 0)
    seen = []
    pairs = measure.interleaved(lambda: seen.append("ours"), lambda: seen.append("peer"))
    assert len(pairs) % 2 == 1 and seen == ["ours", "peer"] * (len(pairs) + 1)


def test_a_row_has_medians_and_what_was_weighed(monkeypatch):
    pairs = [(1.0, 2.0), (2.0, 6.0), (3.0, 12.0)]
    monkeypatch.setattr(measure, "interleaved", lambda *lines: pairs)
    c = case(target=measure.ratio(5), why="Because.")
    row = measure.time_both(c)
    weighed = {"ours": 10.0, "theirs": 20.0}
    row = measure.weigh_both(c, row, lambda title, side: weighed[side])
    expected = {"case": "a case", "ours_ms": 2.0, "peer": "a peer", "peer_ms": 6.0}
    expected |= {"ratio": 3.0, "quartiles": [2.5, 3.5], "ours_mb": 10.0, "peer_mb": 20.0}
    expected |= {"met": False, "why": "Because.", "target": "ratio ≥ 5"}
    assert row.items() >= expected.items()


@pytest.mark.parametrize(
    ("kind", "met", "missed"),
    [
        (measure.ratio, 0.5, 0.6),
        (measure.duration, 4.0, 3.9),
        (measure.memory, 401, 400),
        (measure.delay, 2.0, 1.9),
    ],
)
def test_a_target_is_met_at_its_bound_and_missed_beyond(kind, met, missed):
    assert kind(met).met(SLOW) and not kind(missed).met(SLOW)


def test_numbers_have_two_digits_and_no_exponent():
    shown = [table.number(x) for x in (None, 0.123, 1.26, 12.6, 99.6, 126.4, 2399.7)]
    assert shown == ["–", "0.12", "1.3", "13", "100", "126", "2400"]


WEIGH = """
import torch
from benchmarks import measure
print(measure.weigh_here(lambda: lambda: torch.ones(2**24)))
"""


@pytest.mark.slow
def test_the_peak_grows_with_what_a_line_holds():
    command = [sys.executable, "-c", WEIGH]  # a process in which nothing larger was held
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert 60 < float(done.stdout) < 120


def test_blobs_and_their_projections_fit_together():
    H = Radon(64, blobs.angles().float())
    g = blobs.projections(64)
    assert measure.distance(H(blobs.image(64)), g) < 0.01
    back = blobs.inside(blobs.back_projection(64))
    assert measure.distance(blobs.inside(H.T(g)), back) < 0.02


def test_the_committed_results_have_every_column():
    assert RESULTS["rows"] and all(row.keys() >= SCHEMA for row in RESULTS["rows"])
    assert {"deepinv", "torch", "scikit-image", "PyLops"} <= RESULTS["versions"].keys()
    assert {row["group"] for row in RESULTS["rows"]} == set(table.GROUPS)


def test_a_row_that_falls_short_says_why():
    assert all(row["why"] for row in RESULTS["rows"] if not row["met"])


def test_the_versions_that_were_measured_are_the_pinned_ones():
    pinned = (ROOT / "benchmarks" / "requirements.txt").read_text(encoding="utf-8")
    for version in RESULTS["versions"].values():
        assert f"=={version.partition('+')[0]}\n" in pinned


def test_the_page_shows_every_part_and_types_no_figure():
    page = (ROOT / "book" / "benchmarks.md").read_text(encoding="utf-8")
    marks = {mark[1] for mark in bench_page.MARK.finditer(page)}
    assert marks == set(bench_page.parts(RESULTS))
    assert " ms" not in page and " MB" not in page


def test_every_row_stands_in_one_table():
    tables = [bench_page.parts(RESULTS)[name] for name in table.GROUPS]
    lines = [line for part in tables for line in part.split("\n")[2:]]
    assert len(lines) == len(RESULTS["rows"])


def test_rows_that_miss_are_listed_with_their_reasons():
    row = {"case": "A", "peer": "B", "ratio": 1.2, "target": "ratio ≥ 2", "why": "So."}
    assert table.short([row | {"met": True}]) == "Every row reaches its target."
    listed = table.short([row | {"met": False}])
    assert listed == "- **A**, beside B: 1.2 in place of ratio ≥ 2. So."


def test_a_report_is_written_whole(tmp_path):
    path = table.write({"rows": []}, tmp_path / "bench.json")
    assert json.loads(path.read_text(encoding="utf-8")) == {"rows": []}
    assert list(tmp_path.iterdir()) == [path]
