"""Each rule of the anatomy accepts a good chapter, and sees the fault put into it."""

import re
from copy import deepcopy

import anatomy
import pytest
from anatomy.book import circles, links_lead_somewhere, needs_point_backwards
from anatomy.links import faults_of_mentions
from anatomy.prose import word_count
from anatomy.running import faults_of_running

from tests.tools.cells import (
    PNG,
    STATE,
    code,
    exercise,
    notebook,
    printed,
    shown,
    text,
    whole_exercise,
)

CLAIM = "Blur makes it bad."
SUMMARY = """| equation | line of code |
|---|---|
| $g = Hf$ | `g = H(f)` |"""
ALT = {"image": {"alt": "word " * 20}}
FIGURE = {**ALT, "figure": {"caption": "It is worse.", "name": "fig-first"}}
CHAPTER = {
    "claim": CLAIM,
    "goals": ["see it", "say it", "do it"],
    "prerequisites": ["01-seeing"],
    "minutes_to_read": 9,
    "minutes_to_run": 1,
    "level": "first course",
}
MINUTES = {"Compute": 5, "Code": 20, "Train": 30, "Break": 5, "Think": 5, "Derive": 10}
WORDS = "Nothing here is longer than eight short words. "
MODEL = {"model_name": "AnyModel", "state": {}}
WIDGET = shown(png=PNG, plain="A figure.", view={"model_id": "1"})
ADDRESS = printed("<f at 0x7f00deadbeef>")
SET_UP, OPENING, THREE_LINES, DRAWN, WRITTEN, SECOND, ASKS = 2, 4, 5, 6, 7, 8, 10
PLAIN = 12  # where these cells stand in the good chapter
LINES = """**You will** see what it does.
**You need** [chapter 1](01-seeing.ipynb).
**Reads in** 9 minutes, **runs in** <span class="runs-in">under a minute</span>."""


def good_chapter():
    """A chapter of its own for each test, in which nothing is wrong."""
    how = {"fold": "How this figure is made"}
    figures = [
        {**how, "mystnb": {**ALT, "figure": {"caption": "Guess.", "name": f"fig-{name}"}}}
        for name in ("first", "drawn", "second")
    ]
    drawn = shown(svg="<svg></svg>", plain="A drawing.")
    asks = shown(plain="?", html="<p>?</p>", view={"model_id": "2"})
    ask = "quick.number('?', 1, 0)\n" * 20
    questions = [code(ask, outputs=[asks], fold="Quick check") for _ in range(2)]
    exercises = [whole_exercise(f"ex-{k.lower()}", k, m) for k, m in MINUTES.items()]
    chapter = notebook(
        text(f"# A title\n\n*{CLAIM}*"),
        code("", "colab", "remove-cell", "nbval-skip"),
        code("from torch import tensor\n" * 10, fold="Set-up"),
        code("a = 1", fold="Set-up"),
        code("Figure(a)", "opening", outputs=[WIDGET], **figures[0]),
        text(LINES),
        code("plots.curves(a)", outputs=[drawn], **figures[1]),
        text(WORDS * 250),
        code("Figure(a)", outputs=[WIDGET], **figures[2]),
        text("It moves.\n\n:::{note} More\n:class: dropdown\n\n" + WORDS * 112 + "\n:::"),
        *questions,
        *[code("a = 1\nb = 2\nc = 3") for _ in range(12)],
        *[code("plots.curves(a)", fold="Checked: the sum is one.") for _ in range(20)],
        code("print(a)", outputs=[printed("1\n" * 12)]),
        text("It is one."),
        *[cell for cells in exercises for cell in cells],
        text(SUMMARY),
        text("From {cite}`hansen2010`."),
        chapter=deepcopy(CHAPTER),
        widgets={STATE: {"state": {"1": MODEL}}},
    )
    return deepcopy(chapter)


def without(position):
    return lambda chapter: chapter.cells.pop(position)


def source(position, new):
    return lambda chapter: chapter.cells[position].update(source=new)


def more(position, new):
    return lambda chapter: chapter.cells[position].update(
        source=chapter.cells[position].source + new
    )


def added(*cells):
    """New cells after the first text."""
    return lambda chapter: chapter.cells.__setitem__(slice(SECOND, SECOND), cells)


def about(**changes):
    return lambda chapter: chapter.metadata["chapter"].update(changes)


def look(position, **metadata):
    return lambda chapter: chapter.cells[position].metadata.update(metadata)


