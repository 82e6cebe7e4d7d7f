"""What helps while reading, in a small book and a real browser: folds, previews, marks."""

import re

import pytest

from tests.book import browser, small_book

pytestmark = [pytest.mark.built, pytest.mark.slow]
PICTURE = "() => document.querySelector('#cu-card img')?.naturalWidth"
PATIENCE = 10_000  # milliseconds
DESK = {"width": 1280, "height": 900}
PHONE = {"width": 375, "height": 740}
LINKS = {
    "term": "a[href='glossary.html#term-null-space']",
    "equation": "a[href='#equation-eq-one']:not(.headerlink)",
    "figure": "a[href='#fig-first']:not(.headerlink)",
    "source": "a[href^='bibliography.html#']",
}
SAYS = {
    "term": r"null space.*All .* with",
    "equation": r"\(1\.1\)",
    "figure": r"Fig\. 1\.1 .*What first finds\.",
    "source": r"Ann One\. On One",
}


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """The pages of the small book."""
    folder = tmp_path_factory.mktemp("a small book é")
    small_book.write(folder)
    return small_book.build(folder)


@pytest.fixture
def opened(book, chromium, tab):
    """Opens a page of the book in a window of a size, with nothing read or answered yet.

    With `context=True` the profile is one of the test's own; given one, the page shares it.
    """
    contexts, more = [], []
    (book / "book" / "blank.html").write_text("<title>Blank</title>", encoding="utf-8")

    def open_page(name="01-first", window=DESK, context=None):
        if context is None:
            visit = tab
            visit.address = book.as_uri()
            visit.leave(tuple(window.values()))
            visit.page.goto(f"{visit.address}/book/blank.html")
            visit.ask("() => localStorage.clear()")
        else:
            if context is True:
                context = chromium.new_context(has_touch=True, viewport=window)
                contexts.append(context)
            visit = browser.Visit(context, book.as_uri())
            more.append(visit.page)
        visit.open(f"book/{name}.html")
        visit.page.set_default_timeout(PATIENCE)
        return visit

    yield open_page
    tab.page.set_default_timeout(browser.PATIENCE)
    for opened in (*more, *contexts):
        opened.close()


def card(page):
    """The card of a preview."""
    return page.locator("#cu-card")


def top(page, selector):
    """How far from the top of the page a thing begins."""
    return page.locator(selector).first.bounding_box()["y"]


# Folds.


@pytest.mark.parametrize("window", [DESK, PHONE])
def test_the_opening_figure_stands_under_the_claim_and_above_all_code(opened, window):
    page = opened(window=window).page
    claim, figure = top(page, "article h1 + p"), top(page, "#fig-first")
    folds = [fold.bounding_box()["y"] for fold in page.locator("article summary").all()]
    assert claim < figure < 300
    assert figure < min(folds) and len(folds) == 5
    assert figure < top(page, "text=You will")
    assert page.locator("article pre:visible").count() == 0


def test_under_its_label_code_follows_what_it_shows(opened):
    page = opened().page
    below = page.locator("#fig-still").evaluate(
        "figure => figure.closest('.cell').lastElementChild.textContent"
    )
    assert "How this figure is made" in below and "Figure(still)" in below
    labels = [fold.inner_text() for fold in page.locator("article summary").all()]
    made = "How this figure is made"
    assert labels == ["Set-up", "Set-up", made, made, "Checked: it is so."]


@pytest.mark.parametrize("how", ["mouse", "keyboard", "touch"])
def test_a_fold_opens_and_closes(opened, how):
    page = opened(window=PHONE if how == "touch" else DESK).page
    fold = page.locator("article summary").nth(1)
    acts = {"mouse": fold.click, "touch": fold.tap, "keyboard": lambda: fold.press("Enter")}
    code = page.locator("article pre", has_text="seed = 1")
    assert not code.is_visible()
    acts[how]()
    assert code.is_visible()
    assert fold.bounding_box()["height"] >= 36
    acts[how]()
    assert not code.is_visible()


def test_a_fold_is_called_by_its_label(opened):
    names = (
        opened()
        .page.locator("article summary")
        .evaluate_all("all => all.map(s => s.ariaLabel ?? s.innerText.trim())")
    )
    assert "Set-up" in names and "Toggle hidden content" not in names


def test_a_quick_check_shows_no_code(opened):
    page = opened().page
    assert page.locator("text=Why?").is_visible()
    assert "quick.choice" not in page.locator("article").inner_text()
    assert "quick.choice" not in page.content()


# Previews.


