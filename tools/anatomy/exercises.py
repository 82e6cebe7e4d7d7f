"""The exercises of a chapter: found, checked for their parts, and run."""

import ast
import contextlib
import io
import re
import unittest.mock
from collections import namedtuple
from dataclasses import dataclass, field

import matplotlib.pyplot as plt
import torch
from normal_form import is_run, tags

SKIPPED = {"skip-execution", "nbval-skip", "raises-exception"}
PARTS = ("statement", "starter", "check", "hint", "answer", "solution", "insight")
KINDS = ("Compute", "Code", "Break", "Think")
NUMBER = r"(?<![\w.])[-−+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?|(?<![\w.])[-−+]?\.\d+(?:e[-+]?\d+)?"
HINT = r":::\{admonition\} Hint\n:class: dropdown\n\s*[^\n]+[.?!]\n:::\s*"
REJECTIONS = (AssertionError, TypeError, ValueError, AttributeError, NotImplementedError)


@dataclass
class Exercise:
    """The positions of the cells of one exercise; `parts` names them in order."""

    parts: list[str] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)


def part_of(cell):
    """Which part of an exercise a cell is; None outside the exercises."""
    found, is_code = tags(cell), cell.cell_type == "code"
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
    kinds = {
        kind for kind in KINDS if any(f"*{kind}.*" in c.source for c in notebook.cells)
    }
    for kind in sorted(set(KINDS) - kinds):
        yield f"no exercise is marked *{kind}.*"
    labels = re.findall(
        r"^:label: (ex-\S+)", "\n".join(c.source for c in notebook.cells), re.M
    )
    for label in sorted({label for label in labels if labels.count(label) > 1}):
        yield f"two exercises have the label {label}"
    for number, exercise in enumerate(found, 1):
        first, last = exercise.positions[0], exercise.positions[-1]
        if tuple(exercise.parts) != PARTS:
            yield f"exercise {number} has {exercise.parts}, expected {list(PARTS)}"
        elif last - first + 1 != len(PARTS):
            yield f"exercise {number} is interrupted by another cell"
        else:
            cells = dict(zip(PARTS, notebook.cells[first : last + 1], strict=True))
            yield from (f"exercise {number}: {fault}" for fault in faults_of_cells(**cells))


def faults_of_cells(statement, starter, check, hint, answer, solution, insight):
    """What is wrong with the seven cells of an exercise."""
    head = re.match(
        r":::\{exercise\} [A-Z][a-z]+\b.*\n:label: (ex-[\w-]+)\n\s*\*(\w+)\.\* ",
        statement.source,
    )
    if not head or head[2] not in KINDS:
        yield f"the statement begins with a verb, a label and one of {KINDS} in italics"
    if len(statement.source.split("\n", 2)[-1].split()) > 80:
        yield "the statement has more than 80 words"
    for name, cell in (("starter", starter), ("check", check)):
        if not tags(cell) >= SKIPPED:
            yield f"the {name} lacks the tags {sorted(SKIPPED - tags(cell))}"
    if "..." not in starter.source:
        yield "the starter has no ... to replace"
    yield from faults_of_asserts(check.source)
    if not re.fullmatch(HINT, hint.source):
        yield "the hint is one sentence in a dropdown"
    if head and not answer.source.startswith(
        f":::{{solution}} {head[1]}\n:class: dropdown\n"
    ):
        yield f"the solution is a dropdown that refers to {head[1]}"
    if "hide-input" not in tags(solution):
        yield "the code of the solution has the tag hide-input"
    if not insight.source.rstrip().endswith((".", "!", "?", "$$")):
        yield "the insight is not a sentence"


def faults_of_asserts(source):
    """A check is two to four asserts, each of which says what is likely wrong."""
    asserts = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Assert)]
    if not 2 <= len(asserts) <= 4:
        yield f"the check has {len(asserts)} asserts, expected 2 to 4"
    if not all(node.msg for node in asserts):
        yield "an assert does not say what is likely wrong"


