"""Prints the whole book to one PDF: ``python tools/pdf.py FILE``, after `make book`.

Chromium prints each page of the built book, with figures as stills and solutions behind
their chapter. The sheets are bound with contents, bookmarks and numbers, and links from
page to page lead to the sheet in this file.
"""

import sys
import time
from html import escape
from pathlib import Path

import binding
import printing
import text_face
import yaml
from book_files import ROOT

HTML = ROOT / "_build/html"
LEFT_OUT = {"book/gallery"}  # the figures once more
STYLE = """
@page { size: A4; margin: 0 }
@page contents { size: A4; margin: 22mm 0 }
* { box-sizing: border-box; margin: 0 }
html { font: 11pt/1.45 "Course Serif", serif; color: #000 }
a { color: inherit; text-decoration: none }
.sheet { position: relative; height: 297mm; padding: 24mm 25mm; break-after: page }
.sheet:last-child { break-after: auto }
h1 { margin-top: 62mm; font-size: 38pt; font-weight: 600; line-height: 1.1 }
.author { margin-top: 10mm; font-size: 15pt }
.imprint { position: absolute; bottom: 24mm; color: #333; font-size: 9.5pt }
.contents { page: contents; padding: 0 25mm }
.contents h2 { margin-bottom: 6mm; font-size: 22pt; font-weight: 600 }
.part { margin: 5mm 0 1mm; font: 600 9.5pt sans-serif; color: #005b8f; break-after: avoid }
.line { display: flex; gap: 3mm; break-inside: avoid }
.line a { flex: 1 }
.section { padding-left: 8mm; color: #333; font-size: 9.5pt; line-height: 1.35 }
.stamp { position: absolute; bottom: 9mm; left: 20mm; right: 20mm; display: flex;
  justify-content: space-between; color: #333; font: 8.5pt sans-serif }
"""


def head():
    """The head of a page of our own."""
    return f"<meta charset='utf-8'><style>{text_face.sheet(ROOT)}{STYLE}</style>"


def parts_of(toc):
    """The parts of the book: captions, and the files of their pages."""
    first = [("", [toc["root"]])]
    rest = [(p["caption"], [c["file"] for c in p["chapters"]]) for p in toc["parts"]]
    named = [(caption, [f for f in files if f not in LEFT_OUT]) for caption, files in rest]
    return first + [(caption, files) for caption, files in named if files]


def address(file):
    """Where a page of the built book lies."""
    return (HTML / f"{file}.html").as_uri()


def cover(settings):
    """The first sheet."""
    return (
        f"<div class='sheet'><h1>{escape(settings['title'])}</h1>"
        f"<p class='author'>{escape(settings['author'])}</p><p class='imprint'>"
        f"© {escape(str(settings['copyright']))}. Text and figures CC BY 4.0, "
        "code BSD 3-Clause. The pages of the book have the figures that respond.</p></div>"
    )


def contents(parts, printed, bound):
    """The contents: what stands on which sheet, each line a link."""
    where = {one.address: one for one in bound}
    pages = {one.address: one for one in printed}
    lines = []
    for caption, addresses in parts:
        lines += [f"<p class='part'>{escape(caption)}</p>"] if caption else []
        for place in addresses:
            _, *below = pages[place].headings
            lines.append(line("", pages[place].title, place, where[place].start))
            lines += [
                line("section", text, f"{place}#{name}", where[place].at(name)[0])
                for _, name, text in below
            ]
    return f"<div class='contents'><h2>Contents</h2>{''.join(lines)}</div>"


def line(kind, text, href, sheet):
    """One line of the contents."""
    words = f"<a href='{escape(href)}'>{escape(text)}</a><span>{sheet + 1}</span>"
    return f"<div class='line {kind}'>{words}</div>"


def stamps(printed, bound, front):
    """A sheet for each of the book with its number, and the title of its page."""
    texts = [""] + ["Contents"] * (front - 1)
    for page, one in zip(printed, bound, strict=True):
        texts += [page.title] * len(one.reader.pages)
    feet = [
        f"<div class='sheet'><p class='stamp'><span>{escape(text)}</span>"
        f"<span>{number if text else ''}</span></p></div>"
        for number, text in enumerate(texts, 1)
    ]
    return "".join(feet)


def front_of(page, settings, parts, printed):
    """The cover and the contents, and the pages in their places behind these."""
    front = 1
    for _ in range(2):  # how long the contents are is known when they are printed
        bound = binding.pieces(printed, front)
        html = cover(settings) + contents(parts, printed, bound)
        pdf = printing.sheet(page, head() + html)
        found = binding.piece("", pdf, 0)
        if len(found.reader.pages) == front:
            break
        front = len(found.reader.pages)
    bound = binding.pieces(printed, front)
    html = cover(settings) + contents(parts, printed, bound)
    return binding.piece("", printing.sheet(page, head() + html), 0), bound


def main(file):
    """Print and bind the book."""
    started = time.monotonic()
    settings = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    files = [HTML / f"{file}.html" for _, below in parts_of(toc) for file in below]
    names = printing.names_in(files)
    parts = [(c, [address(f) for f in below]) for c, below in parts_of(toc)]
    with printing.tab() as page:
        printed = [printing.printed(page, f.as_uri(), names[f]) for f in files]
        front, bound = front_of(page, settings, parts, printed)
        feet = stamps(printed, bound, len(front.reader.pages))
        numbers = printing.sheet(page, head() + feet)
    writer = binding.bind([front, *bound])
    binding.mark(writer, parts, bound, printed)
    binding.stamp(writer, numbers)
    binding.finish(writer, file, settings["title"], settings["author"])
    sheets = len(writer.pages)
    seconds = time.monotonic() - started
    size = file.stat().st_size / 1e6
    print(f"{file}: {sheets} sheets, {size:.1f} MB, {seconds:.0f} seconds")


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    if not (HTML / "index.html").is_file():
        sys.exit(f"{HTML / 'index.html'} is missing: run `make book` first")
    main(Path(sys.argv[1]).resolve())