def in_exercise(old, new):
    """Every occurrence of some text in the exercises, changed."""

    def change(chapter):
        for cell in chapter.cells:
            cell.source = cell.source.replace(old, new)

    return change


def outputs(position, *new):
    return lambda chapter: chapter.cells[position].update(outputs=list(new))


def unfolded(*positions):
    def change(chapter):
        for position in positions:
            del chapter.cells[position].metadata["fold"]

    return change


def in_exercises(pattern, new):
    """Every occurrence of a pattern in statements, changed."""

    def change(chapter):
        for cell in chapter.cells:
            if cell.source.startswith(":::{exercise}"):
                cell.source = re.sub(pattern, new, cell.source)

    return change


def without_exercise(name):
    """One exercise less: the seven cells that begin with its label."""

    def change(chapter):
        sources = [cell.source for cell in chapter.cells]
        label = f":label: ex-{name}"
        first = next(n for n, source in enumerate(sources) if label in source)
        del chapter.cells[first : first + 7]

    return change


def no_wrong_answers(chapter):
    for cell in chapter.cells:
        cell.metadata.pop("wrong", None)


def plain_words(**reasons):
    return lambda chapter: chapter.metadata.update(plain_words=reasons)


def nothing_responds(chapter):
    for cell in chapter.cells:
        cell.update(outputs=[]) if cell.cell_type == "code" else None


def tag_gone(tag):
    def change(chapter):
        for cell in chapter.cells:
            cell.metadata["tags"] = [t for t in cell.metadata.get("tags", ()) if t != tag]

    return change


