"""Writes a deck of slides for every chapter: ``python tools/slides.py FOLDER [NN ...]``.

The decks are made from the notebooks as they stand, by the rule of `deck/rule.py`. They
work by a double click and without a network; the figures in them respond. The keys: arrows
and the space bar, `S` for the lecturer's view, `N` for the notes below a slide, `D` for a
dark slide, `?` for all others. For paper, open a deck with `?print-pdf` and print it.
"""

import shutil
import sys
from html import escape
from pathlib import Path

import yaml
from book_files import ROOT, chapters
from deck import bundle
from deck.page import Deck
from deck.rule import slides_of
from normal_form import read

LIST = """<!DOCTYPE html>
<html lang="en" data-theme="light">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{book} – slides</title>
<link rel="stylesheet" href="_static/course-face.css">
<link rel="stylesheet" href="_static/course.css">
<link rel="stylesheet" href="_static/deck.css">
</head>
<body class="cu-decks">
<h1>{book}</h1>
<ol>
{items}
</ol>
</body>
</html>
"""


def write_deck(path, folder, book):
    """Write the deck of one chapter; its title, and how many slides it has."""
    notebook = read(path)
    slides = slides_of(notebook)
    page = Deck(notebook, int(path.stem[:2]), folder).page(slides, book)
    (folder / f"{path.stem}.html").write_text(page, encoding="utf-8")
    print(f"{path.stem}: {len(slides)} slides")
    return slides[0].head, len(slides)


def item(path, title, count):
    """The line of one deck in the list of all."""
    words = f'<a href="{path.stem}.html">{escape(title)}</a>'
    return f'<li value="{int(path.stem[:2])}">{words} <span>{count} slides</span></li>'


def main(folder, wanted):
    """Write the decks, and what they share."""
    settings = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    book = settings["title"]
    shutil.rmtree(folder, ignore_errors=True)
    bundle.write(folder / "_static")
    chosen = [path for path in chapters() if not wanted or path.stem[:2] in wanted]
    items = [item(path, *write_deck(path, folder, book)) for path in chosen]
    page = LIST.format(book=escape(book), items="\n".join(items))
    (folder / "index.html").write_text(page, encoding="utf-8")
    print(f"Open {(folder / 'index.html').as_uri()}")


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    main(Path(sys.argv[1]).resolve(), set(sys.argv[2:]))
