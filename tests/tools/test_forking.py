"""A fork has its own address in one place, and its own style by one setting."""

import addressed
import anatomy
import house
import notebooks
import pytest
from normal_form import dumps

from tests.tools.cells import code, notebook, text
from tests.tools.test_anatomy import good_chapter

ADDRESS = "https://github.com/us/our-book"


@pytest.fixture
def fork(tmp_path):
    """A book of one chapter, a README and a citation; gives a way to set its address."""
    (tmp_path / "book").mkdir()
    cells = (text("# One"), code("", "colab"))
    path = tmp_path / "book/01-one.ipynb"
    path.write_text(dumps(notebook(*cells)), encoding="utf-8")
    readme = "# Book\n\n<!-- launch --><!-- /launch -->\n\nWords.\n"
    (tmp_path / "README.md").write_text(readme, encoding="utf-8")
    (tmp_path / "CITATION.cff").write_text("title: Book\n", encoding="utf-8")
    before = (notebooks.ROOT / "_config.yml").read_text(encoding="utf-8")

    def set_address(url):
        (tmp_path / "_config.yml").write_text(
            before.replace('url: ""', f'url: "{url}"'), encoding="utf-8"
        )
        return tmp_path

    return set_address


def everything(root):
    return {
        path.relative_to(root): path.read_text(encoding="utf-8")
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.suffix in (".md", ".cff", ".ipynb")
    }


def test_after_the_address_is_set_tidy_is_enough(fork):
    root = fork("")
    assert notebooks.main(["tidy"], root) == 0
    before = everything(root)
    assert "us/our-book" not in "".join(before.values())
    assert list(addressed.complaints(fork(ADDRESS))) == [
        "README.md names another address: run `make tidy`",
        "CITATION.cff names another address: run `make tidy`",
    ]
    assert notebooks.main(["tidy"], root) == 0
    found = everything(root)
    assert all("us/our-book" in text for text in found.values()), list(found)
    assert list(addressed.complaints(root)) == []
    assert "mybinder.org/v2/gh/us/our-book/main" in (root / "README.md").read_text("utf-8")
    fork("")
    assert notebooks.main(["tidy"], root) == 0
    assert everything(root) == before, "an address that is taken away is gone"


def test_this_book_names_its_own_address():
    assert list(addressed.complaints(notebooks.ROOT)) == []


def test_one_setting_switches_the_style_off_and_nothing_else():
    chapter = good_chapter()
    chapter.cells[0].source = "# A title without a claim"
    del chapter.cells[-1]
    before = list(anatomy.complaints(chapter))
    assert any("claim" in fault for fault in before)
    assert list(anatomy.complaints(chapter, house=False)) == []
    chapter.cells[5] = code("def broken(:")
    assert "is not Python" in "".join(anatomy.complaints(chapter, house=False))


def test_what_a_fork_keeps_is_what_a_chapter_needs():
    kept = {rule.__name__ for rule in anatomy.RULES if rule not in anatomy.HOUSE}
    assert kept == {
        "cells_are_python",
        "metadata_is_complete",
        "colab_cell_is_there",
        "folds_have_a_known_label",
        "glossary_links_lead_to_a_term",
        "no_clock_is_read",
        "seeds_are_local",
        "pictures_are_described",
        "learned_outputs_have_a_band",
        "exercises_have_their_parts",
        "nothing_is_left_to_write",
    }


@pytest.mark.parametrize(
    ("setting", "holds"),
    [
        ("", True),
        ("[tool.coursebook]\nhouse-rules = true\n", True),
        ("[tool.coursebook]\nhouse-rules = false\n", False),
    ],
)
def test_the_setting_is_read(tmp_path, setting, holds):
    (tmp_path / "pyproject.toml").write_text(setting, encoding="utf-8")
    assert house.rules_hold(tmp_path) is holds
    for file in house.TESTS:
        assert (notebooks.ROOT / file).is_file()
        assert house.stands_down(f"{file}::test_x[y]", holds) is not holds
    assert not house.stands_down("tests/package/test_bayes.py::test_x", holds)


def test_a_setting_that_is_neither_is_refused(tmp_path):
    text = '[tool.coursebook]\nhouse-rules = "no"\n'
    (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match="write true or false"):
        house.rules_hold(tmp_path)
