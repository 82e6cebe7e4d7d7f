"""A new chapter in the house's form, with everything in its place that a skeleton can have.

The linter, `notebooks.py check`, says what is still missing.
"""

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

CLAIM = "To be written: one sentence that the chapter tests."
GOALS = ("See what the measurement does", "Derive the estimate", "Say where it breaks")
KINDS = ("Compute", "Code", "Break", "Think")
TO_TRY = ("nbval-skip", "raises-exception", "skip-execution")
HEAD = """# {title}

*{claim}*

**You will** {goals}.
**You need** {needs}.
**Runs in** <span class="runs-in">under a minute</span> on two CPU cores."""
IMPORTS = """import torch
from course_utils import noise, signals
from course_utils.linear import Matrix
from course_utils.metrics import relative_error
from course_utils.operators import Blur"""
MEASUREMENT = """f = signals.boxcar(64)
sigma = 0.01
H = Matrix.of(Blur(signals.gaussian_psf(width=2), f.shape, "zero"))
g = H(f) + noise.gaussian(f, sigma, noise.seeded(0))"""
ESTIMATE = """lam = 1e-3
f_naive = H.spectral_inverse(lambda s: 1 / s, g)
f_hat = H.spectral_inverse(lambda s: s / (s**2 + lam), g)
assert relative_error(f_hat, f) < relative_error(f_naive, f)"""
SECTIONS = {
    "One measurement": "To be written: a problem that one can draw, and the figure that "
    "hurts. The data come from the same $H$ as the estimates.",
    "The idea on one small model": "To be written: drawing, equation, the same line of "
    "code, figure, and the sentence that reads it.\n\n"
    "$$ g = Hf + \\varepsilon . $$ (eq-{name})",
    "The idea in general": "To be written: the formula for any $H$.",
    "On a real image": "To be written: restorations side by side.",
    "Where it breaks": "To be written: change the noise, the operator or the image until "
    "it fails.",
}
STATEMENT = """:::{{exercise}} Write this exercise
:label: {label}

*{kind}.* Return the number of data.
:::"""
STARTER = "def {function}(g):\n    ..."
CHECK = """answer = {function}(torch.zeros(3))
assert answer is not None, "nothing has been returned yet"
assert answer == 3, "count the entries of g" """.rstrip()
HINT = ":::{admonition} Hint\n:class: dropdown\n\nA tensor knows its length.\n:::"
ANSWER = ":::{{solution}} {label}\n:class: dropdown\n\nIt is the length of $g$.\n:::"
SOLUTION = "def {function}(g):\n    return len(g)"
SUMMARY = """## Summary

To be written: three to five sentences.

| equation | line of code |
|---|---|
| $g = Hf + \\varepsilon$ | `g = H(f) + eps` |"""
SOURCES = "## Sources\n\nTo be written: what came from whom {cite}`mohammaddjafari2023`."


def text(source, *tags):
    """A Markdown cell."""
    return new_markdown_cell(source, metadata={"tags": list(tags)} if tags else {})


def code(source, *tags):
    """A code cell."""
    return new_code_cell(source, metadata={"tags": list(tags)} if tags else {})


def exercise(name, kind):
    """The seven cells of an exercise."""
    label = f"ex-{name}-{kind.lower()}"
    function = f"count_{kind.lower()}"
    return [
        text(STATEMENT.format(label=label, kind=kind)),
        code(STARTER.format(function=function), "starter", *TO_TRY),
        code(CHECK.format(function=function), "check", *TO_TRY),
        text(HINT, "hint"),
        text(ANSWER.format(label=label), "solution"),
        code(SOLUTION.format(function=function), "hide-input", "solution"),
        text("To be written: one sentence of insight.", "solution"),
    ]


def about(needed):
    """The metadata of a chapter that needs these."""
    return {
        "claim": CLAIM,
        "goals": list(GOALS),
        "prerequisites": needed,
        "minutes_to_read": 45,
        "minutes_to_run": 1,
        "level": "second course",
    }


def head(title, needed):
    """The first cell: title, claim, what the reader will do, and needs."""
    *first, last = (goal[0].lower() + goal[1:] for goal in GOALS)
    links = [f"[chapter {int(stem[:2])}]({stem}.ipynb)" for stem in needed]
    return HEAD.format(
        title=title,
        claim=CLAIM,
        goals=f"{', '.join(first)}, and {last}",
        needs=" and ".join(links) or "no other chapter",
    )


def skeleton(name, title, needed):
    """A notebook in the house's form for a chapter that needs the chapters ``needed``."""
    cells = [
        text(head(title, needed)),
        code("", "colab", "nbval-skip", "remove-cell"),
        code(IMPORTS),
        code("torch.set_default_dtype(torch.float64)"),
    ]
    for heading, words in SECTIONS.items():
        cells.append(text(f"## {heading}\n\n{words.format(name=name)}"))
        if heading == "One measurement":
            cells.append(code(MEASUREMENT))
        elif heading == "The idea in general":
            cells.append(code(ESTIMATE))
    cells.append(text("## Exercises"))
    cells += [cell for kind in KINDS for cell in exercise(name, kind)]
    cells += [text(SUMMARY), text(SOURCES)]
    for number, cell in enumerate(cells):
        cell.id = f"{name}-{number}"[-64:]
    return new_notebook(cells=cells, metadata={"chapter": about(needed)})
