"""What every chapter looks like: each rule takes a notebook and yields what is wrong, in words.

Prose is the text of Markdown cells outside the exercises, without math, code, tables, links and
directives. A code line is a line that is not blank, in a code cell outside the exercises.
"""

import ast
import re
from statistics import median

from normal_form import WIDGET_VIEW, tags, widget_models

from .exercises import are_complete, of_exercises
from .links import chapter_mentions_are_links, needs_are_linked
from .prose import numbers_are_generated, where, word_count, words_are_chosen_well

LEVELS = {"first course", "second course", "research"}
COLAB_TAGS = {"colab", "remove-cell", "nbval-skip"}
VERB = r"(?!An? |The |How |Why |What )[A-Za-z][a-z-]+ "
CLOCKS = r"\bimport time\b|\btime\.|perf_counter|timeit|%%?time|datetime"
PLOTTING = r"\b(?:plots|plt|axs?|axes|fig)(?:\[\w+\])?\."
SUMMARY = r"^\|[^|]*equation[^|]*\|[^|]*code[^|]*\|\n\|[-: |]+\|\n((?:\|.*\n?)+)"
DRAWS = {
    "rand",
    "randn",
    "randint",
    "randperm",
    "normal",
    "bernoulli",
    "poisson",
    "multinomial",
}
ITALICS = re.compile(r"([*_])(?!\1)(.+?[.!?])\1")


def is_code(cell):
    return cell.cell_type == "code"


def chapter_cells(notebook):
    """The cells outside the exercises, without the generated Colab cell."""
    inside = of_exercises(notebook)
    return [
        cell
        for position, cell in enumerate(notebook.cells)
        if position not in inside and "colab" not in tags(cell)
    ]


def lines(cell):
    """The code lines of a cell."""
    return [line for line in cell.source.splitlines() if line.strip()]


def code_lines(notebook):
    """The code lines of each code cell outside the exercises."""
    return [lines(cell) for cell in chapter_cells(notebook) if is_code(cell)]


def metadata_is_complete(notebook):
    """Claim, three goals, prerequisites, minutes and level."""
    chapter = notebook.metadata.get("chapter", {})
    expected = {
        "claim",
        "goals",
        "prerequisites",
        "minutes_to_read",
        "minutes_to_run",
        "level",
    }
    if set(chapter) != expected:
        yield f"metadata `chapter` has {sorted(chapter)}, expected {sorted(expected)}"
        return
    goals = chapter["goals"]
    if len(goals) != 3 or not all(
        re.match(r"(?!an? |the )[A-Za-z][a-z-]+ ", g, re.I) for g in goals
    ):
        yield "there are three goals, each beginning with a verb"
    if chapter["level"] not in LEVELS:
        yield f"level {chapter['level']!r} is not one of {sorted(LEVELS)}"
    for key in ("minutes_to_read", "minutes_to_run"):
        if type(chapter[key]) is not int or chapter[key] < 1:
            yield f"{key} is a whole number of minutes, not {chapter[key]!r}"


def head_states_the_claim(notebook):
    """Title, then the claim in italics, then what the reader will do, needs, and waits."""
    paragraphs = notebook.cells[0].source.split("\n\n")
    claim = ITALICS.fullmatch(paragraphs[1].strip()) if len(paragraphs) > 1 else None
    if not re.match(r"# \S", paragraphs[0]):
        yield "the first cell begins with the title"
    if not claim:
        yield "the second paragraph is the claim, one sentence in italics"
    elif claim[2] != notebook.metadata.get("chapter", {}).get("claim"):
        yield "the claim on the page is not the claim in the metadata"
    for words in ("You will", "You need", "Runs in", '<span class="runs-in">'):
        if words not in notebook.cells[0].source:
            yield f"the first cell does not say {words!r}"


def imports_stand_in_one_cell(notebook):
    """At most six lines of imports, in one cell."""
    cells = [c for c in chapter_cells(notebook) if is_code(c)]
    found = [c for c in cells if re.search(r"^\s*(import|from) ", c.source, re.MULTILINE)]
    if len(found) != 1:
        yield f"{len(found)} cells import something, expected one"
    elif len(lines(found[0])) > 6:
        yield f"the imports take {len(lines(found[0]))} lines, at most 6"


def colab_cell_is_there(notebook):
    """The first code cell installs the package on Colab."""
    first = next((cell for cell in notebook.cells if is_code(cell)), None)
    if first is None or not tags(first) >= COLAB_TAGS:
        yield f"the first code cell has the tags {sorted(COLAB_TAGS)}"


def length_is_within_budget(notebook):
    """1,800 to 2,800 words, and at least ten of them for each line of code."""
    markdown = [c for c in chapter_cells(notebook) if c.cell_type == "markdown"]
    words = sum(word_count(cell.source) for cell in markdown)
    code = sum(map(len, code_lines(notebook)))
    if not 1800 <= words <= 2800:
        yield f"{words} words of prose, expected 1800 to 2800"
    if words < 10 * code:
        yield f"{words} words for {code} lines of code, expected ten words for a line"


