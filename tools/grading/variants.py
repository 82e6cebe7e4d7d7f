"""What is exchanged in an exercise: for a hidden test, and for the variant of a student.

`exercises.toml` says for an exercise what is drawn, and what is put in the place of some of
its words; between braces stands an expression in what was drawn:

    [ex-vb]                                        for a student, in each cell
    draw = { v = [2.0, 4.0] }
    put = { "equal to 1" = "equal to {v}", ... }

    [ex-wall.hidden]                               for a hidden test, in the check alone
    draw = { a = [20, 40, 60] }
    put = { "(70, 30)" = "({a}, {100 - a})" }

So the key of a variant is the solution of the book with the same words exchanged. Beside
this, a hidden test draws with other seeds (``seeds = "kept"`` leaves them: then both sides
have to draw the same). By which way it is judged, `way_of` says.
"""

import hashlib
import re
import tomllib
from functools import cache
from pathlib import Path

TABLE = Path(__file__).with_name("exercises.toml")
BRACES = re.compile(r"\{([^{}]+)\}")


@cache
def table():
    """What `exercises.toml` says, by the labels of exercises."""
    return tomllib.loads(TABLE.read_text(encoding="utf-8"))


def drawn(choices, *key):
    """One of some choices, by a key of texts: always the same one for the same key."""
    digest = hashlib.sha256("\n".join(key).encode()).digest()
    return choices[int.from_bytes(digest[:8]) % len(choices)]


def draws(about, *key):
    """What is drawn for a key, by name."""
    return {name: drawn(some, *key, name) for name, some in about.get("draw", {}).items()}


def variant(identifier, label):
    """What is drawn for a student in an exercise, by name; empty without variants.

    Without an identifier it is the exercise as it stands in the book.
    """
    return draws(table().get(label, {}), identifier, label) if identifier else {}


def has_variants(label):
    """Whether students can be given an exercise with numbers of their own."""
    return "draw" in table().get(label, {})


def filled(text, values):
    """A text with the values of the expressions in its braces."""
    return BRACES.sub(lambda found: str(eval(found[1], {"__builtins__": {}}, values)), text)


def exchanged(source, about, values):
    """A text with the words exchanged that it has, all at once."""
    put = about.get("put", {}) if values else {}
    if not put:
        return source
    words = "|".join(re.escape(old) for old in sorted(put, key=len, reverse=True))
    return re.sub(words, lambda found: filled(put[found[0]], values), source)


def varied(source, identifier, label):
    """A cell of an exercise as it stands in the notebook of a student."""
    return exchanged(source, table().get(label, {}), variant(identifier, label))


def hidden(check, secret, label):
    """The hidden test of an exercise: its check with other sizes and numbers."""
    about = table().get(label, {}).get("hidden", {})
    return exchanged(check, about, draws(about, secret, label))


def seed_of(secret, label):
    """What the seeds of a hidden test are drawn from; empty where they are kept."""
    return "" if table().get(label, {}).get("seeds") == "kept" else f"{secret} {label}"


def way_of(label):
    """How an exercise is judged: "", by values alone; by "objects"; or "inside".

    "objects": the answer gives networks or operators, which the test uses as they are kept.
    "inside": the test differentiates through the answer, or watches what that uses; it runs
    in the process of the answer, and whoever grades should read the code.
    """
    return table().get(label, {}).get("judged", "")
