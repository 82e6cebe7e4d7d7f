"""Move, rename and insert chapters: everything that names a chapter by its file follows.

A chapter is called by its file's stem, ``03-some-name``: two digits that say its place, and
a name. When one moves, those between make room, and the new names go into links, the
prerequisites, the table of contents, the README, the running times and the programs. All
new texts are there before the first is written.
"""

import re
from collections import Counter

import contents
from anatomy.exercise_rules import NETWORKS
from book_files import chapters, notebooks
from mending import mended, mended_notebook, mended_times
from normal_form import dumps, normalise
from template import skeleton

TOC = "_toc.yml"
README = "README.md"
RUNTIMES = "book/runtimes.json"
PROSE = ("*.md", "book/*.md")
PROGRAMS = ("tools", "tests", "studies", "benchmarks", "course_utils", ".github", ".ci")
SUFFIXES = {".py", ".js", ".yml"}
NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
SPOKEN = re.compile(r"\bchapters? \d+(?:(?:, | and | to | or )\d+)*", re.IGNORECASE)


def programs(root):
    """The files of code that may name a chapter."""
    for folder in PROGRAMS:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in SUFFIXES and path.is_file():
                yield path


def renamed(root, names, toc):
    """The new texts of all files that change, by path, when chapters get new names.

    ``names`` holds the new stem of each stem that changes, ``toc`` the table of contents
    in its new order, with the old names.
    """
    texts = {TOC: mended(toc, names)}
    for path in notebooks(root):
        new = f"book/{names.get(path.stem, path.stem)}.ipynb"
        texts[new] = mended_notebook(text_of(path), names)
    for path in (path for pattern in PROSE for path in sorted(root.glob(pattern))):
        texts[relative(path, root)] = mended(text_of(path), names)
    texts[README] = contents.sorted_rows(texts[README])
    texts[RUNTIMES] = mended_times(text_of(root / RUNTIMES), names)
    for path in programs(root):
        texts[relative(path, root)] = mended(text_of(path), names)
    return changed(root, texts)


def changed(root, texts):
    """Those of the texts that are not there already."""
    return {
        name: text
        for name, text in texts.items()
        if not (root / name).exists() or text_of(root / name) != text
    }


def text_of(path):
    """The text of a file."""
    return path.read_bytes().decode("utf-8")


def relative(path, root):
    """The path of a file below the root, with slashes."""
    return path.relative_to(root).as_posix()


def numbered(stems, own):
    """The new stem of each chapter that gets one, when chapters stand in this order."""
    new = {
        stem: f"{number:02d}-{own.get(stem, stem[3:])}"
        for number, stem in enumerate(stems, start=1)
    }
    return {stem: name for stem, name in new.items() if stem != name}


def contents_of(root):
    """The table of contents, which has to hold the chapters of the folder."""
    top, parts = contents.parts_of(text_of(root / TOC))
    found = [path.stem for path in chapters(root)]
    refuse(
        found != contents.order(parts),
        f"_toc.yml has the chapters {contents.order(parts)}, the folder {found}",
    )
    return top, parts


def move(root, chapter, number, *, name=None, part=None):
    """What changes when a chapter gets a number, and a name if one is given.

    Returns the new texts by path, and the new stem of each chapter that gets one.
    """
    top, parts = contents_of(root)
    stems = contents.order(parts)
    refuse(chapter not in stems, f"{chapter!r} is none of the chapters {', '.join(stems)}")
    refuse(not 1 <= number <= len(stems), f"the numbers are 1 to {len(stems)}")
    refuse_name(name or chapter[3:], set(stems) - {chapter})
    if part or stems[number - 1] != chapter:
        beside = stems[number - 1]
        contents.take_out(parts, chapter)
        contents.put_in(parts, chapter, number, beside=beside, caption=part)
    names = numbered(contents.order(parts), {chapter: name or chapter[3:]})
    return renamed(root, names, contents.joined(top, parts)), names


def insert(root, name, number, *, title=None, part=None):
    """What changes when a chapter of the house's form is inserted; as `move` returns it."""
    top, parts = contents_of(root)
    stems = contents.order(parts)
    refuse(not 1 <= number <= len(stems) + 1, f"the numbers are 1 to {len(stems) + 1}")
    refuse_name(name, stems)
    new = f"{number:02d}-{name}"
    beside = stems[min(number, len(stems)) - 1]
    contents.put_in(parts, new, number, beside=beside, caption=part)
    names = numbered(contents.order(parts), {})
    texts = renamed(root, names, contents.joined(top, parts))
    title = title or name.replace("-", " ").capitalize()
    readme = contents.with_row(texts.get(README, text_of(root / README)), new, title)
    texts[README] = contents.sorted_rows(readme)
    before = stems[number - 2 : number - 1] if number > 1 else []
    made = skeleton(name, title, before, trains=number in NETWORKS)
    texts[f"book/{new}.ipynb"] = dumps(normalise(made))
    return texts, names


def refuse(wrong, reason):
    """Raise a ValueError with a reason if something is wrong."""
    if wrong:
        raise ValueError(reason)


def refuse_name(name, stems):
    """A chapter's name is lower-case words with hyphens, and no other chapter has it."""
    refuse(not NAME.fullmatch(name), f"{name!r} is no name such as a-good-name")
    taken = name in {stem[3:] for stem in stems}
    refuse(taken, f"another chapter has the name {name!r}")


def gone(names):
    """The files that are no longer there when chapters have new names."""
    return [f"book/{stem}.ipynb" for stem in names]


def report(root, texts, names):
    """What changes, in lines for the reader."""
    old_files = {f"book/{new}.ipynb": f"book/{old}.ipynb" for old, new in names.items()}
    for old, new in sorted(names.items()):
        yield f"{old} becomes {new}"
    for name, text in sorted(texts.items()):
        before = root / old_files.get(name, name)
        if not before.exists():
            yield f"{name} is new"
            continue
        lines = Counter(text.splitlines()) - Counter(text_of(before).splitlines())
        yield f"{name}, lines changed: {lines.total()}"


def left_to_the_author(root, names):
    """Where a program speaks of a chapter that moves: only names of files are mended."""
    numbers = {int(stem[:2]) for stem in names}
    for path in programs(root):
        for number, line in enumerate(text_of(path).splitlines(), start=1):
            for said in SPOKEN.findall(line):
                if numbers & set(map(int, re.findall(r"\d+", said))):
                    place = f"{relative(path, root)}, line {number}"
                    yield f"{place} says {said!r}: mend it by hand"
