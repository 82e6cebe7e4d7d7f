"""The notebooks of others become pages in which nothing runs."""

import json
from html.parser import HTMLParser

import harmless
import nbformat
import notebooks
import pytest

from tests.tools.cells import PNG, code, notebook, printed, shown, text
from tests.tools.hostile import SCRIPT, hostile_notebook

PLAIN = {*harmless.TAGS, "html", "head", "meta", "title", "style", "body"}


class Tags(HTMLParser):
    """Collects the tags of a page, and what in them could run or load something."""

    def __init__(self):
        """Start with nothing."""
        super().__init__()
        self.seen = set()
        self.foul = []

    def handle_starttag(self, tag, attrs):
        """Note a tag and the attributes that are not plain."""
        self.seen.add(tag)
        for name, value in attrs:
            ends = (value or "").strip().lower()
            loads = name in ("src", "href") and not ends.startswith(("data:image", "#"))
            if name.startswith("on") or ends.startswith("javascript:") or loads:
                self.foul.append((tag, name, value))


def tags_of(page):
    """The tags of a page."""
    found = Tags()
    found.feed(page)
    return found


def test_a_page_keeps_text_code_words_and_pictures():
    lines = (
        "## A *heading*\n\n| a | b |\n|--|--|\n| 1 | 2 |\n\n$a<b$, [a](https://example.org)"
    )
    figure = shown(png=PNG, plain="<Figure>")
    page = harmless.page(
        notebook(text(lines), code("f(x < y)", outputs=[printed("3 < 4\n"), figure])),
        "A & B",
    )
    tags = tags_of(page)
    assert {"h2", "em", "table", "td", "pre", "img"} <= tags.seen
    assert tags.foul == [("a", "href", "https://example.org")]
    assert "<title>A &amp; B</title>" in page
    assert "$a&lt;b$" in page and "3 &lt; 4" in page and f"base64,{PNG}" in page


def test_a_page_of_a_hostile_notebook_holds_plain_tags_alone():
    tags = tags_of(harmless.page(hostile_notebook(), SCRIPT))
    assert tags.seen <= PLAIN
    assert tags.foul == []


def test_a_page_holds_no_output_but_words_and_pictures_and_no_metadata():
    output = shown(plain="words")
    output.data["text/html"] = "<b>markup</b>"
    page = harmless.page(
        notebook(code("1", "a-tag", outputs=[output]), title="another title"), "name"
    )
    assert "words" in page
    assert "markup" not in page and "a-tag" not in page and "another title" not in page


def test_every_page_forbids_what_is_not_its_own():
    page = harmless.page(notebook(text("# A")), "A")
    before, policy, _ = page.partition(harmless.POLICY)
    assert policy and "script" not in before + policy and "<title>" not in before
    assert harmless.POLICY.startswith("default-src 'none';")


@pytest.fixture
def handed_in(tmp_path):
    """A folder of notebooks, good and bad, of two students."""
    folder = tmp_path / "handed in"
    for name in ("ann", "bób"):
        (folder / name).mkdir(parents=True)
        sheet = json.dumps(notebook(text(f"# {name}")))
        (folder / name / "sheet 1.ipynb").write_text(sheet, encoding="utf-8")
    (folder / "ann" / "empty.ipynb").write_text("", encoding="utf-8")
    (folder / "ann" / "list.ipynb").write_text("[1, 2]", encoding="utf-8")
    (folder / "ann" / "bytes.ipynb").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "secret.ipynb").write_text(json.dumps(notebook(text("# key"))), "utf-8")
    (folder / "ann" / "link.ipynb").symlink_to(tmp_path / "secret.ipynb")
    return folder


def test_a_folder_of_notebooks_becomes_pages_and_what_cannot_be_read_is_named(
    handed_in, tmp_path, capsys
):
    assert notebooks.main(["html", str(tmp_path / "pages"), str(handed_in)]) == 1
    made = {p.relative_to(tmp_path / "pages").as_posix() for p in tmp_path.rglob("*.html")}
    assert made == {"ann/sheet 1.html", "bób/sheet 1.html"}
    said = capsys.readouterr().out
    for name in ("empty", "list", "bytes"):
        assert f"ann/{name}.ipynb: not read as a notebook" in said.replace("\\", "/")
    assert nbformat.read(tmp_path / "secret.ipynb", 4).cells[0].source == "# key"


def test_one_notebook_is_enough(handed_in, tmp_path):
    sheet = handed_in / "ann" / "sheet 1.ipynb"
    assert notebooks.main(["html", str(tmp_path / "pages"), str(sheet)]) == 0
    assert "<h1>ann" in (tmp_path / "pages" / "sheet 1.html").read_text(encoding="utf-8")


def test_what_is_handed_out_says_that_a_check_runs_code_and_where_to_run_it(
    tmp_path, capsys
):
    notebooks.write_student([], tmp_path, notebooks.ROOT)
    said = " ".join((tmp_path / "README.md").read_text(encoding="utf-8").split())
    for words in ("A check runs whatever code", "container", "another user", "no network"):
        assert words in said
    assert "tools/notebooks.py html" in said
    assert "code in its checks" in capsys.readouterr().out
