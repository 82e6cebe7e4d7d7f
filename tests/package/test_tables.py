"""Tables of studies are read by name."""

import pytest

from course_utils import tables


def test_a_table_says_how_it_was_made_and_has_rows():
    table = tables.read("two-forms")
    assert table["made_by"] == "make studies" and {"machine", "versions"} <= table.keys()
    assert (256, 4096) in {(row["m"], row["n"]) for row in table["rows"]}
    assert all(row["first_s"] > 0 and row["second_s"] > 0 for row in table["rows"])


def test_a_name_that_no_study_has_is_refused_with_those_there_are():
    with pytest.raises(ValueError, match=r"no study 'nothing': there are .*two-forms"):
        tables.read("nothing")
