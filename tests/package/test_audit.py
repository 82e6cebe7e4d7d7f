"""The audit has every part of the summary, and its verdicts follow from the numbers."""

import math
import random
from dataclasses import replace
from functools import cache, partial
from importlib.resources import files

import pytest

from course_utils import audit, signals, solvers, tables
from course_utils.audit import Inequality, Row, computed, measured, scoreboard, verdict
from course_utils.audit.reading import FUNCTIONS
from course_utils.networks import TwoLayer
from course_utils.operators import Blur

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
    return sorted({name for row in rows for name in audit.about(row)["tables"]})


def test_without_a_table_its_rows_fail_with_its_name(rows, monkeypatch, tmp_path):
    for file in files(tables).iterdir():
        (tmp_path / file.name).symlink_to(file)
    monkeypatch.setattr(tables, "files", lambda name: tmp_path)
    places = {
        name: [r for r in rows if name in audit.about(r)["tables"]] for name in cited(rows)
    }
    assert len(places) >= 12
    for name, theirs in places.items():
        moved = (tmp_path / f"{name}.json").rename(tmp_path / "elsewhere")
        fresh = {row.place: row for row in audit.read()}
        for row in theirs:
            with pytest.raises(ValueError, match=f"no study '{name}'"):
                audit.told(fresh[row.place])
        moved.rename(tmp_path / f"{name}.json")


def with_values(one, values):
    """The inequality on other numbers."""
    return Inequality(one.statement, lambda: values, one.sign, one.bound)


def on_its_side(one):
    """The inequality on numbers that obey it, by a hair."""
    obeys = math.nextafter(one.bound, -math.inf if one.sign == "<" else math.inf)
    return with_values(one, [obeys] * len(one.values))


def pushed(one):
    """The inequality with each of its numbers in turn at its bound, the others obeying."""
    kept = on_its_side(one).values
    for k in range(len(kept)):
        yield with_values(one, [*kept[:k], one.bound, *kept[k + 1 :]])


def swapped(sides, k):
    """The sides with another inequality at place k."""
    return lambda one: (*sides[:k], one, *sides[k + 1 :])


PLACES = [row.place for row in audit.read() if row.inside]


@pytest.mark.parametrize("place", PLACES)
def test_each_number_of_each_inequality_decides_the_verdict(rows, place):
    (row,) = (row for row in rows if row.place == place)
    inside = tuple(map(on_its_side, row.inside))
    outside = tuple(map(on_its_side, row.outside))
    assert replace(row, inside=inside, outside=outside).verdict() == audit.HOLDS
    for k, one in enumerate(row.inside):
        for past in map(swapped(inside, k), pushed(one)):
            assert replace(row, inside=past, outside=outside).verdict() == audit.FAILS
            assert replace(row, inside=past).verdict() == audit.FAILS
    for k, one in enumerate(row.outside):
        for past in map(swapped(outside, k), pushed(one)):
            assert replace(row, inside=inside, outside=past).verdict() == audit.HOLDS_IF


def drawn(value, draw, key=""):
    """The value with other numbers in the place of its own, but for seeds, which join."""
    if isinstance(value, dict):
        return {k: drawn(v, draw, k) for k, v in value.items()}
    if isinstance(value, list):
        return [drawn(one, draw, key) for one in value]
    if isinstance(value, int | float) and key != "seed":
        return draw.uniform(-1000, 1000)
    return value


def test_no_verdict_survives_numbers_drawn_at_random(rows, monkeypatch):
    """Every inequality reads its table, and no verdict stands whatever a table says."""
    real = measured.rows
    monkeypatch.setattr(tables, "read", cache(tables.read))
    verdicts = {row.place: {row.verdict()} for row in rows}
    for seed in range(6):
        draw = random.Random(seed)

        def found(table, keys, draw=draw):
            return [drawn(row, draw) for row in real(table, keys)]

        monkeypatch.setattr(measured, "rows", found)
        for row, before in zip(audit.read(), rows, strict=True):
            verdicts[row.place].add(row.verdict())
            both = (row.inside + row.outside, before.inside + before.outside)
            for one, same in zip(*both, strict=True):
                if one.numbers.func.__module__ == measured.__name__:
                    assert not set(one.values) & set(same.values), one.statement
    tested = [row.place for row in rows if audit.about(row)["tables"]]
    assert [place for place in tested if len(verdicts[place]) == 1] == []


def another_second_form(H, lam, inverse):
    return TwoLayer(H, 1.01 * lam if inverse == "second" else lam, inverse=inverse)


def a_little_more(function):
    return lambda *arguments, **options: 1.001 * function(*arguments, **options)