LONG = "Blur makes everything that one would like to see " + "very " * 22 + "bad."
FAULTS = [
    (anatomy.cells_are_python, added(code("%pip install it")), "is not Python"),
    (anatomy.metadata_is_complete, about(hobby="chess"), "expected"),
    (anatomy.metadata_is_complete, about(goals=["see it", "say it"]), "three goals"),
    (
        anatomy.metadata_is_complete,
        about(goals=["see it", "say it", "The end is near"]),
        "verb",
    ),
    (anatomy.metadata_is_complete, about(level="hard"), "level 'hard'"),
    (anatomy.metadata_is_complete, about(minutes_to_run=0), "minutes_to_run"),
    (anatomy.imports_stand_in_one_cell, added(code("import numpy")), "2 cells import"),
    (anatomy.imports_stand_in_one_cell, more(SET_UP, "\nimport a"), "11 lines"),
    (anatomy.colab_cell_is_there, without(1), "first code cell"),
    (anatomy.words_are_chosen_well, more(WRITTEN, "Clearly so."), "says 'Clearly'"),
    (anatomy.chapter_mentions_are_links, more(WRITTEN, "See chapter 44."), "no link"),
    (
        anatomy.chapter_mentions_are_links,
        more(WRITTEN, "As in [chapter 4](05-x.ipynb)."),
        "05-x",
    ),
    (anatomy.chapter_mentions_are_links, more(WRITTEN, "In the next chapter."), "which"),
    (anatomy.chapter_mentions_are_links, more(PLAIN, "  # as in chapter 44"), "no link"),
    (anatomy.chapter_mentions_are_links, more(PLAIN, '; "in chapter 44"'), "no link"),
    (
        anatomy.chapter_mentions_are_links,
        look(PLAIN, mystnb={**ALT, "figure": {"caption": "As in chapter 4.", "name": "f"}}),
        "no link",
    ),
    (
        anatomy.needs_are_linked,
        source(THREE_LINES, LINES.replace("01-", "02-")),
        "02-seeing",
    ),
    (anatomy.numbers_are_generated, more(WRITTEN, "It is 2.5 dB."), "2.5"),
    (anatomy.numbers_are_generated, more(WRITTEN, "It is 20 % worse."), "20"),
    (
        anatomy.numbers_are_generated,
        look(WRITTEN, typed={"2.5": "a setting above"}),
        "not there",
    ),
    (
        anatomy.numbers_are_generated,
        look(
            PLAIN,
            mystnb={**ALT, "figure": {"caption": "It is 2.5 times worse.", "name": "f"}},
        ),
        "2.5",
    ),
    (anatomy.no_clock_is_read, added(code("t = time.time()")), "reads a clock"),
    (anatomy.no_clock_is_read, added(code("t = perf_counter()")), "reads a clock"),
    (anatomy.seeds_are_local, added(code("torch.manual_seed(0)")), "global generator"),
    (anatomy.seeds_are_local, added(code("np.random.seed(0)")), "global generator"),
    (anatomy.seeds_are_local, added(code("e = torch.randn(3)")), "no `generator=`"),
    (anatomy.pictures_are_described, look(DRAWN, mystnb=ALT), "no caption"),
    (anatomy.pictures_are_described, look(SECOND, mystnb={}), "0 words"),
    (
        anatomy.pictures_are_described,
        look(SECOND, mystnb=FIGURE),
        "two figures have the name",
    ),
    (anatomy.one_figure_responds, nothing_responds, "no figure responds"),
    (
        anatomy.one_figure_responds,
        lambda chapter: chapter.cells[SECOND].outputs[0].data.pop("image/png"),
        "no still twin",
    ),
    (
        anatomy.one_figure_responds,
        lambda c: c.metadata.pop("widgets"),
        "is not in the notebook",
    ),
    (anatomy.outputs_are_read, without(SECOND + 1), "no sentence after it"),
    (anatomy.outputs_are_read, added(code("f", outputs=[ADDRESS])), "address in memory"),
    (
        anatomy.learned_outputs_have_a_band,
        added(code("f", "nbval-ignore-output")),
        "a band",
    ),
    (anatomy.learned_outputs_have_a_band, added(code("f", band=0.1)), "a band"),
    (anatomy.summary_and_sources_close_the_chapter, without(-1), "cites no source"),
    (anatomy.summary_and_sources_close_the_chapter, without(-2), "no table"),
    (
        anatomy.summary_and_sources_close_the_chapter,
        in_exercise("`g = H(f)`", "g"),
        "lacks",
    ),
    (anatomy.claim_is_one_short_sentence, source(0, f"# A\n\n*{LONG}*"), "32 words"),
    (anatomy.claim_is_one_short_sentence, more(0, "\n\nMore."), "a title and a claim"),
    (anatomy.claim_is_one_short_sentence, source(0, "# A\n\nPlain."), "in italics"),
    (anatomy.claim_is_one_short_sentence, source(0, "# A\n\n*It is. So.*"), "more than"),
    (anatomy.claim_is_one_short_sentence, about(claim="Another."), "in the metadata"),
    (anatomy.opening_comes_first, look(THREE_LINES, tags=["opening"]), "2 cells"),
    (anatomy.opening_comes_first, unfolded(SET_UP), "stands before the opening"),
    (
        anatomy.opening_comes_first,
        lambda chapter: chapter.cells.__delitem__(slice(SET_UP, OPENING)),
        "no set-up",
    ),
    (anatomy.opening_comes_first, look(SET_UP, fold="The experiment"), "is no set-up"),
    (anatomy.opening_comes_first, outputs(SET_UP, printed("1")), "shows something before"),
    (anatomy.opening_comes_first, unfolded(OPENING), "not folded"),
    (anatomy.opening_comes_first, outputs(OPENING), "does not respond"),
    (anatomy.three_lines_follow_the_opening, without(THREE_LINES), "You will"),
    (anatomy.three_lines_follow_the_opening, about(minutes_to_read=8), "says 8"),
    (
        anatomy.three_lines_follow_the_opening,
        source(THREE_LINES, LINES.replace("Reads", "Runs")),
        "no **Reads in**",
    ),
    (anatomy.needs_are_linked, about(prerequisites=[]), "the prerequisites are []"),
    (anatomy.glossary_terms_are_linked, more(WRITTEN, "The adjoint is."), "'adjoint'"),
    (
        anatomy.glossary_links_lead_to_a_term,
        more(WRITTEN, "[It](glossary.md#term-of-nobody) is."),
        "term-of-nobody, no term",
    ),
    (anatomy.folds_have_a_known_label, look(OPENING, fold="Code"), "no label"),
    (anatomy.folds_have_a_known_label, look(OPENING, fold="Checked: "), "no label"),
    (anatomy.folds_have_a_known_label, look(THREE_LINES, fold="Set-up"), "and no code"),
    (anatomy.length_is_within_budget, source(WRITTEN, "word " * 1000), "words of prose"),
    (anatomy.length_is_within_budget, more(WRITTEN, "word " * 900), "words of prose"),
    (
        anatomy.length_is_within_budget,
        added(*[code("a = 1\n" * 14)] * 13),
        "ten words",
    ),
    (anatomy.code_is_within_budget, added(*[code("a = 1")] * 13), "open code cells"),
    (
        anatomy.code_is_within_budget,
        lambda chapter: chapter.cells.__delitem__(slice(12, 18)),
        "7 open code cells",
    ),
    (
        anatomy.code_is_within_budget,
        added(*[code("a = 1", fold="The experiment")] * 8),
        "46 code cells",
    ),
    (anatomy.code_is_within_budget, added(*[code("a = 1\n" * 6)] * 14), "the median cell"),
    (anatomy.code_is_within_budget, in_exercise("k = 4", "k = 4\n" * 15), "has 16 lines"),
    (anatomy.code_is_within_budget, unfolded(*range(24, 36)), "are plotting"),
    (anatomy.code_is_within_budget, source(OPENING, "a = 1\n" * 16), "has 16 lines"),
    (
        anatomy.pictures_are_described,
        look(OPENING, mystnb=ALT),
        "no caption",
    ),
    (anatomy.pictures_are_described, look(DRAWN, mystnb={}), "0 words"),
    (anatomy.figures_respond_and_one_is_drawn, outputs(SECOND), "1 figures respond"),
    (anatomy.figures_respond_and_one_is_drawn, outputs(DRAWN), "nothing is drawn"),
    (
        anatomy.one_figure_responds,
        outputs(SECOND, shown(png=PNG, view={"model_id": "9"})),
        "is not in the notebook",
    ),
    (anatomy.quick_checks_ask, look(ASKS, fold="Set-up"), "1 quick checks"),
    (anatomy.quick_checks_ask, outputs(ASKS, printed("?")), "asks nothing"),
    (
        anatomy.quick_checks_ask,
        outputs(ASKS, shown(plain="?", view={"model_id": "2"})),
        "where no script runs",
    ),
    (
        anatomy.sentences_can_be_read_aloud,
        more(WRITTEN, "Word " + "word " * 35),
        "36 words, at",
    ),
    (
        anatomy.sentences_can_be_read_aloud,
        in_exercise("Nothing here is", "a " * 20),
        "mean",
    ),
    (
        anatomy.sentences_can_be_read_aloud,
        more(WRITTEN, "Who asks knows."),
        "begins with Who",
    ),
    (
        anatomy.words_are_those_of_the_field,
        more(WRITTEN, "The price is."),
        "'price' for penalty",
    ),
    (anatomy.words_are_those_of_the_field, source(ASKS, "f('a doubt')"), "'doubt' for"),
    (anatomy.words_are_those_of_the_field, plain_words(wave="in the sea"), "not said"),
    (
        anatomy.exercises_are_worth_the_time,
        added(*whole_exercise("a"), *whole_exercise("b"), *whole_exercise("c")),
        "9 exercises",
    ),
    (anatomy.exercises_are_worth_the_time, without_exercise("think"), "5 exercises"),
    (anatomy.exercises_are_worth_the_time, in_exercise("30 m", "3 m"), "fewer than two"),
    (anatomy.exercises_are_worth_the_time, in_exercise("k = 4\n", ""), "6 solutions"),
    (
        anatomy.exercises_are_worth_the_time,
        in_exercises("(Train|Break|Think)", "Code"),
        "expected four of",
    ),
    (anatomy.exercises_have_their_parts, in_exercise("ex-think", "ex-code"), "the label"),
    (anatomy.exercises_have_their_parts, tag_gone("hint"), "expected ['statement'"),
    (
        anatomy.exercises_have_their_parts,
        in_exercise(", 20 minutes", ""),
        "minutes, one of",
    ),
    (
        anatomy.exercises_have_their_parts,
        in_exercise("*Think", "*Ponder"),
        "minutes, one of",
    ),
    (
        anatomy.exercises_have_their_parts,
        in_exercise("Find k.", "Find k. " * 50),
        "80 words",
    ),
    (anatomy.exercises_have_their_parts, in_exercise("...", "0"), "no ... to replace"),
    (anatomy.exercises_have_their_parts, in_exercise(', "too small"', ""), "does not say"),
    (anatomy.exercises_have_their_parts, tag_gone("nbval-skip"), "lacks the tags"),
    (anatomy.exercises_have_their_parts, tag_gone("hide-input"), "hide-input"),
    (
        anatomy.exercises_have_their_parts,
        in_exercise("} Find", "} the"),
        "does not begin with a verb",
    ),
    (
        anatomy.exercises_have_their_parts,
        in_exercise('    assert k > 4, "too small"\n', '    assert k, "0"\n' * 6),
        "7 asserts",
    ),
    (
        anatomy.exercises_have_their_parts,
        in_exercise("fingers.", "fingers.\nAnd toes."),
        "one sentence",
    ),
    (
        anatomy.exercises_have_their_parts,
        in_exercise("{solution} ex", "{solution} x"),
        "refers to",
    ),
    (
        anatomy.exercises_have_their_parts,
        in_exercise("A hand has five.", "Five"),
        "insight",
    ),
    (anatomy.checks_answer_in_sentences, in_exercise("with quick", "if quick"), "stand in"),
    (
        anatomy.checks_answer_in_sentences,
        in_exercise("with quick", "k = f()\nwith quick"),
        "stand in",
    ),
    (anatomy.checks_answer_in_sentences, in_exercise("five.", "five"), "not a sentence"),
    (
        anatomy.checks_answer_in_sentences,
        in_exercise("torch.rand(3, generator=seeded(0))", "k"),
        "no fresh data",
    ),
    (anatomy.checks_answer_in_sentences, no_wrong_answers, "lists no wrong answers"),
    (anatomy.checks_answer_in_sentences, in_exercise("k = .", "k = ?."), "is not Python"),
    (anatomy.prints_are_short, outputs(SECOND, printed("1\n" * 13)), "prints 13 lines"),
    (anatomy.prints_are_short, outputs(SECOND, shown(plain="1\n" * 13)), "prints 13 lines"),
    (
        anatomy.nothing_is_left_to_write,
        source(0, "# A title\n\n*To be written: a claim.*"),
        "waits for a claim",
    ),
    (
        anatomy.nothing_is_left_to_write,
        look(DRAWN, mystnb={"figure": {"caption": "To be written: the finding."}}),
        "waits for the finding",
    ),
    (
        anatomy.nothing_is_left_to_write,
        in_exercise("Count the fingers", "To be written: a hint"),
        "exercise 2 waits for a hint",
    ),
]


