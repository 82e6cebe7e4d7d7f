"""Run the cells of a chapter here and now, and try its exercises."""

import contextlib
import io
import linecache
import re
import unittest.mock
from collections import namedtuple

import matplotlib.pyplot as plt
import torch
from normal_form import is_run, tags
from trial import accepted, rejects, speaks

from .exercises import part_of, wrong_answers

NUMBER = r"(?<![\w.])[-−+]?(?:\d+(?:\.\d+)?|\.\d+)(?:e[-+]?\d+)?"


def faults_of_running(notebook, folder):
    """Run all cells, each twice in a row, on what counts as another machine.

    Both times a cell prints what stands in the notebook, within its band. Each check has to
    accept the solution and to reject the starter and the wrong answers that it lists, in
    the state that a reader is in. What is drawn from torch's own generator, as by a layer
    before it is set, is put back; what is printed may not depend on it.
    """
    namespace = {"__name__": "__main__", "display": lambda *shown: None}
    exercise = {}
    with (
        contextlib.chdir(folder),
        plt.rc_context(),
        default_dtype(),
        torch.random.fork_rng([]),
        another_machine(),
    ):
        for number, cell in enumerate(notebook.cells):
            part = part_of(cell)
            if part in ("starter", "check"):
                exercise[part] = cell
            elif is_run(cell) and "colab" not in tags(cell):
                yield from faults_of_cell(cell, exercise, namespace, number)


def faults_of_cell(cell, exercise, namespace, number):
    """Run a cell twice; after a solution, try what its check says of other answers."""
    before = dict(namespace)
    is_solution = part_of(cell) == "solution"
    if is_solution:  # which may use what the starter defines
        run_cell(exercise["starter"], namespace, f"starter of cell {number}")
    printed = [run_cell(cell, namespace, f"cell {number}") for _ in range(2)]
    yield from faults_of_printing(cell, *printed, number)
    if is_solution:
        check = exercise["check"]
        if speaks(check.source) and not accepted(check.source, namespace):
            yield f"the check before cell {number} rejects the solution"
        run_cell(check, dict(namespace), f"check of cell {number}")
        yield from faults_of_check(**exercise, namespace=before, number=number)


def faults_of_printing(cell, first, second, number):
    """What was printed is what stands in the notebook, the first time and the second."""
    stored = "".join(o.text for o in cell.outputs if o.output_type == "stream")
    if first != second:
        yield f"cell {number} prints something else when it is run again"
    elif not agree(first, stored, cell.metadata.get("band", 0)):
        other = f"{first!r}, not {stored!r}"
        yield f"cell {number} prints something else on another machine: {other}"


def agree(printed, stored, band):
    """The same words, and numbers x for x' with |x - x'| <= band |x'|.

    Learned results and those of long chains differ from machine to machine: their cells
    have a ``band`` in their metadata.
    """
    if not band or words(printed) != words(stored):
        return printed == stored
    pairs = zip(numbers(printed), numbers(stored), strict=True)
    return all(abs(x - y) <= band * abs(y) for x, y in pairs)


def words(text):
    """The words of a text, with a mark in the place of each number."""
    return re.sub(NUMBER, "#", text).split()


def numbers(text):
    """The numbers in a text."""
    return [float(number.replace("−", "-")) for number in re.findall(NUMBER, text)]


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

    Each singular vector has either sign, those of equal singular values are turned into
    each other, and all of it is off by round-off.
    """
    svd = torch.linalg.svd
    generator = torch.Generator().manual_seed(0)

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
    printed = io.StringIO()
    expected = "raises-exception" in tags(cell) and not part_of(cell)
    lines = cell.source.splitlines(keepends=True)
    linecache.cache[name] = (len(cell.source), None, lines, name)
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
        rejects(check.source, *wrong_answers(starter, check), namespace)
    except AssertionError as fault:
        yield f"before cell {number} {fault}"
    except Exception as error:
        yield f"the check before cell {number} rejects the starter by {error!r}"
