"""A new release keeps what students wrote in the one before it."""

import json

import keep_answers
import notebooks
import pytest
from normal_form import dumps
from student import without_solutions

from tests.tools.cells import code, exercise, notebook, text

OTHER = {"label": "ex-two", "starter": "def two():\n    ...", "solution": "two = 2"}


def chapter(*cells):
    """A chapter whose cells have the same names in each release."""
    found = notebook(text("# Title"), code("scale = 3"), *cells)
    for place, (label, cell) in enumerate(keep_answers.labelled(found.cells)):
        part = cell.metadata.get("tags", [cell.cell_type])[0]
        solves = part == "solution" or not label
        cell.id = f"{label}-{part}-{place if solves else ''}"
    return found


def released(*cells):
    """A chapter as students get it, read from its file."""
    return json.loads(dumps(without_solutions(chapter(*cells))))


def saved(folder, **found):
    """A folder with these notebooks."""
    folder.mkdir(exist_ok=True)
    for name, content in found.items():
        (folder / f"{name}.ipynb").write_text(json.dumps(content), encoding="utf-8")
    return folder


def source_of(content, tag):
    """The source of the first cell with a tag."""
    return next(
        c["source"] for c in content["cells"] if tag in c["metadata"].get("tags", ())
    )


def sources(content):
    return [keep_answers.text_of(cell) for cell in content["cells"]]


def starters(content):
    return list(filter(keep_answers.is_starter, content["cells"]))


@pytest.fixture
def old():
    """What a student has made of a release: an answer, a cell of their own, a change."""
    content = released(*exercise(), *exercise(**OTHER))
    starters(content)[0]["source"] = "k = 2 + 3"
    content["cells"][1]["source"] = "scale = 30"
    content["cells"].insert(2, {**code("scale / 2"), "id": "mine"})
    return content


def test_an_answer_follows_its_label_into_another_chapter(old):
    first, second = released(*exercise(**OTHER)), released(*exercise())
    found = keep_answers.carry({"01-a.ipynb": old}, {"01-a.ipynb": first, "02-b": second})
    assert keep_answers.text_of(starters(first)[0]) == OTHER["starter"]
    assert keep_answers.text_of(starters(second)[0]) == "k = 2 + 3"
    assert found.said == ["ex-one: kept."]


def test_own_cells_stay_where_they_were_and_a_changed_cell_is_kept_as_text(old):
    new = released(*exercise())
    keep_answers.carry({"01-a.ipynb": old}, {"01-a.ipynb": new})
    assert sources(new)[1:4] == [
        "scale = 3",
        "**From the earlier release.** Your version of the cell above:\n\n"
        "```python\nscale = 30\n```",
        "scale / 2",
    ]
    assert [cell["cell_type"] for cell in new["cells"][1:4]] == ["code", "markdown", "code"]


def test_outputs_of_others_are_left_behind(old):
    old["cells"][2]["outputs"] = [
        {"output_type": "display_data", "data": {"text/html": "x"}}
    ]
    new = released(*exercise())
    keep_answers.carry({"01-a.ipynb": old}, {"01-a.ipynb": new})
    assert not any(cell.get("outputs") for cell in new["cells"])


def test_a_starter_that_changed_is_told_beside_the_answer(old):
    new = released(*exercise(starter="length = ..."))
    found = keep_answers.carry({"01-a.ipynb": old}, {"01-a.ipynb": new})
    assert keep_answers.text_of(starters(new)[0]) == "k = 2 + 3"
    assert any("length = ..." in s and keep_answers.STARTER in s for s in sources(new))
    assert found.said[-1] == "ex-one: its starter has changed. The new one stands below."


def test_an_answer_in_the_new_release_is_not_overwritten(old):
    new = released(*exercise())
    starters(new)[0]["source"] = "k = 5"
    found = keep_answers.carry({"01-a.ipynb": old}, {"01-a.ipynb": new})
    assert keep_answers.text_of(starters(new)[0]) == "k = 5"
    assert any("k = 2 + 3" in s and keep_answers.SECOND in s for s in sources(new))
    assert "answered here, too" in found.said[0]


def test_an_answer_without_an_exercise_is_kept_aside_and_told(tmp_path, old, capsys):
    before = saved(tmp_path / "old", a=old)
    after = saved(tmp_path / "new", a=released(*exercise(**OTHER)))
    assert keep_answers.main(before, after) == 0
    aside = json.loads((after / keep_answers.HOMELESS).read_text(encoding="utf-8"))
    assert sources(aside) == ["# ex-one\nk = 2 + 3"]
    said = capsys.readouterr().out
    assert "ex-one: gone from this release; your answer: kept-answers.ipynb." in said


def test_a_second_call_changes_nothing_and_a_third_release_has_it_all(tmp_path, old):
    before = saved(tmp_path / "old", a=old)
    after = saved(tmp_path / "new", a=released(*exercise(**OTHER)))
    keep_answers.main(before, after)
    once = {path.name: path.read_bytes() for path in after.iterdir()}
    keep_answers.main(before, after)
    assert {path.name: path.read_bytes() for path in after.iterdir()} == once
    third = saved(tmp_path / "third", a=released(*exercise(**OTHER)))
    keep_answers.main(after, third)
    text = "".join(path.read_text(encoding="utf-8") for path in third.iterdir())
    assert all(kept in text for kept in ("k = 2 + 3", "scale / 2", "scale = 30"))


def test_nothing_is_said_of_a_student_who_wrote_nothing():
    untouched, new = released(*exercise()), released(*exercise())
    found = keep_answers.carry({"a.ipynb": untouched}, {"a.ipynb": new})
    assert (found.said, found.changed, found.homeless) == ([], set(), [])


def test_answers_of_a_release_without_a_table_are_kept_too(old):
    del old["metadata"]["released"]
    new = released(*exercise())
    found = keep_answers.carry({"a.ipynb": old}, {"a.ipynb": new})
    assert keep_answers.text_of(starters(new)[0]) == "k = 2 + 3"
    assert "answers are kept, notes are not" in found.said[0]


def test_a_file_that_cannot_be_read_is_told_and_the_others_are_kept(tmp_path, old, capsys):
    before = saved(tmp_path / "old", a=old)
    (before / "b.ipynb").write_text("{", encoding="utf-8")
    after = saved(tmp_path / "new", a=released(*exercise()))
    assert keep_answers.main(before, after) == 1
    assert "b.ipynb cannot be read as a notebook" in capsys.readouterr().out
    assert "k = 2 + 3" in (after / "a.ipynb").read_text(encoding="utf-8")


def test_the_folder_of_the_answers_is_never_written(tmp_path, old):
    folder = saved(tmp_path / "old", a=old)
    with pytest.raises(ValueError, match="is the new release itself"):
        keep_answers.main(folder, folder)
    assert notebooks.main(["student", str(folder), "--keep", str(folder)]) == 1


def test_make_student_carries_the_answers(tmp_path, old):
    before = saved(tmp_path / "old", **{"01-a": old})
    book = saved(tmp_path / "book", **{"01-a": chapter(*exercise())}) / "01-a.ipynb"
    out = tmp_path / "out"
    assert notebooks.main(["student", str(out), str(book), "--keep", str(before)]) == 0
    assert "k = 2 + 3" in (out / "01-a.ipynb").read_text(encoding="utf-8")
    assert (out / "keep_answers.py").is_file()
