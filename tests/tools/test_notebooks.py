"""Running a chapter writes what it shows; students get it without solutions."""

import json

import execution
import normal_form
import notebooks
import pytest
from nbclient import NotebookClient
from student import without_solutions, write_student

from tests.tools.cells import (
    SKIPPED,
    STATE,
    VIEW,
    code,
    exercise,
    notebook,
    printed,
    shown,
    text,
)

SLIDER = """\
import anywidget, traitlets

class Slider(anywidget.AnyWidget):
    _esm = "export default { render() {} }"
    one = traitlets.Bytes(b"one").tag(sync=True)
    two = traitlets.Bytes(b"two").tag(sync=True)

    def _repr_mimebundle_(self, include=None, exclude=None):
        data, metadata = super()._repr_mimebundle_(include=include, exclude=exclude)
        return {**data, "text/plain": "A slider."}, metadata

unseen = Slider()
Slider()"""
BAR = """\
import sys, time
for k in range(3):
    print(f"\\r{k} of 3, {time.time()} s", end="", file=sys.stderr, flush=True)
    print(f"\\r{k} of 3", end="")
print("\\r" + " " * 9 + "\\rdone")"""
WIDGET_BAR = """\
import ipywidgets
ipywidgets.HBox([ipywidgets.FloatProgress(), ipywidgets.HTML("1.234 s")])"""


def save(path, *cells, **metadata):
    path.write_text(normal_form.dumps(notebook(*cells, **metadata)), encoding="utf-8")
    return path


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture(scope="module")
def folder_run_once(tmp_path_factory):
    folder = tmp_path_factory.mktemp("a b") / "é"
    folder.mkdir()
    cells = [
        code("old", "colab", "remove-cell", "nbval-skip"),
        code("import time\nprint('a', flush=True)\ntime.sleep(0.3)\nprint('b')"),
        code("import matplotlib.pyplot as plt\n_ = plt.plot([1, 2, 3])"),
        code(SLIDER),
        code(BAR),
        code(WIDGET_BAR),
        code("1 / 0", "raises-exception"),
        code("never(run)", "starter", *SKIPPED),
        code("3 + 4", collapsed=True),
    ]
    notebooks.run(save(folder / "01-x.ipynb", *cells, vim="yes"))
    return folder


@pytest.fixture
def result(folder_run_once):
    return normal_form.read(folder_run_once / "01-x.ipynb")


@pytest.mark.slow
def test_a_second_run_changes_no_byte(folder_run_once):
    before = contents(folder_run_once)
    notebooks.run(folder_run_once / "01-x.ipynb")
    assert contents(folder_run_once) == before
    assert set(before) == {"01-x.ipynb", "runtimes.json"}


def test_a_run_keeps_what_the_reader_sees(result):
    assert result.cells[1].outputs == [printed("a\nb\n")]
    assert "image/png" in result.cells[2].outputs[0].data
    assert result.cells[3].outputs[0].data["text/plain"] == "A slider."
    assert result.cells[8].outputs[0].data["text/plain"] == "7"


def test_a_run_leaves_out_progress_bars_and_the_frames_of_an_error(result):
    assert result.cells[4].outputs == [printed("done\n")]
    assert result.cells[5].outputs == []
    assert result.cells[6].outputs[0].traceback == ["ZeroDivisionError: division by zero"]


def test_execution_counts_are_those_of_one_run_all(result):
    assert [cell.execution_count for cell in result.cells] == [1, 2, 3, 4, 5, 6, 7, None, 8]


def test_only_widgets_that_are_shown_are_kept_under_names_that_follow_from_the_cell(result):
    models = normal_form.widget_models(result)
    shown_model = result.cells[3].outputs[0].data[VIEW]["model_id"]
    assert sorted(m["model_name"] for m in models.values()) == ["AnyModel", "LayoutModel"]
    assert [b["path"] for b in models[shown_model]["buffers"]] == [["one"], ["two"]]
    assert models[shown_model]["state"]["layout"].removeprefix("IPY_MODEL_") in models


