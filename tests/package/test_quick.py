"""Questions of the page: what they hold, how they judge, and what checks say."""

import json
import linecache
from pathlib import Path

import pytest

from course_utils import quick
from course_utils.quick import checking
from course_utils.quick.readable import in_html, readable
from tests.package.explore import in_node

TEXT = (Path(quick.__file__).parent / "quick.js").read_text(encoding="utf-8")
VIEW = "application/vnd.jupyter.widget-view+json"
OPTIONS = {
    "$\\sigma^2$": "The variance counts each draw once.",
    "$\\sigma$": "That is the standard deviation.",
    "<b>none</b>": "There is noise.",
}
QUESTION = "What is the variance of $\\varepsilon$?"


def asked():
    return quick.choice(QUESTION, OPTIONS, answer="$\\sigma^2$")


def in_browser(expression):
    """The value of an expression in the front end, outside a browser."""
    return in_node.answered(f"{TEXT}\nconsole.log(JSON.stringify({expression}));")


def test_a_question_shows_itself_live_and_folded_and_in_plain_text():
    data, _ = asked()._repr_mimebundle_()
    assert set(data) == {VIEW, "text/html", "text/plain"}
    before, folded = data["text/html"].split("<details>")
    assert all(in_html(option) in before for option in OPTIONS)
    assert "counts each draw" not in before and "counts each draw" in folded
    assert "<b>" not in data["text/html"]
    assert "  - σ²" in data["text/plain"] and "$" not in data["text/plain"]


def test_a_number_names_its_unit_and_the_likely_mistakes_where_nothing_runs():
    traps = {6: "That is twice the logarithm."}
    asked = quick.number("How far?", -3, 0.1, "dB", because="It is half.", traps=traps)
    data, _ = asked._repr_mimebundle_()
    assert "How far? (A number, in dB.)" in data["text/html"]
    folded = data["text/html"].split("<details>")[1]
    assert "−3 dB: It is half." in folded and "6 dB: That is twice" in folded
    assert "Answer: −3 dB" in data["text/plain"]


def test_the_state_of_a_question_is_small_beside_the_text_of_its_front_end():
    state = asked().get_state()
    own = {name: state[name] for name in ("key", "question", "options", "formulas")}
    assert len(json.dumps(own)) < 1000
    assert len(state["_esm"]) + len(state["_css"]) < 12_000


def test_the_key_and_the_order_belong_to_the_question_and_not_to_the_run():
    assert asked().key == asked().key and asked().options == asked().options
    backwards = dict(reversed(OPTIONS.items()))
    turned = quick.choice(QUESTION, backwards, answer="$\\sigma^2$")
    assert turned.options == asked().options
    assert quick.choice("Another?", OPTIONS, answer="$\\sigma$").key != asked().key


def test_the_right_option_stands_in_every_place():
    options = {"a": "x", "b": "y", "c": "z"}
    asked = (quick.choice(f"Question {k}?", options, answer="a") for k in range(60))
    places = [[right for _, _, right in one.options].index(True) for one in asked]
    assert all(places.count(place) >= 10 for place in range(3))


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda: quick.choice("?", {"a": "x"}, "a"), "two options"),
        (lambda: quick.choice("?", {"a": "x", "b": ""}, "a"), "says something"),
        (lambda: quick.choice("?", {"a": "x", "b": "y"}, "c"), "none of the options"),
        (lambda: quick.number("?", float("nan"), 1, because="x"), "finite"),
        (lambda: quick.number("?", 1.0, 0, because="x"), "tolerance"),
        (lambda: quick.number("?", 1.0, 1, because=""), "reason"),
        (lambda: quick.number("?", 1, 0.5, because="x", traps={2: "y"}), "trap 2.0"),
    ],
)
def test_a_question_that_cannot_be_judged_is_refused(ask, words):
    with pytest.raises(ValueError, match=words):
        ask()


NUMBERS = {
    **{"1.5": 1.5, "1,5": 1.5, "1.5 dB": 1.5, "1,5dB": 1.5, "0,125": 0.125, ".5": 0.5},
    **{"2e-3": 2e-3, "10^-3": 1e-3, "−2·10⁻³": -2e-3, "3 x 10^2": 300, "1E4": 1e4},
    **{"1/3": 1 / 3, "−2": -2, "+4": 4, "50 %": 0.5, " 7 ": 7},
    **{"1 000": 1000, "1,234.5": 1234.5, "1.234,5": 1234.5, "1,000,000": 1e6},
}
SENTENCES = {
    **{"": "Write a number first", "  ": "Write a number first"},
    **{"many": "“many” is no number", "1/2/3": "no number", "1/0": "no number"},
    **{"3 px": "unit dB", "1,500": "without the comma"},
}


@pytest.mark.slow
def test_numbers_are_understood_as_people_write_them():
    found = in_browser(f'{json.dumps(list(NUMBERS))}.map((t) => understood(t, "dB"))')
    values = dict(zip(NUMBERS, (one.get("value") for one in found), strict=True))
    assert values == pytest.approx(NUMBERS, rel=1e-12)


@pytest.mark.slow
def test_what_is_no_number_gets_a_sentence():
    found = in_browser(f'{json.dumps(list(SENTENCES))}.map((t) => understood(t, "dB"))')
    for one, words in zip(found, SENTENCES.values(), strict=True):
        assert words in one["sentence"] and "value" not in one


