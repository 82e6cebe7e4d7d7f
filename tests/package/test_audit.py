"""The audit has every part of the summary, and its verdicts follow from the numbers."""

import math
from collections import Counter

import pytest

from course_utils import audit, tables
from course_utils.audit import Inequality, Row, scoreboard, verdict
from course_utils.audit.reading import FUNCTIONS

# How many headings or bullets each part of the summary has.
PARTS = {
    "Quick facts": 1,
    "Executive summary": 3,
    "Method summary": 1,
    "Key result": 3,
    "Mechanism 1": 3,
    "Mechanism 2": 3,
    "Mechanism 3": 3,
    "Concept 1": 1,
    "Concept 2": 1,
    "Concept 3": 2,
    "Component map": 2,
    "Critical path": 1,
    "Trade-off": 3,
    "Failure signature": 3,
    "Experiment": 3,
    "Open question": 3,
    "Limitation": 3,
    "High confidence": 3,
    "Medium confidence": 3,
    "Low confidence": 3,
    "Next check": 3,
}


@pytest.fixture(scope="module")
def rows():
    return audit.read()


def of(sign, bound, *values):
    return Inequality("a less b", lambda: values, sign, bound)


def row(**sides):
    return Row("Key result 1", "Physics saves data", **sides)


def test_every_part_of_the_summary_is_there(rows):
    places = [row.place for row in rows]
    assert len(set(places)) == len(places)
    for part, count in PARTS.items():
        assert sum(place.startswith(part) for place in places) == count, part
    assert sum(PARTS.values()) == len(rows)


def test_each_row_has_evidence_or_a_reason_and_a_place_in_a_chapter(rows):
    for row in rows:
        told = audit.told(row)
        assert told["where"] and all("#" in where for where in told["where"])
        assert bool(told["inside"]) != bool(told["reason"]), row.name


def test_a_claim_with_numbers_has_a_problem_and_a_method_to_find_it_by(rows):
    for row in rows:
        about = audit.about(row)
        assert bool(row.inside) == bool(about["problems"]), row.name


yes = of("<", 0, -1.0, -2.0)
no = of("<", 0, -1.0, 1.0)


@pytest.mark.parametrize(
    ("sides", "expected"),
    [
        ({"inside": (yes,)}, audit.HOLDS),
        ({"inside": (yes,), "outside": (yes,), "condition": "c"}, audit.HOLDS),
        ({"inside": (yes,), "outside": (yes, no), "condition": "c"}, audit.HOLDS_IF),
        ({"inside": (yes, no)}, audit.FAILS),
        ({"inside": (no,), "outside": (yes,), "condition": "c"}, audit.FAILS),
        ({"reason": "it is about the text"}, audit.NOT_TESTABLE),
    ],
)
def test_the_verdict_follows_from_the_sides_of_the_condition(sides, expected):
    assert row(**sides).verdict() == expected


@pytest.mark.parametrize(
    ("one", "holds"),
    [
        (of("<", 0, -1), True),
        (of("<", 0, 0), False),
        (of(">", 0, 1e-9), True),
        (of(">", 0, math.nan), False),
        (of("<", 0, -1, math.nan), False),
    ],
)
def test_an_inequality_holds_for_every_number_or_not_at_all(one, holds):
    assert one.holds() == holds


def test_numbers_are_written_with_their_extremes_and_their_count():
    assert of("<", 0, -1.234, -2.0).measured() == "−1.62 (−2 to −1.23; 2)"
    assert Inequality("a", lambda: [4398.0], "<", 100, " GB").measured() == "4398 GB"
    assert verdict.written(1e-12) == "1e−12"


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ({"reason": "r", "inside": (yes,)}, "inequalities, or a reason"),
        ({}, "inequalities, or a reason"),
        ({"inside": (yes,), "condition": "c"}, "alone"),
        ({"inside": (yes,), "outside": (no,)}, "alone"),
    ],
)
def test_half_a_row_is_refused(arguments, complaint):
    with pytest.raises(ValueError, match=complaint):
        row(**arguments)
    with pytest.raises(ValueError, match="more than twelve words"):
        Row("Key result 1", "word " * 13, inside=(yes,))
    with pytest.raises(ValueError, match="the sign of an inequality"):
        of("=", 0, 1)
    with pytest.raises(ValueError, match="no number was measured for: a less b"):
        of("<", 0).holds()