@pytest.mark.parametrize(
    ("name", "of", "broken", "function"),
    [
        ("tikhonov", solvers, a_little_more(solvers.tikhonov), "map_apart"),
        ("tikhonov", solvers, a_little_more(solvers.tikhonov), "layers_apart"),
        ("run", solvers, lambda way, n: next(way), "unrolled_apart"),
        ("TwoLayer", computed, another_second_form, "forms_apart"),
        ("blur", computed, partial(computed.blur, "zero"), "periodic_off_diagonal"),
    ],
)
def test_an_identity_that_is_broken_is_no_identity(name, of, broken, function, monkeypatch):
    exact = FUNCTIONS[function].__wrapped__
    assert max(exact()) < 1e-10
    monkeypatch.setattr(of, name, broken)
    assert max(exact()) > 1e-4


def test_what_overshoots_is_the_ill_conditioned_operator(monkeypatch):
    overshoot = computed.overshoot.__wrapped__
    assert min(overshoot("conjugate gradients")) > 4
    sharp = Blur(signals.gaussian_psf(0.4, ndim=2).double(), (computed.SIDE,) * 2)
    monkeypatch.setattr(computed, "blur", lambda: sharp)
    assert max(overshoot("conjugate gradients")) < 1.3


def test_a_fourier_diagonal_is_best_where_h_is_a_convolution():
    assert max(computed.diagonal_over_tikhonov("blur")) < 1
    assert min(computed.diagonal_over_tikhonov("scanner")) > 1.5
    assert min(computed.wide_diagonal_over_tikhonov()) > 0.9
    assert max(computed.wide_diagonal_over_tikhonov()) < 1.1


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
    assert before["Failure signature 3"] == after["Failure signature 3"] == audit.HOLDS_IF


def test_the_scoreboard_has_a_dozen_methods_and_problems_and_a_reason_for_each_gap():
    methods, problems = scoreboard.methods(), scoreboard.problems()
    assert len(methods) >= 12 and len(problems) >= 12
    assert all(scoreboard.why_not(method) for method in methods)
    for problem in problems:
        assert set(problem.methods) <= set(methods)
        for method in problem.methods:
            score = scoreboard.score(problem, method)
            assert score.errors and all(map(math.isfinite, score.errors)), method
    tried = {method for problem in problems for method in problem.methods}
    assert tried == set(methods)
    blurred = [p for p in problems if p.name.startswith("deconvolution, ")]
    assert all(len(problem.methods) >= 9 for problem in blurred)


def test_a_score_is_what_its_table_has():
    camera = next(p for p in scoreboard.problems() if p.name == "infrared, labels")
    rows = tables.read("infrared")["rows"]
    ours = [r for r in rows if r["method"] == "u-net, long" and r["n"] == 32 and "few" in r]
    score = scoreboard.score(camera, "U-Net")
    assert score.errors == [row["as trained"][1] for row in ours]
    assert score.learned == ours[0]["parameters"]
    assert scoreboard.score(camera, "MLP") is None


def curve(table, **options):
    defaults = {
        "rows": {},
        "error": ["e"],
        "near": 0.5,
        "classical": [{"method": "formula"}],
    }
    methods = {"learner": {"method": "net"}}
    return scoreboard.Curve("c", table, **defaults | {"methods": methods} | options)


def test_the_pairs_that_a_method_needs_are_the_first_that_bring_it_near(monkeypatch):
    net = {64: -7.0, 16: -5.6, 4: -5.4}
    table = [{"method": "net", "pairs": N, "e": [e - 1, e + 1]} for N, e in net.items()]
    table += [
        {"method": "formula", "pairs": N, "e": [e]} for N, e in ((1, -3.0), (9, -6.0))
    ]
    monkeypatch.setattr(tables, "read", lambda name: {"rows": table})
    assert scoreboard.pairs_needed(curve("t"), "learner") == 16
    assert scoreboard.pairs_needed(curve("t", near=0.3), "learner") == 64
    assert scoreboard.pairs_needed(curve("t", near=-2), "learner") == math.inf
    assert scoreboard.pairs_needed(curve("t"), "nobody") is None
    for row in table:
        row["e"] = [-e for e in row["e"]]
    assert scoreboard.pairs_needed(curve("t", largest=True), "learner") == 16


def test_many_problems_have_learning_curves_and_a_matrix_needs_most_pairs():
    needed = {c.name: {m: scoreboard.pairs_needed(c, m) for m in c.methods}
              for c in scoreboard.curves()}  # fmt: skip
    assert len(needed) >= 8 and None not in {
        n for row in needed.values() for n in row.values()
    }
    lines = needed["deconvolution, lines"]  # total variation is the best classical method
    assert lines["matrix"] == lines["four layers"] == lines["MLP"] == math.inf
    assert lines["CNN"] < 1024
    for name, row in needed.items():
        if "four layers" in row and "matrix" in row:
            assert row["matrix"] >= row["four layers"], name
    small = needed["deconvolution, small pictures"]
    assert small["matrix"] > small["four layers"]
