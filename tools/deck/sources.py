"""The Markdown of a chapter, taken apart: sentences, displayed formulas, plain words."""

import re

FORMULA = re.compile(r"\s*\$\$\s*(.*?)\s*\$\$(?:[ \t]*\(([\w:-]+)\))?[ \t]*", re.DOTALL)
KEPT_WHOLE = re.compile(r"\$[^$]+\$|`[^`]*`|\[[^\]]*\]\([^)]*\)")
END = re.compile(r"([.!?][\"'”’)*]*) (?=[\"'“‘(*\[]*[A-Z0-9\0])")
NO_PROSE = re.compile(r"[-*] |[|#>]|\d+\. |:::")
CITED = re.compile(r"\s*\{cite(?::\w+)?\}`[^`]*`")
EQUATION = re.compile(r"\{eq\}`([^`]*)`")
NAMED = re.compile(r"\{(?:numref|ref)\}`[^`]*`")
LINK = re.compile(r"\[([^\]]+)\]\([^)]*\)")
LEANS = re.compile(r"(?:It|Its|They|Their|Them|These|Those|There|He|His|Both)\b")
LABEL = re.compile(r"\*\*[^*]+[.:]\*\*")  # a few words in bold that name a paragraph
ROOM = 200  # letters of what leads to a formula


def sentences(text):
    """The sentences of a paragraph; a formula, a link or code is never cut."""
    kept = []

    def aside(found):
        kept.append(found[0])
        return f"\0{len(kept) - 1}\0"

    masked = KEPT_WHOLE.sub(aside, " ".join(text.split()))
    whole = re.sub(r"\0(\d+)\0", lambda m: kept[int(m[1])], END.sub("\\1\n", masked))
    return whole.split("\n") if whole else []


def paragraphs(text):
    """The paragraphs of a text, without lists, tables and headings."""
    parts = [part.strip() for part in re.split(r"\n\s*\n", text)]
    return [part for part in parts if part and not NO_PROSE.match(part)]


def leans(sentence):
    """Whether a sentence says nothing without the one before it."""
    return bool(LEANS.match(sentence))


def points(text):
    """The sentences of a text, each with those that lean on it."""
    found = []
    for sentence in sentences(text):
        if found and leans(sentence):
            found[-1] += f" {sentence}"
        else:
            found.append(sentence)
    return found


def first_sentence(text):
    """The sentence that begins a text, empty where there is none or it announces another.

    A label in bold takes the sentence after it along.
    """
    first, *rest = sentences(next(iter(paragraphs(text)), "")) or [""]
    if LABEL.fullmatch(first) and rest:
        first = f"{first} {rest[0]}"
    return "" if first.endswith(":") else first


def last_sentence(text):
    """The sentence that ends a text, with the one that it leans on.

    A word that says nothing alone, such as "Then", is left out.
    """
    *before, last = sentences(next(iter(paragraphs(text)[-1:]), "")) or [""]
    word = " " not in last and "$" not in last
    both = " ".join([*before[-1:], last])
    if before and (word or leans(last)) and len(LINK.sub(r"\1", both)) <= ROOM:
        return both
    return "" if word else last


def around_formulas(text):
    """Prose and displayed formulas by turns: [prose, (tex, label), prose, ...]."""
    parts = []
    after = 0
    for found in FORMULA.finditer(text):
        parts += [text[after : found.start()], (found[1], found[2] or "")]
        after = found.end()
    return [*parts, text[after:]]


def numbers_of(notebook, chapter):
    """The number that the book gives to each labelled formula: {"eq-svd": "2.1"}."""
    texts = [c.source for c in notebook.cells if c.cell_type == "markdown"]
    labels = [label for text in texts for _, label in FORMULA.findall(text) if label]
    return {label: f"{chapter}.{place}" for place, label in enumerate(labels, 1)}


def plain(text, numbers):
    """Markdown that needs no other page: links are words, and formulas have numbers."""
    text = CITED.sub("", text)
    text = EQUATION.sub(lambda found: f"({numbers.get(found[1], found[1])})", text)
    text = NAMED.sub("the figure", text)
    return LINK.sub(r"\1", text)
