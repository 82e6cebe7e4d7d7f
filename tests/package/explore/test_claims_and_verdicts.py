"""The menus keep the claims that Python keeps, and no strange verdict is let in."""

import pytest

from course_utils.explore import ClaimsAndVerdicts
from tests.package.explore.examples import EXAMPLES

VERDICTS = ("holds", "holds if", "fails", "not testable here")
SETTINGS = {
    "verdict": ["all", *VERDICTS],
    "problem": ["all", "lines", "tomography"],
    "method": ["all", "matrix", "CNN"],
}


def expected(figure):
    """The claims that the menus keep, and how many have each verdict."""
    shown = figure.shown()
    kept = [figure.claims[number]["verdict"] for number in shown]
    return {"shown": shown, "counts": [kept.count(verdict) for verdict in VERDICTS]}


@pytest.fixture
def figure(randn):
    return EXAMPLES["claims_and_verdicts"](randn)


def test_each_menu_keeps_what_has_its_word(figure):
    assert figure.shown() == [0, 1, 2]
    figure.problem = "tomography"
    assert figure.shown() == [1]
    figure.method = "matrix"
    assert figure.shown() == []
    figure.problem = "all"
    assert figure.shown() == [0, 2]
    figure.verdict = "fails"
    assert figure.shown() == []


@pytest.mark.parametrize("claims", [[], ["maybe"]])
def test_no_claim_or_a_strange_verdict_is_refused(figure, claims):
    claims = [figure.claims[0] | {"verdict": verdict} for verdict in claims]
    with pytest.raises(ValueError, match="one of the verdicts holds, holds if, fails"):
        ClaimsAndVerdicts(claims)


def test_the_twin_has_a_mark_for_every_claim(figure):
    marks = [text.get_text() for text in figure.twin().axes[0].texts]
    assert marks == ["✓", "✗", "◐"]