@pytest.mark.parametrize("rule", anatomy.RULES, ids=lambda rule: rule.__name__)
def test_a_good_chapter_keeps_the_rule(rule):
    assert list(rule(good_chapter())) == []


def test_a_table_in_html_may_be_long_in_plain_text():
    chapter = good_chapter()
    outputs(DRAWN, shown(plain="1\n" * 30, html="<table></table>"))(chapter)
    assert list(anatomy.prints_are_short(chapter)) == []


def test_all_complaints_are_told_and_those_of_broken_code_alone():
    chapter = good_chapter()
    assert list(anatomy.complaints(chapter)) == []
    about(level="hard")(chapter)
    look(DRAWN, mystnb=ALT)(chapter)
    assert len(list(anatomy.complaints(chapter))) == 2
    added(code("1 +"))(chapter)
    assert ["is not Python" in line for line in anatomy.complaints(chapter)] == [True]


def test_every_rule_is_tried_with_a_fault():
    assert {rule for rule, _, _ in FAULTS} == set(anatomy.RULES)


@pytest.mark.parametrize(
    ("rule", "change", "words"), FAULTS, ids=[f"{r.__name__}-{w}" for r, _, w in FAULTS]
)
def test_a_fault_is_seen(rule, change, words):
    chapter = good_chapter()
    change(chapter)
    assert any(words in complaint for complaint in rule(chapter))