def faults_of_running(notebook, folder):
    """Run all cells, each twice in a row, on what counts as another machine.

    Both times a cell prints what stands in the notebook, unless its output is of a training.
    Each check must accept the solution and reject the starter, in the state a reader is in.
    """
    namespace, exercise = {"__name__": "__main__", "display": lambda *shown: None}, {}
    with contextlib.chdir(folder), plt.rc_context(), default_dtype(), another_machine():
        for number, cell in enumerate(notebook.cells):
            part = part_of(cell)
            if part in ("starter", "check"):
                exercise[part] = cell
            elif is_run(cell) and "colab" not in tags(cell):
                before = dict(namespace)
                printed = [run_cell(cell, namespace, f"cell {number}") for _ in range(2)]
                yield from faults_of_printing(cell, *printed, number)
                if part == "solution":
                    run_cell(exercise["check"], dict(namespace), f"check of cell {number}")
                    yield from faults_of_check(**exercise, namespace=before, number=number)


def faults_of_printing(cell, first, second, number):
    """What was printed is what stands in the notebook, the first time and the second."""
    stored = "".join(o.text for o in cell.outputs if o.output_type == "stream")
    if first != second:
        yield f"cell {number} prints something else when it is run again"
    elif not agree(first, stored, cell.metadata.get("band", 0)):
        yield f"cell {number} prints something else on another machine: {first!r}, not {stored!r}"


def agree(printed, stored, band):
    """The same words, and numbers x for x' with |x - x'| <= band |x'|: learned results differ.

    So do those of long chains; a cell of either has its ``band`` in its metadata.
    """
    if not band:
        return printed == stored
    words = [re.sub(NUMBER, "#", text).split() for text in (printed, stored)]
    found, expected = (
        [float(x.replace("−", "-")) for x in re.findall(NUMBER, text)]
        for text in (printed, stored)
    )
    pairs = zip(found, expected, strict=words[0] == words[1])
    return words[0] == words[1] and all(abs(x - y) <= band * abs(y) for x, y in pairs)


@contextlib.contextmanager
def default_dtype():
    """Afterwards, torch draws in the float type in which it drew before."""
    before = torch.get_default_dtype()
    try:
        yield
    finally:
        torch.set_default_dtype(before)


@contextlib.contextmanager
def another_machine():
    """Decompositions as another processor's might come out.

    Each singular vector has either sign, those of equal singular values are turned into each
    other, and all of it is off by round-off.
    """
    svd, generator = torch.linalg.svd, torch.Generator().manual_seed(0)

    def shaken(A, full_matrices=True):
        m, n = (torch.randn(k, generator=generator).sign().to(A) for k in A.shape[-2:])
        noise = torch.randn(A.shape, generator=generator, dtype=torch.float64).to(A)
        roundoff = torch.finfo(A.dtype).eps * A.norm() / max(A.shape) ** 0.5
        U, s, Vt = svd(A + roundoff * noise, full_matrices)
        signs = m if len(m) <= len(n) else n
        r = len(signs)
        U[..., :r] *= signs
        Vt[..., :r, :] *= signs[:, None]
        return namedtuple("svd", "U S Vh")(U, s, Vt)

    with unittest.mock.patch("torch.linalg.svd", shaken):
        yield


def run_cell(cell, namespace, name):
    """Execute one cell in this process; what it printed."""
    printed, expected = (
        io.StringIO(),
        "raises-exception" in tags(cell) and not part_of(cell),
    )
    try:
        with contextlib.redirect_stdout(printed):
            exec(compile(cell.source, name, "exec"), namespace)
    except Exception as error:
        if not expected:
            error.add_note(f"in {name}:\n{cell.source}")
            raise
    finally:
        plt.close("all")
    return printed.getvalue()


def faults_of_check(starter, check, namespace, number):
    """The starter runs, and the check then fails for a reason that a learner can read."""
    run_cell(starter, namespace, f"starter before cell {number}")
    try:
        run_cell(check, namespace, f"check before cell {number}")
    except REJECTIONS:
        return
    except Exception as error:
        yield f"the check before cell {number} rejects the starter by {error!r}"
    else:
        yield f"the check before cell {number} accepts the starter"
