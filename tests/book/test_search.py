"""The search from a disk: the words of the field, in both spellings, headings first."""

import pytest

from tests.book import browser
from tests.book.pages import HTML

pytestmark = [pytest.mark.built, pytest.mark.slow]
FOUND = "all => all.map(a => [a.getAttribute('href'), +a.dataset.score])"


@pytest.fixture(scope="module")
def search(chromium):
    """A function that searches the book for a word: addresses and scores, best first."""
    visit = browser.Visit(chromium.new_context(), HTML.as_uri())

    def found(words):
        visit.page.goto(f"{visit.address}/search.html?q={words}")
        visit.page.wait_for_selector("#search-results li a", timeout=60_000)
        visit.page.wait_for_timeout(300)
        assert visit.errors == []
        return visit.page.locator("#search-results li a").evaluate_all(FOUND)

    return found


@pytest.mark.parametrize("word", ["deconvolution", "hallucination"])
def test_a_word_of_the_field_leads_to_its_definition(search, word):
    first = [address for address, _ in search(word)[:2]]
    assert any(address.endswith(f"glossary.html#term-{word}") for address in first)


def test_the_american_spelling_finds_what_the_british_does(search):
    british = search("regularisation")
    assert search("regularization") == search("Regularization") == british
    assert any("04-regularising" in address for address, _ in british[:4])
    assert search("color") == search("colour")


def test_what_only_looks_american_is_left_as_it_is(search):
    assert search("size")  # and not "sise", which is found nowhere


def test_headings_come_before_words_of_the_text(search):
    found = search("infrared")
    assert "infrared" in found[0][0]
    scores = [score for _, score in found]
    assert scores == sorted(scores, reverse=True) and scores[0] > 2 * scores[-1]