OWN = """
[[row]]
place = "My own claim"
name = "A CNN needs fewer pairs than a matrix"
where = ["10-fixed-and-learned#fig-pairs"]
[[row.inside]]
is = "a CNN with 16 pairs less a matrix with 256, edges"
gap = ["edges", "CNN", 16, "matrix", 256]
below = 0
unit = "dB"
"""


def test_a_claim_of_ones_own_is_judged_from_ten_lines():
    (own,) = audit.read(OWN)
    assert own.verdict() == audit.HOLDS
    assert own.inside[0].measured().endswith(" dB (−1.69 to −1.49; 5)")
    for line in ("below = 0", 'gap = ["edges", "CNN", 16, "matrix", 256]'):
        with pytest.raises(ValueError, match="needs one of below, above and one of the"):
            audit.read(OWN.replace(line, ""))


def cited(rows):
    return {name for row in rows for name in audit.about(row)["tables"]}


def test_without_a_table_its_rows_fail_with_its_name(rows, monkeypatch):
    real = tables.read
    for name in cited(rows):

        def read(wanted, missing=name):
            return real("none such" if wanted == missing else wanted)

        monkeypatch.setattr(tables, "read", read)
        for row in audit.read():
            if name in audit.about(row)["tables"]:
                with pytest.raises(ValueError, match="no study"):
                    audit.told(row)


def worse(value, sign):
    """A number pushed to the wrong side, or a list of them."""
    if isinstance(value, list):
        return [worse(one, sign) for one in value]
    return value + 1e4 if sign == "<" else value - 1e4


@pytest.mark.parametrize("sign", ["<", ">"])
def test_a_number_past_its_bound_flips_the_verdict(rows, monkeypatch, sign):
    """Each row in turn gets, in the place of its deciding numbers, numbers beyond them."""
    flipped = Counter()
    for row in rows:
        if not row.inside or row.inside[0].sign != sign:
            continue
        pushed = worse(list(row.inside[0].values), sign)
        function = row.inside[0].numbers.func.__name__
        assert FUNCTIONS[function] is row.inside[0].numbers.func
        first = Inequality("pushed", lambda v=pushed: v, sign, row.inside[0].bound)
        sides = {"outside": row.outside, "condition": row.condition}
        changed = Row(row.place, row.name, inside=(first, *row.inside[1:]), **sides)
        flipped[row.verdict(), changed.verdict()] += 1
    assert set(after for _, after in flipped) == {audit.FAILS}


def test_an_error_changed_in_a_table_changes_the_verdicts_that_rest_on_it(monkeypatch):
    real = tables.read

    def read(name):
        table = real(name)
        for entry in table["rows"]:
            if name == "data-efficiency" and entry["method"] == "four layers":
                entry["nmse_db"] = [error + 20 for error in entry["nmse_db"]]
        return table

    before = {row.place: row.verdict() for row in audit.read()}
    monkeypatch.setattr(tables, "read", read)
    after = {row.place: row.verdict() for row in audit.read()}
    assert before["Key result 1"] == audit.HOLDS_IF
    assert after["Key result 1"] == audit.FAILS
    assert before["Failure signature 3"] == after["Failure signature 3"] == audit.HOLDS


def test_the_scoreboard_has_a_dozen_methods_and_problems_and_a_reason_for_each_gap():
    methods, problems = scoreboard.methods(), scoreboard.problems()
    assert len(methods) >= 12 and len(problems) >= 12
    assert all(scoreboard.why_not(method) for method in methods)
    for problem in problems:
        assert set(problem.methods) <= set(methods)
        for method in problem.methods:
            score = scoreboard.score(problem, method)
            assert score.errors and all(map(math.isfinite, score.errors)), method


def test_a_score_is_what_its_table_has():
    camera = next(p for p in scoreboard.problems() if p.name == "infrared, labels")
    rows = tables.read("infrared")["rows"]
    ours = [r for r in rows if r["method"] == "u-net" and r["n"] == 32 and "few" in r]
    score = scoreboard.score(camera, "U-Net")
    assert score.errors == [row["as trained"][1] for row in ours]
    assert score.learned == ours[0]["parameters"]
    assert scoreboard.score(camera, "MLP") is None


def test_the_pairs_that_a_method_needs_are_the_first_that_bring_it_near():
    assert scoreboard.pairs_needed("edges", "matrix") == 1024
    assert scoreboard.pairs_needed("edges", "MLP") == math.inf
    assert scoreboard.pairs_needed("edges", "prox") is None
