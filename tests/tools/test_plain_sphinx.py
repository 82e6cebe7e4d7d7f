"""The settings of a build without Jupyter Book."""

from pathlib import Path

import plain_sphinx
import pytest

FOUND = {
    "extensions": ["myst_nb", "jupyter_book", "sphinx_thebe", "coursebook"],
    "exclude_patterns": ["**/.*/**", "_build"],
    "external_toc_exclude_missing": True,
    "html_static_path": ["book/_static"],
    "html_extra_path": ["vendor"],
    "html_favicon": "book/_static/favicon.svg",
    "use_jupyterbook_latex": True,
    "html_title": "A title",
}


@pytest.fixture
def book(tmp_path):
    """A folder with a table of contents."""
    toc = "root: book/a\nparts:\n  - chapters:\n      - file: book/b\n"
    (tmp_path / "_toc.yml").write_text(toc, encoding="utf-8")
    return tmp_path


def test_what_only_jupyter_book_knows_is_taken_out_and_paths_are_whole(book):
    new = plain_sphinx.mended(FOUND, book)
    assert new["extensions"] == ["myst_nb", "coursebook"]
    assert "use_jupyterbook_latex" not in new
    assert new["html_title"] == "A title"
    for name in ("html_static_path", "html_extra_path"):
        assert all(Path(path).is_absolute() for path in new[name])


def test_no_pattern_can_leave_out_a_style_sheet_without_a_word(book):
    assert plain_sphinx.mended(FOUND, book)["exclude_patterns"] == []


def test_the_text_of_the_settings_is_python_that_says_the_same():
    values = {"b": [1, "two"], "a": {"c": None}}
    read = {}
    exec(compile(plain_sphinx.text(values), "conf.py", "exec"), read)
    assert {name: read[name] for name in values} == values


def test_what_is_read_are_the_pages_of_the_table_of_contents(book):
    assert plain_sphinx.mended(FOUND, book)["include_patterns"] == ["book/a.*", "book/b.*"]
