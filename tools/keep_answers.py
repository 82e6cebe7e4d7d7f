"""Carry the answers of an older release into this one: nothing that was written is lost.

usage: python keep_answers.py OLD [NEW]

OLD is the folder with the notebooks that hold the answers; it is not changed. NEW is the
folder of the new release, and this one if none is named.

An answer follows the label of its exercise, also into another chapter. Cells of one's own
follow the cell below which they stood. Of a changed cell of the book the new version
stands, and the old one is kept below it as text. What finds no place is in
`kept-answers.ipynb`. A second call changes nothing.

Only the standard library is needed. What a release wrote it knows by the table `released`
in the metadata of a notebook: the id of each cell, and a hash of its text.
"""

import hashlib
import json
import re
import sys
from pathlib import Path

HOMELESS = "kept-answers.ipynb"
LABEL = re.compile(r"^:::\{exercise\}.*\n:label: (ex-[\w-]+)")
KEPT = "**From the earlier release.** {}\n\n{}"
EDITED = "Your version of the cell above:"
SECOND = "Another answer of yours to this exercise:"
STARTER = "The starter of this release differs from the one that you answered. It is now:"


def text_of(cell):
    """The source of a cell as one text."""
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(source)


def mark(text):
    """A short hash of a text, whatever its line ends and the blanks behind it."""
    lines = "\n".join(text.splitlines()).rstrip()
    return hashlib.sha256(lines.encode(errors="replace")).hexdigest()[:16]


def stamped(notebook):
    """The table of what a release wrote: a hash for the id of each cell."""
    return {cell["id"]: mark(text_of(cell)) for cell in notebook["cells"]}


def is_starter(cell):
    """Whether an answer is written into this cell."""
    return "starter" in cell.get("metadata", {}).get("tags", ())


def labelled(cells):
    """Each cell with the label of the exercise that it stands in or after; "" before."""
    label = ""
    for cell in cells:
        found = LABEL.match(text_of(cell))
        label = found[1] if found else label
        yield label, cell


def read(folder):
    """The notebooks of a folder by their names, and a sentence for each unreadable one."""
    found = {}
    faults = []
    for path in sorted(folder.glob("*.ipynb")):
        try:
            notebook = json.loads(path.read_text(encoding="utf-8-sig"))
            if not all(isinstance(cell, dict) for cell in notebook["cells"]):
                raise ValueError
        except (OSError, ValueError, KeyError, TypeError):
            faults.append(
                f"{path} cannot be read as a notebook; nothing was taken from it."
            )
        else:
            found[path.name] = notebook
    return found, faults


def written(notebook):
    """What a student wrote: (kind, label, ids before it, cell), in order.

    The kinds are "answer", "edited" and "own". Without the table of a release only answers
    can be told from the text of the book.
    """
    released = notebook.get("metadata", {}).get("released")
    before = []
    for label, cell in labelled(notebook["cells"]):
        name = cell.get("id")
        ours = released is None or name in released
        changed = released is None or released.get(name) != mark(text_of(cell))
        changed = changed and text_of(cell).strip()
        if changed and is_starter(cell) and label:
            yield "answer", label, list(before), cell
        elif changed and released is not None:
            yield "edited" if ours else "own", label, list(before), cell
        if ours and name:
            before.append(name)


class Release:
    """The notebooks of a new release, into which cells are put."""

    def __init__(self, notebooks):
        self.notebooks = notebooks
        self.changed = set()
        self.homeless = []
        self.said = []

    def place_of(self, name):
        """The name of the notebook and the position of the cell with an id, or None."""
        for file, notebook in self.notebooks.items():
            for position, cell in enumerate(notebook["cells"]):
                if cell.get("id") == name:
                    return file, position
        return None

    def starter_of(self, label):
        """The name of the notebook and the starter of an exercise, or None."""
        for file, notebook in self.notebooks.items():
            for found, cell in labelled(notebook["cells"]):
                if found == label and is_starter(cell):
                    return file, cell
        return None

    def put_below(self, names, cell):
        """Put a cell below the last of the cells with these ids, behind what is kept there.

        A cell that is there already, from an earlier call, is not put there again.
        """
        if self.place_of(cell["id"]):
            return
        places = [place for place in map(self.place_of, reversed(names)) if place]
        if not places:
            self.homeless.append(cell)
            return
        file, position = places[0]
        cells = self.notebooks[file]["cells"]
        while position + 1 < len(cells) and "kept" in cells[position + 1]["metadata"]:
            position += 1
        cells.insert(position + 1, cell)
        self.changed.add(file)

    def answer(self, label, before, cell, old):
        """Put an answer into the starter of its exercise."""
        place = self.starter_of(label)
        if place is None:
            self.homeless.append(kept(cell, label, f"# {label}\n{text_of(cell)}"))
            self.said.append(f"{label}: gone from this release; your answer: {HOMELESS}.")
            return
        file, starter = place
        released = self.notebooks[file]["metadata"].get("released", {})
        now = mark(text_of(starter))
        then = mark(text_of(cell))
        if then in (now, released.get(starter["id"])):
            return
        if now != released.get(starter["id"], now):
            self.put_below([starter["id"]], note(cell, SECOND, label))
            self.said.append(f"{label}: answered here, too. The older answer stands below.")
            return
        first = old.get(cell.get("id"))
        asked = text_of(starter)
        starter["source"] = text_of(cell)
        self.changed.add(file)
        self.said.append(f"{label}: kept.")
        if first not in (None, now):
            self.put_below([starter["id"]], note({**cell, "source": asked}, STARTER, label))
            self.said.append(f"{label}: its starter has changed. The new one stands below.")


