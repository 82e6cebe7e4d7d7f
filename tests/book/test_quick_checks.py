"""Quick checks in a browser: by keyboard, touch and voice, in both themes, with no network.

A page of their own, opened from the disk, has the state and the twin that a notebook keeps.
"""

import json

import pytest
from normal_form import read

from course_utils import quick
from course_utils.quick.questions import Choice
from tests.book import browser
from tests.book.pages import PAGES, ROOT, VIEW
from tests.book.tabs import on

pytestmark = pytest.mark.slow

STATIC = ROOT / "book" / "_static"
STATE = "application/vnd.jupyter.widget-state+json"
OPTIONS = {
    "By ten": "The term is divided by $s_i$, and its noise with it.",
    "By a hundred": "That is the factor of the variance, $1/s_i^2$.",
    "Not at all": "The noise enters after $H$ and is divided undamped.",
}
CHOICE = quick.choice("$s_i$ falls to a tenth. How does noise grow?", OPTIONS, "By ten")
NUMBER = quick.number(
    "Half of the energy is gone. By how much did the level fall?",
    *(3.01, 0.05, "dB"),
    because="Half the energy is three decibels.",
    traps={6.02: "That is half the amplitude."},
)
LISTEN = """() => {
  window.heard = [];
  document.addEventListener("cu-answered", ({ detail }) => window.heard.push(detail));
}"""


def script(kind, data):
    """Data in a page."""
    return f'<script type="{kind}">{json.dumps(data)}</script>'


def page_of(*questions):
    """The text of a page with questions, as the book builds it."""
    states = {f"m{k}": q._get_embed_state() for k, q in enumerate(questions)}
    boxes = "".join(
        f'<div class="cell"><div class="cu-responding">{script(VIEW, {"model_id": name})}'
        f'<div class="cu-twin">{question.twin()}</div></div></div>'
        for name, question in zip(states, questions, strict=True)
    )
    styles = "".join(
        f'<link rel="stylesheet" href="{(STATIC / name).as_uri()}">'
        for name in ("course.css", "course-asking.css")
    )
    widgets = f'<script src="{(STATIC / "course-widgets.js").as_uri()}"></script>'
    return (
        '<!DOCTYPE html><html lang="en" data-theme="light"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><title>Questions</title>'
        f"<style>body {{ background: var(--cu-paper) }}</style>{styles}"
        f'{script(STATE, {"state": states})}</head><body><main><article class="bd-article">'
        f"<h1>Questions</h1>{boxes}</article></main>{widgets}</body></html>"
    )


@pytest.fixture
def asked(tab, tmp_path):
    """The page with both questions, in a window with a touch screen."""
    (tmp_path / "page.html").write_text(page_of(CHOICE, NUMBER), encoding="utf-8")
    tab.leave((1280, 900))
    tab.page.goto(f"{tmp_path.as_uri()}/page.html")
    tab.page.wait_for_selector("html[data-widgets=ready]")
    tab.page.wait_for_function("document.querySelectorAll('.cu-quick').length === 2")
    tab.ask(LISTEN)
    yield tab
    assert (tab.errors, tab.foreign) == ([], [])


def said(asked, number):
    """What the line below a question says, which is read out."""
    line = asked.page.locator(".cu-quick [role=status][aria-live=polite]").nth(number)
    return line.inner_text()


def test_a_choice_is_made_by_keyboard_and_each_answer_has_its_reason(asked):
    keys = asked.page.keyboard
    keys.press("Tab")
    reasons = {option: reason for option, reason, _ in CHOICE.options}
    for k, option in enumerate(CHOICE.listed()):
        keys.press("Space" if k == 0 else "ArrowDown")
        keys.press("Enter" if k == 1 else "Tab")
        if k != 1:
            keys.press("Space")
            keys.press("Shift+Tab")
        verdict = "Right" if option == "By ten" else "Not yet"
        plain = reasons[option].split("$")[0]
        assert verdict in said(asked, 0) and plain in said(asked, 0), option
    heard = asked.ask("() => window.heard")
    assert [h["right"] for h in heard] == [right for _, _, right in CHOICE.options]
    assert {h["id"] for h in heard} == {CHOICE.key}


def test_jupyterlab_leaves_the_keys_to_every_control(asked):
    controls = asked.page.locator(".cu-quick :is(input, button)")
    assert controls.count() == 6
    for control in controls.all():
        assert control.get_attribute("data-lm-suppress-shortcuts") == "true"
    asked.ask("""() => {
      window.keys = 0;
      document.addEventListener("keydown", () => { window.keys += 1; });
    }""")
    controls.nth(0).press("ArrowDown")
    assert asked.ask("() => window.keys") == 0


def test_formulas_can_be_read_where_no_mathjax_is(asked):
    text = asked.page.locator(".cu-quick").nth(0).inner_text()
    assert "sᵢ falls to a tenth" in text and "$" not in text and "\\" not in text


