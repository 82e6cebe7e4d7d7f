"""The figures on networks in a browser: training obeys keys and fingers, rests unseen."""

import re

import pytest
import torch

from course_utils import explore
from course_utils.signals import piecewise_constant
from tests.book.test_widget_host import page

pytestmark = pytest.mark.slow
DRAWINGS = """() => {
  window.drawings = 0;
  const output = document.querySelector("output");
  new MutationObserver(() => window.drawings++).observe(output, { childList: true });
}"""


@pytest.fixture
def show(tab, tmp_path):
    """A function that shows a figure on a page of its own."""

    def shown(figure, **media):
        text = page({"m0": figure._get_embed_state()}, ["m0"], "")
        tall = "<div style='height: 4000px'></div></body>"
        text = text.replace("</body>", tall)
        (tmp_path / "page.html").write_text(text, encoding="utf-8")
        tab.leave(**media)
        tab.page.goto(f"{tmp_path.as_uri()}/page.html")
        tab.page.wait_for_selector(".cu-widget[data-drawn=true]")
        return tab

    return shown


def denoiser(**setting):
    """A figure with 32 signals to train on and 8 for validation."""
    generator = torch.Generator().manual_seed(0)
    f = piecewise_constant(40, 64, generator)
    e = torch.randn(40, 64, generator=generator)
    return explore.TrainInThePage((f[:32], e[:32]), (f[32:], e[32:]), 0.2, k=5, **setting)


def step(visit):
    """The step that the figure says it has reached."""
    found = re.match(r"Step (\d+)", visit.page.locator("output").inner_text())
    return int(found[1]) if found else 0


def wait_beyond(visit, count):
    """Wait until more than so many steps are made."""
    script = """(count) => {
      const found = document.querySelector("output").textContent.match(/Step (\\d+)/);
      return found && +found[1] > count;
    }"""
    visit.page.wait_for_function(script, arg=count)


def assert_rests(visit):
    """No further step is made for a while."""
    visit.page.wait_for_timeout(100)
    before = step(visit)
    visit.page.wait_for_timeout(400)
    assert step(visit) == before


def test_training_begins_and_pauses_by_keyboard(show):
    visit = show(denoiser())
    train = visit.page.get_by_role("button", name="Train")
    train.press("Enter")
    wait_beyond(visit, 20)
    pause = visit.page.get_by_role("button", name="Pause")
    assert visit.page.locator("output").get_attribute("aria-live") == "off"
    pause.press("Space")
    assert_rests(visit)
    assert visit.page.locator("output").get_attribute("aria-live") == "polite"
    assert visit.errors == []


def test_a_finger_makes_one_step_and_begins_again(show):
    visit = show(denoiser(network="CNN"))
    visit.page.get_by_role("button", name="Step").tap()
    visit.page.get_by_role("button", name="Step").tap()
    assert step(visit) == 2
    visit.page.get_by_role("button", name="Start again").tap()
    assert visit.page.locator("output").inner_text().startswith("Not trained yet")


def test_a_reset_ends_a_training(show):
    visit = show(denoiser())
    visit.page.get_by_role("button", name="Train").click()
    wait_beyond(visit, 3)
    visit.page.get_by_role("button", name="Reset").click()
    assert_rests(visit)
    assert visit.page.locator("output").inner_text().startswith("Not trained yet")
    assert visit.page.get_by_role("button", name="Train").is_visible()


@pytest.mark.parametrize("hide", ["scroll", "tab"])
def test_training_rests_while_nobody_sees_it_and_goes_on_afterwards(show, hide):
    visit = show(denoiser(network="CNN"))
    visit.page.get_by_role("button", name="Train").click()
    wait_beyond(visit, 3)
    leave(visit, hide, True)
    assert_rests(visit)
    before = step(visit)
    leave(visit, hide, False)
    wait_beyond(visit, before)


def leave(visit, hide, away):
    """Scroll the figure out of sight, or say that the tab is hidden; or come back."""
    if hide == "scroll":
        visit.page.evaluate(f"() => scrollTo(0, {3500 * away})")
        return
    visit.page.evaluate(
        """(away) => {
          Object.defineProperty(document, "hidden", { value: away, configurable: true });
          document.dispatchEvent(new Event("visibilitychange"));
        }""",
        away,
    )


def test_who_wants_little_motion_gets_few_pictures(show):
    visit = show(denoiser(network="CNN"), reduced_motion="reduce")
    visit.page.get_by_role("button", name="Train").click()
    visit.page.evaluate(DRAWINGS)
    visit.page.wait_for_timeout(2500)
    assert 1 <= visit.page.evaluate("() => window.drawings") <= 4
    assert step(visit) > 10


def test_a_rate_that_is_too_large_ends_in_a_sentence(show):
    visit = show(denoiser(log10_rate=0.2))
    visit.page.get_by_role("button", name="Train").click()
    visit.page.wait_for_function(
        "() => document.querySelector('output').textContent.startsWith('Diverged')"
    )
    assert "NaN" not in visit.page.locator(".cu-widget").inner_html()
    assert visit.page.get_by_role("button", name="Train").is_visible()
    visit.page.get_by_label("learning rate").press("Home")
    assert visit.page.locator("output").inner_text().startswith("Not trained yet")


def test_a_rate_that_becomes_too_large_on_the_way_ends_there_too(show):
    visit = show(denoiser())
    visit.page.get_by_role("button", name="Train").click()
    wait_beyond(visit, 300)
    visit.page.get_by_label("learning rate").press("End")
    visit.page.wait_for_function(
        "() => document.querySelector('output').textContent.startsWith('Diverged')"
    )
    assert "NaN" not in visit.page.locator(".cu-widget").inner_html()
    visit.page.get_by_role("button", name="Step").click()
    assert step(visit) == 1
    assert visit.errors == []


def test_the_receptive_field_reaches_its_goal_by_keyboard(show):
    visit = show(explore.ReceptiveField())
    goal = visit.page.locator(".cu-reached")
    visit.page.get_by_role("slider", name="layers").press("ArrowRight")
    assert goal.inner_text() == ""
    visit.page.get_by_role("button", name="1 2 4").press("Enter")
    assert goal.inner_text() == "✓ 31 pixels with 12 weights."
    assert visit.errors == []


def test_the_output_is_dragged(show):
    visit = show(explore.ReceptiveField())
    box = visit.page.locator(".cu-panel svg").bounding_box()
    middle = box["y"] + box["height"] / 2
    visit.page.mouse.move(box["x"] + box["width"] / 2, middle)
    visit.page.mouse.down()
    visit.page.mouse.move(box["x"] + box["width"] - 2, middle)
    visit.page.mouse.up()
    assert visit.page.get_by_label("output at pixel").input_value() == "63"