def kept(cell, key, source, kind=None):
    """A cell of the new release that holds what was kept, without outputs."""
    kind = kind or cell.get("cell_type", "code")
    name = f"kept-{mark(key + source + str(cell.get('id')))}"
    new = {"id": name, "cell_type": kind, "metadata": {"kept": True}, "source": source}
    if "attachments" in cell and kind == "markdown":
        new["attachments"] = cell["attachments"]
    return {**new, "execution_count": None, "outputs": []} if kind == "code" else new


def note(cell, sentence, key):
    """What was kept, as a text that does not run."""
    source = text_of(cell)
    if cell.get("cell_type") == "code":
        ticks = "`" * (1 + max(map(len, re.findall("`+", source)), default=2))
        source = f"{ticks}python\n{source}\n{ticks}"
    return kept(cell, key, KEPT.format(sentence, source), "markdown")


def carry(old, new):
    """Carry what students wrote from notebooks into those of a new release, in place."""
    release = Release(new)
    for file, notebook in old.items():
        released = notebook.get("metadata", {}).get("released")
        if file == HOMELESS:
            release.homeless += [c for c in notebook["cells"] if text_of(c).strip()]
            continue
        if released is None:
            release.said.append(
                f"{file}: an early release; answers are kept, notes are not."
            )
        for kind, label, before, cell in written(notebook):
            if kind == "answer":
                release.answer(label, before, cell, released or {})
            elif kind == "own":
                release.put_below(before, kept(cell, "own", text_of(cell)))
            elif mark(text_of(cell)) != now_at(release, cell["id"]):
                release.put_below([*before, cell["id"]], note(cell, EDITED, "edited"))
    return release


def now_at(release, name):
    """The hash of the text of the cell with an id in the new release, or None."""
    place = release.place_of(name)
    return mark(text_of(release.notebooks[place[0]]["cells"][place[1]])) if place else None


def write(path, notebook):
    """Write a notebook whole or not at all."""
    draft = path.with_name(path.name + ".draft")
    text = json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False)
    draft.write_text(text + "\n", encoding="utf-8", newline="\n")
    draft.replace(path)


def add_homeless(folder, release):
    """Add cells to the notebook of those without a place, each of them once."""
    like = next(iter(release.notebooks.values()))
    metadata = {k: v for k, v in like["metadata"].items() if k != "released"}
    empty = {**like, "metadata": metadata, "cells": []}
    notebook = read(folder)[0].get(HOMELESS, empty)
    there = {cell.get("id") for cell in notebook["cells"]}
    notebook["cells"] += [cell for cell in release.homeless if cell.get("id") not in there]
    write(folder / HOMELESS, notebook)
    release.said.append(f"What has no place in this release is in {HOMELESS}.")


def both(old, new):
    """The notebooks of two folders, and a sentence for each file that is not read.

    Raises: ValueError for folders that hold no notebooks, or are one and the same.
    """
    if old.resolve() == new.resolve():
        raise ValueError(
            f"{old} is the new release itself: name the folder of the old one."
        )
    before, faults = read(old)
    after, more = read(new)
    after.pop(HOMELESS, None)
    for folder, found in ((old, before or faults), (new, after)):
        if not found:
            raise ValueError(f"There are no notebooks in {folder}.")
    return before, after, faults + more


def main(old, new):
    """Carry the answers from one folder into another and say so; how many files failed."""
    before, after, faults = both(old, new)
    release = carry(before, after)
    for file in sorted(release.changed):
        write(new / file, after[file])
    if release.homeless:
        add_homeless(new, release)
    for line in [*faults, *release.said]:
        print(line)
    return len(faults)


if __name__ == "__main__":
    if not 2 <= len(sys.argv) <= 3 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    try:
        sys.exit(
            main(Path(sys.argv[1]), Path(*sys.argv[2:] or [Path(__file__).parent])) > 0
        )
    except ValueError as error:
        sys.exit(str(error))
