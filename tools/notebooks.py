"""Run the chapters in place, check them, move them, and make the student version.

usage: notebooks.py run|tidy|check [CHAPTER ...]      (all chapters if none is named)
       notebooks.py student FOLDER [CHAPTER ...] [--keep OLD]
       notebooks.py solutions FOLDER [CHAPTER ...]
       notebooks.py html FOLDER NOTEBOOK ...          (files, or folders of them)
       notebooks.py move CHAPTER NUMBER [--name NAME] [--part CAPTION] [--dry-run]
       notebooks.py new NAME NUMBER [--title TITLE] [--part CAPTION] [--dry-run]

run      execute each chapter from top to bottom; write it in normal form if it changed
tidy     write each chapter in normal form without running it, after editing prose; bring
         the address of the repository to where it is named
check    say in sentences what is wrong with each chapter and with the book; write nothing
student  write the chapters without solutions and outputs to a folder of their own, with the
         answers that a folder of an earlier release holds
solutions  write the chapters with the solutions in place, and a hand-out to print
html     write the notebooks of others to a folder, as pages in which nothing runs
move     give a chapter another number or name; the others make room, and links follow
new      insert a chapter in the house's form, run it, and say what is still to be written

CHAPTER is a file, or its name without the ending: 03-some-name; or intro, the front page,
which is run, tidied and checked with the chapters.
"""

import argparse
import os
import sys
from contextlib import suppress
from functools import partial
from pathlib import Path

import addressed
import anatomy
import anatomy.book
import book_files
import moving
import writable_home
from anatomy.words import measures
from book_files import (
    ROOT,
    chapters,
    complete,
    repository_address,
    write_all,
    write_if_changed,
)
from execution import run, tested_with
from harmless import write_pages
from house import rules_hold
from nbformat import ValidationError
from normal_form import dumps, normalise, read
from solved import write_solutions
from student import write_student


def tidy(path, root=ROOT):
    """Write one chapter in normal form without running it."""
    normal = normalise(read(path), repository_address(root))
    changed = write_if_changed(path, dumps(normal))
    print(f"{path.stem}: {'rewritten' if changed else 'unchanged'}")


def complaints(path):
    """What is wrong with a chapter file as it lies there, in sentences."""
    notebook = read(path)
    normal = dumps(normalise(notebook, repository_address()))
    if path.read_bytes() != normal.encode("utf-8"):
        yield "not in normal form: run `python tools/notebooks.py tidy`"
    if notebook.metadata.get("tested") != tested_with(notebook):
        yield "its outputs are not those of its code: run `make notebooks`"


def faults(path):
    """What is wrong with a chapter as a file, and with what it says, in sentences."""
    try:
        yield from complaints(path)
        if not book_files.is_beside(path):
            yield from anatomy.complaints(read(path), rules_hold(ROOT))
    except (ValueError, ValidationError) as error:
        yield first_line(error)


def first_line(error):
    """The first line of what an error says."""
    return str(error).partition("\n")[0]


def check(paths, book=None):
    """Print what is wrong with chapters, and with a whole book; how many things are.

    Then come the measures of each chapter's prose.
    """
    found = [f"{path.stem}: {fault}" for path in paths for fault in faults(path)]
    with suppress(ValueError):  # of a chapter that cannot be read, which is told by now
        found += anatomy.book.complaints(book) if book else []
        found += addressed.complaints(book) if book else []
    for line in found:
        print(line)
    for path in paths:
        with suppress(ValueError, ValidationError):
            print(f"{path.stem}: {measures(read(path))}")
    return len(found)


def for_each(action, paths):
    """Do something with every chapter; the number of chapters it failed for."""
    failures = 0
    for path in paths:
        try:
            action(path)
        except (RuntimeError, ValueError, ValidationError) as error:
            failures += 1
            print(f"{path.stem}: {error}", file=sys.stderr)
    return failures


def rearrange(options, root):
    """Move or insert a chapter of the book below a folder, or say what would change."""
    if complete(root):
        print("A change that was interrupted is complete now. Nothing else was done.")
        return
    if options.command == "move":
        chapter = Path(options.chapter).stem
        kept = {"name": options.name, "part": options.part}
        texts, names = moving.move(root, chapter, options.number, **kept)
    else:
        kept = {"title": options.title, "part": options.part}
        texts, names = moving.insert(root, options.name, options.number, **kept)
    for line in moving.report(root, texts, names):
        print(line)
    for line in moving.left_to_the_author(root, names):
        print(line)
    if options.dry_run:
        return
    write_all(root, texts, moving.gone(names))
    if options.command == "new":
        chapter = root / "book" / f"{options.number:02d}-{options.name}.ipynb"
        for_each(run, [chapter])
        print("What is still missing:")
        check([chapter])


def parser():
    """The command line."""
    top = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = top.add_subparsers(dest="command", required=True)
    for name in ("run", "tidy", "check", "student", "solutions", "html"):
        command = commands.add_parser(name)
        if name in ("student", "solutions", "html"):
            command.add_argument("folder", type=Path)
        if name == "student":
            command.add_argument("--keep", metavar="OLD")
        command.add_argument("chapters", nargs="+" if name == "html" else "*", type=Path)
    for name, what, words in (("move", "chapter", "--name"), ("new", "name", "--title")):
        command = commands.add_parser(name)
        command.add_argument(what)
        command.add_argument("number", type=int)
        command.add_argument(words)
        command.add_argument("--part")
        command.add_argument("--dry-run", action="store_true")
    return top


def obey(options, root):
    """Do what the options ask for; the exit status."""
    if options.command in ("move", "new"):
        rearrange(options, root)
        return 0
    if options.command == "html":
        return int(write_pages(options.chapters, options.folder) > 0)
    given = [file_of(root, c) for c in options.chapters]
    paths = given or book_files.notebooks(root)
    if options.command == "student":
        paths = given or [*chapters(root), *book_files.projects(root)]
        keep = Path(options.keep) if options.keep else None
        write_student(paths, options.folder, root, repository_address(root), keep)
        return 0
    if options.command == "solutions":
        write_solutions(given or chapters(root), options.folder, root)
        return 0
    if options.command == "check":
        return int(check(paths, root if not options.chapters else None) > 0)
    if options.command == "tidy" and not given:
        addressed.tidy(root)
    actions = {"run": run, "tidy": partial(tidy, root=root)}
    return int(for_each(actions[options.command], paths) > 0)


def main(arguments, root=ROOT):
    """Do what the command line asks for, or say in a sentence why not; the exit status."""
    options = parser().parse_args(arguments)
    try:
        return obey(options, root)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1


def file_of(root, chapter):
    """The file of a chapter that is named by its file or by its name alone."""
    for path in (chapter, root / "book" / f"{chapter}.ipynb"):
        if path.is_file():
            return path
    names = ", ".join(path.stem for path in chapters(root))
    raise ValueError(f"no chapter {chapter}: there are {names}")


if __name__ == "__main__":
    writable_home.provide()
    os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"  # the kernel of this very environment
    os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")  # else a note on stderr
    sys.exit(main(sys.argv[1:]))
