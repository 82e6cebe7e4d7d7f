"""Whether a run repeats: no clock, local seeds, and a band for what is learned."""

import ast
import re

from normal_form import tags

from .cells import is_code
from .prose import where

CLOCKS = r"\bimport time\b|\btime\.|perf_counter|timeit|%%?time|datetime"
GLOBAL = r"torch\.manual_seed|np\.random\.(?!default_rng|Generator)"
DRAWS = {
    *("rand", "randn", "randint", "randperm"),
    *("normal", "bernoulli", "poisson", "multinomial"),
}


def no_clock_is_read(notebook):
    """Times come from committed tables."""
    for cell in notebook.cells:
        if is_code(cell) and (found := re.search(CLOCKS, cell.source)):
            yield f"{where(notebook, cell)} reads a clock: {found[0]}"


def draws(source):
    """The calls in some code that draw random numbers."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func).removeprefix("torch.")
            if name in DRAWS:
                yield node


def seeds_are_local(notebook):
    """Every draw names its generator."""
    for cell in filter(is_code, notebook.cells):
        if "colab" in tags(cell):
            continue
        if re.search(GLOBAL, cell.source):
            yield f"{where(notebook, cell)} uses the global generator"
        for draw in draws(cell.source):
            if "generator" not in {k.arg for k in draw.keywords}:
                yield f"{where(notebook, cell)} has no `generator=`: {ast.unparse(draw)}"


def learned_outputs_have_a_band(notebook):
    """What nbval does not compare is compared within a band, which is said."""
    for cell in filter(is_code, notebook.cells):
        ignored = "nbval-ignore-output" in tags(cell)
        banded = 0 < cell.metadata.get("band", 0) < 1
        if ignored != banded:
            yield f"{where(notebook, cell)} has `nbval-ignore-output` or a band, not both"