@pytest.mark.slow
def test_a_number_is_judged_with_the_reason_for_that_very_number():
    known = {"answer": 3.01, "tolerance": 0.05, "because": "It is half."}
    known["traps"] = [[6.02, "Ten, not twenty."], [6.08, "Natural logarithm."]]
    expected = {3.0: "half", 3.06: "half", 6.02: "Ten", 6.04: "Ten", 6.06: "Natural"}
    expected |= {-3.0: "sign", 30.1: "power of ten", 5.0: "smaller", 1.0: "larger"}
    values = json.dumps(list(expected))
    found = in_browser(f"{values}.map((v) => judged(v, {json.dumps(known)}))")
    assert [one["right"] for one in found] == [True, True] + [False] * 7
    for one, words in zip(found, expected.values(), strict=True):
        assert words in one["said"]


@pytest.mark.slow
def test_nothing_is_ten_times_too_large_where_the_answer_is_zero():
    known = {"answer": 0, "tolerance": 0.1, "because": "It is zero.", "traps": []}
    assert in_browser(f"judged(7, {json.dumps(known)}).said") == "The answer is smaller."


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        (r"\lambda^2", "λ²"),
        (r"\hat f_k", "f̂ₖ"),
        (r"\hat{\sigma}", "σ̂"),
        (r"\tfrac12", "1/2"),
        (r"\frac{a+b}{s_i}", "(a+b)/sᵢ"),
        (r"\lVert Hf - g\rVert^2 \le n\sigma^2", "‖Hf − g‖² ≤ nσ²"),
        (r"10^{-8}", "10⁻⁸"),
        (r"f_{\text{naive}}", "f_naive"),
        (r"e^{-\lambda t}", "e^(−λt)"),
        (r"\sqrt{n}\,\sigma", "√n σ"),
        (r"\log_{10} x", "log₁₀ x"),
        (r"H = USV^T", "H = USVᵀ"),
    ],
)
def test_a_formula_can_be_read_where_nothing_draws_it(tex, text):
    assert readable(tex) == text


def answered(check, answer="", name="answer"):
    """What a check prints after a cell with an answer, as cells of a notebook."""
    state = {"__name__": "__main__", "quick": quick}
    lines = answer.splitlines(keepends=True)
    linecache.cache[name] = (len(answer), None, lines, name)
    exec(compile(answer, name, "exec"), state)
    exec(compile(check, "check", "exec"), state)
    return quick.last.said


def double(condition="double(3) == 6"):
    return f"with quick.check('Twice.'):\n    assert {condition}, 'take it twice'"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("def double(x):\n    return 2 * x", "Passed. Twice."),
        ("def double(x):\n    return x", "Not yet: take it twice."),
        ("def double(x):\n    ...", checking.NOTHING),
        ("def double(x):\n    pass", checking.NOTHING),
        ("def double(x):\n    raise NotImplementedError", checking.NOTHING),
        ("def double(x):\n    y = ...\n    return y", checking.NOTHING),
        ("def double(x):\n    for k in x:\n        ...", checking.NOTHING),
        ("double = ...", checking.NOTHING),
        ("", "Not yet: `double` is not defined. Run the cell above, or import it there."),
        (
            "def double(x):\n    return 2 * y",
            "Not yet: `y` is not defined. Run the cell above, or import it there.",
        ),
        (
            "def double(x):\n    return x / 0",
            "Not yet: your line `return x / 0` ends in ZeroDivisionError: division by "
            "zero.",
        ),
    ],
)
def test_a_check_says_in_a_sentence_what_is_the_matter(answer, said, capsys):
    assert answered(double(), answer) == said
    assert capsys.readouterr().out == f"{said}\n"
    assert quick.last.passed is said.startswith("Passed")


@pytest.mark.parametrize(
    ("answer", "condition", "words"),
    [
        ("def double(x):\n    2 * x", "double(3) + 0 == 6", "`return`"),
        ("def double(x):\n    return [x]", "double(3).sum() == 6", "another type"),
        ("def double(x):\n    return [x]", "double(3) + 0 == 6", "another type"),
        ("def double(x, y):\n    return x", "double(3) == 6", "other arguments"),
        ("def double(x):\n    return 1, 2", "[a for a, b, c in [double(3)]]", "number of"),
        ("def double(x):\n    return []", "double(3)[0] == 6", "shape or size"),
    ],
)
def test_another_type_shape_or_count_gets_a_sentence(answer, condition, words):
    assert words in answered(double(condition), answer)
    assert quick.last.passed is False and "\n" not in quick.last.said


def test_a_method_that_is_still_open_is_seen_and_an_index_with_dots_is_not():
    opened = "class double:\n    def __init__(self, x):\n        ..."
    assert answered(double(), opened) == checking.NOTHING
    indexed = "def double(x):\n    y = x[..., 0] if x < 0 else x\n    return y"
    assert answered(double(), indexed) == "Not yet: take it twice."


def test_a_check_lets_a_reader_interrupt_it():
    with pytest.raises(KeyboardInterrupt), quick.check("Nothing."):
        raise KeyboardInterrupt


@pytest.mark.parametrize("verdict", ["assert right", "assert not right", "1 / 0"])
def test_a_check_leaves_the_names_of_the_chapter_as_they_were(verdict, capsys):
    kept = [1, 2]
    state = {"quick": quick, "A": kept, "__name__": "__main__"}
    check = f"""
with quick.check("So."):
    A, right = 5, True
    def answer(x): return x
    import math
    for k in range(3): pass
    {verdict}
"""
    exec(compile(check, "check", "exec"), state)
    state.pop("__builtins__")
    assert state == {"quick": quick, "A": kept, "__name__": "__main__"}
    assert state["A"] is kept
