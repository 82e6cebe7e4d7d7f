"""The host script `course-widgets.js` gives a front end what anywidget gives it."""

import base64
import json
import struct
from pathlib import Path

import pytest
from PIL import Image

from tests.book import in_page
from tests.package.explore.examples import EXAMPLES

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
HOST = ROOT / "book" / "_static" / "course-widgets.js"
STATE = "application/vnd.jupyter.widget-state+json"
VIEW = "application/vnd.jupyter.widget-view+json"
PIXEL = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="
DRAWS = 'export default { render({ el }) { el.innerHTML = "<svg></svg>"; } }'


def page(states, views, head):
    """A page with the states of these models, and a box for each view of one."""
    boxes = "".join(
        f'<div class="cu-responding">{script(VIEW, {"model_id": name})}'
        f'<img class="cu-twin" alt="twin" src="{PIXEL}"></div>'
        for name in views
    )
    style = "<style>@media screen { .cu-drawn .cu-twin { display: none } }</style>"
    return (
        f'<html data-theme="light"><head>{head}{style}{script(STATE, {"state": states})}'
        f'</head><body>{boxes}<script src="{HOST.as_uri()}"></script></body></html>'
    )


def script(kind, data):
    """Data in a page."""
    return f'<script type="{kind}">{json.dumps(data)}</script>'


@pytest.fixture
def host(tab, tmp_path):
    """A function that shows front ends on a page of their own, opened from the disk."""

    def show(*records, views=None, head=""):
        states = {f"m{i}": record for i, record in enumerate(records)}
        text = page(states, views or states, head)
        (tmp_path / "page.html").write_text(text, encoding="utf-8")
        tab.leave()
        tab.page.goto(f"{tmp_path.as_uri()}/page.html")
        tab.page.wait_for_selector("html[data-widgets=ready]")
        return tab

    return show


def record(esm, module="anywidget", **state):
    """A widget's state as a notebook keeps it; bytes go to its buffers."""
    plain = {k: v for k, v in state.items() if not isinstance(v, bytes)}
    buffers = [
        {"path": [k], "encoding": "base64", "data": base64.b64encode(v).decode()}
        for k, v in state.items()
        if isinstance(v, bytes)
    ]
    return {"model_module": module, "state": {"_esm": esm, **plain}, "buffers": buffers}


def report(visit, number=0):
    """What a front end wrote into its own element."""
    return json.loads(visit.page.locator(".cu-widget").nth(number).inner_text())


def test_the_model_has_the_values_and_the_bytes(host):
    esm = """export default { render({ model, el, signal, experimental }) {
      const view = model.get("data");
      el.textContent = JSON.stringify([
        view instanceof DataView,
        view.getFloat32(4, true),
        model.get("width"),
        model.widget_manager,
        signal.aborted,
        typeof experimental.invoke,
      ]);
    } }"""
    visit = host(record(esm, data=struct.pack("<2f", 1.0, 2.5), width=3))
    assert report(visit) == [True, 2.5, 3, None, False, "undefined"]
    assert visit.errors == []


def test_changes_are_told_once_and_only_where_something_changed(host):
    esm = """export default { render({ model, el }) {
      const heard = [];
      const tell = (m, v) => heard.push(["a", m === model, v]);
      model.on("change:a change:b", tell);
      model.on("change", () => heard.push("any"));
      model.set("a", 1);
      model.set("a", 1);
      model.set({ a: 2, list: [1, 2] });
      model.set("list", [1, 2]);
      model.off("change:a", tell);
      model.set("a", 3);
      model.set("b", 4);
      model.off();
      model.set("b", 5);
      model.save_changes();
      model.send({});
      el.textContent = JSON.stringify([heard, model.get("a"), model.get("b")]);
    } }"""
    heard, a, b = report(host(record(esm, a=0, b=0, list=[0])))
    first = [["a", True, 1], "any", ["a", True, 2], "any"]
    assert heard == [*first, "any", ["a", True, 4], "any"]
    assert (a, b) == (3, 5)


