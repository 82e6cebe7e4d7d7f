"""Projects: an open task for each part of the book, and the rubric that scores an answer.

    from course_utils.projects import telescope
    telescope.score(restore)

A score draws fresh data, measures the answer on them beside what is best in hindsight, and
shows what earned which points. ``python -m course_utils.projects telescope FILE ...`` does
the same to files that define the function, for a teacher.
"""

from . import error_bars, half_dose, telescope, under_a_budget
from .rubric import Row, Score, table

NAMES = ("error_bars", "half_dose", "telescope", "under_a_budget")

__all__ = [
    "NAMES",
    "Row",
    "Score",
    "error_bars",
    "half_dose",
    "table",
    "telescope",
    "under_a_budget",
]
