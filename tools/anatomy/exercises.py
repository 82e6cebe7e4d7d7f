"""The exercises of a chapter: found, and checked for their parts."""

import ast
import re
from dataclasses import dataclass, field

from normal_form import tags

SKIPPED = {"skip-execution", "nbval-skip", "raises-exception"}
PARTS = ("statement", "starter", "check", "hint", "answer", "solution", "insight")
KINDS = ("Compute", "Code", "Break", "Think")
HINT = r":::\{admonition\} Hint\n:class: dropdown\n\s*[^\n]+[.?!]\n:::\s*"


@dataclass
class Exercise:
    """The positions of the cells of one exercise; `parts` names them in order."""

    parts: list[str] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)


def part_of(cell):
    """Which part of an exercise a cell is; None outside the exercises."""
    found = tags(cell)
    is_code = cell.cell_type == "code"
    if cell.source.startswith(":::{exercise}"):
        return "statement"
    if is_code and found & {"starter", "check"}:
        return "starter" if "starter" in found else "check"
    if "hint" in found:
        return "hint"
    if "solution" in found:
        answer = cell.source.startswith(":::{solution}")
        return "solution" if is_code else "answer" if answer else "insight"
    return None


def exercises(notebook):
    """The exercises of a notebook; each begins with a statement."""
    found = []
    for position, cell in enumerate(notebook.cells):
        part = part_of(cell)
        if part == "statement" or (part and not found):
            found.append(Exercise())
        if part:
            found[-1].parts.append(part)
            found[-1].positions.append(position)
    return found


def of_exercises(notebook):
    """The positions of all cells that belong to an exercise."""
    return {position for exercise in exercises(notebook) for position in exercise.positions}


def are_complete(notebook):
    """Four to six exercises, of all four kinds, each with its seven cells in order."""
    found = exercises(notebook)
    if not 4 <= len(found) <= 6:
        yield f"{len(found)} exercises, expected 4 to 6"
    text = "\n".join(cell.source for cell in notebook.cells)
    for kind in sorted(KINDS):
        if f"*{kind}.*" not in text:
            yield f"no exercise is marked *{kind}.*"
    labels = re.findall(r"^:label: (ex-\S+)", text, re.MULTILINE)
    for label in sorted({label for label in labels if labels.count(label) > 1}):
        yield f"two exercises have the label {label}"
    for number, exercise in enumerate(found, 1):
        first = exercise.positions[0]
        last = exercise.positions[-1]
        if tuple(exercise.parts) != PARTS:
            yield f"exercise {number} has {exercise.parts}, expected {list(PARTS)}"
        elif last - first + 1 != len(PARTS):
            yield f"exercise {number} is interrupted by another cell"
        else:
            cells = dict(zip(PARTS, notebook.cells[first : last + 1], strict=True))
            yield from (f"exercise {number}: {fault}" for fault in faults_of_cells(**cells))


def faults_of_cells(*, statement, starter, check, hint, answer, solution, insight):
    """What is wrong with the seven cells of an exercise."""
    head = re.match(
        r":::\{exercise\} [A-Z][a-z]+\b.*\n:label: (ex-[\w-]+)\n\s*\*(\w+)\.\* ",
        statement.source,
    )
    if not head or head[2] not in KINDS:
        yield f"the statement does not begin with a verb, a label and one of {KINDS}"
    if len(statement.source.split("\n", 2)[-1].split()) > 80:
        yield "the statement has more than 80 words"
    for name, cell in (("starter", starter), ("check", check)):
        if not tags(cell) >= SKIPPED:
            yield f"the {name} lacks the tags {sorted(SKIPPED - tags(cell))}"
    if "..." not in starter.source:
        yield "the starter has no ... to replace"
    yield from faults_of_asserts(check.source)
    if not re.fullmatch(HINT, hint.source):
        yield "the hint is not one sentence in a dropdown"
    if head and not answer.source.startswith(
        f":::{{solution}} {head[1]}\n:class: dropdown\n"
    ):
        yield f"the solution is no dropdown that refers to {head[1]}"
    if "hide-input" not in tags(solution):
        yield "the code of the solution lacks the tag hide-input"
    if not insight.source.rstrip().endswith((".", "!", "?", "$$")):
        yield "the insight is not a sentence"


def faults_of_asserts(source):
    """A check is two to four asserts, each of which says what is likely wrong."""
    asserts = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Assert)]
    if not 2 <= len(asserts) <= 4:
        yield f"the check has {len(asserts)} asserts, expected 2 to 4"
    if not all(node.msg for node in asserts):
        yield "an assert does not say what is likely wrong"