def test_two_views_share_one_model_that_starts_once(host):
    esm = """export default () => ({
      initialize({ model }) { model.set("starts", model.get("starts") + 1); },
      render({ model, el }) {
        const draw = () => {
          el.textContent = JSON.stringify([model.get("starts"), model.get("x")]);
        };
        model.on("change:x", draw);
        model.set("x", model.get("x") + 1);
      },
    })"""
    visit = host(record(esm, starts=0, x=0), views=["m0", "m0"])
    assert report(visit, 0) == report(visit, 1) == [1, 2]


def test_a_view_that_stops_listening_leaves_the_other_ones_alone(host):
    esm = """export default { render({ model, el }) {
      const draw = () => { el.textContent = JSON.stringify(model.get("x")); };
      model.on("change:x", draw);
      draw();
      if (model.get("views") === 1) {
        model.off();
        model.set("x", 7);
      }
      model.set("views", model.get("views") + 1);
    } }"""
    visit = host(record(esm, views=0, x=0), views=["m0", "m0"])
    assert (report(visit, 0), report(visit, 1)) == (7, 0)


def test_a_change_of_theme_is_told_to_the_figure(host):
    esm = """export default { render({ el }) {
      el.innerHTML = '<figure class="cu-figure"></figure>';
      el.firstChild.addEventListener("cu-theme", (e) => { el.dataset.theme = e.detail; });
    } }"""
    visit = host(record(esm))
    visit.ask("() => { document.documentElement.dataset.theme = 'dark'; }")
    dark = ".cu-widget[data-theme=dark]"
    visit.page.wait_for_selector(dark, state="attached")


def test_a_page_that_goes_lets_its_figures_clear_up(host):
    esm = """export default { render({ el, signal }) {
      return () => { el.textContent = JSON.stringify(signal.aborted); }; } }"""
    visit = host(record(esm))
    leave = (
        "(kept) => dispatchEvent(new PageTransitionEvent('pagehide', { persisted: kept }))"
    )
    visit.ask(leave, True)
    assert visit.page.locator(".cu-widget").inner_text() == ""
    visit.ask(leave, False)
    assert report(visit) is True


@pytest.mark.parametrize(
    "esm",
    [
        "export default { render() { throw new Error('no') } }",
        "export default { async render() { await Promise.reject(new Error('no')) } }",
        "this is not a module",
        "export const nothing = 1",
        "https://elsewhere.example/front-end.js",
    ],
)
def test_a_broken_front_end_leaves_the_twin_and_says_so(host, esm):
    visit = host(record(esm), record(DRAWS))
    boxes = visit.page.locator(".cu-responding")
    assert boxes.nth(0).locator(".cu-twin").is_visible()
    assert "could not start" in boxes.nth(0).inner_text()
    assert not boxes.nth(1).locator(".cu-twin").is_visible()
    assert visit.foreign == []


def test_a_widget_of_another_kind_says_that_it_needs_a_kernel(host):
    visit = host(record("", module="@jupyter-widgets/controls"))
    assert "kernel" in visit.page.locator(".cu-note").inner_text()
    assert visit.page.locator(".cu-twin").is_visible()


def test_where_blob_addresses_are_forbidden_data_addresses_do(host):
    policy = "script-src file: data: 'unsafe-inline'"
    head = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    visit = host(record(DRAWS), head=head)
    assert visit.page.locator(".cu-widget[data-drawn=true] svg").count() == 1


def test_what_a_notebook_says_in_a_label_stays_text(host):
    visit = host(record("<img src=x onerror=alert(1)>"))
    assert visit.page.locator(".cu-widget img").count() == 0


# The figures in which something is dragged, and those whose task has a goal that the small
# examples can reach.
DRAGGED = [
    "band_and_noise",
    "blur_and_noise",
    "by_eye",
    "dead_patch",
    "emissivity_and_threshold",
    "five_rules",
    "hidden_stripes",
    "how_much_to_fix",
    "iteration_player",
    "layer_player",
    "layers_and_iterations",
    "layers_and_views",
    "mode_and_boundary",
    "painted_filter",
    "pairs_and_error",
    "penalty_and_steps",
    "placed_steps",
    "prox_plane",
    "ray_and_datum",
    "reliability_diagram",
    "steps_until_deadline",
    "structures_and_regret",
    "thermal_camera",
    "train_the_diagonal",
    "truncation",
    "turning_scanner",
    "two_remedies",
    "wrong_physics",
]
ELSEWHERE = {"receptive_field", "three_answers", "train_in_the_page"}
GOALS = sorted({*EXAMPLES} - ELSEWHERE)  # those of the others are tried in their own tests
FAR = """(slider) => {
  const { value, min, max } = slider;
  return value - min > max - value ? min : max;
}"""
MOVE = """(slider, value) => {
  slider.value = value;
  slider.dispatchEvent(new Event("input", { bubbles: true }));
}"""