def code_is_within_budget(notebook):
    """15 to 25 cells with a median of at most 5 lines; no cell of more than 15; few plot lines."""
    cells = code_lines(notebook)
    if not 15 <= len(cells) <= 25:
        yield f"{len(cells)} code cells outside the exercises, expected 15 to 25"
    if cells and median(map(len, cells)) > 5:
        yield f"the median cell has {median(map(len, cells))} lines, at most 5"
    for cell in notebook.cells:
        if is_code(cell) and "colab" not in tags(cell) and len(lines(cell)) > 15:
            yield f"{where(notebook, cell)} has {len(lines(cell))} lines, at most 15"
    flat = [line for cell in cells for line in cell]
    plotting = [line for line in flat if re.search(PLOTTING, line)]
    if len(plotting) > 0.1 * len(flat):
        yield f"{len(plotting)} of {len(flat)} code lines are plotting, at most a tenth"


def no_clock_is_read(notebook):
    """Times come from committed tables."""
    for cell in notebook.cells:
        if is_code(cell) and (found := re.search(CLOCKS, cell.source)):
            yield f"{where(notebook, cell)} reads a clock: {found[0]}"


def seeds_are_local(notebook):
    """Every draw names its generator."""
    for cell in filter(is_code, notebook.cells):
        if "colab" in tags(cell):
            continue
        if re.search(
            r"torch\.manual_seed|np\.random\.(?!default_rng|Generator)", cell.source
        ):
            yield f"{where(notebook, cell)} uses the global generator"
        for call in (
            n for n in ast.walk(ast.parse(cell.source)) if isinstance(n, ast.Call)
        ):
            name = ast.unparse(call.func).removeprefix("torch.")
            if name in DRAWS and "generator" not in {k.arg for k in call.keywords}:
                yield f"{where(notebook, cell)} draws without `generator=`: {ast.unparse(call)}"


def pictures(notebook):
    """The cells with an image in their output, and whether that is the twin of a widget."""
    for cell in filter(is_code, notebook.cells):
        shown = [o.get("data", {}) for o in cell.outputs]
        if any("image/png" in data or "image/svg+xml" in data for data in shown):
            yield cell, any(WIDGET_VIEW in data for data in shown)


def pictures_are_described(notebook):
    """Alternative text of 15 to 50 words; a caption and a name for a figure that stands still."""
    names = []
    for cell, responds in pictures(notebook):
        look = cell.metadata.get("mystnb", {})
        words = len(look.get("image", {}).get("alt", "").split())
        if not 15 <= words <= 50:
            yield f"{where(notebook, cell)} has an alt text of {words} words, expected 15 to 50"
        if not responds and not {"caption", "name"} <= set(look.get("figure", {})):
            yield f"{where(notebook, cell)} has no caption or no name"
        names += [look["figure"]["name"]] if look.get("figure", {}).get("name") else []
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"two figures have the name {name!r}"


def one_figure_responds(notebook):
    """A widget with its still twin and its model."""
    models = widget_models(notebook)
    data = [o.get("data", {}) for c in notebook.cells for o in c.get("outputs", [])]
    views = [d for d in data if WIDGET_VIEW in d]
    if not views:
        yield "no figure responds"
    for view in views:
        if "image/png" not in view:
            yield "a responding figure has no still twin"
        if view[WIDGET_VIEW]["model_id"] not in models:
            yield "the model of a responding figure is not in the notebook"


def outputs_are_read(notebook):
    """Each figure or number is followed by a sentence; no output depends on the run."""
    inside = of_exercises(notebook)
    for position, cell in enumerate(notebook.cells):
        following = notebook.cells[position + 1 : position + 2]
        if not is_code(cell) or not cell.outputs:
            continue
        if position not in inside and not any(c.cell_type == "markdown" for c in following):
            yield f"{where(notebook, cell)} is not followed by a sentence that reads its output"
        texts = [
            o.get("text", o.get("data", {}).get("text/plain", "")) for o in cell.outputs
        ]
        if re.search(r"\b0x[0-9a-f]{6,}", "".join(texts)):
            yield f"{where(notebook, cell)} shows an address in memory"


def learned_outputs_have_a_band(notebook):
    """What nbval does not compare is compared within a band, which is said."""
    for cell in filter(is_code, notebook.cells):
        if ("nbval-ignore-output" in tags(cell)) != (0 < cell.metadata.get("band", 0) < 1):
            yield f"{where(notebook, cell)} has one of `nbval-ignore-output` and a band below 1"


def summary_and_sources_close_the_chapter(notebook):
    """A table of equations and lines of code; last, what came from whom."""
    markdown = [c.source for c in chapter_cells(notebook) if c.cell_type == "markdown"]
    tables = re.findall(SUMMARY, "\n".join(markdown), re.IGNORECASE | re.MULTILINE)
    rows = [row for table in tables for row in table.splitlines()]
    if not rows:
        yield "no table has the columns equation and line of code"
    for row in rows:
        if row.count("$") < 2 or row.count("`") < 2:
            yield f"a row of the summary lacks its equation or its code: {row}"
    if not markdown or "{cite" not in markdown[-1]:
        yield "the last cell cites the sources"


RULES = [
    metadata_is_complete,
    head_states_the_claim,
    imports_stand_in_one_cell,
    colab_cell_is_there,
    length_is_within_budget,
    code_is_within_budget,
    words_are_chosen_well,
    chapter_mentions_are_links,
    needs_are_linked,
    numbers_are_generated,
    no_clock_is_read,
    seeds_are_local,
    pictures_are_described,
    one_figure_responds,
    outputs_are_read,
    learned_outputs_have_a_band,
    are_complete,
    summary_and_sources_close_the_chapter,
]


def complaints(notebook):
    """What every rule says against a chapter, in sentences."""
    for rule in RULES:
        yield from rule(notebook)
