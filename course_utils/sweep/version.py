"""What tells one configuration and one state of the code from another.

Two sweeps agree on the key of a result if its function has the same name, its
configuration the same values, and all code the same text: that of the module the function
lives in, and of all it imports from its own package and this one. torch has one version.
"""

import ast
import inspect
import json
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from hashlib import sha256
from importlib.util import find_spec, resolve_name
from pathlib import Path

import torch

PACKAGE = Path(__file__).resolve().parents[1]
HERE = PACKAGE.name
SHOWING = {"drawings", "explore", "plots", "quick"}  # rooms that compute no result


def key(work, values: str) -> str:
    """The key of the result that ``work`` has for a configuration of these values."""
    texts = [code(work.__module__), _own_text(work), work.__qualname__, values]
    return _checksum(texts)[:20]


def values(configuration) -> str:
    """A configuration as text, whatever the order of its names.

    Raises: TypeError for one of more than numbers, words, lists and dicts.
    """
    return json.dumps(configuration, sort_keys=True, default=_refused)


def code(module: str) -> str:
    """A checksum of a module, of what it imports of its package and of this, of torch."""
    return _checksum([torch.__version__, _texts(module)])


def require_plain(work) -> None:
    """Refuse a function that carries values along: a change of them changes no key."""
    plain = inspect.isfunction(work) and not work.__closure__
    if not plain:
        kind = "an inner function" if inspect.isfunction(work) else type(work).__name__
        raise ValueError(
            f"a record needs a function of a module or a cell, got {kind}: "
            "give what it holds through the configurations"
        )


def _refused(x):
    raise TypeError(
        f"holds a {type(x).__name__}: name what it is made from, in numbers, words, "
        "lists and dicts"
    )


def _own_text(work) -> str:
    """The text of a function that a script or a notebook defines; else its module's is."""
    if work.__module__ != "__main__":
        return ""
    try:
        return inspect.getsource(work)
    except OSError:
        return repr((work.__code__.co_code, work.__code__.co_consts))


@cache
def _texts(module: str) -> str:
    """A checksum of the files that a module is made of."""
    named = files(module)
    return _checksum(text for name in sorted(named) for text in (name, _text(named[name])))


def files(module: str) -> dict[str, Path]:
    """A module and all that it imports, of this package and of its own, by name.

    Of a script or a notebook, whose imports no file shows, it is this package, but for what
    draws.
    """
    if module == "__main__":
        named = {file.relative_to(PACKAGE): file for file in PACKAGE.rglob("*.py")}
        return {str(k): file for k, file in named.items() if k.parts[0] not in SHOWING}
    found = {}
    left = [module]
    while left:
        name = left.pop()
        file = _file(name) if name.split(".")[0] in (HERE, module.split(".")[0]) else None
        if file and name not in found:
            found[name] = file
            left += [name.rpartition(".")[0], *_imported(name, file)]
    return found


@cache
def _file(module: str) -> Path | None:
    """The file of a module; None for a name that is none, or is not written in Python."""
    with suppress(ImportError, ValueError):
        origin = getattr(find_spec(module), "origin", None)
        return Path(origin) if origin and origin.endswith(".py") else None


def _imported(module: str, file: Path) -> Iterator[str]:
    """What a module imports, wherever in its text: modules, and names that may be some."""
    package = module if file.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(_text(file))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = resolve_name("." * node.level + (node.module or ""), package)
            yield from (above, *(f"{above}.{alias.name}" for alias in node.names))


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8", errors="replace")


def _checksum(texts) -> str:
    """One checksum for a list of texts, each of which ends where the next begins."""
    total = sha256()
    for text in texts:
        total.update(f"{len(text)} {text}".encode())
    return total.hexdigest()
