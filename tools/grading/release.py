"""What a course gives to students, and what nbgrader wants to know of it.

The cells carry nbgrader's metadata: its formgrader, exchange and export can work with a
released course. `source/` is what its `generate_assignment` reads.
"""

import ast
import copy

import keep_answers
from nbformat import from_dict
from normal_form import dumps, read, tags
from student import NEEDED, README, copy_to, linked_files, without_solutions

from . import variants
from .courses import LABEL

HIDDEN = "### BEGIN HIDDEN TESTS\n{}\n### END HIDDEN TESTS"
VERDICT = "assert quick.last.passed, quick.last.said"
SETTINGS = """\
# For nbgrader, in an environment of its own: tools/grading/requirements.txt.
c = get_config()
c.CourseDirectory.course_id = "{name}"
c.ClearSolutions.code_stub = {{"python": "..."}}
c.ClearSolutions.enforce_metadata = False
c.ExecutePreprocessor.timeout = 60
c.HTMLExporter.sanitize_html = True
"""


def chosen(notebook, points, identifier):
    """The student version of a chapter, with those exercises alone that have points."""
    new = without_solutions(notebook)
    kept = []
    for label, cell in keep_answers.labelled(new.cells):
        part = part_of(cell)
        if not part or label in points:
            kept.append(cell)
        if part and label in points:
            cell.source = variants.varied(cell.source, identifier, label)
            mark(cell, part, label, points[label])
    new.cells = kept
    new.metadata["released"] = keep_answers.stamped(new)
    return new


def part_of(cell):
    """Which part of an exercise a cell is; None outside."""
    if LABEL.search(cell.source) and cell.source.startswith(":::{exercise}"):
        return "statement"
    found = tags(cell) & {"starter", "check", "hint"}
    return next(iter(found), None)


def mark(cell, part, label, points):
    """Give a cell the metadata by which nbgrader knows what it is worth."""
    if part == "statement":
        worth = f"{points:g} point" + "s" * (points != 1)
        cell.source = cell.source.replace(" minutes.* ", f" minutes, {worth}.* ", 1)
    if part in ("starter", "check"):
        graded = part == "check"
        about = {
            "grade": graded,
            "grade_id": label + "-test" * graded,
            "locked": graded,
            "schema_version": 3,
            "solution": not graded,
            "task": False,
        }
        cell.metadata["nbgrader"] = from_dict(
            about | ({"points": points} if graded else {})
        )


def with_solutions(notebook, tasks, secret):
    """A released notebook as nbgrader's source: solutions to clear, and hidden tests."""
    new = copy.deepcopy(notebook)
    for cell in new.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id", "").removesuffix("-test")
        if name and part_of(cell) == "starter":
            solution = tasks[name].cells["solution"].source
            cell.source = enclosed(cell.source, solution)
        elif name:
            test = variants.hidden(tasks[name].cells["check"].source, secret, name)
            cell.source += f"\n{VERDICT}\n" + HIDDEN.format(f"{test}\n{VERDICT}")
    return new


def enclosed(starter, solution):
    """A solution whose part that students write stands between nbgrader's marks.

    Where the solution is not the starter with something for each ``...``, it is the whole.
    """
    lines = solution.splitlines()
    asked = {n.name for n in ast.parse(starter).body if isinstance(n, ast.FunctionDef)}
    functions = [n for n in ast.parse(solution).body if isinstance(n, ast.FunctionDef)]
    for node in reversed(functions):
        if node.name in asked:
            indent = " " * node.body[0].col_offset
            lines.insert(node.end_lineno, f"{indent}### END SOLUTION")
            lines.insert(node.body[0].lineno - 1, f"{indent}### BEGIN SOLUTION")
    if not asked or asked != {n.name for n in functions}:
        return f"### BEGIN SOLUTION\n{solution}\n### END SOLUTION"
    return "\n".join(lines)


def write(notebook, folder, path):
    """Write a notebook made of a chapter, and the files that it links to."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / path.name).write_text(dumps(notebook), encoding="utf-8", newline="\n")
    for linked in linked_files(notebook, path.parent):
        copy_to(linked, folder / linked.relative_to(path.parent))


def release(course, known, root):
    """Write what students get, and nbgrader's sources; a sentence for each assignment."""
    settings = SETTINGS.format(name=course.folder.resolve().name)
    path = course.folder / "nbgrader_config.py"
    path.write_text(settings, encoding="utf-8", newline="\n")
    for assignment in course.assignments:
        release_one(course, assignment, known, root)
        yield f"{assignment.name}: {len(assignment.points)} exercises, in release/"


def release_one(course, assignment, known, root):
    """Write one assignment."""
    place = course.folder / "release" / assignment.name
    own = assignment.variants and course.students
    for path in dict.fromkeys(known[label].path for label in assignment.points):
        notebook = read(path)
        for student in course.students if own else [""]:
            given = chosen(notebook, assignment.points, student)
            write(given, place / student, path)
        plain = chosen(notebook, assignment.points, "")
        source = with_solutions(plain, known, course.secret)
        write(source, course.folder / "source" / assignment.name, path)
    for student in course.students if own else [""]:
        beside(place / student, root)


def beside(folder, root):
    """Write what students need beside their notebooks."""
    for name in NEEDED:
        copy_to(root / name, folder / name)
    (folder / "README.md").write_text(README, encoding="utf-8", newline="\n")
    copy_to(root / "tools/keep_answers.py", folder / "keep_answers.py")