def test_pointing_at_a_link_shows_what_it_names_until_one_leaves(opened):
    page = opened().page
    for kind, says in SAYS.items():
        link = page.locator(LINKS[kind])
        link.hover()
        card(page).wait_for()
        assert re.search(says, card(page).inner_text(), re.DOTALL)
        assert link.get_attribute("aria-describedby") == "cu-card"
        card(page).hover()
        page.wait_for_timeout(600)
        assert card(page).is_visible()
        page.mouse.move(5, 5)
        card(page).wait_for(state="detached")
        assert link.get_attribute("aria-describedby") is None


def test_the_tab_key_shows_it_and_escape_closes_it(opened):
    page = opened().page
    page.locator("article h2").first.click()
    for kind in ("term", "equation", "figure", "source"):  # in the order of the text
        while not page.evaluate("s => document.activeElement.matches(s)", LINKS[kind]):
            page.keyboard.press("Tab")
        assert re.search(SAYS[kind], card(page).inner_text(), re.DOTALL)
        page.keyboard.press("Escape")
        assert card(page).count() == 0
        assert page.evaluate("s => document.activeElement.matches(s)", LINKS[kind])


@pytest.mark.parametrize("kind", ["term", "figure"])
def test_one_tap_shows_it_and_the_second_follows_the_link(opened, kind):
    page = opened(window=PHONE).page
    link = page.locator(LINKS[kind])
    before, goal = page.url, link.evaluate("link => link.href")
    link.tap()
    card(page).wait_for()
    assert page.url == before
    box = card(page).bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= PHONE["width"]
    link.tap()
    page.wait_for_url(goal)


def test_a_tap_elsewhere_closes_the_card(opened):
    page = opened(window=PHONE).page
    page.locator(LINKS["term"]).tap()
    card(page).wait_for()
    page.locator("article h2").first.tap()
    card(page).wait_for(state="detached")


def test_a_click_of_the_mouse_follows_at_once(opened):
    page = opened().page
    page.locator(LINKS["term"]).click()
    page.wait_for_url("**/glossary.html#term-null-space")
    assert page.locator("#term-null-space").is_visible()


def test_formulas_in_a_card_are_drawn_and_pictures_are_there(opened):
    page = opened().page
    for kind, drawn in {"term": 2, "equation": 1}.items():
        page.locator(LINKS[kind]).hover()
        page.wait_for_selector(
            f"#cu-card:has-text('{'null' if kind == 'term' else '1.1'}')"
        )
        page.wait_for_function(
            "n => document.querySelectorAll('#cu-card mjx-math').length === n", arg=drawn
        )
    page.locator(LINKS["figure"]).hover()
    page.wait_for_function(PICTURE)


def test_what_another_chapter_shows_is_seen_from_here(opened):
    visit = opened("02-second")
    visit.page.locator("a[href='01-first.html#fig-still']").hover()
    visit.page.wait_for_function(PICTURE)
    visit.page.locator("a[href='01-first.html#equation-eq-one']").hover()
    visit.page.wait_for_selector("#cu-card mjx-math")
    assert visit.foreign == [] and visit.errors == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_card_can_be_read_in_both_themes_and_is_not_printed(opened, theme):
    visit = opened(window=PHONE)
    visit.look(width=375, theme=theme)
    visit.page.locator(LINKS["term"]).tap()
    card(visit.page).wait_for()
    assert browser.axe_findings(visit.page) == []
    visit.look(theme=theme, media="print")
    assert not card(visit.page).is_visible()


def stored(book):
    """The previews of each page, by its name."""
    pages = {path.name: path.read_text(encoding="utf-8") for path in book.glob("book/*")}
    return {
        name: re.findall('<template id="cu-previews">.*', page)
        for name, page in pages.items()
    }


def test_a_second_build_puts_the_same_in_once(book):
    before = stored(book)
    small_book.build(book.parents[1])
    assert stored(book) == before
    assert [len(found) for found in before.values()].count(1) == 2


# The gallery.


def test_the_gallery_leads_to_each_figure(opened):
    visit = opened("gallery")
    page = visit.page
    links = page.locator(".cu-item a").evaluate_all(
        "a => a.map(e => e.getAttribute('href'))"
    )
    assert links == ["01-first.html#fig-first", "01-first.html#fig-still"]
    assert page.locator(".cu-item").first.inner_text().startswith("responds")
    assert "What still finds." in page.locator(".cu-item").last.inner_text()
    assert page.locator("h2 a").inner_text() == "1. First"
    assert page.locator(".cu-item img").evaluate_all("all => all.every(i => i.alt)")
    page.locator(".cu-item a").last.click()
    page.wait_for_url("**/01-first.html#fig-still")
    assert visit.errors == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_gallery_has_no_serious_finding(opened, theme):
    visit = opened("gallery", window=PHONE)
    visit.look(width=375, theme=theme)
    assert browser.axe_findings(visit.page) == []
    assert visit.ask("() => document.documentElement.scrollWidth") <= 375


# What one has read and answered.


