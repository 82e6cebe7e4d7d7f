"""Which cell of a chapter becomes a slide, and what is said with it."""

import json

import pytest
from book_files import chapters
from deck import bundle, markup, rule
from deck.page import Deck
from deck.sources import first_sentence, last_sentence, numbers_of, points, sentences
from normal_form import read

from tests.tools.cells import PNG, STATE, VIEW, code, notebook, shown, text

FORMULA = "A sum is taken. Then follows\n\n$$ a = b $$ (eq-a)\n\nSo $a$ is known. More."
SUMMARY = "## Summary\n\nOne. Two.\n\n| equation | code |\n|---|---|\n| $a$ | `a` |\n"


def chapter(*cells):
    """A chapter with these cells between its beginning and its end."""
    ends = [text("## Exercises"), text(SUMMARY)]
    new = notebook(text("# A title\n\n*A claim.*"), *cells, *ends)
    new.metadata["chapter"] = {"claim": "A claim.", "goals": ["See", "Do"]}
    return new


def figure(caption="It falls.", kind="png", **metadata):
    """A cell with a picture."""
    look = {"figure": {"caption": caption}, "image": {"alt": "a picture"}}
    return code("draw()", outputs=[shown(**{kind: PNG})], mystnb=look, **metadata)


def kinds(*cells, most=30):
    """The kinds of the slides of a chapter with these cells."""
    return [slide.kind for slide in rule.slides_of(chapter(*cells), most)]


def test_a_sentence_is_not_cut_in_a_formula_a_link_or_code():
    said = "See [ch. A. B](a.ipynb) and $a. B$. Then `f. G`! **Bold** ends: *Why?* Done."
    assert sentences(said) == [
        "See [ch. A. B](a.ipynb) and $a. B$.",
        "Then `f. G`!",
        "**Bold** ends: *Why?*",
        "Done.",
    ]


def test_a_paragraph_may_begin_in_bold_and_a_list_is_none():
    said = "Before.\n\n**Bold** leads to\n\n- one\n- two"
    assert (first_sentence(said), last_sentence(said)) == ("Before.", "**Bold** leads to")


def test_a_sentence_that_leans_on_another_takes_it_along():
    assert last_sentence("Far. Let $x$ be near. Then") == "Let $x$ be near. Then"
    assert last_sentence("Near. It is small:") == "Near. It is small:"
    assert last_sentence("Near. We minimise") == "We minimise"
    assert last_sentence("Near. For $a = b$,") == "For $a = b$,"
    assert last_sentence("Then") == ""
    assert last_sentence(f"{'Far' * 70}. It is small:") == "It is small:"
    assert points("A filter. It is old. Do so.") == ["A filter. It is old.", "Do so."]


def test_what_reads_a_table_is_a_sentence_and_not_its_label_or_an_announcement():
    assert first_sentence("**A label.** It grows. More.") == "**A label.** It grows."
    assert first_sentence("**Bold** grows. More.") == "**Bold** grows."
    assert first_sentence("In words:\n\n- one") == ""


def test_formulas_are_numbered_as_in_the_book():
    new = chapter(text(FORMULA), text("$$ x $$"), text("$$ y $$ (eq-b)"))
    assert numbers_of(new, 4) == {"eq-a": "4.1", "eq-b": "4.2"}


def test_the_claim_comes_first_and_the_summary_last():
    assert kinds() == ["title", "goals", "lines", "summary"]
    slides = rule.slides_of(chapter())
    assert slides[0].said == "A claim."
    assert slides[-1].show == ["One.", "Two."]


def test_a_formula_stands_between_the_sentences_around_it_above_its_code():
    lines = code("a = b\nprint(a)\nassert a")
    slide = rule.slides_of(chapter(text(FORMULA), lines))[2]
    assert (slide.kind, slide.show) == ("formula", ("a = b", "eq-a"))
    assert (slide.lead, slide.said) == ("Then follows", "So $a$ is known.")
    assert slide.code == "a = b"


def test_figures_drawings_tables_and_questions_are_slides_and_set_up_is_none():
    table = code("t", outputs=[shown(html="<table></table>")])
    drawing = code("d", outputs=[shown(html="<svg></svg>")])
    question = code("q", outputs=[shown(view={"model_id": "m"})], fold="Quick check")
    cells = [code("import torch", fold="Set-up"), figure(), drawing, table, question]
    assert kinds(*cells)[2:-2] == ["figure", "drawing", "table", "quick"]


