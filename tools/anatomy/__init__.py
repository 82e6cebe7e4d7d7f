"""What every chapter looks like: rules that yield what is wrong with it, in words.

Prose is the text of Markdown cells outside the exercises, without math, code, tables and
directives; of a link it is the words. A code line is a line that is not blank, in a code
cell outside the exercises.
"""

from .budget import code_is_within_budget, length_is_within_budget
from .cells import cells_are_python
from .exercise_rules import (
    checks_answer_in_sentences,
    exercises_are_worth_the_time,
    exercises_have_their_parts,
)
from .figures import one_figure_responds, outputs_are_read, pictures_are_described
from .frame import (
    colab_cell_is_there,
    imports_stand_in_one_cell,
    metadata_is_complete,
    nothing_is_left_to_write,
    summary_and_sources_close_the_chapter,
)
from .links import chapter_mentions_are_links, needs_are_linked
from .opening import (
    claim_is_one_short_sentence,
    opening_comes_first,
    three_lines_follow_the_opening,
)
from .prose import numbers_are_generated, words_are_chosen_well
from .repeats import learned_outputs_have_a_band, no_clock_is_read, seeds_are_local
from .shown import (
    figures_respond_and_one_is_drawn,
    folds_have_a_known_label,
    prints_are_short,
    quick_checks_ask,
)
from .terms import glossary_links_lead_to_a_term, glossary_terms_are_linked
from .words import sentences_can_be_read_aloud, words_are_those_of_the_field

RULES = [
    cells_are_python,
    metadata_is_complete,
    claim_is_one_short_sentence,
    opening_comes_first,
    three_lines_follow_the_opening,
    imports_stand_in_one_cell,
    colab_cell_is_there,
    folds_have_a_known_label,
    length_is_within_budget,
    code_is_within_budget,
    words_are_chosen_well,
    sentences_can_be_read_aloud,
    words_are_those_of_the_field,
    chapter_mentions_are_links,
    needs_are_linked,
    glossary_terms_are_linked,
    glossary_links_lead_to_a_term,
    numbers_are_generated,
    no_clock_is_read,
    seeds_are_local,
    pictures_are_described,
    one_figure_responds,
    figures_respond_and_one_is_drawn,
    quick_checks_ask,
    prints_are_short,
    outputs_are_read,
    learned_outputs_have_a_band,
    exercises_are_worth_the_time,
    exercises_have_their_parts,
    checks_answer_in_sentences,
    summary_and_sources_close_the_chapter,
    nothing_is_left_to_write,
]


HOUSE = [  # those of style, which a fork may switch off: see tools/house.py
    claim_is_one_short_sentence,
    opening_comes_first,
    three_lines_follow_the_opening,
    imports_stand_in_one_cell,
    length_is_within_budget,
    code_is_within_budget,
    words_are_chosen_well,
    sentences_can_be_read_aloud,
    words_are_those_of_the_field,
    chapter_mentions_are_links,
    needs_are_linked,
    glossary_terms_are_linked,
    numbers_are_generated,
    one_figure_responds,
    figures_respond_and_one_is_drawn,
    quick_checks_ask,
    prints_are_short,
    outputs_are_read,
    exercises_are_worth_the_time,
    checks_answer_in_sentences,
    summary_and_sources_close_the_chapter,
]


def complaints(notebook, house=True):
    """What every rule says against a chapter, in sentences; ``house`` or not."""
    unreadable = list(cells_are_python(notebook))
    for rule in RULES if not unreadable else []:
        if house or rule not in HOUSE:
            yield from rule(notebook)
    yield from unreadable
