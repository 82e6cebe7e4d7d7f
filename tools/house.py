"""Whether the house rules hold in this copy of the book: one setting, in pyproject.toml.

    [tool.coursebook]
    house-rules = false

switches off, for a fork that has a style of its own: the rules of `anatomy.HOUSE` (lengths,
words, the order of a first screen, how many figures and exercises), and the tests of
`TESTS`. What a chapter needs in order to run, to be graded and to be read stays asked for.
"""

import tomllib

TESTS = (  # beside the rules for chapters
    "tests/package/test_architecture.py",
    "tests/book/test_first_screens.py",
)
OFF = "house-rules = false in pyproject.toml"


def rules_hold(root):
    """Whether the house rules hold below a folder: yes, unless its pyproject.toml says no.

    Raises: ValueError for a setting that is neither true nor false.
    """
    path = root / "pyproject.toml"
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    found = (
        tomllib.loads(text).get("tool", {}).get("coursebook", {}).get("house-rules", True)
    )
    if not isinstance(found, bool):
        raise ValueError(f"house-rules in {path.name} is {found!r}: write true or false")
    return found


def stands_down(nodeid, holds):
    """Whether a test is left out because the house rules are off."""
    return not holds and nodeid.split("::")[0] in TESTS