def test_a_table_without_a_caption_is_read_by_the_sentence_after_it():
    table = code("t", outputs=[shown(html="<table></table>")])
    slide = rule.slides_of(chapter(table, text("It rises. More.")))[2]
    assert slide.said == "It rises."


def test_prose_is_said_with_the_first_slide_of_its_section_or_the_one_before_it():
    cells = [text("## One\n\nBefore."), figure(), text("After.\n\n## Two"), figure()]
    slides = rule.slides_of(chapter(*cells))
    assert [slide.head for slide in slides[2:4]] == ["One", "Two"]
    assert [slide.notes for slide in slides[2:4]] == [["Before.", "After."], []]


def test_what_a_reader_has_to_open_is_no_slide():
    box = ":::{admonition} More\n:class: dropdown\n\n$$ a $$ (eq-a)\n:::\n"
    assert "formula" not in kinds(text(box))


def test_metadata_can_leave_out_a_cell_or_make_it_words():
    def ask(kind):
        return {"slideshow": {"slide_type": kind}}

    assert "figure" not in kinds(figure(**ask("skip")))
    assert "figure" not in kinds(figure(**ask("notes")))
    cells = [figure(), figure(), figure(**ask("slide"))]
    kept = rule.slides_of(chapter(*cells), 5)
    assert [slide.show for slide in kept if slide.kind == "figure"] == [cells[2]]


def test_of_too_many_slides_those_of_least_rank_are_said_in_the_longest_section():
    plain = text("Then\n\n$$ x $$\n\nend.")
    cells = [text("## One"), figure(), plain, figure("Last."), text("## Two"), figure()]
    assert len(kinds(*cells)) == 8
    assert kinds(*cells, most=7)[2:-2] == ["figure"] * 3
    slides = rule.slides_of(chapter(*cells), 6)
    assert [slide.head for slide in slides[2:4]] == ["One", "Two"]
    assert "Last." in slides[2].notes


def test_the_page_has_views_and_states_and_formulas_and_no_link(tmp_path):
    lively = code("w", outputs=[shown(view={"model_id": "m"}, png=PNG)])
    new = chapter(text(FORMULA), lively, text("As [chapter 1](01-a.ipynb) {cite}`b` says."))
    models = {"m": {"model_module": "anywidget", "state": {"_esm": "export"}}}
    new.metadata["widgets"] = {STATE: {"state": models}}
    deck = Deck(new, 4, tmp_path)
    page = deck.page(rule.slides_of(new), "A book")
    assert r"\[a = b\]" in page and "(4.1)" in page
    assert f'<script type="{VIEW}">{json.dumps({"model_id": "m"})}' in page
    assert "As chapter 1 says." in page and "ipynb" not in page and "cite" not in page
    assert len(list((tmp_path / "_static/fronts").iterdir())) == 1


def test_what_a_chapter_says_cannot_become_markup():
    assert markup.prose("a <b>c</b> $x < y$", {}) == (
        '<p>a &lt;b&gt;c&lt;/b&gt; <span class="math inline">\\(x &lt; y\\)</span></p>\n'
    )


def test_wide_formulas_stand_below_each_other_and_short_ones_side_by_side():
    wide = r"m \leftarrow a m + (1 - a) d, \qquad v \leftarrow b v + d^2, \qquad "
    assert len(markup.rows(wide + r"w \leftarrow w - \tau m / \sqrt{v}")) == 3
    assert markup.rows(r"a = b, \qquad c = d") == [r"a = b, \qquad c = d"]
    torn = r"\text{a \qquad b}" + 30 * " + c"
    assert markup.rows(torn) == [torn]


def test_without_reveal_a_sentence_says_what_to_do(monkeypatch):
    monkeypatch.setattr(bundle, "PACKAGE", "no-such-package")
    with pytest.raises(SystemExit, match="make slides"):
        bundle.reveal()


@pytest.mark.slow
@pytest.mark.parametrize("path", chapters(), ids=lambda path: path.stem[:2])
def test_every_chapter_gives_twenty_to_thirty_slides_and_words_for_most(path):
    slides = rule.slides_of(read(path))
    assert 20 <= len(slides) <= 30
    assert sum(bool(slide.notes) for slide in slides) > len(slides) / 2
    assert any(slide.kind == "widget" for slide in slides)