@pytest.mark.parametrize("name", EXAMPLES)
def test_each_figure_of_the_package_draws_and_obeys_each_slider(host, randn, name):
    visit = host(EXAMPLES[name](randn)._get_embed_state())
    widget = visit.page.locator(".cu-widget[data-drawn=true]")
    first = widget.evaluate(in_page.PICTURE)
    said = widget.locator("output").inner_text()
    sliders = widget.locator("input[type=range]").all()
    assert sliders
    for slider in sliders:
        assert slider.evaluate(in_page.NAME)
        assert slider.get_attribute("data-lm-suppress-shortcuts") == "true"
        start = slider.input_value()
        slider.evaluate(MOVE, slider.evaluate(FAR))
        assert widget.evaluate(in_page.PICTURE) != first
        assert widget.locator("output").inner_text() != said
        slider.evaluate(MOVE, start)
        assert widget.evaluate(in_page.PICTURE) == first
    assert (visit.errors, visit.foreign) == ([], [])


@pytest.fixture
def figure(host, randn):
    """A function that shows a small example of a figure; it gives the visit and its box."""

    def show(name):
        visit = host(EXAMPLES[name](randn)._get_embed_state())
        return visit, visit.page.locator(".cu-widget[data-drawn=true]")

    return show


def values(widget):
    """Where the sliders of a figure stand."""
    return [slider.input_value() for slider in widget.locator("input[type=range]").all()]


@pytest.mark.parametrize("name", EXAMPLES)
def test_reset_puts_a_figure_back(figure, name):
    _, widget = figure(name)
    first = (values(widget), widget.evaluate(in_page.PICTURE))
    for slider in widget.locator("input[type=range]").all():
        slider.evaluate(MOVE, slider.evaluate(FAR))
    assert values(widget) != first[0]
    widget.get_by_role("button", name="Reset").click()
    assert (values(widget), widget.evaluate(in_page.PICTURE)) == first


@pytest.mark.parametrize("name", GOALS)
def test_the_goal_of_a_task_is_not_reached_at_first_and_can_be_reached(figure, name):
    _, widget = figure(name)
    goal = widget.locator(".cu-reached")
    assert goal.inner_text() == ""
    assert widget.evaluate(in_page.SCAN), "no setting reaches the goal"
    assert goal.inner_text().startswith("✓")
    widget.get_by_role("button", name="Reset").click()
    assert goal.inner_text() == ""


def test_a_figure_opens_larger_and_comes_back(figure):
    visit, widget = figure("truncation")
    button = widget.get_by_role("button", name="Open larger")
    small = widget.locator("svg").first.bounding_box()["width"]
    button.focus()
    visit.page.keyboard.press("Enter")
    dialog = visit.page.locator("dialog[open]")
    dialog.wait_for()
    assert dialog.locator("svg").first.bounding_box()["width"] > 1.3 * small
    assert dialog.bounding_box()["height"] == visit.ask("() => innerHeight")
    slider = dialog.locator("input[type=range]").first
    before = slider.input_value()
    slider.press("ArrowRight")
    assert slider.input_value() != before
    visit.page.keyboard.press("Escape")
    visit.page.wait_for_function("document.activeElement.textContent === 'Open larger'")
    assert widget.locator("svg").first.bounding_box()["width"] == small
    button.click()
    visit.page.get_by_role("button", name="Close").click()
    dialog.wait_for(state="detached")
    assert visit.errors == []


