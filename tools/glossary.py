"""The terms of the glossary: their names, their anchors, and where a text uses one.

An entry of `book/glossary.md` is ``**term** (variant, ...)``, and below it a line
``: the definition``. Its anchor is ``term-`` and the term with hyphens.
"""

import re
from dataclasses import dataclass

ENTRY = re.compile(r"^\*\*([^*\n]+)\*\*(?: \(([^)\n]+)\))?\n: ", re.MULTILINE)
LINK = re.compile(r"\[([^\]]+)\]\((?:[\w./-]*/)?glossary\.md#([\w-]+)\)")


@dataclass(frozen=True)
class Term:
    """A term of the glossary, and other words for it, such as the American spelling."""

    name: str
    variants: tuple[str, ...] = ()

    @property
    def names(self):
        """All words for the term."""
        return (self.name, *self.variants)

    @property
    def anchor(self):
        """What stands behind the # of a link to the term."""
        return "term-" + re.sub(r"[^a-z0-9]+", "-", self.name.lower()).strip("-")

    @property
    def link(self):
        """How a chapter links the term where it first occurs."""
        return f"**[{self.name}](glossary.md#{self.anchor})**"


def terms_in(text):
    """The terms of a glossary, in its order."""
    return [
        Term(name, tuple(variants.split(", ")) if variants else ())
        for name, variants in ENTRY.findall(text)
    ]


def pattern_of(name):
    """A name as it may stand in a text: at a sentence's beginning, in the plural, broken.

    What has a capital in the glossary has it in the text.
    """
    words = r"\s+".join(map(re.escape, name.split()))
    return words if name != name.lower() else f"(?i:{words})"


def first_uses(terms, text):
    """Where a text first uses each term, by term: the longest name at a place counts."""
    named = {name: term for term in terms for name in term.names}
    longest = sorted(named, key=len, reverse=True)
    groups = "|".join(f"({pattern_of(name)})" for name in longest)
    found = {}
    for match in re.finditer(rf"(?<![\w-])(?:{groups})(?:e?s)?(?![\w-])", text):
        term = named[longest[match.lastindex - 1]]
        found.setdefault(term, match.start())
    return found
