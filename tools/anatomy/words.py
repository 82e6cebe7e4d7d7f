"""How a chapter reads aloud: the length of its sentences, and the words of the field.

A word with which only this book would name a thing is private; the field has one of its
own. Where the plain word is meant, the metadata of the notebook allows it with a reason:
``"plain_words": {"scene": "what stands before the camera"}``.
"""

import ast
import re
from dataclasses import dataclass

from .cells import is_quick_check
from .exercises import part_of
from .prose import word_count

MEAN = 18  # words of a sentence
LONGEST = 35
PRIVATE = {  # what the book has said: how it is found, and what the field says
    "price": (r"\bpric(?:es?|ed|ing)\b", "penalty, regularisation parameter"),
    "instrument": (r"\binstruments?\b", "forward operator"),
    "scene": (r"\bscenes?\b", "image, signal, unknown"),
    "picture": (r"\bpictures?\b", "image"),
    "data of the world": (r"\bdata (?:from|of) the (?:world|model)\b", "inverse crime"),
    "dark ends": (r"\bdark ends\b", "zero boundary condition"),
    "without ends": (r"\bwithout ends\b", "periodic boundary condition"),
    "curvature": (r"\bcurvatures?\b", "eigenvalue of HᵗH"),
    "bend": (r"\bbends?\b", "activation function, ReLU"),
    "leak": (r"\bleak(?:s|ed|ing|age)?\b", "mutual coherence, crosstalk"),
    "trust": (r"\btrust(?:s|ed)? in\b", "support selection"),
    "nine-tenths band": (r"\bnine[- ]tenths\b", "90 % credible interval"),
    "doubt": (r"\bdoubts?\b", "posterior uncertainty"),
    "belief": (r"\bbeliefs?\b", "prior"),
    "flattery": (r"\bflatter(?:y|s|ed|ing)?\b", "optimism, degrees of freedom"),
    "wave": (r"(?<![\w-])waves?(?![\w-])", "Fourier mode, frequency"),
    "at home": (r"\bat home\b", "in distribution"),
    "abroad": (r"\babroad\b", "out of distribution"),
    "rest on": (r"\brests? on\b", "effective degrees of freedom"),
    "effective number": (r"\beffective number\b", "effective degrees of freedom"),
    "told sigma": (r"\btold (?:sigma|noise level|formula)\b", "assumed noise level"),
    "honest frame": (r"\bhonest frame\b", "boundary treated as unknown"),
    "behind": (r"\bbehind\b", "after, downstream of"),
}
SPOKEN = (  # what stands in a Markdown cell, and how it is read aloud
    (r"(?ms)^(`{3,}|:{3,}\{(?:code|math)[^\n]*).*?^(?:`{3,}|:{3,})\s*$", "\n\n"),
    (r"(?m)^\s*\*\w+(?:, \d+ minutes?)?\.\* ", ""),  # the kind of an exercise
    (r"\$[^$]+\$", "formula"),
    (r"\{cite[\w:-]*\}`[^`]*`", ""),
    (r"\{[\w:-]+\}`[^`]*`", "reference"),
    (r"`[^`]*`", "code"),
    (r"(?m)^\s*(?::::|:[\w-]+:|\|).*$", "\n"),
    (r"(?m)^#+ .*$", "\n\n"),
    (r"<[^>]*>", ""),
    (r"\]\([^)]*\)", ""),
    (r"[\[\]*_]", ""),
    (r"(?m)^\s*(?:[-+]|\d+\.) +", "\n\n"),
    (r"\b(?:e\.g|i\.e|cf|al|vs|Eq|Fig)\.", "abbreviation"),
    (r"\b[A-Z]\.(?= ?[A-Z(])", "Initial"),
)
DISPLAYED = re.compile(r"(?s)\s*\$\$(.*?)\$\$(?: *\([\w:-]+\))?\s*")
END = re.compile(r"(?<=[.!?])[\"'”’)]*\s+(?=[\"'“‘(]*(?:[A-Z0-9]|formula|code))")