def test_metadata_says_what_was_tested_and_nothing_of_the_editor(result, folder_run_once):
    assert set(result.metadata) == {"kernelspec", "language_info", "tested", "widgets"}
    assert result.metadata["tested"] == notebooks.tested_with(result)
    assert "collapsed" not in result.cells[8].metadata
    table = json.loads((folder_run_once / "runtimes.json").read_text(encoding="utf-8"))
    assert table["01-x"] > 0


def test_a_file_in_normal_form_passes_the_check(folder_run_once):
    assert list(notebooks.complaints(folder_run_once / "01-x.ipynb")) == []


def test_the_check_sees_changed_code_and_a_changed_form(result, tmp_path, capsys):
    result.cells[1].source += "\nprint('c')"
    path = tmp_path / "01-x.ipynb"
    path.write_text(normal_form.dumps(result), encoding="utf-8")
    assert ["outputs" in line for line in notebooks.complaints(path)] == [True]
    path.write_text(json.dumps(result), encoding="utf-8")
    assert len(list(notebooks.complaints(path))) == 2
    notebooks.tidy(path)
    assert len(list(notebooks.complaints(path))) == 1
    capsys.readouterr()
    assert notebooks.main(["check", str(path)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert all(line.startswith("01-x: ") for line in lines)
    assert "01-x: 0 quick checks, expected two" in lines


@pytest.mark.slow
def test_a_failing_cell_is_named_and_leaves_the_file_as_it_was(tmp_path, capsys):
    save(tmp_path / "02-y.ipynb", text("# Y"), code("a = 1"), code("a / 0"))
    before = contents(tmp_path)
    assert notebooks.main(["run", str(tmp_path / "02-y.ipynb")]) == 1
    assert contents(tmp_path) == before
    message = capsys.readouterr().err
    assert message.startswith("02-y: cell 2 ('a / 0') failed:")
    assert "ZeroDivisionError" in message and "\x1b" not in message


@pytest.mark.rare
@pytest.mark.slow
def test_a_kernel_that_is_killed_is_told_with_its_cell_and_the_next_chapter_runs(
    tmp_path, capsys
):
    killed = code("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)")
    paths = [
        save(tmp_path / "02-y.ipynb", text("# Y"), killed),
        save(tmp_path / "03-z.ipynb", text("# Z"), code("print(1)")),
    ]
    before = paths[0].read_bytes()
    assert notebooks.main(["run", *map(str, paths)]) == 1
    assert paths[0].read_bytes() == before
    said = capsys.readouterr()
    assert said.err.startswith("02-y: cell 1 ('import os, signal') failed:")
    assert "Kernel died" in said.err and "03-z: 1 cells" in said.out


@pytest.mark.rare
@pytest.mark.slow
def test_a_cell_that_never_ends_is_stopped_and_named(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(execution, "TIMEOUT", 1)
    path = save(tmp_path / "02-y.ipynb", code("while True: pass"))
    assert notebooks.main(["run", str(path)]) == 1
    said = capsys.readouterr().err
    assert said.startswith("02-y: cell 0 ('while True: pass') failed:")
    assert "after 1 seconds" in said


def test_what_a_cell_writes_to_stderr_is_reported():
    loud = printed("careful")
    loud.name = "stderr"
    found = list(execution.stderr_of(notebook(code("warn()", outputs=[loud]))))
    assert found == ["cell 0 wrote to stderr: careful"]


def test_the_hash_follows_the_code_that_runs_and_no_other():
    cells = [
        code("a = 1"),
        text("one"),
        code("b = ...", "starter", *SKIPPED),
        code("x", "colab"),
    ]
    reference = normal_form.code_hash(notebook(*cells))
    for position in (1, 2, 3):
        cells[position].source += " changed"
    assert normal_form.code_hash(notebook(*cells)) == reference
    cells[0].source = "a = 2"
    assert normal_form.code_hash(notebook(*cells)) != reference


@pytest.mark.slow
def test_doing_it_twice_is_doing_it_once(result):
    assert normal_form.normalise(result) == result


def tidied(*tags, kind=code, **metadata):
    """The metadata of a cell in normal form."""
    cell = kind("a = 1", *tags) if kind is text else code("a = 1", *tags, **metadata)
    return dict(normal_form.normalise(notebook(cell)).cells[0].metadata)


def test_a_fold_is_one_entry_from_which_all_the_rest_follows():
    figure = {"caption": "It moves.", "name": "fig-x"}
    found = tidied("opening", fold="Set-up", mystnb={"figure": figure}, collapsed=True)
    assert found == {
        "fold": "Set-up",
        "tags": ["hide-input", "opening"],
        "jupyter": {"source_hidden": True},
        "mystnb": {
            "figure": figure,
            "code_prompt_show": "Set-up",
            "code_prompt_hide": "Set-up",
        },
    }
    assert tidied(**found) == found


def test_a_quick_check_shows_no_code_at_all():
    found = tidied("hide-input", fold="Quick check")
    assert found["tags"] == ["remove-input"]
    assert found["jupyter"] == {"source_hidden": True}


def test_a_cell_that_is_no_longer_folded_is_open_everywhere():
    for label in ("Set-up", "Quick check"):
        found = tidied("opening", fold=label)
        del found["fold"]
        assert tidied(**found) == {"tags": ["opening"]}


def test_what_an_editor_folded_is_open_again_and_a_solution_stays_closed():
    assert tidied(jupyter={"source_hidden": True}) == {}
    assert tidied("solution", "hide-input") == {
        "tags": ["hide-input", "solution"],
        "jupyter": {"source_hidden": True},
    }
    assert tidied("solution", kind=text) == {"tags": ["solution"]}


def test_two_views_of_one_model_share_it():
    state = {
        "m" * 32: {"model_name": "A", "state": {}},
        "n" * 32: {"model_name": "B", "state": {}},
    }
    state = {key.replace("m", "1").replace("n", "2"): value for key, value in state.items()}
    cells = [code("w", outputs=[shown(view={"model_id": "1" * 32})]) for _ in range(2)]
    widgets = {STATE: {"state": state}}
    new = normal_form.normalise(notebook(*cells, widgets=widgets))
    first, second = (cell.outputs[0].data[VIEW]["model_id"] for cell in new.cells)
    assert first == second
    assert list(normal_form.widget_models(new)) == [first]


def test_png_files_lose_their_text_and_keep_their_pixels():
    import io

    from PIL import Image, PngImagePlugin

    note, plain, noted = PngImagePlugin.PngInfo(), io.BytesIO(), io.BytesIO()
    note.add_text("Creation Time", "today")
    Image.new("L", (2, 2)).save(plain, "png")
    Image.new("L", (2, 2)).save(noted, "png", pnginfo=note)
    assert noted.getvalue() != plain.getvalue() == normal_form.strip_png(noted.getvalue())


@pytest.mark.parametrize("address", ["", "https://github.com/someone/book"])
def test_the_colab_cell_follows_the_repository_address(address):
    new = normal_form.normalise(notebook(code("old", "colab")), address)
    assert ("%pip install" in new.cells[0].source) == bool(address)
    assert address in new.cells[0].source


def test_the_address_is_read_from_the_settings_of_the_book(tmp_path):
    assert notebooks.repository_address(tmp_path) == ""
    settings = tmp_path / "_config.yml"
    settings.write_text("repository:\n  url: https://example.org/a/b/\n", encoding="utf-8")
    assert notebooks.repository_address(tmp_path) == "https://example.org/a/b@main"
    settings.write_text('repository:\n  url: ""\n', encoding="utf-8")
    assert notebooks.repository_address(tmp_path) == ""


@pytest.fixture
def strangers(tmp_path):
    """Notebooks that other programs wrote, by what is odd about each; the last is sound."""
    sound = normal_form.dumps(notebook(text("# X"), code("1")))
    in_r = {"kernelspec": {"name": "ir", "language": "R", "display_name": "R"}}
    texts = {
        "01-merged": sound.replace("{", "<<<<<<< HEAD\n{", 1),
        "02-cut": sound[:-40],
        "03-empty": "",
        "04-list": "[]",
        "05-in-r": normal_form.dumps(notebook(text("# X"), **in_r)),
        "06-no-cells": '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}}',
        "07-no-source": sound.replace('"source"', '"sauce"'),
        "08-marked": "\ufeff" + sound,
        "09-sound": sound,
    }
    for name, content in texts.items():
        (tmp_path / f"{name}.ipynb").write_text(content, encoding="utf-8")
    return [tmp_path / f"{name}.ipynb" for name in texts]


@pytest.mark.parametrize("command", ["tidy", "check"])
def test_a_strange_notebook_is_named_and_the_others_go_on(command, strangers, capsys):
    assert notebooks.main([command, *map(str, strangers)]) == 1
    said = capsys.readouterr()
    lines = (said.err if command == "tidy" else said.out).splitlines()
    for path in strangers[:7]:
        assert any(line.startswith(f"{path.stem}: ") for line in lines)
    for words in ("both sides of a merge", "is no notebook", "is written in R"):
        assert any(words in line for line in lines)
    if command == "tidy":
        assert said.out.splitlines() == ["08-marked: rewritten", "09-sound: rewritten"]
        assert strangers[7].read_bytes() == strangers[8].read_bytes()


def test_metadata_of_another_kernel_and_program_gives_way_to_the_books():
    other = {"name": "conda-env-x", "language": "python", "display_name": "x"}
    noise = {"kernelspec": other, "vscode": {"interpreter": {"hash": "1"}}, "colab": {}}
    new = normal_form.normalise(notebook(code("1"), **noise))
    assert set(new.metadata) == {"kernelspec", "language_info"}
    assert new.metadata["kernelspec"]["name"] == "python3"


def test_student_notebooks_keep_the_task_and_lose_the_answer():
    result = without_solutions(
        notebook(*exercise(), code("1", outputs=[printed("1")]), tested={})
    )
    sources = "\n".join(cell.source for cell in result.cells)
    assert "Find k" in sources and "k = ..." in sources and "Count the fingers" in sources
    assert "k = 5" not in sources and "five" not in sources.lower()
    assert all(not cell.outputs for cell in result.cells if cell.cell_type == "code")
    assert "tested" not in result.metadata


@pytest.mark.slow
def test_run_all_of_a_student_notebook_goes_on_after_a_failing_check():
    result = without_solutions(notebook(*exercise(), code("print('the end')")))
    NotebookClient(result, kernel_name="python3").execute()
    assert result.cells[2].outputs[0].ename == "TypeError"
    assert result.cells[-1].outputs[0].text == "the end\n"


def test_the_student_folder_holds_what_the_notebooks_need(tmp_path):
    (tmp_path / "notation.md").write_text("# Notation", encoding="utf-8")
    chapter = save(
        tmp_path / "01-x.ipynb", text("See [notation](notation.md), [2](02-y.ipynb).")
    )
    write_student([chapter], tmp_path / "out", notebooks.ROOT)
    written = {path.name for path in (tmp_path / "out").iterdir()}
    assert written >= {
        "01-x.ipynb",
        "notation.md",
        "course_utils",
        "pyproject.toml",
        "README.md",
    }


def test_a_chapter_that_is_not_there_is_named_with_those_that_are(capsys):
    assert notebooks.main(["check", "nonsense"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("no chapter nonsense: there are 01-seeing-indirectly, ")
