"""What all decks share, in the folder beside them: reveal.js, MathJax, the book's look.

reveal.js comes out of an installed package, as MathJax does, and only four of its files are
copied; nothing is fetched when a deck is shown.
"""

import shutil
from importlib import metadata
from pathlib import Path

import mathjax_bundle
import text_face

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent
PACKAGE = "sphinx-revealjs"
PREFIX = "sphinx_revealjs/_static/revealjs/"
REVEAL = (
    "dist/reset.css",
    "dist/reveal.css",
    "dist/reveal.js",
    "plugin/notes/notes.js",
    "LICENSE",
)
OURS = (
    ROOT / "book/_static/course.css",
    ROOT / "book/_static/course-widgets.js",
    HERE / "deck.css",
    HERE / "deck.js",
)


def reveal():
    """The files of reveal.js: what they are called here, and where they lie."""
    try:
        files = metadata.files(PACKAGE) or []
    except metadata.PackageNotFoundError:
        files = []
    places = {str(file).replace("\\", "/"): Path(file.locate()) for file in files}
    missing = [name for name in REVEAL if PREFIX + name not in places]
    if missing:
        raise SystemExit(f"reveal.js is missing ({missing[0]}): run `make slides`")
    return {Path(name).name: places[PREFIX + name] for name in REVEAL}


def write(folder):
    """Write what all decks share."""
    (folder / "reveal").mkdir(parents=True, exist_ok=True)
    for name, place in reveal().items():
        shutil.copyfile(place, folder / "reveal" / name)
    for place in OURS:
        shutil.copyfile(place, folder / place.name)
    (folder / text_face.SHEET).write_text(text_face.sheet(ROOT), encoding="utf-8")
    mathjax_bundle.write(folder / "mathjax")