@pytest.mark.parametrize(
    ("prose", "count"),
    [
        ("two words", 2),
        ("the map $H f = g$ is linear, see {cite}`hansen2010`", 5),
        ("$$\na b c\n$$ (eq-one)\nand so on", 3),
        ("::::{note}\n:class: tip\nread [the page](x.md) with `code` <b>now</b>\n:::", 5),
        ("| a | b |\n|---|---|\n| c | d |", 0),
        ("a scene, 256 wide — and so on", 6),
    ],
)
def test_words_are_counted_as_they_are_read(prose, count):
    assert word_count(prose) == count


@pytest.mark.parametrize(
    "sentence", ["$\\sigma = 0.01$", "`tau=0.9`", "[one](a-1.5.md)", "3 steps"]
)
def test_settings_and_links_are_no_typed_numbers(sentence):
    assert list(anatomy.numbers_are_generated(notebook(text(sentence)))) == []


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("[chapter 4](04-x.ipynb), chapters [2](02-y.ipynb) and [3](03-z.ipynb#a)", None),
        ("[Chapter 4](book/04-x.ipynb)'s filter, in this chapter", None),
        ("[the filter of chapter 52](52-x.ipynb), [how to](04-y.ipynb)", None),
        ("[2.5 of them](04-y.ipynb)", None),
        ("[the filter of chapter 52](51-x.ipynb)", "leads to 51-x"),
        ("[4](05-x.ipynb)", "leads to 05-x"),
        ("chapters 2 to 5", "no link"),
        ("Chapters [2](02-x.ipynb) and 3", "no link"),
        ("chapters [2](02-x.ipynb) to 5", "no link"),
        ("chapter\n4", "no link"),
        ("last chapter", "which"),
        ("the chapters before this", "which"),
    ],
)
def test_mentions_of_chapters_are_links(words, fault):
    found = list(faults_of_mentions(words))
    assert fault in found[0] if fault else found == []