def test_a_check_without_an_answer_asks_for_one(asked):
    for number, words in ((0, "Choose an answer first."), (1, "Write a number first.")):
        asked.page.locator(".cu-quick button").nth(number).click()
        assert said(asked, number) == words
    assert asked.ask("() => window.heard") == []


def test_a_number_is_typed_and_one_may_try_again(asked):
    field = asked.page.locator(".cu-quick input[type=text]")
    for text, words in (
        ("six", "is no number"),
        ("6,02 dB", "Not yet. That is half the amplitude."),
        ("-3.01", "Not yet. Look at the sign."),
        ("3", "Right. Half the energy is three decibels."),
    ):
        field.fill(text)
        field.press("Enter")
        assert words in said(asked, 1)
    assert [h["right"] for h in asked.ask("() => window.heard")] == [False, False, True]


def test_a_finger_finds_everything_large_enough(asked):
    asked.look(width=375)
    form = asked.page.locator(".cu-quick").nth(0)
    for part in form.locator("label, button").all():
        assert part.bounding_box()["height"] >= 44
    assert asked.page.locator(".cu-quick input[type=text]").bounding_box()["height"] >= 44
    form.locator("label", has_text="By ten").tap()
    form.locator("button").tap()
    assert "Right" in said(asked, 0)
    assert asked.ask("() => document.documentElement.scrollWidth") <= 375


def test_the_names_of_the_controls_are_the_question_and_the_options(asked):
    tree = asked.page.locator(".cu-quick").nth(0)
    group = asked.page.get_by_role(
        "group", name="sᵢ falls to a tenth. How does noise grow?"
    )
    assert group.get_by_role("radio").count() == 3
    assert tree.get_by_role("radio", name="By a hundred").count() == 1
    assert asked.page.get_by_role("textbox", name="By how much did the level").count() == 1


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 375])
def test_axe_finds_nothing_serious(asked, theme, width):
    asked.ask("theme => { document.documentElement.dataset.theme = theme; }", theme)
    asked.look(width=width, theme=theme)
    for number, answer in ((0, "By ten"), (0, "Not at all")):
        asked.page.locator(".cu-quick").nth(number).get_by_label(answer).check()
        asked.page.locator(".cu-quick button").nth(number).click()
        assert browser.axe_findings(asked.page) == []


def test_paper_has_the_question_and_not_the_controls(asked):
    asked.look(media="print")
    assert not asked.page.locator(".cu-quick").nth(0).is_visible()
    assert asked.page.locator(".cu-quick-twin").nth(0).is_visible()


def test_without_scripts_the_answer_is_folded_away(no_scripts, tmp_path):
    (tmp_path / "page.html").write_text(page_of(CHOICE, NUMBER), encoding="utf-8")
    no_scripts.page.goto(f"{tmp_path.as_uri()}/page.html")
    twin = no_scripts.page.locator(".cu-quick-twin").nth(0)
    assert twin.locator("li").all_inner_texts() == CHOICE.listed()
    answer = twin.get_by_text("By ten: The term is divided")
    assert not answer.is_visible()
    twin.locator("summary").press("Enter")
    assert answer.is_visible()


def questions_of(page):
    """The states of the quick checks in the notebook of a page."""
    path = ROOT / f"{page}.ipynb"
    held = read(path).metadata.get("widgets", {}) if path.exists() else {}
    states = [model["state"] for model in held.get(STATE, {}).get("state", {}).values()]
    return [s for s in states if "quick" in s.get("_anywidget_id", "")]


ASKING = [page for page in PAGES if questions_of(page)]


def tries(state):
    """Answers to a question of the book, and for each whether it is right."""
    if state["_anywidget_id"].endswith(Choice.__name__):
        return [(f"radio {k}", option[2]) for k, option in enumerate(state["options"])]
    traps = [(f"{wrong!r}", False) for wrong, _ in state["traps"]]
    return [*traps, (f"{state['answer']!r}", True)]


@pytest.mark.built
@on("desk", pages=ASKING)
@pytest.mark.last
def test_each_question_of_the_book_is_judged_as_its_author_wrote(visit):
    visit.ask(LISTEN)
    for state in questions_of(visit.name):
        form = visit.page.locator(f'form[data-question="{state["key"]}"]')
        assert form.count() == 1, f"not on the page: {state['question']}"
        for answer, right in tries(state):
            if answer.startswith("radio"):
                form.locator("input").nth(int(answer[6:])).check()
            else:
                form.locator("input").fill(answer)
            form.locator("button").click()
            heard = visit.ask("() => window.heard.at(-1)")
            assert heard == {"id": state["key"], "right": right}, answer
            assert len(form.locator("[role=status]").inner_text().split()) >= 4
        raw = form.locator(".cu-formula:not(:has(mjx-container))")
        assert raw.count() == 0, "a formula is not drawn"
    assert (visit.errors, visit.foreign) == ([], [])
