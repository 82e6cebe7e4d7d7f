"""The host script `course-widgets.js` gives a front end what anywidget gives it."""

import base64
import json
import struct
from pathlib import Path

import pytest

from tests.book import browser, in_page
from tests.package.explore.examples import EXAMPLES

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
HOST = ROOT / "book" / "_static" / "course-widgets.js"
STATE = "application/vnd.jupyter.widget-state+json"
VIEW = "application/vnd.jupyter.widget-view+json"
PIXEL = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="
DRAWS = 'export default { render({ el }) { el.innerHTML = "<svg></svg>"; } }'


@pytest.fixture(scope="module")
def context():
    """A browser window."""
    with browser.running() as chromium:
        yield chromium.new_context()


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
def host(context, tmp_path):
    """A function that shows front ends on a page of their own, opened from the disk."""
    visits = []

    def show(*records, views=None, head=""):
        states = {f"m{i}": record for i, record in enumerate(records)}
        text = page(states, views or states, head)
        (tmp_path / "page.html").write_text(text, encoding="utf-8")
        visits.append(browser.Visit(context, tmp_path.as_uri()))
        visits[-1].page.goto(f"{tmp_path.as_uri()}/page.html")
        visits[-1].page.wait_for_selector("html[data-widgets=ready]")
        return visits[-1]

    yield show
    for visit in visits:
        visit.page.close()


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
