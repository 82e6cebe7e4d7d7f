"""A book of three pages, for what no chapter may show today: folds, previews, marks."""

import base64
import io
import shutil
import subprocess
import sys

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from normal_form import dumps, normalise
from PIL import Image

from tests.book.pages import ROOT, VIEW

ESM = """export default { render({ el }) {
  el.innerHTML = `<figure class="cu-figure"><svg viewBox="0 0 300 200"></svg>
    <input type="range" aria-label="how much"></figure>`;
} }"""
STATE = "application/vnd.jupyter.widget-state+json"
MODEL = {
    "model_name": "AnyModel",
    "model_module": "anywidget",
    "model_module_version": "~0.9.*",
    "state": {"_esm": ESM, "_model_module": "anywidget"},
}
GLOSSARY = """# Glossary

**null space** (kernel)
: All $f$ with $Hf = 0$. [Chapter 1](01-first.ipynb).
"""
TOC = """format: jb-book
root: book/intro
parts:
  - caption: Part
    numbered: true
    chapters:
"""
ABOUT = {"prerequisites": [], "minutes_to_read": 9, "level": "research", "goals": ["see"]}
HEAD = "# First\n\n*A blur forgets what is fine.*"
LINES = """**You will** see it. **You need** nothing.
**Reads in** 9 minutes, **runs in** <span class="runs-in">a minute</span>."""
TEXT = """## One

The **[null space](glossary.md#term-null-space)** is invisible, by equation {eq}`eq-one`;
see {numref}`fig-first`, and {cite}`one2020`.

$$ g = Hf . $$ (eq-one)
"""
BIB = "@book{one2020, author={Ann One}, title={On One}, publisher={P}, year={2020}}\n"


def png():
    """A grey picture of 300 by 200 pixels, as a notebook holds it."""
    file = io.BytesIO()
    Image.new("L", (300, 200), 128).save(file, "png")
    return base64.b64encode(file.getvalue()).decode() + "\n"


def figure(name, **forms):
    """A cell that shows a figure, with its code folded."""
    look = {
        "figure": {"caption": f"What {name} finds.", "name": f"fig-{name}"},
        "image": {"alt": "word " * 20},
    }
    shown = new_output(
        "display_data", data={"image/png": png(), "text/plain": "?", **forms}
    )
    metadata = {"fold": "How this figure is made", "mystnb": look}
    return new_code_cell(f"Figure({name})", metadata=metadata, outputs=[shown])


def chapters():
    """The notebooks of the book, by name."""
    opening = figure("first", **{VIEW: {"model_id": "1" * 32}})
    opening.metadata["tags"] = ["opening"]
    asks = new_output("display_data", data={"text/html": "<p>Why?</p>", "text/plain": "?"})
    long = [new_markdown_cell(f"## Part {n}\n\n" + "Words. " * 300) for n in range(4)]
    first = [
        new_markdown_cell(HEAD),
        new_code_cell("import torch", metadata={"fold": "Set-up"}),
        new_code_cell("seed = 1", metadata={"fold": "Set-up"}),
        opening,
        new_markdown_cell(LINES),
        new_markdown_cell(TEXT),
        figure("still"),
        new_code_cell("assert True", metadata={"fold": "Checked: it is so."}),
        new_code_cell("quick.choice()", metadata={"fold": "Quick check"}, outputs=[asks]),
        *long,
    ]
    second = [
        new_markdown_cell("# Second\n\nSee {numref}`fig-still` and {eq}`eq-one` on $H$."),
        new_code_cell("open = 1"),
    ]
    widgets = {STATE: {"state": {"1" * 32: MODEL}, "version_major": 2}}
    metadata = {"chapter": ABOUT, "widgets": widgets}
    return {
        "01-first": normalise(new_notebook(cells=first, metadata=metadata)),
        "02-second": normalise(new_notebook(cells=second, metadata={"chapter": ABOUT})),
    }


def write(folder):
    """Write the sources of the book, with the settings and the tools of the real one."""
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "tools", folder / "tools", ignore=ignored)
    shutil.copytree(ROOT / "book" / "_static", folder / "book" / "_static")
    shutil.copyfile(ROOT / "_config.yml", folder / "_config.yml")
    pages = ["01-first", "02-second", "glossary", "gallery", "bibliography"]
    texts = {
        "_toc.yml": TOC + "".join(f"      - file: book/{page}\n" for page in pages),
        "book/intro.md": "# A book\n\n[First](01-first.ipynb)\n",
        "book/glossary.md": GLOSSARY,
        "book/gallery.md": (ROOT / "book" / "gallery.md").read_text(encoding="utf-8"),
        "book/bibliography.md": "# Sources\n\n```{bibliography}\n```\n",
        "book/references.bib": BIB,
    }
    for name, notebook in chapters().items():
        texts[f"book/{name}.ipynb"] = dumps(notebook)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")


def build(folder):
    """Build the book in a folder; where its pages lie."""
    main = "from jupyter_book.cli.main import main; main()"
    command = [sys.executable, "-c", main, "build", ".", "-W", "-n", "--keep-going"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return folder / "_build" / "html"
