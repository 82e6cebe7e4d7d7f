"""Score files that hand in a project.

usage: python -m course_utils.projects PROJECT FILE ... [--seed N]

PROJECT is the name of a module of this package, as in `telescope`. Each FILE is a Python
file that defines the function which the project asks for. It is run: so run the files of
others only in a container, or as another user with no network. All files are tested on the
same data, which are drawn from the seed; without one it is drawn, too, and printed.
"""

import argparse
import runpy
import secrets
import sys
from pathlib import Path

import torch

from .. import projects
from ..checks import one_line
from .rubric import precision

PROJECTS = {name: getattr(projects, name) for name in projects.NAMES}


def answer_in(file: Path, name: str):
    """The function of that name that a file defines, and what else it sets stays there.

    Raises: SystemExit, with a sentence, for a file that does not run or lacks the function.
    """
    try:
        with precision(torch.get_default_dtype()):
            found = runpy.run_path(str(file)).get(name)
    except Exception as error:  # a file of somebody else may raise anything
        sys.exit(f"{file} cannot be run: {type(error).__name__}: {one_line(error)}")
    if not callable(found):
        sys.exit(f"{file} defines no function {name}")
    return found


def main(words: list[str] | None = None) -> int:
    """Print the score of each file."""
    parser = argparse.ArgumentParser(
        prog="python -m course_utils.projects", description=__doc__.splitlines()[0]
    )
    parser.add_argument("project", choices=sorted(PROJECTS))
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--seed", type=int, help="of the data that the files are tested on")
    given = parser.parse_args(words)
    project = PROJECTS[given.project]
    seed = secrets.randbelow(2**31) if given.seed is None else given.seed
    for file in given.files:
        score = project.score(answer_in(file, project.ASKED), seed)
        print(f"{file}\n\n{score}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