@pytest.mark.parametrize("name", DRAGGED)
def test_the_thing_itself_can_be_dragged(figure, name):
    visit, widget = figure(name)
    thing = widget.locator(".cu-draggable").first
    thing.scroll_into_view_if_needed()
    box = thing.bounding_box()

    def at(right, down):
        return box["x"] + right * box["width"], box["y"] + down * box["height"]

    visit.page.touchscreen.tap(*at(0.2, 0.3))
    tapped = (values(widget), widget.evaluate(in_page.PICTURE))
    visit.page.mouse.move(*at(0.5, 0.3))
    visit.page.mouse.down()
    visit.page.mouse.move(*at(0.9, 0.7), steps=3)
    visit.page.mouse.up()
    dragged = (values(widget), widget.evaluate(in_page.PICTURE))
    assert dragged[1] != tapped[1]
    assert dragged[0] != tapped[0] or name == "painted_filter"
    visit.page.mouse.move(*at(0.4, 0.3))
    assert values(widget) == dragged[0]  # what is let go stays
    touch = thing.evaluate("thing => getComputedStyle(thing).touchAction")
    assert touch in ("none", "pan-y")


@pytest.mark.parametrize("name", EXAMPLES)
def test_on_a_phone_slider_picture_and_reference_are_on_one_screen(figure, name):
    visit, widget = figure(name)
    visit.page.set_viewport_size({"width": 375, "height": 740})
    high = widget.evaluate("""(widget) => {
      const boxes = [...widget.querySelectorAll(".cu-panel")].slice(0, 2);
      const first = widget.querySelector("input[type=range]");
      const seen = [first, boxes[0]].map((part) => part.getBoundingClientRect());
      return Math.max(...seen.map((b) => b.bottom)) - Math.min(...seen.map((b) => b.top));
    }""")
    assert high <= 600
    assert visit.ask("() => document.documentElement.scrollWidth") <= 375


def photograph(path, size):
    """A file with a picture that is white on the left and black on the right."""
    image = Image.new("L", size, 0)
    image.paste(255, (0, 0, size[0] // 2, size[1]))
    image.save(path)
    return path


@pytest.mark.parametrize("name", ["blur_and_noise", "painted_filter"])
def test_a_photograph_of_the_readers_own_is_shown_and_put_back(figure, tmp_path, name):
    visit, widget = figure(name)
    before = widget.evaluate(in_page.PICTURE)
    file = widget.locator("input[type=file]")
    file.set_input_files(photograph(tmp_path / "mine.png", (50, 30)))
    widget.get_by_text("nothing is sent").wait_for()
    assert widget.evaluate(in_page.PICTURE) != before
    left, right = widget.locator("canvas").first.evaluate("""(canvas) => {
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, 8);
      return [data[4 * 3], data[4 * (canvas.width - 4)]];
    }""")
    assert left > 160 and right < 90
    widget.get_by_role("button", name="Back to the book").click()
    assert widget.evaluate(in_page.PICTURE) == before
    assert (visit.errors, visit.foreign) == ([], [])


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("notes.txt", b"words", "is no picture"),
        ("broken.png", b"\x89PNG\r\n\x1a\n and no more", "cannot be read"),
        ("large.png", bytes(41_000_000), "too large"),
    ],
)
def test_what_is_no_picture_is_refused_in_a_sentence(figure, tmp_path, name, content, said):
    _, widget = figure("blur_and_noise")
    before = widget.evaluate(in_page.PICTURE)
    path = tmp_path / name
    path.write_bytes(content)
    widget.locator("input[type=file]").set_input_files(path)
    widget.get_by_text(said).wait_for()
    assert widget.evaluate(in_page.PICTURE) == before


def test_a_photograph_can_be_dropped(figure, tmp_path):
    visit, widget = figure("blur_and_noise")
    before = widget.evaluate(in_page.PICTURE)
    path = photograph(tmp_path / "mine.png", (16, 16))
    given = base64.b64encode(path.read_bytes()).decode()
    widget.locator(".cu-figure").evaluate(
        """(figure, given) => {
      const bytes = Uint8Array.from(atob(given), (c) => c.charCodeAt(0));
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([bytes], "mine.png", { type: "image/png" }));
      const options = { dataTransfer, bubbles: true, cancelable: true };
      figure.dispatchEvent(new DragEvent("drop", options));
    }""",
        given,
    )
    widget.get_by_text("nothing is sent").wait_for()
    assert widget.evaluate(in_page.PICTURE) != before
    assert visit.errors == []
