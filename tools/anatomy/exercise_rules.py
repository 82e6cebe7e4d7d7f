"""What exercises have: parts in order, and a check that tells right from wrong.

A check speaks in sentences and lists wrong answers that it rejects; an exercise says of
which kind it is, and how many minutes it takes.
"""

import ast
import re

from normal_form import tags

from .exercises import DOTS, SKIPPED, exercises, wrong_answers
from .repeats import draws

PARTS = ("statement", "starter", "check", "hint", "answer", "solution", "insight")
TWO_HINTS = (*PARTS[:3], "hint", *PARTS[3:])
KINDS = ("Compute", "Code", "Train", "Break", "Think", "Derive")
ON_FRESH_DATA = ("Code", "Train")
HEAD = re.compile(
    r":::\{exercise\} [A-Z][a-z]+\b.*\n:label: (?P<label>ex-[\w-]+)\n\s*"
    r"\*(?P<kind>\w+), (?P<minutes>\d+) minutes?\.\* "
)
HINT = r":::\{admonition\} [^\n]*[Hh]int\n:class: dropdown\n\s*[^\n]+[.?!]\n:::\s*"
LONG = 15  # minutes
ASSERTS = range(1, 7)  # in a check
NETWORKS = range(9, 14)  # the numbers of the chapters on networks


def exercises_are_worth_the_time(notebook):
    """Six to eight exercises, two of them long and three short ones at most."""
    found = [cells for _, cells in whole(notebook)]
    if not 6 <= len(exercises(notebook)) <= 8:
        yield f"{len(exercises(notebook))} exercises, expected 6 to 8"
    heads = list(filter(None, (HEAD.match(c["statement"].source) for c in found)))
    kinds = {head["kind"] for head in heads} & set(KINDS)
    if len(kinds) < 4:
        yield f"exercises of the kinds {sorted(kinds)}, expected four of {KINDS}"
    if sum(int(head["minutes"]) >= LONG for head in heads) < 2:
        yield f"fewer than two exercises take {LONG} minutes or more"
    short = sum(steps(cells["solution"].source) <= 1 for cells in found)
    if short > 3:
        yield f"{short} solutions are one line, at most three"


def exercises_have_their_parts(notebook):
    """Their cells in order, with one hint or two, and each cell as it should be."""
    yield from faults_of_labels(notebook)
    yield from faults_of_parts(notebook, (PARTS, TWO_HINTS))
    for number, cells in whole(notebook):
        yield from (f"exercise {number}: {fault}" for fault in faults_of_cells(cells))


def checks_answer_in_sentences(notebook):
    """A check is ``with quick.check(...)``, draws its own data, lists wrong answers."""
    for number, cells in whole(notebook):
        head = HEAD.match(cells["statement"].source)
        faults = [*faults_of_sentences(cells["check"].source), *faults_of_wrong(cells)]
        fresh = any(draws(cells["check"].source)) or "seeded(" in cells["check"].source
        if head and head["kind"] in ON_FRESH_DATA and not fresh:
            faults.append("the check draws no fresh data")
        yield from (f"exercise {number}: {fault}" for fault in faults)


def networks_are_trained(stem, notebook):
    """At least two exercises of a chapter on networks train one."""
    trained = sum(
        re.search(r"^\s*\*Train, ", cell.source, re.MULTILINE) is not None
        for cell in notebook.cells
        if cell.cell_type == "markdown"
    )
    if int(stem[:2]) in NETWORKS and trained < 2:
        return [f"{stem}: {trained} exercises train a network, expected two"]
    return []


def faults_of_labels(notebook):
    """No two exercises have the same label."""
    text = "\n".join(cell.source for cell in notebook.cells)
    labels = re.findall(r"^:label: (ex-\S+)", text, re.MULTILINE)
    for label in sorted({label for label in labels if labels.count(label) > 1}):
        yield f"two exercises have the label {label}"


