"""Teach a course from the book: release assignments, and grade what comes back.

usage: course.py release COURSE
       course.py grade COURSE

COURSE is a folder. The first `release` writes a `course.toml` into it, to be filled in; the
next one writes what students get. `grade` runs what they hand in behind walls, which Linux
alone has, and writes `marks.csv` and `totals.csv`. What is where: tools/grading/courses.py.
"""

import sys
from pathlib import Path

import writable_home
from book_files import ROOT
from grading import courses, marking, release, walls


def release_to(folder, root):
    """Write a course, or what is needed to begin one."""
    if not (folder / courses.SETTINGS).is_file():
        courses.begin(folder, root)
        print(
            f"{folder / courses.SETTINGS} is written: say there what is set, and for whom."
        )
        print("Then call this again, and it writes what students get.")
        return
    known = courses.tasks(root)
    for line in release.release(courses.course(folder, known), known, root):
        print(line)


def grade(folder, root):
    """Grade what lies in a course, and write the marks."""
    known = courses.tasks(root)
    course = courses.course(folder, known)
    lines = []
    for line in marking.marks(course, known, root):
        lines.append(line)
        print("{student}: {exercise}, {points} of {of}. {sentence}".format(**line))
    if not lines:
        raise ValueError(
            f"there is nothing in {folder / 'submitted'}, and no student named"
        )
    marking.write_table(lines, folder / marking.MARKS)
    marking.write_table([*marking.totals(lines)], folder / marking.TOTALS)
    print(f"{len(lines)} marks in {folder / marking.MARKS}, their sums in {marking.TOTALS}")
    print("Points in the column `by hand` are yours to give, where reasons count.")


def main(arguments, root=ROOT):
    """Do what the command line asks for, or say in a sentence why not; the exit status."""
    if len(arguments) != 2 or arguments[0] not in ("release", "grade") or not arguments[1]:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        {"release": release_to, "grade": grade}[arguments[0]](Path(arguments[1]), root)
    except (ValueError, walls.Forbidden) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    writable_home.provide()
    sys.exit(main(sys.argv[1:]))
