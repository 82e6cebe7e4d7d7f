"""What others wrote runs nothing in the browser of whoever reads it."""

import harmless
import pytest

from tests.book import browser
from tests.tools.hostile import MARKUP, RUN, SCRIPT, hostile_notebook

pytestmark = pytest.mark.slow

FOLLOW = """() => document.querySelectorAll("a").forEach(a => a.dispatchEvent(
  new MouseEvent("click", { bubbles: true, cancelable: true })))"""
NAME = f"<img src=x onerror={RUN}>"


@pytest.fixture
def what_ran(chromium, tmp_path):
    """Opens a page and follows all its links: whether it ran, and what it asked for."""
    contexts = []

    def look(page, **walls):
        contexts.append(chromium.new_context(**walls))
        (tmp_path / "page.html").write_text(page, encoding="utf-8")
        visit = browser.Visit(contexts[-1], tmp_path.as_uri())
        dialogs = []
        visit.page.on("dialog", lambda shown: (dialogs.append(shown), shown.dismiss()))
        visit.page.goto(f"{tmp_path.as_uri()}/page.html")
        visit.page.evaluate(FOLLOW)
        visit.page.wait_for_timeout(100)
        return bool(dialogs or visit.page.evaluate("() => window.ran")), visit.foreign

    yield look
    for context in contexts:
        context.close()


def bare(body, policy=""):
    """A page of this body, with or without the policy, and nothing else."""
    return harmless.PAGE.format(policy=policy, title="A page", style="", body=body)


@pytest.mark.parametrize("markup", MARKUP[:3], ids=["script", "broken name", "picture"])
def test_without_a_wall_the_markup_runs(what_ran, markup):
    assert what_ran(bare(markup))[0]


def test_nothing_runs_in_the_page_of_a_hostile_notebook(what_ran):
    assert what_ran(harmless.page(hostile_notebook(), NAME)) == (False, [])


def test_nothing_runs_where_the_browser_obeys_no_policy(what_ran):
    page = harmless.page(hostile_notebook(), f"</title>{SCRIPT}")
    assert what_ran(page, bypass_csp=True) == (False, [])


def test_nothing_runs_where_the_policy_stands_alone(what_ran):
    assert not what_ran(bare("\n".join(MARKUP), harmless.POLICY))[0]
