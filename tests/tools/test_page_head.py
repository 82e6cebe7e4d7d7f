"""The head and the foot of a page say what they must, and leave out what is too much."""

from types import SimpleNamespace

import page_head
import pytest
from docutils import nodes
from repository import Repository

HEAD = """<meta name="viewport" content="width=device-width"/>
<!-- So that users can add custom icons -->
<script defer src="../_static/scripts/fontawesome.js?digest=1"></script>
<!-- Pre-loaded scripts that we'll load fully later -->
<script defer src="../_static/scripts/bootstrap.js"></script>
<script src="../_static/searchtools.js"></script>
<script src="../searchindex.js"></script>
<meta name="docsearch:language" content="en"/>
"""
KEPT = """<!-- Pre-loaded scripts that we'll load fully later -->
<script defer src="../_static/scripts/bootstrap.js"></script>
<meta name="docsearch:language" content="en"/>
"""
FILE = "book/01-a chapter.ipynb"


def page(*paragraphs):
    """A document of paragraphs, each a list of nodes."""
    document = nodes.section()
    document.extend(nodes.paragraph("", "", *parts) for parts in paragraphs)
    return document


def test_icons_and_the_index_of_the_search_are_left_out_and_nothing_else():
    assert page_head.lightened(HEAD) == KEPT


def test_a_page_is_described_by_its_claim_or_else_by_its_first_words():
    text, claim = nodes.Text("Some words."), nodes.emphasis("", "A claim\nof two lines.")
    assert page_head.claim(page([text], [claim])) == "A claim of two lines."
    assert page_head.claim(page([text, claim.deepcopy()])).startswith("Some words.")
    assert page_head.claim(page()) == ""


def test_a_long_description_ends_between_words():
    cut = page_head.shortened("word, " * 80)
    assert len(cut) <= page_head.LONGEST + 2
    assert cut.endswith("word …")


@pytest.mark.parametrize(
    ("address", "source", "report"),
    [
        (
            "https://github.com/us/a-book",
            "https://github.com/us/a-book/blob/x/y/book/01-a%20chapter.ipynb",
            "https://github.com/us/a-book/issues/new?title=In%20%22f%22",
        ),
        (
            "https://gitlab.com/us/a-book",
            "https://gitlab.com/us/a-book/-/blob/x/y/book/01-a%20chapter.ipynb",
            "https://gitlab.com/us/a-book/-/issues/new?issue[title]=In%20%22f%22",
        ),
        (
            "https://codeberg.org/us/a-book",
            "https://codeberg.org/us/a-book/src/branch/x/y/book/01-a%20chapter.ipynb",
            "https://codeberg.org/us/a-book/issues/new?title=In%20%22f%22",
        ),
    ],
)
def test_source_and_mistakes_are_where_the_host_has_them(address, source, report):
    repository = Repository(address, "x/y")
    assert repository.on_web(FILE) == source
    assert repository.to_report('In "f"') == report


def test_the_foot_leads_nowhere_without_an_address_and_to_four_places_with_one():
    assert page_head.links(None, FILE, "A title") == {}
    links = page_head.links(Repository("https://github.com/us/a-book", "main"), FILE, "T")
    assert list(links) == [
        "Source of this page",
        "Report a mistake",
        "Licence",
        "How to cite",
    ]
    assert links["How to cite"].endswith("/blob/main/CITATION.cff")


def test_the_glossary_whose_words_the_search_would_forget_is_read_anew():
    env = SimpleNamespace(found_docs={"book/glossary", "book/intro", "book/benchmarks"})
    assert page_head.indexed(None, env, set(), set(), set()) == ["book/glossary"]


def test_the_version_is_that_of_the_package_and_absent_without_one(tmp_path):
    assert page_head.version(tmp_path) == ""
    (tmp_path / "course_utils").mkdir()
    package = tmp_path / "course_utils" / "__init__.py"
    package.write_text('"""Words."""\n\n__version__ = "1.2.3"\n', encoding="utf-8")
    assert page_head.version(tmp_path) == "1.2.3"
