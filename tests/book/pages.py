"""The pages of the book as the table of contents names them, and what sources promise."""

import json
import re
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
HTML = ROOT / "_build" / "html"
VIEW = "application/vnd.jupyter.widget-view+json"


def toc_pages():
    """The pages of the book, in the order of reading."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    files = [c["file"] for part in toc["parts"] for c in part["chapters"]]
    return [toc["root"], *files]


PAGES = toc_pages()
CHAPTERS = [page for page in PAGES if re.match(r"\d\d-", Path(page).name)]


def views_in(page):
    """How many responding figures the notebook of a page shows."""
    path = ROOT / f"{page}.ipynb"
    if not path.exists():
        return 0
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    outputs = [out for cell in cells for out in cell.get("outputs", [])]
    return sum({VIEW, "image/png"} <= set(out.get("data", {})) for out in outputs)
