"""How prose is read aloud: sentences are cut where they end, private words are found."""

import pytest
from anatomy.words import measures, private_words, sentences, spoken

from tests.tools.cells import code, notebook, text


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("It is so. Is it? Yes!", ["It is so.", "Is it?", "Yes!"]),
        ("Hansen, P. C. (2010), cf. the book, e.g. here. So.", 2),
        ("It is 2.5 dB. And **so on**.", ["It is 2.5 dB.", "And so on."]),
        ('He said "no." She did not.', 2),
        ("# A heading\n\nA sentence.", ["A sentence."]),
        ("- one thing\n- another one", ["one thing", "another one"]),
        ("A model\n\n$$ g = Hf $$ (eq-a)\n\nwith noise.", ["A model formula with noise."]),
        (
            "A model\n\n$$ g = Hf. $$\n\nIt is linear.",
            ["A model formula.", "It is linear."],
        ),
        ("A model\n\n$$ g = Hf $$\n\nIt is linear.", ["A model formula.", "It is linear."]),
        ("Take $H f$ with `H(f)` {cite}`hansen2010`.", ["Take formula with code ."]),
        ("$H$ acts. $f$ is what we seek.", 2),
        ("See [the page](x.md) in {eq}`eq-a`.", ["See the page in reference."]),
        ("```\nx = 1. Y\n```\nSo.", ["So."]),
        ("| a | b |\n|---|---|\n| It is. So | x |", []),
        (":::{note} A title. Here\n:class: tip\n\nOne. Two.\n:::", ["One.", "Two."]),
        (":::{exercise} Do\n:label: ex-a\n\n*Code, 5 minutes.* Do it.\n:::", ["Do it."]),
    ],
)
def test_sentences_are_those_that_one_hears(source, expected):
    found = sentences(source)
    assert len(found) == expected if isinstance(expected, int) else found == expected


def test_a_formula_counts_as_one_word():
    assert measures(notebook(text("The value $a + b + c$ is here."))).mean == 5


def test_measures_take_in_captions_questions_and_what_checks_say():
    figure = {"figure": {"caption": "One price. Two prices."}}
    chapter = notebook(
        text("Some words."),
        code("draw('a belief of it')", mystnb=figure),
        code("quick.choice('A doubt?', {'a wave': 'No. Yes.'})", fold="Quick check"),
        code("assert x, 'a leak of it'", "check"),
    )
    found = measures(chapter)
    assert (found.sentences, found.private) == (8, 5)
    assert "8 sentences of " in str(found)


@pytest.mark.parametrize(
    "words",
    [
        "a price is put",
        "Flattering",
        "long waves",
        "what leaks out",
        "it stands behind it",
        "data of the world",
        "the nine-tenths band",
        "told $\\sigma$",
    ],
)
def test_private_words_are_found_in_every_form(words):
    assert len(list(private_words(notebook(text(words))))) == 1


@pytest.mark.parametrize(
    "words", ["microwaves and wavelets", "long-wave", "unleaked", "priceless", "`price`"]
)
def test_other_words_are_left_alone(words):
    assert list(private_words(notebook(text(words)))) == []


def test_a_plain_word_that_is_meant_is_allowed():
    chapter = notebook(text("The price of a scene."), plain_words={"price": "of a camera"})
    assert [word for word, _, _ in private_words(chapter)] == ["scene"]


def test_a_link_is_read_as_its_words_and_markup_is_not_read():
    assert spoken("**The [word](a.md#b)** is *here*") == "The word is here"
