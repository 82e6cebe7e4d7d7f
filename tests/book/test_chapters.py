"""Every chapter keeps the anatomy of a chapter, and everything on its page runs."""

import importlib

import anatomy.book
import notebooks
import pytest
from anatomy.running import faults_of_running
from house import rules_hold
from nbclient import NotebookClient
from normal_form import read, tags
from student import without_solutions

each_chapter = pytest.mark.parametrize(
    "path", notebooks.chapters(), ids=lambda path: path.stem
)


def surviving(original, student):
    """The lines of answers that still stand in a student notebook, and nowhere else.

    Answers are solutions, and the wrong ones that a check lists.
    """
    solved = [cell for cell in original.cells if "solution" in tags(cell)]
    other = {
        line for c in original.cells if c not in solved for line in c.source.splitlines()
    }
    left = "\n".join(cell.source + str(cell.metadata) for cell in student.cells)
    left += str(student.metadata)
    lines = {line.strip() for cell in solved for line in cell.source.splitlines()}
    lines -= {line.strip() for line in other}
    lists = [cell.metadata["wrong"] for cell in student.cells if "wrong" in cell.metadata]
    return [line for line in lines if len(line) >= 12 and line in left] + lists


@each_chapter
def test_anatomy(path):
    assert list(anatomy.complaints(read(path), rules_hold(notebooks.ROOT))) == []


def test_numbers_are_places_links_lead_somewhere_and_needs_point_backwards():
    assert list(anatomy.book.complaints(notebooks.ROOT)) == []


@each_chapter
def test_outputs_are_those_of_the_code_and_in_normal_form(path):
    assert list(notebooks.complaints(path)) == []


@each_chapter
def test_the_figures_on_the_page_run_the_code_of_the_package(path):
    states = read(path).metadata["widgets"]["application/vnd.jupyter.widget-state+json"][
        "state"
    ]
    figures = [m["state"] for m in states.values() if "_anywidget_id" in m["state"]]
    for state in figures:
        module, _, name = state["_anywidget_id"].rpartition(".")
        kind = getattr(importlib.import_module(module), name)
        assert (state["_esm"], state["_css"]) == (kind._esm, kind._css), "make notebooks"
    assert figures


@each_chapter
@pytest.mark.rare  # `make test` tries each chapter once, in the form of tools/tested.py
@pytest.mark.slow
def test_cells_can_be_run_again_and_checks_tell_right_from_wrong(path):
    assert list(faults_of_running(read(path), path.parent)) == []


@each_chapter
def test_no_solution_survives_in_the_student_version(path):
    assert surviving(read(path), without_solutions(read(path))) == []


def run_all(path, folder):
    """The student version of a chapter after a Run All, which goes to its end."""
    student = without_solutions(read(path))
    place = {"metadata": {"path": str(folder)}}
    NotebookClient(student, kernel_name="python3", timeout=600, resources=place).execute()
    code = [cell for cell in student.cells if cell.cell_type == "code"]
    assert code[-1].execution_count == len(code)
    return student


@each_chapter
@pytest.mark.rare  # what would be red in it is seen in that form, too
@pytest.mark.slow
def test_run_all_of_an_untouched_student_version_shows_nothing_red(path, tmp_path):
    red = [
        output
        for cell in run_all(path, tmp_path).cells
        for output in cell.get("outputs", [])
        if output.output_type == "error" or output.get("name") == "stderr"
    ]
    assert red == []
