"""Prints requirements with the oldest versions that are allowed, for `make test-oldest`.

Each lower bound of pyproject.toml and requirements.txt becomes the version to install, and
what is pinned exactly stays as it is. torch keeps its pin unless `--torch` is given, since
another version of it gives other last digits.
"""

import re
import sys
import tomllib
from itertools import chain
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NAMED = re.compile(r"([A-Za-z0-9_.-]+)(==|>=)(\S+)")


def named(lines):
    """The packages in lines of requirements: relation and version by normal name."""
    found = (NAMED.match(line) for line in lines)
    return {m[1].lower().replace("_", "-"): (m[2], m[3]) for m in found if m}


def bounds(pyproject):
    """The lines of requirements in pyproject.toml: what is needed, and the extras."""
    project = tomllib.loads(pyproject)["project"]
    extras = project["optional-dependencies"].values()
    return [*project["dependencies"], *chain.from_iterable(extras)]


def oldest(requirements, pyproject, torch=False):
    """Lines of requirements, each with one exact version."""
    pins = named(requirements.splitlines())
    floors = named(bounds(pyproject))
    if not torch:
        del floors["torch"]
    return [f"{name}=={version}" for name, (_, version) in (pins | floors).items()]


def main(words):
    """Print the lines; the package itself last, from this folder."""
    texts = [ROOT / "requirements.txt", ROOT / "pyproject.toml"]
    requirements, pyproject = (path.read_text(encoding="utf-8") for path in texts)
    print(*oldest(requirements, pyproject, torch="--torch" in words), "-e .", sep="\n")


if __name__ == "__main__":
    main(sys.argv[1:])
