"""Results that take too long for a chapter: small tables, made by ``make studies``."""

import json
from importlib.resources import files


def read(name: str) -> dict:
    """The table ``course_utils/tables/<name>.json``: its "rows", and how they were made.

    Raises: ValueError for a name that no study has, with the names there are.
    """
    folder = files(__name__)
    tables = (file.name for file in folder.iterdir() if file.name.endswith(".json"))
    names = sorted(name.removesuffix(".json") for name in tables)
    if name not in names:
        raise ValueError(f"no study {name!r}: there are {', '.join(names)}")
    return json.loads((folder / f"{name}.json").read_text("utf-8"))
