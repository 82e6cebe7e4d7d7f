"""The front page is run, checked and moved with the chapters, and tells no old numbers."""

import json

import book_files
import moving
import notebooks
import pytest
import tested
from anatomy import words
from anatomy.book import complaints
from normal_form import dumps, normalise, read

from course_utils import explore, tables
from studies import front_page as study
from tests.tools.cells import notebook, text

FRONT = book_files.ROOT / "book" / book_files.FRONT
STATE = "application/vnd.jupyter.widget-state+json"
LARGEST = 250_000  # bytes of the state of its figure


def figure():
    """The state of the figure as the page has it, and its arrays."""
    models = read(FRONT).metadata["widgets"][STATE]["state"].values()
    found = [m for m in models if m["state"].get("_anywidget_id", "").endswith("Answers")]
    assert len(found) == 1
    return found[0]


def test_its_outputs_are_those_of_its_code_and_in_normal_form():
    assert list(notebooks.faults(FRONT)) == []


def test_its_figure_runs_the_code_of_the_package_and_is_small():
    state = figure()["state"]
    kind = explore.ThreeAnswers
    assert (state["_esm"], state["_css"]) == (kind._esm, kind._css), "make notebooks"
    assert len(json.dumps(figure())) < LARGEST


def test_its_network_is_that_of_the_study_and_the_noise_that_of_its_training():
    state = figure()["state"]
    row = next(
        r
        for r in tables.read("front-page")["rows"]
        if (r["answer"], r["seed"]) == ("network", study.SHOWN)
    )
    sent = {tuple(b["path"]): b["data"] for b in figure()["buffers"]}
    assert sent["weights",].strip() == row["weights"]["whole"]
    assert [layer["scale"] for layer in state["layers"]] == pytest.approx(
        row["weights"]["scales"]
    )
    assert tuple(state["trained"]) == study.TRAINED_ON
    assert tuple(state["names"]) == study.PAGE


def test_it_can_be_read_aloud_in_the_words_of_the_field():
    assert list(words.sentences_can_be_read_aloud(read(FRONT))) == []
    assert list(words.words_are_those_of_the_field(read(FRONT))) == []
    assert words.measures(read(FRONT)).mean > 5  # it was measured at all


@pytest.fixture
def small(tmp_path):
    """A book of a front page and two chapters."""
    (tmp_path / "book").mkdir()
    link = text("Begin with [chapter 2](02-two.ipynb).")
    pages = {"intro": notebook(link), "01-one": notebook(link), "02-two": notebook(link)}
    for stem, made in pages.items():
        path = tmp_path / "book" / f"{stem}.ipynb"
        path.write_text(dumps(normalise(made)), encoding="utf-8")
    (tmp_path / "README.md").write_text("", encoding="utf-8")
    (tmp_path / "book" / "runtimes.json").write_text("{}", encoding="utf-8")
    files = "".join(f"      - file: book/{stem}\n" for stem in ("01-one", "02-two"))
    toc = f"root: book/intro\nparts:\n  - caption: Part\n    chapters:\n{files}"
    (tmp_path / "_toc.yml").write_text(toc, encoding="utf-8")
    return tmp_path


def test_its_links_follow_when_a_chapter_moves(small):
    texts, _ = moving.move(small, "02-two", 1)
    assert "[chapter 1](01-two.ipynb)" in texts["book/intro.ipynb"]


def test_a_link_that_leads_nowhere_and_a_wrong_number_are_told(small):
    page = notebook(text("See [chapter 3](02-two.ipynb) and [this](03-three.ipynb)."))
    path = small / "book" / "intro.ipynb"
    path.write_text(dumps(normalise(page)), encoding="utf-8")
    found = [line for line in complaints(small) if line.startswith("intro")]
    assert len(found) == 2 and any("03-three.ipynb" in line for line in found)


def test_it_is_tested_as_the_chapters_are(small, monkeypatch, tmp_path):
    names = [path.stem for path in book_files.notebooks(small)]
    assert names == ["intro", "01-one", "02-two"]
    assert [path.stem for path in book_files.chapters(small)] == names[1:]
    monkeypatch.setattr(tested, "notebooks", lambda: book_files.notebooks(small))
    tested.main(tmp_path / "tested")
    written = {path.stem for path in (tmp_path / "tested").glob("*.ipynb")}
    assert written == set(names)


def test_a_page_without_chapter_metadata_is_checked_as_a_file_alone(small, capsys):
    assert notebooks.main(["check", str(small / "book" / "intro.ipynb")], small) == 1
    said = capsys.readouterr().out
    assert "its outputs are not those of its code" in said and "claim" not in said