@dataclass(frozen=True)
class Measures:
    """How many sentences and private words there are, and how long the sentences are."""

    sentences: int
    mean: float
    longest: int
    private: int

    def __str__(self):
        return (
            f"{self.sentences} sentences of {self.mean:.1f} words (at most {MEAN}), the "
            f"longest of {self.longest} (at most {LONGEST}), {self.private} private words"
        )


def spoken(source):
    """A Markdown cell as it is read aloud, a formula being one word."""
    source = DISPLAYED.sub(displayed, source)
    for pattern, said in SPOKEN:
        source = re.sub(pattern, said, source)
    return source


def displayed(found):
    """A displayed formula as a part of its sentence, which may end with it or go on."""
    follows = found.string[found.end() : found.end() + 1]
    ends = found[1].rstrip().endswith(".") or not follows.islower()
    return " formula.\n\n" if ends else " formula "


def sentences(source):
    """The sentences of a Markdown cell."""
    paragraphs = [" ".join(p.split()) for p in re.split(r"\n\s*\n", spoken(source))]
    found = [sentence for part in paragraphs for sentence in END.split(part)]
    return [sentence for sentence in found if word_count(sentence)]


def texts(notebook):
    """What a reader reads: Markdown, captions, quick checks, and what checks say."""
    for cell in notebook.cells:
        yield cell.metadata.get("mystnb", {}).get("figure", {}).get("caption", "")
        if cell.cell_type == "markdown":
            yield cell.source
        elif is_quick_check(cell) or part_of(cell) == "check":
            yield from strings(cell.source)


def strings(code):
    """The texts of more than one word in some code."""
    try:
        nodes = list(ast.walk(ast.parse(code)))
    except SyntaxError:
        return []
    values = [node.value for node in nodes if isinstance(node, ast.Constant)]
    return [value for value in values if isinstance(value, str) and " " in value]


def private_words(notebook):
    """The private words of a chapter, each with what the field says instead."""
    allowed = notebook.metadata.get("plain_words", {})
    for text in texts(notebook):
        for word, (pattern, instead) in PRIVATE.items():
            if word not in allowed:
                for found in re.finditer(pattern, spoken(text), re.IGNORECASE):
                    yield found[0], instead, around(found)


def around(found):
    """Some words on both sides of what was found."""
    text = found.string
    return " ".join(text[max(found.start() - 25, 0) : found.end() + 25].split())


def measures(notebook):
    """The measures of a chapter."""
    found = [s for text in texts(notebook) for s in sentences(text)]
    lengths = [word_count(sentence) for sentence in found] or [0]
    private = sum(1 for _ in private_words(notebook))
    return Measures(len(found), sum(lengths) / len(lengths), max(lengths), private)


def sentences_can_be_read_aloud(notebook):
    """18 words in the mean and 35 at most; a sentence with *Who* in front is a question."""
    found = measures(notebook)
    if found.mean > MEAN:
        yield f"a sentence has {found.mean:.1f} words in the mean, at most {MEAN}"
    for sentence in (s for text in texts(notebook) for s in sentences(text)):
        start = " ".join(sentence.split()[:8])
        if word_count(sentence) > LONGEST:
            yield f"{word_count(sentence)} words, at most {LONGEST}: {start!r}"
        if sentence.startswith("Who ") and not sentence.endswith("?"):
            yield f"no question, and begins with Who: {start!r}"


def words_are_those_of_the_field(notebook):
    """No private words, but where the plain word is meant, and then with a reason."""
    for word, instead, place in private_words(notebook):
        yield f"says {word!r} for {instead}: {place!r}"
    said = "\n".join(map(spoken, texts(notebook)))
    for word, reason in notebook.metadata.get("plain_words", {}).items():
        if word not in PRIVATE or not re.search(PRIVATE[word][0], said, re.IGNORECASE):
            yield f"`plain_words` allows {word!r}, which is not said"
        elif word_count(reason) < 3:
            yield f"`plain_words` allows {word!r} without a reason"