# Answers when the observers that were there before have been told what is in sight.
TOLD = """place => new Promise((done) => new IntersectionObserver((_, own) => {
  own.disconnect();
  done();
}).observe(place))"""


def rest_at(page, place, pause):
    """Scroll to a place, and look at it for so many milliseconds of the page's clock."""
    place.scroll_into_view_if_needed()
    place.evaluate(TOLD)
    page.clock.run_for(pause)


def read_on(page, pause=1300):
    """Scroll through a page as a reader does, with a pause at each section."""
    page.clock.install()
    for place in page.locator("article h2, .prev-next-area").all():
        rest_at(page, place, pause)


def ticks(page):
    """The links with a tick, by their addresses."""
    return page.locator("a:has(.cu-tick)").evaluate_all(
        "all => all.map(a => a.getAttribute('href'))"
    )


def test_a_chapter_that_was_read_to_its_end_has_a_tick_on_every_page(opened):
    page = opened(context=True).page
    assert ticks(page) == [] and not page.locator(".cu-memory").is_visible()
    read_on(page)
    assert set(ticks(page)) == {"#"}
    other = opened("02-second", context=page.context).page
    assert "01-first.html" in ticks(other)
    assert re.match(r"[12] of 2 chapters read", other.locator(".cu-memory").inner_text())
    assert other.get_by_role("link", name=re.compile("First.*, read")).count() == 1


def test_who_races_through_has_not_read_and_two_sittings_add_up(opened):
    page = opened(context=True).page
    read_on(page, pause=300)
    assert ticks(page) == []
    page.locator("article h2").last.scroll_into_view_if_needed()
    page.wait_for_timeout(1500)
    first = opened(context=page.context).page
    assert ticks(first) == []
    first.clock.install()
    for place in first.locator("article h2").all()[:-1]:
        rest_at(first, place, 1300)
    rest_at(first, first.locator(".prev-next-area"), 1300)
    assert ticks(first) != []


ANSWER = """right => document.querySelector("article p").dispatchEvent(
  new CustomEvent("cu-answered", { bubbles: true, detail: { id: "q1", right } }))"""
QUESTION = """() => {
  const form = document.createElement("form");
  form.dataset.question = "q1";
  document.querySelector("article").append(form);
  document.documentElement.dataset.widgets = "again";
}"""


def test_a_right_answer_is_remembered_and_a_wrong_one_is_not(opened):
    page = opened().page
    page.evaluate(QUESTION)
    page.evaluate(ANSWER, False)
    assert page.locator("[data-passed]").count() == 0
    page.evaluate(ANSWER, True)
    page.evaluate(ANSWER, False)
    assert page.locator("[data-passed]").count() == 1
    again = opened(context=page.context).page
    again.evaluate(QUESTION)
    again.wait_for_selector("[data-passed]", state="attached")


def test_one_button_forgets_it_all_after_asking(opened):
    page = opened(context=True).page
    read_on(page)
    button = page.get_by_role("button", name="Forget what I have read")
    page.once("dialog", lambda dialog: dialog.dismiss())
    button.click()
    assert ticks(page) != []
    page.once("dialog", lambda dialog: dialog.accept())
    button.click()
    assert ticks(page) == [] and not button.is_visible()
    assert page.evaluate("() => localStorage.getItem('cu-reading')") == (
        '{"seen":{},"read":{},"answered":{}}'
    )


@pytest.mark.parametrize(
    "kept", ["no", '{"read": 1}', '{"seen": {"first": 3}, "read": []}']
)
def test_what_was_kept_badly_does_no_harm(opened, kept):
    page = opened(context=True).page
    page.evaluate("kept => localStorage.setItem('cu-reading', kept)", kept)
    visit = opened(context=page.context)
    read_on(visit.page)
    assert ticks(visit.page) != [] and visit.errors == []


def test_where_nothing_can_be_kept_the_page_works_and_remembers_until_it_is_left(opened):
    page = opened(context=True).page
    page.context.add_init_script(
        """Object.defineProperty(globalThis, "localStorage", {
             get() { throw new DOMException("denied", "SecurityError"); } });"""
    )
    visit = opened(context=page.context)
    read_on(visit.page)
    assert ticks(visit.page) != []
    assert [e for e in visit.errors if "course-" in e] == []


def test_nothing_is_sent(opened):
    visit = opened(context=True)
    read_on(visit.page)
    visit.page.evaluate(ANSWER, True)
    assert visit.foreign == []


def test_the_count_and_its_button_have_no_serious_finding_on_a_phone(opened):
    visit = opened(window=PHONE, context=True)
    read_on(visit.page)
    visit.page.locator(".bd-header-article .primary-toggle:visible").first.click()
    visit.page.locator("dialog[open] .cu-memory button").wait_for()
    assert browser.axe_findings(visit.page) == []
