"""The order of the chapters: the parts in `_toc.yml`, and the table in the README."""

import re
from dataclasses import dataclass, field

FILE = re.compile(r"      - file: (\S+)\n")
CHAPTER = re.compile(r"book/(\d\d-[\w-]+)")
CAPTION = re.compile(r"  - caption: (.*)\n")
ROW = re.compile(
    r"^\| (\d+) \| \[[^\]]*\]\(book/((\d\d)-[\w-]+)\.ipynb\) \|.*\n", re.MULTILINE
)
NEW_PART = "  - caption: {}\n    numbered: true\n    chapters:\n"


@dataclass
class Part:
    """A part of the book: the lines above its files, and the files."""

    head: str
    files: list[str] = field(default_factory=list)

    @property
    def caption(self):
        """The title of the part."""
        return CAPTION.match(self.head)[1]

    @property
    def chapters(self):
        """The numbered chapters of the part."""
        return [found[1] for file in self.files if (found := CHAPTER.fullmatch(file))]


def parts_of(text):
    """What stands above the parts, and the parts, of a table of contents."""
    top, mark, rest = text.partition("parts:\n")
    parts = []
    for line in rest.splitlines(keepends=True):
        if CAPTION.match(line):
            parts.append(Part(line))
        elif file := FILE.fullmatch(line):
            parts[-1].files.append(file[1])
        else:
            parts[-1].head += line
    if not mark or joined(top, parts) != text:
        raise ValueError("_toc.yml is not a list of parts, each with a list of files")
    return top, parts


def joined(top, parts):
    """The text of a table of contents, without parts that have no file left."""
    lines = [top, "parts:\n"]
    for part in parts:
        if part.files:
            lines += [part.head, *(f"      - file: {file}\n" for file in part.files)]
    return "".join(lines)


def order(parts):
    """The chapters in the order of reading."""
    return [stem for part in parts for stem in part.chapters]


def part_with(parts, stem):
    """The part that a chapter stands in."""
    return next(part for part in parts if stem in part.chapters)


def take_out(parts, stem):
    """Remove a chapter from its part."""
    part_with(parts, stem).files.remove(f"book/{stem}")


def put_in(parts, stem, number, *, beside, caption=None):
    """Make a chapter the one with a number, in the part with a caption.

    Without a caption it goes to the part of ``beside``, the chapter that had the number.
    """
    others = order(parts)
    if caption is None:
        part = part_with(parts, beside)
    else:
        named = [p for p in parts if f"{p.caption}.".startswith(f"{caption}.")]
        part = named[0] if named else new_part(parts, caption, after=others[number - 2])
    earlier = [s for s in others[: number - 1] if s in part.chapters]
    later = [s for s in others[number - 1 :] if s in part.chapters]
    if earlier:
        at = part.files.index(f"book/{earlier[-1]}") + 1
    else:
        at = part.files.index(f"book/{later[0]}") if later else 0
    part.files.insert(at, f"book/{stem}")
    if order(parts)[number - 1 :][:1] != [stem]:
        raise ValueError(f"the part {part.caption!r} has no place for number {number}")


def new_part(parts, caption, after):
    """A part without files behind the part of a chapter, which has to end it."""
    before = part_with(parts, after)
    if before.chapters[-1] != after:
        raise ValueError(f"{caption!r} would begin in the middle of {before.caption!r}")
    part = Part(NEW_PART.format(caption))
    parts.insert(parts.index(before) + 1, part)
    return part


def sorted_rows(text):
    """A text whose table of chapters has its rows in order, numbered by their files."""
    rows = sorted(ROW.finditer(text), key=lambda row: row[2])
    lines = iter([re.sub(r"^\| \d+", f"| {int(row[3])}", row[0]) for row in rows])
    return ROW.sub(lambda row: next(lines), text)


def with_row(text, stem, title):
    """A text whose table of chapters has one more row, at its end."""
    *_, last = ROW.finditer(text)
    row = f"| {int(stem[:2])} | [{title}](book/{stem}.ipynb) | *to be written* |\n"
    return text[: last.end()] + row + text[last.end() :]
