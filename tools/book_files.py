"""Where the chapters lie, and how files are written: whole or not at all, one or many."""

import json
import shutil
from pathlib import Path

from repository import read_settings

ROOT = Path(__file__).resolve().parent.parent
STAGE = Path("_build", "moving")  # where a change of many files waits until it is complete
LIST = "files.json"
FRONT = "intro.ipynb"  # the page that the book opens with
PROJECT = "project-"  # begins the name of a page that sets a project
AUDIT = "the-audit.ipynb"  # the verdicts on the claims that the book started from


def chapters(root=ROOT):
    """The chapter files, in the order of reading."""
    return sorted((root / "book").glob("[0-9][0-9]-*.ipynb"))


def projects(root=ROOT):
    """The pages of the projects, in the order of their names."""
    return sorted((root / "book").glob(f"{PROJECT}*.ipynb"))


def is_beside(path):
    """Whether a notebook stands beside the chapters: front page, audit, or a project."""
    return path.name in (FRONT, AUDIT) or path.name.startswith(PROJECT)


def pages(root=ROOT):
    """Where the front page and the audit are, or would be."""
    return root / "book" / FRONT, root / "book" / AUDIT


def notebooks(root=ROOT):
    """What is run and tested: front page and audit, if there, chapters and projects."""
    front, audit = ([path] if path.is_file() else [] for path in pages(root))
    return [*front, *chapters(root), *projects(root), *audit]


def repository_address(root=ROOT):
    """What pip installs the package from, by `_config.yml`; empty as shipped."""
    repository = read_settings(root)
    return repository.to_install() if repository else ""


def write_if_changed(path, text):
    """Write a text file whole or not at all, and say whether it changed."""
    if path.exists() and path.read_bytes() == text.encode("utf-8"):
        return False
    draft = path.with_name(path.name + ".draft")
    draft.write_bytes(text.encode("utf-8"))
    draft.replace(path)
    return True


def write_all(root, texts, gone):
    """Write many files and remove others: all of it, or nothing.

    ``texts`` holds the new text of each file by its path below ``root``, ``gone`` the paths
    to remove. Everything is written aside first, and last the list of it: from then on
    `complete` brings the change to its end, however often it is interrupted.
    """
    stage = root / STAGE
    shutil.rmtree(stage, ignore_errors=True)
    for name, text in texts.items():
        (stage / name).parent.mkdir(parents=True, exist_ok=True)
        (stage / name).write_bytes(text.encode("utf-8"))
    change = {"written": sorted(texts), "gone": sorted(set(gone) - set(texts))}
    write_if_changed(stage / LIST, json.dumps(change))
    complete(root)


def complete(root):
    """Bring a change of many files to its end, if one is waiting; whether one was."""
    stage = root / STAGE
    if not (stage / LIST).exists():
        return False
    change = json.loads((stage / LIST).read_text(encoding="utf-8"))
    for name in change["written"]:
        if (stage / name).exists():
            (stage / name).replace(root / name)
    for name in change["gone"]:
        (root / name).unlink(missing_ok=True)
    shutil.rmtree(stage)
    return True
