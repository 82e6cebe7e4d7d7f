"""What runs together on one worker, and whose warnings are errors."""

import re

import pytest

from tests.conftest import group_of, others

PAGES = "tests/book/test_pages.py"
LOADING = "tests/book/test_loading.py"


@pytest.mark.parametrize(
    ("nodeid", "group"),
    [
        ("_build/tested/02-why.ipynb::Cell 7", "_build/tested/02-why.ipynb"),
        ("tests/package/test_linear.py::test_x[3-file]", "tests/package/test_linear.py"),
        (f"{PAGES}::test_x[book/02-why-desk]", "tests/book/book/02-why-desk"),
        (f"{LOADING}::test_x[book/02-why-desk]", "tests/book/book/02-why-desk"),
        (f"{PAGES}::test_x[book/02-why-phone-dark]", "tests/book/book/02-why-phone"),
        (f"{PAGES}::test_x[dark-book/02-why-phone]", "tests/book/book/02-why-phone"),
        (f"{PAGES}::test_x[phone]", PAGES),
    ],
)
def test_cells_of_a_notebook_and_tests_of_a_page_stay_together(nodeid, group):
    assert group_of(nodeid) == group


def test_modules_of_other_packages_are_told_from_ours():
    assert ":" not in others()  # which would end a field of the filter
    theirs = ("torch.nn", "testing", "anatomical")
    ours = ("course_utils.linear", "tests.package", "tested", "anatomy.prose")
    assert all(re.match(others(), name) for name in theirs)
    assert not any(re.match(others(), name) for name in ours)
