"""Zips what a release hands out: ``python tools/archives.py FOLDER``.

html       the pages as they are read, which work by a double click and without a network
notebooks  the chapters with their outputs, and what they need to run
student    the chapters without solutions and outputs, and what they need to run

Each unpacks into one folder. Two archives of one state of the files are the same bytes.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from book_files import ROOT, chapters, projects, repository_address
from student import copy_to, write_student

BOOK = "deep-learning-and-inverse-problems"
DAY = (1980, 1, 1, 0, 0, 0)  # the first that a zip can say
NEEDED = ("course_utils", "pyproject.toml", "requirements.txt", "README.md", "LICENSE")
FINISHED = ROOT / "_build/html/index.html"


def zipped(folder, path, name):
    """Write the files of a folder to ``path``, below a folder ``name``."""
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for file in sorted(file for file in folder.rglob("*") if file.is_file()):
            info = ZipInfo(f"{name}/{file.relative_to(folder).as_posix()}", DAY)
            info.compress_type = ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, file.read_bytes())
    print(f"{path}: {path.stat().st_size / 1e6:.1f} MB")


def write_notebooks(folder):
    """Copy the chapters, and the package that they import."""
    for name in ("book", *NEEDED, "LICENSE-TEXT"):
        copy_to(ROOT / name, folder / name)


def main(target):
    """Write the three archives."""
    if not FINISHED.is_file():
        sys.exit(f"{FINISHED} is missing: run `make book` first")
    target.mkdir(parents=True, exist_ok=True)
    zipped(ROOT / "_build/html", target / f"{BOOK}-html.zip", BOOK)
    with TemporaryDirectory() as place:
        notebooks = Path(place) / "notebooks"
        student = Path(place) / "student"
        write_notebooks(notebooks)
        write_student([*chapters(), *projects()], student, ROOT, repository_address())
        for folder in (notebooks, student):
            name = f"{BOOK}-{folder.name}"
            zipped(folder, target / f"{name}.zip", name)


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