def test_a_typed_number_may_be_allowed_with_a_reason():
    cell = text("Planck, 1.5 km away.")
    cell.metadata["typed"] = {"1.5": "the distance on the map"}
    assert list(anatomy.numbers_are_generated(notebook(cell))) == []
    cell.metadata["typed"] = {"1.5": "yes"}
    assert "without a reason" in next(iter(anatomy.numbers_are_generated(notebook(cell))))


def test_prerequisites_that_are_missing_or_run_in_a_circle_are_seen():
    assert list(circles({"a": set(), "b": {"a"}, "c": {"a", "b"}})) == []
    assert "no chapter" in next(circles({"a": {"z"}}))
    assert "circle" in next(circles({"a": {"b"}, "b": {"a"}, "c": set()}))


def test_prerequisites_that_come_later_are_seen():
    assert list(needs_point_backwards({"01-a": set(), "02-b": {"01-a"}})) == []
    assert list(needs_point_backwards({"01-a": {"02-b"}, "02-b": set()})) == [
        "01-a needs 02-b, which does not come before it"
    ]


def test_links_that_lead_nowhere_are_seen(tmp_path):
    (tmp_path / "there.md").write_text("# There", encoding="utf-8")
    words = "[one](there.md#a), [two](away.md), `[three](gone.md)`, [four](http://a.b/c.md)"
    assert list(links_lead_somewhere([(tmp_path / "here", words)])) == [
        "here links to away.md, which is not there"
    ]


LARGEST = "import torch\nU, s, Vt = torch.linalg.svd(torch.eye(2))\n"


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (exercise(), None),
        ([code("a = [1]"), code("a.append(1)\nprint(len(a))")], "something else"),
        (exercise(starter="k = 5; ..."), "accepts the starter"),
        (exercise(starter="..."), "by NameError"),
        ([code("1 / 0", "raises-exception")], None),
        ([code("print(1)", outputs=[printed("1\n")])], None),
        ([code("print(1)", outputs=[printed("2\n")])], "another machine"),
        ([code("print('x 1.0 .9')", outputs=[printed("x 1.1 1\n")], band=0.1)], None),
        (
            [code("print('x 1.0')", outputs=[printed("x -1.0\n")], band=0.1)],
            "another machine",
        ),
        (
            [code("print('x 1.0')", outputs=[printed("x 1.2\n")], band=0.1)],
            "another machine",
        ),
        (
            [code("print('x 1.0')", outputs=[printed("y 1.0\n")], band=0.1)],
            "another machine",
        ),
        ([code("print('1 1')", outputs=[printed("1\n")], band=0.1)], "another machine"),
        ([code(f"{LARGEST}print(f'{{s[0]:.1f}}')", outputs=[printed("1.0\n")])], None),
        (
            [code(f"{LARGEST}print(f'{{U[0, 0]:.1f}}')", outputs=[printed("1.0\n")])],
            "something else",
        ),
    ],
)
def test_running_a_chapter_finds_what_a_reader_would(cells, words, tmp_path):
    found = list(faults_of_running(notebook(*cells), tmp_path))
    assert words in found[0] if words else found == []


@pytest.mark.parametrize(
    ("cells", "error"),
    [
        (exercise(solution="k = 9"), AssertionError),
        (exercise(starter="k = unknown(...)"), NameError),
        ([code("1 / 0")], ZeroDivisionError),
    ],
)
def test_running_a_chapter_stops_at_an_error(cells, error, tmp_path):
    with pytest.raises(error):
        list(faults_of_running(notebook(*cells), tmp_path))
