"""The exercises of a chapter: found, with their parts and their listed wrong answers."""

import re
from dataclasses import dataclass, field

from normal_form import tags

SKIPPED = {"skip-execution", "nbval-skip", "raises-exception"}
DOTS = "..."


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


def wrong_answers(starter, check):
    """The starter with each of the wrong answers that the check lists, as code.

    They stand in the metadata of the check, ``"wrong": [...]``. A text takes the place of
    the only ``...`` of the starter; a list of texts, those of its several; and where there
    are several, a text alone is the whole cell.
    """
    return [filled(starter.source, wrong) for wrong in check.metadata.get("wrong", ())]


def filled(source, answer):
    """A starter with an answer in the place of its dots."""
    several = source.count(DOTS) > 1
    if several and isinstance(answer, str):
        return answer
    for text in [answer] if isinstance(answer, str) else answer:
        before, _, after = source.partition(DOTS)
        indent = re.search(r"[^\S\n]*$", before.rpartition("\n")[2])[0]
        source = before + text.replace("\n", f"\n{indent}") + after
    return source
