"""A new chapter in the house's form, with everything in its place that a skeleton can have.

The linter, `notebooks.py check`, says what is still to be written.
"""

import template_texts as texts
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

KINDS = {"Compute": 5, "Derive": 10, "Break": 5, "Think": 5}  # with their minutes
LONG = (15, 20)  # the minutes of two exercises, in which one codes or trains
TO_TRY = ("nbval-skip", "raises-exception", "skip-execution")


def text(source, *tags):
    """A Markdown cell."""
    return new_markdown_cell(source, metadata={"tags": list(tags)} if tags else {})


def code(source, *tags, **metadata):
    """A code cell."""
    marks = {"tags": list(tags)} if tags else {}
    return new_code_cell(source, metadata={**marks, **metadata})


def figure(source, caption, name, *tags):
    """A folded cell that shows a figure."""
    look = {"figure": {"caption": caption, "name": name}, "image": {"alt": texts.ALT}}
    return code(source, *tags, fold="How this figure is made", mystnb=look)


def exercises(name, trains):
    """Six exercises, of which two are long: in a chapter on networks these train one."""
    kinds = [*KINDS.items(), *(("Train" if trains else "Code", n) for n in LONG)]
    return [
        cell
        for number, (kind, minutes) in enumerate(kinds, start=1)
        for cell in exercise(name, number, kind, minutes)
    ]


def exercise(name, number, kind, minutes):
    """The seven cells of an exercise."""
    label = f"ex-{name}-{number}"
    function = f"misfit_{number}"
    statement = texts.STATEMENT.format(label=label, kind=kind, minutes=minutes)
    check = texts.CHECK.format(function=function, seed=number)
    return [
        text(statement),
        code(texts.STARTER.format(function=function), "starter", *TO_TRY),
        code(check, "check", *TO_TRY, wrong=list(texts.WRONG)),
        text(texts.HINT, "hint"),
        text(texts.ANSWER.format(label=label), "solution"),
        code(texts.SOLUTION.format(function=function), "hide-input", "solution"),
        text(texts.INSIGHT, "solution"),
    ]


def about(needed):
    """The metadata of a chapter that needs these."""
    return {
        "claim": texts.CLAIM,
        "goals": list(texts.GOALS),
        "prerequisites": needed,
        "minutes_to_read": 45,
        "minutes_to_run": 1,
        "level": "second course",
    }


def three_lines(needed):
    """What the reader will do and needs, and how long it takes."""
    *first, last = (goal[0].lower() + goal[1:] for goal in texts.GOALS)
    links = [f"[chapter {int(stem[:2])}]({stem}.ipynb)" for stem in needed]
    return texts.THREE_LINES.format(
        goals=f"{', '.join(first)}, and {last}",
        needs=" and ".join(links) or "no other chapter",
        runs='<span class="runs-in">under a minute</span>',
    )


def beginning(name, title, needed):
    """The cells of the first screen: claim, set-up, a figure that responds, three lines."""
    return [
        text(f"# {title}\n\n*{texts.CLAIM}*"),
        code("", "colab", "nbval-skip", "remove-cell"),
        code(texts.IMPORTS, fold="Set-up"),
        code(texts.SET_UP, fold="Set-up"),
        figure(texts.OPENING, texts.ASKED, f"fig-{name}-opening", "opening"),
        text(three_lines(needed)),
    ]


def shown(name):
    """The cells with code of each section, each followed by a sentence that reads it."""
    drawing = figure("drawings.there_and_back()", texts.DRAWN, f"fig-{name}-drawing")
    photograph = figure(texts.PHOTOGRAPH, texts.SEEN, f"fig-{name}-photograph")
    return {
        "One measurement": [code(texts.MEASUREMENT)],
        "The idea on one small model": [
            drawing,
            text(texts.READ),
            code(texts.MODEL),
            code(texts.CHOICE, fold="Quick check"),
        ],
        "The idea in general": [
            code(texts.HOLDS, fold="Checked: regularising helps"),
            code(texts.TABLE, fold="The experiment"),
            text(texts.READ),
        ],
        "On a real image": [photograph, text(texts.READ)],
        "Where it breaks": [code(texts.NUMBER, fold="Quick check")],
    }


def skeleton(name, title, needed, trains=False):
    """A notebook in the house's form for a chapter that needs the chapters ``needed``.

    In a chapter on networks a reader ``trains`` some.
    """
    cells = beginning(name, title, needed)
    for heading, following in shown(name).items():
        words = texts.SECTIONS[heading].format(name=name)
        cells += [text(f"## {heading}\n\n{words}"), *following]
    cells += [text("## Exercises"), *exercises(name, trains)]
    cells += [text(texts.SUMMARY), text(texts.SOURCES)]
    for number, cell in enumerate(cells):
        cell.id = f"{name}-{number}"[-64:]
    return new_notebook(cells=cells, metadata={"chapter": about(needed)})
