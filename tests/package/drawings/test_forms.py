"""The boxes of the two forms have the sizes of their matrices, and fit each other."""

from itertools import pairwise

import pytest

from course_utils.drawings import forms, two_forms
from tests.package.drawings.sheet import layouts, words


@pytest.mark.parametrize("form", forms.FORMS)
def test_the_sizes_of_the_factors_fit_and_give_a_column_of_n(form):
    blocks = forms.FORMS[form]
    for left, right in pairwise(blocks):
        assert left.columns == right.rows
    shape = (blocks[0].rows, blocks[-1].columns)
    assert shape == (forms.ESTIMATE.rows, forms.ESTIMATE.columns) == (forms.N, forms.THIN)


def test_the_first_form_inverts_n_by_n_and_the_second_m_by_m():
    solved = {
        form: [(b.rows, b.columns) for b in blocks if b.role == "solved"]
        for form, blocks in forms.FORMS.items()
    }
    assert solved == {"first": [(forms.N,) * 2], "second": [(forms.M,) * 2]}
    assert forms.M < forms.N


def test_both_layouts_draw_every_box_in_its_size():
    expected = sorted(
        (b.columns, b.rows)
        for blocks in forms.FORMS.values()
        for b in (forms.ESTIMATE, *blocks)
    )
    for tree in layouts(two_forms()):
        boxes = [(float(r.get("width")), float(r.get("height"))) for r in tree.iter("rect")]
        assert sorted(boxes) == expected
        assert any("unknowns" in line for line in words(tree))
        assert any("weights" in line for line in words(tree))
