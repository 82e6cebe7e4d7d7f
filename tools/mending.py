"""Texts in which chapters have new names: ``names`` holds the new stem of each old one."""

import json
import re

import nbformat
from anatomy.links import LINK, NUMBER
from normal_form import dumps

MENTION = re.compile(rf"{LINK.pattern}|(?<![\w-])\d\d-[a-z0-9-]+(?![\w-])")


def mended(text, names):
    """A text in which every chapter has its new name, and every link its new number."""

    def with_new_name(mention):
        whole = mention[0]
        words, stem, number = mention.groups()
        if stem is None:
            return names.get(whole, whole)
        if stem not in names:
            return whole
        new = names[stem]
        told = NUMBER.sub(
            lambda n: str(int(new[:2])) if int(n[0]) == int(number) else n[0], words
        )
        return f"[{told}]{whole[len(words) + 2 :].replace(stem, new)}"

    return MENTION.sub(with_new_name, text)


def mended_within(thing, names):
    """The same in every text that a piece of JSON holds, the keys of its tables too."""
    if isinstance(thing, str):
        return mended(thing, names)
    if isinstance(thing, list):
        return [mended_within(part, names) for part in thing]
    if isinstance(thing, dict):
        return {mended(k, names): mended_within(v, names) for k, v in thing.items()}
    return thing


def mended_notebook(text, names):
    """The text of a notebook with its Markdown cells and metadata mended; code is left."""
    notebook = nbformat.reads(text, as_version=4)
    before = dumps(notebook)
    for about in (notebook, *notebook.cells):
        kept = {k: v for k, v in about.metadata.items() if k == "widgets"}
        other = {k: v for k, v in about.metadata.items() if k != "widgets"}
        about.metadata = nbformat.from_dict({**mended_within(other, names), **kept})
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = mended(cell.source, names)
    after = dumps(notebook)
    return text if after == before else after


def mended_times(text, names):
    """The table of running times, sorted by the new names."""
    times = mended_within(json.loads(text), names)
    return json.dumps(times, indent=1, sort_keys=True) + "\n"
