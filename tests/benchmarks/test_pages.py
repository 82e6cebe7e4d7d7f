"""The table of how long pages load: its rows, its targets, and what it says without one."""

from benchmarks import pages


def loads(*seconds):
    """Loads with these times of all work."""
    return [{"script_s": s / 2, "task_s": s} for s in seconds]


def test_a_row_is_the_median_and_the_front_page_has_half_the_time():
    found = pages.row("book/04-regularising", loads(0.9, 3.0, 0.6))
    assert (found["task_s"], found["script_s"], found["met"]) == (0.9, 0.45, True)
    assert not pages.row(pages.FRONT, loads(0.9, 3.0, 0.6))["met"]


def test_the_table_names_the_page_its_times_and_whether_they_reach_the_target():
    report = {"rows": [pages.row("book/04-regularising", loads(1.254))]}
    assert pages.markdown(report).split("\n")[-1] == (
        "| 04-regularising | 0.63 s | 1.25 s | ≤ 1 s ✗ |"
    )


def test_without_a_measurement_the_page_says_so():
    assert "make bench" in pages.markdown(None)
