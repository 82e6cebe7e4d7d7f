"""The terms of the glossary: found in a text, linked at first, and named in the page."""

import re

import glossary
import pytest
from anatomy.terms import faults_of_terms, running_text
from book_files import ROOT
from glossary import Term, terms_in

from tests.tools.cells import code, exercise, notebook, text

TEXT = """# Glossary

**null space**
: All $f$ with $Hf = 0$.

**regularisation parameter** (regularization parameter)
: A number.

**regularisation** (regularization)
: A nearby problem.

**ReLU** (rectified linear unit)
: A kink.
"""
TERMS = terms_in(TEXT)
NULL, PARAMETER, REGULARISATION, RELU = TERMS
LINKED = "The **[null space](glossary.md#term-null-space)** is"


def test_an_entry_is_a_term_with_its_variants_and_an_anchor():
    assert TERMS[0] == Term("null space")
    assert PARAMETER.variants == ("regularization parameter",)
    assert [term.anchor for term in TERMS] == [
        "term-null-space",
        "term-regularisation-parameter",
        "term-regularisation",
        "term-relu",
    ]


@pytest.mark.parametrize(
    ("words", "terms"),
    [
        ("a null space", [NULL]),
        ("Null\nspaces", [NULL]),
        ("annull spaceship", []),
        ("a null-space projector", []),
        ("the regularization parameters", [PARAMETER]),
        ("its regularisation", [REGULARISATION]),
        ("a ReLU, no relu", [RELU]),
        ("a relu", []),
        ("a Rectified linear unit", [RELU]),
    ],
)
def test_a_term_is_found_as_it_may_be_written_and_the_longest_counts(words, terms):
    assert list(glossary.first_uses(TERMS, words)) == terms


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (f"{LINKED} null space.", None),
        ("In the **[null space's](glossary.md#term-null-space)** middle.", None),
        ("It is **[blind](glossary.md#term-null-space)** in its null space.", None),
        (f"A null space. {LINKED}.", "null space"),
        ("The [null space](glossary.md#term-null-space).", "null space"),
        ("The **null space**.", "null space"),
        ("The **[null space](glossary.md#term-relu)**.", "null space"),
        ("[It](null space.md).", None),
        ("**[It](../book/glossary.md#term-null-space)** is the null space.", None),
    ],
)
def test_a_term_is_linked_in_bold_where_it_first_occurs(words, fault):
    found = list(faults_of_terms(words, TERMS))
    assert fault in found[0] if fault else found == []


def test_terms_are_sought_in_running_prose_alone():
    words = "$Hf$ `null space` {cite}`null space`\n# null space\n| null space |\n"
    box = ":::{note} More\n:class: dropdown\nnull space\n:::"
    cells = [
        text("# null space\n\n*A null space.*"),
        code("", "opening"),
        text("**You will** meet the null space."),
        code("null_space = 1  # null space"),
        text(words),
        text(box),
        *exercise(statement=text(":::{exercise} Null space")),
    ]
    assert list(faults_of_terms(running_text(notebook(*cells)), TERMS)) == []
    cells.append(text("A null space."))
    assert len(list(faults_of_terms(running_text(notebook(*cells)), TERMS))) == 1


PAGE = (ROOT / "book" / "glossary.md").read_text(encoding="utf-8")


def test_every_bold_line_of_the_glossary_is_an_entry_and_no_name_stands_twice():
    terms = terms_in(PAGE)
    assert len(terms) == len(re.findall(r"^\*\*", PAGE, re.MULTILINE)) >= 60
    names = [name.lower() for term in terms for name in term.names]
    assert sorted(names) == sorted(set(names))


def test_the_glossary_knows_both_spellings():
    names = {name for term in terms_in(PAGE) for name in term.names}
    british = [name for name in names if re.search("isation|alised", name)]
    assert len(british) >= 4
    for name in british:
        assert name.replace("isation", "ization").replace("alised", "alized") in names


def test_what_one_meets_in_every_paper_of_the_field_is_there():
    needed = """forward operator, deconvolution, ill-posed, boundary condition, ReLU,
        data fidelity, convex, subgradient, credible interval, distribution shift,
        supervised learning, compressed sensing, mutual coherence, Lipschitz constant,
        hallucination, regularization parameter, inverse crime, residual"""
    names = {name for term in terms_in(PAGE) for name in term.names}
    assert {" ".join(name.split()) for name in needed.split(",")} <= names


def test_a_definition_is_one_to_four_sentences_and_says_where_or_in_which_chapter():
    for definition in re.findall(r"(?m)^: (.*)", PAGE):
        words = re.sub(r"\$[^$]+\$", "x", definition)
        sentences = re.split(r"(?<=[.!?])\s+(?=[A-Z*[])", words)
        assert 2 <= len(sentences) <= 5, definition
        assert ".ipynb)" in definition or "`metrics." in definition, definition
