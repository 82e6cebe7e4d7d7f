"""One browser for all tests of pages that a worker runs, and the pages open in it."""

import pytest

from tests.book import browser
from tests.book.pages import HTML, PAGES
from tests.book.tabs import Tabs

SPOILT = pytest.StashKey[bool]()


@pytest.fixture(scope="package")
def chromium():
    """A running browser with an empty profile."""
    with browser.running() as chromium:
        yield chromium


@pytest.fixture(scope="package")
def tab(chromium):
    """A tab with a touch screen, for pages of a test's own, which are left at its end."""
    return browser.Visit(chromium.new_context(has_touch=True), "file:///")


@pytest.fixture(scope="package")
def no_scripts(chromium):
    """A tab that runs no scripts."""
    return browser.Visit(chromium.new_context(java_script_enabled=False), "file:///")


@pytest.fixture(scope="package")
def tabs(chromium):
    """The pages of the built book that are open."""
    missing = [page for page in PAGES if not (HTML / f"{page}.html").exists()]
    if missing:
        pytest.fail(f"the book is not built, run `make book` first; missing: {missing}")
    with browser.served(HTML) as server:
        yield Tabs(chromium, server)


@pytest.fixture
def visit(request, tabs):
    """A page of the book in a window, opened once for all that leave it as it was."""
    yield tabs.show(*request.param)
    if request.node.get_closest_marker("last"):
        request.node.stash[SPOILT] = True
    if request.node.stash.get(SPOILT, False):
        tabs.forget(request.param[1])


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    """What a test that failed leaves behind is no page for the next one."""
    report = yield
    if report.failed:
        item.stash[SPOILT] = True
    return report