def faults_of_parts(notebook, orders):
    """Each exercise has its parts in one of the orders, and nothing between them."""
    for number, exercise in enumerate(exercises(notebook), 1):
        if tuple(exercise.parts) not in orders:
            yield f"exercise {number} has {exercise.parts}, expected {list(orders[0])}"
        elif exercise.positions[-1] - exercise.positions[0] + 1 != len(exercise.parts):
            yield f"exercise {number} is interrupted by another cell"


def whole(notebook):
    """The number of each exercise that has all parts, and its cells by their parts.

    Of two hints the second one is "second hint".
    """
    for number, exercise in enumerate(exercises(notebook), 1):
        names = list(exercise.parts)
        if names.count("hint") == 2:
            names[names.index("hint") + 1] = "second hint"
        if set(PARTS) <= set(names) and len(set(names)) == len(names):
            cells = [notebook.cells[position] for position in exercise.positions]
            yield number, dict(zip(names, cells, strict=True))


def faults_of_cells(cells):
    """What is wrong with the cells of an exercise."""
    head = HEAD.match(cells["statement"].source)
    if not head or head["kind"] not in KINDS:
        yield f"the statement does not begin with a verb, a label, minutes, one of {KINDS}"
    if len(cells["statement"].source.split("\n", 2)[-1].split()) > 80:
        yield "the statement has more than 80 words"
    for name in ("starter", "check"):
        if not tags(cells[name]) >= SKIPPED:
            yield f"the {name} lacks the tags {sorted(SKIPPED - tags(cells[name]))}"
    if DOTS not in cells["starter"].source:
        yield "the starter has no ... to replace"
    yield from faults_of_asserts(cells["check"].source)
    for name in sorted(set(cells) & {"hint", "second hint"}):
        if not re.fullmatch(HINT, cells[name].source):
            yield f"the {name} is not one sentence in a dropdown"
    yield from faults_of_solution(cells, head)


def faults_of_solution(cells, head):
    """What is wrong with a solution: its heading, its code and its insight."""
    start = (
        f":::{{solution}} {head['label']}\n:class: dropdown\n" if head else ":::{solution}"
    )
    if not cells["answer"].source.startswith(start):
        yield f"the solution is no dropdown that refers to {head['label']}"
    if "hide-input" not in tags(cells["solution"]):
        yield "the code of the solution lacks the tag hide-input"
    if not cells["insight"].source.rstrip().endswith((".", "!", "?", "$$")):
        yield "the insight is not a sentence"


def faults_of_asserts(source):
    """A check is a few asserts, each of which says what is likely wrong."""
    asserts = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Assert)]
    if len(asserts) not in ASSERTS:
        few = f"{ASSERTS[0]} to {ASSERTS[-1]}"
        yield f"the check has {len(asserts)} asserts, expected {few}"
    if not all(node.msg for node in asserts):
        yield "an assert does not say what is likely wrong"


def faults_of_sentences(source):
    """Whatever a check calls stands in ``with quick.check("What was learned."):``."""
    *before, last = ast.parse(source).body or [None]
    kinds = (ast.FunctionDef, ast.Import, ast.ImportFrom)
    calls = [ast.unparse(item.context_expr) for item in getattr(last, "items", [])]
    found = re.fullmatch(r"quick\.check\((['\"])(.*)\1\)", calls[0]) if calls else None
    if not found or not all(isinstance(node, kinds) for node in before):
        yield 'the check does not stand in `with quick.check("..."):`'
    elif not found[2].endswith((".", "!", "?")):
        yield "what was learned is not a sentence"


def faults_of_wrong(cells):
    """A check lists wrong answers, each of which is Python in the place of the dots."""
    wrong = wrong_answers(cells["starter"], cells["check"])
    if not wrong:
        yield 'the metadata of the check lists no wrong answers: `"wrong": ["return 0"]`'
    for answer in wrong:
        try:
            ast.parse(answer)
        except SyntaxError:
            yield f"a wrong answer is not Python: {answer!r}"


def steps(source):
    """How many statements a solution has, without definitions, imports and docstrings."""
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.stmt)]
    frames = (ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)
    return sum(not isinstance(node, frames) and not is_text(node) for node in nodes)


def is_text(node):
    """Whether a statement is a docstring."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
