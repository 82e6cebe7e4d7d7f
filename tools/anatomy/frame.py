"""How a chapter begins and ends: what it says of itself, set-up, summary and sources."""

import re

from normal_form import tags

from .cells import chapter_cells, is_code, lines
from .exercises import exercises, of_exercises
from .prose import where

LEVELS = {"first course", "second course", "research"}
MINUTES = ("minutes_to_read", "minutes_to_run")
EXPECTED = {"claim", "goals", "prerequisites", "level", *MINUTES}
MOST_IMPORTS = 10  # lines
COLAB_TAGS = {"colab", "remove-cell", "nbval-skip"}
VERB = re.compile(r"(?!an? |the )[A-Za-z][a-z-]+ ", re.IGNORECASE)
SUMMARY = r"^\|[^|]*equation[^|]*\|[^|]*code[^|]*\|\n\|[-: |]+\|\n((?:\|.*\n?)+)"
TO_WRITE = re.compile(r"To be written: ([^.\n]+)")


def metadata_is_complete(notebook):
    """Claim, three goals, prerequisites, minutes and level."""
    chapter = notebook.metadata.get("chapter", {})
    if set(chapter) != EXPECTED:
        yield f"metadata `chapter` has {sorted(chapter)}, expected {sorted(EXPECTED)}"
        return
    goals = chapter["goals"]
    if len(goals) != 3 or not all(map(VERB.match, goals)):
        yield "metadata has not three goals that each begin with a verb"
    if chapter["level"] not in LEVELS:
        yield f"level {chapter['level']!r} is not one of {sorted(LEVELS)}"
    for key in MINUTES:
        if type(chapter[key]) is not int or chapter[key] < 1:
            yield f"{key} is {chapter[key]!r}, not a whole number of minutes"


def imports_stand_in_one_cell(notebook):
    """At most ten lines of imports, in one cell."""
    cells = [c for c in chapter_cells(notebook) if is_code(c)]
    found = [c for c in cells if re.search(r"^\s*(import|from) ", c.source, re.MULTILINE)]
    if len(found) != 1:
        yield f"{len(found)} cells import something, expected one"
    elif len(lines(found[0])) > MOST_IMPORTS:
        yield f"the imports take {len(lines(found[0]))} lines, at most {MOST_IMPORTS}"


def colab_cell_is_there(notebook):
    """The first code cell installs the package on Colab."""
    first = next((cell for cell in notebook.cells if is_code(cell)), None)
    if first is None or not tags(first) >= COLAB_TAGS:
        yield f"the first code cell has not the tags {sorted(COLAB_TAGS)}"


def nothing_is_left_to_write(notebook):
    """Of the words with which a new chapter begins, its author has replaced all."""
    inside = of_exercises(notebook)
    for position, cell in enumerate(notebook.cells):
        if position not in inside and left_to_write([cell]):
            yield f"{where(notebook, cell)} waits for {left_to_write([cell])}"
    for number, exercise in enumerate(exercises(notebook), 1):
        left = left_to_write([notebook.cells[position] for position in exercise.positions])
        if left:
            yield f"exercise {number} waits for {left}"


def left_to_write(cells):
    """What the cells still wait for, in the words of their skeleton."""
    looks = [cell.metadata.get("mystnb", {}) for cell in cells]
    words = [cell.source for cell in cells]
    words += [look.get("figure", {}).get("caption", "") for look in looks]
    words += [look.get("image", {}).get("alt", "") for look in looks]
    return "; ".join(TO_WRITE.findall("\n".join(words)))


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
        yield "the last cell cites no source"
