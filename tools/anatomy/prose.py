"""The words of a chapter: how many there are, which to avoid, which numbers are typed."""

import re

NOT_PROSE = (
    r"(?s)```.*?```",  # code
    r"(?s)\$\$.*?\$\$(?: *\([\w:-]+\))?",  # displayed math and its label
    r"\$[^$]+\$",  # math
    r"\{[\w:-]+\}`[^`]*`",  # roles: citations and references
    r"`[^`]*`",  # code in a line
    r"^\s*:::.*$",  # directives
    r"^\s*:[\w-]+:.*$",  # and their options
    r"^\s*\|.*$",  # tables
    r"<[^>]*>",  # HTML
    r"\]\([^)]*\)",  # targets of links
)
TYPED = r"\d+\.\d+|\d+(?=\s*(?:%|dB\b|percent\b|times\b))"


def where(notebook, cell):
    """A cell by its number and its first line."""
    number = next(n for n, other in enumerate(notebook.cells) if other is cell)
    return f"cell {number} ({cell.source.strip().split(chr(10))[0][:50]!r})"


def prose(source):
    """The words of a Markdown cell as they are read aloud."""
    for pattern in NOT_PROSE:
        source = re.sub(pattern, " ", source, flags=re.MULTILINE)
    return source


def word_count(source):
    """How many words there are, a word being anything with a letter."""
    return len([word for word in prose(source).split() if re.search(r"[^\W\d_]", word)])


def words_are_chosen_well(notebook):
    """Nothing is simply, clearly or obviously so."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            for word in re.findall(
                r"\b(?:simply|clearly|obviously)\b", prose(cell.source), re.I
            ):
                yield f"{where(notebook, cell)} says {word!r}"


def numbers_are_generated(notebook):
    """Decimal numbers and percentages in prose come from a cell, or have a reason."""
    for cell in notebook.cells:
        look = cell.metadata.get("mystnb", {})
        words = [
            look.get("figure", {}).get("caption", ""),
            look.get("image", {}).get("alt", ""),
        ]
        words += [cell.source] if cell.cell_type == "markdown" else []
        found = {number for text in words for number in re.findall(TYPED, prose(text))}
        allowed = cell.metadata.get("typed", {})
        for number in sorted(found - set(allowed)):
            yield f"{where(notebook, cell)} has the number {number} typed into it"
        for number in sorted(set(allowed) - found):
            yield f"{where(notebook, cell)} allows the number {number}, which is not there"
        for number, reason in allowed.items():
            if word_count(reason) < 3:
                yield f"{where(notebook, cell)} allows {number} without a reason"
